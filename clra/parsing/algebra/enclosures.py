"""Numeric enclosures of values: balls that certainly hold the number. They order and refute, and never prove equal.

FLINT's working precision is one setting for the whole process, so all of this runs under one lock.
"""

from collections.abc import Mapping
from fractions import Fraction
from threading import RLock

import flint
from flint import acb, arb, fmpq

from clra.parsing.algebra.conjugation import is_real, is_real_quotient
from clra.parsing.algebra.polynomials import Atom, AtomKind, Exponent, Polynomial, UnknownValueError
from clra.parsing.algebra.quotients import Quotient

PRECISIONS = (64, 256, 1024)
LOCK = RLock()


def enclosure(value: Quotient, bits: int, letters: Mapping[str, Fraction] | None = None) -> acb:
    """A ball around the value.

    Raises:
        UnknownValueError: if it holds a letter without a value, or anything else without one, or no ball is finite.
    """
    with LOCK, flint.ctx.workprec(bits):
        below = _polynomial(value.denominator, letters or {})
        if below.contains(0):
            raise UnknownValueError
        ball = _polynomial(value.numerator, letters or {}) / below
        if not ball.is_finite():
            raise UnknownValueError
        return ball


def sign(value: Quotient) -> int | None:
    """1 or -1 for a real number of that sign, None where it cannot be told (0 included)."""
    for bits in PRECISIONS:
        ball = real_enclosure(value, bits)
        if ball is None:
            return None
        if ball > 0:
            return 1
        if ball < 0:
            return -1
    return None


def real_enclosure(value: Quotient, bits: int) -> arb | None:
    """A ball around a real number; None where the value is not certainly one."""
    if not is_real_quotient(value.numerator, value.denominator):
        return None
    try:
        return enclosure(value, bits).real
    except UnknownValueError:
        return None


def surely_different(first: Quotient, second: Quotient, letters: Mapping[str, Fraction] | None = None) -> bool:
    """Whether the values are apart, proved by balls that do not meet."""
    for bits in PRECISIONS:
        try:
            if not enclosure(first, bits, letters).overlaps(enclosure(second, bits, letters)):
                return True
        except UnknownValueError:
            return False
    return False


def _polynomial(polynomial: Polynomial, letters: Mapping[str, Fraction]) -> acb:
    total = acb(0)
    for monomial, coefficient in polynomial.items():
        term = acb(coefficient)
        for atom, exponent in monomial:
            if atom.kind is AtomKind.EXP:  # of the multiple: a power of the exponential would lose the branch
                term *= (_polynomial(atom.of, letters) * acb(fmpq(exponent.numerator, exponent.denominator))).exp()
            else:
                term *= _power(_atom(atom, letters), exponent)
        total += term
    return total


def _power(base: acb, exponent: Exponent) -> acb:
    """A power; the odd root of a negative real number is the real one, as in school."""
    if isinstance(exponent, int) or exponent.denominator == 1:
        if exponent < 0 and base.contains(0):
            raise UnknownValueError
        return base ** int(exponent)
    if base.imag == 0 and base.real < 0 and exponent.denominator % 2:
        return acb(-((-base.real).root(exponent.denominator))) ** exponent.numerator
    if base.contains(0):
        raise UnknownValueError
    return base.pow(acb(fmpq(exponent.numerator, exponent.denominator)))


def _atom(atom: Atom, letters: Mapping[str, Fraction]) -> acb:
    match atom.kind:
        case AtomKind.PRIME:
            return acb(atom.of)
        case AtomKind.IMAGINARY:
            return acb(0, 1)
        case AtomKind.PI:
            return acb(arb.pi())
        case AtomKind.COSINE_OF_PI:
            return acb(arb.cos_pi_fmpq(atom.of))
        case AtomKind.SYMBOL:
            if atom.key not in letters:
                raise UnknownValueError
            known = letters[atom.key]
            return acb(fmpq(known.numerator, known.denominator))
        case AtomKind.OPAQUE:
            raise UnknownValueError
        case AtomKind.LN if isinstance(atom.of, int):
            return acb(arb(atom.of).log())
        case AtomKind.QUOTIENT:
            return _polynomial(atom.of.numerator, letters) / _polynomial(atom.of.denominator, letters)
    inner = _polynomial(atom.of, letters)
    match atom.kind:
        case AtomKind.LN if not inner.contains(0):
            return inner.log()
        case AtomKind.ABS:
            return acb(abs(inner))
        case AtomKind.POWER:
            return acb(inner.real) if is_real(atom.of) else inner
        case AtomKind.ARC if atom.key.startswith("arcsin"):
            return inner.asin()
        case AtomKind.ARC if atom.key.startswith("arctan"):
            return inner.atan()
    raise UnknownValueError
