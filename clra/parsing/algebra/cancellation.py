"""Common factors of a numerator and a denominator."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

import flint
from flint import fmpq

from clra.parsing.algebra.polynomials import (
    ONE,
    Algebra,
    Atom,
    AtomKind,
    Exponent,
    Monomial,
    Polynomial,
    atoms_of,
    common_denominator,
    exponent_in,
    lowest_exponents,
    monomial_of,
)

MAX_VARIABLES = 10
MAX_DEGREE = 200
MAX_TERMS = 300
ROOTS = frozenset({AtomKind.PRIME, AtomKind.IMAGINARY, AtomKind.ABS, AtomKind.POWER})
"""Kinds of atoms that are multiplied out of denominators, and among which monomials are independent."""


class _Dense:
    """Polynomials with whole exponents, as FLINT takes them, and the way back."""

    def __init__(self, polynomials: Sequence[Polynomial]) -> None:
        self.atoms = sorted({atom for each in polynomials for atom in atoms_of(each)})
        self.scales = {
            atom: common_denominator(exponent_in(monomial, atom) for each in polynomials for monomial in each)
            for atom in self.atoms
        }
        names = tuple(f"v{index}" for index in range(len(self.atoms)))
        self.context = flint.fmpq_mpoly_ctx.get(names, flint.Ordering.lex)

    def exponents(self, polynomial: Polynomial, lowest: Mapping[Atom, Exponent]) -> dict[tuple[int, ...], fmpq]:
        """The terms, shifted so that the lowest exponents are 0."""
        return {
            tuple(int((exponent_in(monomial, atom) - lowest[atom]) * self.scales[atom]) for atom in self.atoms): value
            for monomial, value in polynomial.items()
        }

    def polynomial(
        self, dense: flint.fmpq_mpoly, lowest: Mapping[Atom, Exponent], roots: Monomial
    ) -> dict[Monomial, fmpq]:
        """The way back, times a monomial of roots."""
        return {
            monomial_of(
                [
                    *roots,
                    *(
                        (atom, lowest[atom] + Fraction(int(step), self.scales[atom]))
                        for atom, step in zip(self.atoms, exponents, strict=True)
                    ),
                ]
            ): value
            for exponents, value in dense.to_dict().items()
        }


def cancelled(algebra: Algebra, numerator: Polynomial, denominator: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Divide both by their greatest common divisor, where finding it is cheap and no root is in the way."""
    if any(atom.kind in ROOTS and atom.kind is not AtomKind.PRIME for atom in atoms_of(denominator)):
        return numerator, denominator
    parts: defaultdict[Monomial, dict[Monomial, fmpq]] = defaultdict(dict)
    for monomial, coefficient in numerator.items():
        roots = tuple(item for item in monomial if item[0].kind in ROOTS)
        parts[roots][tuple(item for item in monomial if item[0].kind not in ROOTS)] = coefficient
    polynomials = [denominator, *parts.values()]
    whole = _Dense(polynomials)
    if len(whole.atoms) > MAX_VARIABLES or sum(map(len, polynomials)) > MAX_TERMS:
        return numerator, denominator
    lowest = [lowest_exponents(each, whole.atoms) for each in polynomials]
    terms = [whole.exponents(each, low) for each, low in zip(polynomials, lowest, strict=True)]
    if max(max(exponents, default=0) for each in terms for exponents in each) > MAX_DEGREE:
        return numerator, denominator
    algebra.spend(sum(map(len, terms)) * len(whole.atoms))
    dense = [whole.context.from_dict(each) for each in terms]
    divisor = dense[0]
    for each in dense[1:]:
        divisor = divisor.gcd(each)
        if divisor.is_constant():
            return numerator, denominator
    above: dict[Monomial, fmpq] = {}
    for roots, each, low in zip(parts, dense[1:], lowest[1:], strict=True):
        above |= whole.polynomial(each / divisor, low, roots)
    return above, whole.polynomial(dense[0] / divisor, lowest[0], ONE)
