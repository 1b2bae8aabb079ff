"""From a tree to its exact value.

Not covered: integrals, derivatives, limits and infinite sums (they become atoms that equal only themselves).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import gcd, lcm

from flint import fmpq

from clra.parsing.algebra import exponentials, functions, trigonometry
from clra.parsing.algebra.polynomials import (
    IMAGINARY,
    MAX_BITS,
    PI,
    Atom,
    AtomKind,
    TooBigError,
    UndefinedError,
    UnknownValueError,
    single,
)
from clra.parsing.algebra.quotients import Field, Quotient
from clra.parsing.tree import Call, Expression, Number, Operation, Symbol, Words
from clra.parsing.units import unit

MAX_SUM_TERMS = 1_000
TERM_WORK = 4
PRINTED_DIGITS = 14
SIMPLE_DENOMINATOR = 1_000
_CONSTANTS = {"i": IMAGINARY, "pi": PI}
_RECIPROCALS = {"sec": "cos", "csc": "sin", "cot": "tan", "sech": "cosh", "csch": "sinh", "coth": "tanh"}
_INVERSES = frozenset({"arcsin", "arccos", "arctan"})


def letter(name: str) -> Atom:
    """The atom of a letter."""
    return Atom(AtomKind.SYMBOL, name)


def rational(tree: Expression) -> Fraction | None:
    """The value of plain arithmetic on numbers, quickly; None for anything else."""
    match tree:
        case Number():
            return literal(tree)
        case Operation(operator="neg", arguments=(inner,)):
            known = rational(inner)
            return None if known is None else -known
        case Operation(operator="div", arguments=(above, below)):
            left, right = rational(above), rational(below)
            return None if left is None or not right else left / right
        case Operation(operator="mixed", arguments=(whole, part)):
            left, right = rational(whole), rational(part)
            return None if left is None or right is None else left + right
    return None


def preferred(readings: tuple[Expression, ...]) -> Expression:
    """Of two admissible readings the one that an answer has: ``1/2x`` from left to right, else the first."""
    match readings:
        case (Operation(operator="div"), Operation(operator="mul") as product):
            return product
    return readings[0]


def literal(number: Number) -> Fraction:
    """The value of a literal. One with as many digits as a program prints stands for the simple fraction behind it."""
    if number.decimals is None or number.decimals < PRINTED_DIGITS or number.repeating:
        return number.value
    simple = number.value.limit_denominator(SIMPLE_DENOMINATOR)
    return simple if abs(simple - number.value) < Fraction(1, 10**number.decimals) else number.value


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates trees under an assignment of letters."""

    algebra: Field = field(default_factory=Field)
    letters: Mapping[str, Quotient] = field(default_factory=dict)
    with_units: bool = True
    """Whether units count; else a quantity is its number."""
    in_angle: bool = False
    """Inside the argument of a sine or cosine, where degrees are converted; elsewhere they are the unit."""
    as_written: bool = False
    """For proofs: a long decimal is no simpler fraction, and a name of several letters no product."""
    depth: int = 0
    """How many variables are bound around the tree."""

    def value(self, tree: Expression) -> Quotient:
        """The exact value.

        Raises:
            TooBigError: if it would take too much room or time.
            UndefinedError: if it has none.
            UnknownValueError: if this module does not know it.
        """
        match tree:
            case Number():
                value = tree.value if self.as_written else literal(tree)
                if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
                    raise TooBigError
                return self.algebra.number(value)
            case Symbol(name=name):
                return self._symbol(name)
            case Operation(operator=operator, arguments=arguments):
                return self._operation(operator, arguments)
            case Call(name=name, arguments=arguments):
                return functions.opaque(self.algebra, name, *map(self.value, arguments))
            case Words(text=text):
                return self.algebra.of(single(Atom(AtomKind.OPAQUE, f"'{' '.join(text.casefold().split())}'")))
        raise UnknownValueError

    def _symbol(self, name: str) -> Quotient:
        if name in self.letters:
            return self.letters[name]
        if name == "e":
            return exponentials.euler(self.algebra)
        if name == "oo":
            raise UnknownValueError
        if not self.as_written and len(name) > 1 and name.isalpha() and name.isupper():  # a product, or a segment
            result = self.algebra.number(1)
            for each in name:
                result = self.algebra.times(result, self._symbol(each))
            return result
        return self.algebra.of(single(_CONSTANTS.get(name) or letter(name)))

    def _operation(self, operator: str, arguments: tuple[Expression, ...]) -> Quotient:
        if operator in ("sum", "product"):
            return self._series(operator, arguments)
        if operator in ("integral", "derivative", "limit"):
            return self._bound(operator, arguments)
        if operator in ("unit", "money"):
            return self._quantity(*arguments)
        if operator in _TRIGONOMETRIC:
            evaluator = replace(self, in_angle=True)
            return self._trigonometric(operator, *map(evaluator.value, arguments))
        if operator == "either":
            return self.value(preferred(arguments))
        values = [self.value(argument) for argument in arguments]
        match operator, values:
            case "add", _:
                return self.algebra.sum(values)
            case "mul", _:
                result = values[0]
                for each in values[1:]:
                    result = self.algebra.times(result, each)
                return result
            case "neg", [inner]:
                return self.algebra.negative(inner)
            case "div", [above, below]:
                return self.algebra.over(above, below)
            case "mixed", [whole, part]:
                return self.algebra.plus(whole, part)
            case "pow", [base, exponent]:
                return exponentials.power(self.algebra, base, exponent)
            case "root", [degree, radicand]:
                if degree.whole is None:
                    return exponentials.power(self.algebra, radicand, self.algebra.over(self.algebra.number(1), degree))
                return functions.root(self.algebra, degree.whole, radicand)
            case "percent", [inner]:
                return self.algebra.times(inner, self.algebra.number(fmpq(1, 100)))
            case "degrees", [inner]:
                return self._radians(inner) if self.in_angle else inner
            case "log", [base, inner]:
                return exponentials.logarithm_to_base(self.algebra, base, inner)
            case "log", [inner]:
                return exponentials.logarithm_to_base(self.algebra, None, inner)
            case "ln", [inner]:
                return exponentials.logarithm(self.algebra, inner)
            case "exp", [inner]:
                return exponentials.exponential(self.algebra, inner)
            case "binomial", [above, below]:
                return functions.chosen(self.algebra, above, below)
            case "permutations", [above, below]:
                return functions.arranged(self.algebra, above, below)
            case (("divisor_count" | "divisor_sum" | "totient"), [inner]):
                return functions.arithmetic(self.algebra, operator, inner)
            case (("abs" | "floor" | "ceil" | "factorial" | "double_factorial"), [inner]):
                return self._of_one(operator, inner)
            case (("gcd" | "lcm" | "max" | "min"), [_, *_]):
                return self._of_many(operator, values)
            case "mod", [number, modulus] if number.whole is not None and modulus.whole:
                return self.algebra.number(number.whole % modulus.whole)
            case "base", [digits, base] if digits.whole is not None and base.whole is not None:
                return functions.numeral(self.algebra, digits.whole, base.whole)
        return functions.opaque(self.algebra, operator, *values)

    def _quantity(self, inner: Expression, name: Expression) -> Quotient:
        number = self.value(inner)
        return self.measured(number, name.name) if self.with_units and isinstance(name, Symbol) else number

    def measured(self, number: Quotient, name: str) -> Quotient:
        """A number times a unit."""
        worth = unit(name)
        scaled = self.algebra.times(number, self.algebra.number(worth.factor))
        for base, exponent in () if worth.plain else worth.dimension:
            scaled = self.algebra.times(scaled, self.algebra.of(single(letter(f"<{base}>"), exponent)))
        return scaled

    def _of_one(self, operator: str, inner: Quotient) -> Quotient:
        match operator:
            case "abs":
                return functions.absolute(self.algebra, inner)
            case "factorial":
                return functions.counted(self.algebra, inner)
            case "double_factorial":
                return self._double_factorial(inner)
        return functions.integer_part(self.algebra, operator, inner)

    def _of_many(self, operator: str, values: list[Quotient]) -> Quotient:
        if operator in ("gcd", "lcm"):
            return functions.folded(self.algebra, operator, values, gcd if operator == "gcd" else lcm)
        return functions.extreme(self.algebra, operator, values)

    def _double_factorial(self, inner: Quotient) -> Quotient:
        number = inner.whole
        if number is None or not 0 <= number <= functions.MAX_FACTORIAL:
            return functions.opaque(self.algebra, "double_factorial", inner)
        product = 1
        for each in range(number, 1, -2):
            product *= each
        return self.algebra.number(product)

    def _radians(self, angle: Quotient) -> Quotient:
        return self.algebra.times(
            angle, self.algebra.times(self.algebra.of(single(PI)), self.algebra.number(fmpq(1, 180)))
        )

    def _trigonometric(self, name: str, angle: Quotient) -> Quotient:
        algebra = self.algebra
        if name in _RECIPROCALS:
            return algebra.over(algebra.number(1), self._trigonometric(_RECIPROCALS[name], angle))
        if name in _INVERSES:
            return trigonometry.inverse(algebra, name, angle)
        if name in ("sinh", "cosh", "tanh"):
            up, down = (
                exponentials.exponential(algebra, angle),
                exponentials.exponential(algebra, algebra.negative(angle)),
            )
            above, below = algebra.plus(up, down, -1), algebra.plus(up, down)
            if name == "tanh":
                return algebra.over(above, below)
            return algebra.times(algebra.number(fmpq(1, 2)), above if name == "sinh" else below)
        if name == "tan":
            return trigonometry.tangent(algebra, angle)
        pair = trigonometry.cosine_and_sine(algebra, angle)
        return pair.sine if name == "sin" else pair.cosine

    def _series(self, operator: str, arguments: tuple[Expression, ...]) -> Quotient:
        """A finite sum or product, term by term."""
        match arguments:
            case (Symbol(name=name), low, high, body):
                pass
            case _:
                raise UnknownValueError
        first, last = self.value(low).whole, self.value(high).whole
        if first is None or last is None:
            return self._bound(operator, arguments)
        if last - first > MAX_SUM_TERMS:
            raise TooBigError
        combine: Callable[[Quotient, Quotient], Quotient] = (
            self.algebra.plus if operator == "sum" else self.algebra.times
        )
        result = self.algebra.number(0 if operator == "sum" else 1)
        for step in range(first, last + 1):
            self.algebra.spend(TERM_WORK)
            assigned = replace(self, letters={**self.letters, name: self.algebra.number(step)})
            result = combine(result, assigned.value(body))
        return result

    def _bound(self, operator: str, arguments: tuple[Expression, ...]) -> Quotient:
        """An operation that is not carried out. What its variable is called does not matter where it is bound."""
        variable, *limits, body = arguments
        if not isinstance(variable, Symbol):
            raise UnknownValueError
        if not limits:  # a derivative or an antiderivative is a function of its variable
            return functions.opaque(self.algebra, operator, self._symbol(variable.name), self.value(body))
        bound = self.algebra.of(single(letter(f"#{self.depth}")))
        inner = replace(self, letters={**self.letters, variable.name: bound}, depth=self.depth + 1)
        return functions.opaque(self.algebra, operator, *map(self.value, limits), inner.value(body))


_TRIGONOMETRIC = frozenset({"sin", "cos", "tan", "sinh", "cosh", "tanh", *_INVERSES, *_RECIPROCALS})

__all__ = ["Evaluator", "TooBigError", "UndefinedError", "UnknownValueError", "letter", "rational"]
