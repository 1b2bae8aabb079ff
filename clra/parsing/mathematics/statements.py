"""Relations, chains of them, and what joins one statement to the next."""

from typing import NamedTuple

from clra.parsing.mathematics.brackets import as_interval
from clra.parsing.mathematics.grammar import Parser
from clra.parsing.mathematics.layout import SEPARATORS, arranged
from clra.parsing.mathematics.lexer import tokenize
from clra.parsing.mathematics.postfixes import script
from clra.parsing.mathematics.vocabulary import CONSTANTS
from clra.parsing.tree import (
    Bracket,
    Call,
    Collection,
    Expression,
    Operation,
    ReadError,
    Relation,
    Relator,
    Statement,
    Symbol,
    Words,
    children,
    walk,
)
from clra.types import Span

MOST_NODES = 4_000
TALLEST = 100

_RELATORS = frozenset(["relator", "equal twice"])
_EQUIVALENT = frozenset(["==", "equal twice"])
_STATING = ("then", "to", "row", ";")
"""What separates whole statements, so that a relation may go on from the statement before."""
_SHARED = frozenset(
    [Relator.LESS, Relator.LESS_EQUAL, Relator.GREATER, Relator.GREATER_EQUAL, Relator.UNEQUAL, Relator.ELEMENT]
)
"""Signs that ``a, b > 0`` states of a as of b."""


class Statements(NamedTuple):
    """What a text states."""

    items: tuple[Statement, ...]
    depth: int
    """How deep the reader went."""


class _Chain(NamedTuple):
    """One chain, and what stands before it."""

    joiner: str
    statements: list[Statement]

    @property
    def related(self) -> bool:
        return isinstance(self.statements[0], Relation)


class _Link(NamedTuple):
    """A sign of relation and its two sides."""

    sign: str
    left: Expression
    right: Expression
    span: Span


def read_statements(text: str, offset: int = 0, functions: frozenset[str] = frozenset()) -> Statements:
    """The statements of a text without dollar signs around it.

    Raises:
        ReadError: with a position in the text.
    """
    tokens = tokenize(text)
    tokens.items[:] = arranged(tokens.items)
    parser = Parser(tokens, offset=offset, functions=functions)
    statements = _combined(parser, _chains(parser))
    for statement in statements:
        if isinstance(statement, Words) and not _is_quoted(parser, statement):
            parser.fail("words alone")
        if parser.choices or len(tokens.items) > TALLEST:
            _check_size(statement)
    return Statements(statements, parser.deepest)


def _is_quoted(parser: Parser, words: Words) -> bool:
    return any(token.kind == "words" and token.start == words.span.start - parser.offset for token in parser.tokens)


def _check_size(statement: Statement) -> None:
    """Refuse a tree too tall for those who walk it by recursion, or too large."""
    waiting: list[tuple[Statement, int]] = [(statement, 1)]
    count = 0
    while waiting:
        node, height = waiting.pop()
        count += 1
        if height > TALLEST or count > MOST_NODES:
            raise ReadError("too tall a tree" if height > TALLEST else "too large a tree")
        waiting.extend((part, height + 1) for part in children(node))


# one after the other


def _chains(parser: Parser) -> list[_Chain]:
    """Everything from the first token to the last."""
    _take_separators(parser)
    chains: list[_Chain] = []
    joiner = "then"
    while True:
        goes_on = parser.token.kind in _RELATORS and joiner in _STATING and chains
        statements = _chain(parser, chains[-1].statements[-1] if goes_on else None)
        chains.append(_Chain(joiner, statements))
        if parser.token.kind == "end":
            return chains
        joiner = _joiner(parser)
        if (parser.token.kind == "end" and joiner != "or") or (joiner == "quad" and _takes_label(parser)):
            return chains


def _joiner(parser: Parser) -> str:
    """Take what stands between two statements."""
    kinds = _take_separators(parser)
    if parser.token.kind == "or":
        parser.advance()
        while parser.token.kind == "quad":
            parser.advance()
        return "or"
    if not kinds:
        if parser.token.kind == "word":
            parser.fail(f"a word that is not mathematics: {parser.token.text[:30]}")
        parser.fail("a sign that does not belong here")
    return next((kind for kind in (*_STATING, "and", ",") if kind in kinds), "quad")


def _take_separators(parser: Parser) -> list[str]:
    kinds = []
    while parser.token.kind in SEPARATORS or (parser.token.kind == "." and parser.peek().kind == "row"):
        kinds.append(parser.advance().kind)
    return kinds


def _takes_label(parser: Parser) -> bool:
    """Take the number of an equation, set apart behind it."""
    if [token.kind for token in parser.ahead(4)] != ["(", "number", ")", "end"]:
        return False
    parser.seek(parser.position + 3)
    return True


# one chain


def _chain(parser: Parser, previous: Statement | None) -> list[Statement]:
    """``a = b < c`` with its modulus; a row that starts with a sign goes on from the row above."""
    start = parser.token.start
    left = parser.expression() if previous is None else _last_side(previous)
    links: list[_Link] = []
    modulus = _modulus(parser)
    while (sign := _sign(parser)) is not None:
        parser.congruence = parser.congruence or sign in _EQUIVALENT
        right = parser.expression()
        if sign in {"in", "not in"}:
            right = _set(parser, right)
        links.append(_Link(sign, left, right, parser.span(start)))
        left, start = right, right.span.start - parser.offset
        inner = _modulus(parser)
        if inner is not None:
            if modulus not in {None, inner}:
                parser.fail("two moduli in one chain")
            modulus = inner
    parser.congruence = False
    if links:
        return _relations(parser, links, modulus)
    if modulus is not None:
        parser.fail("a modulus without a congruence")
    return [left]


def _last_side(statement: Statement) -> Expression:
    return statement.right if isinstance(statement, Relation) else statement


def _sign(parser: Parser) -> str | None:
    """Take a sign of relation."""
    kind = parser.token.kind
    if kind == "relator":
        return parser.advance().text
    if kind in {"equal twice", "|"}:
        parser.advance()
        return kind
    return None


def _set(parser: Parser, right: Expression) -> Expression:
    """What something is an element of."""
    right = as_interval(right)
    match right:
        case Collection() | Symbol() | Call() | Operation("union" | "intersection" | "difference" | "pow"):
            return right
        case _:
            return parser.fail("an element of something that is not a set")


def _modulus(parser: Parser) -> Expression | None:
    r"""Take ``\pmod m``, ``(mod m)`` or ``mod m``."""
    match parser.token.kind:
        case "pmod":
            parser.advance()
            return script(parser)
        case "(" if parser.peek().kind in {"mod", "pmod"}:
            parser.seek(parser.position + 2)
            modulus = parser.enclosed(parser.expression)
            parser.expect(")")
            return modulus
        case "mod":
            braced = parser.peek().kind == "{"
            parser.advance()
            return script(parser) if braced else parser.enclosed(parser.expression)
        case _:
            return None


def _relations(parser: Parser, links: list[_Link], modulus: Expression | None) -> list[Statement]:
    """One relation for each link. Beside a modulus, equations are congruences too, which claims less."""
    statements: list[Statement] = []
    for sign, left, right, span in links:
        if modulus is None:
            if sign == "==":
                parser.fail("a congruence without its modulus")
            statements.append(Relation(Relator("=" if sign == "equal twice" else sign), left, right, span=span))
        elif sign in _EQUIVALENT or sign == "=":
            statements.append(Relation(Relator.CONGRUENT, left, right, modulus, span))
        else:
            parser.fail("a congruence and an inequality in one chain")
    return statements


# side by side


def _combined(parser: Parser, chains: list[_Chain]) -> tuple[Statement, ...]:
    """The statements of chains, with alternatives together and shared relations spread out."""
    statements: list[Statement] = []
    waiting: list[Statement] = []  # expressions that may yet share the relation of the last of them
    before: _Chain | None = None
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


def _spread(parser: Parser, names: list[Statement], chain: _Chain, *, shared: bool) -> list[Statement]:
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


def _add_alternative(parser: Parser, statements: list[Statement], waiting: list[Statement], chain: _Chain) -> None:
    """``x = 2 or x = 3``; a bare value takes the left side of the statement before it."""
    if len(chain.statements) != 1 or waiting or not statements:
        parser.fail("alternatives that are not single statements")
    before = statements.pop()
    items = before.items if isinstance(before, Collection) and before.bracket is Bracket.ANY else (before,)
    item = chain.statements[0]
    if not isinstance(item, Relation):
        last = items[-1]
        if (
            not isinstance(last, Relation)
            or last.relator is not Relator.EQUAL
            or not _is_unknown(last.left)
            or not _is_value(item)
        ):
            parser.fail("a value without what it is the value of")
        item = Relation(Relator.EQUAL, last.left, item, span=item.span)
    statements.append(Collection(Bracket.ANY, (*items, item), Span(items[0].span.start, item.span.end)))


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
