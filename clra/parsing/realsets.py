"""Sets of real numbers as unions of intervals, and the inequalities that describe them."""

from collections.abc import Iterable
from dataclasses import dataclass

from clra.parsing.algebra.enclosures import sign
from clra.parsing.algebra.polynomials import (
    AtomKind,
    Polynomial,
    UnknownValueError,
    as_number,
    atoms_of,
)
from clra.parsing.algebra.quotients import Field, Quotient
from clra.parsing.tree import Relator


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers between two ends; None for an end that is infinite."""

    low: Quotient | None
    high: Quotient | None
    low_closed: bool = False
    high_closed: bool = False

    @property
    def point(self) -> Quotient | None:
        """The one number that it holds, if it is only one."""
        return self.low if self.low is not None and self.low == self.high else None

    @property
    def shape(self) -> str:
        """The interval with a blank for each finite end."""
        left, right = "[" if self.low_closed else "(", "]" if self.high_closed else ")"
        return f"{left}{'-oo' if self.low is None else '_'},{'oo' if self.high is None else '_'}{right}"


RealSet = tuple[Interval, ...]
"""Intervals in ascending order that neither meet nor touch."""
EVERYTHING: RealSet = (Interval(None, None),)
FLIPPED = {
    Relator.LESS: Relator.GREATER,
    Relator.LESS_EQUAL: Relator.GREATER_EQUAL,
    Relator.GREATER: Relator.LESS,
    Relator.GREATER_EQUAL: Relator.LESS_EQUAL,
    Relator.UNEQUAL: Relator.UNEQUAL,
}


def _compare(field: Field, first: Quotient, second: Quotient) -> int:
    """-1, 0 or 1.

    Raises:
        UnknownValueError: where it cannot be told.
    """
    if first == second:
        return 0
    known = sign(field.plus(first, second, -1))
    if known is None:
        raise UnknownValueError
    return known


def _low_before(field: Field, first: Interval, second: Interval) -> bool:
    """Whether the first begins before the second, or together with it."""
    if first.low is None or second.low is None:
        return first.low is None
    order = _compare(field, first.low, second.low)
    return order < 0 or (order == 0 and (first.low_closed or not second.low_closed))


def union(field: Field, intervals: Iterable[Interval]) -> RealSet:
    """The union in normal form."""
    result: list[Interval] = []
    waiting = [each for each in intervals if not _empty(field, each)]
    while waiting:
        first = waiting[0]
        for each in waiting[1:]:
            if not _low_before(field, first, each):
                first = each
        waiting.remove(first)
        if result and _meets(field, result[-1], first):
            result[-1] = _joined(field, result[-1], first)
        else:
            result.append(first)
    return tuple(result)


def _empty(field: Field, interval: Interval) -> bool:
    if interval.low is None or interval.high is None:
        return False
    order = _compare(field, interval.low, interval.high)
    return order > 0 or (order == 0 and not (interval.low_closed and interval.high_closed))


def _meets(field: Field, first: Interval, second: Interval) -> bool:
    """Whether the second, which begins later, begins before or where the first ends."""
    if first.high is None or second.low is None:
        return True
    order = _compare(field, second.low, first.high)
    return order < 0 or (order == 0 and (first.high_closed or second.low_closed))


def _joined(field: Field, first: Interval, second: Interval) -> Interval:
    longer = first
    if first.high is not None:
        if second.high is None:
            longer = second
        else:
            order = _compare(field, first.high, second.high)
            longer = second if order < 0 or (order == 0 and second.high_closed) else first
    return Interval(first.low, longer.high, first.low_closed, longer.high_closed)


def intersection(field: Field, first: RealSet, second: RealSet) -> RealSet:
    """The numbers in both."""
    pieces = []
    for left in first:
        for right in second:
            low = right if _low_before(field, left, right) else left
            high = left
            if left.high is None or (
                right.high is not None
                and (_compare(field, right.high, left.high) < 0 or (right.high == left.high and not right.high_closed))
            ):
                high = right
            pieces.append(Interval(low.low, high.high, low.low_closed, high.high_closed))
    return union(field, pieces)


def without_point(point: Quotient) -> RealSet:
    """All numbers but one."""
    return (Interval(None, point), Interval(point, None))


def solution_set(field: Field, relator: Relator, difference: Quotient) -> tuple[str, RealSet] | None:
    """What ``difference relator 0`` says of its one unknown: the unknown's key and the set; None where it is not known.

    Covered are inequalities that are linear in one letter or function value, or in the absolute value of such a one.
    """
    if relator not in FLIPPED or as_number(difference.denominator) != 1:
        return None
    unknowns = [atom for atom in atoms_of(difference.numerator) if atom.kind >= AtomKind.SYMBOL]
    if len(unknowns) != 1:
        return None
    (atom,) = unknowns
    linear = _linear(field, difference.numerator)
    if linear is None:
        return None
    slope, shift = linear
    direction = sign(slope)
    if direction is None:
        return None
    bound = field.over(field.negative(shift), slope)
    towards = relator if direction > 0 else FLIPPED[relator]
    if atom.kind is AtomKind.ABS:
        return _of_absolute(field, towards, atom.of, bound)
    return atom.key, _half_line(towards, bound)


def _linear(field: Field, polynomial: Polynomial) -> tuple[Quotient, Quotient] | None:
    """Slope and shift of a polynomial that is linear in its one unknown."""
    slope, shift = {}, {}
    for monomial, coefficient in polynomial.items():
        unknown = [item for item in monomial if item[0].kind >= AtomKind.SYMBOL]
        if not unknown:
            shift[monomial] = coefficient
        elif len(unknown) == 1 and unknown[0][1] == 1:
            slope[tuple(item for item in monomial if item not in unknown)] = coefficient
        else:
            return None
    return field.of(slope), field.of(shift)


def _half_line(relator: Relator, bound: Quotient) -> RealSet:
    match relator:
        case Relator.LESS:
            return (Interval(None, bound),)
        case Relator.LESS_EQUAL:
            return (Interval(None, bound, high_closed=True),)
        case Relator.GREATER:
            return (Interval(bound, None),)
        case Relator.GREATER_EQUAL:
            return (Interval(bound, None, low_closed=True),)
    return without_point(bound)


def _of_absolute(field: Field, relator: Relator, inner: Polynomial, bound: Quotient) -> tuple[str, RealSet] | None:
    """``|a x + b| relator bound``."""
    unknowns = [atom for atom in atoms_of(inner) if atom.kind >= AtomKind.SYMBOL]
    linear = _linear(field, inner)
    if len(unknowns) != 1 or unknowns[0].kind is AtomKind.ABS or linear is None or linear[0].number is None:
        return None
    slope, shift = linear
    ends = [field.over(field.plus(each, shift, -1), slope) for each in (field.negative(bound), bound)]
    low, high = ends if slope.number is not None and slope.number > 0 else reversed(ends)
    key = unknowns[0].key
    match relator:
        case Relator.LESS | Relator.LESS_EQUAL:
            closed = relator is Relator.LESS_EQUAL
            return key, union(field, [Interval(low, high, closed, closed)])
        case Relator.GREATER | Relator.GREATER_EQUAL:
            closed = relator is Relator.GREATER_EQUAL
            pieces = [Interval(None, low, high_closed=closed), Interval(high, None, low_closed=closed)]
            return key, union(field, pieces)
    return None
