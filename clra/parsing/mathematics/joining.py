"""What joins one chain of relations to the next: alternatives, and names that share a relation."""

from typing import NamedTuple

from clra.parsing.mathematics.cursor import Cursor
from clra.parsing.mathematics.vocabulary import CONSTANTS
from clra.parsing.tree import (
    Bracket,
    Call,
    Collection,
    Operation,
    Relation,
    Relator,
    Statement,
    Symbol,
    Words,
    walk,
)
from clra.types import Span

_SHARED = frozenset(
    [Relator.LESS, Relator.LESS_EQUAL, Relator.GREATER, Relator.GREATER_EQUAL, Relator.UNEQUAL, Relator.ELEMENT]
)
"""Signs that ``a, b > 0`` states of a as of b."""


class Chain(NamedTuple):
    """One chain, and what stands before it."""

    joiner: str
    statements: list[Statement]

    @property
    def related(self) -> bool:
        """Whether it states something, and is no expression alone."""
        return isinstance(self.statements[0], Relation)


def combined(parser: Cursor, chains: list[Chain]) -> tuple[Statement, ...]:
    """The statements of chains, with alternatives together and shared relations spread out."""
    statements: list[Statement] = []
    waiting: list[Statement] = []  # expressions that may yet share the relation of the last of them
    before: Chain | None = None
    for chain in chains:
        listed = chain.joiner in {",", "and"}
        if chain.joiner == "to" and not (chain.related and before and before.related):
            parser.fail("an arrow that is not between statements")
        if chain.joiner == "or" or (listed and not chain.related and statements and not waiting):
            _add_alternative(parser, statements, waiting, chain)
        elif not chain.related:
            waiting += chain.statements
        else:
            statements += _spread(parser, waiting, chain, shared=listed)
            waiting = []
            statements += chain.statements
        before = chain
    if waiting and statements:
        parser.fail("expressions and relations side by side")
    return (*statements, *waiting)


def _spread(parser: Cursor, names: list[Statement], chain: Chain, *, shared: bool) -> list[Statement]:
    """``a, b > 0`` says of a what it says of b."""
    if not names:
        return []
    match chain.statements:
        case [Relation(relator, Symbol() | Call(), right)] if shared and relator in _SHARED:
            spread: list[Statement] = [
                Relation(relator, name, right, span=name.span) for name in names if isinstance(name, Symbol | Call)
            ]
            if len(spread) == len(names):
                return spread
    return parser.fail("expressions and relations side by side")


def _add_alternative(parser: Cursor, statements: list[Statement], waiting: list[Statement], chain: Chain) -> None:
    """``x = 2 or x = 3``; a bare value takes the left side of the statement before it."""
    if waiting or not statements:
        parser.fail("alternatives that are not single statements")
    size = _chain_size(statements)
    before = _summed_up(parser, statements[-size:])
    del statements[-size:]
    items = before.items if isinstance(before, Collection) and before.bracket is Bracket.ANY else (before,)
    item = chain.statements[0]
    if not isinstance(item, Relation):
        last = items[-1]
        if (
            not isinstance(last, Relation)
            or last.relator is not Relator.EQUAL
            or not _is_unknown(last.left)
            or not _is_value(item)
            or size > 1
        ):
            parser.fail("a value without what it is the value of")
        item = Relation(Relator.EQUAL, last.left, item, span=item.span)
    else:
        item = _summed_up(parser, chain.statements)
    statements += parser.calculations
    parser.calculations.clear()
    statements.append(Collection(Bracket.ANY, (*items, item), Span(items[0].span.start, item.span.end)))


def _chain_size(statements: list[Statement]) -> int:
    """How many of the last statements are links of one chain."""
    size = 1
    while size < len(statements):
        left, right = statements[-size - 1], statements[-size]
        if not (isinstance(left, Relation) and isinstance(right, Relation) and left.right is right.left):
            break
        size += 1
    return size


def _summed_up(parser: Cursor, chain: list[Statement]) -> Statement:
    """What a chain says of its unknown: x = 3 for ``x = 2 + 1 = 3``. The calculation stands, whichever case holds."""
    match chain:
        case [statement]:
            return statement
        case [Relation(Relator.EQUAL, left, _, None) as first, *rest] if not _is_value(left):
            links = [link for link in rest if isinstance(link, Relation)]
            if all(map(_is_calculation, links)):
                parser.calculations += links
                return Relation(Relator.EQUAL, left, links[-1].right, span=Span(first.span.start, links[-1].span.end))
    return parser.fail("alternatives that are not single statements")


def _is_calculation(link: Relation) -> bool:
    return link.relator is Relator.EQUAL and all(
        _is_value(side)
        and not any(isinstance(part, Operation) and part.operator == "plus_minus" for part in walk(side))
        for side in (link.left, link.right)
    )


def _is_unknown(node: Statement) -> bool:
    match node:
        case Symbol(name):
            return name not in CONSTANTS
        case Collection(Bracket.TUPLE, items):
            return all(map(_is_unknown, items))
        case _:
            return isinstance(node, Call)


def _is_value(node: Statement) -> bool:
    """Whether an expression is closed."""
    for part in walk(node):
        match part:
            case Call() | Words():
                return False
            case Symbol(name) if name not in CONSTANTS:
                return False
            case Collection(bracket) if bracket is not Bracket.TUPLE:
                return False
    return True
