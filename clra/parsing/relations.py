r"""The relations of an excerpt: read as a whole where that goes, else sign by sign.

A chain such as ``a = b \text{ apples} = c = d`` cannot be read as a whole; its last relation still can.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from clra.parsing.excerpts import excerpts, pairs
from clra.parsing.reader import read
from clra.parsing.tree import Bracket, Collection, ReadError, Relation, Statement
from clra.types import Span


class Found(NamedTuple):
    """A relation in a text."""

    span: Span
    statement: Statement | None
    """A relation, or alternatives of relations; None where it could not be read."""


def relations_in(source: str, offset: int) -> list[Found]:
    r"""The relations of an excerpt that begins at ``offset`` of its text.

    Empty where the excerpt is readable but relates nothing.
    """
    statements = _read(source, offset)
    if statements is not None:
        return list(_relating(statements))
    found: list[Found] = []
    for excerpt in excerpts(_TEXT.sub(_unwrapped, source)):
        part = source[excerpt.span.start : excerpt.span.end]
        whole = None
        if excerpt.readable and len(part) < len(source):
            whole = _read(part, offset + excerpt.span.start)
        if whole is not None:
            found.extend(_relating(whole))
        else:
            found.extend(_by_signs(part, offset + excerpt.span.start, readable=excerpt.readable))
    return found


_TEXT = re.compile(r"\\(?:text|textbf|textit|textrm|mathrm|mbox|operatorname)\s*\{([^{}]*)\}")


def _unwrapped(match: re.Match[str]) -> str:
    """Text in a formula as plain words of the same length."""
    return match[1].rjust(len(match[0]) - 1) + " "


def _by_signs(source: str, offset: int, *, readable: bool) -> Iterator[Found]:
    for part in pairs(source):
        span = Span(offset + part.start, offset + part.end)
        statements = _read(source[part.start : part.end], span.start) if readable else None
        relations = [statement for statement in statements or () if isinstance(statement, Relation)]
        yield Found(span, relations[0] if len(relations) == 1 else None)


def _read(source: str, offset: int) -> tuple[Statement, ...] | None:
    try:
        return read(source, offset=offset)
    except ReadError:
        return None


def _relating(statements: tuple[Statement, ...]) -> Iterator[Found]:
    for statement in statements:
        alternatives = isinstance(statement, Collection) and statement.bracket is Bracket.ANY
        if isinstance(statement, Relation) or alternatives:
            yield Found(statement.span, statement)
