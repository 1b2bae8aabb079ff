"""Exact rational values of closed terms.

Covered: the four operations, powers, exact roots and logarithms, factorials, binomials, permutations, gcd, lcm, max,
min, absolute value, floor, ceiling, remainders, the number and the sum of divisors, totients, finite sums and products.
Nothing is ever rounded; numbers are held below `MAX_BITS`.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from flint import fmpz

from clra.parsing.tree import Expression, Number, Operation, Symbol
from clra_verifiers.undecided import IrrationalError, TooBigError, UndefinedError, UnsupportedError

MAX_BITS = 200_000
MAX_TERMS = 3_000
MAX_FACTORED_BITS = 100

Environment = Mapping[str, Fraction]
_NO_VALUES: Environment = {}


def value(tree: Expression, environment: Environment = _NO_VALUES) -> Fraction:
    """The exact value of a term whose letters, if any, have values in ``environment``.

    Raises:
        UndecidedError: the term has no rational value, or none that this module can find within its limits.
    """
    return _Evaluator().value(tree, environment)


class Terms:
    """Goes through the terms of finite sums and products, and counts them, so that sums within sums stay bounded."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0

    def environments(self, arguments: tuple[Expression, ...], environment: Environment) -> Iterator[Environment]:
        """The values of all letters at each term of a sum with a variable, bounds and a body.

        Raises:
            UndecidedError: the bounds are no whole numbers, or the terms too many.
        """
        variable, low, high, _ = arguments
        if not isinstance(variable, Symbol):
            raise UnsupportedError("sum without a variable")
        first = integer(value(low, environment), "the lower bound")
        last = integer(value(high, environment), "the upper bound")
        inner = dict(environment)
        for index in range(first, last + 1):
            self.count += 1
            if self.count > MAX_TERMS:
                raise TooBigError("too many terms to add up")
            inner[variable.name] = Fraction(index)
            yield inner


class _Evaluator:
    """Evaluates one term."""

    __slots__ = ("terms",)

    def __init__(self) -> None:
        self.terms = Terms()

    def value(self, tree: Expression, environment: Environment) -> Fraction:
        if isinstance(tree, Number):
            return tree.value
        if isinstance(tree, Operation):
            operator, arguments = tree.operator, tree.arguments
            if operator == "add":
                first, *others = arguments
                return sum((self.value(other, environment) for other in others), self.value(first, environment))
            if operator == "mul":
                return self._product(arguments, environment)
            if operator in {"sum", "product"}:
                return self._series(operator, arguments, environment)
            function = _FUNCTIONS.get(operator)
            if function is None:
                raise UnsupportedError(f"no exact value for {operator}")
            return function(*(self.value(argument, environment) for argument in arguments))
        if isinstance(tree, Symbol):
            if tree.name in environment:
                return environment[tree.name]
            raise IrrationalError(f"{tree.name} has no rational value")
        raise UnsupportedError("not a number")

    def _product(self, arguments: tuple[Expression, ...], environment: Environment) -> Fraction:
        first, *others = arguments
        result = self.value(first, environment)
        for other in others:
            result *= self.value(other, environment)
            if bits(result) > MAX_BITS:
                raise TooBigError("the product is too big to write out")
        return result

    def _series(self, operator: str, arguments: tuple[Expression, ...], environment: Environment) -> Fraction:
        result = Fraction(0 if operator == "sum" else 1)
        for inner in self.terms.environments(arguments, environment):
            term = self.value(arguments[-1], inner)
            result = result + term if operator == "sum" else result * term
            if bits(result) > MAX_BITS:
                raise TooBigError("the sum is too big to write out")
        return result


def integer(number: Fraction, what: str) -> int:
    """The number as an int.

    Raises:
        UndefinedError: it is not whole.
    """
    if number.denominator != 1:
        raise UndefinedError(f"{what} must be a whole number")
    return number.numerator


def bits(number: Fraction) -> int:
    """How many bits the larger of numerator and denominator takes."""
    return max(number.numerator.bit_length(), number.denominator.bit_length())


def integer_power(base: Fraction, exponent: int) -> Fraction:
    """``base ** exponent``.

    Raises:
        UndecidedError: 0 to a power that is not positive, or a result beyond `MAX_BITS`.
    """
    if base == 0 and exponent <= 0:
        raise UndefinedError("zero to a power that is not positive")
    if base in (0, 1):  # a set would hash the fraction, which takes a modular power
        return base
    if base == -1:
        return Fraction(-1 if exponent % 2 else 1)
    if (bits(base) - 1) * abs(exponent) > MAX_BITS:
        raise TooBigError("the power is too big to write out")
    return base**exponent


def root(degree: Fraction, radicand: Fraction) -> Fraction:
    """The real root, if it is rational; an odd root of a negative number is negative."""
    n = integer(degree, "the degree of a root")
    if not 0 < n <= 64:
        raise UnsupportedError("root of unusual degree")
    if radicand < 0:
        if n % 2 == 0:
            raise UndefinedError("even root of a negative number")
        return -root(degree, -radicand)
    return Fraction(_exact_root(radicand.numerator, n), _exact_root(radicand.denominator, n))


def _exact_root(number: int, degree: int) -> int:
    if number < 2:
        return number
    found = int(fmpz(number).root(degree))
    if found**degree != number:
        raise IrrationalError("the root is irrational")
    return found


def _divide(numerator: Fraction, denominator: Fraction) -> Fraction:
    if denominator == 0:
        raise UndefinedError("division by zero")
    return numerator / denominator


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator == 1:
        return integer_power(base, exponent.numerator)
    if base < 0:
        raise UnsupportedError("fractional power of a negative number")
    return integer_power(root(Fraction(exponent.denominator), base), exponent.numerator)


def _factorial(argument: Fraction) -> Fraction:
    n = integer(argument, "the argument of a factorial")
    if n < 0:
        raise UndefinedError("factorial of a negative number")
    if n > 5_000:
        raise TooBigError("the factorial is too big to write out")
    return Fraction(math.factorial(n))


def _double_factorial(argument: Fraction) -> Fraction:
    n = integer(argument, "the argument of a factorial")
    if n < 0:
        raise UndefinedError("factorial of a negative number")
    if n > 5_000:
        raise TooBigError("the factorial is too big to write out")
    return Fraction(math.prod(range(n, 0, -2)))


def _binomial(upper: Fraction, lower: Fraction) -> Fraction:
    n, k = integer(upper, "a binomial's argument"), integer(lower, "a binomial's argument")
    if n < 0 or k < 0:
        raise UnsupportedError("binomial of negative numbers")
    if min(k, n - k) * n.bit_length() > MAX_BITS:
        raise TooBigError("the binomial is too big to write out")
    return Fraction(math.comb(n, k))


def _permutations(upper: Fraction, lower: Fraction) -> Fraction:
    n, k = integer(upper, "a number of permutations' argument"), integer(lower, "a number of permutations' argument")
    if n < 0 or k < 0:
        raise UnsupportedError("permutations of negative numbers")
    if min(k, n) * n.bit_length() > MAX_BITS:
        raise TooBigError("the number of permutations is too big to write out")
    return Fraction(math.perm(n, k))


def _divisor_sum(argument: Fraction, power: int) -> Fraction:
    """The sum of these powers of all positive divisors."""
    return Fraction(int(_factorable(argument).divisor_sigma(power)))


def _factorable(argument: Fraction) -> fmpz:
    n = integer(argument, "the argument of an arithmetic function")
    if n <= 0:
        raise UndefinedError("an arithmetic function of a number that is not positive")
    if n.bit_length() > MAX_FACTORED_BITS:
        raise TooBigError("the number is too big to factor")
    return fmpz(n)


def _remainder(number: Fraction, modulus: Fraction) -> Fraction:
    m = integer(modulus, "the modulus")
    if m <= 0:
        raise UndefinedError("the modulus must be positive")
    return Fraction(integer(number, "the dividend") % m)


def _logarithm(base: Fraction, argument: Fraction | None = None) -> Fraction:
    if argument is None:
        raise UnsupportedError("logarithm without a base")
    if base <= 0 or base == 1 or argument <= 0:
        raise UndefinedError("logarithm outside its domain")
    below = math.log(base.numerator) - math.log(base.denominator)
    above = math.log(argument.numerator) - math.log(argument.denominator)
    if below == 0:
        raise IrrationalError("the logarithm is irrational")
    guess = Fraction(above / below).limit_denominator(64)
    size = max(bits(base) * abs(guess.numerator), bits(argument) * guess.denominator)
    if size > MAX_BITS or argument**guess.denominator != base**guess.numerator:
        raise IrrationalError("the logarithm is irrational")
    return guess


def _greatest_common_divisor(*numbers: Fraction) -> Fraction:
    return Fraction(math.gcd(*(integer(number, "an argument of gcd") for number in numbers)))


def _least_common_multiple(*numbers: Fraction) -> Fraction:
    return Fraction(math.lcm(*(integer(number, "an argument of lcm") for number in numbers)))


def _in_base(digits: Fraction, base: Fraction) -> Fraction:
    b = integer(base, "the base of a numeral")
    if not 2 <= b <= 10:
        raise UnsupportedError("numeral in an unusual base")
    try:
        return Fraction(int(str(integer(digits, "a numeral")), b))
    except ValueError:
        raise UndefinedError("a digit is not smaller than the base") from None


_FUNCTIONS: dict[str, Callable[..., Fraction]] = {
    "base": _in_base,
    "neg": lambda number: -number,
    "div": _divide,
    "pow": _power,
    "root": root,
    "factorial": _factorial,
    "double_factorial": _double_factorial,
    "binomial": _binomial,
    "permutations": _permutations,
    "divisor_count": lambda number: _divisor_sum(number, 0),
    "divisor_sum": lambda number: _divisor_sum(number, 1),
    "totient": lambda number: Fraction(int(_factorable(number).euler_phi())),
    "abs": abs,
    "floor": lambda number: Fraction(math.floor(number)),
    "ceil": lambda number: Fraction(math.ceil(number)),
    "mod": _remainder,
    "log": _logarithm,
    "gcd": _greatest_common_divisor,
    "lcm": _least_common_multiple,
    "max": max,
    "min": min,
}
