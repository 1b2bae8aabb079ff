"""Whether two answers are the same answer.

Two answers are the same exactly when their keys are equal, so "the same" is an equivalence relation: votes can be
counted by key; only an empty text is not even the same as itself, there being nothing to compare. Answers with
different keys are different where that is proved, and undecided where it is not: values whose enclosures meet at every
precision that was tried, texts that could not be read or hold numbers, a unit or base that only one of two otherwise
equal answers names.

The rules by which different writings are one answer stand in `clra.parsing.canonical` and `clra.parsing.units`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from clra.parsing.algebra.enclosures import surely_different
from clra.parsing.algebra.polynomials import Atom, AtomKind, TooBigError, atoms_within
from clra.parsing.algebra.quotients import Field, Quotient
from clra.parsing.extraction import WINDOW, find_marked, is_prose, last_sentence, salient, understood
from clra.parsing.forms import Canonical, Form, spelled_number
from clra.parsing.readings import LONGEST_ANSWER, canonical_text
from clra.parsing.tidy import unworded

CACHED = 4_096
_SAMPLES = (Fraction(17, 13), Fraction(29, 7), Fraction(5, 11), Fraction(-31, 3))
"""Letters take these values in turn, shifted for each letter, where two expressions are told apart; the negative one
only where nothing asks letters to be positive."""
_SHORT = 200
EMPTY = "?"
"""The key of a text in which nothing stands."""
LONGEST_NUMBER = 100
_TEXTS = frozenset({Form.WORDS, Form.LITERAL})
_HEDGES = frozenset({"about", "around", "roughly", "approximately", "exactly", "nearly", "only", "a", "an", "the"})
_NUMERAL = re.compile(r"[-+]?\d[\d.,/]*(?:th|st|nd|rd|k|m)?")


def answer_key(text: str) -> str:
    """The canonical key of an answer, or of the answer in a text: equal keys mean the same answer."""
    return canonical_answer(text).key


def equivalent(a: str, b: str) -> bool | None:
    r"""Whether two answers are the same: True or False where that is certain, None where it is not.

    Both may be an answer alone (``\frac12``) or a text that arrives at one (``so the answer is 0.5.``).
    """
    return same_answer(canonical_answer(a), canonical_answer(b))


@lru_cache(maxsize=CACHED)
def canonical_answer(text: str) -> Canonical:
    """The canonical form of an answer, or of the answer in a text."""
    marked = find_marked(text, max(0, len(text) - WINDOW))
    if marked is not None:
        return canonical_text(marked.text, formula=marked.formula)
    direct = canonical_text(text)
    if direct.form in (Form.WORDS, Form.OPAQUE) and len(text) <= LONGEST_ANSWER and unworded(text) != text:
        return canonical_answer(unworded(text))
    if not is_prose(text) or (len(text) <= _SHORT and understood(text)):
        return direct
    sentence = last_sentence(text, max(0, len(text) - WINDOW))
    value = salient(text[sentence.start : sentence.end])
    return canonical_text(value) if value is not None else direct


def same_answer(first: Canonical, second: Canonical) -> bool | None:
    """Whether two canonical forms are of the same answer."""
    if EMPTY in (first.key, second.key):
        return None
    if first.key == second.key:
        return True
    if Form.OPAQUE in (first.form, second.form):
        return None
    if _one_is_shorter(first, second) or _one_is_shorter(second, first):
        return None
    if _TEXTS & {first.form, second.form}:
        return _same_texts(first, second)
    if first.form is not second.form:
        return False
    match first.form:
        case Form.VALUE:
            return _same_value(first, second)
        case Form.TUPLE | Form.MATRIX:
            return _same_lists(first.items, second.items)
        case Form.SET:
            return _same_sets(first.items, second.items)
        case Form.RANGE if first.shape and second.shape:
            return _same_lists(first.items, second.items) if first.shape == second.shape else False
    return False if first.exact and second.exact else None


def _one_is_shorter(first: Canonical, second: Canonical) -> bool:
    """Whether the first may be the second without the unit, base or letter that the second names."""
    return first.key in second.others and ((not first.unit and not first.others) or second.key in first.others)


def _same_texts(first: Canonical, second: Canonical) -> bool | None:
    """Two answers with different keys of which one or both are texts: different, or undecided.

    A text that does not begin with a number is different from every number, and a text from one with other words; one
    that has all the words of another, or the same numbers, may mean the same.
    """
    if first.form in _TEXTS and second.form in _TEXTS:
        words, others = _words(first), _words(second)
        numbers = {word for word in words if word.isdecimal()}
        alike = numbers and numbers == {word for word in others if word.isdecimal()}
        return None if alike or words <= others or others <= words else False
    text, other = (first, second) if first.form in _TEXTS else (second, first)
    if other.value is None or other.value.number is None:
        return None
    return None if _names_number(text) else False


def _words(text: Canonical) -> Counter[str]:
    """The words of a text, its numbers without leading zeros."""
    found = re.findall(r"\d+|[^\W\d_]+", text.key)
    return Counter(str(int(word)) if word.isdecimal() and len(word) < LONGEST_NUMBER else word for word in found)


def _names_number(text: Canonical) -> bool:
    """Whether a text begins with a number, in digits or spelled, or is a literal with digits."""
    if text.form is Form.LITERAL:
        return any(sign.isdigit() for sign in text.key)
    words = [word.strip("'\"()[].,;:!?$%€£") for word in re.split(r"[\s-]+", text.key)]
    first = next((word for word in words if word not in _HEDGES), "")
    return _NUMERAL.fullmatch(first) is not None or spelled_number(first) is not None


def _same_value(first: Canonical, second: Canonical) -> bool | None:
    """Two values with different keys: different, or undecided."""
    if first.exact and second.exact:
        return False
    if first.value is None or second.value is None:
        return False
    try:
        difference = Field().plus(first.value, second.value, -1)
    except TooBigError:
        return None
    if difference.number is not None:
        return False if difference.number else None
    atoms = _atoms(first.value) | _atoms(second.value)
    letters = sorted({atom.key for atom in atoms if atom.kind is AtomKind.SYMBOL})
    if any(atom.kind is AtomKind.OPAQUE for atom in atoms):
        return None
    positive = any(atom.kind in (AtomKind.POWER, AtomKind.LN) for atom in atoms) or _has_roots(difference)
    for sample in _SAMPLES[: -1 if positive else None]:
        values = {name: sample + Fraction(place, place + 7) for place, name in enumerate(letters)}
        if surely_different(first.value, second.value, values):
            return False
    return None


def _atoms(value: Quotient) -> set[Atom]:
    return {*atoms_within(value.numerator), *atoms_within(value.denominator)}


def _has_roots(value: Quotient) -> bool:
    """Whether a letter stands under a fractional exponent."""
    return any(
        atom.kind is AtomKind.SYMBOL and exponent.denominator != 1
        for polynomial in (value.numerator, value.denominator)
        for monomial in polynomial
        for atom, exponent in monomial
    )


def _same_lists(first: Sequence[Canonical], second: Sequence[Canonical]) -> bool | None:
    if len(first) != len(second):
        return False
    verdicts = [same_answer(left, right) for left, right in zip(first, second, strict=True)]
    return False if False in verdicts else None


def _same_sets(first: Sequence[Canonical], second: Sequence[Canonical]) -> bool | None:
    """Different where a member of one is different from every member of the other."""
    for some, others in ((first, second), (second, first)):
        if any(all(same_answer(each, other) is False for other in others) for each in some):
            return False
    return None if len(first) == len(second) else False
