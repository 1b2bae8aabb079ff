"""What problems count or add up of one whole number: its digits, its binary ones, its zeros at the end, its divisors.

Not covered: proper divisors and prime factors, which may be counted in more than one way; other bases than two and ten.
"""

import re
from collections.abc import Callable
from math import isqrt
from typing import Final

from flint import fmpz

from clra.parsing.closedforms import number, sum_of
from clra.parsing.tree import Expression, Operation, ReadError

_MOST_DIGITS: Final = 2_000
_MOST_LISTED: Final = 40
"""Summands that are written down one by one."""
_MOST_DIVISORS: Final = 20_000
_LARGEST: Final = 10**18
"""Of larger numbers no divisors are listed."""


def ones_in_binary(value: int) -> Expression:
    """How many ones the binary digits of a positive number have: the digits added.

    Raises:
        ReadError: it is not positive, or too long.
    """
    return _digits_added(f"{_positive(value):b}")


def digit_sum(value: int) -> Expression:
    """The decimal digits of a positive number added.

    Raises:
        ReadError: as `ones_in_binary`.
    """
    return _digits_added(_decimal(value))


def digit_product(value: int) -> Expression:
    """The decimal digits of a positive number multiplied; raises as `ones_in_binary`."""
    digits = [number(int(digit)) for digit in _decimal(value)]
    if len(digits) > _MOST_LISTED:
        raise ReadError("too many digits")
    return Operation("mul", tuple(digits)) if len(digits) > 1 else digits[0]


def digit_count(value: int) -> Expression:
    """How many decimal digits a positive number has; raises as `ones_in_binary`."""
    return number(len(_decimal(value)))


def zeros_at_end(value: int) -> Expression:
    """How many zeros a positive decimal number ends in; raises as `ones_in_binary`."""
    digits = _decimal(value)
    return number(len(digits) - len(digits.rstrip("0")))


def _positive(value: int) -> int:
    if value <= 0 or value.bit_length() > 3 * _MOST_DIGITS:
        raise ReadError("not a positive number with few digits")
    return value


def _decimal(value: int) -> str:
    return str(_positive(value))


def _digits_added(digits: str) -> Expression:
    if len(digits) > _MOST_LISTED:
        return number(sum(map(int, digits)))
    return sum_of([number(int(digit)) for digit in digits])


_KIND: Final = r"(?:positive|natural|whole|odd|even|perfect[- ]square|perfect[- ]cube|composite|two-digit|three-digit)"
_PROPERTY: Final = (
    r"(?:odd|even|perfect squares|perfect cubes|composite|prime|two-digit numbers|"
    r"(?:multiples of|divisible by|greater than|less than) \d{1,6})"
)
_NEUTRAL: Final = r"(?:distinct|different|integer|whole-number|natural-number|number) "
_DIVISORS: Final = rf"(?P<kinds>(?:{_KIND} |{_NEUTRAL})*)(?:integer )?(?:divisors|factors)"
DIVISORS: Final = re.compile(
    rf"(?:(?P<count>many|number of)|(?P<sum>sum of)) (?:all )?(?:of )?(?:the )?{_DIVISORS}"
    r"(?: (?P<does>does|do) (?:the )?(?:number |integer |product )?(?P<m>\S+) have"
    rf"| of (?:the )?(?:number |integer )?(?P<n>\S+?)(?:(?:,? that)? are (?P<told>{_PROPERTY})|are there)?)",
    re.IGNORECASE,
)
"""A question about the divisors of ``n``, or of ``m``."""


def divisors_asked(match: re.Match[str], value: int) -> Expression:
    """What a match of `DIVISORS` asks of a number.

    Raises:
        ReadError: where that is not settled, or the number has too many divisors.
    """
    said = re.findall(_KIND, match["kinds"], re.IGNORECASE)
    kinds = [kind.lower().replace("-", " ") for kind in said]
    told = (match["told"] or "").lower()
    if match["does"] and match["sum"]:
        raise ReadError("not a question")
    chosen = [each for each in _divisors(value) if all(_is(each, kind) for kind in kinds) and _is(each, told)]
    surely_positive = {"positive", "natural", "whole", "perfect square", "composite", "two digit", "three digit"}
    settled = (
        surely_positive.intersection(kinds)
        or re.search("square|composite|prime|greater", told)
        or re.search("whole|natural", match["kinds"], re.IGNORECASE)
    )
    if told.startswith("less") and not settled:
        raise ReadError("the negative ones may count")
    if match["sum"]:
        if not chosen or (not settled and "integer" in match[0].lower()):
            raise ReadError("an empty sum, or one of divisors of both signs")
        return sum_of(list(map(number, chosen))) if len(chosen) <= _MOST_LISTED else number(sum(chosen))
    count = number(len(chosen))
    return count if settled else Operation("either", (count, number(2 * len(chosen))))


def _divisors(value: int) -> list[int]:
    if not 0 < value <= _LARGEST:
        raise ReadError("too large to take apart")
    found = [1]
    for prime, exponent in fmpz(value).factor():
        found = [each * int(prime) ** power for each in found for power in range(int(exponent) + 1)]
        if len(found) > _MOST_DIVISORS:
            raise ReadError("too many divisors")
    return sorted(found)


def _is(value: int, kind: str) -> bool:
    """Whether a positive number is of a kind, as a text names it."""
    test = _KINDS.get(kind)
    if test is not None:
        return test(value)
    words, _, bound = kind.rpartition(" ")
    limit = int(bound)
    match words:
        case "multiples of" | "divisible by":
            return limit > 0 and value % limit == 0
        case "greater than":
            return value > limit
    return value < limit


def _is_cube(value: int) -> bool:
    root = round(value ** (1 / 3))
    return any(each**3 == value for each in (root - 1, root, root + 1))


_KINDS: Final[dict[str, Callable[[int], bool]]] = {
    "": lambda _: True,
    "positive": lambda _: True,
    "natural": lambda _: True,
    "whole": lambda _: True,
    "odd": lambda value: value % 2 == 1,
    "even": lambda value: value % 2 == 0,
    "perfect square": lambda value: isqrt(value) ** 2 == value,
    "perfect squares": lambda value: isqrt(value) ** 2 == value,
    "perfect cube": _is_cube,
    "perfect cubes": _is_cube,
    "prime": lambda value: bool(fmpz(value).is_prime()),
    "composite": lambda value: value > 1 and not fmpz(value).is_prime(),
    "two digit": lambda value: 10 <= value <= 99,
    "two-digit numbers": lambda value: 10 <= value <= 99,
    "three digit": lambda value: 100 <= value <= 999,
}

_ARTICLE: Final = r"(?:the )?(?:number |integer |value of |expression )?"
_NUMBER: Final = rf"{_ARTICLE}(?P<n>\S+)"
_ONES: Final = r"(?:1[- ]bits|1s|1's|ones|set bits|1 digits)(?: are)?(?: there)?(?: are)?"
_IN_BINARY: Final = r"(?:binary|base[- ]2|base[- ]two) (?:representation|expansion|form)"
_IN_DECIMAL: Final = r"(?:the (?:base[- ]?(?:ten|10)|decimal) (?:representation|expansion) of )?"
COUNTED: Final[tuple[tuple[re.Pattern[str], Callable[[int], Expression]], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), build)
    for pattern, build in (
        (rf"(?:many|number of) {_ONES} in the {_IN_BINARY} of {_NUMBER}", ones_in_binary),
        (rf"sum of (?:all )?(?:of )?the (?:decimal )?digits (?:of|in) {_NUMBER}", digit_sum),
        (rf"product of (?:all )?(?:of )?the (?:decimal )?digits (?:of|in) {_NUMBER}", digit_product),
        (rf"(?:many|number of) (?:decimal )?digits (?:(?:are )?(?:there )?in|of) {_IN_DECIMAL}{_NUMBER}", digit_count),
        (rf"many (?:decimal )?digits does {_NUMBER} have", digit_count),
        (rf"many (?:trailing )?zero(?:e?s) does {_NUMBER} (?:end (?:in|with)|have at the end)", zeros_at_end),
        (rf"(?:many|number of) trailing zero(?:e?s) (?:does |of |in ){_NUMBER}(?: have)?", zeros_at_end),
    )
)
"""Questions about one number, ``n``."""
