"""Numbers of choices as calculators and schoolbooks write them: ``7C3``, ``^7P_3``, ``{}_nC_r``."""

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from clra.parsing.tree import Expression, Number, Symbol

if TYPE_CHECKING:
    from clra.parsing.mathematics.grammar import Parser
    from clra.parsing.mathematics.lexer import Token

_OPERATORS = {"C": "binomial", "P": "permutations"}
_LOWERED = {"C_": "binomial", "A_": "permutations", "P_": "permutations"}


def attached_choice(parser: "Parser", above: "Token") -> Expression | None:
    """``7C3``, behind the first number; None where the letter is a factor."""
    letter, below, behind = parser.token, parser.peek(), parser.peek(2)
    if letter.text[1:2] == "_":
        return _choice_or_product(parser, above)
    if letter.text not in _OPERATORS or letter.spaced or below.spaced or below.kind != "number":
        return None
    if behind.kind in {"_", "^", "symbol", "word"} or not (above.text.isdigit() and below.text.isdigit()):
        return None
    if int(above.text) < int(below.text):
        return None
    parser.seek(parser.position + 2)
    parts = Number(Fraction(int(above.text))), Number(Fraction(int(below.text)))
    return parser.node(_OPERATORS[letter.text], parts, above.start)


def _choice_or_product(parser: "Parser", above: "Token") -> Expression | None:
    """``5C_2``: a number of choices, or five times what is called C_2."""
    letter, _, below = parser.token.text.partition("_")
    if letter not in _OPERATORS or parser.token.spaced or parser.peek().kind in {"^", "("}:
        return None
    if not (above.text.isdigit() and below.isdigit()) or int(above.text) < int(below):
        return None
    parser.advance()
    total, symbol = Number(Fraction(int(above.text))), Symbol(f"{letter}_{below}", parser.span_of(parser.last))
    chosen = parser.node(_OPERATORS[letter], (total, Number(Fraction(int(below)))), above.start)
    return parser.either(chosen, parser.node("mul", (total, symbol), above.start), above.start)


class Choice(NamedTuple):
    """An operator and its numbers."""

    operator: str
    arguments: tuple[Expression, Expression]


def lowered_choice(base: Expression, power: Expression) -> Choice | None:
    """What ``C_5^2`` is where it is no square: a number of choices, as it is written in East Asia."""
    match base, power:
        case Symbol(name), Number(count, None) if name[:2] in _LOWERED and name[2:].isdigit():
            total = Fraction(int(name[2:]))
            return Choice(_LOWERED[name[:2]], (Number(total), power)) if count <= total else None
        case _:
            return None


def read_choice(parser: "Parser", token: "Token") -> Expression:
    """``^7P_3``, behind the sign that raises or lowers the first number."""
    above = _count(parser)
    letter, _, below = parser.token.text.partition("_")
    if parser.token.kind != "symbol" or letter not in _OPERATORS or not _is_count(below):
        parser.fail("a number or letter that is raised above nothing")
    parser.advance()
    chosen = Number(Fraction(int(below))) if below.isdigit() else Symbol(below)
    return parser.node(_OPERATORS[letter], (above, chosen), token.start)


def _is_count(text: str) -> bool:
    return text.isdigit() or (len(text) == 1 and text.isalpha())


def _count(parser: "Parser") -> Expression:
    """A number or a letter, with or without braces."""
    braced = parser.token.kind == "{"
    if braced:
        parser.advance()
    token = parser.advance()
    if braced:
        parser.expect("}")
    if token.kind == "number" and token.text.isdigit():
        return Number(Fraction(int(token.text)))
    if token.kind == "symbol" and len(token.text) == 1:
        return Symbol(token.text)
    return parser.fail("a number or letter that is raised above nothing")
