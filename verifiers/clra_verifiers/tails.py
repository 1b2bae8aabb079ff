"""Balls around improper integrals and slowly converging sums: the part near the end comes from an expansion there.

With ``f(y) = c_0 y^-s + c_1 y^-(s+1) + ...`` far out, the rest of a sum is made of values of Hurwitz' zeta function,
the rest of an integral of powers; what the expansion leaves out has a proved bound. What diverges has no value here.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import acb, arb, ctx, fmpq

from clra.parsing.tree import Expression, Number, Operation, Symbol
from clra_verifiers.balls import ball_of, enclosure
from clra_verifiers.differentiation import ONE, depends_on, minus, times
from clra_verifiers.expansions import PRECISION, Expansion, Place, expansion, is_zero
from clra_verifiers.integrals import integral
from clra_verifiers.series import slope, term
from clra_verifiers.undecided import UndecidedError, UndefinedError, UnsupportedError

INFINITY = Symbol("oo")
_DISTANCE = 256
"""How far out, or one over it how near to a number, an expansion takes over."""
_REACHES = {1: Fraction(1, 256), 2: Fraction(1, 16)}
"""How large t is there, by ramification."""


class _Power(NamedTuple):
    """A term ``coefficient * y^exponent`` of an expansion in the distance y."""

    coefficient: arb
    exponent: Fraction
    is_bound: bool = False
    """Whether the coefficient is a ball around one that varies."""


class _Alternating(NamedTuple):
    """Terms ``(-1)^n * body``, up to the sign of all."""

    sign: Expression
    body: Expression


def improper(name: str, low: Expression, high: Expression, body: Expression) -> arb:
    """A ball around an integral whose ends are infinite, or where the integrand is infinite at an end.

    Raises:
        UndecidedError: no value was found, or there is none.
    """
    with ctx.workprec(PRECISION):
        trouble: UndecidedError = UnsupportedError("no expansion at an end")
        for ramification, reach in _REACHES.items():
            try:
                first, last = (
                    _end(Place(name, end, sign, ramification, reach), body) for end, sign in ((low, 1), (high, -1))
                )
            except UndecidedError as undecided:
                trouble = undecided
                continue
            if not first.border < last.border:
                raise UnsupportedError("an interval too short for expansions")
            return first.part + integral(name, first.border, last.border, body) + last.part
        raise trouble


class _End(NamedTuple):
    """The integral near an end, and where it stops to be near."""

    part: arb
    border: arb


def _end(place: Place, body: Expression) -> _End:
    """The part of an integral near one of its ends, which is given as it was written, approached from inside."""
    far = arb(_DISTANCE)
    if place.point in {INFINITY, minus(INFINITY)}:
        sign = 1 if place.point == INFINITY else -1
        found = expansion(body, place._replace(point=None, sign=sign))
        powers = list(_powers(found, -place.ramification))
        return _End(-_integrated(powers, far, converge=[each.exponent < -1 for each in powers]), sign * far)
    if place.point is None:
        raise UnsupportedError("no end")
    near = 1 / far
    powers = list(_powers(expansion(body, place), place.ramification))
    part = _integrated(powers, near, converge=[each.exponent > -1 for each in powers])
    return _End(part, enclosure(place.point) + place.sign * near)


def _integrated(powers: Sequence[_Power], at: arb, *, converge: Sequence[bool]) -> arb:
    """The value at a distance of the antiderivative that vanishes at the end."""
    if not all(converge):
        raise UndefinedError("the integral may not converge")
    total = arb(0)
    for coefficient, exponent, _ in powers:
        total += coefficient * _raised(at, exponent + 1) / ball_of(exponent + 1)
    return total


def _powers(found: Expansion, ramification: int) -> Iterator[_Power]:
    """The terms of an expansion that are not zero, in powers of the letter's distance from the point or from zero."""
    for place, coefficient in enumerate((*found.coefficients, found.rest)):
        if not is_zero(coefficient):
            is_bound = place == len(found.coefficients)
            yield _Power(arb(coefficient), Fraction(found.valuation + place, ramification), is_bound)


def _raised(base: arb, exponent: Fraction) -> arb:
    return base ** arb(fmpq(exponent.numerator, exponent.denominator))


def slow_sum(name: str, first: Fraction, body: Expression) -> arb:
    """A ball around an infinite sum whose terms, or their sizes if their signs alternate, have an expansion far out.

    Raises:
        UndecidedError: no value was found, or there is none.
    """
    if first.denominator != 1 or not 0 <= first < _DISTANCE:
        raise UnsupportedError("a sum that begins at no small whole number")
    alternating = _alternating(body, name)
    trouble: UndecidedError = UnsupportedError("no expansion of the terms")
    with ctx.workprec(PRECISION):
        for ramification, reach in _REACHES.items():
            try:
                size = body if alternating is None else alternating.body
                far_out = expansion(size, Place(name, None, 1, ramification, reach))
                tail = _tail(far_out, ramification, alternates=alternating is not None)
                if alternating is not None:
                    tail *= term(alternating.sign, name, _DISTANCE)
                return sum((term(body, name, number) for number in range(int(first), _DISTANCE)), tail)
            except UndecidedError as undecided:
                trouble = undecided
    raise trouble


def _tail(found: Expansion, ramification: int, *, alternates: bool) -> arb:
    """The sum of an expansion over whole numbers from `_DISTANCE` on, with alternating signs if wanted."""
    total = arb(0)
    for coefficient, exponent, is_bound in _powers(found, -ramification):
        if alternates and not is_bound:
            total += coefficient * _alternating_rest(-exponent)
            continue
        part = coefficient * _rest(-exponent)
        total += arb(0, part.abs_upper()) if alternates else part
    return total


def _rest(exponent: Fraction) -> arb:
    """The sum of ``n^-exponent`` for whole n from `_DISTANCE` on."""
    if exponent <= 1:
        raise UndefinedError("the sum may not converge")
    return acb(fmpq(exponent.numerator, exponent.denominator)).zeta(acb(_DISTANCE)).real


def _alternating_rest(exponent: Fraction) -> arb:
    """The same with signs that alternate, the first of which is positive."""
    if exponent <= 0:
        raise UndefinedError("the sum does not converge")
    early, late = (ball_of(Fraction(_DISTANCE + more, 2)) for more in (0, 1))
    if exponent == 1:
        return (late.digamma() - early.digamma()) / 2
    power = acb(fmpq(exponent.numerator, exponent.denominator))
    return ((power.zeta(acb(early)) - power.zeta(acb(late))) / acb(2).pow(power)).real


def _alternating(body: Expression, name: str) -> _Alternating | None:
    """The sign that changes from term to term, and the rest of the term; None where no sign stands apart."""
    match body:
        case Operation(operator="neg", arguments=(inner,)):
            found = _alternating(inner, name)
            return None if found is None else _Alternating(found.sign, minus(found.body))
        case Operation(operator="div", arguments=(above, below)):
            found = _alternating(above, name)
            return None if found is None else _Alternating(found.sign, Operation("div", (found.body, below)))
        case Operation(operator="mul", arguments=parts):
            for place, part in enumerate(parts):
                found = _alternating(part, name)
                if found is not None:
                    return _Alternating(found.sign, times(*parts[:place], found.body, *parts[place + 1 :]))
        case Operation(operator="pow", arguments=(Operation(operator="neg", arguments=(Number(value=1),)), exponent)):
            if depends_on(exponent, name) and slope(exponent, name) % 2:
                return _Alternating(body, ONE)
    return None
