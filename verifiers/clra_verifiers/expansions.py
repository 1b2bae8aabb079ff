"""Terms near a point as sums of powers of the distance, with a proved bound on what is left out (Taylor models).

The letter is written as ``a + t^e``, ``a - t^e``, ``t^-e`` or ``-t^-e``. Then a term is
``t^v (c_0 + c_1 t + ... + r(t) t^n)`` for all ``0 < t <= reach``, with ``r(t)`` in a known ball: what the term does
near the point is known for certain.

Not covered: logarithms of what goes to zero or infinity, growing exponentials, factorials, floors.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from flint import arb, arb_series, ctx, fmpq, fmpq_series

from clra.parsing.tree import Expression, Number, Operation, Symbol
from clra_verifiers.balls import ball_of, enclosure
from clra_verifiers.differentiation import ONE, ZERO, depends_on, minus, power, put
from clra_verifiers.identity import identical
from clra_verifiers.rational import value
from clra_verifiers.undecided import TooBigError, UndecidedError, UndefinedError, UnsupportedError

ORDER = 9
"""Coefficients that are calculated."""
PRECISION = 192
MAX_EXPONENT = 30
MAX_SHIFT = 60
_FLAT = 20
"""An exponential that vanishes faster than every power is bounded by this power."""

Coefficient: TypeAlias = fmpq | arb


@dataclass(frozen=True, slots=True)
class Expansion:
    """``t^valuation * (c_0 + ... + c_(n-1) t^(n-1) + r(t) t^n)``."""

    valuation: int
    coefficients: tuple[Coefficient, ...]
    rest: arb
    """A ball that holds ``r(t)`` wherever the expansion holds."""


def is_zero(coefficient: Coefficient) -> bool:
    """Whether a coefficient is surely zero; a ball around zero is neither equal to it nor unequal."""
    return bool(coefficient == 0)


class Place(NamedTuple):
    """Where a letter goes, and from where."""

    name: str
    point: Expression | None
    """None for infinity."""
    sign: int = 1
    """1 from above, or to infinity; -1 from below, or to its opposite."""
    ramification: int = 1
    """The power of t that the distance is."""
    reach: Fraction = Fraction(1, 1024)
    """How large t may be."""


def expansion(tree: Expression, place: Place) -> Expansion:
    """How a term behaves near a place.

    Raises:
        UndecidedError: there is no such expansion, or none that is found.
    """
    with ctx.workprec(PRECISION):
        return _Expander(place).of(tree)


def limit_of_expansion(found: Expansion) -> arb | None:
    """The limit as t goes to zero; None where it is infinite.

    Raises:
        UndecidedError: it is not known.
    """
    if found.valuation > 0:
        return arb(0)
    if not found.coefficients:
        raise UndecidedError("no limit is proved")
    first = arb(found.coefficients[0])
    if found.valuation == 0:
        return first
    if first.contains(0):
        raise UndecidedError("no limit is proved")
    return None


def sign_of_expansion(found: Expansion) -> int:
    """The sign of the leading coefficient, which must not be zero."""
    return 1 if arb(found.coefficients[0]) > 0 else -1


class _Expander:
    def __init__(self, place: Place) -> None:
        self.place = place
        half = ball_of(place.reach / 2)
        self.reach = arb(half.mid(), half.abs_upper())

    def of(self, tree: Expression) -> Expansion:
        if not depends_on(tree, self.place.name):
            return self._constant(tree)
        match tree:
            case Symbol():
                return self._letter()
            case Operation(operator=operator, arguments=arguments):
                return self._exact_at_the_point(tree, self._operation(operator, arguments))
        raise UnsupportedError("no expansion")

    def _constant(self, tree: Expression) -> Expansion:
        try:
            exact = value(tree)
        except UndecidedError:
            return self._made(0, (enclosure(tree),) + (fmpq(0),) * (ORDER - 1))
        return self._made(0, (_rational(exact),) + (fmpq(0),) * (ORDER - 1))

    def _letter(self) -> Expansion:
        sign, power_of_t = fmpq(self.place.sign), self.place.ramification
        if self.place.point is None:
            return self._made(-power_of_t, (sign,) + (fmpq(0),) * (ORDER - 1))
        step = self._made(power_of_t, (sign,) + (fmpq(0),) * (ORDER - 1))
        return self._sum(self._constant(self.place.point), step)

    def _operation(self, operator: str, arguments: tuple[Expression, ...]) -> Expansion:
        match operator, arguments:
            case "add", parts:
                total = self.of(parts[0])
                for part in parts[1:]:
                    total = self._sum(total, self.of(part))
                return total
            case "neg", (inner,):
                return self._scaled(self.of(inner), fmpq(-1))
            case "mul", parts:
                result = self.of(parts[0])
                for part in parts[1:]:
                    result = self._product(result, self.of(part))
                return result
            case "div", (above, Operation(operator="exp", arguments=(inner,))):
                return self._product(self.of(above), self._exponential(self.of(minus(inner))))
            case "div", (above, Operation(operator="pow", arguments=(base, exponent))) if depends_on(
                exponent, self.place.name
            ):
                return self._product(self.of(above), self.of(power(base, minus(exponent))))
            case "div", (above, below):
                return self._product(self.of(above), self._power(self.of(below), Fraction(-1)))
            case "pow", (base, exponent):
                return self._variable_power(base, exponent)
            case "root", (Number(value=degree), radicand) if degree:
                return self._power(self.of(radicand), 1 / degree)
            case "exp", (inner,):
                return self._exponential(self.of(inner))
            case "log", (base, inner):
                scale = self._power(self.of(Operation("ln", (base,))), Fraction(-1))
                return self._product(self.of(Operation("ln", (inner,))), scale)
            case "abs", (inner,):
                return self._absolute(self.of(inner))
            case "sinh" | "cosh", (inner,):
                grown, shrunk = (self._exponential(self.of(each)) for each in (inner, minus(inner)))
                both = self._sum(grown, self._scaled(shrunk, fmpq(1 if operator == "cosh" else -1)))
                return self._scaled(both, fmpq(1, 2))
            case _, (inner,) if operator in _FUNCTIONS:
                return self._function(operator, self.of(inner))
        raise UnsupportedError(f"no expansion of {operator}")

    def _exact_at_the_point(self, tree: Expression, found: Expansion) -> Expansion:
        """The expansion without a first coefficient that is zero, which its ball does not show: ``sin(pi + t)``."""
        if found.valuation or not found.coefficients or self.place.point is None:
            return found
        first = found.coefficients[0]
        if isinstance(first, fmpq) or not first.contains(0):
            return found
        try:
            vanishes = identical(put(tree, self.place.name, self.place.point), ZERO)
        except UndecidedError:
            return found
        return self._made(0, (fmpq(0), *found.coefficients[1:]), found.rest) if vanishes else found

    def _made(self, valuation: int, coefficients: tuple[Coefficient, ...], rest: arb | None = None) -> Expansion:
        """An expansion without leading zeros, and with no more coefficients than are wanted."""
        rest = arb(0) if rest is None else rest
        kept, left_out = coefficients[:ORDER], coefficients[ORDER:]
        for coefficient in reversed(left_out):
            rest = rest * self.reach + coefficient
        start = next((place for place, each in enumerate(kept) if not is_zero(each)), len(kept))
        if abs(valuation) + start > MAX_SHIFT:
            raise TooBigError("too high a power")
        if not all(arb(each).is_finite() for each in (*kept, rest)):
            raise UndecidedError("no finite expansion")
        return Expansion(valuation + start, kept[start:], rest)

    def _bracket(self, found: Expansion) -> arb:
        """A ball around all values of the sum in brackets, the first of which may be left out."""
        result = found.rest
        for coefficient in reversed(found.coefficients):
            result = result * self.reach + coefficient
        return result

    def _values(self, found: Expansion) -> arb:
        """A ball around all values."""
        if found.valuation < 0:
            raise UndefinedError("no bounds near the point")
        return self._bracket(found) * self.reach**found.valuation

    def _scaled(self, found: Expansion, factor: Coefficient) -> Expansion:
        return self._made(found.valuation, tuple(factor * each for each in found.coefficients), found.rest * factor)

    def _sum(self, first: Expansion, second: Expansion) -> Expansion:
        low = min(first.valuation, second.valuation)
        pair = [(fmpq(0),) * (each.valuation - low) + each.coefficients for each in (first, second)]
        length = min(map(len, pair))
        rest = arb(0)
        for coefficients, each in zip(pair, (first, second), strict=True):
            over = each.rest
            for coefficient in reversed(coefficients[length:]):
                over = over * self.reach + coefficient
            rest += over
        return self._made(low, tuple(a + b for a, b in zip(pair[0], pair[1], strict=False)), rest)

    def _product(self, first: Expansion, second: Expansion) -> Expansion:
        length = min(len(first.coefficients), len(second.coefficients))
        sums: list[Coefficient] = [fmpq(0)] * length
        rest = first.rest * self._bracket(second) * self.reach ** (len(first.coefficients) - length)
        for place, one in enumerate(first.coefficients):
            for other, two in enumerate(second.coefficients):
                if place + other < length:
                    sums[place + other] = sums[place + other] + one * two
                else:
                    rest += one * two * self.reach ** (place + other - length)
            left_out = place + len(second.coefficients) - length
            rest += one * second.rest * self.reach**left_out
        return self._made(first.valuation + second.valuation, tuple(sums), rest)

    def _variable_power(self, base: Expression, exponent: Expression) -> Expansion:
        if not depends_on(exponent, self.place.name):
            return self._power(self.of(base), value(exponent))
        if base == Symbol("e"):
            return self._exponential(self.of(exponent))
        return self._exponential(self.of(Operation("mul", (exponent, Operation("ln", (base,))))))

    def _power(self, found: Expansion, exponent: Fraction) -> Expansion:
        """A power; of positive terms, if it is a fraction."""
        if exponent.denominator == 1 and 0 <= exponent <= MAX_EXPONENT:
            result = self._constant(ONE)
            for _ in range(int(exponent)):
                result = self._product(result, found)
            return result
        valuation = found.valuation * exponent
        if valuation.denominator != 1 or abs(exponent) > MAX_EXPONENT or not found.coefficients:
            raise UnsupportedError("a fractional power of the distance")
        bracket = Expansion(0, found.coefficients, found.rest)
        first = arb(found.coefficients[0])
        if first.contains(0) or (exponent.denominator != 1 and not first > 0):
            raise UndefinedError("a power of what may be zero or negative")
        raised = self._composed(lambda at, count: _power_series(at, exponent, count), bracket)
        return self._made(raised.valuation + int(valuation), raised.coefficients, raised.rest)

    def _exponential(self, found: Expansion) -> Expansion:
        if found.valuation >= 0:
            return self._composed(lambda at, count: _series("exp", at, count), found)
        ceiling = self._bracket(found)
        if not ceiling < 0:
            raise UnsupportedError("an exponential that may grow beyond bounds")
        decay = -ceiling.upper()  # e^(-decay*t^-w) <= (m/(w*e*decay))^(m/w) * t^m for all t > 0
        fall = arb(_FLAT) / -found.valuation
        bound = (fall / (arb.const_e() * decay)) ** fall
        return self._made(_FLAT, (), arb(0, bound.abs_upper()))

    def _absolute(self, found: Expansion) -> Expansion:
        bracket = self._bracket(found)
        if bracket.contains(0):
            raise UndecidedError("a sign that is not known near the point")
        return found if bracket > 0 else self._scaled(found, fmpq(-1))

    def _function(self, name: str, found: Expansion) -> Expansion:
        if found.valuation >= 0:
            return self._composed(lambda at, count: _series(name, at, count), found)
        if name in {"sin", "cos"}:
            return self._made(0, (), arb(0, 1))
        if name == "arctan" and found.coefficients and not self._bracket(found).contains(0):
            quarter = arb.pi() / (2 if self._bracket(found) > 0 else -2)
            inner = self._function(name, self._power(found, Fraction(-1)))
            constant = self._made(0, (quarter,) + (fmpq(0),) * (ORDER - 1))
            return self._sum(constant, self._scaled(inner, fmpq(-1)))
        raise UnsupportedError(f"no expansion of {name} far out")

    def _composed(self, series: Callable[[Coefficient, int], list[Coefficient]], found: Expansion) -> Expansion:
        """A function of an expansion, by Taylor's theorem with the rest in Lagrange's form.

        Args:
            series: the function's Taylor coefficients at a point, or balls around them all over a ball.
            found: an expansion without negative powers.
        """
        coefficients = (fmpq(0),) * found.valuation + found.coefficients
        padded, rest = coefficients[:ORDER], found.rest
        for coefficient in reversed(coefficients[ORDER:]):
            rest = rest * self.reach + coefficient
        count = len(padded)
        values = Expansion(0, padded, rest)
        everywhere = self._bracket(values)
        result = self._made(0, (), arb(series(everywhere, count + 1)[count]))
        if not count:
            return result
        inner = Expansion(1, padded[1:], rest)
        for coefficient in reversed(series(padded[0], count)):
            constant = Expansion(0, (coefficient,) + (fmpq(0),) * (ORDER - 1), arb(0))
            result = self._sum(constant, self._product(result, inner))
        return result


def _rational(number: Fraction) -> fmpq:
    return fmpq(number.numerator, number.denominator)


_FUNCTIONS = {"sin": "sin", "cos": "cos", "tan": "tan", "arcsin": "asin", "arctan": "atan", "ln": "log"}
_SHIFTED = {"log": 1}
"""Where a function has rational coefficients, if not at zero."""


def _series(name: str, at: Coefficient, count: int) -> list[Coefficient]:
    """Taylor coefficients of a function: exact at its rational point, else balls, over a ball if that is given."""
    method = _FUNCTIONS.get(name, name)
    found: list[Any]
    if isinstance(at, fmpq) and at == _SHIFTED.get(method, 0):
        found = getattr(fmpq_series([at, 1], prec=count), method)().coeffs()
    else:
        found = getattr(arb_series([arb(at), 1], prec=count), method)().coeffs()
    return found + [fmpq(0)] * (count - len(found))


def _power_series(at: Coefficient, exponent: Fraction, count: int) -> list[Coefficient]:
    """The same of a power: binomial coefficients times ``at^(exponent - k)``."""
    found: list[Coefficient] = []
    coefficient = fmpq(1)
    first = _raised(at, exponent)
    for place in range(count):
        found.append(coefficient * first)
        coefficient = coefficient * _rational(exponent - place) / (place + 1)
        first = first / at
    return found


def _raised(at: Coefficient, exponent: Fraction) -> Coefficient:
    if exponent.denominator == 1:
        return at ** int(exponent)
    if isinstance(at, fmpq):
        try:
            exact = value(power(Number(Fraction(int(at.p), int(at.q))), Number(exponent)))
        except UndecidedError:
            pass
        else:
            return _rational(exact)
    return arb(at) ** arb(_rational(exponent))
