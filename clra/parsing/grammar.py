"""Tokens to expressions: sums of products of powers of operands, each level a method that is tried from its first token.

What an operand is, from its first token on, stands in `clra.parsing.operands`; statements stand in `clra.parsing.reader`.
Where two readings are admissible, both are kept as ``either``; where none is certain, reading is refused.
"""

from collections.abc import Callable
from typing import NoReturn

from clra.parsing.application import always_called
from clra.parsing.lexer import Token, Tokens
from clra.parsing.operands import OPERANDS, as_interval, number_of, postfix_text
from clra.parsing.tree import Collection, Expression, Number, Operation, ReadError, Symbol, Words
from clra.parsing.vocabulary import unit_name
from clra.types import Span

DEEPEST = 60
MOST_WORK = 10_000
MOST_CHOICES = 8
"""Places of one text that can be read in two ways."""

_FACTORS = frozenset(
    ["symbol", "(", "[", "{", "|", "function", "named call", "notation", "called", "frac", "sqrt", "radical", "binom", "big"]
    + ["integral", "limit", "floor", "left bar", "number", "grouped", "derivative", "boxed", "begin"]
)
"""Kinds that start a factor without a sign of multiplication before it."""
_POSTFIXES = frozenset(["^", "!", "%", "degree", "unit", "text", "money", "_", "'"])
_NUMBERS = frozenset(["number", "grouped", "scientific", "vulgar", "repeating"])
_OPENERS = frozenset(["(", "[", "{", "set", "floor", "left bar", "begin"])
_CLOSERS = frozenset([")", "]", "}", "end set", "end floor", "end ceil", "right bar", "end environment", "end"])
_BOUNDARIES = frozenset(["relator", "equal twice", "then", "and", "or", "to", "row", ";", ",", "quad", "&"])


class Parser:
    """One text being read. Positions are indices of tokens, spans are characters."""

    def __init__(self, tokens: Tokens, *, offset: int = 0, functions: frozenset[str] = frozenset()) -> None:
        self.tokens = tokens.items
        self.latex = tokens.latex
        self.offset = offset
        self.functions = functions
        self.position = 0
        self.token = self.tokens[0]
        self.depth = 0
        self.work = 0
        self.choices = 0
        self.bars = 0
        """Plain bars that are open within the present bracket."""
        self.differential = False
        """Whether ``dx`` ends what is being read."""
        self.congruence = False
        """Whether ``mod`` belongs to the relation."""
        self.bare = False
        """Whether names are read without their brackets: the argument of a function that has none."""
        self.greedy = False
        """Whether the body of a sum takes the terms that follow."""
        self.big_end = -1
        """Where the last body of a sum, product or limit ended."""
        self.has_groups = any(token.kind == "grouped" for token in self.tokens)

    # moving

    def advance(self) -> Token:
        """Take the present token."""
        token = self.token
        if token.kind == "end":
            self.fail("the text ends too early")
        self.position += 1
        self.token = self.tokens[self.position]
        return token

    def seek(self, position: int) -> None:
        """Go to a token."""
        self.position = position
        self.token = self.tokens[position]

    def peek(self, distance: int = 1) -> Token:
        """A token further on."""
        return self.tokens[min(self.position + distance, len(self.tokens) - 1)]

    def expect(self, kind: str) -> Token:
        """Take a token that must be of a kind."""
        if self.token.kind != kind:
            self.fail(f"expected {kind}")
        return self.advance()

    def fail(self, message: str) -> NoReturn:
        """Refuse the text at the present token."""
        raise ReadError(message, self.token.start)

    # making nodes

    def span(self, start: int) -> Span:
        """From a character to the end of what has been taken."""
        return Span(start + self.offset, self.tokens[self.position - 1].end + self.offset)

    def node(self, operator: str, arguments: tuple[Expression, ...], start: int) -> Operation:
        """An operation that ends here."""
        return Operation(operator, arguments, self.span(start))

    def joined(self, operator: str, parts: list[Expression], start: int) -> Expression:
        """The one part, or the operation on all of them."""
        return parts[0] if len(parts) == 1 else self.node(operator, tuple(parts), start)

    def either(self, first: Expression, second: Expression, start: int) -> Expression:
        """Both readings of an ambiguous text."""
        if first == second:
            return first
        self.choices += 1
        if self.choices > MOST_CHOICES:
            self.fail("can be read in too many ways")
        return self.node("either", (first, second), start)

    # levels of binding, the loosest first

    def expression(self) -> Expression:
        """Whatever may stand on one side of a relation."""
        start = self.token.start
        node = self.sum()
        kind = self.token.kind
        if kind == "set operator":
            return self.set_operation(node, start)
        if kind == ":":
            return self.ratio(node, start)
        return node

    def set_operation(self, node: Expression, start: int) -> Expression:
        name = self.token.text
        parts = [as_interval(node)]
        while self.token.kind == "set operator":
            if self.token.text != name or (name == "difference" and len(parts) > 1):
                self.fail("set operators without brackets")
            self.advance()
            parts.append(as_interval(self.sum()))
        return self.node(name, tuple(parts), start)

    def ratio(self, node: Expression, start: int) -> Expression:
        parts = [node]
        while self.token.kind == ":":
            self.advance()
            parts.append(self.sum())
        if any(isinstance(part, Words | Collection) or (isinstance(part, Symbol) and always_called(part.name)) for part in parts):
            self.fail("a colon that is not a ratio")
        return self.node("ratio", tuple(parts), start)

    def sum(self) -> Expression:
        """Terms with ``+``, ``-``, ``±`` or ``mod`` between them."""
        start = self.token.start
        first = self.position
        terms = [self.signed_term()]
        while True:
            kind = self.token.kind
            if kind in {"+", "-", "±"}:
                if self.big_end == self.position and not self.greedy:
                    return self.open_body(first, terms, start)
                self.add_term(kind, terms, start)
            elif kind == "mod" and not self.congruence:
                terms = [self.modulo(terms, start)]
            else:
                return self.joined("add", terms, start)

    def add_term(self, kind: str, terms: list[Expression], start: int) -> None:
        sign = self.advance()
        term = self.signed_term()
        if kind == "±":
            terms[:] = [self.node("plus_minus", (self.joined("add", terms, start), term), start)]
        else:
            terms.append(term if kind == "+" else self.node("neg", (term,), sign.start))

    def open_body(self, first: int, terms: list[Expression], start: int) -> Expression:
        """``\\sum k + 1``: the sum of k, plus 1, or the sum of k + 1."""
        while self.token.kind in {"+", "-", "±"}:
            self.add_term(self.token.kind, terms, start)
        narrow = self.joined("add", terms, start)
        end = self.position
        self.greedy = True
        self.seek(first)
        wide = self.sum()
        self.greedy = False
        if self.position != end:
            self.fail("how far the body of the sum goes")
        return self.either(narrow, wide, start)

    def signed_term(self) -> Expression:
        """A term with its sign: ``-2^2`` is the opposite of a power."""
        start = self.token.start
        kind = self.token.kind
        if kind not in {"+", "-", "±"}:
            return self.term()
        self.descend()
        self.advance()
        term = self.signed_term()
        self.depth -= 1
        if kind == "+":
            return term
        return self.node("neg" if kind == "-" else "plus_minus", (term,), start)

    def modulo(self, terms: list[Expression], start: int) -> Expression:
        """``a + b mod m`` is mostly meant as the remainder of the whole."""
        self.advance()
        modulus = self.unary()
        if self.token.kind in {"*", "/"} or self.joins():
            self.fail("where the modulus ends")
        whole = self.node("mod", (self.joined("add", terms, start), modulus), start)
        match terms[-1]:
            case Operation("neg", (last,)):
                return self.either(whole, self.with_last(terms, last, modulus, start), start)
            case _ if len(terms) > 1:
                part = self.node("mod", (terms[-1], modulus), start)
                return self.either(whole, self.joined("add", [*terms[:-1], part], start), start)
            case _:
                return whole

    def with_last(self, terms: list[Expression], last: Expression, modulus: Expression, start: int) -> Expression:
        opposite = self.node("neg", (self.node("mod", (last, modulus), start),), start)
        return self.joined("add", [*terms[:-1], opposite], start)

    def term(self) -> Expression:
        """Factors, with or without signs between them."""
        start = self.token.start
        factors = [self.power()]
        divided = False
        while True:
            kind = self.token.kind
            if kind == "*":
                self.advance()
                factors.append(self.unary())
                divided = False
            elif kind == "/":
                factors = [self.quotient(factors, start)]
                divided = True
            elif kind == "of":
                factors.append(self.share(factors))
            elif kind in _FACTORS and self.joins():
                if divided:
                    factors = [self.open_quotient(factors[0], start)]
                else:
                    self.check_adjacent(factors[-1])
                    factors.append(self.power())
                divided = False
            else:
                return self.joined("mul", factors, start)

    def quotient(self, factors: list[Expression], start: int) -> Expression:
        self.advance()
        over = self.joined("mul", factors, start)
        under = self.unary()
        match over, under:
            case Number(), Operation("unit", (Number() as number, unit)):  # three quarters of a metre
                return self.node("unit", (self.node("div", (over, number), start), unit), start)
            case _:
                return self.node("div", (over, under), start)

    def open_quotient(self, quotient: Expression, start: int) -> Expression:
        """``1/2x``: half of x, or one over 2x."""
        if not isinstance(quotient, Operation) or quotient.operator != "div":
            self.fail("what the quotient is multiplied by")
        over, under = quotient.arguments
        rest: list[Expression] = []
        while self.token.kind in _FACTORS and self.joins():
            self.check_adjacent(rest[-1] if rest else under)
            rest.append(self.power())
        below = self.node("div", (over, self.node("mul", (under, *rest), start)), start)
        return self.either(below, self.node("mul", (quotient, *rest), start), start)

    def share(self, factors: list[Expression]) -> Expression:
        """``50% of 80``."""
        match factors[-1]:
            case Operation("percent") | Operation("div", (Number(), Number())):
                self.advance()
                return self.unary()
            case _:
                self.fail("a word that is not mathematics: of")

    def joins(self) -> bool:
        """Whether the present token starts another factor of the product."""
        token = self.token
        match token.kind:
            case "(":
                return self.peek().kind not in {"mod", "pmod"}
            case "|":
                return not self.bars and self.bars_ahead() % 2 == 0
            case "symbol":
                return not (self.differential and token.text == "d" and self.peek().kind == "symbol")
            case kind:
                return kind in _FACTORS

    def bars_ahead(self) -> int:
        """Plain bars from here to the end of the bracket or relation."""
        level = bars = 0
        for token in self.tokens[self.position :]:
            if token.kind in _OPENERS:
                level += 1
            elif token.kind in _CLOSERS:
                level -= 1
                if level < 0:
                    break
            elif level == 0 and token.kind in _BOUNDARIES:
                break
            bars += token.kind == "|" and level == 0
        return bars

    def check_adjacent(self, before: Expression) -> None:
        """Refuse neighbours that are not a product: ``2 3``, ``x2``, ``(f+g)(x)``."""
        token = self.token
        if token.kind in {"number", "grouped"}:
            if not self.number_joins(before):
                self.fail("a number directly after an operand")
        if isinstance(before, Words) or (isinstance(before, Operation) and before.operator in {"percent", "mixed"} and token.kind == "number"):
            self.fail("words or a percentage before an operand")
        if isinstance(before, Collection):
            self.fail("a collection before an operand")
        if token.kind in {"(", "["} and _is_function(before):
            self.fail("functions combined and applied")

    def number_joins(self, before: Expression) -> bool:
        """Whether a number may be a factor directly after another: ``2^3 5^2``, ``3!4!``, ``\\binom{5}{k} 3^k``, ``\\pi 6^2``."""
        token, last = self.token, self.tokens[self.position - 1].kind
        match before:
            case Operation("pow"):
                return token.spaced or last == "}"
            case Operation("binomial"):
                return last == "}"
            case Symbol("pi" | "i"):
                return token.spaced and self.latex
            case _:
                return last == "!"

    def unary(self) -> Expression:
        """A factor that may have a sign of its own: ``3 * -2``."""
        start = self.token.start
        kind = self.token.kind
        if kind not in {"+", "-", "±"}:
            return self.power()
        self.descend()
        self.advance()
        operand = self.unary()
        self.depth -= 1
        if kind == "+":
            return operand
        return self.node("neg" if kind == "-" else "plus_minus", (operand,), start)

    def descend(self) -> None:
        """Count one level of nesting and one unit of work."""
        self.depth += 1
        self.work += 1
        if self.depth > DEEPEST or self.work > MOST_WORK:
            self.fail(f"nested deeper than {DEEPEST}" if self.depth > DEEPEST else "too much to read")

    def power(self) -> Expression:
        """An operand with what follows it: exponent, factorial, unit."""
        self.descend()
        start = self.token.start
        node = self.operand()
        if self.token.kind in _POSTFIXES:
            node = self.postfix(node, start)
        self.depth -= 1
        return node

    def operand(self) -> Expression:
        """Whatever starts with the present token and needs no sign before it."""
        read = OPERANDS.get(self.token.kind)
        if read is None:
            if self.token.kind == "word":
                self.fail(f"a word that is not mathematics: {self.token.text}")
            self.fail("expected a number, a name or a bracket")
        return read(self, self.advance())

    # what follows an operand

    def postfix(self, node: Expression, start: int) -> Expression:
        """The operand with all that follows it."""
        wraps = 0
        while self.token.kind in _POSTFIXES:
            wraps += 1
            if wraps > DEEPEST:
                self.fail("too many signs after an operand")
            token = self.token
            match token.kind:
                case "^":
                    node = self.raised(node, start)
                case "!":
                    node = self.factorial(node, start)
                case "%":
                    self.advance()
                    node = self.node("percent", (node,), start)
                case "degree":
                    self.advance()
                    node = self.node("degrees", (node,), start)
                case "unit":
                    self.advance()
                    node = self.node("unit", (node, Symbol(token.text, self.span(token.start))), start)
                case "text" if unit_name(token.text) is not None:
                    node = self.node("unit", (node, postfix_text(self)), start)
                case "money" if self.peek().kind not in _NUMBERS:
                    self.advance()
                    node = self.node("money", (node, Symbol(token.text, self.span(token.start))), start)
                case "_":
                    node = self.in_base(node, start)
                case "'":
                    self.fail("a prime that belongs to no name")
                case _:
                    return node
        return node

    def factorial(self, node: Expression, start: int) -> Expression:
        if isinstance(node, Operation) and node.operator == "pow" and self.tokens[self.position - 1].kind != ")":
            self.fail("a factorial after an exponent")
        self.advance()
        operator = "factorial"
        if self.token.kind == "!":
            self.advance()
            operator = "double_factorial"
        if self.token.kind == "!":
            self.fail("three factorial signs")
        return self.node(operator, (node,), start)

    def in_base(self, node: Expression, start: int) -> Expression:
        """``1011_2``: digits and their base."""
        if not isinstance(node, Number) or node.decimals is not None:
            self.fail("a subscript of something that is not a name")
        self.advance()
        braced = self.token.kind == "{"
        if braced:
            self.advance()
        base = number_of(self.expect("number"), self.offset)
        if braced:
            self.expect("}")
        digits = str(node.value)
        if base.decimals is not None or not 2 <= base.value <= 36 or any(int(digit) >= base.value for digit in digits):
            self.fail("digits that the base does not have")
        return self.node("base", (node, base), start)

    def raised(self, base: Expression, start: int) -> Expression:
        """A power; ``^\\circ`` marks degrees instead."""
        self.expect("^")
        if self.takes_degree():
            return self.node("degrees", (base,), start)
        token = self.token
        if token.kind == "number" and len(token.text) > 1 and token.text.isdigit():
            return self.raised_to_digits(base, start)
        exponent = self.exponent()
        if self.token.kind == "/" and exponent in _ONES and token.kind != "{" and self.peek().kind == "number":
            return self.raised_to_open_quotient(base, exponent, start)
        if isinstance(exponent, Words | Collection):
            self.fail("an exponent that is not a number")
        return self.node("pow", (base, exponent), start)

    def takes_degree(self) -> bool:
        """Take ``\\circ`` or ``{\\circ}`` after ``^``."""
        if self.token.kind == "degree":
            self.advance()
            return True
        if self.token.kind == "{" and self.peek().kind == "degree" and self.peek(2).kind == "}":
            self.seek(self.position + 3)
            return True
        return False

    def exponent(self) -> Expression:
        """What stands after ``^``, with the exponents on top of it."""
        start = self.token.start
        self.descend()
        exponent = self.script()
        if self.token.kind == "^" and not (self.peek().kind == "degree"):
            self.advance()
            exponent = self.node("pow", (exponent, self.exponent()), start)
        self.depth -= 1
        return exponent

    def script(self) -> Expression:
        """One braced group, or one operand with at most a sign."""
        token = self.token
        match token.kind:
            case "{":
                self.advance()
                return self.group_after_brace()
            case "-" | "+":
                self.advance()
                operand = self.script()
                return self.node("neg", (operand,), token.start) if token.kind == "-" else operand
            case "symbol" if not self.is_called(token):
                self.advance()
                follows = self.token
                if not self.latex and follows.kind == "symbol" and not follows.spaced and not self.is_called(follows):
                    self.fail("an exponent of one letter or of several")
                return Symbol(token.text, self.span(token.start))
            case "number":
                self.advance()
                return number_of(token, self.offset)
            case _:
                return self.operand()

    def is_called(self, token: Token) -> bool:
        """Whether a name at the present position is a function with its bracket."""
        return self.peek().kind == "(" and (always_called(token.text) or token.text in self.functions)

    def group_after_brace(self) -> Expression:
        """The expression in braces that group, after the first of them."""
        start = self.token.start
        node = self.enclosed(self.expression)
        if self.token.kind == "choose":
            self.advance()
            node = self.node("binomial", (node, self.enclosed(self.expression)), start)
        self.expect("}")
        return node

    def raised_to_digits(self, base: Expression, start: int) -> Expression:
        """``2^34^2``: TeX takes one digit, people mean all of them or the powers of several numbers."""
        token = self.advance()
        whole = number_of(token, self.offset)
        one = number_of(token._replace(text=token.text[0], end=token.start + 1), self.offset)
        rest = number_of(token._replace(text=token.text[1:], start=token.start + 1), self.offset)
        if self.token.kind == "^" and self.peek().kind != "degree":
            self.advance()
            top = self.exponent()
            tower = self.node("pow", (base, self.node("pow", (whole, top), token.start)), start)
            powers = (self.node("pow", (base, one), start), self.node("pow", (rest, top), token.start))
            return self.either(tower, self.node("mul", powers, start), start)
        plain = self.node("pow", (base, whole), start)
        if not self.latex or not isinstance(base, Number) or token.text[0] == "1" or token.text[1] == "0":
            return plain
        return self.either(plain, self.node("mul", (self.node("pow", (base, one), start), rest), start), start)

    def raised_to_open_quotient(self, base: Expression, exponent: Expression, start: int) -> Expression:
        """``8^1/3``: an eighth power over 3, or a cube root."""
        self.advance()
        under = number_of(self.advance(), self.offset)
        if self.token.kind in {"^", "!"} or self.joins():
            self.fail("where the exponent ends")
        root = self.node("pow", (base, self.node("div", (exponent, under), start)), start)
        return self.either(root, self.node("div", (self.node("pow", (base, exponent), start), under), start), start)

    # brackets

    def enclosed(self, read: Callable[[], Expression]) -> Expression:
        """Read inside a bracket, where what is open outside does not count."""
        kept = self.bars, self.differential, self.congruence, self.bare, self.greedy
        self.bars, self.differential, self.congruence, self.bare, self.greedy = 0, False, False, False, False
        node = read()
        self.bars, self.differential, self.congruence, self.bare, self.greedy = kept
        return node

    def items(self, closers: frozenset[str]) -> list[Expression]:
        """Expressions with commas between them, up to a closing bracket, which is left."""
        items = [self.enclosed(self.expression)]
        while self.token.kind == ",":
            self.advance()
            items.append(self.enclosed(self.expression))
        if self.token.kind not in closers:
            self.fail("a bracket that does not close")
        return items

    def with_groups(self, read: Callable[[], Expression], start: int) -> Expression:
        """Read a bracket in which ``28,365`` may be one number or two."""
        separate = self.separated() if self.has_groups else None
        if separate is None:
            return read()
        position, tokens, depth = self.position, self.tokens, self.depth
        readings: list[tuple[Expression, int, list[Token]]] = []
        failure = ReadError("a bracket that cannot be read", start)
        for candidate in (separate, tokens):
            self.tokens, self.depth = candidate, depth
            self.seek(position)
            try:
                readings.append((read(), self.position, self.tokens))
            except ReadError as error:
                failure = error
        if not readings:
            raise failure
        self.depth = depth
        node, end, self.tokens = readings[-1]
        self.seek(end)
        return node if len(readings) == 1 else self.either(readings[0][0], node, start)

    def separated(self) -> list[Token] | None:
        """The tokens with each ``28,365`` of the present bracket split at its commas; None where it is surely one number."""
        level, commas = 0, []
        result = self.tokens[: self.position]
        found = False
        for index in range(self.position, len(self.tokens)):
            token = self.tokens[index]
            if token.kind in _OPENERS:
                level += 1
            elif token.kind in _CLOSERS:
                level -= 1
                if level < 0:
                    result += self.tokens[index:]
                    break
            elif token.kind == "," and level == 0:
                commas.append(self.tokens[index + 1].spaced)
            if token.kind == "grouped" and level == 0:
                found = True
                result += _split_group(token)
            else:
                result.append(token)
        return result if found and not any(commas) else None


def _split_group(token: Token) -> list[Token]:
    tokens = []
    position = token.start
    for index, digits in enumerate(token.text.split(",")):
        if index:
            tokens.append(Token(",", "", position - 1, position, spaced=False))
        tokens.append(Token("number", digits, position, position + len(digits), spaced=token.spaced and not index))
        position += len(digits) + 1
    return tokens


def _is_function(node: Expression) -> bool:
    """Whether a node is made of names of functions alone, or a power of one."""
    match node:
        case Symbol(name):
            return always_called(name)
        case Operation("add" | "neg" | "mul" | "div" | "pow" as operator, parts):
            return all(_is_function(part) for part in (parts[:1] if operator == "pow" else parts))
        case _:
            return False


_ONES = (number_of(Token("number", "1", 0, 1, spaced=False), 0),)
_ONES = (*_ONES, Operation("neg", _ONES))
