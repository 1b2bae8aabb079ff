"""Congruence and divisibility of polynomials in whole numbers, decided by trying all residues.

Whether a polynomial with whole coefficients is divisible by m depends only on the residues of its letters modulo m. So
what holds for all residues that the premises admit, modulo a common multiple of all moduli, holds for all numbers.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from clra.parsing.tree import Call, Expression, Number, Operation, Relation, Relator, Symbol
from clra.types import Outcome
from clra_verifiers.formulas import Formula, Letter
from clra_verifiers.modular import modulus_of, residue
from clra_verifiers.rational import value
from clra_verifiers.sorts import terms_of
from clra_verifiers.substitution import Substitution
from clra_verifiers.undecided import UndecidedError

MAX_TRIALS = 400
_DENIED = frozenset({Relator.NOT_DIVIDES, Relator.UNEQUAL})


@dataclass(frozen=True, slots=True)
class _Divisibility:
    """That a polynomial in whole numbers is, or is not, divisible by a number."""

    term: Expression
    modulus: int
    denied: bool

    def holds(self, values: Mapping[Letter, Expression]) -> bool:
        closed = Substitution((), values).term(self.term)
        return (residue(closed, self.modulus) == 0) is not self.denied


def by_residues(formula: Formula, premises: Iterable[Formula], whole: frozenset[Letter]) -> Outcome:
    """What follows for one congruence or divisibility from others.

    Args:
        formula: what is to be judged.
        premises: what holds; what is of another kind is left out.
        whole: the letters that stand for whole numbers.
    """
    claim = _divisibility(formula)
    if claim is None:
        return Outcome.UNKNOWN
    letters = frozenset(terms_of(claim.term))
    others = [each for each in map(_divisibility, premises) if each is not None]
    given = [each for each in others if letters.issuperset(terms_of(each.term))]
    modulus = math.lcm(claim.modulus, *(each.modulus for each in given))
    if not letters or not letters <= whole or modulus ** len(letters) > MAX_TRIALS:
        return Outcome.UNKNOWN
    found: set[bool] = set()
    for numbers in product(range(modulus), repeat=len(letters)):
        values = {
            letter: Number(Fraction(number)) for letter, number in zip(sorted(letters, key=str), numbers, strict=True)
        }
        try:
            if all(each.holds(values) for each in given):
                found.add(claim.holds(values))
        except UndecidedError:
            return Outcome.UNKNOWN
        if len(found) == 2:
            return Outcome.UNKNOWN
    if not found:
        return Outcome.UNKNOWN
    return Outcome.CONFIRMED if True in found else Outcome.REFUTED


def _divisibility(formula: Formula) -> _Divisibility | None:
    """A formula as a divisibility; None where it is none, or holds more than polynomials with whole coefficients."""
    if len(formula) != 1 or len(formula[0]) != 1:
        return None
    relation = formula[0][0]
    parts = _parts(relation)
    if parts is None or not _is_polynomial(parts[0]):
        return None
    try:
        modulus = modulus_of(parts[1])
    except UndecidedError:
        return None
    return _Divisibility(parts[0], modulus, relation.relator in _DENIED) if modulus <= MAX_TRIALS else None


def _parts(relation: Relation) -> tuple[Expression, Expression] | None:
    """What is divided, and by what."""
    match relation:
        case Relation(Relator.CONGRUENT, left, right, modulus) if modulus is not None:
            return _difference(left, right), modulus
        case Relation(Relator.DIVIDES | Relator.NOT_DIVIDES, left, right):
            return right, left
        case Relation(Relator.EQUAL | Relator.UNEQUAL, Operation(operator="mod", arguments=(term, modulus)), rest) if (
            _is_remainder(rest, modulus)
        ):
            return _difference(term, rest), modulus
    return None


def _difference(left: Expression, right: Expression) -> Expression:
    return Operation("add", (left, Operation("neg", (right,))))


def _is_remainder(rest: Expression, modulus: Expression) -> bool:
    try:
        return 0 <= value(rest) < value(modulus)
    except UndecidedError:
        return False


def _is_polynomial(tree: Expression) -> bool:
    match tree:
        case Number(value=number):
            return number.denominator == 1
        case Symbol() | Call():
            return True
        case Operation(operator="add" | "mul" | "neg", arguments=arguments):
            return all(map(_is_polynomial, arguments))
        case Operation(operator="pow", arguments=(base, Number(value=exponent))):
            return _is_polynomial(base) and exponent.denominator == 1 and exponent >= 1
    return False
