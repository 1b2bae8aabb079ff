"""Equations that are said of all values of their letters: proved as identities, refuted by counterexamples."""

import operator
from collections.abc import Callable, Iterator, Mapping
from enum import Flag, auto
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Any

from flint import arb, ctx

from clra.parsing.tree import Expression, Number, Relation, Relator
from clra.types import Outcome, Premise
from clra_verifiers.balls import ball_of
from clra_verifiers.counterexamples import Judged, false_at_all
from clra_verifiers.differentiation import put
from clra_verifiers.features import features_of
from clra_verifiers.findings import Finding
from clra_verifiers.identity import identical
from clra_verifiers.quadrature import enclosure_of
from clra_verifiers.undecided import UndecidedError
from clra_verifiers.wording import describe

PRECISION = 128
_SAMPLES = (Fraction(7, 5), Fraction(31, 12), Fraction(5, 13), Fraction(47, 9), Fraction(1, 11), Fraction(123, 10))
_NEGATIVE = (Fraction(-7, 5), Fraction(-31, 12), Fraction(-5, 13))
_LARGE = Fraction(10**6)
_ALIKE = 100
"""Terms of one size differ by less than this factor."""
_TOLERANCE = Fraction(1, 10)
"""Sides with decimals must be apart by more than this part of their size."""


class Caution(Flag):
    """What besides being apart the sides of a refuted equation must show."""

    NONE = 0
    FAR = auto()
    """That they are far apart, for a side is not known exactly."""
    ALIKE = auto()
    """That they grow alike, for an equation of sides that do not may be a condition: ``det(x, 1; 2, x) = x + 4``."""


def judged(
    left: Expression,
    right: Expression,
    *,
    refutable: bool,
    caution: Caution = Caution.NONE,
    premises: tuple[Premise, ...] = (),
) -> Finding:
    """How an equation stands that holds of all values of its letters, or else is a condition.

    Args:
        left: a term without derivatives, integrals or limits.
        right: likewise.
        refutable: whether it is certainly said of all values of its letters.
        caution: what else is asked of a refutation.
        premises: what the letters may be bound to.
    """
    try:
        if identical(left, right):
            return Finding(True, "both sides are equal wherever they are defined")
    except UndecidedError:
        pass
    return refuted(left, right, caution, premises) if refutable else Finding(None)


def refuted(
    left: Expression, right: Expression, caution: Caution = Caution.NONE, premises: tuple[Premise, ...] = ()
) -> Finding:
    """Refute an equation that is said of all values of its letters, integrals, limits and sums included."""
    relation = Relation(Relator.EQUAL, left, right)
    features = features_of(relation)
    letters = sorted(features.symbols)
    if features.foreign or (Caution.ALIKE in caution and not _grow_alike(left, right, letters)):
        return Finding(None)
    judge = partial(_at_a_point, inexact=Caution.FAR in caution or features.decimals)
    found = false_at_all(relation, features, premises, judge, _points(len(letters)))
    return Finding(None) if found is None else Finding(False, f"at {found.place} {found.note}")


def _grow_alike(left: Expression, right: Expression, letters: list[str]) -> bool:
    """Whether two terms are of one size for large values of their letters."""
    values = {name: _LARGE * (1 + Fraction(3 * place, 7)) for place, name in enumerate(letters)}
    try:
        first, second = (abs(_value(side, values)) for side in (left, right))
    except UndecidedError:
        return False
    return bool(first < second * _ALIKE and second < first * _ALIKE)


def _points(count: int) -> Iterator[tuple[Fraction, ...]]:
    for samples in (_SAMPLES, _NEGATIVE):
        for shift in range(len(samples)):
            yield tuple(samples[(shift + place) % len(samples)] + Fraction(place, 17) for place in range(count))


def _value(side: Expression, values: Mapping[str, Fraction]) -> arb:
    for name, value in values.items():
        side = put(side, name, Number(value))
    with ctx.workprec(PRECISION):
        return enclosure_of(side)


def _at_a_point(relation: Relation, *, inexact: bool) -> Judged:
    """How a closed equation or inequality stands; what cannot be told apart counts as equal."""
    try:
        with ctx.workprec(PRECISION):
            first, second = enclosure_of(relation.left), enclosure_of(relation.right)
    except UndecidedError:
        return Judged(Outcome.UNKNOWN)
    if relation.relator is not Relator.EQUAL:
        test = _ORDER.get(relation.relator)
        return Judged(Outcome.CONFIRMED if test is not None and test(first, second) else Outcome.UNKNOWN)
    if not _differ(first, second, inexact=inexact):
        return Judged(Outcome.CONFIRMED)
    return Judged(Outcome.REFUTED, f"the left side is {describe(first)}, the right side is {describe(second)}")


def _differ(first: arb, second: arb, *, inexact: bool) -> bool:
    with ctx.workprec(PRECISION):
        if not inexact:
            return not first.overlaps(second)
        return bool(abs(first - second) > abs(first).max(abs(second)) * ball_of(_TOLERANCE))


_ORDER: Mapping[Relator, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        Relator.LESS: operator.lt,
        Relator.LESS_EQUAL: operator.le,
        Relator.GREATER: operator.gt,
        Relator.GREATER_EQUAL: operator.ge,
        Relator.UNEQUAL: operator.ne,
    }
)
