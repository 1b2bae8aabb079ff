"""Which values are real: those that are their own complex conjugates, letters being real."""

from collections.abc import Mapping

from flint import fmpq

from clra.parsing.algebra.polynomials import (
    IMAGINARY,
    ONE,
    Algebra,
    Atom,
    AtomKind,
    Exponent,
    Monomial,
    Polynomial,
    TooBigError,
    UnknownValueError,
    atoms_of,
    monomial_of,
    text_of,
)

MAX_WORK = 2_000


def is_real(polynomial: Polynomial) -> bool:
    """Whether the polynomial is certainly real for real letters (and no even root of a negative number in it)."""
    plain = (AtomKind.PRIME, AtomKind.PI, AtomKind.SYMBOL, AtomKind.COSINE_OF_PI)
    if all(atom.kind in plain for atom in atoms_of(polynomial)):
        return True
    try:
        return _conjugate(polynomial) == polynomial
    except UnknownValueError:
        return False


def is_real_quotient(numerator: Polynomial, denominator: Polynomial) -> bool:
    """Whether the quotient of two polynomials is certainly real for real letters."""
    if is_real(numerator) and is_real(denominator):
        return True
    algebra = Algebra(MAX_WORK)
    try:
        across = algebra.multiply(_conjugate(numerator), denominator)
        return across == algebra.multiply(numerator, _conjugate(denominator))
    except (TooBigError, UnknownValueError):
        return False


def exponential_atom(inner: Monomial) -> Atom:
    """Euler's number to the power of a monomial."""
    polynomial = {inner: fmpq(1)}
    return Atom(AtomKind.EXP, "e" if inner == ONE else f"exp({text_of(polynomial)})", polynomial)


def _conjugate(polynomial: Polynomial) -> Polynomial:
    result: dict[Monomial, fmpq] = {}
    for monomial, coefficient in polynomial.items():
        powers: dict[Atom, Exponent] = {}
        for atom, exponent in monomial:
            partner, sign = _partner(atom)
            powers[partner] = powers.get(partner, 0) + sign * exponent
        result[monomial_of(powers.items())] = -coefficient if (IMAGINARY, 1) in monomial else coefficient
    return result


def _partner(atom: Atom) -> tuple[Atom, int]:
    """The atom, and the sign of its exponent, that make the conjugate of an atom (``i`` is left to its term)."""
    if atom.kind is AtomKind.EXP:
        ((inner, sign),) = _conjugate(atom.of).items()
        return exponential_atom(inner), int(sign.p)
    if isinstance(atom.of, Mapping) and not is_real(atom.of):
        raise UnknownValueError
    if atom.kind is AtomKind.QUOTIENT and not is_real_quotient(atom.of.numerator, atom.of.denominator):
        raise UnknownValueError
    return atom, 1
