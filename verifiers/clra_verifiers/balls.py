"""Enclosures of closed real terms by ball arithmetic (FLINT's arb). Every value comes with a proved error bound."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import arb, fmpq

from clra.parsing.tree import Expression, Number, Operation, Symbol
from clra_verifiers.rational import Terms, value
from clra_verifiers.undecided import (
    IrrationalError,
    TooBigError,
    UndecidedError,
    UndefinedError,
    UnsupportedError,
)

MAX_EXPONENT = 10_000_000

Environment = Mapping[str, Fraction]
_NO_VALUES: Environment = {}


def ball_of(number: Fraction) -> arb:
    """A ball around a rational number."""
    return arb(fmpq(number.numerator, number.denominator))


def leeway(number: Number) -> Fraction:
    """How far a written decimal may lie from the number it was rounded from, or cut off from if it is a long one."""
    digits = number.decimals or 0
    return Fraction(1, 10**digits) if digits >= 2 else Fraction(1, 2 * 10**digits)


def enclosure(tree: Expression, environment: Environment = _NO_VALUES, *, rounded: bool = False) -> arb:
    """A ball that surely contains the value of a real term, at FLINT's present working precision.

    Args:
        tree: the term; angles are in radians.
        environment: the values of its letters, if any.
        rounded: whether written decimals stand for all numbers that may have been rounded or cut off to them.

    Raises:
        UndecidedError: the term has no real value, or none that this module can enclose.
    """
    return _Evaluator(rounded=rounded).ball(tree, environment)


class _Evaluator:
    def __init__(self, *, rounded: bool) -> None:
        self.rounded = rounded
        self.terms = Terms()

    def ball(self, tree: Expression, environment: Environment) -> arb:
        if isinstance(tree, Number):
            return self._number(tree)
        if isinstance(tree, Symbol):
            return _constant(tree.name, environment)
        if not isinstance(tree, Operation):
            raise UnsupportedError("not a number")
        operator, arguments = tree.operator, tree.arguments
        if operator == "pow":
            return self._power(arguments[0], arguments[1], environment)
        if operator in {"sum", "product"}:
            return self._series(operator, arguments, environment)
        if operator in _EXACT_ONLY:
            return ball_of(value(tree, environment))
        balls = [self.ball(argument, environment) for argument in arguments]
        if operator == "add":
            return sum(balls, arb(0))
        if operator == "mul":
            result = arb(1)
            for factor in balls:
                result *= factor
            return result
        function = _FUNCTIONS.get(operator)
        if function is None:
            raise UnsupportedError(f"no value for {operator}")
        return function(*balls)

    def _number(self, number: Number) -> arb:
        if not self.rounded or number.decimals is None or number.repeating:
            return ball_of(number.value)
        return arb(fmpq(number.value.numerator, number.value.denominator), ball_of(leeway(number)).abs_upper())

    def _power(self, base: Expression, exponent: Expression, environment: Environment) -> arb:
        root = self.ball(base, environment)
        try:
            n = value(exponent, environment)
        except UndecidedError:
            n = None
        if n is not None and n.denominator == 1:
            if abs(n) > MAX_EXPONENT:
                raise TooBigError("the exponent is too big")
            if n <= 0 and root.contains(0):
                raise UndefinedError("zero to a power that is not positive")
            return root ** int(n)
        if not root > 0:
            raise UnsupportedError("fractional power of a number that is not plainly positive")
        return root ** self.ball(exponent, environment)

    def _series(self, operator: str, arguments: tuple[Expression, ...], environment: Environment) -> arb:
        result = arb(0 if operator == "sum" else 1)
        for inner in self.terms.environments(arguments, environment):
            term = self.ball(arguments[-1], inner)
            result = result + term if operator == "sum" else result * term
        return result


def _constant(name: str, environment: Environment) -> arb:
    if name in environment:
        return ball_of(environment[name])
    if name == "pi":
        return arb.pi()
    if name == "e":
        return arb.const_e()
    raise IrrationalError(f"{name} has no real value")


def _divide(numerator: arb, denominator: arb) -> arb:
    if denominator.contains(0):
        raise UndefinedError("division by what may be zero")
    return numerator / denominator


def _root(degree: arb, radicand: arb) -> arb:
    n = degree.unique_fmpz()
    if n is None or not 0 < n <= 64:
        raise UnsupportedError("root of unusual degree")
    if radicand < 0:
        if n % 2 == 0:
            raise UndefinedError("even root of a negative number")
        return -((-radicand).root(int(n)))
    if not radicand >= 0:
        raise UndefinedError("root of a number that may be negative")
    return radicand.root(int(n))


def _logarithm(first: arb, second: arb | None = None) -> arb:
    if second is None:
        raise UnsupportedError("logarithm without a base")
    return _divide(_natural_logarithm(second), _natural_logarithm(first))


def _natural_logarithm(argument: arb) -> arb:
    if not argument > 0:
        raise UndefinedError("logarithm outside its domain")
    return argument.log()


def _exponential(argument: arb) -> arb:
    if not abs(argument) < MAX_EXPONENT:
        raise TooBigError("the exponent is too big")
    return argument.exp()


def _arc(function: Callable[[arb], arb]) -> Callable[[arb], arb]:
    def guarded(argument: arb) -> arb:
        if not abs(argument) <= 1:
            raise UndefinedError("arcus outside its domain")
        return function(argument)

    return guarded


def _whole(rounded: arb) -> arb:
    number = rounded.unique_fmpz()
    if number is None:
        raise IrrationalError("the value lies too near a whole number")
    return arb(number)


def _most(*numbers: arb) -> arb:
    result = numbers[0]
    for number in numbers[1:]:
        result = result.max(number)
    return result


def _least(*numbers: arb) -> arb:
    result = numbers[0]
    for number in numbers[1:]:
        result = result.min(number)
    return result


_EXACT_ONLY = frozenset({"factorial", "double_factorial", "binomial", "permutations", "mod", "gcd", "lcm", "base"})
_EXACT_ONLY |= {"divisor_count", "divisor_sum", "totient"}

_FUNCTIONS: dict[str, Callable[..., arb]] = {
    "neg": lambda number: -number,
    "div": _divide,
    "root": _root,
    "abs": abs,
    "floor": lambda number: _whole(number.floor()),
    "ceil": lambda number: _whole(number.ceil()),
    "log": _logarithm,
    "ln": _natural_logarithm,
    "exp": _exponential,
    "max": _most,
    "min": _least,
    "sin": lambda angle: angle.sin(),
    "cos": lambda angle: angle.cos(),
    "tan": lambda angle: _divide(angle.sin(), angle.cos()),
    "cot": lambda angle: _divide(angle.cos(), angle.sin()),
    "sec": lambda angle: _divide(arb(1), angle.cos()),
    "csc": lambda angle: _divide(arb(1), angle.sin()),
    "arcsin": _arc(lambda number: number.asin()),
    "arccos": _arc(lambda number: number.acos()),
    "arctan": lambda number: number.atan(),
    "sinh": lambda number: number.sinh(),
    "cosh": lambda number: number.cosh(),
    "tanh": lambda number: number.tanh(),
}
