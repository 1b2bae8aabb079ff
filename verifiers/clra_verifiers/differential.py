"""Functions that are said to solve a differential equation, put into it.

The equation and the values that the function must have are premises. What is put in must hold for all values of the
variable and of the constants of integration; that a general solution holds all there are is not looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from clra.parsing.reader import read_relation
from clra.parsing.tree import Call, Expression, Operation, ReadError, Relation, Relator, Statement, Symbol, walk
from clra.types import Premise
from clra_verifiers.definitions import MAX_ORDER
from clra_verifiers.differentiation import derivative_of, letters_of, put
from clra_verifiers.features import features_of
from clra_verifiers.findings import Finding
from clra_verifiers.identity import identical
from clra_verifiers.quadrature import enclosure_of
from clra_verifiers.undecided import TooBigError, UndecidedError, UnsupportedError
from clra_verifiers.universal import refuted
from clra_verifiers.wording import describe

_CONSTANT = re.compile(r"C|[Cc]_(?:\d|\{\d+\})")
"""Letters that are surely constants of integration."""


class _Solution(NamedTuple):
    function: str
    variable: str
    body: Expression


def solves(relation: Relation, premises: Sequence[Premise]) -> Relation | None:
    """The relation, if it gives a function whose differential equation is a premise; None otherwise."""
    match relation.left:
        case Operation(operator="either", arguments=(Call() as call, *_)):  # y(x), a product otherwise
            relation = replace(relation, left=call)
    name = _function_of(relation)
    return relation if name is not None and _equation_of(name, premises) is not None else None


def judge_solution(relation: Relation, premises: Sequence[Premise]) -> Finding:
    """How ``y = F(x)`` stands with the differential equation among its premises.

    It is refuted only where the equation is said to hold of the function everywhere: ``y' = 3*x^2`` tells of a curve,
    and ``y = 3*x - 2`` behind it of a tangent.

    Raises:
        UndecidedError: something in the equation cannot be carried out.
    """
    name = _function_of(relation)
    premise = None if name is None else _equation_of(name, premises)
    if name is None or premise is None:
        return Finding(None)
    equation = read_relation(premise.formal)
    solution = _Solution(name, _variable_of(relation, equation, name), relation.right)
    found = _put_into_equation(solution, equation)
    if found.truth:
        for value in filter(_is_value, _read(premises)):
            if isinstance(value.left, Call) and value.left.name.rstrip("'") == name and found.truth:
                found = _put_into_value(solution, value)
    return found if found.truth is not False or premise.universal else Finding(None, found.note)


def _equation_of(name: str, premises: Sequence[Premise]) -> Premise | None:
    """The only premise that is a differential equation for a function."""
    found = [
        premise
        for premise in premises
        if "'" in premise.formal or "derivative(" in premise.formal
        for relation in _read([premise])
        if not _is_value(relation) and any(_is_derivative(node, name) for node in walk(relation))
    ]
    return found[0] if len(found) == 1 else None


def _function_of(relation: Relation) -> str | None:
    """The function that an equation gives: ``y`` of ``y = F`` and ``y(x) = F``."""
    match relation:
        case Relation(Relator.EQUAL, Symbol(name=name) | Call(name, (Symbol(),)), body) if name not in letters_of(body):
            return None if any(isinstance(node, Call) for node in walk(body)) else name
    return None


def _read(premises: Sequence[Premise]) -> list[Relation]:
    found = []
    for premise in premises:
        try:
            found.append(read_relation(premise.formal))
        except ReadError:
            continue
    return [relation for relation in found if relation.relator is Relator.EQUAL]


def _is_derivative(node: Statement, name: str) -> bool:
    match node:
        case Symbol(name=primed) | Call(name=primed) if primed.endswith("'"):
            return primed.rstrip("'") == name
        case Operation(operator="derivative", arguments=(_, Symbol(name=inner) | Call(name=inner))):
            return inner == name
    return False


def _is_value(relation: Relation) -> bool:
    """Whether an equation gives the value of a function at a point."""
    match relation.left:
        case Call(arguments=(argument,)):
            return not letters_of(argument) and not letters_of(relation.right)
    return False


def _variable_of(relation: Relation, equation: Relation, name: str) -> str:
    """The letter that the function depends on.

    Raises:
        UnsupportedError: it is not plain which one it is.
    """
    found: set[str] = set()
    for node in (*walk(equation), relation.left):
        match node:
            case Operation(operator="derivative", arguments=(Symbol(name=variable), _)):
                found.add(variable)
            case Call(name=called, arguments=(Symbol(name=variable),)) if called.rstrip("'") == name:
                found.add(variable)
    if not found:
        letters = (letters_of(equation.left) | letters_of(equation.right) | letters_of(relation.right)) - {name}
        found = set(letters & {"x", "t"})
    if len(found) != 1:
        raise UnsupportedError("it is not plain what the function depends on")
    return found.pop()


def _put_into_equation(solution: _Solution, equation: Relation) -> Finding:
    left, right = (_written(side, solution) for side in (equation.left, equation.right))
    try:
        if identical(left, right):
            return Finding(True, "put into the equation, both sides are equal")
    except UndecidedError:
        pass
    known = letters_of(equation.left) | letters_of(equation.right) | {solution.variable}
    unknown = letters_of(solution.body) - known
    if not all(map(_CONSTANT.fullmatch, unknown)) or "i" in features_of(equation).constants:
        return Finding(None, "a letter may stand for a certain value")
    found = refuted(left, right)
    return found._replace(note=f"put into the equation, {found.note}") if found.truth is False else found


def _put_into_value(solution: _Solution, value: Relation) -> Finding:
    place = _written(value.left, solution)
    if letters_of(place):
        return Finding(None, "the constants of integration are not told")
    if identical(place, value.right):
        return Finding(True, "put into the equation, both sides are equal, and it has the values that are given")
    first, second = enclosure_of(place), enclosure_of(value.right)
    inexact = features_of(value).decimals or features_of(Relation(Relator.EQUAL, place, value.right)).decimals
    if first.overlaps(second) or inexact:
        return Finding(None)
    return Finding(False, f"its value is {describe(first)} where {describe(second)} is given")


def _written(tree: Expression, solution: _Solution) -> Expression:
    """The term with the function and its derivatives written out.

    Raises:
        UndecidedError: it holds a function that is not known, or a derivative that cannot be carried out.
    """
    name, variable = solution.function, solution.variable
    match tree:
        case Symbol(name=primed) if primed.rstrip("'") == name:
            return _derived(solution, len(primed) - len(name))
        case Call(name=primed, arguments=(argument,)) if primed.rstrip("'") == name:
            return put(_derived(solution, len(primed) - len(name)), variable, argument)
        case Call():
            raise UnsupportedError("a function that is not known")
        case Operation(operator="either", arguments=(Call(name=called) as call, *_)) if called.rstrip("'") == name:
            return _written(call, solution)
        case Operation(operator="derivative", arguments=(Symbol(name=letter), inner)):
            if letter != variable:
                raise UnsupportedError("a derivative with respect to another letter")
            return derivative_of(_written(inner, solution), variable)
        case Operation(operator="partial" | "integral" | "limit" | "sum" | "product"):
            raise UnsupportedError("no ordinary differential equation")
        case Operation(operator=operator, arguments=parts):
            return Operation(operator, tuple(_written(part, solution) for part in parts))
    return tree


def _derived(solution: _Solution, order: int) -> Expression:
    if order > MAX_ORDER:
        raise TooBigError("a derivative of high order")
    body = solution.body
    for _ in range(order):
        body = derivative_of(body, solution.variable)
    return body
