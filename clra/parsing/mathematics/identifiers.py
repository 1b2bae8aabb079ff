"""Names: symbols, functions without a settled meaning, words in the place of a quantity."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clra.parsing.mathematics.application import Reading, Shape, always_called, application, base_name
from clra.parsing.mathematics.brackets import items, read_bracket, with_groups
from clra.parsing.mathematics.literals import number_of
from clra.parsing.mathematics.postfixes import postfix
from clra.parsing.mathematics.units import NO_UNITS
from clra.parsing.mathematics.vocabulary import words
from clra.parsing.tree import Call, Expression, Operation, Symbol, Words
from clra.types import Span

if TYPE_CHECKING:
    from clra.parsing.mathematics.grammar import Parser
    from clra.parsing.mathematics.lexer import Token

_OPENING = frozenset(["(", "[", "{", "set"])
_CLOSING = frozenset([")", "]", "}", "end set", "end"])
_RELATING = frozenset(["relator", "|", "word", "and", "or"])
_WORDED = frozenset(["text", "words"])
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9 ,'()_{}\-]*")
_LONGEST_LABEL = 8
_NOT_IN_LABELS = NO_UNITS - words(
    "of the a an to per no not more less any all each odd even for from in on by at with and"
)
_NOT_AROUND_LABELS = NO_UNITS - words("of the a an no odd even each all from in")


def read_symbol(parser: "Parser", token: "Token") -> Expression:
    """A name, with its brackets where it is a function."""
    name = token.text
    follows = parser.token.kind
    symbol = Symbol(name, parser.span_of(token))
    if follows == "(" and parser.peek().kind not in {"mod", "pmod"}:
        if parser.bare and not (always_called(name) or name in parser.functions):
            return symbol
        return _before_bracket(parser, token, symbol)
    if follows == "[" and (name == "E" or (always_called(name) and name[0].islower())) and not parser.token.spaced:
        return read_call(parser, name, token.start)
    if follows == "^" and always_called(name) and _inverse_follows(parser):
        parser.seek(parser.position + 5)
        return read_call(parser, name + "^{-1}", token.start)
    return symbol


def _inverse_follows(parser: "Parser") -> bool:
    ahead = parser.ahead(6)
    return [token.kind for token in ahead] == ["^", "{", "-", "number", "}", "("] and ahead[3].text == "1"


def read_call(parser: "Parser", name: str, start: int) -> Expression:
    """The brackets of a function, which open here."""
    closing = {"(": ")", "[": "]"}[parser.advance().kind]

    def read() -> Expression:
        arguments = items(parser, frozenset([closing]))
        parser.advance()
        return parser.node("call", tuple(arguments), start)

    return _named(with_groups(parser, read, start), name)


def _named(node: Expression, name: str) -> Expression:
    """The call that was read as an operation, in each of its readings."""
    match node:
        case Operation("either", readings, span):
            return Operation("either", tuple(_named(reading, name) for reading in readings), span)
        case Operation("call", arguments, span):
            return Call(name, arguments, span)
        case _:
            return node


def _before_bracket(parser: "Parser", token: "Token", symbol: Symbol) -> Expression:
    """A name before a round bracket: a function of it, or a factor."""
    name, start = token.text, token.start
    if name == "C" and (combination := _combination(parser, start)) is not None:
        return combination
    if base_name(name) == "P" and (event := _event(parser)) is not None:
        return Call(name, (event,), parser.span(start))
    reading = Reading.CALL if name in parser.functions else application(name, _shape_ahead(parser, name))
    if reading is Reading.EITHER and _stands_bare(parser, name):
        reading = Reading.PRODUCT
    match reading:
        case Reading.PRODUCT:
            return symbol
        case Reading.CALL:
            return read_call(parser, name, start)
        case Reading.EITHER:
            return _call_or_product(parser, symbol, start)


def _combination(parser: "Parser", start: int) -> Expression | None:
    """``C(6, 3)`` with numbers that can be nothing else."""
    ahead = parser.ahead(5)
    if [token.kind for token in ahead] != ["(", "number", ",", "number", ")"]:
        return None
    above, below = number_of(ahead[1], parser.offset), number_of(ahead[3], parser.offset)
    if above.decimals is not None or below.decimals is not None or above.value < below.value:
        return None
    parser.seek(parser.position + 5)
    return parser.node("binomial", (above, below), start)


def _event(parser: "Parser") -> Words | None:
    r"""What a probability is of, where that is no expression: ``P(X = 4)``, ``P(A | B)``, ``P(\text{even})``."""
    inside = _inside(parser)
    if inside is None:
        return None
    kinds = {token.kind for token in _outermost(inside)}
    if not (kinds & _RELATING or (kinds & _WORDED and "," not in kinds)):
        return None
    text = " ".join(token.text or token.kind for token in inside)
    if '"' in text:
        return None
    parser.seek(parser.position + len(inside) + 2)
    return Words(text, Span(inside[0].start + parser.offset, inside[-1].end + parser.offset))


def _inside(parser: "Parser") -> "list[Token] | None":
    """The tokens within the bracket that opens here; None where it does not close."""
    level = 0
    for index in range(parser.position, len(parser.tokens) - 1):
        kind = parser.tokens[index].kind
        level += (kind in _OPENING) - (kind in _CLOSING)
        if level == 0:
            return parser.tokens[parser.position + 1 : index]
    return None


def _outermost(tokens: "list[Token]") -> "Iterator[Token]":
    """The tokens that stand in no further bracket."""
    level = 0
    for token in tokens:
        level += (token.kind in _OPENING) - (token.kind in _CLOSING)
        if level == 0:
            yield token


def _shape_ahead(parser: "Parser", name: str) -> Shape:
    """The shape of the bracket that opens here."""
    inside = _inside(parser) or []
    inner = [token.kind for token in inside]
    if "," in inner and any(token.kind == "," for token in _outermost(inside)):
        return Shape.LIST
    match inner:
        case ["number" | "repeating"]:
            return Shape.NUMBER
        case ["-", "number" | "repeating"]:
            return Shape.NEGATIVE
        case ["symbol"]:
            return Shape.ITSELF if inside[0].text == name else Shape.NAME
        case ["text"] | ["words"]:
            return Shape.EVENT
        case ["-", "symbol"]:
            return Shape.NAME
        case kinds if "set operator" in kinds and all(
            kind == "set operator" or (kind == "symbol" and token.text.isalpha() and token.text.isupper())
            for kind, token in zip(kinds, inside, strict=True)
        ):
            return Shape.EVENT
        case _:
            return Shape.OTHER


def _stands_bare(parser: "Parser", name: str) -> bool:
    """Whether a name also stands without a bracket, which a function hardly does."""
    return any(
        token.text == name and token.kind == "symbol" and parser.tokens[index + 1].kind != "("
        for index, token in enumerate(parser.tokens[:-1])
    )


def _call_or_product(parser: "Parser", symbol: Symbol, start: int) -> Expression:
    """``h(x+1)^2`` where h may be a function or a factor: the square is that of the call, or of the bracket."""
    opening = parser.advance()
    factor = read_bracket(parser, opening)
    position, depth = parser.position, parser.depth
    product = parser.node("mul", (symbol, postfix(parser, factor, opening.start)), start)
    parser.seek(position)
    parser.depth = depth
    call = postfix(parser, Call(symbol.name, (factor,), parser.span(start)), start)
    return parser.either(call, product, start)


def read_words(parser: "Parser", token: "Token") -> Expression:
    """Words in quotation marks."""
    return Words(token.text, parser.span_of(token))


def read_label(parser: "Parser", token: "Token") -> Expression:
    r"""Words as the name of a quantity, with the figure or letter that belongs to them: ``\text{Area of } ABC``."""
    text = token.text
    parts = text.lower().split()
    inner, edges = set(parts[1:-1]), {parts[0], parts[-1]}
    if (
        not _LABEL.fullmatch(text)
        or len(parts) > _LONGEST_LABEL
        or inner & _NOT_IN_LABELS
        or edges & _NOT_AROUND_LABELS
    ):
        parser.fail(f"words that are not mathematics: {text}")
    if parts[-1] in {"of", "in", "from"}:
        text += " " + parser.expect("symbol").text
    elif parser.token.kind == "(" and text.isalpha():
        return read_call(parser, text, token.start)
    elif parser.token.kind == "_" and parser.peek().kind == "{":
        text += _label_subscript(parser)
    return Words(text, parser.span(token.start))


def _label_subscript(parser: "Parser") -> str:
    kinds = [token.kind for token in parser.ahead(4)]
    if kinds not in (["_", "{", "text", "}"], ["_", "{", "symbol", "}"], ["_", "{", "number", "}"]):
        parser.fail("a subscript of words that is not a name")
    subscript = f"_{{{parser.peek(2).text}}}"
    parser.seek(parser.position + 4)
    return subscript
