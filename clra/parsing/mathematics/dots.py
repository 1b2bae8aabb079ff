r"""Sums, products and sets with dots in them: ``1 + 2 + \cdots + n``, ``2 \cdot 4 \cdots 20``, ``\{1, 2, \ldots, 9\}``.

Read as the sum or product over a range that they are, with a variable that occurs nowhere in the text; refused where
no rule is certain, both kept where there are two.
"""

from fractions import Fraction
from typing import TYPE_CHECKING

from clra.parsing.mathematics.linear import constant, expression_of, linear_of, minus, plus, value_of
from clra.parsing.mathematics.progressions import FEWEST, Rule, rules
from clra.parsing.mathematics.sequences import may_be_known
from clra.parsing.tree import Expression, Number, Operation, Symbol

if TYPE_CHECKING:
    from clra.parsing.mathematics.grammar import Parser

_VARIABLES = ("k", "j", "m", "t", "s", "r", "q", "p")
_FEWEST_ENDLESS = 3
_MOST_ITEMS = 100


def read_sum(parser: "Parser", terms: list[Expression], start: int) -> list[Expression]:
    """The sum of the terms so far, of those that dots stand for and of those behind them, and what may be taken off it.

    The present token is the ``+`` before the dots.
    """
    parser.advance()
    _take_dots(parser)
    last: list[Expression] = []
    while parser.token.kind == "+":
        parser.advance()
        last.append(parser.term())
    if not last or not _has_letters(last[-1] if len(last) == 1 else last[-2]):
        return [_series(parser, "sum", terms, last, start)]
    if parser.token.kind != "-":
        return [_series(parser, "sum", terms, _joined_at_end(parser, terms, last), start)]
    sign = parser.advance()
    less = parser.node("neg", (parser.term(),), sign.start)
    longer = [*last[:-1], parser.node("add", (last[-1], less), start)]
    plain = any(_fits(rule, terms, last) for rule in rules(terms, last[-1]))
    if not any(_fits(rule, terms, longer) for rule in rules(terms, longer[-1])):
        return [_series(parser, "sum", terms, last, start), less]
    if plain:
        parser.fail("where the sum with dots ends")
    return [_series(parser, "sum", terms, longer, start)]


def _has_letters(node: Expression) -> bool:
    form = linear_of(node)
    return form is not None and value_of(form) is None


def _joined_at_end(parser: "Parser", terms: list[Expression], last: list[Expression]) -> list[Expression]:
    r"""The last terms, where ``2 + 5 + \cdots + 3n + 2`` ends with 3n + 2; nothing tells where ``... + n + 1`` ends."""
    if len(last) == 1 or any(_fits(rule, terms, last) for rule in rules(terms, last[-1])):
        return last
    if any(_fits(rule, terms, last[:-1]) for rule in rules(terms, last[-2])):
        parser.fail("where the sum with dots ends")
    return [*last[:-2], Operation("add", (last[-2], last[-1]))]


def read_product(parser: "Parser", factors: list[Expression], start: int) -> Expression:
    """The product of the factors so far, of those that dots stand for, and of those behind them."""
    _take_dots(parser)
    last: list[Expression] = []
    while parser.token.kind == "*" or parser.starts_factor():
        if parser.token.kind == "*":
            parser.advance()
        last.append(parser.power())
    if not last:
        parser.fail("a product without its last factor")
    return _series(parser, "product", factors, last, start)


def read_items(parser: "Parser", first: list[Expression]) -> list[Expression]:
    """The items of a set in which dots stand for integers, all of them written out."""
    _take_dots(parser)
    parser.expect(",")
    last = parser.expression()
    forms = [linear_of(item) for item in (*first, last)]
    values = [None if form is None else value_of(form) for form in forms]
    numbers = [value for value in values if value is not None and value.denominator == 1]
    found = rules(first, last) if len(numbers) == len(values) >= FEWEST + 1 else []
    count = value_of(found[0].last or {}) if len(found) == 1 else None
    if count is None or not 0 < count < _MOST_ITEMS or _is_doubtful(first, [last]):
        parser.fail("dots that may stand for anything")
    parser.grown = True
    return [found[0].build(constant(place)) for place in range(int(count) + 1)]


def _take_dots(parser: "Parser") -> None:
    if parser.token.text == "..":
        parser.fail("two dots")
    parser.expect("dots")


def _series(
    parser: "Parser", operator: str, leading: list[Expression], trailing: list[Expression], start: int
) -> Expression:
    last = trailing[-1] if trailing else None
    if len(leading) < (FEWEST if trailing else _FEWEST_ENDLESS):
        parser.fail("dots after too few terms")
    variable = _fresh(parser)
    found = [rule for rule in rules(leading, last) if _fits(rule, leading, trailing)]
    if not 1 <= len(found) <= 2 or _is_doubtful(leading, trailing):
        parser.fail("dots that may stand for anything")
    readings = [_written(parser, operator, rule, variable, start) for rule in found]
    return readings[0] if len(readings) == 1 else parser.either(readings[0], readings[1], start)


def _is_doubtful(leading: list[Expression], trailing: list[Expression]) -> bool:
    """Whether numbers in a progression may be terms of a sequence that is known by name: ``2 + 3 + ... + 97``."""
    numbers = [_integer(term) for term in (*leading, *trailing)]
    known = [number for number in numbers if number is not None]
    if not trailing or len(known) != len(numbers) or not 0 < known[0] < known[1]:
        return False
    return may_be_known(known[: len(leading)], known[-1])


def _integer(node: Expression) -> int | None:
    match node:
        case Number(value, None) if value.denominator == 1:
            return value.numerator
        case _:
            return None


def _fits(rule: Rule, leading: list[Expression], trailing: list[Expression]) -> bool:
    """Whether the terms before the last one are where the rule puts them; endless sums must have a value."""
    if not trailing:
        return rule.vanishes
    if rule.last is None:
        return False
    for back, term in enumerate(reversed(trailing[:-1]), start=1):
        place = minus(rule.last, constant(back))
        if not any(other.last == place for other in rules(leading, term)):
            return False
    return True


def _written(parser: "Parser", operator: str, rule: Rule, variable: Symbol, start: int) -> Operation:
    first = rule.first or 0
    low = constant(first)
    body = rule.build(minus({variable.name: Fraction(1)}, low))
    high = Symbol("oo") if rule.last is None else expression_of(plus(rule.last, low))
    return parser.node(operator, (variable, expression_of(low), high, body), start)


def _fresh(parser: "Parser") -> Symbol:
    """A letter that the text does not use."""
    used = {token.text for token in parser.tokens if token.kind == "symbol"}
    for name in _VARIABLES:
        if name not in used:
            return Symbol(name)
    return parser.fail("no letter is left for the variable of a sum")
