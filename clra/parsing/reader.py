"""One piece of mathematics, in LaTeX, Unicode or plain text, to the statements that it makes.

The reader refuses rather than guesses: whoever refutes what it misread refutes a student who was right. Where two readings
are both admissible the tree says so (``either``); the rest is a `ReadError`.

* A chain ``a = b < c`` makes one relation for each sign; rows, commas, ``and`` and arrows stand between statements.
* ``x = 2 or x = 3``, ``x = 2 or 3`` and ``x = 2, 3`` make one collection of alternatives, ``Bracket.ANY``.
* ``a, b > 0`` states it of each; after the first ``\\equiv`` of a chain, ``=`` is read as ``\\equiv`` too, which claims less.

Not covered: dots (``1 + 2 + \\cdots``), piecewise definitions, set builders, subsets, similarity, vectors' products, units
before numbers other than money, anything conditional (``if``, ``for all``, ``when``), and prose.
"""

import re
from typing import NamedTuple

from clra.parsing.grammar import Parser
from clra.parsing.lexer import Token, tokenize
from clra.parsing.operands import as_interval
from clra.parsing.tree import (
    Bracket,
    Call,
    Collection,
    Expression,
    Number,
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
from clra.parsing.vocabulary import CONSTANTS
from clra.types import Span

__all__ = ["ReadError", "read", "read_expression", "read_relation"]

MOST_NODES = 4_000
TALLEST = 100

_WRAPPINGS = (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"), ("<<", ">>"))
_TRAILING = re.compile(r"[\s.,;:]+$")
_SEPARATORS = frozenset([",", ";", "and", "then", "to", "row", "quad"])
_STATING = frozenset(["then", "to", "row", ";"])
_ORDERED = frozenset([Relator.LESS, Relator.LESS_EQUAL, Relator.GREATER, Relator.GREATER_EQUAL, Relator.UNEQUAL, Relator.ELEMENT])


def read(text: str, *, offset: int = 0, functions: frozenset[str] = frozenset()) -> tuple[Statement, ...]:
    """The statements of one piece of mathematics, in order.

    Args:
        text: the mathematics alone, with or without ``$`` around it and a full stop behind it.
        offset: added to every span, for a text that was cut out of a longer one.
        functions: names that are known to be functions, so that ``h(2)`` is certain.

    Raises:
        ReadError: where the text is not mathematics, is beyond the limits, or cannot be read with certainty.
    """
    start, end = _unwrapped(text)
    try:
        statements = _Statements(text[start:end], offset + start, functions).read()
    except ReadError as error:
        raise ReadError(error.message, error.position + start + offset) from None
    except RecursionError:
        raise ReadError("nested too deeply", offset) from None
    return statements


def read_expression(text: str) -> Expression:
    """The one expression that a text is.

    Raises:
        ReadError: as `read`, and where the text makes a relation or several statements.
    """
    statements = read(text)
    if len(statements) != 1 or isinstance(statements[0], Relation):
        raise ReadError("not one expression")
    return statements[0]


def read_relation(text: str) -> Relation:
    """The one relation that a text is.

    Raises:
        ReadError: as `read`, and where the text makes an expression or several statements.
    """
    statements = read(text)
    if len(statements) != 1 or not isinstance(statements[0], Relation):
        raise ReadError("not one relation")
    return statements[0]


def _unwrapped(text: str) -> tuple[int, int]:
    """The part of a text within the signs that mark it as mathematics, without punctuation behind it."""
    start, end = 0, len(text)
    while True:
        inner = text[start:end]
        start += len(inner) - len(inner.lstrip())
        trailing = _TRAILING.search(inner)
        if trailing is not None:
            escaped = trailing[0][:1] in ",;:" and text[end - len(trailing[0]) - 1 : end - len(trailing[0])] == "\\"
            end -= len(trailing[0]) - escaped
        inner = text[start:end]
        for opening, closing in _WRAPPINGS:
            if len(inner) >= len(opening) + len(closing) and inner.startswith(opening) and inner.endswith(closing):
                if closing == "$" and inner.endswith("\\$"):
                    continue
                start, end = start + len(opening), end - len(closing)
                break
        else:
            return start, end


class _Link(NamedTuple):
    """A sign of relation and its two sides."""

    sign: str
    left: Expression
    right: Expression
    span: Span


class _Statements:
    """The statements of one text, as they are read."""

    def __init__(self, text: str, offset: int, functions: frozenset[str]) -> None:
        tokens = tokenize(text)
        if "$" in text and any(token.kind == "money" for token in tokens.items) and text.rstrip().endswith("$"):
            raise ReadError("a dollar sign at the end")
        tokens.items[:] = _arranged(tokens.items)
        self.parser = Parser(tokens, offset=offset, functions=functions)
        self.size = len(tokens.items)

    def read(self) -> tuple[Statement, ...]:
        """Everything from the first token to the last."""
        parser = self.parser
        self.skip_separators()
        groups: list[tuple[str, list[Statement]]] = []
        joiner = "then"
        while True:
            previous = groups[-1][1] if groups and parser.token.kind in {"relator", "equal twice"} and joiner in _STATING else []
            if joiner == "quad" and self.takes_label():
                break
            groups.append((joiner, self.chain(previous)))
            if parser.token.kind == "end":
                break
            joiner = self.separator()
            if not joiner:
                break
        statements = _combined(groups, parser)
        self.check(statements)
        return statements

    def separator(self) -> str:
        """Take what stands between two statements; empty where nothing follows it."""
        parser = self.parser
        kinds = self.skip_separators()
        if parser.token.kind == "or":
            parser.advance()
            while parser.token.kind == "quad":
                parser.advance()
            return "or"
        if not kinds:
            if parser.token.kind == "word":
                parser.fail(f"a word that is not mathematics: {parser.token.text}")
            parser.fail("a sign that does not belong here")
        if parser.token.kind == "end":
            return ""
        return next((kind for kind in (*("then", "to", "row", ";"), "and", ",") if kind in kinds), kinds[0])

    def skip_separators(self) -> list[str]:
        parser = self.parser
        kinds = []
        while parser.token.kind in _SEPARATORS or (parser.token.kind == "." and parser.peek().kind in {"row", "end"}):
            kinds.append(parser.advance().kind)
        return kinds

    def takes_label(self) -> bool:
        """Take the number of an equation, set apart behind it."""
        parser = self.parser
        if [parser.peek(distance).kind for distance in range(4)] == ["(", "number", ")", "end"]:
            parser.seek(parser.position + 3)
            return True
        return False

    # one chain

    def chain(self, previous: list[Statement]) -> list[Statement]:
        """``a = b < c`` with the modulus behind it; a row that starts with a sign goes on from the row above."""
        parser = self.parser
        start = parser.token.start
        if previous and parser.token.kind in {"relator", "equal twice"}:
            last = previous[-1]
            left = last.right if isinstance(last, Relation) else last
        else:
            left = self.side()
        links: list[_Link] = []
        modulus, congruent_from = self.modulus(), 0
        while (sign := self.relator()) is not None:
            parser.congruence = parser.congruence or sign in {"==", "equal twice"}
            right = self.side()
            if sign in {"in", "not in"}:
                right = self.set_side(right)
            links.append(_Link(sign, left, right, parser.span(start)))
            left, start = right, right.span.start - parser.offset
            inner = self.modulus()
            if inner is not None:
                if modulus not in {None, inner}:
                    parser.fail("two moduli in one chain")
                congruent_from = len(links) - 1 if modulus is None else congruent_from
                modulus = inner
        parser.congruence = False
        if not links:
            if modulus is not None:
                parser.fail("a modulus without a congruence")
            return [left]
        return self.related(links, modulus, congruent_from)

    def side(self) -> Expression:
        return self.parser.expression()

    def relator(self) -> str | None:
        """Take a sign of relation."""
        parser = self.parser
        kind = parser.token.kind
        if kind == "relator":
            return parser.advance().text
        if kind in {"equal twice", "|"}:
            parser.advance()
            return kind
        return None

    def set_side(self, right: Expression) -> Expression:
        right = as_interval(right)
        match right:
            case Collection() | Symbol() | Call() | Operation("union" | "intersection" | "difference" | "pow"):
                return right
            case _:
                self.parser.fail("an element of something that is not a set")

    def modulus(self) -> Expression | None:
        """Take ``\\pmod m``, ``(mod m)`` or ``mod m`` at the end of a chain."""
        parser = self.parser
        if parser.token.kind == "pmod":
            parser.advance()
            return parser.script()
        if parser.token.kind == "(" and parser.peek().kind in {"mod", "pmod"}:
            parser.seek(parser.position + 2)
            modulus = parser.enclosed(parser.expression)
            parser.expect(")")
            return modulus
        if parser.token.kind == "mod":
            parser.advance()
            return parser.script() if parser.token.kind == "{" else parser.enclosed(parser.expression)
        return None

    def related(self, links: list["_Link"], modulus: Expression | None, congruent_from: int) -> list[Statement]:
        """One relation for each link; equations from the first congruence on are congruences."""
        signs = [link.sign for link in links]
        if modulus is None:
            if "==" in signs:
                self.parser.fail("a congruence without its modulus")
            return [Relation(Relator("=" if link.sign == "equal twice" else link.sign), link.left, link.right, span=link.span) for link in links]
        first = next((index for index, sign in enumerate(signs) if sign in {"==", "equal twice"}), congruent_from)
        statements: list[Statement] = []
        for index, link in enumerate(links):
            if index < first:
                statements.append(Relation(Relator(link.sign), link.left, link.right, span=link.span))
            elif link.sign in {"=", "==", "equal twice"}:
                statements.append(Relation(Relator.CONGRUENT, link.left, link.right, modulus, link.span))
            else:
                self.parser.fail("a congruence and an inequality in one chain")
        return statements

    def check(self, statements: tuple[Statement, ...]) -> None:
        """Refuse what holds no mathematics, and trees beyond the limits."""
        for statement in statements:
            if isinstance(statement, Words) and not self.is_quoted(statement):
                self.parser.fail("words alone")
        if self.size > TALLEST or self.parser.choices:
            for statement in statements:
                _check_size(statement)

    def is_quoted(self, words: Words) -> bool:
        start = words.span.start - self.parser.offset
        return any(token.kind == "words" and token.start == start for token in self.parser.tokens)


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


# tokens before they are read


def _arranged(tokens: list[Token]) -> list[Token]:
    """Tokens without what only lays them out: boxes around a whole side, rows that go on, punctuation at the end."""
    kinds = {token.kind for token in tokens}
    if "boxed" in kinds:
        tokens = _unboxed(tokens)
    if "row" in kinds:
        tokens = _continued(tokens)
    end = len(tokens) - 1
    while end and tokens[end - 1].kind in {".", ",", ";", ":", "row", "quad"}:
        end -= 1
    return [*tokens[:end], tokens[-1]]


def _unboxed(tokens: list[Token]) -> list[Token]:
    """Drop a box that holds a whole side or statement, so that it may hold a relation."""
    kept = list(tokens)
    edges = _SEPARATORS | {"relator", "equal twice", "end", "or", "."}
    for index in range(len(tokens) - 1, -1, -1):
        if kept[index].kind != "boxed":
            continue
        close = _closing(kept, index + 1)
        if close is None:
            raise ReadError("a box without its group", kept[index].start)
        opens = index == 0 or kept[index - 1].kind in edges
        if opens and kept[close + 1].kind in edges:
            del kept[close], kept[index : index + 2]
    return kept


def _closing(tokens: list[Token], opening: int) -> int | None:
    if tokens[opening].kind != "{":
        return None
    level = 0
    for index in range(opening, len(tokens)):
        level += (tokens[index].kind == "{") - (tokens[index].kind == "}")
        if level == 0:
            return index
    return None


def _continued(tokens: list[Token]) -> list[Token]:
    """Drop the row signs before a row that goes on with the sum above it."""
    kept: list[Token] = []
    inside = 0
    for index, token in enumerate(tokens):
        inside += (token.kind == "begin") - (token.kind == "end environment")
        if token.kind == "row" and not inside and kept and _goes_on(tokens, index + 1):
            continue
        kept.append(token)
    return kept


def _goes_on(tokens: list[Token], start: int) -> bool:
    while tokens[start].kind == "quad":
        start += 1
    kind = tokens[start].kind
    if kind in {"+", "*", "/", "±"}:
        return True
    if kind != "-":
        return False
    for token in tokens[start:]:
        if token.kind in {"row", "end"}:
            return True
        if token.kind in {"relator", "equal twice"}:
            return False
    return True


# statements side by side


def _combined(groups: list[tuple[str, list[Statement]]], parser: Parser) -> tuple[Statement, ...]:
    """Chains with what joins them, as statements: alternatives together, shared relations spread out."""
    statements: list[Statement] = []
    run: list[Statement] = []  # bare names that wait for the relation they share
    for index, (joiner, chain) in enumerate(groups):
        relations = isinstance(chain[0], Relation)
        if joiner == "to" and not (relations and isinstance(groups[index - 1][1][0], Relation)):
            parser.fail("an arrow that is not between statements")
        if joiner == "or":
            _add_alternative(statements, run, chain, parser)
        elif relations and run and joiner in {",", "and"}:
            statements += _shared(run, chain, parser)
            run = []
            statements += chain
        elif relations or (index == 0 or joiner not in {",", "and"}) or not isinstance(statements[-1] if statements else None, Relation | None):
            if run and relations:
                parser.fail("expressions and relations side by side")
            (statements if relations else run).extend(chain)
        elif statements and not run:
            _add_alternative(statements, run, chain, parser)
        else:
            run += chain
    if run and any(isinstance(statement, Relation) for statement in statements):
        parser.fail("expressions and relations side by side")
    return (*statements, *run)


def _shared(run: list[Statement], chain: list[Statement], parser: Parser) -> list[Statement]:
    """``a, b > 0`` says of a what it says of b."""
    first = chain[0]
    if not isinstance(first, Relation) or len(chain) != 1 or first.relator not in _ORDERED or not isinstance(first.left, Symbol | Call):
        parser.fail("expressions and relations side by side")
    if not all(isinstance(node, Symbol | Call) for node in run):
        parser.fail("expressions and relations side by side")
    return [Relation(first.relator, node, first.right, span=node.span) for node in run if isinstance(node, Symbol | Call)]


def _add_alternative(statements: list[Statement], run: list[Statement], chain: list[Statement], parser: Parser) -> None:
    """``x = 2 or x = 3``; a bare value takes the left side of the statement before."""
    if len(chain) != 1 or run or not statements:
        parser.fail("alternatives that are not single statements")
    before = statements.pop()
    items = before.items if isinstance(before, Collection) and before.bracket is Bracket.ANY else (before,)
    item = chain[0]
    if not isinstance(item, Relation):
        last = items[-1]
        if not isinstance(last, Relation) or last.relator is not Relator.EQUAL or not _is_unknown(last.left) or not _is_value(item):
            parser.fail("a value without what it is the value of")
        item = Relation(Relator.EQUAL, last.left, item, span=item.span)
    span = Span(items[0].span.start, item.span.end)
    statements.append(Collection(Bracket.ANY, (*items, item), span))


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
    return not any(
        isinstance(part, Call | Words)
        or (isinstance(part, Symbol) and part.name not in CONSTANTS)
        or (isinstance(part, Collection) and part.bracket is not Bracket.TUPLE)
        for part in walk(node)
    )
