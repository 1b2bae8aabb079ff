"""Trees to text: the notation that claims are stored in, shown in and sent to workers as, and LaTeX.

``read(to_text(tree)) == (tree,)`` for every tree that the reader makes. Whatever has no sign of its own that is certain to
be read back is written like a function: ``either(a, b)``, ``unit(x, "cm")``, ``sum(k, 1, n, k^2)``, ``call("h", x + 1)``.

``to_latex`` is for the eye; it is read back to the same tree too, but for words that stand alone.
"""

import re
from enum import IntEnum
from fractions import Fraction
from typing import NamedTuple

from clra.parsing.application import Reading, application, shape_of
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
from clra.parsing.vocabulary import ELEMENTARY, GREEK, NAME_PREFIXES, PLAIN_UNITS


def to_text(tree: Statement) -> str:
    """The tree in plain text: ``3*x^2 + 1/2``, ``17 == 2 (mod 5)``."""
    return _Text().statement(tree)


def to_latex(tree: Statement) -> str:
    """The tree in LaTeX, without dollar signs around it."""
    return _Latex().statement(tree)


class _Level(IntEnum):
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


class _Piece(NamedTuple):
    text: str
    level: _Level


_PLAIN_UNIT_NAME = re.compile(r"([A-Za-z]+)(\^[23])?")
_SHORT_GREEK = {"xi": "ξ", "nu": "ν", "mu": "μ"}
"""Names that would be read as products of letters."""
_RELATORS = {
    Relator.EQUAL: ("=", "="), Relator.UNEQUAL: ("!=", r"\ne"), Relator.LESS: ("<", "<"), Relator.LESS_EQUAL: ("<=", r"\le"),
    Relator.GREATER: (">", ">"), Relator.GREATER_EQUAL: (">=", r"\ge"), Relator.ABOUT: ("≈", r"\approx"),
    Relator.CONGRUENT: ("==", r"\equiv"), Relator.DIVIDES: ("|", r"\mid"), Relator.NOT_DIVIDES: ("∤", r"\nmid"),
    Relator.ELEMENT: ("in", r"\in"), Relator.NOT_ELEMENT: ("not in", r"\notin"),
}  # fmt: skip
_SET_OPERATORS = {"union": ("∪", r"\cup"), "intersection": ("∩", r"\cap"), "difference": ("\\", r"\setminus")}
_BRACKETS = {
    Bracket.SET: ("{", "}"), Bracket.TUPLE: ("(", ")"), Bracket.LIST: ("[", "]"), Bracket.OPEN_INTERVAL: ("(", ")"),
    Bracket.CLOSED_INTERVAL: ("[", "]"), Bracket.LEFT_OPEN_INTERVAL: ("(", "]"), Bracket.RIGHT_OPEN_INTERVAL: ("[", ")"),
}  # fmt: skip


class _Text:
    """Plain text."""

    side = 0
    times = "*"
    either_or = " or "
    modulus = " (mod {})"
    plus_minus = "±"
    percent = "%"
    degrees = "{}°"

    # statements

    def statement(self, tree: Statement) -> str:
        if isinstance(tree, Collection) and tree.bracket is Bracket.ANY:
            return self.either_or.join(map(self.statement, tree.items))
        if not isinstance(tree, Relation):
            return self.piece(tree).text
        sign = _RELATORS[tree.relator][self.side]
        text = f"{self.piece(tree.left).text} {sign} {self.piece(tree.right).text}"
        return text if tree.modulus is None else text + self.modulus.format(self.piece(tree.modulus).text)

    # expressions

    def piece(self, node: Statement) -> _Piece:
        match node:
            case Number():
                return self.number(node)
            case Symbol(name):
                return _Piece(self.name(name), _Level.ATOM)
            case Operation():
                return self.operation(node)
            case Call(name, arguments):
                return self.call(name, arguments)
            case Collection():
                return self.collection(node)
            case Matrix(rows):
                return self.matrix(rows)
            case Words(text):
                return _Piece(self.words(text), _Level.ATOM)
            case Relation():
                return _Piece(self.statement(node), _Level.LOOSE)

    def at(self, node: Expression, level: _Level) -> str:
        """The node, in brackets where it does not hold together tightly enough."""
        piece = self.piece(node)
        return piece.text if piece.level >= level else self.bracketed(piece.text)

    def bracketed(self, text: str) -> str:
        return f"({text})"

    def listed(self, nodes: tuple[Statement, ...]) -> str:
        return ", ".join(self.piece(node).text for node in nodes)

    def applied(self, function: str, arguments: tuple[Statement, ...]) -> _Piece:
        return _Piece(f"{function}({self.listed(arguments)})", _Level.ATOM)

    def name(self, name: str) -> str:
        base, *scripts = re.split(r"(?=[_'])", name, maxsplit=1)
        return _SHORT_GREEK.get(base, base) + "".join(scripts) if base in _SHORT_GREEK else name

    def words(self, text: str) -> str:
        return f'"{text}"'

    def number(self, node: Number) -> _Piece:
        if node.repeating:
            return _Piece(self.repeating(*_repeating_digits(node)), _Level.ATOM)
        if node.decimals is None and node.value.denominator != 1:
            return _Piece(f"{node.value.numerator}/{node.value.denominator}", _Level.PRODUCT)
        text = str(node.value.numerator) if node.decimals is None else _decimal(node.value, node.decimals)
        return _Piece(text, _Level.ATOM if node.value >= 0 else _Level.SIGNED)

    def repeating(self, head: str, block: str) -> str:
        return f"repeating({head}, {block})"

    def call(self, name: str, arguments: tuple[Expression, ...]) -> _Piece:
        if application(name, shape_of(name, arguments)) is Reading.CALL and not _is_combination(name, arguments):
            return self.applied(self.name(name), arguments)
        return self.odd_call(name, arguments)

    def odd_call(self, name: str, arguments: tuple[Expression, ...]) -> _Piece:
        return self.applied("call", (Words(name), *arguments))

    def collection(self, node: Collection) -> _Piece:
        bracket, items = node.bracket, node.items
        if bracket is Bracket.ANY:
            return _Piece(self.statement(node), _Level.LOOSE)
        if bracket is Bracket.OPEN_INTERVAL and not any(map(_is_infinite, items)):
            return self.applied(self.notation("interval"), items)
        if bracket is Bracket.LIST and len(items) < 3:
            return self.applied(self.notation("list"), items)
        if bracket is Bracket.SET and len(items) < 2:
            return self.applied(self.notation("set"), items)
        opening, closing = _BRACKETS[bracket]
        return _Piece(self.delimited(opening, self.listed(items), closing), _Level.ATOM)

    def delimited(self, opening: str, text: str, closing: str) -> str:
        return opening + text + closing

    def notation(self, word: str) -> str:
        return word

    def matrix(self, rows: tuple[tuple[Expression, ...], ...]) -> _Piece:
        return _Piece(f"matrix({'; '.join(map(self.listed, rows))})", _Level.ATOM)

    def operation(self, node: Operation) -> _Piece:
        operator, parts = node.operator, node.arguments
        method = _METHODS.get(operator)
        if method is not None:
            written: _Piece = getattr(self, method)(*parts)
            return written
        if operator in ELEMENTARY:
            return _Piece(self.applied(self.function(operator), parts).text, _Level.FUNCTION)
        if operator in _SET_OPERATORS:
            sign = _SET_OPERATORS[operator][self.side]
            if operator == "difference" and not self.side:
                return self.applied(operator, parts)
            return _Piece(f" {sign} ".join(self.at(part, _Level.PRODUCT) for part in parts), _Level.LOOSE)
        return self.applied(self.function(operator), parts)

    def function(self, name: str) -> str:
        return name

    def add(self, *parts: Expression) -> _Piece:
        text = self.at(parts[0], _Level.SIGNED)
        for part in parts[1:]:
            match part:
                case Operation("neg", (inner,)):
                    text += f" - {self.at(inner, _Level.QUANTITY)}"
                case _:
                    text += f" + {self.at(part, _Level.QUANTITY)}"
        return _Piece(text, _Level.SUM)

    def neg(self, part: Expression) -> _Piece:
        return _Piece(f"-{self.at(part, _Level.QUANTITY)}", _Level.SIGNED)

    def plus_or_minus(self, *parts: Expression) -> _Piece:
        if len(parts) == 1:
            return _Piece(f"{self.plus_minus}{self.at(parts[0], _Level.QUANTITY)}", _Level.SIGNED)
        left, right = self.at(parts[0], _Level.SUM), self.at(parts[1], _Level.QUANTITY)
        return _Piece(f"{left} {self.plus_minus} {right}", _Level.SUM)

    def mul(self, *parts: Expression) -> _Piece:
        return _Piece(self.times.join([self.leading_factor(parts[0]), *(self.at(part, _Level.POWER) for part in parts[1:])]), _Level.PRODUCT)

    def leading_factor(self, node: Expression) -> str:
        return self.at(node, _Level.PRODUCT if isinstance(node, Operation) and node.operator == "div" else _Level.POWER)

    def div(self, over: Expression, under: Expression) -> _Piece:
        chained = isinstance(over, Operation) and over.operator in {"mul", "div"}
        return _Piece(f"{self.at(over, _Level.PRODUCT if chained else _Level.POWER)}/{self.at(under, _Level.POWER)}", _Level.PRODUCT)

    def pow(self, base: Expression, exponent: Expression) -> _Piece:
        return _Piece(f"{self.at(base, _Level.POSTFIX)}^{self.at(exponent, _Level.ATOM)}", _Level.POWER)

    def root(self, degree: Expression, radicand: Expression) -> _Piece:
        if degree == Number(Fraction(2)):
            return self.applied("sqrt", (radicand,))
        return self.applied("root", (degree, radicand))

    def factorial(self, part: Expression) -> _Piece:
        return _Piece(f"{self.at(part, _Level.ATOM)}!", _Level.POSTFIX)

    def double_factorial(self, part: Expression) -> _Piece:
        return _Piece(f"{self.at(part, _Level.ATOM)}!!", _Level.POSTFIX)

    def percentage(self, part: Expression) -> _Piece:
        return _Piece(f"{self.at(part, _Level.ATOM)}{self.percent}", _Level.POSTFIX)

    def in_degrees(self, part: Expression) -> _Piece:
        return _Piece(self.degrees.format(self.at(part, _Level.ATOM)), _Level.POSTFIX)

    def mod(self, part: Expression, modulus: Expression) -> _Piece:
        return _Piece(f"{self.at(part, _Level.PRODUCT)} mod {self.at(modulus, _Level.POWER)}", _Level.LOOSE)

    def ratio(self, *parts: Expression) -> _Piece:
        return _Piece(":".join(self.at(part, _Level.PRODUCT) for part in parts), _Level.LOOSE)

    def base(self, digits: Expression, base: Expression) -> _Piece:
        return _Piece(f"{self.piece(digits).text}_{self.piece(base).text}", _Level.POSTFIX)

    def mixed(self, whole: Expression, fraction: Expression) -> _Piece:
        return _Piece(f"{self.piece(whole).text} {self.piece(fraction).text}", _Level.QUANTITY)

    def unit(self, quantity: Expression, unit: Expression) -> _Piece:
        name = unit.name if isinstance(unit, Symbol) else self.piece(unit).text
        known = _PLAIN_UNIT_NAME.fullmatch(name)
        if isinstance(quantity, Number) and not quantity.repeating and known and known[1] in PLAIN_UNITS:
            return _Piece(f"{self.piece(quantity).text} {name}", _Level.QUANTITY)
        return self.applied("unit", (quantity, Words(name)))

    def money(self, quantity: Expression, unit: Expression) -> _Piece:
        name = unit.name if isinstance(unit, Symbol) else self.piece(unit).text
        if isinstance(quantity, Number) and not quantity.repeating and quantity.value >= 0:
            return _Piece(self.amount(name, self.piece(quantity).text), _Level.ATOM)
        return self.applied(self.notation("money"), (quantity, Words(name)))

    def amount(self, currency: str, digits: str) -> str:
        return currency + digits

    def log(self, *parts: Expression) -> _Piece:
        if len(parts) == 1:
            return _Piece(self.applied(self.function("log"), parts).text, _Level.FUNCTION)
        base, argument = parts
        simple = isinstance(base, Number) or (isinstance(base, Symbol) and len(base.name) == 1)
        written = self.piece(base).text if simple else f"({self.piece(base).text})"
        return _Piece(f"log_{written}({self.piece(argument).text})", _Level.FUNCTION)

    def big_sum(self, *parts: Expression) -> _Piece:
        return self.applied("sum", parts)

    def big_product(self, *parts: Expression) -> _Piece:
        return self.applied("product", parts)

    def integral(self, *parts: Expression) -> _Piece:
        return self.applied("integral", parts)

    def limit(self, *parts: Expression) -> _Piece:
        return self.applied("limit", parts)

    def derivative(self, *parts: Expression) -> _Piece:
        return self.applied("derivative", parts)

    def binomial(self, *parts: Expression) -> _Piece:
        return self.applied("binomial", parts)

    def absolute(self, part: Expression) -> _Piece:
        return self.applied("abs", (part,))

    def floor(self, part: Expression) -> _Piece:
        return self.applied("floor", (part,))

    def ceil(self, part: Expression) -> _Piece:
        return self.applied("ceil", (part,))

    def determinant(self, part: Expression) -> _Piece:
        return self.applied("determinant", (part,))


_METHODS = {
    "add": "add", "neg": "neg", "plus_minus": "plus_or_minus", "mul": "mul", "div": "div", "pow": "pow", "root": "root",
    "factorial": "factorial", "double_factorial": "double_factorial", "percent": "percentage", "degrees": "in_degrees", "mod": "mod",
    "ratio": "ratio", "base": "base", "mixed": "mixed", "unit": "unit", "money": "money", "log": "log", "sum": "big_sum",
    "product": "big_product", "integral": "integral", "limit": "limit", "derivative": "derivative", "binomial": "binomial",
    "abs": "absolute", "floor": "floor", "ceil": "ceil", "determinant": "determinant",
}  # fmt: skip


class _Latex(_Text):
    """LaTeX: the same levels, other signs."""

    side = 1
    times = r" \cdot "
    either_or = r" \text{ or } "
    modulus = r" \pmod{{{}}}"
    plus_minus = r"\pm "
    percent = r"\%"
    degrees = r"{}^{{\circ}}"

    def bracketed(self, text: str) -> str:
        return rf"\left({text}\right)"

    def applied(self, function: str, arguments: tuple[Statement, ...]) -> _Piece:
        return _Piece(rf"{function}\left({self.listed(arguments)}\right)", _Level.ATOM)

    def delimited(self, opening: str, text: str, closing: str) -> str:
        opening, closing = opening.replace("{", r"\{"), closing.replace("}", r"\}")
        return rf"\left{opening}{text}\right{closing}"

    def name(self, name: str) -> str:
        return _latex_name(name)

    def words(self, text: str) -> str:
        return rf"\text{{{text}}}"

    def repeating(self, head: str, block: str) -> str:
        return rf"{head if '.' in head else head + '.'}\overline{{{block}}}"

    def notation(self, word: str) -> str:
        return rf"\operatorname{{{word}}}"

    def function(self, name: str) -> str:
        known = name in {"gcd", "max", "min"} or (name in ELEMENTARY and name not in {"arccot", "arcsec", "arccsc"})
        return f"\\{name}" if known else self.notation(name)

    def odd_call(self, name: str, arguments: tuple[Expression, ...]) -> _Piece:
        if name.isalpha():
            return self.applied(self.notation(name), arguments)
        return _Piece(rf'{self.notation("call")}\left("{name}", {self.listed(arguments)}\right)', _Level.ATOM)

    def collection(self, node: Collection) -> _Piece:
        if node.bracket is Bracket.SET:
            return _Piece(self.delimited("{", self.listed(node.items), "}"), _Level.ATOM)
        return super().collection(node)

    def matrix(self, rows: tuple[tuple[Expression, ...], ...]) -> _Piece:
        return _Piece(self.rows("pmatrix", rows), _Level.ATOM)

    def rows(self, environment: str, rows: tuple[tuple[Expression, ...], ...]) -> str:
        body = r" \\ ".join(" & ".join(self.piece(entry).text for entry in row) for row in rows)
        return rf"\begin{{{environment}}}{body}\end{{{environment}}}"

    def determinant(self, part: Expression) -> _Piece:
        if isinstance(part, Matrix):
            return _Piece(self.rows("vmatrix", part.rows), _Level.ATOM)
        return self.applied(r"\det", (part,))

    def div(self, over: Expression, under: Expression) -> _Piece:
        return _Piece(rf"\frac{{{self.piece(over).text}}}{{{self.piece(under).text}}}", _Level.POWER)

    def pow(self, base: Expression, exponent: Expression) -> _Piece:
        return _Piece(f"{self.at(base, _Level.POSTFIX)}^{{{self.piece(exponent).text}}}", _Level.POWER)

    def root(self, degree: Expression, radicand: Expression) -> _Piece:
        index = "" if degree == Number(Fraction(2)) else f"[{self.piece(degree).text}]"
        return _Piece(rf"\sqrt{index}{{{self.piece(radicand).text}}}", _Level.ATOM)

    def mod(self, part: Expression, modulus: Expression) -> _Piece:
        return _Piece(rf"{self.at(part, _Level.PRODUCT)} \bmod {self.at(modulus, _Level.POWER)}", _Level.LOOSE)

    def base(self, digits: Expression, base: Expression) -> _Piece:
        return _Piece(f"{self.piece(digits).text}_{{{self.piece(base).text}}}", _Level.POSTFIX)

    def mixed(self, whole: Expression, fraction: Expression) -> _Piece:
        return _Piece(self.piece(whole).text + self.piece(fraction).text, _Level.QUANTITY)

    def unit(self, quantity: Expression, unit: Expression) -> _Piece:
        name = unit.name if isinstance(unit, Symbol) else self.piece(unit).text
        return _Piece(rf"{self.at(quantity, _Level.ATOM)}\text{{ {name}}}", _Level.QUANTITY)

    def money(self, quantity: Expression, unit: Expression) -> _Piece:
        piece = super().money(quantity, unit)
        if piece.text.startswith(self.notation("money")):
            name = unit.name if isinstance(unit, Symbol) else ""
            return _Piece(rf'{self.notation("money")}\left({self.piece(quantity).text}, "{name}"\right)', _Level.ATOM)
        return piece

    def amount(self, currency: str, digits: str) -> str:
        return (r"\$" if currency == "$" else currency) + digits

    def log(self, *parts: Expression) -> _Piece:
        base = "" if len(parts) == 1 else f"_{{{self.piece(parts[0]).text}}}"
        return _Piece(self.applied(rf"\log{base}", parts[-1:]).text, _Level.FUNCTION)

    def big_sum(self, *parts: Expression) -> _Piece:
        return self.big(r"\sum", parts)

    def big_product(self, *parts: Expression) -> _Piece:
        return self.big(r"\prod", parts)

    def big(self, sign: str, parts: tuple[Expression, ...]) -> _Piece:
        variable, low, high = (self.piece(part).text for part in parts[:3])
        return _Piece(f"{sign}_{{{variable}={low}}}^{{{high}}} {self.at(parts[3], _Level.PRODUCT)}", _Level.LOOSE)

    def integral(self, *parts: Expression) -> _Piece:
        limits = "" if len(parts) == 2 else f"_{{{self.piece(parts[1]).text}}}^{{{self.piece(parts[2]).text}}}"
        return _Piece(rf"\int{limits} {self.at(parts[-1], _Level.SUM)} \, d{self.spaced(parts[0])}", _Level.LOOSE)

    def spaced(self, variable: Expression) -> str:
        return self.piece(variable).text

    def limit(self, *parts: Expression) -> _Piece:
        variable, point = (self.piece(part).text for part in parts[:2])
        return _Piece(rf"\lim_{{{variable} \to {point}}} {self.at(parts[2], _Level.PRODUCT)}", _Level.LOOSE)

    def derivative(self, *parts: Expression) -> _Piece:
        return _Piece(rf"\frac{{d}}{{d{self.spaced(parts[0])}}} {self.bracketed(self.piece(parts[1]).text)}", _Level.LOOSE)

    def binomial(self, *parts: Expression) -> _Piece:
        above, below = (self.piece(part).text for part in parts)
        return _Piece(rf"\binom{{{above}}}{{{below}}}", _Level.ATOM)

    def absolute(self, part: Expression) -> _Piece:
        return _Piece(rf"\left|{self.piece(part).text}\right|", _Level.ATOM)

    def floor(self, part: Expression) -> _Piece:
        return _Piece(rf"\lfloor {self.piece(part).text} \rfloor", _Level.ATOM)

    def ceil(self, part: Expression) -> _Piece:
        return _Piece(rf"\lceil {self.piece(part).text} \rceil", _Level.ATOM)


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


def _is_infinite(node: Statement) -> bool:
    match node:
        case Symbol("oo") | Operation("neg", (Symbol("oo"),)):
            return True
        case _:
            return False


def _is_combination(name: str, arguments: tuple[Expression, ...]) -> bool:
    """Whether a call of C would be read as a binomial coefficient."""
    return name == "C" and len(arguments) == 2 and all(isinstance(argument, Number) for argument in arguments)


_GREEK_LETTERS = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(sorted(GREEK))})(?![A-Za-z])")
_NAME = re.compile(r"([A-Za-z]+)(.*)", re.DOTALL)
_PREFIX_COMMANDS = {
    "bar": "overline", "vec": "vec", "hat": "hat", "tilde": "tilde", "dot": "dot", "ddot": "ddot", "line": "overleftrightarrow",
    "bold": "mathbf", "cal": "mathcal", "frak": "mathfrak",
}  # fmt: skip


def _latex_name(name: str) -> str:
    match = _NAME.fullmatch(name)
    if match is None:
        return name
    base, scripts = match.groups()
    if base in NAME_PREFIXES and scripts.startswith("_"):
        letters, rest = _first_script(scripts[1:])
        letters = _GREEK_LETTERS.sub(r"\\\g<0>", letters)
        if base in {"angle", "triangle"}:
            return f"\\{base}{{{letters}}}{rest}"
        return f"\\{_PREFIX_COMMANDS[base]}{{{letters}}}{rest}"
    if base in {"RR", "ZZ", "NN", "QQ", "CC", "PP"}:
        return rf"\mathbb{{{base[0]}}}{scripts.replace('_{+}', '^{+}').replace('_{*}', '^{*}')}"
    if base in GREEK or base == "pi":
        return f"\\{base}{scripts or ' '}"
    return r"\infty " if base == "oo" else name


def _first_script(scripts: str) -> tuple[str, str]:
    """The first subscript without its braces, and what follows it."""
    if not scripts.startswith("{"):
        return scripts[:1], scripts[1:]
    level = 0
    for index, character in enumerate(scripts):
        level += (character == "{") - (character == "}")
        if level == 0:
            return scripts[1:index], scripts[index + 1 :]
    return scripts, ""
