"""Proofs that two real algebraic numbers are equal: their difference is smaller than any number of its make can be.

Covered: closed terms of rational numbers, the four operations, whole powers, real roots, absolute values, and circular
functions of rational multiples of pi. Not covered: logarithms, other powers, letters, more than `MAX_BITS` bits.

The bound is the one of C. Burnikel, S. Funke, K. Mehlhorn, S. Schirra and S. Schmitt, "A separation bound for real
algebraic expressions", Algorithmica 55 (2009): the number is a quotient of algebraic integers, whose conjugates are
bounded from above, and a product of conjugates that is not zero is at least 1. The double of a cosine of a rational
multiple of pi is an algebraic integer with conjugates of at most 2.
"""

import math
from fractions import Fraction
from typing import NamedTuple

from flint import arb, ctx, fmpz

from clra.parsing.tree import Expression, Operation
from clra_verifiers.angles import multiple_of_pi
from clra_verifiers.balls import enclosure
from clra_verifiers.rational import value
from clra_verifiers.undecided import TooBigError, UndecidedError, UnsupportedError

MAX_BITS = 20_000
MAX_DEGREE = 4_096
_SLACK = 1e-6
_GUARD_BITS = 64
_CIRCULAR = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})


class _Size(NamedTuple):
    """Binary logarithms of bounds: of the conjugates of the numerator, and of those of the denominator."""

    above: float
    below: float


def sign_of_difference(left: Expression, right: Expression) -> int:
    """-1, 0 or 1 as the left side is less than, equal to or greater than the right side, proved.

    Raises:
        UndecidedError: a term is not of the kind covered, or the proof would take too many bits.
    """
    gauge = _Gauge()
    size = _sum(gauge.size(left), gauge.size(right))
    precision = _GUARD_BITS
    needed = (gauge.degree() - 1) * max(size.above, 0.0) + size.below + 2
    if needed > MAX_BITS:
        raise TooBigError("the proof would take too many digits")
    while True:
        with ctx.workprec(precision):
            ball = enclosure(left) - enclosure(right)
            if ball > 0 or ball < 0:
                return 1 if ball > 0 else -1
            if abs(ball) < arb(2) ** -math.ceil(needed):
                return 0
        precision *= 2
        if precision > 4 * (MAX_BITS + _GUARD_BITS):
            raise TooBigError("the proof would take too many digits")


class _Gauge:
    """Bounds for one term, and the degree of the field that it lives in."""

    def __init__(self) -> None:
        self.roots: dict[Expression, int] = {}
        self.turn = 1
        """All cosines are of multiples of pi over this number."""

    def degree(self) -> int:
        """A bound of the degree of the field.

        Raises:
            TooBigError: it is beyond `MAX_DEGREE`.
        """
        degree = math.prod(self.roots.values()) * max(1, int(fmpz(2 * self.turn).euler_phi()) // 2)
        if degree > MAX_DEGREE:
            raise TooBigError("the numbers are of too high a degree")
        return degree

    def size(self, tree: Expression) -> _Size:
        """The bounds of a closed term."""
        try:
            number = value(tree)
        except TooBigError:
            raise
        except UndecidedError:
            if isinstance(tree, Operation):
                return self._of_operation(tree)
            raise
        return _Size(_logarithm(max(abs(number.numerator), 1)), _logarithm(number.denominator))

    def _of_operation(self, tree: Operation) -> _Size:
        operator, arguments = tree.operator, tree.arguments
        match operator:
            case "neg" | "abs":
                return self.size(arguments[0])
            case "add":
                result = self.size(arguments[0])
                for argument in arguments[1:]:
                    result = _sum(result, self.size(argument))
                return result
            case "mul":
                sizes = [self.size(argument) for argument in arguments]
                return _Size(sum(size.above for size in sizes), sum(size.below for size in sizes))
            case "div":
                first, second = self.size(arguments[0]), self.size(arguments[1])
                return _Size(first.above + second.below, first.below + second.above)
            case "pow":
                return self._power(arguments[0], value(arguments[1]))
            case "root":
                return self._root(arguments[1], value(arguments[0]))
        if operator in _CIRCULAR:
            return self._circular(arguments[0])
        raise UnsupportedError("not an algebraic number")

    def _power(self, base: Expression, exponent: Fraction) -> _Size:
        size = self.size(base) if exponent.denominator == 1 else self._root(base, Fraction(exponent.denominator))
        if exponent < 0:
            size = _Size(size.below, size.above)
        return _Size(size.above * abs(exponent.numerator), size.below * abs(exponent.numerator))

    def _root(self, radicand: Expression, degree: Fraction) -> _Size:
        if degree.denominator != 1 or not 0 < degree <= 64:
            raise UnsupportedError("root of unusual degree")
        n = degree.numerator
        key = Operation("root", (radicand,))
        self.roots[key] = math.lcm(self.roots.get(key, 1), n)
        above, below = self.size(radicand)
        if above >= below:
            return _Size((above + (n - 1) * below) / n + _SLACK, below)
        return _Size(above, ((n - 1) * above + below) / n + _SLACK)

    def _circular(self, angle: Expression) -> _Size:
        turn = multiple_of_pi(angle)
        if turn is None:
            raise UnsupportedError("not plainly a rational multiple of pi")
        self.turn = math.lcm(self.turn, 2 * turn.denominator)
        return _Size(1.0, 1.0)


def _sum(first: _Size, second: _Size) -> _Size:
    left, right = first.above + second.below, second.above + first.below
    return _Size(max(left, right) + 1, first.below + second.below)


def _logarithm(number: int) -> float:
    """An upper bound of the binary logarithm."""
    return math.log2(number) + _SLACK if number > 1 else 0.0
