"""Statements as alternatives of relations that hold together: what contexts are judged by.

``x = 2 or x = 3``, ``x = 5 ± 1``, ``x in {2, 3}`` and ``(x, y) = (1, 2)`` come out as plain relations between numbers.
Words that stand for a number, as in ``"answer" = 5``, come out as letters.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias, TypeVar

from clra.parsing.reader import read
from clra.parsing.tree import (
    Bracket,
    Call,
    Collection,
    Expression,
    Matrix,
    Operation,
    Relation,
    Relator,
    Statement,
    Symbol,
    Words,
    symbol_names,
    walk,
)
from clra_verifiers.features import features_of
from clra_verifiers.readings import readings_of
from clra_verifiers.undecided import TooBigError, UnsupportedError

MAX_CASES = 8
MAX_READINGS = 8

CONSTANTS = frozenset({"pi", "e", "i", "oo", "RR", "ZZ", "NN", "QQ", "CC"})
_MEASURES = frozenset({"unit", "money"})
DEGREE = Symbol("°")
"""What a degree is where it stands outside of circular functions: some positive number."""
CIRCULAR = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})

Case: TypeAlias = tuple[Relation, ...]
"""Relations that hold together."""
Formula: TypeAlias = tuple[Case, ...]
"""Cases, of which at least one holds."""
Letter: TypeAlias = Symbol | Call
"""What can have a value: a letter, or a function's value such as ``f(3)``."""

Change: TypeAlias = Callable[[Statement], Expression | None]
"""Gives the replacement of a node; None to look into the node."""

Tree = TypeVar("Tree", bound=Statement)


@lru_cache(maxsize=4_096)
def formula_of(formal: str) -> Formula:
    """The formula that a text states.

    Raises:
        ReadError: the text cannot be read.
        UndecidedError: it is no statement about numbers, or has too many cases.
    """
    result: Formula = ((),)
    for statement in read(formal):
        result = _both(result, _formula(named(statement)))
    return result


def _formula(statement: Statement) -> Formula:
    if isinstance(statement, Collection) and statement.bracket is Bracket.ANY:
        cases = tuple(case for item in statement.items for case in _formula(item))
        return _bounded(cases)
    if not isinstance(statement, Relation):
        raise UnsupportedError("not a statement")
    return _bounded(tuple(case for one in dict.fromkeys(_signed(statement)) for case in _cases(one)))


def _signed(relation: Relation) -> list[Relation]:
    """The relation with each plus-minus taken as plus and as minus, each by itself."""
    count = sum(isinstance(node, Operation) and node.operator == "plus_minus" for node in walk(relation))
    if 2**count > MAX_CASES:
        raise TooBigError("too many signs")
    return [_with_signs(relation, iter(signs)) for signs in itertools.product((False, True), repeat=count)]


def _with_signs(relation: Relation, signs: Iterator[bool]) -> Relation:
    def change(node: Statement) -> Expression | None:
        if not isinstance(node, Operation) or node.operator != "plus_minus":
            return None
        is_minus = next(signs)
        *before, last = (rebuilt(part, change) for part in node.arguments)
        last = Operation("neg", (last,)) if is_minus else last
        return Operation("add", (*before, last)) if before else last

    return rebuilt(relation, change)


def _cases(relation: Relation) -> Formula:
    match relation:
        case Relation(
            Relator.EQUAL,
            Collection(bracket=Bracket.TUPLE | Bracket.OPEN_INTERVAL, items=left),
            Collection(bracket=Bracket.TUPLE | Bracket.OPEN_INTERVAL, items=right),
        ) if len(left) == len(right):
            pairs = zip(left, right, strict=True)
            return (tuple(Relation(Relator.EQUAL, _expression(one), _expression(other)) for one, other in pairs),)
        case Relation(Relator.ELEMENT, Symbol() | Call() as letter, Collection(bracket=Bracket.SET, items=items)):
            return tuple((Relation(Relator.EQUAL, letter, _expression(item)),) for item in items)
    return ((relation,),)


def _expression(statement: Statement) -> Expression:
    if isinstance(statement, Relation):
        raise UnsupportedError("a relation in the place of a number")
    return statement


def _both(first: Formula, second: Formula) -> Formula:
    return _bounded(tuple(one + other for one, other in itertools.product(first, second)))


def _bounded(cases: Formula) -> Formula:
    if not cases or len(cases) > MAX_CASES:
        raise TooBigError("too many cases")
    return cases


def readings(formula: Formula) -> tuple[Formula, ...]:
    """The formula without ambiguous notation, in each way in which it may be meant.

    Raises:
        UndecidedError: the ways are too many to list them all.
    """
    places = [relation for case in formula for relation in case]
    ways = [_ways(relation) for relation in places]
    if len(places) == sum(map(len, ways)):
        ways = [way[:1] for way in ways]
    combinations = list(itertools.islice(itertools.product(*ways), MAX_READINGS + 1))
    if len(combinations) > MAX_READINGS:
        raise TooBigError("can be read in too many ways")
    found = []
    for combination in combinations:
        chosen = iter(combination)
        found.append(tuple(tuple(next(chosen) for _ in case) for case in formula))
    return tuple(found)


@lru_cache(maxsize=1_024)
def _ways(relation: Relation) -> tuple[Relation, ...]:
    if relation.relator in {Relator.ELEMENT, Relator.NOT_ELEMENT}:
        return (relation,)
    relation = rebuilt(relation, _without_angles)
    features = features_of(relation)
    if features.operators & _MEASURES:
        raise UnsupportedError("units may differ from one statement to the next")
    ways, complete = readings_of(relation, features)
    if not ways or not complete or not all(way.firm for way in ways):
        raise UnsupportedError("the notation leaves open what is meant")
    return tuple(way.relation for way in ways)


def _without_angles(node: Statement) -> Expression | None:
    """A circular function of an angle with letters as a call, since the unit of the angle is the letters' business.

    Degrees elsewhere come out as multiples of a number that is not known, but the same wherever they stand.
    """
    if not isinstance(node, Operation):
        return None
    if node.operator == "degrees":
        return Operation("mul", (rebuilt(node.arguments[0], _without_angles), DEGREE))
    if node.operator not in CIRCULAR:
        return None
    is_open = symbol_names(node) - CONSTANTS
    return Call(node.operator, tuple(rebuilt(part, _without_angles) for part in node.arguments)) if is_open else node


def named(tree: Tree) -> Tree:
    """The tree with words as letters."""
    return rebuilt(tree, lambda node: Symbol(node.text) if isinstance(node, Words) else None)


def rebuilt(tree: Tree, change: Change) -> Tree:
    """The tree with nodes replaced, from the outside in; a replaced node is not looked into."""
    found = change(tree) if not isinstance(tree, Relation) else None
    if found is not None:
        return found  # type: ignore[return-value]  # an expression stands where an expression stood
    match tree:
        case Operation(arguments=arguments) | Call(arguments=arguments):
            parts = tuple(rebuilt(part, change) for part in arguments)
            return tree if parts == arguments else replace(tree, arguments=parts)
        case Relation(left=left, right=right, modulus=modulus):
            new = None if modulus is None else rebuilt(modulus, change)
            return replace(tree, left=rebuilt(left, change), right=rebuilt(right, change), modulus=new)
        case Collection(items=items):
            return replace(tree, items=tuple(rebuilt(item, change) for item in items))
        case Matrix(rows=rows):
            return replace(tree, rows=tuple(tuple(rebuilt(entry, change) for entry in row) for row in rows))
    return tree
