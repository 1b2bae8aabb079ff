"""LaTeX commands that take arguments: fractions, roots, binomials, sums, limits, integrals, derivatives."""

from fractions import Fraction
from typing import TYPE_CHECKING

from clra.parsing.mathematics.derivatives import leibniz
from clra.parsing.mathematics.literals import number_of
from clra.parsing.mathematics.postfixes import group, grouped_operand, script
from clra.parsing.tree import Expression, Number, Symbol

if TYPE_CHECKING:
    from clra.parsing.mathematics.grammar import Parser
    from clra.parsing.mathematics.lexer import Token

_TWO = Number(Fraction(2))
_RADICANDS = frozenset(["(", "{", "number", "symbol", "radical", "sqrt", "vulgar", "frac"])


def split_digit(parser: "Parser") -> "Token":
    """Take the first digit of a number, which is all that TeX gives to a command."""
    token = parser.token
    first = token._replace(text=token.text[0], end=token.start + 1)
    rest = token._replace(text=token.text[1:], start=token.start + 1, spaced=False)
    parser.tokens = [*parser.tokens[: parser.position], first, rest, *parser.tokens[parser.position + 1 :]]
    parser.seek(parser.position)
    return parser.advance()


def _argument(parser: "Parser") -> Expression:
    """What a command takes: a group, a digit, a letter or another command."""
    token = parser.token
    match token.kind:
        case "{":
            parser.advance()
            return group(parser)
        case "number" if token.text.isdigit():
            return number_of(split_digit(parser) if len(token.text) > 1 else parser.advance(), parser.offset)
        case "symbol":
            return Symbol(token.text, parser.span_of(parser.advance()))
        case "frac" | "sqrt" | "binom":
            return parser.nested_operand()
        case _:
            return parser.fail("a command without its argument")


def read_frac(parser: "Parser", token: "Token") -> Expression:
    """A fraction, or a derivative that is written like one."""
    derivative = leibniz(parser, token.start)
    if derivative is not None:
        return derivative
    over = _argument(parser)
    return parser.node("div", (over, _argument(parser)), token.start)


def read_binom(parser: "Parser", token: "Token") -> Expression:
    r"""``\binom{5}{2}``."""
    above = _argument(parser)
    return parser.node("binomial", (above, _argument(parser)), token.start)


# roots


def read_sqrt(parser: "Parser", token: "Token") -> Expression:
    r"""``\sqrt[3]{x}``; of ``\sqrt25`` TeX takes one digit."""
    degree: Expression = _TWO
    if parser.token.kind == "[":
        parser.advance()
        degree = parser.enclosed(parser.expression)
        parser.expect("]")
    argument = parser.token
    if argument.kind == "(":
        return parser.node("root", (degree, parser.operand()), token.start)
    if argument.kind != "number" or len(argument.text) == 1:
        return parser.node("root", (degree, _argument(parser)), token.start)
    whole = parser.node("root", (degree, number_of(parser.advance(), parser.offset)), token.start)
    if argument.text[0] == "1" or not argument.text.isdigit():
        return whole
    one = number_of(argument._replace(text=argument.text[0]), parser.offset)
    rest = number_of(argument._replace(text=argument.text[1:]), parser.offset)
    split = parser.node("mul", (parser.node("root", (degree, one), token.start), rest), token.start)
    return parser.either(whole, split, token.start)


def read_radical(parser: "Parser", token: "Token") -> Expression:
    """A root sign that is no command: how far ``√2x`` reaches is not certain."""
    degree = Number(Fraction(int(token.text)))
    under = parser.token
    if under.kind not in _RADICANDS:
        parser.fail("a root of nothing")
    kept, parser.bare = parser.bare, True
    parser.descend()
    radicand = grouped_operand(parser)
    parser.depth -= 1
    parser.bare = kept
    root = parser.node("root", (degree, radicand), token.start)
    if (
        under.kind in {"(", "{"}
        or parser.token.kind not in {"symbol", "("}
        or parser.token.spaced
        or not parser.joins()
    ):
        return root
    following = parser.power()
    wide = parser.node("root", (degree, parser.node("mul", (radicand, following), under.start)), token.start)
    return parser.either(parser.node("mul", (root, following), token.start), wide, token.start)


# sums, limits, integrals


def read_big(parser: "Parser", token: "Token") -> Expression:
    r"""``\sum_{k=1}^{n}`` or ``\prod``, with the factors that follow."""
    variable = low = high = None
    while parser.token.kind in {"_", "^"}:
        if parser.advance().kind == "^":
            high = _limit(parser)
        else:
            parser.expect("{")
            variable = _variable(parser)
            if parser.token.text != "=":
                parser.fail("a sum whose variable has no first value")
            parser.advance()
            low = parser.enclosed(parser.expression)
            parser.expect("}")
    if variable is None or low is None or high is None:
        parser.fail("a sum without its limits")
    return parser.node(token.text, (variable, low, high, _body(parser)), token.start)


def _limit(parser: "Parser") -> Expression:
    parser.descend()
    limit = script(parser)
    parser.depth -= 1
    return limit


def _variable(parser: "Parser") -> Symbol:
    token = parser.expect("symbol")
    return Symbol(token.text, parser.span_of(token))


def _body(parser: "Parser") -> Expression:
    body = parser.sum() if parser.greedy else parser.signed_term()
    parser.body_end = parser.position
    return body


def read_limit(parser: "Parser", token: "Token") -> Expression:
    r"""``\lim_{x \to 0}``, with the factors that follow."""
    parser.expect("_")
    parser.expect("{")
    variable = _variable(parser)
    parser.expect("to")
    point = parser.enclosed(parser.expression)
    parser.expect("}")
    return parser.node("limit", (variable, point, _body(parser)), token.start)


def read_integral(parser: "Parser", token: "Token") -> Expression:
    r"""``\int_0^1 x^2 \, dx``."""
    low = high = None
    while parser.token.kind in {"_", "^"}:
        if parser.advance().kind == "^":
            high = _limit(parser)
        else:
            low = _limit(parser)
    if (low is None) != (high is None):
        parser.fail("an integral with one limit")
    body = parser.enclosed(lambda: _integrand(parser))
    if parser.expect("symbol").text != "d":
        parser.fail("an integral without its variable")
    variable = _variable(parser)
    limits = () if low is None or high is None else (low, high)
    return parser.node("integral", (variable, *limits, body), token.start)


def _integrand(parser: "Parser") -> Expression:
    parser.differential = True
    return parser.sum()
