"""Systems of equations as polynomial ideals over the rationals, decided by Groebner bases (FLINT), within limits.

What is not a polynomial becomes a further unknown, tied by what is sure of it wherever it has a value: ``r^2 = x`` for
``sqrt(x)``, ``u*b = 1`` for the division by ``b``, ``s^2 + c^2 = 1`` for sine and cosine. Calls, absolute values,
logarithms and the like are unknowns without ties, equal where their terms are. A system without a solution in complex
numbers has none in any smaller domain, so nothing needs to be known of what the letters stand for.
"""

import math
from collections.abc import Hashable, Iterable
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from flint import Ordering, fmpz, fmpz_mpoly_ctx, fmpz_mpoly_vec

from clra.parsing.tree import Call, Expression, Number, Operation, Symbol
from clra_verifiers.angles import COSINES, folded, multiple_of_pi
from clra_verifiers.formulas import CIRCULAR, DEGREE
from clra_verifiers.rational import bits, value
from clra_verifiers.undecided import TooBigError, UndecidedError, UndefinedError, UnsupportedError

MAX_UNKNOWNS = 20
MAX_TERMS = 150
MAX_DEGREE = 14
MAX_BITS = 600
MAX_BASIS = 40
MAX_BASIS_TERMS = 120
MAX_FACTORED_BITS = 60

Polynomial: TypeAlias = Any
"""An `fmpz_mpoly`; the type hints of the library do not know all that it can do."""
Scaled: TypeAlias = tuple[Polynomial, int]
"""A polynomial over a positive whole number."""

_RING = fmpz_mpoly_ctx.get([f"t{index}" for index in range(MAX_UNKNOWNS)], Ordering.degrevlex)
_UNKNOWNS = _RING.gens()
_CONSTANTS = (Symbol("pi"), Symbol("e"), Symbol("i"), DEGREE)
_ZERO: Polynomial = _RING.constant(0)
_ONE: Polynomial = _RING.constant(1)


class System:
    """Equations in unknowns, with the ties of these unknowns."""

    def __init__(self) -> None:
        self._unknowns: dict[Hashable, int] = {}
        self._ties: list[Polynomial] = []
        self._equations: list[Polynomial] = []

    def extended(self) -> "System":
        """A copy to add further equations to."""
        copy = System()
        copy._unknowns = dict(self._unknowns)
        copy._ties = list(self._ties)
        copy._equations = list(self._equations)
        return copy

    def require_zero(self, factors: Iterable[Expression]) -> None:
        """Add the equation that the product of these terms is zero.

        Raises:
            UndecidedError: a term is not to be expressed, or grows beyond the limits.
        """
        product = _ONE
        for factor in factors:
            product = _checked(product * self.polynomial(factor)[0])
        self._equations.append(product)

    def require_nonzero(self, factors: Iterable[Expression]) -> None:
        """Add that the product of these terms is not zero."""
        product = _ONE
        for factor in factors:
            product = _checked(product * self.polynomial(factor)[0])
        self._unit(product)

    @cached_property
    def basis(self) -> tuple[Polynomial, ...] | None:
        """A reduced Groebner basis of the ideal; None where it is beyond the limits."""
        given = [each for each in (*self._ties, *self._equations) if not each.is_zero()]
        if not given:
            return ()
        if any(each.is_constant() for each in given):
            return (_ONE,)
        vector: Any = fmpz_mpoly_vec(given, _RING)
        found, complete = vector.buchberger_naive(limits=(MAX_BASIS, MAX_BASIS_TERMS, MAX_BITS))
        if any(each.is_constant() for each in found):
            return (_ONE,)
        return tuple(found.autoreduction()) if complete else None

    @property
    def contradictory(self) -> bool | None:
        """Whether there is surely no solution, not even in complex numbers; None beyond the limits."""
        return None if self.basis is None else self.basis == (_ONE,)

    @property
    def is_linear(self) -> bool:
        """Whether all equations are linear in letters and values of functions."""
        plain = all(isinstance(key, Symbol | Call) and key != Symbol("i") for key in self._unknowns)
        return plain and not self._ties and all(each.total_degree() <= 1 for each in self._equations)

    def values(self) -> dict[Symbol | Call, Fraction]:
        """The letters and values of functions that have the same rational value in every solution."""
        letters = {index: key for key, index in self._unknowns.items() if isinstance(key, Symbol | Call)}
        found: dict[Symbol | Call, Fraction] = {}
        for each in self.basis or ():
            if len(each) > 2 or each.total_degree() != 1:
                continue
            terms = each.to_dict()
            rest = terms.pop((0,) * MAX_UNKNOWNS, fmpz(0))
            if len(terms) != 1:
                continue
            ((powers, coefficient),) = terms.items()
            letter = letters.get(powers.index(1))
            if letter is not None and letter not in _CONSTANTS:
                found[letter] = Fraction(-int(rest), int(coefficient))
        return found

    def polynomial(self, tree: Expression) -> Scaled:
        """The term as a polynomial of the unknowns.

        Raises:
            UndecidedError: the term is not to be expressed, or grows beyond the limits.
        """
        match tree:
            case Number(value=number):
                return _constant(number)
            case Symbol(name="oo"):
                raise UnsupportedError("infinity is no number")
            case Call(name=name, arguments=(angle,)) if name in CIRCULAR:
                return self._circular(name, angle)
            case Symbol() | Call():
                return self._unknown(tree), 1
            case Operation(operator=operator, arguments=arguments):
                return self._operation(tree, operator, arguments)
        raise UnsupportedError("not a number")

    def _operation(self, tree: Operation, operator: str, arguments: tuple[Expression, ...]) -> Scaled:
        match operator:
            case "add":
                total: Scaled = (_ZERO, 1)
                for argument in arguments:
                    total = _sum(total, self.polynomial(argument))
                return total
            case "mul":
                product: Scaled = (_ONE, 1)
                for argument in arguments:
                    product = _product(product, self.polynomial(argument))
                return product
            case "neg":
                above, below = self.polynomial(arguments[0])
                return -above, below
            case "div":
                return _product(self.polynomial(arguments[0]), self._inverse(self.polynomial(arguments[1])))
            case "pow":
                return self._power(tree, *arguments)
            case "root":
                return self._root(value(arguments[0]), arguments[1])
            case "sin" | "cos" | "tan" | "cot" | "sec" | "csc":
                return self._circular(operator, arguments[0])
            case "binomial":
                return self._binomial(tree, *arguments)
        try:
            return _constant(value(tree))
        except UndefinedError:
            raise
        except UndecidedError:
            if operator in _OPAQUE:
                return self._unknown(tree), 1
            raise

    def _unknown(self, key: Hashable) -> Polynomial:
        if key not in self._unknowns:
            if len(self._unknowns) == MAX_UNKNOWNS:
                raise TooBigError("too many unknowns")
            self._unknowns[key] = len(self._unknowns)
            if key == DEGREE:
                self._unit(_UNKNOWNS[self._unknowns[key]])
        return _UNKNOWNS[self._unknowns[key]]

    def _unit(self, polynomial: Polynomial) -> Polynomial:
        """One over a polynomial, which is thereby not zero."""
        if polynomial.is_zero():
            raise UndefinedError("division by zero")
        key = ("inverse", str(polynomial))
        is_new = key not in self._unknowns
        inverse = self._unknown(key)
        if is_new:
            self._ties.append(_checked(inverse * polynomial) - 1)
        return inverse

    def _inverse(self, scaled: Scaled) -> Scaled:
        above, below = scaled
        if above.is_constant() and not above.is_zero():
            number = int(above.leading_coefficient())
            return _RING.constant(below if number > 0 else -below), abs(number)
        return _RING.constant(below) * self._unit(above), 1

    def _power(self, tree: Operation, base: Expression, exponent: Expression) -> Scaled:
        try:
            number = value(exponent)
        except UndecidedError:
            return self._open_power(tree, base, exponent)
        root = self.polynomial(base) if number.denominator == 1 else self._root(Fraction(number.denominator), base)
        count = number.numerator
        return _raised(root if count >= 0 else self._inverse(root), abs(count))

    def _open_power(self, tree: Operation, base: Expression, exponent: Expression) -> Scaled:
        """``2^(n + 3)`` as ``2^n * 2^3``, for bases that are positive numbers."""
        match exponent:
            case Operation(operator="add", arguments=parts) if isinstance(base, Number) and base.value > 0:
                product: Scaled = (_ONE, 1)
                for part in parts:
                    product = _product(product, self.polynomial(Operation("pow", (base, part))))
                return product
            case Operation(operator="neg", arguments=(inner,)) if isinstance(base, Number) and base.value > 0:
                return self._inverse(self.polynomial(Operation("pow", (base, inner))))
        return self._unknown(tree), 1

    def _root(self, degree: Fraction, radicand: Expression) -> Scaled:
        if degree.denominator != 1 or not 0 < degree <= 12:
            raise UnsupportedError("root of unusual degree")
        n = degree.numerator
        try:
            number = value(radicand)
        except UndecidedError:
            return self._root_of(n, self.polynomial(radicand))
        return self._numeric_root(n, number)

    def _root_of(self, degree: int, radicand: Scaled) -> Scaled:
        """The root of ``p/q`` as that of ``p*q^(n-1)``, over q."""
        above, below = radicand
        whole = _checked(above * below ** (degree - 1))
        key = ("root", degree, str(whole))
        is_new = key not in self._unknowns
        root = self._unknown(key)
        if is_new:
            self._ties.append(_checked(root**degree - whole))
        return root, below

    def _numeric_root(self, degree: int, number: Fraction) -> Scaled:
        if number < 0 and degree % 2 == 0:
            return self._root_of(degree, _constant(number))
        whole = abs(number.numerator) * number.denominator ** (degree - 1)
        if whole.bit_length() > MAX_FACTORED_BITS:
            return self._root_of(degree, _constant(number))
        outside = 1 if number >= 0 else -1
        result = _ONE
        for prime, count in fmpz(whole).factor() if whole > 1 else ():
            times, rest = divmod(int(count), degree)
            outside *= int(prime) ** times
            if rest:
                result = _checked(result * self._root_of(degree, _constant(Fraction(int(prime))))[0] ** rest)
        return result * (0 if number == 0 else outside), number.denominator

    def _circular(self, operator: str, angle: Expression) -> Scaled:
        cosine, sine = self._cosine_and_sine(angle)
        match operator:
            case "sin":
                return sine
            case "cos":
                return cosine
            case "tan":
                return _product(sine, self._inverse(cosine))
            case "cot":
                return _product(cosine, self._inverse(sine))
            case "sec":
                return self._inverse(cosine)
        return self._inverse(sine)

    def _cosine_and_sine(self, angle: Expression) -> tuple[Scaled, Scaled]:
        turn = multiple_of_pi(angle)
        if turn is not None:
            cosine, sine = self._surd(turn), self._surd(Fraction(1, 2) - turn)
            if cosine is not None and sine is not None:
                return cosine, sine
        try:
            above, below = self.polynomial(angle)
            key: Hashable = (str(above), below)
        except UndecidedError:
            key = angle
        is_new = ("cosine", key) not in self._unknowns
        cosine_unknown, sine_unknown = self._unknown(("cosine", key)), self._unknown(("sine", key))
        if is_new:
            self._ties.append(cosine_unknown**2 + sine_unknown**2 - 1)
        return (cosine_unknown, 1), (sine_unknown, 1)

    def _surd(self, turn: Fraction) -> Scaled | None:
        """The cosine of this multiple of pi, where it is known."""
        known = COSINES.get(folded(turn))
        if known is None:
            return None
        result = _constant(known.rational)
        for factor, radicand in known.roots:
            root = self._numeric_root(2, Fraction(radicand))
            result = _sum(result, _product(_constant(factor), root))
        is_left = abs((turn + 1) % 2 - 1) > Fraction(1, 2)
        return (-result[0], result[1]) if is_left else result

    def _binomial(self, tree: Operation, upper: Expression, lower: Expression) -> Scaled:
        try:
            count = value(lower)
        except UndecidedError:
            return self._unknown(tree), 1
        if count.denominator != 1 or not 0 <= count <= 6:
            return _constant(value(tree))
        result: Scaled = (_ONE, math.factorial(count.numerator))
        for step in range(count.numerator):
            result = _product(result, _sum(self.polynomial(upper), (_RING.constant(-step), 1)))
        return result


_OPAQUE = frozenset(
    {"abs", "floor", "ceil", "mod", "gcd", "lcm", "max", "min", "factorial", "double_factorial", "exp", "ln", "log"}
    | {"arcsin", "arccos", "arctan", "sinh", "cosh", "tanh"}
)
"""Operations whose values are unknowns, each determined by its arguments alone."""


def _constant(number: Fraction) -> Scaled:
    if bits(number) > MAX_BITS:
        raise TooBigError("a number is too big")
    return _RING.constant(number.numerator), number.denominator


def _sum(first: Scaled, second: Scaled) -> Scaled:
    below = math.lcm(first[1], second[1])
    return _scaled(first[0] * (below // first[1]) + second[0] * (below // second[1]), below)


def _product(first: Scaled, second: Scaled) -> Scaled:
    if len(first[0]) * len(second[0]) > MAX_TERMS**2:
        raise TooBigError("the polynomial has too many terms")
    return _scaled(first[0] * second[0], first[1] * second[1])


def _raised(scaled: Scaled, exponent: int) -> Scaled:
    degree = scaled[0].total_degree()
    if max(degree, 0) * exponent > MAX_DEGREE or exponent > MAX_BITS:
        raise TooBigError("the power is too high")
    result: Scaled = (_ONE, 1)
    for _ in range(exponent):
        result = _product(result, scaled)
    return result


def _scaled(above: Polynomial, below: int) -> Scaled:
    if below.bit_length() > MAX_BITS:
        raise TooBigError("a number is too big")
    common = math.gcd(int(above.content()), below) if above != 0 else below
    if common != 1:
        above, below = (
            _RING.from_dict({powers: part // common for powers, part in above.to_dict().items()}),
            below // common,
        )
    return _checked(above), below


def _checked(polynomial: Polynomial) -> Polynomial:
    if len(polynomial) > MAX_TERMS or polynomial.total_degree() > MAX_DEGREE:
        raise TooBigError("the polynomial is too big")
    if any(int(part).bit_length() > MAX_BITS for part in polynomial.coeffs()):
        raise TooBigError("a coefficient is too big")
    return polynomial
