"""What an operand is, by its first token: numbers, names, brackets, functions, and LaTeX commands with arguments.

Each function takes the parser, which stands behind that first token, and the token.
"""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from clra.parsing.application import Reading, Shape, always_called, application, base_name
from clra.parsing.tree import Bracket, Call, Collection, Expression, Matrix, Number, Operation, ReadError, Symbol, Words
from clra.parsing.vocabulary import REFUSED_IN_UNITS, VULGAR_FRACTIONS, unit_name
from clra.types import Span

if TYPE_CHECKING:
    from clra.parsing.grammar import Parser
    from clra.parsing.lexer import Token

_TWO = Number(Fraction(2))
_THREE = Number(Fraction(3))
_INVERSE = Operation("neg", (Number(Fraction(1)),))
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9 ,'()_{}\-]*")
_WITHIN_LABELS = frozenset("of the a an to per no not more less any all each odd even for from in on by at with and".split())
_NOT_IN_LABELS = REFUSED_IN_UNITS - _WITHIN_LABELS
_NOT_AROUND_LABELS = REFUSED_IN_UNITS - frozenset("of the a an no odd even each all for from in".split()) | {"for"}
_ARITY: dict[str, tuple[int, int]] = {
    "gcd": (2, 99), "lcm": (2, 99), "max": (2, 99), "min": (2, 99), "abs": (1, 1), "floor": (1, 1), "ceil": (1, 1), "sqrt": (1, 1),
    "cbrt": (1, 1), "binomial": (2, 2), "determinant": (1, 1), "root": (2, 2), "sum": (4, 4), "product": (4, 4), "integral": (2, 4),
    "derivative": (2, 2), "limit": (3, 3), "difference": (2, 2), "mixed": (2, 2), "list": (1, 99), "set": (0, 99), "interval": (2, 2),
    "either": (2, 2), "unit": (2, 2), "money": (2, 2), "call": (2, 99),
}  # fmt: skip
_CLOSERS = {"(": ")", "[": "]", "{": "}", "set": "end set"}
_OPENING = frozenset(["(", "[", "{", "set"])
_CLOSING = frozenset([")", "]", "}", "end set", "end"])
_ROUND_OR_SQUARE = frozenset([")", "]"])
_OPEN_ARGUMENT = frozenset(["symbol", "number", "frac", "sqrt", "radical"])
_MIXED = frozenset(["frac", "{", "vulgar", "number"])
_ISOLATING = frozenset(["relator", "equal twice", "then", "and", "or", ",", ";", "end", "set operator", "(", ")", "[", "]", "|", "set"])


# numbers


def number_of(token: "Token", offset: int) -> Number:
    """The literal of a token of digits."""
    span = Span(token.start + offset, token.end + offset)
    whole, _, decimals = token.text.replace(",", "").partition(".")
    if not decimals:
        return Number(Fraction(int(whole)), span=span)
    return Number(Fraction(int(whole + decimals), 10 ** len(decimals)), len(decimals), span=span)


def _number(parser: "Parser", token: "Token") -> Expression:
    number = number_of(token, parser.offset)
    if parser.token.kind in _MIXED and number.decimals is None:
        fraction = _mixed_fraction(parser)
        if fraction is not None:
            return parser.node("mixed", (number, fraction), token.start)
    return number


def _mixed_fraction(parser: "Parser") -> Expression | None:
    """The proper fraction directly after an integer, as in ``2\\frac{1}{3}`` or ``2 1/3``; None where there is none."""
    position, tokens, kind = parser.position, parser.tokens, parser.token.kind
    if kind == "number":
        return _plain_fraction(parser)
    if kind == "{" and parser.peek().kind != "frac":
        return None
    fraction = parser.operand()
    match fraction:
        case Operation("div", (Number(over, None), Number(under, None))) if 0 < over < under:
            return fraction
        case _:
            parser.tokens = tokens
            parser.seek(position)
            return None


def _plain_fraction(parser: "Parser") -> Expression | None:
    over, under = parser.token, parser.peek(2)
    if not over.spaced or parser.peek().kind != "/" or under.kind != "number" or parser.peek(3).kind in {"^", "!", "/", "number"}:
        return None
    if not (over.text.isdigit() and under.text.isdigit() and 0 < int(over.text) < int(under.text)):
        return None
    parser.seek(parser.position + 3)
    return parser.node("div", (number_of(over, parser.offset), number_of(under, parser.offset)), over.start)


def _vulgar(parser: "Parser", token: "Token") -> Expression:
    over, under = VULGAR_FRACTIONS[token.text]
    span = parser.span(token.start)
    return parser.node("div", (Number(Fraction(over), span=span), Number(Fraction(under), span=span)), token.start)


def _scientific(parser: "Parser", token: "Token") -> Expression:
    """``1.2e5``: the product that it stands for."""
    head, _, power = token.text.partition("e")
    span = parser.span(token.start)
    exponent: Expression = Number(Fraction(int(power.lstrip("+-"))), span=span)
    if power[0] == "-":
        exponent = Operation("neg", (exponent,), span)
    ten = Operation("pow", (Number(Fraction(10), span=span), exponent), span)
    return Operation("mul", (number_of(token._replace(text=head), parser.offset), ten), span)


def _repeating(parser: "Parser", token: "Token") -> Expression:
    head, _, block = token.text.partition("|")
    whole, _, decimals = head.partition(".")
    fixed = Fraction(int((whole or "0") + decimals), 10 ** len(decimals))
    repeated = Fraction(int(block), (10 ** len(block) - 1) * 10 ** len(decimals))
    return Number(fixed + repeated, len(decimals), len(block), parser.span(token.start))


def _money(parser: "Parser", token: "Token") -> Expression:
    if parser.token.kind not in {"number", "grouped"}:
        parser.fail("a currency without an amount")
    amount = number_of(parser.advance(), parser.offset)
    if parser.token.kind == "text" and unit_name(parser.token.text) is None:
        parser.fail("an amount with a word that multiplies it")
    currency = Symbol(token.text, Span(token.start + parser.offset, token.end + parser.offset))
    return parser.node("money", (amount, currency), token.start)


# names


def _symbol(parser: "Parser", token: "Token") -> Expression:
    name = token.text
    follows = parser.token.kind
    symbol = Symbol(name, parser.span(token.start))
    if follows == "(" and parser.peek().kind not in {"mod", "pmod"}:
        if parser.bare and not (always_called(name) or name in parser.functions):
            return symbol
        return _applied(parser, token, symbol)
    if follows == "^" and always_called(name) and _takes_inverse(parser):
        parser.seek(parser.position + 5)
        return _call(parser, name + "^{-1}", token.start)
    return symbol


def _takes_inverse(parser: "Parser") -> bool:
    kinds = [parser.peek(distance).kind for distance in range(6)]
    return kinds == ["^", "{", "-", "number", "}", "("] and parser.peek(3).text == "1"


def _call(parser: "Parser", name: str, start: int) -> Expression:
    parser.expect("(")

    def read() -> Expression:
        arguments = parser.items(frozenset([")"]))
        parser.advance()
        return parser.node("call", tuple(arguments), start)

    return _called(parser.with_groups(read, start), name)


def _called(node: Expression, name: str) -> Expression:
    """The call that was read as an operation, in each of its readings."""
    match node:
        case Operation("either", readings, span):
            return Operation("either", tuple(_called(reading, name) for reading in readings), span)
        case Operation("call", arguments, span):
            return Call(name, arguments, span)
        case _:
            return node


def _applied(parser: "Parser", token: "Token", symbol: Symbol) -> Expression:
    """A name before a round bracket."""
    name, start = token.text, token.start
    if name == "C":
        combination = _combination(parser, start)
        if combination is not None:
            return combination
    shape = _shape_ahead(parser, name)
    reading = Reading.CALL if name in parser.functions else application(name, shape)
    if reading is Reading.EITHER and _stands_bare(parser, name):
        reading = Reading.PRODUCT
    if reading is Reading.PRODUCT:
        return symbol
    if reading is Reading.CALL and base_name(name) != "P":
        return _call(parser, name, start)
    if base_name(name) == "P" and (event := _event(parser)) is not None:
        return Call(name, (event,), parser.span(start))
    if reading is Reading.CALL:
        return _call(parser, name, start)
    return _call_or_product(parser, symbol, start)


def _event(parser: "Parser") -> Words | None:
    """What a probability is of, where it is no expression: ``P(X = 4)``, ``P(A | B)``, ``P(\\text{even})``."""
    level, parts = 0, []
    for index in range(parser.position, len(parser.tokens)):
        token = parser.tokens[index]
        level += (token.kind in _OPENING) - (token.kind in _CLOSING)
        if level == 0:
            break
        parts.append(token.text or token.kind)
    else:
        return None
    inside = parser.tokens[parser.position + 1 : index]
    if not any(token.kind in {"relator", "|", "text", "words", "word", "and", "or"} for token in inside) or '"' in parts:
        return None
    span = Span(inside[0].start + parser.offset, inside[-1].end + parser.offset)
    parser.seek(index + 1)
    return Words(inside[0].text if len(inside) == 1 else " ".join(parts[1:]), span)


def _call_or_product(parser: "Parser", symbol: Symbol, start: int) -> Expression:
    """``h(x+1)^2`` where h may be a function or a factor: the square is that of the call, or of the bracket."""
    opening = parser.advance()
    factor = _bracket(parser, opening)
    position, depth = parser.position, parser.depth
    product = parser.node("mul", (symbol, parser.postfix(factor, opening.start)), start)
    parser.seek(position)
    parser.depth = depth
    call = parser.postfix(Call(symbol.name, (factor,), parser.span(start)), start)
    return parser.either(call, product, start)


def _stands_bare(parser: "Parser", name: str) -> bool:
    """Whether a name also stands without a bracket, which a function hardly does."""
    tokens = parser.tokens
    return any(
        token.text == name and token.kind == "symbol" and tokens[index + 1].kind != "(" for index, token in enumerate(tokens[:-1])
    )


def _shape_ahead(parser: "Parser", name: str) -> Shape:
    """The shape of the bracket that opens here."""
    inside: list[Token] = []
    level = 0
    for token in parser.tokens[parser.position + 1 :]:
        if token.kind in {"(", "[", "{", "set"}:
            level += 1
        elif token.kind in {")", "]", "}", "end set", "end"}:
            level -= 1
            if level < 0:
                break
        elif token.kind == "," and level == 0:
            return Shape.LIST
        inside.append(token)
    match [token.kind for token in inside]:
        case ["number"]:
            return Shape.NUMBER
        case ["-", "number"]:
            return Shape.NEGATIVE
        case ["-", "symbol"]:
            return Shape.NAME
        case ["symbol"]:
            return Shape.ITSELF if inside[0].text == name else Shape.NAME
        case _ if inside and all(token.kind == "set operator" or (token.kind == "symbol" and token.text.isupper()) for token in inside):
            return Shape.EVENT
        case _:
            return Shape.OTHER


def _combination(parser: "Parser", start: int) -> Expression | None:
    """``C(6, 3)`` with numbers that can be nothing else."""
    kinds = [parser.peek(distance).kind for distance in range(5)]
    if kinds != ["(", "number", ",", "number", ")"]:
        return None
    above, below = (number_of(parser.peek(distance), parser.offset) for distance in (1, 3))
    if above.decimals is not None or below.decimals is not None or above.value < below.value:
        return None
    parser.seek(parser.position + 5)
    return parser.node("binomial", (above, below), start)


def _words(parser: "Parser", token: "Token") -> Expression:
    return Words(token.text, parser.span(token.start))


def _label(parser: "Parser", token: "Token") -> Expression:
    """Words as the name of a quantity, with the figure or letter that belongs to them."""
    text = token.text
    words = text.lower().split()
    inner, edges = set(words[1:-1]), {words[0], words[-1]}
    if not _LABEL.fullmatch(text) or len(words) > 8 or inner & _NOT_IN_LABELS or edges & _NOT_AROUND_LABELS:
        parser.fail(f"words that are not mathematics: {text}")
    if words[-1] in {"of", "in", "from"}:
        text += " " + parser.expect("symbol").text
    elif [parser.peek(distance).kind for distance in range(3)] == ["(", "symbol", ")"]:
        text += f"({parser.peek().text})"
        parser.seek(parser.position + 3)
    return Words(text, parser.span(token.start))


def postfix_text(parser: "Parser") -> Symbol:
    """The unit in ``\\text{}`` after a quantity, with its exponent and what it is divided by."""
    start = parser.token.start
    text = parser.advance().text
    if parser.token.kind == "^":
        parser.advance()
        text += f"^{_unit_power(parser)}"
    if parser.token.kind == "/" and parser.peek().kind == "text":
        parser.advance()
        text += "/" + parser.advance().text
        if parser.token.kind == "^":
            parser.advance()
            text += f"^{_unit_power(parser)}"
    name = unit_name(text)
    if name is None:
        parser.fail(f"not a unit: {text}")
    return Symbol(name, parser.span(start))


def _unit_power(parser: "Parser") -> str:
    braced = parser.token.kind == "{"
    if braced:
        parser.advance()
    power = parser.expect("number").text
    if braced:
        parser.expect("}")
    return power


# brackets


def _bracket(parser: "Parser", token: "Token") -> Expression:
    return parser.with_groups(lambda: _round_or_square(parser, token), token.start)


def _round_or_square(parser: "Parser", token: "Token") -> Expression:
    items = parser.items(_ROUND_OR_SQUARE)
    closing = parser.advance().kind
    kind = token.kind + closing
    if len(items) == 1:
        if kind not in {"()", "[]"}:
            parser.fail("a bracket that does not match")
        return items[0]
    if len(items) > 2 and kind not in {"()", "[]"}:
        parser.fail("an interval of more than two numbers")
    bracket = {"()": Bracket.TUPLE, "[]": Bracket.LIST, "(]": Bracket.LEFT_OPEN_INTERVAL, "[)": Bracket.RIGHT_OPEN_INTERVAL}[kind]
    if len(items) == 2:
        bracket = Bracket.CLOSED_INTERVAL if kind == "[]" else bracket
        bracket = Bracket.OPEN_INTERVAL if kind == "()" and any(map(_is_infinite, items)) else bracket
    return Collection(bracket, tuple(items), parser.span(token.start))


def _is_infinite(node: Expression) -> bool:
    match node:
        case Symbol("oo") | Operation("neg", (Symbol("oo"),)):
            return True
        case _:
            return False


def as_interval(node: Expression) -> Expression:
    """The open interval that a pair in round brackets is where a set must stand."""
    match node:
        case Collection(Bracket.TUPLE, (_, _) as items, span):
            return Collection(Bracket.OPEN_INTERVAL, items, span)
        case Operation("either", (Collection() as pair, _)):
            return as_interval(pair)
        case _:
            return node


def _brace(parser: "Parser", token: "Token") -> Expression:
    """Braces that group in LaTeX, and that hold a set in plain text."""
    if parser.token.kind == "}":
        if parser.latex:
            parser.fail("empty braces")
        parser.advance()
        return Collection(Bracket.SET, (), parser.span(token.start))
    before = parser.tokens[parser.position - 2].kind if parser.position > 1 else "end"

    def read() -> Expression:
        items = parser.items(frozenset(["}", "choose"]))
        if parser.token.kind == "choose" and len(items) == 1:
            parser.advance()
            node = parser.node("binomial", (items[0], parser.enclosed(parser.expression)), token.start)
            parser.expect("}")
            return node
        parser.expect("}")
        if len(items) == 1 and parser.latex:
            return items[0]
        if len(items) == 1 and not (before in _ISOLATING and parser.token.kind in _ISOLATING):
            parser.fail("braces that group, or a set")
        return Collection(Bracket.SET, tuple(items), parser.span(token.start))

    return parser.with_groups(read, token.start)


def _set(parser: "Parser", token: "Token") -> Expression:
    if parser.token.kind == "end set":
        parser.advance()
        return Collection(Bracket.SET, (), parser.span(token.start))

    def read() -> Expression:
        items = parser.items(frozenset(["end set"]))
        parser.advance()
        return Collection(Bracket.SET, tuple(items), parser.span(token.start))

    return parser.with_groups(read, token.start)


def _empty_set(parser: "Parser", token: "Token") -> Expression:
    return Collection(Bracket.SET, (), parser.span(token.start))


def _bars(parser: "Parser", token: "Token") -> Expression:
    kept = parser.bars, parser.bare
    parser.bars, parser.bare = parser.bars + 1, False
    node = parser.expression()
    parser.bars, parser.bare = kept
    parser.expect("|")
    return parser.node("abs", (node,), token.start)


def _between(opening: str, closing: str) -> Callable[["Parser", "Token"], Expression]:
    def read(parser: "Parser", token: "Token") -> Expression:
        node = parser.enclosed(parser.expression)
        parser.expect(closing)
        return parser.node(opening, (node,), token.start)

    return read


def _floor(parser: "Parser", token: "Token") -> Expression:
    return _between(token.text, f"end {token.text}")(parser, token)


def _boxed(parser: "Parser", _token: "Token") -> Expression:
    parser.expect("{")
    return parser.group_after_brace()


def _matrix(parser: "Parser", token: "Token") -> Expression:
    rows: list[list[Expression]] = [[]]
    while True:
        rows[-1].append(parser.enclosed(parser.expression))
        separator = parser.advance().kind
        if separator == "row" and parser.token.kind != "end environment":
            rows.append([])
        elif separator not in {"&", "row"}:
            break
        elif separator == "row":
            separator = parser.advance().kind
            break
    if separator != "end environment":
        parser.fail("a matrix that does not end")
    return _determinant_or_matrix(parser, token, rows)


def _determinant_or_matrix(parser: "Parser", token: "Token", rows: list[list[Expression]]) -> Expression:
    if len({len(row) for row in rows}) != 1:
        parser.fail("rows of different length")
    matrix = Matrix(tuple(map(tuple, rows)), parser.span(token.start))
    return parser.node("determinant", (matrix,), token.start) if token.text == "determinant" else matrix


# functions


def _function(parser: "Parser", token: "Token") -> Expression:
    """``\\sin^2 x``, ``\\log_2 8``: a function whose argument may have no brackets."""
    name, start = token.text, token.start
    base: Expression | None = None
    power: Expression | None = None
    while parser.token.kind in {"_", "^"}:
        if parser.advance().kind == "^":
            power = parser.exponent() if power is None else parser.fail("two exponents")
        elif name == "log" and base is None:
            base = _log_base(parser)
        else:
            parser.fail("a subscript of a function")
    if power == _INVERSE and name in {"sin", "cos", "tan", "cot", "sec", "csc"}:
        name, power = "arc" + name, None
    if isinstance(power, Operation) and power.operator == "neg":
        parser.fail("an inverse function or a negative power")

    def apply(argument: Expression) -> Expression:
        if isinstance(argument, Words | Collection):
            parser.fail("a function of something that is not a number")
        value = parser.node(name, (argument,) if base is None else (base, argument), start)
        return value if power is None else parser.node("pow", (value, power), start)

    if parser.token.kind in {"(", "[", "{"}:
        return _closed_argument(parser, apply)
    return _open_argument(parser, apply)


def _log_base(parser: "Parser") -> Expression:
    token = parser.token
    if token.kind == "number" and len(token.text) > 1:
        operand = parser.peek().kind in _OPEN_ARGUMENT | {"(", "[", "{", "left bar", "|"}
        if operand and (token.text[0] == "1" or not parser.latex):
            return number_of(parser.advance(), parser.offset)
        if operand or token.text[0] == "1" or not token.text.isdigit():
            parser.fail("where the base of the logarithm ends")
        return number_of(_split_digit(parser), parser.offset)
    return parser.script()


def _split_digit(parser: "Parser") -> "Token":
    """Take the first digit of a number, which is all that TeX gives to a command."""
    token = parser.token
    first = token._replace(text=token.text[0], end=token.start + 1)
    rest = token._replace(text=token.text[1:], start=token.start + 1, spaced=False)
    parser.tokens = [*parser.tokens[: parser.position], first, rest, *parser.tokens[parser.position + 1 :]]
    parser.seek(parser.position)
    return parser.advance()


Apply = Callable[[Expression], Expression]


def _closed_argument(parser: "Parser", apply: Apply) -> Expression:
    start = parser.token.start
    argument = parser.operand()
    if isinstance(argument, Operation) and argument.operator == "either":
        argument = argument.arguments[1]  # ln(1,000) takes one number
    kind, following = parser.token.kind, parser.peek()
    if kind == "degree" or (kind == "^" and (following.kind == "degree" or parser.peek(2).kind == "degree")):
        return apply(parser.postfix(argument, start))
    if kind == "!":
        parser.fail("a factorial after a function")
    if kind != "^":
        return apply(argument)
    position = parser.position
    outside = parser.postfix(apply(argument), start)
    parser.seek(position)
    inside = apply(parser.postfix(argument, start))
    return parser.either(outside, inside, start)


def _open_argument(parser: "Parser", apply: Apply) -> Expression:
    """``\\sin 2x`` is certain; how far ``\\sin x y`` and ``\\sin x/2`` reach is not."""
    start = parser.token.start
    kept, parser.bare = parser.bare, True
    minus = parser.token.kind == "-"
    if minus:
        parser.advance()
    factors = [parser.power()]
    while parser.token.kind in _OPEN_ARGUMENT and parser.joins() and not _starts_call(parser):
        parser.check_adjacent(factors[-1])
        factors.append(parser.power())
    parser.bare = kept

    def argument(parts: list[Expression]) -> Expression:
        joined = parser.joined("mul", parts, start)
        return parser.node("neg", (joined,), start) if minus else joined

    if parser.token.kind == "(" and parser.joins():
        following = parser.power()
        outside = parser.node("mul", (apply(argument(factors)), following), start)
        return parser.either(apply(argument([*factors, following])), outside, start)
    if parser.token.kind == "/":
        return _open_function_quotient(parser, apply, argument(factors), start)
    everything = apply(argument(factors))
    if all(map(_is_numeric, factors[:-1])):
        return everything
    return parser.either(everything, parser.node("mul", (apply(argument(factors[:1])), *factors[1:]), start), start)


def _open_function_quotient(parser: "Parser", apply: Apply, argument: Expression, start: int) -> Expression:
    parser.advance()
    under = parser.unary()
    if parser.token.kind == "/" or (parser.token.kind in _OPEN_ARGUMENT and parser.joins()):
        parser.fail("where the argument of the function ends")
    inside = apply(parser.node("div", (argument, under), start))
    return parser.either(parser.node("div", (apply(argument), under), start), inside, start)


def _starts_call(parser: "Parser") -> bool:
    return parser.token.kind == "symbol" and parser.is_called(parser.token)


def _is_numeric(node: Expression) -> bool:
    match node:
        case Number() | Symbol("pi"):
            return True
        case Operation("div" | "root" | "mixed" | "pow", parts):
            return all(map(_is_numeric, parts))
        case _:
            return False


def _named_call(parser: "Parser", token: "Token") -> Expression:
    """A function that must have brackets."""
    name = token.text
    if parser.token.kind not in _CLOSERS:
        if name in {"sqrt", "cbrt"}:
            return _radical(parser, token._replace(text="2" if name == "sqrt" else "3"))
        if name == "determinant" and parser.token.kind == "begin":
            return parser.node(name, (parser.operand(),), token.start)
        parser.fail("a function without its argument")
    closing = frozenset([_CLOSERS[parser.advance().kind]])

    def read() -> Expression:
        items = parser.items(closing)
        parser.advance()
        return _operation(parser, name, items, token.start)

    return parser.with_groups(read, token.start)


def _operation(parser: "Parser", name: str, items: list[Expression], start: int) -> Expression:
    """The node of a named function, with as many arguments as it takes."""
    least, most = _ARITY[name]
    one_set = name in {"max", "min"} and len(items) == 1 and isinstance(items[0], Collection)
    if not (least <= len(items) <= most or one_set):
        parser.fail(f"not the number of arguments of {name}")
    if name in {"sqrt", "cbrt"}:
        return parser.node("root", (_TWO if name == "sqrt" else _THREE, *items), start)
    return parser.node(name, tuple(items), start)


def _notation(parser: "Parser", token: "Token") -> Expression:
    """The words that only the project's own notation uses."""
    name, start = token.text, token.start
    parser.expect("(")
    if name == "matrix":
        return _notation_matrix(parser, token)
    if name == "set" and parser.token.kind == ")":
        parser.advance()
        return Collection(Bracket.SET, (), parser.span(start))
    items = parser.items(frozenset([")"]))
    parser.advance()
    node = _operation(parser, name, items, start)
    match name, items:
        case "call", [Words(called), *_]:
            return Call(called, tuple(items[1:]), parser.span(start))
        case "unit" | "money", [quantity, Words(unit, span)]:
            return parser.node(name, (quantity, Symbol(unit, span)), start)
        case "call" | "unit" | "money", _:
            parser.fail("a name that is not in quotation marks")
        case "list" | "set" | "interval", _:
            bracket = {"list": Bracket.LIST, "set": Bracket.SET, "interval": Bracket.OPEN_INTERVAL}[name]
            return Collection(bracket, tuple(items), parser.span(start))
        case "sum" | "product" | "integral" | "derivative" | "limit", _ if not isinstance(items[0], Symbol) or len(items) == 3 != _ARITY[name][0]:
            parser.fail(f"{name} without its variable")
        case _:
            return node


def _notation_matrix(parser: "Parser", token: "Token") -> Expression:
    rows = [parser.items(frozenset([")", ";"]))]
    while parser.advance().kind == ";":
        rows.append(parser.items(frozenset([")", ";"])))
    return _determinant_or_matrix(parser, token, rows)


def _operator_name(parser: "Parser", token: "Token") -> Expression:
    """``\\operatorname{Var}(X)``."""
    if parser.token.kind != "(" or not token.text.isalpha():
        parser.fail(f"a function that is not known: {token.text}")
    return _call(parser, token.text, token.start)


# commands with arguments


def _argument(parser: "Parser") -> Expression:
    """What a LaTeX command takes: a group, a digit, a letter or another command."""
    token = parser.token
    match token.kind:
        case "{":
            parser.advance()
            return parser.group_after_brace()
        case "number" if token.text.isdigit():
            return number_of(_split_digit(parser) if len(token.text) > 1 else parser.advance(), parser.offset)
        case "symbol":
            parser.advance()
            return Symbol(token.text, parser.span(token.start))
        case "frac" | "sqrt" | "binom":
            return parser.operand()
        case _:
            parser.fail("a command without its argument")


def _frac(parser: "Parser", token: "Token") -> Expression:
    derivative = _leibniz(parser, token.start)
    if derivative is not None:
        return derivative
    over = _argument(parser)
    return parser.node("div", (over, _argument(parser)), token.start)


def _leibniz(parser: "Parser", start: int) -> Expression | None:
    """``\\frac{dy}{dx}`` and ``\\frac{d}{dx} y`` are not quotients of products."""
    ahead = [parser.peek(distance) for distance in range(8)]
    kinds = [token.kind for token in ahead]
    if kinds[:2] != ["{", "symbol"] or ahead[1].text != "d":
        return None
    close = next((index for index, kind in enumerate(kinds) if kind == "}"), 7)
    under = ahead[close + 1 : close + 4]
    if close < 5 and [token.kind for token in under] == ["{", "symbol", "symbol"] and under[1].text == "d":
        if kinds[close + 4 : close + 5] != ["}"] or kinds[1:close] not in (["symbol"], ["symbol", "symbol"]):
            parser.fail("a derivative that is not known")
        return _derivative(parser, ahead[2] if close == 3 else None, under[2], start)
    return None


def _derivative(parser: "Parser", function: "Token | None", variable: "Token", start: int) -> Expression:
    parser.seek(parser.position + (7 if function is None else 8))
    names = [Symbol(token.text, Span(token.start + parser.offset, token.end + parser.offset)) for token in (variable, function) if token]
    return parser.node("derivative", (names[0], names[1] if function else parser.term()), start)


def _plain_leibniz(parser: "Parser", token: "Token") -> Expression:
    function, _, variable = token.text.partition(",")
    span = parser.span(token.start)
    return parser.node("derivative", (Symbol(variable, span), Symbol(function, span)), token.start)


def _binom(parser: "Parser", token: "Token") -> Expression:
    above = _argument(parser)
    return parser.node("binomial", (above, _argument(parser)), token.start)


def _sqrt(parser: "Parser", token: "Token") -> Expression:
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


def _radical(parser: "Parser", token: "Token") -> Expression:
    """A root sign without a command: how far it reaches is not always certain."""
    degree = Number(Fraction(int(token.text)))
    kept, parser.bare = parser.bare, True
    under = parser.token
    if under.kind not in {"(", "{", "number", "symbol", "radical", "sqrt", "vulgar"}:
        parser.fail("a root of nothing")
    radicand = parser.operand()
    root = parser.node("root", (degree, radicand), token.start)
    parser.bare = kept
    if under.kind in {"(", "{"} or parser.token.kind not in {"symbol", "("} or parser.token.spaced or not parser.joins():
        return root
    following = parser.power()
    wide = parser.node("root", (degree, parser.node("mul", (radicand, following), under.start)), token.start)
    return parser.either(parser.node("mul", (root, following), token.start), wide, token.start)


def _big(parser: "Parser", token: "Token") -> Expression:
    """``\\sum_{k=1}^{n}`` and ``\\prod`` with the factors that follow."""
    variable = low = high = None
    while parser.token.kind in {"_", "^"}:
        if parser.advance().kind == "^":
            high = parser.script()
        else:
            parser.expect("{")
            name = parser.expect("symbol")
            variable = Symbol(name.text, parser.span(name.start))
            if parser.token.text != "=":
                parser.fail("a sum whose variable has no first value")
            parser.advance()
            low = parser.enclosed(parser.expression)
            parser.expect("}")
    if variable is None or low is None or high is None:
        parser.fail("a sum without its limits")
    return parser.node(token.text, (variable, low, high, _body(parser)), token.start)


def _body(parser: "Parser") -> Expression:
    body = parser.sum() if parser.greedy else parser.signed_term()
    parser.big_end = parser.position
    return body


def _limit(parser: "Parser", token: "Token") -> Expression:
    parser.expect("_")
    parser.expect("{")
    name = parser.expect("symbol")
    variable = Symbol(name.text, parser.span(name.start))
    parser.expect("to")
    point = parser.enclosed(parser.expression)
    parser.expect("}")
    return parser.node("limit", (variable, point, _body(parser)), token.start)


def _integral(parser: "Parser", token: "Token") -> Expression:
    low = high = None
    while parser.token.kind in {"_", "^"}:
        if parser.advance().kind == "^":
            high = parser.script()
        else:
            low = parser.script()
    if (low is None) != (high is None):
        parser.fail("an integral with one limit")

    def read() -> Expression:
        parser.differential = True
        return parser.sum()

    body = parser.enclosed(read)
    if parser.expect("symbol").text != "d":
        parser.fail("an integral without its variable")
    name = parser.expect("symbol")
    variable = Symbol(name.text, parser.span(name.start))
    limits = () if low is None or high is None else (low, high)
    return parser.node("integral", (variable, *limits, body), token.start)


OPERANDS: dict[str, Callable[["Parser", "Token"], Expression]] = {
    "number": _number, "grouped": _number, "vulgar": _vulgar, "scientific": _scientific, "repeating": _repeating, "money": _money,
    "symbol": _symbol, "words": _words, "text": _label, "(": _bracket, "[": _bracket, "{": _brace, "set": _set,
    "empty set": _empty_set, "|": _bars, "left bar": _between("abs", "right bar"), "floor": _floor, "boxed": _boxed, "begin": _matrix,
    "function": _function, "named call": _named_call, "notation": _notation, "called": _operator_name, "frac": _frac,
    "derivative": _plain_leibniz, "binom": _binom, "sqrt": _sqrt, "radical": _radical, "big": _big, "limit": _limit,
    "integral": _integral,
}  # fmt: skip
"""How an operand is read, by the kind of its first token."""

__all__ = ["OPERANDS", "ReadError", "as_interval", "number_of", "postfix_text"]
