"""The values that a final answer gives, as terms."""

import re
from collections.abc import Iterator
from itertools import pairwise
from math import gcd
from typing import NamedTuple

from clra.parsing.choices import options
from clra.parsing.closedforms import number
from clra.parsing.exercises.bits import bits_written
from clra.parsing.exercises.durations import duration_written
from clra.parsing.exercises.words import Writing
from clra.parsing.reader import read
from clra.parsing.tidy import tidied
from clra.parsing.tree import (
    Bracket,
    Collection,
    Expression,
    Number,
    Operation,
    ReadError,
    Relation,
    Relator,
    Statement,
)
from clra.types import Answer, Problem

_AMBIGUOUS = re.compile(r"\d+\s?[-–]\s?\d+\s?/\s?\d+|(?:[a-z]\s?=\s?)?[-−]?\d+,\d+")
"""A difference, or a mixed number with a hyphen: ``3-1/2``; two numbers, or one with a comma: ``2,25``."""
MOST_VALUES = 6
"""Answers that list more values are not gone through."""
_PAIRS = frozenset({Bracket.TUPLE, Bracket.OPEN_INTERVAL})
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
    if _AMBIGUOUS.fullmatch(text.strip(" $")):
        return ()
    try:
        values = tuple(_values(read(tidied(text))))
    except ReadError:
        return ()
    return values if len(values) <= MOST_VALUES else ()


def written_values(text: str, values: tuple[Stated, ...], writing: Writing) -> tuple[Stated, ...]:
    """The values of an answer that is written in a way of its own.

    Args:
        text: the answer.
        values: its values as plain mathematics.
        writing: how it is written.
    """
    match writing:
        case Writing.BITS:
            value = bits_written(text)
            return () if value is None else (Stated(value),)
        case Writing.MILLISECONDS | Writing.SECONDS | Writing.MINUTES | Writing.DAYS:
            duration = duration_written(text, writing)
            return () if duration is None else (Stated(duration),)
        case Writing.DEGREES:
            return tuple(each._replace(value=_without_degrees(each.value)) for each in values)
    return values


def _without_degrees(value: Expression) -> Expression:
    return value.arguments[0] if isinstance(value, Operation) and value.operator == "degrees" else value


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


def is_plain(value: Expression) -> bool:
    """Whether a value has no unit and no percent sign, which may change what its number is."""
    return not isinstance(value, Collection) and not (
        isinstance(value, Operation) and value.operator in {"unit", "money", "degrees", "percent", "base", "either"}
    )


def coordinates(value: Expression, count: int) -> tuple[Expression, ...]:
    """The coordinates of a point or pair; none where the answer is none."""
    if isinstance(value, Operation) and value.operator == "either":
        value = value.arguments[0]
    if not isinstance(value, Collection) or value.bracket not in _PAIRS or len(value.items) != count:
        return ()
    return tuple(item for item in value.items if not isinstance(item, Relation | Collection))


def digits_in_base(value: Expression, base: int) -> Expression | None:
    """A numeral that is to be in a base: in that base, or else in the base ten."""
    if isinstance(value, Operation) and value.operator == "base":
        return value
    if not isinstance(value, Number) or value.decimals is not None or value.value.denominator != 1:
        return None
    if any(int(digit) >= base for digit in str(value.value)):
        return value
    return Operation("either", (Operation("base", (value, number(base))), value))


def is_reducible(value: Expression) -> bool:
    """Whether a value is a fraction of whole numbers that is not in its lowest terms."""
    match value:
        case Operation(operator="neg", arguments=(inner,)):
            return is_reducible(inner)
        case Operation(operator="div", arguments=(Number(value=above), Number(value=below))):
            return above.denominator == below.denominator == 1 and gcd(int(above), int(below)) > 1
    return False
