"""Formulas tried at points where their premises hold.

What fails at such a point follows from the premises by no proof, and what holds there cannot be excluded by one; so
whoever searches for a proof need not begin. A point takes microseconds, a question to Z3 some milliseconds.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

from clra.parsing.tree import Call, Relation, Relator, Symbol
from clra_verifiers.formulas import Formula, Letter
from clra_verifiers.rational import Environment, value
from clra_verifiers.sorts import Sort
from clra_verifiers.substitution import is_closed
from clra_verifiers.undecided import UndecidedError, UnsupportedError

MAX_LETTERS = 8
_POINTS = ((1, 1), (2, 3), (10, 7), (101, 13), (-1, -1))
"""The value of the first letter, and by how much that of each further one is larger."""
_COMPARED: dict[Relator, Callable[[Fraction, Fraction], bool]] = {
    Relator.EQUAL: operator.eq,
    Relator.UNEQUAL: operator.ne,
    Relator.LESS: operator.lt,
    Relator.LESS_EQUAL: operator.le,
    Relator.GREATER: operator.gt,
    Relator.GREATER_EQUAL: operator.ge,
}


def truths_of(formula: Formula, premises: Iterable[Formula], sorts: Mapping[Letter, Sort]) -> frozenset[bool]:
    """Whether the formula is true or false, or each in its turn, at the points that are tried.

    Args:
        formula: what is tried.
        premises: what holds at each point that counts.
        sorts: the letters, with what they stand for.
    """
    given = tuple(premises)
    found: set[bool] = set()
    for point in _points(formula, sorts):
        try:
            if all(_holds(one, point) for one in given):
                found.add(_holds(formula, point))
        except UndecidedError:
            continue
        if len(found) > 1:
            break
    return frozenset(found)


def _points(formula: Formula, sorts: Mapping[Letter, Sort]) -> Iterator[Environment]:
    """The points, and each of them with the values that the formula itself gives letters."""
    names = sorted(letter.name for letter in sorts if isinstance(letter, Symbol))
    if len(names) > MAX_LETTERS or any(isinstance(letter, Call) for letter in sorts):
        return
    stated = dict(_values_in(formula, sorts))
    for first, step in _POINTS:
        point = {name: Fraction(first + step * place) for place, name in enumerate(names)}
        yield point
        if stated:
            yield point | stated


def _values_in(formula: Formula, sorts: Mapping[Letter, Sort]) -> Iterator[tuple[str, Fraction]]:
    """The letters that the first case of a formula sets equal to closed terms."""
    for relation in formula[0]:
        letter, term = relation.left, relation.right
        if relation.relator is not Relator.EQUAL or not isinstance(letter, Symbol) or not is_closed(term):
            continue
        try:
            number = value(term)
        except UndecidedError:
            continue
        if number.denominator == 1 or sorts.get(letter) is not Sort.WHOLE:
            yield letter.name, number


def _holds(formula: Formula, point: Environment) -> bool:
    """Whether a formula is true at a point.

    Raises:
        UndecidedError: not all of it can be calculated there.
    """
    cases = [[_relates(relation, point) for relation in case] for case in formula]
    return any(all(case) for case in cases)


def _relates(relation: Relation, point: Environment) -> bool:
    compare = _COMPARED.get(relation.relator)
    if compare is not None:
        return compare(value(relation.left, point), value(relation.right, point))
    if relation.relator is Relator.ELEMENT and isinstance(relation.right, Symbol):
        number = value(relation.left, point)
        match relation.right.name:
            case "RR" | "QQ":
                return True
            case "ZZ":
                return number.denominator == 1
            case "NN" if number != 0:
                return number.denominator == 1 and number > 0
    raise UnsupportedError("a relation that is not tried")
