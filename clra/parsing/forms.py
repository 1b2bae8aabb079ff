"""The canonical form of an answer, and the few ways to make one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from flint import fmpq

from clra.parsing.algebra.quotients import Field, Quotient


class Form(StrEnum):
    """What kind of thing an answer is. Answers of two kinds are different."""

    VALUE = "value"
    TUPLE = "tuple"
    SET = "set"
    RANGE = "range"
    """A set with infinitely many members."""
    MATRIX = "matrix"
    EQUATION = "equation"
    RELATION = "relation"
    WORDS = "words"
    LITERAL = "literal"
    """A text that stands for itself: a code word, a date, a telephone number."""
    OPAQUE = "opaque"
    """Not understood."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """An answer in canonical form."""

    key: str
    form: Form
    value: Quotient | None = None
    """What a value is."""
    items: tuple["Canonical", ...] = ()
    """The members of a tuple, set or matrix, the ends of an interval."""
    shape: str = ""
    """A range with its ends left out, where its items are all its ends."""
    others: frozenset[str] = frozenset()
    """Keys of barer answers that may mean the same: without the unit, base or letter, or by another reading."""
    unit: str = ""
    """The unit of a value, where it names one."""
    plain: Quotient | None = None
    """The value without its unit, where it names one."""
    exact: bool = False
    """Whether no other key stands for the same value."""


def rational_form(value: Fraction) -> Canonical:
    """A rational number."""
    number = fmpq(value.numerator, value.denominator)
    return Canonical(number.str(), Form.VALUE, Field().number(number), exact=True)


def tuple_form(items: Sequence[Canonical]) -> Canonical:
    """Values in order; one of them is itself."""
    if len(items) == 1:
        return items[0]
    return Canonical(f"({','.join(item.key for item in items)})", Form.TUPLE, items=tuple(items))


def point_form(items: Sequence[Canonical]) -> Canonical:
    """Coordinates: a tuple, but no open interval where ``(a, b)`` can be one."""
    pair = tuple_form(items)
    if len(items) != 2 or not _may_ascend(items[0], items[1]):
        return pair
    return Canonical(f"<{items[0].key},{items[1].key}>", Form.TUPLE, items=pair.items, others=frozenset({pair.key}))


def _may_ascend(low: Canonical, high: Canonical) -> bool:
    first, second = (each.value.number if each.value is not None else None for each in (low, high))
    return first is None or second is None or first < second


def based_form(digits: str, base: str) -> Canonical:
    """A numeral with its base, which is another answer than its value in decimals."""
    try:
        worth = int(digits, int(base))
    except ValueError:
        return Canonical(f"{digits}_{base}", Form.VALUE, others=frozenset({digits}))
    others = frozenset({digits, str(worth)})
    return Canonical(f"{digits}_{base}", Form.VALUE, Field().number(worth), others=others)


def interval_form(ends: Sequence[Canonical], *, left_closed: bool, right_closed: bool) -> Canonical:
    """The numbers between two ends; the open interval is the pair of them."""
    if not (left_closed or right_closed):
        return tuple_form(ends)
    left, right = "[" if left_closed else "(", "]" if right_closed else ")"
    key = f"{left}{ends[0].key},{ends[1].key}{right}"
    return Canonical(key, Form.RANGE, items=tuple(ends), shape=f"{left}_,_{right}")


def ascending(items: Sequence[Canonical]) -> bool:
    """Whether they are numbers, each above the one before."""
    numbers = [item.value.number if item.value is not None else None for item in items]
    return all(before is not None and after is not None and before < after for before, after in pairwise(numbers))


def set_form(items: Iterable[Canonical]) -> Canonical:
    """The set of the items, of which those that are sets themselves are poured out; a single member is itself.

    A pair among several is a point, not an interval.
    """
    members: dict[str, Canonical] = {}
    for item in items:
        for member in item.items if item.form is Form.SET else (item,):
            members[member.key] = member
    if len(members) == 1:
        return next(iter(members.values()))
    pairs = [tuple_form(each.items) if each.form is Form.TUPLE else each for each in members.values()]
    members = {each.key: each for each in pairs}
    if len(members) == 1:
        return pairs[0]
    ordered = tuple(members[key] for key in sorted(members))
    return Canonical(f"{{{';'.join(item.key for item in ordered)}}}", Form.SET, items=ordered)


def everything_form() -> Canonical:
    """The set of all real numbers."""
    return Canonical("(-oo,oo)", Form.RANGE, shape="(-oo,oo)")


def literal_form(text: str) -> Canonical:
    """A text that stands for itself, letter by letter."""
    plain = text.casefold()
    return words_form(text) if plain in _SYNONYMS or plain in _ANSWERING else Canonical(f"'{text}'", Form.LITERAL)


def is_code(name: str) -> bool:
    """Whether capital letters side by side are a word or code (``HHT``), not a product or a segment (``AB``)."""
    capital = name.isascii() and name.isalpha() and name.isupper()
    return capital and (len(name) > 2 or name in _CODES_OF_TWO)


def spelled_number(text: str) -> Fraction | None:
    """A number in words, up to ninety-nine and its simple fractions: ``twenty-one``, ``two thirds``."""
    words = text.casefold().replace("-", " ").split()
    whole = _spelled_whole(words)
    if whole is not None:
        return Fraction(whole)
    if words in (["half"], ["a", "half"]):
        return Fraction(1, 2)
    if len(words) < 2 or words[-1] not in _PARTS:
        return None
    above = _spelled_whole(words[:-1])
    return None if above is None else Fraction(above, _PARTS[words[-1]])


def _spelled_whole(words: Sequence[str]) -> int | None:
    match words:
        case [word] if word in _NUMBERS:
            return _NUMBERS.index(word)
        case [tens] if tens in _TENS:
            return _TENS[tens]
        case [tens, word] if tens in _TENS and word in _NUMBERS[1:10]:
            return _TENS[tens] + _NUMBERS.index(word)
    return None


def words_form(text: str) -> Canonical:
    """An answer in words: neither case, nor space, nor the punctuation around it counts."""
    plain = " ".join(text.casefold().replace("\\", " ").split()).strip(" .,;:!?'\"`*")
    if plain in _NOTHING:
        return set_form(())
    if plain in _EVERYTHING:
        return everything_form()
    number = spelled_number(plain)
    if number is not None:
        return rational_form(number)
    return Canonical(f"'{_SYNONYMS.get(plain, plain)}'", Form.WORDS)


_NOTHING = frozenset(
    {
        "no solution",
        "no solutions",
        "no real solution",
        "no real solutions",
        "no integer solutions",
        "there is no solution",
        "there are no solutions",
        "no solution exists",
        "no such number exists",
        "empty set",
        "the empty set",
    }
)
_EVERYTHING = frozenset(
    {"all real numbers", "all reals", "all real values", "the set of all real numbers", "any real number"}
)
_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_TENS = {
    word: 10 * place
    for place, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2)
}
_PARTS = {
    name: size
    for size, names in {
        2: ("half", "halves"),
        3: ("third", "thirds"),
        4: ("quarter", "quarters", "fourth", "fourths"),
        5: ("fifth", "fifths"),
        6: ("sixth", "sixths"),
        7: ("seventh", "sevenths"),
        8: ("eighth", "eighths"),
        9: ("ninth", "ninths"),
        10: ("tenth", "tenths"),
    }.items()
    for name in names
}
_CODES_OF_TWO = frozenset({"NO", "OK", "HT", "TH", "TF", "FT"})
_ANSWERING = frozenset({"yes", "no", "none"})
_SYNONYMS = {
    "true": "yes",
    "false": "no",
    **dict.fromkeys(("dne", "does not exist", "not defined"), "undefined"),
    **dict.fromkeys(("infinite", "infinitely many solutions"), "infinitely many"),
}
