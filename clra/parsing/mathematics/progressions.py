r"""What dots stand for: the rule by which some terms of a sum or product go on to the last, where it is certain.

A term is a place ``p`` in the progression, counted from 0. Places in which the terms differ must be linear in ``p``,
powers with an exponent that is, or numbers in geometric progression, squares, cubes or reciprocals of a progression.
Where two rules fit, both are given.

Not covered: signs that alternate, rules of two indices, indices of names (``a_1 + a_2 + \cdots + a_n``), sequences
that are known by name, such as primes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import islice, pairwise
from typing import TypeAlias

from clra.parsing.mathematics.linear import (
    Linear,
    constant,
    expression_of,
    is_integral,
    linear_of,
    literal,
    minus,
    plus,
    scaled,
    value_of,
)
from clra.parsing.tree import Call, Expression, Number, Operation

Build: TypeAlias = Callable[[Linear], Expression]

FEWEST = 2
"""Terms before the dots that show a rule."""
_MOST_RULES = 4
_MOST_POWER = 400
_ONE = Number(Fraction(1))


@dataclass(frozen=True, slots=True)
class Rule:
    """How the terms of a progression are made."""

    build: Build
    """The term at a place."""
    last: Linear | None
    """The place of the last term; None where every place would do, or there is no last term."""
    first: int | None
    """The number that the first place is best counted from; None where it does not matter."""
    vanishes: bool = False
    """Whether the terms get small, so that a sum of them all makes sense."""


def rules(leading: list[Expression], last: Expression | None) -> list[Rule]:
    """Every rule that the first terms and the last one follow, the likelier first; with no last term, endless ones."""
    found: list[Rule] = []
    if len(leading) < FEWEST:
        return found
    for rule in islice(_rules(leading, last), _MOST_RULES):
        if rule.first is not None and not any(_same(rule, other, len(leading)) for other in found):
            found.append(rule)
    return found


def _same(left: Rule, right: Rule, count: int) -> bool:
    here = constant(count)
    return left.last == right.last and left.build(here) == right.build(here)


def _rules(terms: list[Expression], last: Expression | None) -> Iterator[Rule]:
    everything = terms if last is None else [*terms, last]
    if all(term == terms[0] for term in everything):
        yield Rule(lambda _: terms[0], None, None)
        return
    found = False
    for solve in (_arithmetic, _geometric, _powers, _reciprocals, _exponential):
        for rule in solve(terms, last):
            found = True
            yield rule
    if not found:
        yield from _structural(terms, last)


# by value


def _arithmetic(terms: list[Expression], last: Expression | None) -> Iterator[Rule]:
    forms = [linear_of(term) for term in terms]
    end = None if last is None else linear_of(last)
    known = [form for form in forms if form is not None]
    if len(known) != len(terms) or (last is not None and end is None):
        return
    steps = [minus(second, first) for first, second in pairwise(known)]
    step = value_of(steps[0])
    if not step or any(other != steps[0] for other in steps):
        return
    start = known[0]
    place = None if end is None else scaled(minus(end, start), 1 / step)
    if place is None or _may_be_last(place, len(terms)):
        begin = value_of(start)
        first = 0 if begin is None else begin / step
        yield Rule(
            lambda at: expression_of(plus(start, scaled(at, step))),
            place,
            int(first) if Fraction(first).denominator == 1 else 1,
        )


def _may_be_last(place: Linear, count: int) -> bool:
    value = value_of(place)
    return is_integral(place) and (value is None or value >= count)


def _values(terms: list[Expression], last: Expression | None) -> tuple[list[Fraction], Fraction | None] | None:
    """The terms as positive numbers; None where one of them is something else."""
    values = [_value(term) for term in terms]
    end = None if last is None else _value(last)
    known = [value for value in values if value is not None]
    if len(known) != len(terms) or (last is not None and end is None):
        return None
    return known, end


def _value(node: Expression) -> Fraction | None:
    match node:
        case Number(value) if value > 0:
            return value
        case Operation("div", (Number(over, None), Number(under, None))) if over > 0 and under > 0:
            return over / under
        case _:
            return None


def _geometric(terms: list[Expression], last: Expression | None) -> Iterator[Rule]:
    numbers = _values(terms, last)
    if numbers is None:
        return
    values, end = numbers
    ratio = values[1] / values[0]
    if ratio == 1 or any(second / first != ratio for first, second in pairwise(values)):
        return
    place = None if end is None else _logarithm(end / values[0], ratio)
    if end is None or (place is not None and place >= len(terms)):
        shift = _logarithm(values[0], ratio)
        yield Rule(
            lambda at: _power_term(values[0], ratio, shift, at),
            None if place is None else constant(place),
            shift or 0,
            vanishes=ratio < 1,
        )


def _logarithm(value: Fraction, base: Fraction) -> int | None:
    """The integer exponent that makes a power of the base the value; None where there is none."""
    power, step = Fraction(1), base if (value > 1) == (base > 1) else 1 / base
    for exponent in range(_MOST_POWER):
        if power == value:
            return exponent if step == base else -exponent
        if (power > value) == (value > 1):
            return None
        power *= step
    return None


def _power_term(start: Fraction, ratio: Fraction, shift: int | None, at: Linear) -> Expression:
    exponent = at if shift is None else plus(at, constant(shift))
    if ratio.numerator == 1:
        power: Expression = Operation("pow", (literal(1 / ratio), expression_of(exponent)))
        return Operation("div", (literal(start) if shift is None else _ONE, power))
    power = Operation("pow", (literal(ratio), expression_of(exponent)))
    return power if shift is not None else Operation("mul", (literal(start), power))


def _powers(terms: list[Expression], last: Expression | None) -> Iterator[Rule]:
    r"""Squares and cubes: ``1 + 4 + 9 + \cdots + n^2``."""
    for degree in (2, 3):
        exponent = Number(Fraction(degree))
        roots = [_root(term, exponent) for term in terms]
        end = None if last is None else _root(last, exponent)
        known = [root for root in roots if root is not None]
        if last is None or end is None or len(known) != len(terms):
            continue
        for rule in _arithmetic(known, end):
            yield _mapped(rule, partial(_power_of, exponent))


def _power_of(exponent: Number, base: Expression) -> Expression:
    return Operation("pow", (base, exponent))


def _root(node: Expression, degree: Number) -> Expression | None:
    match node:
        case Operation("pow", (base, exponent)) if exponent == degree:
            return base
        case Number(value, None) if value.denominator == 1:
            root = round(float(value) ** (1 / int(degree.value))) if value < 10**12 else 0
            return Number(Fraction(root)) if root ** int(degree.value) == value else None
        case _:
            return None


def _reciprocals(terms: list[Expression], last: Expression | None) -> Iterator[Rule]:
    r"""``1 + \frac{1}{2} + \frac{1}{3} + \cdots``, where all are numbers."""
    numbers = _values(terms, last)
    if numbers is None:
        return
    values, end = numbers
    if all(value.denominator == 1 for value in values):
        return
    under = [literal(1 / value) for value in values]
    for rule in _arithmetic(under, None if end is None else literal(1 / end)):
        yield _mapped(rule, lambda part: Operation("div", (_ONE, part)), vanishes=True)


def _mapped(rule: Rule, change: Callable[[Expression], Expression], *, vanishes: bool = False) -> Rule:
    return Rule(lambda at: change(rule.build(at)), rule.last, rule.first, vanishes)


def _exponential(terms: list[Expression], last: Expression | None) -> Iterator[Rule]:
    r"""``1 + x + x^2 + \cdots + x^n``, with or without a common factor before it."""
    model = terms[-1] if last is None else last
    factors = model.arguments if isinstance(model, Operation) and model.operator == "mul" else (model,)
    match factors[-1]:
        case Operation("pow", (base, top)):
            pass
        case _:
            return
    before = factors[:-1]
    exponents = [_exponent(term, before, base) for term in terms]
    known = [exponent for exponent in exponents if exponent is not None]
    if len(known) != len(terms):
        return
    for rule in _arithmetic(known, None if last is None else top):
        yield _mapped(
            rule,
            lambda exponent: _product((*before, Operation("pow", (base, exponent)))),
            vanishes=not isinstance(base, Number),
        )


def _product(factors: tuple[Expression, ...]) -> Expression:
    return factors[0] if len(factors) == 1 else Operation("mul", factors)


def _exponent(term: Expression, before: tuple[Expression, ...], base: Expression) -> Expression | None:
    """The exponent that the base has in a term with the same factors before it."""
    if term == (_product(before) if before else _ONE):
        return Number(Fraction(0))
    factors = term.arguments if isinstance(term, Operation) and term.operator == "mul" else (term,)
    if factors[:-1] != before:
        return None
    match factors[-1]:
        case found if found == base:
            return _ONE
        case Operation("pow", (found, exponent)) if found == base:
            return exponent
        case Number(value, None) if not before and isinstance(base, Number) and value > 1 and base.value > 1:
            logarithm = _logarithm(value, base.value)
            return None if logarithm is None else Number(Fraction(logarithm))
        case _:
            return None


# by shape


def _structural(terms: list[Expression], last: Expression | None) -> Iterator[Rule]:
    """Terms of one shape whose parts follow rules of their own, all with the same last place."""
    everything = _alike(terms if last is None else [*terms, last])
    heads = {_head(term) for term in everything}
    if len(heads) != 1 or None in heads:
        return
    leading = everything if last is None else everything[:-1]
    columns = list(zip(*(_parts(term) for term in leading), strict=True))
    ends = [None] * len(columns) if last is None else list(_parts(everything[-1]))
    choices = [list(islice(_rules(list(column), end), _MOST_RULES)) for column, end in zip(columns, ends, strict=True)]
    lasts: list[Linear | None] = []
    for rule in (rule for column in choices for rule in column if rule.first is not None):
        if rule.last not in lasts:
            lasts.append(rule.last)
    for place in lasts[:_MOST_RULES]:
        chosen = [end for column in choices if (end := _ending_at(place, column)) is not None]
        if len(chosen) == len(choices):
            first = next(rule.first for rule in chosen if rule.first is not None)
            yield Rule(_assembled(everything[0], chosen), place, first, _vanishes(everything[0], chosen))


def _ending_at(place: Linear | None, column: list[Rule]) -> Rule | None:
    """The likeliest rule of a column that ends at a place or is constant."""
    return next((rule for rule in column if rule.first is None or rule.last == place), None)


def _alike(terms: list[Expression]) -> list[Expression]:
    """The terms, with 1 written as a fraction where another is a fraction over 1."""
    if not any(isinstance(term, Operation) and term.operator == "div" for term in terms):
        return terms
    return [Operation("div", (_ONE, _ONE)) if term == _ONE else term for term in terms]


def _head(node: Expression) -> tuple[str, int] | None:
    match node:
        case Operation(operator, parts) if operator not in {"either", "sum", "product", "integral", "limit"}:
            return operator, len(parts)
        case Call(name, parts):
            return f"call {name}", len(parts)
        case _:
            return None


def _parts(node: Expression) -> tuple[Expression, ...]:
    return node.arguments if isinstance(node, Operation | Call) else ()


def _assembled(model: Expression, chosen: list[Rule]) -> Build:
    def build(at: Linear) -> Expression:
        parts = tuple(rule.build(at) for rule in chosen)
        return Call(model.name, parts) if isinstance(model, Call) else Operation(_operator(model), parts)

    return build


def _operator(model: Expression) -> str:
    return model.operator if isinstance(model, Operation) else ""


def _vanishes(model: Expression, chosen: list[Rule]) -> bool:
    """Whether a fraction has a numerator that stays and a denominator that changes."""
    return _operator(model) == "div" and chosen[0].first is None
