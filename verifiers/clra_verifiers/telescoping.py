"""Closed forms of sums and products up to a letter: proved by induction, refuted by trying whole numbers."""

from fractions import Fraction
from typing import NamedTuple

from clra.parsing.tree import Expression, Number, Operation, Symbol
from clra_verifiers.differentiation import ONE, letters_of, plus, put
from clra_verifiers.findings import Finding
from clra_verifiers.identity import identical
from clra_verifiers.rational import value
from clra_verifiers.series import slope
from clra_verifiers.undecided import UndecidedError
from clra_verifiers.wording import describe

MAX_STEP = 4
LAST_TRIED = 60
"""A closed form is refuted if it holds for no whole number up to this one, and the gap does not close: then it is no
condition on the letter."""
_JOIN = {"sum": "add", "product": "mul"}


class _Series(NamedTuple):
    tree: Operation
    counter: str
    low: int
    high: Expression
    body: Expression
    letter: str


def telescoped(left: Expression, right: Expression, *, refutable: bool) -> Finding | None:
    """How ``sum(k, 1, n, f(k)) = F(n)`` stands; None where the left side is no such sum or product."""
    series = _series(left)
    if series is None:
        return None
    try:
        if _is_proved(series, right):
            return Finding(True, f"by induction on {series.letter}")
    except UndecidedError:
        pass
    return _refuted(series, right) if refutable and letters_of(right) == {series.letter} else Finding(None)


def _series(tree: Expression) -> _Series | None:
    match tree:
        case Operation(operator="sum" | "product", arguments=(Symbol(name=index), low, high, body)):
            letters = letters_of(high)
        case _:
            return None
    try:
        start = value(low)
    except UndecidedError:
        return None
    if len(letters) != 1 or start.denominator != 1 or letters_of(body) - {index} & letters:
        return None
    (letter,) = letters
    return _Series(tree, index, int(start), high, body, letter)


def _is_proved(series: _Series, right: Expression) -> bool:
    """Induction: the closed form is right for the first number, and grows as the sum does."""
    step = slope(series.high, series.letter)
    if not 1 <= step <= MAX_STEP:
        return False
    following = put(right, series.letter, plus(Symbol(series.letter), ONE))
    added = tuple(
        put(series.body, series.counter, plus(series.high, Number(Fraction(count)))) for count in range(1, step + 1)
    )
    grown = Operation(_JOIN[series.tree.operator], (right, *added))
    first = Number(Fraction(_first(series)))
    begun = (put(side, series.letter, first) for side in (series.tree, right))
    return identical(*begun) and identical(following, grown)


def _first(series: _Series) -> int:
    """The smallest number from 0 on for which the sum has a term."""
    for number in range(LAST_TRIED):
        if value(series.high, {series.letter: Fraction(number)}) >= series.low:
            return number
    raise UndecidedError("the sum begins late")


def _refuted(series: _Series, right: Expression) -> Finding:
    note = ""
    gaps: list[Fraction] = []
    try:
        for number in range(max(_first(series), 1), LAST_TRIED + 1):
            values = {series.letter: Fraction(number)}
            first, second = value(series.tree, values), value(right, values)
            if first == second:
                return Finding(None)
            gaps.append(abs(first - second))
            sides = f"the left side is {describe(first)}, the right side is {describe(second)}"
            note = note or f"for {series.letter} = {number} {sides}"
    except UndecidedError:
        return Finding(None)
    half = len(gaps) // 2
    return Finding(False, note) if min(gaps[:half]) <= min(gaps[half:]) else Finding(None)
