"""Quotients of polynomials and their normal form.

In the normal form the denominator holds no root and no ``i`` (they are multiplied away), shares no factor with the
numerator and leads with 1. Equal normal forms are equal values. The converse holds as long as the atoms that remain are
independent, which is so for numbers built from roots of rationals and ``i``, and for rational functions of letters.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpz

from clra.parsing.algebra.cancellation import ROOTS, cancelled
from clra.parsing.algebra.polynomials import (
    Algebra,
    Atom,
    AtomKind,
    Exponent,
    Monomial,
    Polynomial,
    UndefinedError,
    as_number,
    atoms_of,
    common_denominator,
    constant,
    exponent_in,
    is_long,
    lowest_exponents,
    monomial_of,
    number_power,
    text_of,
)

MAX_CLEARINGS = 12


@dataclass(frozen=True, slots=True)
class Quotient:
    """A polynomial over a polynomial that is not zero."""

    numerator: Polynomial
    denominator: Polynomial

    @property
    def number(self) -> fmpq | None:
        """The rational number that a quotient in normal form is, if it is one."""
        return as_number(self.numerator) if as_number(self.denominator) == 1 else None

    @property
    def whole(self) -> int | None:
        """The whole number that a quotient in normal form is, if it is one."""
        number = self.number
        return int(number.p) if number is not None and number.q == 1 else None

    @property
    def text(self) -> str:
        """One text for equal normal forms."""
        if as_number(self.denominator) == 1:
            return text_of(self.numerator)
        return f"({text_of(self.numerator)})/({text_of(self.denominator)})"


class Field(Algebra):
    """Arithmetic of quotients, every result in normal form."""

    def number(self, value: fmpq | Fraction | int) -> Quotient:
        """A rational number."""
        return Quotient(constant(fmpq(value.numerator, value.denominator)), constant(1))

    def of(self, polynomial: Polynomial) -> Quotient:
        """A polynomial over 1."""
        return Quotient(polynomial, constant(1))

    def sum(self, terms: Iterable[Quotient]) -> Quotient:
        """The sum of several."""
        result = self.number(0)
        for term in terms:
            result = self.plus(result, term)
        return result

    def plus(self, first: Quotient, second: Quotient, factor: int = 1) -> Quotient:
        """``first + factor * second``."""
        if first.denominator == second.denominator:
            total = self.add(first.numerator, second.numerator, factor)
            return self.normal(Quotient(total, first.denominator))
        left = self.multiply(first.numerator, second.denominator)
        right = self.multiply(second.numerator, first.denominator)
        return self.normal(
            Quotient(self.add(left, right, factor), self.multiply(first.denominator, second.denominator))
        )

    def times(self, first: Quotient, second: Quotient) -> Quotient:
        """The product."""
        return self.normal(
            Quotient(
                self.multiply(first.numerator, second.numerator), self.multiply(first.denominator, second.denominator)
            )
        )

    def over(self, first: Quotient, second: Quotient) -> Quotient:
        """The quotient.

        Raises:
            UndefinedError: if the second is 0.
        """
        if not second.numerator:
            raise UndefinedError
        return self.normal(
            Quotient(
                self.multiply(first.numerator, second.denominator), self.multiply(first.denominator, second.numerator)
            )
        )

    def negative(self, value: Quotient) -> Quotient:
        """Minus the value."""
        return Quotient(self.scale(value.numerator, -1), value.denominator)

    def raised(self, base: Quotient, exponent: int) -> Quotient:
        """A power with a whole exponent."""
        if exponent < 0:
            return self.over(self.number(1), self.raised(base, -exponent))
        return self.normal(Quotient(self.power(base.numerator, exponent), self.power(base.denominator, exponent)))

    def normal(self, value: Quotient) -> Quotient:
        """The normal form.

        Raises:
            UndefinedError: if the denominator is 0.
        """
        numerator, denominator = value.numerator, value.denominator
        if not denominator:
            raise UndefinedError
        for _ in range(MAX_CLEARINGS):
            number = as_number(denominator)
            if number is not None:
                return Quotient(_absorbed(numerator if number == 1 else self.scale(numerator, 1 / number)), constant(1))
            if len(denominator) == 1:
                numerator, denominator = self._divided_by_monomial(numerator, denominator)
                continue
            helper = self._helper(denominator)
            if helper is None:
                break
            cleared = self.multiply(denominator, helper)
            if not cleared:
                break
            numerator, denominator = self.multiply(numerator, helper), cleared
        return self._reduced(numerator, denominator)

    def _divided_by_monomial(self, numerator: Polynomial, denominator: Polynomial) -> tuple[Polynomial, Polynomial]:
        """Divide by a single term, which moves into the numerator but for what its relations add."""
        ((monomial, coefficient),) = denominator.items()
        inverse: list[tuple[Atom, Exponent]] = []
        rest = constant(1)
        for atom, exponent in monomial:
            match atom.kind:
                case AtomKind.ABS:
                    inverse.append((atom, 1))
                    rest = self.multiply(rest, self.reduce(((atom, 2),), fmpq(1)))
                case AtomKind.POWER:
                    inverse.append((atom, 1 - exponent))
                    rest = self.multiply(rest, atom.of)
                case _:
                    inverse.append((atom, -exponent))
        factor = self.reduce(monomial_of(inverse), 1 / coefficient)
        return self.multiply(numerator, factor), rest

    def _helper(self, denominator: Polynomial) -> Polynomial | None:
        """What to multiply with so that a root leaves the denominator, or stays with half its degree."""
        for atom in sorted(atoms_of(denominator), reverse=True):
            if atom.kind not in ROOTS:
                continue
            parts = _by_exponent(denominator, atom)
            fractional = atom.kind in (AtomKind.PRIME, AtomKind.POWER)
            if fractional and any(is_long(exponent) for exponent in parts):
                continue
            degree = common_denominator(parts) if fractional else 2
            if degree == 1:
                continue
            unit = Fraction(1, degree) if fractional else 1
            if degree % 2 == 0:
                return {
                    monomial: -coefficient if exponent_in(monomial, atom) / unit % 2 else coefficient
                    for monomial, coefficient in denominator.items()
                }
            if degree == 3:
                return self._cubic_helper([parts.get(unit * step, {}) for step in range(3)], atom)
        return None

    def _cubic_helper(self, parts: list[Polynomial], atom: Atom) -> Polynomial:
        """``(a + b t + c t^2)`` times this is free of ``t``, where ``t^3`` is what the atom is of."""
        a, b, c = parts
        cube = constant(atom.of) if atom.kind is AtomKind.PRIME else atom.of
        free = self.add(self.multiply(a, a), self.multiply(cube, self.multiply(b, c)), -1)
        first = self.add(self.multiply(cube, self.multiply(c, c)), self.multiply(a, b), -1)
        second = self.add(self.multiply(b, b), self.multiply(a, c), -1)
        root: Polynomial = {((atom, Fraction(1, 3)),): fmpq(1)}
        result = self.add(free, self.multiply(first, root))
        return self.add(result, self.multiply(second, self.multiply(root, root)))

    def _reduced(self, numerator: Polynomial, denominator: Polynomial) -> Quotient:
        """Cancel common factors and let the denominator lead with 1."""
        if not numerator:
            return self.number(0)
        numerator, denominator = cancelled(self, numerator, denominator)
        if len(denominator) == 1:
            return self.normal(Quotient(numerator, denominator))
        lowest = lowest_exponents(denominator, atoms_of(denominator))
        leading = denominator[max(denominator)]
        if any(lowest.values()) or leading != 1:
            unit: Polynomial = {monomial_of((atom, -exponent) for atom, exponent in lowest.items()): 1 / leading}
            numerator, denominator = self.multiply(numerator, unit), self.multiply(denominator, unit)
        return Quotient(numerator, denominator)


def _by_exponent(polynomial: Polynomial, atom: Atom) -> dict[Exponent, Polynomial]:
    """The polynomial as a polynomial in one atom: its coefficients by exponent."""
    parts: defaultdict[Exponent, dict[Monomial, fmpq]] = defaultdict(dict)
    for monomial, coefficient in polynomial.items():
        rest = tuple(item for item in monomial if item[0] != atom)
        parts[exponent_in(monomial, atom)][rest] = coefficient
    return dict(parts)


def _absorbed(polynomial: Polynomial) -> Polynomial:
    """Let a power of a prime that is too long to build take up the same prime from its coefficient."""
    if not any(atom.kind is AtomKind.PRIME and is_long(power) for each in polynomial for atom, power in each):
        return polynomial
    result: dict[Monomial, fmpq] = {}
    for monomial, coefficient in polynomial.items():
        powers: dict[Atom, Exponent] = dict(monomial)
        rest = coefficient
        for atom, power in monomial:
            if atom.kind is AtomKind.PRIME and is_long(power):
                valuation = _valuation(rest.p, atom.of) - _valuation(rest.q, atom.of)
                rest /= number_power(fmpq(atom.of), valuation)
                powers[atom] = power + valuation
        result[tuple(powers.items())] = rest
    return result


def _valuation(number: fmpz, divisor: int) -> int:
    """How often the divisor divides the number, which is not 0."""
    count = 0
    while number % divisor == 0:
        number //= divisor
        count += 1
    return count
