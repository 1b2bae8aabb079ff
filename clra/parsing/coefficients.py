"""The coefficients of a polynomial in one letter, which may hold other letters."""

from collections import Counter
from fractions import Fraction
from typing import Final, TypeAlias

from clra.parsing.closedforms import number, product_of, sum_of
from clra.parsing.tree import Expression, Number, Operation, ReadError, Symbol, symbol_names

MAX_DEGREE: Final = 6
_MOST_TERMS: Final = 24
"""Terms of one coefficient."""

_Terms: TypeAlias = dict[int, list[tuple[Fraction, tuple[Expression, ...]]]]
"""Exponent -> terms of its coefficient, each a number and factors with other letters."""


def coefficients(tree: Expression, name: str) -> list[Expression]:
    """The coefficients of a polynomial, the constant one first; the last one is not the number zero.

    Args:
        tree: the polynomial.
        name: its letter.

    Raises:
        ReadError: it is no polynomial in the letter, or has too high a degree or too many terms.
    """
    found = _collected(tree, name)
    degree = max((exponent for exponent, terms in found.items() if terms), default=-1)
    return [_written(found.get(exponent, [])) for exponent in range(degree + 1)]


def solution_of_linear(difference: Expression, name: str) -> Fraction | None:
    """Where a term is zero that is linear in its letter; None where it is something else."""
    try:
        found = [worth(each) for each in coefficients(difference, name)]
    except ReadError:
        return None
    match found:
        case [Fraction() as rest, Fraction() as slope]:
            return -rest / slope
    return None


def worth(tree: Expression) -> Fraction | None:
    """What a number made by `number` is worth."""
    match tree:
        case Number(value=value):
            return value
        case Operation(operator="neg", arguments=(inner,)):
            known = worth(inner)
            return None if known is None else -known
        case Operation(operator="div", arguments=(Number(value=first), Number(value=second))):
            return first / second
    return None


def _written(terms: list[tuple[Fraction, tuple[Expression, ...]]]) -> Expression:
    return sum_of([_term(value, factors) for value, factors in terms]) if terms else number(0)


def _term(value: Fraction, factors: tuple[Expression, ...]) -> Expression:
    if not factors:
        return number(value)
    powers = [
        factor if count == 1 else Operation("pow", (factor, number(count)))
        for factor, count in Counter(factors).items()
    ]
    if abs(value) != 1:
        powers.insert(0, number(abs(value)))
    product = product_of(powers)
    return product if value > 0 else Operation("neg", (product,))


def _collected(tree: Expression, name: str) -> _Terms:
    match tree:
        case Symbol(name=letter) if letter == name:
            return {1: [(Fraction(1), ())]}
        case Number(value=value):
            return {0: [(value, ())]} if value else {}
        case Operation(operator="neg", arguments=(inner,)):
            return _times({0: [(Fraction(-1), ())]}, _collected(inner, name))
        case Operation(operator="add", arguments=parts):
            total: _Terms = {}
            for part in parts:
                total = _plus(total, _collected(part, name))
            return total
        case Operation(operator="mul", arguments=parts):
            product: _Terms = {0: [(Fraction(1), ())]}
            for part in parts:
                product = _times(product, _collected(part, name))
            return product
        case Operation(operator="div", arguments=(above, Number(value=below))) if below:
            return _times({0: [(1 / below, ())]}, _collected(above, name))
        case Operation(operator="pow", arguments=(base, Number(value=exponent))) if name in symbol_names(base):
            if exponent.denominator != 1 or not 0 < exponent <= MAX_DEGREE:
                raise ReadError("too high a power")
            power: _Terms = {0: [(Fraction(1), ())]}
            for _ in range(int(exponent)):
                power = _times(power, _collected(base, name))
            return power
    if name in symbol_names(tree):
        raise ReadError("no polynomial")
    return {0: [(Fraction(1), (tree,))]}


def _plus(first: _Terms, second: _Terms) -> _Terms:
    return {exponent: _merged([*first.get(exponent, []), *second.get(exponent, [])]) for exponent in {*first, *second}}


def _times(first: _Terms, second: _Terms) -> _Terms:
    product: _Terms = {}
    for m, left in first.items():
        for n, right in second.items():
            if m + n > MAX_DEGREE:
                raise ReadError("too high a degree")
            terms = [(a * b, (*factors, *others)) for a, factors in left for b, others in right]
            product[m + n] = _merged([*product.get(m + n, []), *terms])
    return product


def _merged(terms: list[tuple[Fraction, tuple[Expression, ...]]]) -> list[tuple[Fraction, tuple[Expression, ...]]]:
    """The terms with those of equal factors added up."""
    total: dict[tuple[Expression, ...], Fraction] = {}
    for value, factors in terms:
        total[factors] = total.get(factors, Fraction(0)) + value
    found = [(value, factors) for factors, value in total.items() if value]
    if len(found) > _MOST_TERMS:
        raise ReadError("too many terms")
    return found
