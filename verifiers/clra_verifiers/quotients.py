"""Rational functions over the rationals in a fixed stock of indeterminates (FLINT), held to sizes that stay quick."""

import math
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from clra_verifiers.rational import bits
from clra_verifiers.undecided import TooBigError, UndefinedError

MAX_ATOMS = 24
MAX_MONOMIALS = 2_000
MAX_DEGREE = 400
MAX_COEFFICIENT_BITS = 20_000

Polynomial: TypeAlias = fmpq_mpoly
POLYNOMIALS = fmpq_mpoly_ctx.get([f"t{index}" for index in range(MAX_ATOMS)], Ordering.lex)
GENERATORS = POLYNOMIALS.gens()
ZERO: Polynomial = POLYNOMIALS.constant(0)
ONE: Polynomial = POLYNOMIALS.constant(1)


class Quotient(NamedTuple):
    """A rational function of the atoms."""

    numerator: Polynomial
    denominator: Polynomial


def constant(number: Fraction) -> Quotient:
    """A rational number as a constant function."""
    if bits(number) > MAX_COEFFICIENT_BITS:
        raise TooBigError("a coefficient is too big")
    return Quotient(POLYNOMIALS.constant(fmpq(number.numerator, number.denominator)), ONE)


def checked(polynomial: Polynomial) -> Polynomial:
    """The polynomial itself, unless it has too many terms."""
    if len(polynomial) > MAX_MONOMIALS:
        raise TooBigError("the polynomial has too many terms")
    return polynomial


def times(first: Quotient, second: Quotient) -> Quotient:
    """The product."""
    if max(len(first.numerator) * len(second.numerator), len(first.denominator) * len(second.denominator)) > 40_000:
        raise TooBigError("the polynomial has too many terms")
    if first.numerator.total_degree() + second.numerator.total_degree() > MAX_DEGREE:
        raise TooBigError("the degree is too high")
    if first.denominator.total_degree() + second.denominator.total_degree() > MAX_DEGREE:
        raise TooBigError("the degree is too high")
    return Quotient(checked(first.numerator * second.numerator), checked(first.denominator * second.denominator))


def plus(first: Quotient, second: Quotient) -> Quotient:
    """The sum."""
    if first.denominator == second.denominator:
        return Quotient(checked(first.numerator + second.numerator), first.denominator)
    left = times(first, Quotient(second.denominator, ONE))
    right = times(second, Quotient(first.denominator, ONE))
    return Quotient(checked(left.numerator + right.numerator), checked(first.denominator * second.denominator))


def inverse(quotient: Quotient) -> Quotient:
    """One over the quotient."""
    if quotient.numerator.is_zero():
        raise UndefinedError("division by zero")
    return Quotient(quotient.denominator, quotient.numerator)


def power(quotient: Quotient, exponent: int) -> Quotient:
    """The quotient to a whole power."""
    if exponent < 0:
        return power(inverse(quotient), -exponent)
    degree = max(quotient.numerator.total_degree(), quotient.denominator.total_degree(), 0)
    terms = max(len(quotient.numerator), len(quotient.denominator))
    if degree * exponent > MAX_DEGREE or (terms > 1 and exponent > 40) or exponent > MAX_COEFFICIENT_BITS:
        raise TooBigError("the power is too high")
    if terms > 2 and math.comb(exponent + terms - 1, terms - 1) > MAX_MONOMIALS:
        raise TooBigError("the polynomial has too many terms")
    return Quotient(checked(quotient.numerator**exponent), checked(quotient.denominator**exponent))
