"""Powers, exponentials and logarithms of exact values.

Every power with an exponent that is not rational is ``e^(exponent * ln base)``, taken apart term by term, so that
``2^(n+1)``, ``2 * 2^n`` and ``4^(n/2) * 2`` meet in one form.
"""

from fractions import Fraction

from flint import fmpq, fmpz

from clra.parsing.algebra.angles import of_pi
from clra.parsing.algebra.conjugation import exponential_atom, is_real
from clra.parsing.algebra.enclosures import sign
from clra.parsing.algebra.functions import absolute, as_polynomial, number_factors, opaque, primitive, root
from clra.parsing.algebra.polynomials import (
    IMAGINARY,
    ONE,
    PI,
    Atom,
    AtomKind,
    Exponent,
    Monomial,
    Polynomial,
    TooBigError,
    UndefinedError,
    UnknownValueError,
    as_number,
    exponent_of,
    prime,
    single,
    text_of,
)
from clra.parsing.algebra.quotients import Field, Quotient

MAX_EXPONENT_DENOMINATOR = 1_000


def power(field: Field, base: Quotient, exponent: Quotient) -> Quotient:
    """A power.

    Raises:
        UndefinedError: for 0 to a negative power.
        UnknownValueError: where there is no agreed reading.
    """
    number = exponent.number
    if number is not None:
        return _rational_power(field, base, number)
    if base.number is not None and base.number <= 0:
        return _of_negative(field, base, exponent)
    return exponential(field, field.times(exponent, logarithm(field, base)))


def _rational_power(field: Field, base: Quotient, exponent: fmpq) -> Quotient:
    if exponent.q != 1:
        return _rational_power(field, root(field, int(exponent.q), base), fmpq(exponent.p))
    try:
        return field.raised(base, int(exponent.p))
    except TooBigError:
        number = base.number
        if number is None:
            raise
    size = number if number > 0 else -number
    giant = field.product(
        field.reduce(_only(prime(factor, times * int(exponent.p))), fmpq(1)) for factor, times in number_factors(size)
    )
    return field.of(giant if number > 0 or int(exponent.p) % 2 == 0 else field.scale(giant, -1))


def _only(polynomial: Polynomial) -> Monomial:
    return next(iter(polynomial))


def _of_negative(field: Field, base: Quotient, exponent: Quotient) -> Quotient:
    """A power of 0 or of a negative number, the exponent not being a number: ``(-2)^n = (-1)^n 2^n``."""
    if not base.numerator or as_number(exponent.denominator) != 1:
        raise UnknownValueError
    odd: dict[Monomial, fmpq] = {}
    for monomial, coefficient in exponent.numerator.items():
        if coefficient.q != 1:
            raise UnknownValueError
        if int(coefficient.p) % 2:
            odd[monomial] = fmpq(1)
    flips = odd.pop(ONE, None) is not None
    signs = field.number(-1 if flips else 1)
    for monomial, one in odd.items():
        inner = {monomial: one}
        signs = field.times(signs, field.of(single(Atom(AtomKind.SIGN, f"(-1)^({text_of(inner)})", inner))))
    return field.times(signs, power(field, field.negative(base), exponent)) if base.number != -1 else signs


def exponential(field: Field, exponent: Quotient) -> Quotient:
    """Euler's number to a power, a product over the terms of the exponent."""
    result = field.number(1)
    for monomial, coefficient in as_polynomial(field, exponent).items():
        result = field.times(result, _exponential_term(field, monomial, coefficient))
    return result


def _exponential_term(field: Field, monomial: Monomial, coefficient: fmpq) -> Quotient:
    if monomial == ((IMAGINARY, 1), (PI, 1)):
        cosine, sine = of_pi(field, coefficient)
        return field.plus(cosine, field.times(field.of(single(IMAGINARY)), sine))
    logarithms = [atom for atom, exponent in monomial if atom.kind is AtomKind.LN and exponent == 1]
    if len(monomial) == 1 and logarithms:
        (atom,) = logarithms
        base = field.number(atom.of) if isinstance(atom.of, int) else field.of(atom.of)
        return _rational_power(field, base, coefficient)
    if coefficient.q > MAX_EXPONENT_DENOMINATOR:
        raise UnknownValueError
    return field.of(single(exponential_atom(monomial), exponent_of(coefficient)))


def logarithm(field: Field, value: Quotient) -> Quotient:
    """The natural logarithm.

    Raises:
        UndefinedError: of 0.
        UnknownValueError: of a negative number.
    """
    if not (is_real(value.numerator) and is_real(value.denominator)):
        return _polynomial_logarithm(field, as_polynomial(field, value))
    below = _polynomial_logarithm(field, value.denominator)
    return field.plus(_polynomial_logarithm(field, value.numerator), below, -1)


def _polynomial_logarithm(field: Field, polynomial: Polynomial) -> Quotient:
    if not polynomial:
        raise UndefinedError
    content, rest = primitive(field, polynomial)
    if content < 0:
        content, rest = -content, field.scale(rest, -1)
    if as_number(rest) == -1 or (len(rest) > 1 and sign(field.of(rest)) == -1):
        raise UnknownValueError
    result = field.of(_prime_logarithms(content))
    if as_number(rest) == 1:
        return result
    if len(rest) > 1 or rest[max(rest)] < 0:
        return field.plus(result, field.of(single(Atom(AtomKind.LN, f"ln({text_of(rest)})", rest))))
    for atom, exponent in _only(rest):
        share = field.number(Fraction(exponent))
        result = field.plus(result, field.times(share, _atom_logarithm(field, atom, exponent)))
    return result


def _prime_logarithms(number: fmpq) -> Polynomial:
    return {
        ((Atom(AtomKind.LN, f"ln({fmpz(factor)})", factor), 1),): fmpq(exponent)
        for factor, exponent in number_factors(number)
    }


def _atom_logarithm(field: Field, atom: Atom, exponent: Exponent) -> Quotient:
    if atom.kind is AtomKind.PRIME:
        return field.of(_prime_logarithms(fmpq(atom.of)))
    if atom.kind is AtomKind.EXP:
        return field.of(atom.of)
    if atom.kind is AtomKind.POWER:
        return _polynomial_logarithm(field, atom.of)
    if atom.kind in (AtomKind.IMAGINARY, AtomKind.SIGN):
        raise UnknownValueError
    inner = single(atom)
    if Fraction(exponent).numerator % 2 == 0:
        inner = absolute(field, field.of(inner)).numerator
    return field.of(single(Atom(AtomKind.LN, f"ln({text_of(inner)})", inner)))


def logarithm_to_base(field: Field, base: Quotient | None, value: Quotient) -> Quotient:
    """A logarithm; without a stated base its base stays unknown, but is always the same."""
    above = logarithm(field, value)
    if base is None:
        return field.over(above, opaque(field, "ln", field.of(single(Atom(AtomKind.OPAQUE, "base")))))
    return field.over(above, logarithm(field, base))


def euler(field: Field) -> Quotient:
    """Euler's number."""
    return field.of(single(exponential_atom(ONE)))
