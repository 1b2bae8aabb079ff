"""The values that a final answer gives, as terms."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from clra.parsing.choices import options
from clra.parsing.reader import read
from clra.parsing.tidy import tidied
from clra.parsing.tree import Bracket, Collection, Expression, Operation, ReadError, Relation, Relator, Statement
from clra.types import Answer, Problem

MOST_VALUES = 6
"""Answers that list more values are not gone through."""
_EQUAL = frozenset({Relator.EQUAL, Relator.ABOUT})
_SEVERAL = frozenset({Bracket.SET, Bracket.ANY, Bracket.LIST})


class Stated(NamedTuple):
    """A value of an answer."""

    value: Expression
    name: Expression | None = None
    """What the answer says that has it: ``x`` of ``x = 2``."""


def values_of(answer: Answer, problem: Problem) -> tuple[Stated, ...]:
    """The values that an answer gives; none where it cannot be read with certainty."""
    offered = options(problem.text)
    text = offered.get(answer.key, answer.text)
    try:
        values = tuple(_values(read(tidied(text))))
    except ReadError:
        return ()
    return values if len(values) <= MOST_VALUES else ()


def _values(statements: tuple[Statement, ...]) -> Iterator[Stated]:
    """The values in what an answer states, which may name them: ``x = 2``, ``{2, 3}``, ``x = 2 or x = 3``.

    Raises:
        ReadError: where it states something else.
    """
    relations = [each for each in statements if isinstance(each, Relation)]
    if len(relations) == len(statements) > 1:
        if all(each.relator in _EQUAL for each in relations) and _goes_on(relations):
            yield Stated(relations[-1].right, relations[0].left)
            return
        if len({each.left for each in relations}) > 1:
            raise ReadError("several letters")
    for statement in statements:
        match statement:
            case Relation(relator=relator, left=left, right=right) if relator in _EQUAL:
                yield Stated(right, left)
            case Relation():
                raise ReadError("no value")
            case Collection(bracket=bracket, items=items) if bracket in _SEVERAL:
                yield from _values(items)
            case Operation(operator="plus_minus", arguments=(center, spread)):
                yield Stated(Operation("add", (center, spread)))
                yield Stated(Operation("add", (center, Operation("neg", (spread,)))))
            case Operation(operator="plus_minus", arguments=(spread,)):
                yield Stated(spread)
                yield Stated(Operation("neg", (spread,)))
            case _:
                yield Stated(statement)


def _goes_on(relations: list[Relation]) -> bool:
    return all(first.right == second.left for first, second in pairwise(relations))
