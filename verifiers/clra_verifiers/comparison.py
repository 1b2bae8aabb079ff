"""One closed relation under one reading: true, false or open, with the values that show it."""

import operator
from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

from flint import arb, ctx

from clra.parsing.tree import Expression, Relation, Relator, Symbol, walk
from clra_verifiers.balls import enclosure
from clra_verifiers.features import Features
from clra_verifiers.identity import identical
from clra_verifiers.rational import value
from clra_verifiers.rounding import Fit, fit_of_approximation, fit_of_equality
from clra_verifiers.separation import sign_of_difference
from clra_verifiers.undecided import UndecidedError, UndefinedError

PRECISIONS = (64, 256, 1024)
_IMAGINARY = Symbol("i")


class Tier(StrEnum):
    """The kind of proof."""

    RATIONAL = "rational"
    MODULAR = "modular"
    BALL = "ball"
    IDENTITY = "identity"
    SEPARATION = "separation"
    COUNTEREXAMPLE = "counterexample"
    COLLECTION = "collection"


class Comparison(NamedTuple):
    """How a closed relation stands."""

    truth: bool | None
    """None: not decided."""
    tier: Tier
    left: Fraction | arb | None = None
    right: Fraction | arb | None = None
    note: str = ""
    """Why it is open, or in what sense it is true."""


def compare(relation: Relation, features: Features, *, rounded: bool, excuses: bool = True) -> Comparison:
    """Decide a closed relation without ambiguous notation, with rounding as an excuse.

    Args:
        relation: an equality, an inequality or an approximation.
        features: of the relation.
        rounded: whether its decimals are said to be rounded.
        excuses: whether rounding may excuse what is false without a decimal.
    """
    found = compare_strictly(relation)
    if found.truth is False and features.constants & {"e", "i", "oo"}:  # the letter may be a variable here
        return found._replace(truth=None, note="false if the letter is the constant of that name")
    if found.truth is False and (excuses or rounded or features.decimals):
        return _excused(relation, features, found, rounded=rounded)
    return found


def compare_strictly(relation: Relation) -> Comparison:
    """Decide a closed relation without ambiguous notation, every number being exactly what is written."""
    try:
        left, right = value(relation.left), value(relation.right)
    except UndefinedError as undefined:
        if _IMAGINARY in walk(relation) and _proved_equal(relation.left, relation.right):  # sqrt(-4) = 2*i
            return Comparison(_TESTS[relation.relator](0, 0), Tier.IDENTITY)
        return Comparison(None, Tier.RATIONAL, note=str(undefined))
    except UndecidedError:
        return _by_balls(relation)
    return Comparison(_TESTS[relation.relator](left, right), Tier.RATIONAL, left, right)


def _by_balls(relation: Relation) -> Comparison:
    """Balls first, which are cheap and tell apart; then proofs of equality; then finer balls."""
    left = right = None
    try:
        for precision in PRECISIONS:
            with ctx.workprec(precision):
                left, right = enclosure(relation.left), enclosure(relation.right)
                if not left.is_finite() or not right.is_finite():
                    return Comparison(None, Tier.BALL, note="the value is too big")
                if not left.overlaps(right):
                    return Comparison(bool(_TESTS[relation.relator](left, right)), Tier.BALL, left, right)
            if precision == PRECISIONS[0]:
                found = _by_proof(relation, left, right)
                if found is not None:
                    return found
    except UndecidedError as undecided:
        if left is None and _proved_equal(relation.left, relation.right):
            return Comparison(_TESTS[relation.relator](0, 0), Tier.IDENTITY)
        return Comparison(None, Tier.BALL, left, right, str(undecided))
    return Comparison(None, Tier.BALL, left, right, "the sides agree to 300 digits, which is no proof")


def _by_proof(relation: Relation, left: arb, right: arb) -> Comparison | None:
    """How two sides stand whose balls meet."""
    if _proved_equal(relation.left, relation.right):
        return Comparison(_TESTS[relation.relator](0, 0), Tier.IDENTITY, left, right)
    try:
        sign = sign_of_difference(relation.left, relation.right)
    except UndecidedError:
        return None
    return Comparison(_TESTS[relation.relator](sign, 0), Tier.SEPARATION, left, right)


def _proved_equal(left: Expression, right: Expression) -> bool:
    try:
        return identical(left, right)
    except UndecidedError:
        return False


def _excused(relation: Relation, features: Features, found: Comparison, *, rounded: bool) -> Comparison:
    """A false relation once more, with rounding as an excuse."""
    if relation.relator not in {Relator.EQUAL, Relator.ABOUT}:
        if rounded and relation.relator is not Relator.UNEQUAL and (features.decimals or found.tier is Tier.BALL):
            return found._replace(truth=None, note="rounding may explain the difference")
        return found
    approximate = rounded or relation.relator is Relator.ABOUT
    if not approximate and not features.decimals and _both_whole(found):
        return found
    try:
        fit = (fit_of_approximation if approximate else fit_of_equality)(relation.left, relation.right)
    except UndecidedError as undecided:
        return found._replace(truth=None, note=str(undecided))
    if fit is Fit.NONE:
        return found
    return found._replace(truth=True if fit is Fit.ROUNDED else None, note=fit.value)


def _both_whole(found: Comparison) -> bool:
    return all(isinstance(side, Fraction) and side.denominator == 1 for side in (found.left, found.right))


_TESTS: dict[Relator, Callable[[Any, Any], bool]] = {
    Relator.EQUAL: operator.eq,
    Relator.ABOUT: operator.eq,
    Relator.UNEQUAL: operator.ne,
    Relator.LESS: operator.lt,
    Relator.LESS_EQUAL: operator.le,
    Relator.GREATER: operator.gt,
    Relator.GREATER_EQUAL: operator.ge,
}
