"""Formulas as polynomial systems: what contradicts them, what follows from them."""

from collections.abc import Iterable
from itertools import islice, product
from typing import TypeVar

from clra.parsing.tree import Expression, Operation, Relation, Relator
from clra_verifiers.formulas import Case, Formula
from clra_verifiers.ideal import System
from clra_verifiers.undecided import TooBigError, UndecidedError, UnsupportedError

MAX_PICKS = 32

Choice = TypeVar("Choice")

_POLYNOMIAL = frozenset({Relator.EQUAL, Relator.UNEQUAL})


def system_of(formulas: Iterable[Formula]) -> System:
    """The equations that follow from formulas; what is no equation, or too big, is left out."""
    system = System()
    for formula in formulas:
        extended = system.extended()
        try:
            _require(extended, formula)
        except UndecidedError:
            continue
        system = extended
    return system


def _require(system: System, formula: Formula) -> None:
    """Add what holds whichever case holds: the products of one difference of each case."""
    if len(formula) == 1:
        _require_case(system, formula[0])
        return
    equations = [[_difference(one) for one in case if one.relator is Relator.EQUAL] for case in formula]
    for pick in _picks(equations):
        system.require_zero(pick)


def _require_case(system: System, case: Case) -> None:
    for relation in case:
        if relation.relator is Relator.EQUAL:
            system.require_zero([_difference(relation)])
        elif relation.relator is Relator.UNEQUAL:
            system.require_nonzero([_difference(relation)])


def is_linear_equation(formula: Formula) -> bool:
    """Whether the formula is one or more linear equations with rational coefficients."""
    system = System()
    try:
        _require(system, formula)
    except UndecidedError:
        return False
    return len(formula) == 1 and all(one.relator is Relator.EQUAL for one in formula[0]) and system.is_linear


def is_defined(system: System, formula: Formula) -> bool:
    """Whether the formula surely may have a meaning in the system: nothing in it is divided by what must be zero."""
    extended = system.extended()
    for case in formula:
        for relation in case:
            if relation.relator in _POLYNOMIAL:
                extended.polynomial(_difference(relation))
    return extended.contradictory is False


def contradicts(system: System, formula: Formula) -> bool:
    """Whether no case of the formula can hold in the system.

    Raises:
        UndecidedError: the formula is not to be expressed, or too big.
    """
    for case in formula:
        extended = system.extended()
        _require_case(extended, case)
        if not _is_contradictory(extended):
            return False
    return True


def follows(system: System, formula: Formula) -> bool:
    """Whether in every solution of the system some case of the formula holds.

    Raises:
        UndecidedError: the formula is not to be expressed, or too big.
    """
    if any(relation.relator not in _POLYNOMIAL for case in formula for relation in case):
        raise UnsupportedError("not an equation")
    for pick in _picks(formula):
        extended = system.extended()
        for relation in pick:
            if relation.relator is Relator.EQUAL:
                extended.require_nonzero([_difference(relation)])
            else:
                extended.require_zero([_difference(relation)])
        if not _is_contradictory(extended):
            return False
    return True


def _is_contradictory(system: System) -> bool:
    if system.contradictory is None:
        raise TooBigError("the equations are too hard to solve")
    return system.contradictory


def _picks(choices: Iterable[Iterable[Choice]]) -> list[tuple[Choice, ...]]:
    found = list(islice(product(*choices), MAX_PICKS + 1))
    if len(found) > MAX_PICKS:
        raise TooBigError("too many cases")
    return found


def _difference(relation: Relation) -> Expression:
    return Operation("add", (relation.left, Operation("neg", (relation.right,))))
