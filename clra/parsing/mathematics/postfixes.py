"""What may follow an operand: exponents, factorials, percent and degree signs, units, the base of digits."""

from fractions import Fraction
from typing import TYPE_CHECKING

from clra.parsing.mathematics.choices import lowered_choice
from clra.parsing.mathematics.literals import number_of
from clra.parsing.mathematics.units import unit_name
from clra.parsing.mathematics.vocabulary import Sign
from clra.parsing.tree import Collection, Expression, Matrix, Number, Operation, Symbol, Words

if TYPE_CHECKING:
    from clra.parsing.mathematics.grammar import Parser

POSTFIXES = frozenset(["^", "!", "%", "degree", "unit", "text", "money", "_", "'"])
_MOST_POSTFIXES = 20
_NUMBERS = frozenset(["number", "grouped", "scientific", "vulgar", "repeating"])
_CIRCLES = frozenset([("circle", ""), ("degree", "")])
_TRANSPOSES = frozenset([("transpose", "")])
_LETTER_T = frozenset([("symbol", "T")])
_LOW = 5
_ONE = Number(Fraction(1))
_ONES = (_ONE, Operation("neg", (_ONE,)))


def postfix(parser: "Parser", node: Expression, start: int) -> Expression:
    """The operand with all that follows it."""
    for _ in range(_MOST_POSTFIXES):
        token = parser.token
        match token.kind:
            case "^":
                node = _raised(parser, node, start)
            case "!":
                node = _factorial(parser, node, start)
            case "%":
                parser.advance()
                node = parser.node("percent", (node,), start)
            case "degree":
                parser.advance()
                node = _in_degrees(parser, node, start)
            case "unit":
                parser.advance()
                node = parser.node("unit", (node, Symbol(token.text, parser.span_of(token))), start)
            case "text" if unit_name(token.text) is not None:
                node = parser.node("unit", (node, _unit(parser)), start)
            case "money" if parser.peek().kind not in _NUMBERS:
                parser.advance()
                node = parser.node("money", (node, Symbol(token.text, parser.span_of(token))), start)
            case "_":
                node = _in_base(parser, node, start)
            case "'":
                parser.fail("a prime that belongs to no name")
            case _:
                return node
    return parser.fail("too many signs after an operand")


def _factorial(parser: "Parser", node: Expression, start: int) -> Expression:
    if isinstance(node, Operation) and node.operator == "pow" and parser.last.kind != ")":
        parser.fail("a factorial after an exponent")
    parser.advance()
    operator = "factorial"
    if parser.token.kind == "!":
        parser.advance()
        operator = "double_factorial"
    if parser.token.kind == "!":
        parser.fail("three factorial signs")
    return parser.node(operator, (node,), start)


def _in_degrees(parser: "Parser", node: Expression, start: int) -> Expression:
    r"""An angle, or a temperature: ``30^\circ C``."""
    scale = parser.token
    if scale.text in {"C", "F"} and scale.kind in {"symbol", "text"}:
        parser.advance()
        return parser.node("unit", (node, Symbol("°" + scale.text, parser.span_of(scale))), start)
    return parser.node("degrees", (node,), start)


def _in_base(parser: "Parser", node: Expression, start: int) -> Expression:
    """``1011_2``: digits and their base."""
    if not isinstance(node, Number) or node.decimals is not None:
        parser.fail("a subscript of something that is not a name")
    parser.advance()
    base = _braced_number(parser)
    if (
        base.decimals is not None
        or not 2 <= base.value <= 36
        or any(int(digit) >= base.value for digit in str(node.value))
    ):
        parser.fail("digits that the base does not have")
    return parser.node("base", (node, base), start)


def _braced_number(parser: "Parser") -> Number:
    """A number with or without braces around it."""
    braced = parser.token.kind == "{"
    if braced:
        parser.advance()
    number = number_of(parser.expect("number"), parser.offset)
    if braced:
        parser.expect("}")
    return number


def _unit(parser: "Parser") -> Symbol:
    r"""The unit in ``\text{}`` behind a quantity, with its exponent and what it is divided by."""
    start = parser.token.start
    text = parser.advance().text + _unit_power(parser)
    if parser.token.kind == "/" and parser.peek().kind == "text":
        parser.advance()
        text += "/" + parser.advance().text + _unit_power(parser)
    name = unit_name(text)
    if name is None:
        parser.fail(f"not a unit: {text}")
    return Symbol(name, parser.span(start))


def _unit_power(parser: "Parser") -> str:
    if parser.token.kind != "^":
        return ""
    parser.advance()
    return f"^{_braced_number(parser).value}"


# exponents


def _raised(parser: "Parser", base: Expression, start: int) -> Expression:
    r"""A power; ``^\circ`` marks degrees instead."""
    named = parser.last.kind == "symbol"
    parser.expect("^")
    if _takes_sign(parser, _CIRCLES):
        return _in_degrees(parser, base, start)
    if _takes_sign(parser, _TRANSPOSES) or (isinstance(base, Matrix) and _takes_sign(parser, _LETTER_T)):
        return parser.node("transpose", (base,), start)
    token = parser.token
    if token.kind == "number" and len(token.text) > 1 and token.text.isdigit():
        return _raised_to_digits(parser, base, start)
    power = exponent(parser)
    if parser.token.kind == "/" and power in _ONES and token.kind in {"number", "-"} and parser.peek().kind == "number":
        return _raised_to_open_quotient(parser, base, power, start)
    raised = parser.node("pow", (base, power), start)
    if token.kind == "number" and (squared := _of_power(base, power)) is not None:
        return parser.either(raised, squared, start)
    chosen = lowered_choice(base, power) if named else None
    return raised if chosen is None else parser.either(parser.node(*chosen, start), raised, start)


def _of_power(base: Expression, power: Expression) -> Expression | None:
    """``2^3^2`` as a program may calculate it, from left to right, where the numbers are small enough for one."""
    match base, power:
        case Number(), Operation("pow", (Number(low, None), Number(high, None))) if low > 1 < high <= _LOW:
            return Operation("pow", (Operation("pow", (base, Number(low))), Number(high))) if low <= _LOW else None
        case _:
            return None


def circle_follows(parser: "Parser") -> bool:
    """Whether ``^`` is followed by the circle that marks degrees."""
    kinds = [token.kind for token in parser.ahead(3)[1:]]
    return kinds[:1] in (["circle"], ["degree"]) or kinds in (["{", "circle"], ["{", "degree"])


def _takes_sign(parser: "Parser", texts: frozenset[Sign]) -> bool:
    r"""Take a sign that stands as an exponent, such as ``\circ`` or ``{\circ}``."""
    if parser.token[:2] in texts:
        parser.advance()
        return True
    if parser.token.kind == "{" and parser.peek()[:2] in texts and parser.peek(2).kind == "}":
        parser.seek(parser.position + 3)
        return True
    return False


def exponent(parser: "Parser") -> Expression:
    """What stands after ``^``, with the exponents on top of it."""
    start = parser.token.start
    parser.descend()
    power = script(parser)
    if parser.token.kind == "^" and not circle_follows(parser):
        parser.advance()
        power = parser.node("pow", (power, exponent(parser)), start)
    if isinstance(power, Words | Collection):
        parser.fail("an exponent that is not a number")
    parser.depth -= 1
    return power


def script(parser: "Parser") -> Expression:
    """One braced group, or one operand with at most a sign. The caller counts the nesting."""
    token = parser.token
    match token.kind:
        case "{":
            parser.advance()
            return group(parser)
        case "-" | "+":
            parser.descend()
            parser.advance()
            operand = script(parser)
            parser.depth -= 1
            return parser.node("neg", (operand,), token.start) if token.kind == "-" else operand
        case "symbol" if not parser.is_called(token):
            parser.advance()
            follows = parser.token
            if not parser.latex and follows.kind == "symbol" and not follows.spaced and not parser.is_called(follows):
                parser.fail("an exponent of one letter or of several")
            return Symbol(token.text, parser.span_of(token))
        case "number":
            return number_of(parser.advance(), parser.offset)
        case _:
            return parser.operand()


def group(parser: "Parser") -> Expression:
    """The expression in braces that only group, behind the first of them."""
    start = parser.token.start
    node = parser.enclosed(parser.expression)
    if parser.token.kind == "choose":
        parser.advance()
        node = parser.node("binomial", (node, parser.enclosed(parser.expression)), start)
    parser.expect("}")
    return node


def grouped_operand(parser: "Parser") -> Expression:
    """An operand whose braces only group, behind a function or a root."""
    if parser.token.kind != "{":
        return parser.operand()
    parser.advance()
    return group(parser)


def _raised_to_digits(parser: "Parser", base: Expression, start: int) -> Expression:
    """``2^34^2``: TeX takes one digit, people mean all of them or the powers of several numbers."""
    token = parser.advance()
    whole = number_of(token, parser.offset)
    one = number_of(token._replace(text=token.text[0], end=token.start + 1), parser.offset)
    rest = number_of(token._replace(text=token.text[1:], start=token.start + 1), parser.offset)
    if parser.token.kind == "^" and not circle_follows(parser):
        parser.advance()
        top = exponent(parser)
        tower = parser.node("pow", (base, parser.node("pow", (whole, top), token.start)), start)
        powers = (parser.node("pow", (base, one), start), parser.node("pow", (rest, top), token.start))
        return parser.either(tower, parser.node("mul", powers, start), start)
    plain = parser.node("pow", (base, whole), start)
    if not parser.latex or not isinstance(base, Number) or token.text[0] == "1" or token.text[1] == "0":
        return plain
    return parser.either(plain, parser.node("mul", (parser.node("pow", (base, one), start), rest), start), start)


def _raised_to_open_quotient(parser: "Parser", base: Expression, power: Expression, start: int) -> Expression:
    """``8^1/3``: a cube root, or an eighth over three."""
    parser.advance()
    under = number_of(parser.advance(), parser.offset)
    if parser.token.kind in {"^", "!", "symbol", "("}:
        parser.fail("where the exponent ends")
    root = parser.node("pow", (base, parser.node("div", (power, under), start)), start)
    return parser.either(root, parser.node("div", (parser.node("pow", (base, power), start), under), start), start)
