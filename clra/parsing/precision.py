"""How exact a problem wants its answer, rounded and to how many digits; and how exact a number is written."""

import re
from fractions import Fraction
from typing import NamedTuple

from clra.parsing.tree import Expression, Number, Operation, Relation, Relator

_ROUNDED = re.compile(
    r"\bnearest\b|\bround|\bdecimal (?:place|value|answer|form)|\bsignificant\b|\bapproximate decimal"
    r"|\bsig\.? figs?\b|\b(?:s\.f\.|d\.p\.)|\d ?(?:s\.?f|d\.?p)\b",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r"nearest (?P<nearest>tenth|hundredth|thousandth|ten-thousandth|cent)|\b(?P<count>\w{1,20}) decimal places?",
    re.IGNORECASE,
)
_SIGNIFICANT = re.compile(r"\b(?P<count>\w{1,20}) significant", re.IGNORECASE)
_ODDLY = re.compile(
    r"\b(?:truncat\w+|(?:without|not|n['’]t) round\w*|chop\w*|cut(?:ting)? off|floor\w*|ceil\w*|bankers?['’]?s?"
    r"|round\w*(?: [\w']+){0,5}? (?:down|up|upwards?|downwards?|towards?)\b"
    r"(?! from (?:the )?half| to (?:\d|\w+ (?:dec|sig)))"
    r"|nearest (?:even|odd|multiple)|half[- ](?:to[- ])?even)",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"\b(?:at most|(?<!round )(?<!rounded )(?<!rounding )up to|maximum of|no more than|at least)\b", re.IGNORECASE
)
_DECIMALS = {"tenth": 1, "hundredth": 2, "cent": 2, "thousandth": 3, "ten-thousandth": 4}
_SMALL = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_MOST_FIGURES = 2
"""Of the number of digits that are asked for."""
_LARGEST_EXPONENT = 400
_MOST_DECIMALS = 10
"""Numbers with more are shown as a product with a power of ten."""


def is_rounded(text: str) -> bool:
    """Whether a text asks for a rounded answer."""
    return _ROUNDED.search(text) is not None


def rounds_oddly(text: str) -> bool:
    """Whether a text speaks of another rounding than to the nearest number, or of two of them."""
    if _ODDLY.search(text) is not None:
        return True
    return len({match[0].lower() for pattern in (_PLACES, _SIGNIFICANT) for match in pattern.finditer(text)}) > 1


def leaves_digits_open(text: str) -> bool:
    """Whether fewer digits will do than a text names."""
    return _AT_MOST.search(text) is not None


def places_in(text: str) -> int | None:
    """To how many decimals a text asks to round."""
    match = _PLACES.search(text)
    if match is None:
        return None
    return _DECIMALS[match["nearest"].lower()] if match["nearest"] else _count(match["count"])


def significant_in(text: str) -> int | None:
    """To how many significant digits a text asks to round."""
    match = _SIGNIFICANT.search(text)
    return _count(match["count"]) if match else None


def _count(word: str) -> int | None:
    if word.isdecimal():
        return int(word) if len(word) <= _MOST_FIGURES else None
    return _SMALL.get(word.lower())


class Written(NamedTuple):
    """A number with digits, as written."""

    value: Fraction
    place: int
    """Its last digit counts ``10**place``."""

    def rounded(self, places: int | None, significant: int | None) -> "Written | None":
        """The number to so many decimals, or else significant digits, halves away from zero.

        Where it has fewer, zeros stand behind it.
        None for a power of ten with significant digits: of the numbers that round to it, the smaller ones are finer.
        """
        place = last_place(self.value, places, significant)
        if place is None:
            return None
        value = rounded_at(self.value, place)
        if significant is not None and places is None and abs(value) == Fraction(10) ** _exponent(abs(value)):
            return None
        return Written(value, place)


def last_place(value: Fraction, places: int | None, significant: int | None) -> int | None:
    """The power of ten of the last of so many decimals, or else significant digits; None where neither is asked for."""
    if places is not None:
        return -places
    if significant is not None and value != 0:
        return _exponent(abs(value)) + 1 - significant
    return None


def rounded_at(value: Fraction, place: int) -> Fraction:
    """A number as a multiple of ``10**place``, halves away from zero."""
    worth = Fraction(10) ** place
    size = (abs(value) / worth + Fraction(1, 2)).__floor__() * worth
    return size if value >= 0 else -size


def written(tree: Expression) -> Written | None:
    """The number that a numeral writes, which may have a sign and a power of ten; None where it is another term."""
    match tree:
        case Number(value=value, decimals=decimals, repeating=0):
            return Written(value, -(decimals or 0))
        case Operation(operator="neg", arguments=(inner,)):
            found = written(inner)
            return None if found is None else found._replace(value=-found.value)
        case Operation(
            operator="mul",
            arguments=(
                Number(value=head, decimals=decimals, repeating=0),
                Operation(operator="pow", arguments=(Number(value=Fraction(numerator=10, denominator=1)), power)),
            ),
        ):
            exponent = written(power)
            if exponent is None or exponent.place or abs(exponent.value) > _LARGEST_EXPONENT:
                return None
            return Written(head * Fraction(10) ** int(exponent.value), int(exponent.value) - (decimals or 0))
    return None


def rounds_to(term: Expression, value: Written) -> Relation:
    """That a term rounds to a number: it is at most half a unit of its last digit away."""
    gap = Operation("add", (term, Operation("neg", (numeral(value),))))
    half = Written(5 * Fraction(10) ** (value.place - 1), value.place - 1)
    return Relation(Relator.LESS_EQUAL, Operation("abs", (gap,)), numeral(half))


def numeral(number: Written) -> Expression:
    """The number as a term, with all its digits."""
    size, place = abs(number.value), number.place
    term: Expression = Number(size, -place or None)
    if not -_MOST_DECIMALS <= place <= 0:
        head = _exponent(size) if size else 0
        exponent: Expression = Number(Fraction(abs(head)))
        power = Operation("pow", (Number(Fraction(10)), exponent if head > 0 else Operation("neg", (exponent,))))
        term = Operation("mul", (Number(size / Fraction(10) ** head, (head - place) or None), power))
    return term if number.value >= 0 else Operation("neg", (term,))


def _exponent(size: Fraction) -> int:
    """Of a positive number, the greatest n with 10**n at most as large."""
    guess = len(str(size.numerator)) - len(str(size.denominator))
    return guess if size >= Fraction(10) ** guess else guess - 1
