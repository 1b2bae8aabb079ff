"""Values modulo a whole number. Big powers and towers of powers are never written out."""

import itertools
import math
from collections.abc import Mapping
from fractions import Fraction

from flint import fmpz

from clra.parsing.tree import Expression, Number, Operation, Symbol
from clra_verifiers.rational import integer, value
from clra_verifiers.undecided import TooBigError, UndefinedError, UnsupportedError

MAX_FACTORS = 100_000
MAX_MODULUS_BITS = 120
MAX_CASES = 2_000


def modulus_of(tree: Expression) -> int:
    """The whole positive number that a modulus stands for.

    Raises:
        UndecidedError: it is not one, or not known.
    """
    modulus = integer(value(tree), "the modulus")
    if modulus <= 0:
        raise UndefinedError("the modulus must be positive")
    return modulus


def residue(tree: Expression, modulus: int) -> int:
    """The least non-negative residue of a closed whole-number term; fractions are read as inverses.

    Raises:
        UndecidedError: the term has no residue, or none that this module can find within its limits.
    """
    if isinstance(tree, Number):
        return _of_fraction(tree.value, modulus)
    if isinstance(tree, Operation):
        arguments = tree.arguments
        match tree.operator:
            case "add":
                return sum(residue(argument, modulus) for argument in arguments) % modulus
            case "neg":
                return -residue(arguments[0], modulus) % modulus
            case "mul":
                return _product(arguments, modulus)
            case "pow":
                return _power(arguments[0], arguments[1], modulus)
            case "factorial":
                return _factorial(arguments[0], modulus)
    return _of_fraction(value(tree), modulus)


def _of_fraction(number: Fraction, modulus: int) -> int:
    if number.denominator == 1:
        return number.numerator % modulus
    return number.numerator * _inverse(number.denominator, modulus) % modulus


def _inverse(number: int, modulus: int) -> int:
    if math.gcd(number, modulus) != 1:
        raise UndefinedError("the denominator has no inverse modulo the modulus")
    return pow(number, -1, modulus)


def _product(factors: tuple[Expression, ...], modulus: int) -> int:
    try:
        result = 1
        for factor in factors:
            result = result * residue(factor, modulus) % modulus
    except UndefinedError:  # 6 * (1/2) is whole although 1/2 has no residue modulo 4
        return _of_fraction(value(Operation("mul", factors)), modulus)
    return result


def _power(base: Expression, exponent: Expression, modulus: int) -> int:
    try:
        n = value(exponent)
    except TooBigError:
        return _tower(base, exponent, modulus)
    if n.denominator != 1:
        return _of_fraction(value(Operation("pow", (base, exponent))), modulus)
    root = residue(base, modulus)
    if n < 0:
        return pow(_inverse(root, modulus), -n.numerator, modulus)
    return pow(root, n.numerator, modulus)


def _tower(base: Expression, exponent: Expression, modulus: int) -> int:
    """A power whose exponent is too big to write out, by Euler's theorem.

    For exponents of at least ``log2(modulus)``, ``b**e`` and ``b**(e mod phi + k*phi)`` agree whenever the second
    exponent is also at least that, even where b and the modulus share a factor.
    """
    if modulus.bit_length() > MAX_MODULUS_BITS:
        raise TooBigError("the modulus is too big to factor")
    if not _is_positive(exponent):
        raise TooBigError("the sign of the exponent is not plain")
    phi = int(fmpz(modulus).euler_phi())
    reduced = residue(exponent, phi)
    lift = -(-modulus.bit_length() // phi) * phi
    return pow(residue(base, modulus), reduced + lift, modulus)


def _is_positive(tree: Expression) -> bool:
    """Whether a term that is too big to write out is plainly positive: built from positive numbers without minus."""
    if isinstance(tree, Number):
        return tree.value > 0 and tree.value.denominator == 1
    return (
        isinstance(tree, Operation)
        and tree.operator in {"add", "mul", "pow", "factorial"}
        and all(_is_positive(argument) for argument in tree.arguments)
    )


def _factorial(argument: Expression, modulus: int) -> int:
    n = integer(value(argument), "the argument of a factorial")
    if n < 0:
        raise UndefinedError("factorial of a negative number")
    if n >= modulus:
        return 0
    if n > MAX_FACTORS:
        raise TooBigError("the factorial has too many factors")
    result = 1
    for factor in range(2, n + 1):
        result = result * factor % modulus
    return result


def congruent(left: Expression, right: Expression, modulus: int) -> bool:
    """Whether two closed terms leave the same remainder.

    Raises:
        UndecidedError: one of them has no residue that can be found.
    """
    try:
        return residue(left, modulus) == residue(right, modulus)
    except UndefinedError:  # differences such as 7/2 - 1/2 are whole although neither side has a residue
        difference = value(left) - value(right)
        if difference.denominator != 1:
            raise
        return difference.numerator % modulus == 0


def congruent_for_all(left: Expression, right: Expression, modulus: int, letters: list[str]) -> bool:
    """Whether two polynomials leave the same remainder whatever whole numbers their letters stand for.

    Raises:
        UndecidedError: a side is no polynomial with whole coefficients, or there are too many cases to try.
    """
    if modulus ** len(letters) > MAX_CASES:
        raise TooBigError("too many cases to try")
    for choice in itertools.product(range(modulus), repeat=len(letters)):
        case = dict(zip(letters, choice, strict=True))
        if _polynomial(left, case, modulus) != _polynomial(right, case, modulus):
            return False
    return True


def _polynomial(tree: Expression, case: Mapping[str, int], modulus: int) -> int:
    """The residue of a polynomial where its letters have these residues."""
    match tree:
        case Symbol(name=name) if name in case:
            return case[name]
        case Number(value=number) if number.denominator == 1:
            return number.numerator % modulus
        case Operation(operator="add", arguments=terms):
            return sum(_polynomial(term, case, modulus) for term in terms) % modulus
        case Operation(operator="mul", arguments=factors):
            return math.prod(_polynomial(factor, case, modulus) for factor in factors) % modulus
        case Operation(operator="neg", arguments=(inner,)):
            return -_polynomial(inner, case, modulus) % modulus
        case Operation(operator="pow", arguments=(base, Number(value=exponent))) if exponent.denominator == 1:
            return pow(_polynomial(base, case, modulus), exponent.numerator, modulus)
    raise UnsupportedError("not a polynomial with whole coefficients")
