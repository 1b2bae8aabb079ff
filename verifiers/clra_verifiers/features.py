"""What a relation is made of, in one walk over its tree."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from clra.parsing.tree import Call, Collection, Expression, Matrix, Number, Operation, Relation, Symbol, Words

Node: TypeAlias = Expression | Relation

CONSTANTS = frozenset({"pi", "e", "i", "oo"})
_BINDERS = frozenset({"sum", "product"})


@dataclass(frozen=True, slots=True)
class Features:
    """The parts that decide which method can say something."""

    symbols: frozenset[str]
    """Free letters, without the named constants."""
    constants: frozenset[str]
    """Which of ``pi``, ``e``, ``i`` and ``oo`` occur."""
    operators: frozenset[str]
    decimals: bool
    """Whether a number is written with digits after the point."""
    foreign: bool
    """Whether words, matrices, collections or functions without a settled meaning occur."""


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below one."""
    match node:
        case Operation(arguments=arguments) | Call(arguments=arguments):
            return arguments
        case Relation(left=left, right=right, modulus=modulus):
            return (left, right) if modulus is None else (left, right, modulus)
        case Collection(items=items):
            return items
        case Matrix(rows=rows):
            return tuple(cell for row in rows for cell in row)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all nodes below it."""
    waiting: list[Node] = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(children(current))


def features_of(node: Node) -> Features:
    """Collect the features of a tree."""
    symbols: set[str] = set()
    bound: set[str] = set()
    operators: set[str] = set()
    decimals = foreign = False
    waiting: list[Node] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Number):
            decimals = decimals or current.decimals is not None
        elif isinstance(current, Symbol):
            symbols.add(current.name)
        elif isinstance(current, Operation):
            operators.add(current.operator)
            if current.operator in _BINDERS and isinstance(current.arguments[0], Symbol):
                bound.add(current.arguments[0].name)
            if current.operator in {"unit", "money"}:  # the second argument names the unit, it is no letter
                waiting.append(current.arguments[0])
            else:
                waiting.extend(current.arguments)
        else:
            foreign = foreign or isinstance(current, Words | Matrix | Collection | Call)
            waiting.extend(children(current))
    return Features(
        symbols=frozenset(symbols - bound - CONSTANTS),
        constants=frozenset(symbols & CONSTANTS),
        operators=frozenset(operators),
        decimals=decimals,
        foreign=foreign,
    )
