"""One name for every algebraic number: its minimal polynomial and which root of it the number is.

The value acts on the algebra spanned by its roots; that action is a matrix over the rationals whose minimal polynomial
has the number as a root. The factor that it belongs to, and which root, are told apart by enclosures.
"""

from fractions import Fraction
from itertools import product
from math import lcm, prod

import flint
from flint import acb_poly, fmpq, fmpq_mat, fmpq_poly, fmpz_poly

from clra.parsing.algebra.enclosures import LOCK, enclosure
from clra.parsing.algebra.functions import root
from clra.parsing.algebra.polynomials import (
    ALGEBRAIC,
    ONE,
    Atom,
    AtomKind,
    Exponent,
    Monomial,
    Polynomial,
    as_number,
    atoms_of,
    atoms_within,
    constant,
    exponent_in,
    is_long,
    lowest_exponents,
    monomial_of,
    single,
)
from clra.parsing.algebra.quotients import Field, Quotient

MAX_DEGREE = 36
MAX_COSINE = 120
ROOT_BITS = 256


def algebraic_name(field: Field, value: Quotient) -> str | None:
    """A text that is the same for equal algebraic numbers; None where the value is none, or none of small degree."""
    everything = {*atoms_within(value.numerator), *atoms_within(value.denominator)}
    if not everything or any(atom.kind not in ALGEBRAIC for atom in everything) or _holds_root_of_cosine(value):
        return None
    if _is_quadratic(value):
        return value.text
    step = _cosine_step(everything)
    if step > 1:
        if step > MAX_COSINE or any(atom.kind is AtomKind.POWER for atom in everything):
            return None
        value = _without_negative_cosines(field, value)
        value = Quotient(
            _with_one_cosine(field, value.numerator, step), _with_one_cosine(field, value.denominator, step)
        )
    basis = _basis([value.numerator, value.denominator], step)
    if basis is None:
        return None
    matrix = _matrix(field, value.numerator, basis, step)
    if as_number(value.denominator) != 1:
        below = _matrix(field, value.denominator, basis, step)
        if below.det() == 0:
            return None
        matrix *= below.inv()
    return _name(field, value, matrix.minpoly())


def _holds_root_of_cosine(value: Quotient) -> bool:
    """Whether a cosine stands under a fractional exponent, which has no place in the basis."""
    return any(
        atom.kind is AtomKind.COSINE_OF_PI and exponent.denominator != 1
        for polynomial in (value.numerator, value.denominator)
        for monomial in polynomial
        for atom, exponent in monomial
    )


def _is_quadratic(value: Quotient) -> bool:
    """Whether it is ``a + b sqrt(d)``, whose text is its name."""
    if as_number(value.denominator) != 1 or len(value.numerator) > 2:
        return False
    surds = [monomial for monomial in value.numerator if monomial != ONE]
    return len(surds) == 1 and all(
        (atom.kind is AtomKind.PRIME and exponent == Fraction(1, 2)) or atom.kind is AtomKind.IMAGINARY
        for atom, exponent in surds[0]
    )


def _cosine_step(atoms: set[Atom]) -> int:
    """The least n such that all cosines are of multiples of pi/n."""
    return lcm(*(int(atom.of.q) for atom in atoms if atom.kind is AtomKind.COSINE_OF_PI))


def _cosine(step: int) -> Atom:
    return Atom(AtomKind.COSINE_OF_PI, f"cos({Fraction(1, step)}*pi)", fmpq(1, step))


def _without_negative_cosines(field: Field, value: Quotient) -> Quotient:
    """The value with every cosine that divides in the denominator."""
    for atom in sorted(atoms_of(value.numerator)):
        if atom.kind is AtomKind.COSINE_OF_PI:
            lowest = lowest_exponents(value.numerator, [atom])[atom]
            if lowest < 0:
                factor = single(atom, -lowest)
                value = Quotient(field.multiply(value.numerator, factor), field.multiply(value.denominator, factor))
    return value


def _with_one_cosine(field: Field, polynomial: Polynomial, step: int) -> Polynomial:
    """Every cosine in terms of that of pi/step, by Chebyshev's polynomials."""
    result = constant(0)
    for monomial, coefficient in polynomial.items():
        term: Polynomial = {ONE: coefficient}
        for atom, exponent in monomial:
            if atom.kind is AtomKind.COSINE_OF_PI:
                multiple = fmpz_poly.chebyshev_t(int(atom.of.p) * (step // int(atom.of.q)))
                expanded = {
                    (((_cosine(step), power),) if power else ONE): fmpq(each)
                    for power, each in enumerate(multiple.coeffs())
                    if each
                }
                term = field.multiply(term, field.power(expanded, int(exponent)))
            else:
                term = field.multiply(term, single(atom, exponent))
        result = field.add(result, term)
    return result


def _cosine_polynomial(step: int) -> fmpq_poly:
    """The minimal polynomial of the cosine of pi/step."""
    double = fmpz_poly.cos_minpoly(2 * step)
    return fmpq_poly([each * 2**power for power, each in enumerate(double.coeffs())])


def _basis(polynomials: list[Polynomial], step: int) -> list[Monomial] | None:
    """Monomials that span the algebra in which the polynomials live; None where they would be too many."""
    degrees: dict[Atom, int] = {}
    waiting = list(polynomials)
    while waiting:
        for monomial in waiting.pop():
            for atom, exponent in monomial:
                if atom.kind is AtomKind.COSINE_OF_PI:
                    degrees[atom] = _cosine_polynomial(step).degree()
                elif atom.kind is AtomKind.IMAGINARY:
                    degrees[atom] = 2
                elif is_long(exponent):
                    return None
                else:
                    degrees[atom] = lcm(degrees.get(atom, 1), Fraction(exponent).denominator)
                if atom.kind is AtomKind.POWER:
                    waiting.append(atom.of)
        if prod(degrees.values()) > MAX_DEGREE:
            return None

    def powers(atom: Atom) -> list[Exponent]:
        degree = degrees[atom]
        fractional = atom.kind in (AtomKind.PRIME, AtomKind.POWER)
        return [Fraction(k, degree) if fractional else k for k in range(degree)]

    names = sorted(degrees)
    return [monomial_of(zip(names, choice, strict=True)) for choice in product(*map(powers, names))]


def _matrix(field: Field, polynomial: Polynomial, basis: list[Monomial], step: int) -> fmpq_mat:
    """How multiplication with the polynomial acts on the basis."""
    places = {monomial: index for index, monomial in enumerate(basis)}
    rows = []
    for monomial in basis:
        row = [fmpq(0)] * len(basis)
        image = field.multiply(polynomial, {monomial: fmpq(1)})
        for each, coefficient in _reduced_cosines(field, image, step).items():
            row[places[each]] = coefficient
        rows.append(row)
    return fmpq_mat(rows)


def _reduced_cosines(field: Field, polynomial: Polynomial, step: int) -> Polynomial:
    atom = _cosine(step)
    if step == 1 or atom not in atoms_of(polynomial):
        return polynomial
    relation = _cosine_polynomial(step)
    result = constant(0)
    for monomial, coefficient in polynomial.items():
        exponent = int(exponent_in(monomial, atom))
        rest = tuple(item for item in monomial if item[0] != atom)
        remainder = fmpq_poly([0] * exponent + [1]) % relation
        for power, each in enumerate(remainder.coeffs()):
            if each:
                inner = monomial_of([*rest, (atom, power)])
                result = field.add(result, {inner: coefficient * each})
    return result


def _name(field: Field, value: Quotient, annihilator: fmpq_poly) -> str | None:
    """The factor of the polynomial that vanishes at the value, and the place of the value among its roots."""
    with LOCK, flint.ctx.workprec(ROOT_BITS):
        ball = enclosure(value, ROOT_BITS)
        found = [
            (factor, place)
            for factor, _ in annihilator.factor()[1]
            for place, root_ball in enumerate(acb_poly(factor).complex_roots())
            if root_ball.overlaps(ball)
        ]
    if len(found) != 1:
        return None
    ((factor, place),) = found
    if factor.degree() == 1:
        return str((-factor[0] / factor[1]).str())
    if factor.degree() == 2:
        return _quadratic_name(field, factor, value)
    coefficients = (factor / factor.leading_coefficient()).coeffs()
    return f"root {place} of [{','.join(each.str() for each in coefficients)}]"


def _quadratic_name(field: Field, factor: fmpq_poly, value: Quotient) -> str | None:
    """The text of the number as ``a + b sqrt(d)``."""
    middle = -factor[1] / (2 * factor[2])
    square = middle**2 - factor[0] / factor[2]
    surd = root(field, 2, field.number(square))
    with LOCK, flint.ctx.workprec(ROOT_BITS):
        ball = enclosure(value, ROOT_BITS)
        for each in (field.plus(field.number(middle), surd), field.plus(field.number(middle), surd, -1)):
            if enclosure(each, ROOT_BITS).overlaps(ball):
                return each.text
    return None
