"""How tightly signs bind: sides of relations, sums, products, powers, each level one method.

What an operand is stands in `operands`, what may follow it in `postfixes`. Where two readings are admissible, both are
kept as ``either``; where none is certain, reading is refused.
"""

from collections.abc import Callable
from typing import TypeAlias

from clra.parsing.mathematics import dots
from clra.parsing.mathematics.application import FUNCTIONS, always_called
from clra.parsing.mathematics.brackets import as_interval
from clra.parsing.mathematics.cursor import Cursor
from clra.parsing.mathematics.lexer import Token
from clra.parsing.mathematics.operands import OPERANDS
from clra.parsing.mathematics.postfixes import POSTFIXES, postfix
from clra.parsing.mathematics.vectors import is_vector, vector_product
from clra.parsing.mathematics.vocabulary import words
from clra.parsing.tree import Collection, Expression, Number, Operation, Symbol, Words

Reader: TypeAlias = Callable[[], Expression]

_SIGNS = frozenset(["+", "-", "±"])
_FACTORS = words(
    "symbol ( [ { | function notation called frac sqrt radical binom big integral limit floor number grouped "
    "derivative boxed begin"
) | {"named call", "left bar"}
"""Kinds that start a factor without a sign of multiplication before it."""
_WITH_BODY = frozenset(["big", "limit", "integral"])
_OPENERS = frozenset(["(", "[", "{", "set", "floor", "left bar", "begin"])
_CLOSERS = frozenset([")", "]", "}", "end set", "end floor", "end ceil", "right bar", "end environment", "end"])
_BOUNDARIES = frozenset(["relator", "equal twice", "then", "and", "or", "to", "row", ";", ",", "quad", "&"])


class Parser(Cursor):
    """Reads expressions."""

    # sides of relations

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
        """Sets under one operator; two different ones need brackets."""
        name = self.token.text
        parts = [as_interval(node)]
        while self.token.kind == "set operator":
            if self.token.text != name or (name == "difference" and len(parts) > 1):
                self.fail("set operators without brackets")
            self.advance()
            parts.append(as_interval(self.sum()))
        return self.node(name, tuple(parts), start)

    def ratio(self, node: Expression, start: int) -> Expression:
        """``3:4``, which is no quotient."""
        parts = [node]
        while self.token.kind == ":":
            self.advance()
            parts.append(self.sum())
        for part in parts:
            if isinstance(part, Words | Collection) or (isinstance(part, Symbol) and part.name in FUNCTIONS):
                self.fail("a colon that is not a ratio")
        return self.node("ratio", tuple(parts), start)

    # sums

    def sum(self) -> Expression:
        """Terms with ``+``, ``-``, ``±`` or ``mod`` between them."""
        start = self.token.start
        first = self.position
        signed = self.token.kind == "-"
        terms = [self.signed_term() if self.token.kind in _SIGNS else self.term()]
        while True:
            kind = self.token.kind
            if kind in _SIGNS:
                if self.body_end == self.position and not self.greedy and not self.starts_alike():
                    return self.open_body(first, terms, start)
                if kind == "+" and self.peek().kind == "dots":
                    terms = dots.read_sum(self, terms, start)
                    continue
                signed = kind == "-"
                self.add_term(kind, terms, start)
            elif kind == "mod" and not self.congruence:
                terms = [self.modulo(terms, start, signed=signed)]
                signed = False
            else:
                return self.joined("add", terms, start)

    def add_term(self, kind: str, terms: list[Expression], start: int) -> None:
        """Take a sign and the term behind it."""
        sign = self.advance()
        term = self.signed_term()
        if kind == "±":
            term = self.node("neg", (term,), sign.start) if sign.text else term
            terms[:] = [self.node("plus_minus", (self.joined("add", terms, start), term), start)]
        else:
            terms.append(term if kind == "+" else self.node("neg", (term,), sign.start))

    def starts_alike(self) -> bool:
        r"""Whether a term with a body of its own follows the sign, so that ``\sum a_k + \sum b_k`` are two sums."""
        follows = self.peek()
        return follows.kind in _WITH_BODY or (follows.kind == "frac" and self.peek(3).text == "d")

    def open_body(self, first: int, terms: list[Expression], start: int) -> Expression:
        r"""``\sum k + 1``: the sum of k, and 1; or the sum of k + 1."""
        while self.token.kind in _SIGNS:
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
        return self.signed(self.signed_term, self.term)

    def modulo(self, terms: list[Expression], start: int, *, signed: bool) -> Expression:
        """``a + b mod m`` is mostly meant as the remainder of the whole, not of the last term."""
        self.advance()
        modulus = self.unary()
        if self.token.kind in {"*", "/"} or (self.token.kind in _FACTORS and self.joins()):
            self.fail("where the modulus ends")
        whole = self.node("mod", (self.joined("add", terms, start), modulus), start)
        last = terms[-1]
        if len(terms) == 1 and not signed:
            return whole
        if signed and isinstance(last, Operation):
            part: Expression = self.node("neg", (self.node("mod", (last.arguments[0], modulus), start),), start)
        else:
            part = self.node("mod", (last, modulus), start)
        return self.either(whole, self.joined("add", [*terms[:-1], part], start), start)

    # products

    def term(self) -> Expression:
        """Factors, with or without signs between them."""
        start = self.token.start
        factors = [self.power()]
        divided = False
        while True:
            kind = self.token.kind
            if kind == "*":
                self.multiply(self.advance().text, factors, start)
                divided = False
            elif kind == "/":
                factors = [self.quotient(factors, start)]
                divided = True
            elif kind == "of":
                factors.append(self.share(factors[-1]))
            elif kind in _FACTORS and self.joins():
                if divided:
                    factors = [self.open_quotient(factors[0], start)]
                elif kind == "number" and self.last.kind == "%":
                    factors = [self.remainder(factors, start)]
                else:
                    self.check_adjacent(factors[-1])
                    factors.append(self.power())
                divided = False
            elif kind == "dots":
                factors = [dots.read_product(self, factors, start)]
            else:
                return self.joined("mul", factors, start)

    def remainder(self, factors: list[Expression], start: int) -> Expression:
        """``17 % 5``, as programs write it."""
        before = self.tokens[self.position - 3].kind if self.position > 2 else "end"
        match factors:
            case [Operation("percent", (Number(_, None) as whole,))] if before not in {"-", "*", "/"}:
                return self.node("mod", (whole, self.power()), start)
            case _:
                return self.fail("a percentage directly before a number")

    def starts_factor(self) -> bool:
        """Whether the present token starts a factor without a sign of multiplication."""
        return self.token.kind in _FACTORS and self.joins()

    def multiply(self, sign: str, factors: list[Expression], start: int) -> None:
        """Take the factor behind a sign of multiplication, which may be a product of vectors."""
        if self.token.kind == "dots":
            factors[:] = [dots.read_product(self, factors, start)]
            return
        factor = self.unary()
        name = vector_product(sign, factors[-1], factor)
        if name is not None:
            factors[-1] = self.node(name, (factors[-1], factor), start)
        elif isinstance(factors[-1], Operation) and factors[-1].operator == "dot" and is_vector(factor) and sign == "×":
            self.fail("products of three vectors without brackets")
        else:
            factors.append(factor)

    def quotient(self, factors: list[Expression], start: int) -> Expression:
        """Everything so far over the next factor; ``7 ÷ 2`` is also written where 3 is meant, with a remainder."""
        with_remainder = self.advance().text == "÷"
        over = self.joined("mul", factors, start)
        plain = self.token.kind == "number"
        apart = with_remainder or self.token.spaced
        under = self.unary()
        self.check_numeric(over, under)
        if plain and apart and self.fraction_goes_on(spaced=with_remainder):
            return self.over_fraction(over, under, start)
        match over, under:
            case Number(), Operation("unit", (Number() as number, unit)) if plain:  # 3/4 cm
                return self.node("unit", (self.node("div", (over, number), start), unit), start)
            case Number(dividend, None), Number(divisor, None) if with_remainder and divisor and dividend % divisor:
                exact = self.node("div", (over, under), start)
                return self.either(exact, self.node("floor", (exact,), start), start)
            case _:
                return self.node("div", (over, under), start)

    def fraction_goes_on(self, *, spaced: bool) -> bool:
        """Whether the number before may be the upper part of a fraction, as in ``12 ÷ 1/3`` and ``12 / 1/3``."""
        slash = self.token.kind == "/" and self.token.text != "÷"
        return slash and (spaced or not self.token.spaced) and self.peek().kind == "number"

    def over_fraction(self, over: Expression, under: Expression, start: int) -> Expression:
        """What is divided by a fraction, or by two numbers one after the other."""
        self.advance()
        below = self.unary()
        self.check_numeric(below)
        quotient = self.node("div", (over, self.node("div", (under, below), start)), start)
        return self.either(quotient, self.node("div", (self.node("div", (over, under), start), below), start), start)

    def open_quotient(self, quotient: Expression, start: int) -> Expression:
        """``1/2x``: one over 2x, or half of x."""
        match quotient:
            case Operation("div", (over, under)) | Operation("either", (Operation("div", (over, under)), _)):
                pass
            case _:
                self.fail("what the quotient is multiplied by")
        rest: list[Expression] = []
        while self.token.kind in _FACTORS and self.joins():
            self.check_adjacent(rest[-1] if rest else under)
            rest.append(self.power())
        self.check_numeric(*rest)
        below = self.node("div", (over, self.node("mul", (under, *rest), start)), start)
        return self.either(below, self.node("mul", (quotient, *rest), start), start)

    def share(self, part: Expression) -> Expression:
        """What a percentage or a fraction is ``of``."""
        match part:
            case Operation("percent") | Operation("div", (Number(), Number())):
                self.advance()
                return self.unary()
            case _:
                return self.fail("a word that is not mathematics: of")

    def unary(self) -> Expression:
        """A factor that may have a sign of its own: ``3 * -2``."""
        return self.signed(self.unary, self.power)

    def joins(self) -> bool:
        """Whether the present token, of a kind that can, starts another factor of the product."""
        token = self.token
        match token.kind:
            case "(":
                return self.peek().kind not in {"mod", "pmod"}
            case "|":
                return not self.bars and self.bars_ahead() % 2 == 0
            case "symbol":
                return not (self.differential and token.text == "d" and self.peek().kind == "symbol")
            case _:
                return True

    def bars_ahead(self) -> int:
        """Plain bars from here to the end of the bracket or relation: an odd one divides."""
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
        """Refuse neighbours that are no product: ``2 3``, ``x2``, ``50% 3``, ``(f+g)(x)``."""
        kind = self.token.kind
        if kind in {"number", "grouped"} and not self.number_joins(before):
            self.fail("a number directly after an operand")
        if isinstance(before, Words | Collection) or (
            isinstance(before, Operation) and before.operator in {"percent", "unit"}
        ):
            self.fail("words, a set or a quantity directly before an operand")
        if kind in {"(", "["} and _is_function(before):
            self.fail("functions combined and applied")

    def number_joins(self, before: Expression) -> bool:
        r"""Whether a number may follow a factor: ``2^3 5^2``, ``3!4!``, ``\binom{5}{k} 3^k``, ``\pi 6^2``."""
        spaced, last = self.token.spaced, self.last.kind
        match before:
            case Operation("pow"):
                return spaced or last == "}"
            case Operation("binomial"):
                return last == "}"
            case Symbol("pi" | "i"):
                return spaced and self.latex
            case _:
                return last == "!"

    # operands

    def signed(self, again: Reader, read: Reader) -> Expression:
        """What may have signs before it."""
        start = self.token.start
        kind = self.token.kind
        if kind not in _SIGNS:
            return read()
        self.descend()
        lower = self.advance().text == "∓"
        operand = again()
        self.depth -= 1
        self.check_numeric(operand)
        if lower:
            operand = self.node("neg", (operand,), start)
        return operand if kind == "+" else self.node("neg" if kind == "-" else "plus_minus", (operand,), start)

    def power(self) -> Expression:
        """An operand with what follows it: exponent, factorial, unit."""
        self.descend()
        start = self.token.start
        node = self.operand()
        if self.token.kind in POSTFIXES:
            node = postfix(self, node, start)
        self.depth -= 1
        return node

    def nested_operand(self) -> Expression:
        """An operand without what follows it, where one nests in another."""
        self.descend()
        node = self.operand()
        self.depth -= 1
        return node

    def operand(self) -> Expression:
        """Whatever starts with the present token and needs no sign before it."""
        read = OPERANDS.get(self.token.kind)
        if read is None:
            if self.token.kind == "word":
                self.fail(f"a word that is not mathematics: {self.token.text[:30]}")
            self.fail("expected a number, a name or a bracket")
        return read(self, self.advance())

    def is_called(self, name: Token) -> bool:
        """Whether a name, which is the present token, is surely a function with its bracket."""
        return self.peek().kind == "(" and (always_called(name.text) or name.text in self.functions)


def _is_function(node: Expression) -> bool:
    """Whether a node is made of names of functions alone, or a power of one."""
    match node:
        case Symbol(name):
            return always_called(name)
        case Operation("pow", (base, _)):
            return _is_function(base)
        case Operation("add" | "neg" | "mul" | "div" | "degrees", parts):
            return all(map(_is_function, parts))
        case _:
            return False
