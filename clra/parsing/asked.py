"""The form in which a problem asks for its answer, and the key of an answer in that form.

* Its unit: an answer in it, or in another unit of its kind, is the number alone.
* Its precision: where digits are asked for, a number with more of them is rounded, halves away from zero.
* An indefinite integral is known up to a constant: with or without its ``C``.

Not covered: precision of values within a list, and of roots or logarithms, which stay exact.
"""

import re
from fractions import Fraction
from functools import lru_cache

from flint import fmpq

from clra.parsing.canonical import Canonizer
from clra.parsing.equations import constant_of_integration
from clra.parsing.forms import Canonical
from clra.parsing.mathematics.units import UNITS, unit_name
from clra.parsing.precision import last_place, places_in, rounded_at, significant_in
from clra.parsing.readings import canonical_text
from clra.parsing.units import Unit, unit

_NAMES = sorted(
    (name for name in UNITS if len(name) > 1 and name not in {"in", "unit", "units"}), key=len, reverse=True
)
_WORD = "|".join(_NAMES)
_TEXT = re.compile(r"\\(?:text|mathrm|mbox|textrm)\s*\{[~\s]*([^{}]*)\}")
_MENTION = re.compile(
    r"(?P<asking>(?:how many|number of|nearest|in|answer in)\s+(?:\\text\s*\{\s*)?)?"
    rf"(?<![A-Za-z])(?P<unit>(?:(?:square|cubic)\s+)?(?:{_WORD}|m(?=\s*/))(?:\s*(?:/|per)\s*(?:{_WORD}|[hs]))?"
    r"(?:\^\{?[23]\}?|[²³])?)"
    r"(?![A-Za-z])",
    re.IGNORECASE,
)
_INTEGRAL = re.compile(r"\bindefinite integral\b|\b(?:anti-?derivative|primitive function)\b", re.IGNORECASE)
_MOST_PLACES = 50


def asked_key(answer: str, problem: str) -> str:
    """The key of an answer to a problem, in the form that the problem asks for."""
    canonical = canonical_text(answer, formula=True)
    if not problem:
        return canonical.key
    if canonical.unit:
        return _in_unit(canonical, problem)
    if canonical.value is None:
        return canonical.key
    number = canonical.value.number
    if number is not None:
        return _rounded(number, problem).str()
    if _INTEGRAL.search(problem):
        canonizer = Canonizer()
        return canonizer.value(constant_of_integration(canonizer.algebra, canonical.value)).key
    return canonical.key


def _in_unit(canonical: Canonical, problem: str) -> str:
    """The key of an answer that names its unit, in the unit that the problem asks for."""
    if canonical.plain is None:
        return canonical.key
    given = unit(canonical.unit)
    asked = _asked(problem, given.dimension)
    if asked is None:
        return canonical.key
    canonizer = Canonizer()
    factor = given.factor / asked.factor
    scaled = canonizer.algebra.times(
        canonical.plain, canonizer.algebra.number(fmpq(factor.numerator, factor.denominator))
    )
    return canonizer.value(scaled).key


def _rounded(number: fmpq, problem: str) -> fmpq:
    """The number to as many digits as the problem asks for."""
    value = Fraction(int(number.p), int(number.q))
    place = last_place(value, places_in(problem), significant_in(problem))
    if place is None or abs(place) > _MOST_PLACES:
        return number
    rounded = rounded_at(value, place)
    return fmpq(rounded.numerator, rounded.denominator)


def _asked(problem: str, dimension: tuple[tuple[str, int], ...]) -> Unit | None:
    """The unit of this dimension in which an answer is expected."""
    mentions = [each for each in _mentions(problem) if each[1].dimension == dimension]
    asking = [worth for asked, worth in mentions if asked]
    if asking:
        return asking[-1]
    named = {worth for _, worth in mentions}
    return named.pop() if len(named) == 1 else None


def mixes_units(problem: str) -> bool:
    """Whether a problem names two units of one kind, so that its numbers cannot be compared as they stand."""
    worths: dict[tuple[tuple[str, int], ...], Unit] = {}
    return any(worths.setdefault(worth.dimension, worth).factor != worth.factor for _, worth in _mentions(problem))


@lru_cache(maxsize=256)
def _mentions(problem: str) -> tuple[tuple[bool, Unit], ...]:
    """The units that a problem names, and whether it asks for them."""
    found = []
    for match in _MENTION.finditer(_TEXT.sub(r" \1 ", problem)):
        name = unit_name(match["unit"])
        if name is not None:
            found.append((match["asking"] is not None, unit(name)))
            found.extend((False, unit(part)) for part in name.split("/") if "/" in name)
    return tuple(found)
