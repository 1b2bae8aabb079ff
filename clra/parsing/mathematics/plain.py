"""Trees to plain text, with brackets only where they are needed to read the same tree again."""

import re
from collections.abc import Callable
from enum import IntEnum
from fractions import Fraction
from typing import NamedTuple

from clra.parsing.mathematics.application import always_called, is_read_as_call
from clra.parsing.mathematics.brackets import is_infinite
from clra.parsing.mathematics.choices import lowered_choice
from clra.parsing.mathematics.units import PLAIN_UNITS
from clra.parsing.mathematics.vocabulary import ELEMENTARY
from clra.parsing.tree import (
    Bracket,
    Call,
    Collection,
    Expression,
    Matrix,
    Number,
    Operation,
    Relation,
    Relator,
    Statement,
    Symbol,
    Words,
)


class Level(IntEnum):
    """How tightly a piece of text holds together."""

    LOOSE = 0
    SUM = 1
    SIGNED = 2
    QUANTITY = 3
    """Mixed numbers and units, which may stand in a sum but not in a product."""
    PRODUCT = 4
    POWER = 5
    FUNCTION = 6
    POSTFIX = 7
    ATOM = 8


class Piece(NamedTuple):
    """Text, and how tightly it holds together."""

    text: str
    level: Level


_PLAIN_UNIT_NAME = re.compile(r"([A-Za-z]+)(\^[23])?")
_SHORT_GREEK = {"xi": "ξ", "nu": "ν", "mu": "μ"}
_SHORTENED = tuple(_SHORT_GREEK)
"""Names that would be read as products of letters."""
_RELATORS = {
    Relator.EQUAL: ("=", "="), Relator.UNEQUAL: ("!=", r"\ne"), Relator.ABOUT: ("≈", r"\approx"),
    Relator.LESS: ("<", "<"), Relator.LESS_EQUAL: ("<=", r"\le"), Relator.GREATER: (">", ">"),
    Relator.GREATER_EQUAL: (">=", r"\ge"), Relator.CONGRUENT: ("==", r"\equiv"), Relator.DIVIDES: ("|", r"\mid"),
    Relator.NOT_DIVIDES: ("∤", r"\nmid"), Relator.ELEMENT: ("in", r"\in"), Relator.NOT_ELEMENT: ("not in", r"\notin"),
    Relator.SUBSET_EQUAL: ("⊆", r"\subseteq"), Relator.SUBSET: ("⊂", r"\subset"),
    Relator.PROPER_SUBSET: ("⊊", r"\subsetneq"), Relator.NOT_SUBSET: ("⊈", r"\nsubseteq"),
}  # fmt: skip
_TIGHT = {
    Relator.UNEQUAL: "≠", Relator.LESS_EQUAL: "≤", Relator.GREATER_EQUAL: "≥", Relator.CONGRUENT: "≡",
    Relator.DIVIDES: "∣", Relator.ELEMENT: "∈", Relator.NOT_ELEMENT: "∉",
}  # fmt: skip
"""Signs in conditions, which have no space around them: only the sign between the sides of a statement has."""
_SET_OPERATORS = {"union": ("∪", r"\cup"), "intersection": ("∩", r"\cap"), "difference": ("∖", r"\setminus")}
_BRACKETS = {
    Bracket.SET: ("{", "}"), Bracket.TUPLE: ("(", ")"), Bracket.LIST: ("[", "]"), Bracket.OPEN_INTERVAL: ("(", ")"),
    Bracket.CLOSED_INTERVAL: ("[", "]"), Bracket.LEFT_OPEN_INTERVAL: ("(", "]"),
    Bracket.RIGHT_OPEN_INTERVAL: ("[", ")"),
}  # fmt: skip


class TextWriter:
    """Plain text."""

    side = 0
    times = "*"
    either_or = " or "
    modulus = " (mod {})"
    plus_minus = "±"
    gap = ""
    """Between a sign and what it stands before."""
    percent = "%"
    degrees = "{}°"

    # statements

    def statement(self, tree: Statement) -> str:
        """The tree as text."""
        if isinstance(tree, Collection) and tree.bracket is Bracket.ANY:
            return self.either_or.join(map(self.statement, tree.items))
        if not isinstance(tree, Relation):
            return self._piece(tree).text
        sign = self._sign(tree)
        if tree.modulus is None:
            return f"{self._piece(tree.left).text} {sign} {self._piece(tree.right).text}"
        return self._between(tree, f" {sign} ")

    def _sign(self, tree: Relation) -> str:
        return _RELATORS[tree.relator][self.side]

    def _between(self, tree: Relation, sign: str) -> str:
        """A relation whose sides hold together at least as tightly as sums."""
        left = self._at(tree.left, Level.SUM)
        gap = " " if left.endswith("!") and sign == "=" else ""  # 5!=120 would be read as 5 ≠ 120 too
        sides = f"{left}{gap}{sign}{self._at(tree.right, Level.SUM)}"
        return sides if tree.modulus is None else sides + self.modulus.format(self._piece(tree.modulus).text)

    def _conditions(self, nodes: tuple[Statement, ...]) -> list[str]:
        """Relations that hold together, beside what they are conditions of."""
        relations = (node for node in nodes if isinstance(node, Relation))
        return [self._between(each, _TIGHT.get(each.relator, _RELATORS[each.relator][0])) for each in relations]

    # expressions

    def _piece(self, node: Statement) -> Piece:
        match node:
            case Number():
                return self._number(node)
            case Symbol(name):
                return Piece(self._name(name), Level.ATOM)
            case Operation():
                return self._operation(node)
            case Call(name, arguments):
                return self._call(name, arguments)
            case Collection():
                return self._collection(node)
            case Matrix(rows):
                return self._matrix(rows)
            case Words(text):
                return Piece(self._words(text), Level.ATOM)
            case Relation():
                return Piece(self.statement(node), Level.LOOSE)

    def _at(self, node: Expression, level: Level) -> str:
        """The node, in brackets where it does not hold together tightly enough."""
        piece = self._piece(node)
        return piece.text if piece.level >= level else self._bracketed(piece.text)

    def _bracketed(self, text: str) -> str:
        return f"({text})"

    def _listed(self, nodes: tuple[Statement, ...]) -> str:
        return ", ".join(self._piece(node).text for node in nodes)

    def _applied(self, function: str, arguments: tuple[Statement, ...]) -> Piece:
        return Piece(f"{function}({self._listed(arguments)})", Level.ATOM)

    def _name(self, name: str) -> str:
        if not name.startswith(_SHORTENED):
            return name
        base, *scripts = re.split(r"(?=[_'])", name, maxsplit=1)
        return _SHORT_GREEK.get(base, base) + "".join(scripts) if base in _SHORT_GREEK else name

    def _words(self, text: str) -> str:
        return f'"{text}"'

    def _number(self, node: Number) -> Piece:
        if node.repeating:
            return Piece(self._repeating(*_repeating_digits(node)), Level.ATOM)
        if node.decimals is None and node.value.denominator != 1:
            return Piece(f"{node.value.numerator}/{node.value.denominator}", Level.PRODUCT)
        text = str(node.value.numerator) if node.decimals is None else _decimal(node.value, node.decimals)
        return Piece(text, Level.ATOM if node.value.numerator >= 0 else Level.SIGNED)

    def _repeating(self, head: str, block: str) -> str:
        return f"repeating({head}, {block})"

    def _call(self, name: str, arguments: tuple[Expression, ...]) -> Piece:
        if is_read_as_call(name, arguments):
            return self._applied(self._name(name), arguments)
        return self._odd_call(name, arguments)

    def _odd_call(self, name: str, arguments: tuple[Expression, ...]) -> Piece:
        return self._applied("call", (Words(name), *arguments))

    def _collection(self, node: Collection) -> Piece:
        bracket, items = node.bracket, node.items
        if bracket is Bracket.ANY:
            return Piece(self.statement(node), Level.LOOSE)
        if bracket is Bracket.BUILDER:
            return Piece(self._builder(node), Level.ATOM)
        if bracket is Bracket.CASES:
            return Piece(self._cases(node), Level.ATOM)
        if bracket is Bracket.OPEN_INTERVAL and not any(map(is_infinite, items)):
            return self._applied(self._notation("interval"), items)
        if bracket is Bracket.LIST and len(items) < 3:
            return self._applied(self._notation("list"), items)
        if bracket is Bracket.SET and len(items) < 2:
            return self._applied(self._notation("set"), items)
        opening, closing = _BRACKETS[bracket]
        return Piece(self._delimited(opening, self._listed(items), closing), Level.ATOM)

    def _builder(self, node: Collection) -> str:
        return f"builder({', '.join([self._element(node.items[0]), *self._conditions(node.items[1:])])})"

    def _element(self, node: Statement) -> str:
        return self.statement(node) if isinstance(node, Relation) else self._at(node, Level.SUM)

    def _cases(self, node: Collection) -> str:
        pieces = (case.items for case in node.items if isinstance(case, Collection))
        return (
            f"cases({'; '.join(', '.join([self._element(case[0]), *self._conditions(case[1:])]) for case in pieces)})"
        )

    def _delimited(self, opening: str, text: str, closing: str) -> str:
        return opening + text + closing

    def _notation(self, word: str) -> str:
        return word

    def _matrix(self, rows: tuple[tuple[Expression, ...], ...]) -> Piece:
        return Piece(f"matrix({'; '.join(map(self._listed, rows))})", Level.ATOM)

    def _operation(self, node: Operation) -> Piece:
        operator, parts = node.operator, node.arguments
        write: Callable[..., Piece] | None = getattr(self, f"_write_{operator}", None)
        if write is not None:
            return write(*parts)
        if operator in ELEMENTARY:
            return Piece(self._applied(self._function(operator), parts).text, Level.FUNCTION)
        if operator in _SET_OPERATORS:
            sign = _SET_OPERATORS[operator][self.side]
            return Piece(f" {sign} ".join(self._at(part, Level.PRODUCT) for part in parts), Level.LOOSE)
        return self._applied(self._function(operator), parts)

    def _function(self, name: str) -> str:
        return name

    def _write_add(self, *parts: Expression) -> Piece:
        text = self._at(parts[0], Level.SIGNED)
        for part in parts[1:]:
            match part:
                case Operation("neg", (inner,)):
                    text += f" - {self._at(inner, Level.QUANTITY)}"
                case _:
                    text += f" + {self._at(part, Level.QUANTITY)}"
        return Piece(text, Level.SUM)

    def _write_neg(self, part: Expression) -> Piece:
        return Piece(f"-{self._at(part, Level.QUANTITY)}", Level.SIGNED)

    def _write_plus_minus(self, *parts: Expression) -> Piece:
        if len(parts) == 1:
            return Piece(f"{self.plus_minus}{self.gap}{self._at(parts[0], Level.QUANTITY)}", Level.SIGNED)
        left, right = self._at(parts[0], Level.SUM), self._at(parts[1], Level.QUANTITY)
        return Piece(f"{left} {self.plus_minus} {right}", Level.SUM)

    def _write_mul(self, *parts: Expression) -> Piece:
        return Piece(
            self.times.join([self._leading_factor(parts[0]), *(self._at(part, Level.POWER) for part in parts[1:])]),
            Level.PRODUCT,
        )

    def _leading_factor(self, node: Expression) -> str:
        return self._at(node, Level.PRODUCT if isinstance(node, Operation) and node.operator == "div" else Level.POWER)

    def _write_div(self, over: Expression, under: Expression) -> Piece:
        chained = isinstance(over, Operation) and over.operator in {"mul", "div"}
        above = self._at(over, Level.PRODUCT if chained else Level.POWER)
        if above.endswith("^1"):  # 8^1/3 would be read as a root too
            above = self._bracketed(above)
        return Piece(f"{above}/{self._at(under, Level.POWER)}", Level.PRODUCT)

    def _write_pow(self, base: Expression, exponent: Expression) -> Piece:
        above = self._at(exponent, Level.ATOM)
        if isinstance(exponent, Call):  # 2^h("total") would be read as 2^h times the words
            above = self._bracketed(above)
        return Piece(f"{self._base(base, exponent)}^{above}", Level.POWER)

    def _base(self, base: Expression, exponent: Expression) -> str:
        """The base of a power, in brackets where ``C_5^2`` would be read as a number of choices too."""
        text = self._at(base, Level.POSTFIX)
        return text if lowered_choice(base, exponent) is None else self._bracketed(text)

    def _write_root(self, degree: Expression, radicand: Expression) -> Piece:
        if degree == Number(Fraction(2)):
            return self._applied("sqrt", (radicand,))
        return self._applied("root", (degree, radicand))

    def _write_factorial(self, part: Expression) -> Piece:
        return Piece(f"{self._at(part, Level.ATOM)}!", Level.POSTFIX)

    def _write_double_factorial(self, part: Expression) -> Piece:
        return Piece(f"{self._at(part, Level.ATOM)}!!", Level.POSTFIX)

    def _write_percent(self, part: Expression) -> Piece:
        return Piece(f"{self._at(part, Level.ATOM)}{self.percent}", Level.POSTFIX)

    def _write_degrees(self, part: Expression) -> Piece:
        return Piece(self.degrees.format(self._at(part, Level.ATOM)), Level.POSTFIX)

    def _write_mod(self, part: Expression, modulus: Expression) -> Piece:
        return Piece(f"{self._at(part, Level.PRODUCT)} mod {self._at(modulus, Level.POWER)}", Level.LOOSE)

    def _write_ratio(self, *parts: Expression) -> Piece:
        return Piece(":".join(self._at(part, Level.PRODUCT) for part in parts), Level.LOOSE)

    def _write_base(self, digits: Expression, base: Expression) -> Piece:
        return Piece(f"{self._piece(digits).text}_{self._piece(base).text}", Level.POSTFIX)

    def _write_mixed(self, whole: Expression, fraction: Expression) -> Piece:
        return Piece(f"{self._piece(whole).text} {self._piece(fraction).text}", Level.QUANTITY)

    def _write_unit(self, quantity: Expression, unit: Expression) -> Piece:
        name = unit.name if isinstance(unit, Symbol) else self._piece(unit).text
        known = _PLAIN_UNIT_NAME.fullmatch(name)
        if isinstance(quantity, Number) and not quantity.repeating and known and known[1] in PLAIN_UNITS:
            return Piece(f"{self._piece(quantity).text} {name}", Level.QUANTITY)
        return self._applied("unit", (quantity, Words(name)))

    def _write_money(self, quantity: Expression, unit: Expression) -> Piece:
        name = unit.name if isinstance(unit, Symbol) else self._piece(unit).text
        if isinstance(quantity, Number) and not quantity.repeating and quantity.value >= 0:
            return Piece(self._amount(name, self._piece(quantity).text), Level.ATOM)
        return self._applied(self._notation("money"), (quantity, Words(name)))

    def _amount(self, currency: str, digits: str) -> str:
        return currency + digits

    def _write_log(self, *parts: Expression) -> Piece:
        if len(parts) == 1:
            return Piece(self._applied(self._function("log"), parts).text, Level.FUNCTION)
        base, argument = parts
        simple = isinstance(base, Number) or (
            isinstance(base, Symbol) and len(base.name) == 1 and not always_called(base.name)
        )
        written = self._piece(base).text if simple else f"({self._piece(base).text})"
        return Piece(f"log_{written}({self._piece(argument).text})", Level.FUNCTION)


def _decimal(value: Fraction, decimals: int) -> str:
    """The value with so many digits after the point."""
    scaled = value * 10**decimals
    digits = str(abs(scaled.numerator) // scaled.denominator).rjust(decimals + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[: len(digits) - decimals]}.{digits[len(digits) - decimals :]}" if decimals else sign + digits


def _repeating_digits(node: Number) -> tuple[str, str]:
    """The digits before those that repeat, and those that do."""
    decimals = node.decimals or 0
    scaled = node.value * 10**decimals
    fixed = scaled.numerator // scaled.denominator
    block = (scaled - fixed) * (10**node.repeating - 1)
    return _decimal(Fraction(fixed, 10**decimals), decimals), str(block.numerator).rjust(node.repeating, "0")
