"""What rounding can excuse. A decimal may stand for the numbers that round to it, but never for all numbers."""

from dataclasses import replace
from enum import Enum
from fractions import Fraction

from flint import ctx

from clra.parsing.tree import Expression, Number, Operation, Symbol, walk
from clra_verifiers.balls import ball_of, enclosure
from clra_verifiers.rational import value
from clra_verifiers.undecided import IrrationalError, UndecidedError

PRECISION = 128
CLOSE = Fraction(2, 100)
"""Approximations that differ by less than this part of the value are not refuted, however many digits they have."""
CLOSE_WHOLE = Fraction(10, 100)
"""The same where the approximation is a whole number or a term."""

CLOSE_PI = Fraction(1, 500)
"""Pi is often taken to be 22/7 or 3.14."""

_PI = Symbol("pi")
_HALF = Fraction(1, 2)
_NEARLY = Fraction(1, 200)
"""What may be left out where a small result is written as a whole number."""
_LONGEST = 10**40
_FLOATING = 12


class Fit(Enum):
    """How an inexact equality stands."""

    ROUNDED = "one side is the other, rounded"
    POSSIBLE = "rounding may explain the difference"
    NONE = "rounding cannot explain the difference"


def fit_of_equality(left: Expression, right: Expression) -> Fit:
    """How two unequal sides stand that the writer joined by a plain equals sign.

    Raises:
        UndecidedError: a side has no value that can be enclosed.
    """
    with ctx.workprec(PRECISION):
        for literal, other in ((literal_of(right), left), (literal_of(left), right)):
            if literal is None:
                continue
            fit = _fit_to_literal(literal, other)
            if fit is not Fit.NONE:
                return fit
        first, second = enclosure(left), enclosure(right)
        if _PI in {*walk(left), *walk(right)} and not abs(first - second) > abs(first) * ball_of(CLOSE_PI):
            return Fit.POSSIBLE
        if not (_has_decimals(left) or _has_decimals(right)):
            return Fit.NONE
        if enclosure(left, rounded=True).overlaps(enclosure(right, rounded=True)):
            return Fit.POSSIBLE
        return Fit.NONE


def fit_of_approximation(left: Expression, right: Expression) -> Fit:
    """How two sides stand that the writer calls approximately equal.

    Raises:
        UndecidedError: a side has no value that can be enclosed.
    """
    with ctx.workprec(PRECISION):
        first, second = enclosure(left), enclosure(right)
        gap = abs(first - second)
        size = abs(first).max(abs(second))
        literal = _coarser(literal_of(left), literal_of(right))
        unit = Fraction(0) if literal is None else last_place(literal)
        if literal is not None and gap <= ball_of(unit / 2):
            return Fit.ROUNDED
        written = literal is not None and literal.decimals is not None
        if not gap > ball_of(2 * unit if written else unit):
            return Fit.POSSIBLE
        if not gap > size * ball_of(CLOSE if written else CLOSE_WHOLE):
            return Fit.POSSIBLE
        spread = enclosure(left, rounded=True) - enclosure(right, rounded=True)
        return Fit.NONE if abs(spread) > ball_of(unit) else Fit.POSSIBLE


def _fit_to_literal(literal: Number, other: Expression) -> Fit:
    exact = enclosure(other)
    gap = abs(exact - ball_of(literal.value))
    if literal.repeating:
        return Fit.NONE
    if literal.decimals is None:
        if isinstance(other, Operation) and other.operator == "div" and literal.value != 0:
            return Fit.POSSIBLE if gap < 1 else Fit.NONE  # the remainder may have been dropped
        if _has_decimals(other):
            return Fit.POSSIBLE if gap < 1 and not exact.is_integer() else Fit.NONE
        near = _HALF if abs(exact) > 10 else _NEARLY
        return Fit.POSSIBLE if not exact.is_integer() and gap <= ball_of(near) else Fit.NONE
    if literal.decimals >= _FLOATING and gap < abs(exact) * ball_of(Fraction(1, 10**_FLOATING)):
        return Fit.ROUNDED  # printed by a program that calculates with binary fractions
    unit = Fraction(1, 10**literal.decimals)
    if gap <= ball_of(unit / 2) and not _has_decimals(other) and _is_endless(other):
        return Fit.ROUNDED
    return Fit.POSSIBLE if gap < ball_of(unit) else Fit.NONE


def _is_endless(tree: Expression) -> bool:
    """Whether a term's value has no finite decimal expansion, so that it can be written only rounded."""
    try:
        rest = value(tree).denominator
    except IrrationalError:
        return True
    except UndecidedError:
        return False
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest != 1


def literal_of(tree: Expression) -> Number | None:
    """The numeral that a term is, with its sign; None where it is none."""
    if isinstance(tree, Number):
        return tree
    if isinstance(tree, Operation) and tree.operator == "neg" and isinstance(tree.arguments[0], Number):
        return replace(tree.arguments[0], value=-tree.arguments[0].value)
    return None


def _coarser(first: Number | None, second: Number | None) -> Number | None:
    if first is None or second is None:
        return first or second
    return max(first, second, key=last_place)


def last_place(number: Number) -> Fraction:
    """What one unit of the last written digit is worth; final zeros of a whole number may stem from rounding."""
    if number.decimals is not None:
        return Fraction(1, 10**number.decimals)
    whole = abs(number.value.numerator)
    if whole == 0 or number.value.denominator != 1:
        return Fraction(1)
    zeros = len(str(whole)) - len(str(whole).rstrip("0")) if whole < _LONGEST else 0
    return Fraction(10**zeros)


def _has_decimals(tree: Expression) -> bool:
    return any(isinstance(node, Number) and node.decimals is not None and not node.repeating for node in walk(tree))
