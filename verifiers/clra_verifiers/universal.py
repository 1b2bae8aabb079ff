"""Equations that are said of all values of their letters: proved as identities, refuted by counterexamples."""

from collections.abc import Iterator, Mapping
from enum import Flag, auto
from fractions import Fraction

from flint import arb, ctx

from clra.parsing.tree import Expression, Number
from clra_verifiers.balls import ball_of, enclosure
from clra_verifiers.differentiation import put
from clra_verifiers.features import features_of
from clra_verifiers.findings import Finding
from clra_verifiers.identity import identical
from clra_verifiers.undecided import UndecidedError
from clra_verifiers.wording import describe

PRECISION = 128
MAX_LETTERS = 6
ENOUGH = 3
"""Counterexamples that must be found; one is a proof, but a claim may be meant where it holds."""
_SAMPLES = (Fraction(7, 5), Fraction(31, 12), Fraction(5, 13), Fraction(47, 9), Fraction(1, 11), Fraction(123, 10))
_LARGE = Fraction(10**6)
_ALIKE = 100
"""Terms of one size differ by less than this factor."""
_TOLERANCE = Fraction(1, 10)
"""Sides with decimals must be apart by more than this part of their size."""

Values = Mapping[str, Fraction]


class Caution(Flag):
    """What besides being apart the sides of a refuted equation must show."""

    NONE = 0
    FAR = auto()
    """That they are far apart, for a side is not known exactly."""
    ALIKE = auto()
    """That they grow alike, for an equation of sides that do not may be a condition: ``det(x, 1; 2, x) = x + 4``."""


def judged(left: Expression, right: Expression, *, refutable: bool, caution: Caution = Caution.NONE) -> Finding:
    """How an equation stands that holds of all values of its letters, or else is a condition.

    Args:
        left: a term without derivatives, integrals or limits.
        right: likewise.
        refutable: whether it is certainly said of all positive values of its letters.
        caution: what else is asked of a refutation.
    """
    try:
        if identical(left, right):
            return Finding(True, "both sides are equal wherever they are defined")
    except UndecidedError:
        pass
    return counterexample(left, right, caution) if refutable else Finding(None)


def counterexample(left: Expression, right: Expression, caution: Caution = Caution.NONE) -> Finding:
    """Refute an equation that is said of all positive values of its letters."""
    features = [features_of(side) for side in (left, right)]
    letters = sorted(features[0].symbols | features[1].symbols)
    if not letters or len(letters) > MAX_LETTERS or any(each.calls or each.foreign for each in features):
        return Finding(None)
    if Caution.ALIKE in caution and not _grow_alike(left, right, letters):
        return Finding(None)
    inexact = Caution.FAR in caution or any(each.decimals for each in features)
    apart = 0
    note = ""
    for values in _assignments(letters):
        try:
            first, second = (_value(side, values) for side in (left, right))
        except UndecidedError:
            continue
        if not _differ(first, second, inexact=inexact):
            return Finding(None)
        if not apart:
            place = ", ".join(f"{name} = {value}" for name, value in values.items())
            note = f"at {place} the left side is {describe(first)}, the right side is {describe(second)}"
        apart += 1
    return Finding(False, note) if apart >= ENOUGH else Finding(None)


def _grow_alike(left: Expression, right: Expression, letters: list[str]) -> bool:
    """Whether two terms are of one size for large values of their letters."""
    values = {name: _LARGE * (1 + Fraction(3 * place, 7)) for place, name in enumerate(letters)}
    try:
        first, second = (abs(_value(side, values)) for side in (left, right))
    except UndecidedError:
        return False
    return bool(first < second * _ALIKE and second < first * _ALIKE)


def _assignments(letters: list[str]) -> Iterator[Values]:
    for shift in range(len(_SAMPLES)):
        yield {
            name: _SAMPLES[(shift + place) % len(_SAMPLES)] + Fraction(place, 17) for place, name in enumerate(letters)
        }


def _value(side: Expression, values: Values) -> arb:
    for name, value in values.items():
        side = put(side, name, Number(value))
    with ctx.workprec(PRECISION):
        ball = enclosure(side)
    if not ball.is_finite():
        raise UndecidedError("no finite value")
    return ball


def _differ(first: arb, second: arb, *, inexact: bool) -> bool:
    with ctx.workprec(PRECISION):
        if not inexact:
            return not first.overlaps(second)
        return bool(abs(first - second) > abs(first).max(abs(second)) * ball_of(_TOLERANCE))
