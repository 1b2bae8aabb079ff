"""The canonical form of an answer, and the few ways to make one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

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
    stripped: str = ""
    """The key without a unit or base, where there is one that a shorter answer may have left out."""
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


def set_form(items: Iterable[Canonical]) -> Canonical:
    """The set of the items, of which those that are sets themselves are poured out; a single member is itself."""
    members: dict[str, Canonical] = {}
    for item in items:
        for member in item.items if item.form is Form.SET else (item,):
            members[member.key] = member
    if len(members) == 1:
        return next(iter(members.values()))
    ordered = tuple(members[key] for key in sorted(members))
    return Canonical(f"{{{';'.join(item.key for item in ordered)}}}", Form.SET, items=ordered)


def everything_form() -> Canonical:
    """The set of all real numbers."""
    return Canonical("(-oo,oo)", Form.RANGE, shape="(-oo,oo)")


def words_form(text: str) -> Canonical:
    """An answer in words: neither case, nor space, nor the punctuation around it counts."""
    plain = " ".join(text.casefold().replace("\\", " ").split()).strip(" .,;:!?'\"`*")
    if plain in _NOTHING:
        return set_form(())
    if plain in _EVERYTHING:
        return everything_form()
    if plain in _NUMBERS:
        return rational_form(Fraction(_NUMBERS.index(plain)))
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
_SYNONYMS = {
    "true": "yes",
    "false": "no",
    **dict.fromkeys(("dne", "does not exist", "not defined"), "undefined"),
    **dict.fromkeys(("infinite", "infinitely many solutions"), "infinitely many"),
}
