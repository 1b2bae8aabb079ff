"""What kind of number each letter stands for, as far as premises say so."""

from collections.abc import Iterable
from enum import IntEnum

from clra.parsing.tree import Call, Operation, Relation, Relator, Statement, Symbol
from clra_verifiers.formulas import CONSTANTS, Formula, Letter

ORDER = frozenset({Relator.LESS, Relator.LESS_EQUAL, Relator.GREATER, Relator.GREATER_EQUAL})
_DIVISION = frozenset({Relator.CONGRUENT, Relator.DIVIDES, Relator.NOT_DIVIDES})
_WHOLE = frozenset({"ZZ", "NN"})
_REAL = frozenset({"QQ", "RR"})
_RING = frozenset({"add", "neg", "mul", "pow"})
_MONOTONE = _RING | {"div", "root", "floor", "ceil", "max", "min"}
"""Operations that have a real value, in statements of order, only of real numbers; an absolute value does not."""


class Sort(IntEnum):
    """A kind of number; the higher, the narrower."""

    REAL = 1
    WHOLE = 2


def sorts_of(formulas: Iterable[Formula]) -> dict[Letter, Sort]:
    """The letters that must be real or whole numbers where these formulas hold; others may be anything.

    Order is said of real numbers, divisibility of whole ones.
    """
    found: dict[Letter, Sort] = {}
    for formula in formulas:
        if len(formula) == 1:
            for relation in formula[0]:
                for letter, sort in _declared(relation):
                    found[letter] = max(sort, found.get(letter, sort))
    return found


def declared_of(formulas: Iterable[Formula]) -> frozenset[Letter]:
    """The letters that a statement of their own confines to real or whole numbers: ``n in ZZ``, ``x > 0``."""
    relations = (relation for formula in formulas if len(formula) == 1 for relation in formula[0])
    return frozenset(letter for relation in relations if _is_of_one(relation) for letter, _ in _declared(relation))


def _is_of_one(relation: Relation) -> bool:
    return sum(isinstance(side, Symbol | Call) for side in (relation.left, relation.right)) >= 1 and (
        len(set(terms_of(relation))) == 1
    )


def _declared(relation: Relation) -> list[tuple[Letter, Sort]]:
    within = _MONOTONE
    sort = Sort.REAL
    if relation.relator in _DIVISION:
        within, sort = _RING, Sort.WHOLE
    elif relation.relator is Relator.ELEMENT and isinstance(relation.right, Symbol):
        if relation.right.name not in _WHOLE | _REAL or not isinstance(relation.left, Symbol | Call):
            return []
        sort = Sort.WHOLE if relation.right.name in _WHOLE else Sort.REAL
    elif relation.relator not in ORDER | {Relator.ELEMENT}:
        return []
    sides = (relation.left, relation.right)
    return [(letter, sort) for side in sides for letter in terms_of(side, within)]


def terms_of(tree: Statement, within: frozenset[str] | None = None) -> list[Letter]:
    """The letters and values of functions that a term is calculated from.

    Args:
        tree: the term, or a relation.
        within: look only inside of these operations; None for all.
    """
    match tree:
        case Symbol(name=name):
            return [] if name in CONSTANTS - {"e", "i"} else [tree]
        case Call():
            return [tree]
        case Operation(operator=operator, arguments=arguments) if within is None or operator in within:
            return [letter for part in arguments for letter in terms_of(part, within)]
        case Relation(left=left, right=right):
            return [*terms_of(left, within), *terms_of(right, within)]
    return []
