"""The normal form of equations and inequalities that are not sets of real numbers."""

import flint
from flint import fmpq

from clra.parsing.algebra.functions import primitive
from clra.parsing.algebra.polynomials import (
    ONE,
    Atom,
    AtomKind,
    Monomial,
    Polynomial,
    as_number,
    atoms_of,
    atoms_within,
    exponent_in,
    monomial_of,
    text_of,
)
from clra.parsing.algebra.quotients import Field, Quotient
from clra.parsing.forms import Canonical, Form
from clra.parsing.naming import COORDINATES
from clra.parsing.tree import Relator

MAX_DEGREE = 20
MAX_TERMS = 60
MAX_LETTERS = 6
_CONSTANT_OF_INTEGRATION: Monomial = ((Atom(AtomKind.SYMBOL, "C"), 1),)


def solved(field: Field, polynomial: Polynomial) -> Quotient | None:
    """The solution of ``polynomial = 0`` that is linear in its one letter, or in the last of the coordinates."""
    letters = sorted(atom for atom in atoms_of(polynomial) if atom.kind >= AtomKind.SYMBOL and not is_unit(atom))
    coordinates = {atom.key for atom in atoms_within(polynomial) if atom.kind is AtomKind.SYMBOL} & COORDINATES
    if len(letters) > 1 and len(coordinates) < 2:
        return None
    for atom in reversed(letters):
        if len(letters) > 1 and atom.key not in coordinates:
            continue
        slope, rest = _linear_in(polynomial, atom)
        if slope and not any(each.kind >= AtomKind.SYMBOL for each in atoms_of(slope)) and not _occurs(atom, rest):
            return field.over(field.of(field.scale(rest, -1)), field.of(slope))
    return None


def is_unit(atom: Atom) -> bool:
    """Whether it is a base unit, which is nothing to solve for."""
    return atom.kind is AtomKind.SYMBOL and atom.key.startswith("<")


def _occurs(atom: Atom, polynomial: Polynomial) -> bool:
    return atom in set(atoms_within(polynomial))


def _linear_in(polynomial: Polynomial, atom: Atom) -> tuple[Polynomial, Polynomial]:
    """Slope and rest of a polynomial that is linear in an atom; the slope is 0 where it is not."""
    slope: dict[Monomial, fmpq] = {}
    rest: dict[Monomial, fmpq] = {}
    for monomial, coefficient in polynomial.items():
        exponent = dict(monomial).get(atom, 0)
        if exponent == 1:
            slope[tuple(item for item in monomial if item[0] != atom)] = coefficient
        elif exponent == 0:
            rest[monomial] = coefficient
        else:
            return {}, {}
    return slope, rest


def equation_form(field: Field, polynomial: Polynomial, *, exact: bool) -> Canonical:
    """``polynomial = 0``, whatever factor the polynomial has."""
    _, rest = primitive(field, polynomial)
    return Canonical(f"0 = {text_of(rest)}", Form.EQUATION, exact=exact)


def squarefree(polynomial: Polynomial) -> Polynomial | None:
    """The product of the different factors of a polynomial in letters, which alone decides where it is 0."""
    letters = sorted(atoms_of(polynomial))
    plain = all(
        atom.kind is AtomKind.SYMBOL and exponent.denominator == 1 and 0 <= exponent <= MAX_DEGREE
        for monomial in polynomial
        for atom, exponent in monomial
    )
    if not plain or len(polynomial) > MAX_TERMS or len(letters) > MAX_LETTERS:
        return None
    context = flint.fmpq_mpoly_ctx.get(tuple(f"v{index}" for index in range(len(letters))), flint.Ordering.lex)
    dense = context.from_dict(
        {tuple(int(exponent_in(monomial, atom)) for atom in letters): value for monomial, value in polynomial.items()}
    )
    product = context.constant(1)
    for factor, _ in dense.factor_squarefree()[1]:
        product *= factor
    return {
        monomial_of((atom, int(step)) for atom, step in zip(letters, exponents, strict=True)): value
        for exponents, value in product.to_dict().items()
    }


def inequality_text(field: Field, relator: Relator, difference: Quotient) -> str:
    """``difference relator 0``, whatever positive factor the difference has."""
    if relator in (Relator.LESS, Relator.LESS_EQUAL):
        difference = field.negative(difference)
        relator = Relator.GREATER if relator is Relator.LESS else Relator.GREATER_EQUAL
    if not difference.numerator:
        return f"0 {relator} 0"
    content, rest = primitive(field, difference.numerator)
    if content < 0 and relator is not Relator.UNEQUAL:
        rest = field.scale(rest, -1)
    return f"{Quotient(rest, difference.denominator).text} {relator} 0"


def constant_of_integration(field: Field, value: Quotient) -> Quotient:
    """An antiderivative with its constant ``C``, whether it was written or not."""
    if _CONSTANT_OF_INTEGRATION in value.numerator:
        return value
    return field.plus(value, field.of({_CONSTANT_OF_INTEGRATION: fmpq(1)}))


def up_to_constant(value: Quotient) -> Quotient:
    """An antiderivative without the constant that its lone ``C`` swallows."""
    terms = value.numerator
    if _CONSTANT_OF_INTEGRATION not in terms or ONE not in terms or as_number(value.denominator) != 1:
        return value
    others = {atom for monomial in terms if monomial != _CONSTANT_OF_INTEGRATION for atom, _ in monomial}
    if not others or any(atom.kind is AtomKind.SYMBOL and atom.key.isupper() and atom.key != "X" for atom in others):
        return value
    return Quotient({monomial: each for monomial, each in terms.items() if monomial != ONE}, value.denominator)
