"""Proofs that two terms are equal wherever both have a value, by rational functions over the rationals (FLINT).

Letters are indeterminates. What is not a rational function of them becomes a further indeterminate, an *atom*, tied by
what is sure of it: ``root(n, x)**n = x``, ``sin(x)**2 = 1 - cos(x)**2``, ``i**2 = -1``. Roots and logarithms of
rational numbers are split into those of primes, powers with letters in the exponent into powers of primes. If the
difference of the two sides vanishes modulo these ties, they are equal. If it does not, nothing is known.
"""

import math
from collections.abc import Hashable
from fractions import Fraction
from typing import NamedTuple

from flint import fmpq, fmpz

from clra.parsing.tree import Call, Expression, Number, Operation, Symbol
from clra_verifiers.angles import COSINES, folded, multiple_of_pi, nearest_turn
from clra_verifiers.quotients import (
    GENERATORS,
    MAX_ATOMS,
    ONE,
    POLYNOMIALS,
    ZERO,
    Polynomial,
    Quotient,
    checked,
    constant,
    inverse,
    plus,
    power,
    times,
)
from clra_verifiers.rational import bits, value
from clra_verifiers.undecided import TooBigError, UndecidedError, UndefinedError, UnsupportedError

MAX_FACTORED_BITS = 60
"""Numbers up to this size are split into primes."""

MAX_FACTORIAL_SHIFT = 6
"""``(n + k)!`` is written with ``(n - 6)!``, so that neighbouring factorials have a common factor."""


class _Tie(NamedTuple):
    atom: int
    degree: int
    equal_to: Quotient
    """What the atom to the power ``degree`` is."""


def identical(left: Expression, right: Expression) -> bool:
    """Whether the two terms are proved equal for all values of their letters for which both are defined.

    Raises:
        UndecidedError: the terms hold something this module cannot express, or grow beyond its limits.
    """
    return _Field().equal(left, right)


class _Field:
    """The rational functions that one relation needs, with their atoms and ties."""

    def __init__(self) -> None:
        self.atoms: dict[Hashable, int] = {}
        self.ties: list[_Tie] = []

    def equal(self, left: Expression, right: Expression) -> bool:
        first, second = self.quotient(left), self.quotient(right)
        difference = plus(first, Quotient(-second.numerator, second.denominator)).numerator
        return bool(difference.is_zero() or self._reduced(difference).is_zero())

    def quotient(self, tree: Expression) -> Quotient:
        match tree:
            case Number(value=number):
                return constant(number)
            case Symbol(name="oo"):
                raise UnsupportedError("infinity is no number")
            case Symbol(name="i"):
                return self._atom(tree, 2, constant(Fraction(-1)))
            case Symbol() | Call():
                return self._atom(tree)
            case Operation(operator=operator, arguments=arguments):
                return self._operation(tree, operator, arguments)
            case _:
                raise UnsupportedError("not a number")

    def _operation(self, tree: Operation, operator: str, arguments: tuple[Expression, ...]) -> Quotient:
        match operator:
            case "add":
                result = Quotient(ZERO, ONE)
                for argument in arguments:
                    result = plus(result, self.quotient(argument))
                return result
            case "mul":
                result = Quotient(ONE, ONE)
                for argument in arguments:
                    result = times(result, self.quotient(argument))
                return result
            case "neg":
                inner = self.quotient(arguments[0])
                return Quotient(-inner.numerator, inner.denominator)
            case "div":
                return times(self.quotient(arguments[0]), inverse(self.quotient(arguments[1])))
            case "pow":
                return self._general_power(arguments[0], arguments[1])
            case "exp":
                return self._general_power(Symbol("e"), arguments[0])
            case "root":
                return self._root(value(arguments[0]), arguments[1])
            case "ln":
                return self._logarithm(arguments[0])
            case "log" if len(arguments) == 2:
                return times(self._logarithm(arguments[1]), inverse(self._logarithm(arguments[0])))
            case "sin" | "cos" | "tan" | "cot" | "sec" | "csc":
                return self._circular(operator, arguments[0])
            case "arcsin" | "arccos" | "arctan":
                return self._arc(tree, operator.removeprefix("arc"), arguments[0])
            case "factorial":
                return self._factorial(arguments[0])
            case "binomial":
                return self._binomial(arguments[0], arguments[1])
        try:
            return constant(value(tree))
        except UndecidedError:
            if operator in _OPAQUE:
                return self._atom(tree)
            raise

    def _atom(self, key: Hashable, degree: int = 0, equal_to: Quotient | None = None) -> Quotient:
        if key not in self.atoms:
            if len(self.atoms) == MAX_ATOMS:
                raise TooBigError("too many unknowns")
            self.atoms[key] = len(self.atoms)
            if equal_to is not None:
                self.ties.append(_Tie(self.atoms[key], degree, equal_to))
        return Quotient(GENERATORS[self.atoms[key]], ONE)

    def _reduced(self, difference: Polynomial) -> Polynomial:
        """A multiple of the difference in which no tied atom stands to the power of its tie or higher."""
        for atom, degree, equal_to in reversed(self.ties):  # what an atom is tied to, is older than the atom
            terms = difference.to_dict()
            highest = max((powers[atom] for powers in terms), default=0) // degree
            if not highest:
                continue
            if max(len(equal_to.numerator), len(equal_to.denominator)) > 1 and highest > 40:
                raise TooBigError("the degree is too high")
            tops = [ONE]
            bottoms = [ONE]
            for _ in range(highest):
                tops.append(checked(tops[-1] * equal_to.numerator))
                bottoms.append(checked(bottoms[-1] * equal_to.denominator))
            result = ZERO
            for powers, coefficient in terms.items():
                whole, rest = divmod(powers[atom], degree)
                monomial = POLYNOMIALS.from_dict({(*powers[:atom], rest, *powers[atom + 1 :]): coefficient})
                result = checked(result + monomial * tops[whole] * bottoms[highest - whole])
            difference = result
        return difference

    def _general_power(self, base: Expression, exponent: Expression) -> Quotient:
        try:
            number = value(exponent)
        except UndecidedError:
            return self._symbolic_power(base, exponent)
        if number.denominator == 1:
            return power(self.quotient(base), number.numerator)
        return power(self._root(Fraction(number.denominator), base), number.numerator)

    def _symbolic_power(self, base: Expression, exponent: Expression) -> Quotient:
        """``b**(c + k*m + ...)`` is ``b**c * (b**m)**k * ...`` for whole c and k."""
        above, below = self.quotient(exponent)
        if len(below) != 1 or below.total_degree() > 0:
            raise UnsupportedError("quotient with letters in an exponent")
        scale = below.coefficient(0)
        result = Quotient(ONE, ONE)
        for powers, coefficient in above.to_dict().items():
            share = coefficient / scale
            count = int(share.p)
            step = int(share.q)
            if not any(powers):
                if step != 1:
                    raise UnsupportedError("fraction in an exponent")
                result = times(result, power(self.quotient(base), count))
                continue
            for prime, multiplicity in self._prime_parts(base):
                atom = self._atom(("power", prime, powers, step))
                result = times(result, power(atom, count * multiplicity))
        return result

    def _prime_parts(self, base: Expression) -> list[tuple[Hashable, int]]:
        try:
            number = value(base)
        except UndecidedError:
            return [(base, 1)]
        if number <= 0:
            return [(number, 1)]
        return [(prime, count) for prime, count in _factored(number).items()]

    def _root(self, degree: Fraction, radicand: Expression) -> Quotient:
        if degree.denominator != 1 or not 1 < degree <= 12:
            raise UnsupportedError("root of unusual degree")
        n = degree.numerator
        try:
            number = value(radicand)
        except UndecidedError:
            inner = self.quotient(radicand)
            return self._atom(("root", n, str(inner.numerator), str(inner.denominator)), n, inner)
        if number < 0:
            if n % 2 == 0:
                raise UndefinedError("even root of a negative number")
            positive = self._root(degree, Number(-number))
            return Quotient(-positive.numerator, positive.denominator)
        result = constant(Fraction(1, number.denominator)) if number else constant(number)
        for prime, count in _factored(number * number.denominator**n).items() if number else ():
            whole, rest = divmod(count, n)
            result = times(result, constant(Fraction(prime**whole)))
            if rest:
                atom = self._atom(("root", n, prime), n, constant(Fraction(prime)))
                result = times(result, power(atom, rest))
        return result

    def _logarithm(self, argument: Expression) -> Quotient:
        match argument:
            case Symbol(name="e"):
                return constant(Fraction(1))
            case (
                Operation(operator="pow", arguments=(Symbol(name="e"), exponent))
                | Operation(operator="exp", arguments=(exponent,))
            ):
                return self.quotient(exponent)
        try:
            number = value(argument)
        except UndecidedError:
            return self._atom(("ln", argument))
        if number <= 0:
            raise UndefinedError("logarithm outside its domain")
        result = Quotient(ZERO, ONE)
        for prime, count in _factored(number).items():
            result = plus(result, times(constant(Fraction(count)), self._atom(("ln", prime))))
        return result

    def _circular(self, operator: str, angle: Expression) -> Quotient:
        turn = multiple_of_pi(angle)
        cosine = self._cosine(turn, angle)
        sine = self._sine(turn, angle, cosine)
        match operator:
            case "sin":
                return sine
            case "cos":
                return cosine
            case "tan":
                return times(sine, inverse(cosine))
            case "cot":
                return times(cosine, inverse(sine))
            case "sec":
                return inverse(cosine)
            case _:
                return inverse(sine)

    def _cosine(self, turn: Fraction | None, angle: Expression) -> Quotient:
        known = None if turn is None else COSINES.get(folded(turn))
        if turn is None or known is None:
            return self._atom(("cos", angle if turn is None else turn % 2))
        result = constant(known.rational)
        for factor, radicand in known.roots:
            result = plus(result, times(constant(factor), self._root(Fraction(2), Number(Fraction(radicand)))))
        if abs((turn + 1) % 2 - 1) > Fraction(1, 2):  # the left half of the circle
            return Quotient(-result.numerator, result.denominator)
        return result

    def _sine(self, turn: Fraction | None, angle: Expression, cosine: Quotient) -> Quotient:
        if turn is not None and folded(Fraction(1, 2) - turn) in COSINES:
            return self._cosine(Fraction(1, 2) - turn, angle)
        square = plus(constant(Fraction(1)), times(constant(Fraction(-1)), power(cosine, 2)))
        return self._atom(("sin", angle if turn is None else turn % 2), 2, square)

    def _arc(self, tree: Operation, function: str, argument: Expression) -> Quotient:
        """The rational multiple of pi whose ``function`` is proved to be the argument, or else an atom."""
        turn = nearest_turn(tree)
        if turn is not None:
            angle = Operation("mul", (Number(turn), Symbol("pi")))
            if self.equal(Operation(function, (angle,)), argument):
                return self.quotient(angle)
        return self._atom(tree)

    def _factorial(self, argument: Expression) -> Quotient:
        try:
            return constant(value(Operation("factorial", (argument,))))
        except UndecidedError:
            inner = self.quotient(argument)
        offset = _whole_part(inner)
        count = offset + MAX_FACTORIAL_SHIFT
        if not 0 <= count <= 2 * MAX_FACTORIAL_SHIFT:
            raise TooBigError("factorials too far apart")
        base = plus(inner, constant(Fraction(-count)))
        result = self._atom(("factorial", str(base.numerator), str(base.denominator)))
        for step in range(1, count + 1):
            result = times(result, plus(base, constant(Fraction(step))))
        return result

    def _binomial(self, upper: Expression, lower: Expression) -> Quotient:
        try:
            count = value(lower)
        except UndecidedError:
            return self._atom(("binomial", upper, lower))
        if count.denominator != 1 or not 0 <= count <= 8:
            return constant(value(Operation("binomial", (upper, lower))))
        top = self.quotient(upper)
        result = constant(Fraction(1, math.factorial(count.numerator)))
        for step in range(count.numerator):
            result = times(result, plus(top, constant(Fraction(-step))))
        return result


_OPAQUE = frozenset({"abs", "floor", "ceil", "mod", "gcd", "lcm", "max", "min", "sum", "product"})
_OPAQUE |= {"derivative", "integral", "limit", "sinh", "cosh", "tanh"}


def _factored(number: Fraction) -> dict[int, int]:
    """Prime -> multiplicity, negative in the denominator."""
    if bits(number) > MAX_FACTORED_BITS:
        raise TooBigError("the number is too big to factor")
    parts = {int(prime): int(count) for prime, count in fmpz(number.numerator).factor()} if number != 1 else {}
    for prime, count in fmpz(number.denominator).factor() if number.denominator != 1 else ():
        parts[int(prime)] = -int(count)
    return parts


def _whole_part(quotient: Quotient) -> int:
    """The constant term of a polynomial with constant denominator, rounded down."""
    above, below = quotient
    if below.total_degree() > 0:
        raise UnsupportedError("quotient in a factorial")
    share = above.to_dict().get((0,) * MAX_ATOMS, fmpq(0)) / below.coefficient(0)
    return int(share.floor())
