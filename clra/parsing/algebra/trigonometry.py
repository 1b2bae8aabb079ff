"""Sines and cosines of exact values, and the angles of known ones.

A sine or cosine becomes powers of ``e^(i x)``, so that every identity between sines and cosines of sums, multiples and
parts of angles is one of rational functions. Rational multiples of pi become roots where the denominator divides 12 or
is 5, else one cosine between 0 and pi/2.
"""

from fractions import Fraction
from functools import cache
from typing import NamedTuple

from flint import fmpq

from clra.parsing.algebra.functions import opaque, primitive, root
from clra.parsing.algebra.polynomials import (
    IMAGINARY,
    PI,
    Atom,
    AtomKind,
    Exponent,
    Monomial,
    Polynomial,
    UndefinedError,
    as_number,
    exponent_of,
    single,
    text_of,
)
from clra.parsing.algebra.quotients import Field, Quotient


class Pair(NamedTuple):
    """Cosine and sine of one angle."""

    cosine: Quotient
    sine: Quotient


def cosine_and_sine(field: Field, angle: Quotient) -> Pair:
    """Cosine and sine of an angle in radians."""
    result = Pair(field.number(1), field.number(0))
    unit: dict[Atom, Exponent] = {}
    for monomial, coefficient in inner_polynomial(field, angle).items():
        if monomial == ((PI, 1),):
            result = _of_pi(field, coefficient)
        else:
            unit[rotation(field, monomial)] = exponent_of(coefficient)
    if not unit:
        return result
    there: Polynomial = {tuple(sorted(unit.items())): fmpq(1)}
    back: Polynomial = {tuple(sorted((atom, -exponent) for atom, exponent in unit.items())): fmpq(1)}
    half = fmpq(1, 2)
    cosine = field.scale(field.add(there, back), half)
    sine = field.multiply(single(IMAGINARY), field.scale(field.add(back, there, -1), half))
    return _sum(field, result, Pair(field.of(cosine), field.of(sine)))


def rotation(field: Field, angle: Monomial) -> Atom:
    """``e^(i angle)``."""
    inner = field.multiply({angle: fmpq(1)}, single(IMAGINARY))
    return Atom(AtomKind.EXP, f"exp({text_of(inner)})", inner)


def inner_polynomial(field: Field, value: Quotient) -> Polynomial:
    """The value as a polynomial; a true quotient becomes one atom under its rational content."""
    if as_number(value.denominator) == 1:
        return value.numerator
    content, rest = primitive(field, value.numerator)
    inner = Quotient(rest, value.denominator)
    return field.scale(single(Atom(AtomKind.QUOTIENT, f"[{inner.text}]", inner)), content)


def _sum(field: Field, first: Pair, second: Pair) -> Pair:
    """The addition theorems."""
    return Pair(
        field.plus(field.times(first.cosine, second.cosine), field.times(first.sine, second.sine), -1),
        field.plus(field.times(first.sine, second.cosine), field.times(first.cosine, second.sine)),
    )


def _of_pi(field: Field, multiple: fmpq) -> Pair:
    """Cosine and sine of a rational multiple of pi."""
    turn = Fraction(int(multiple.p), int(multiple.q))
    return Pair(_cosine_of_pi(field, turn), _cosine_of_pi(field, Fraction(1, 2) - turn))


def _cosine_of_pi(field: Field, multiple: Fraction) -> Quotient:
    """``cos(multiple * pi)``, brought to an angle from 0 to pi/2."""
    turn = abs((multiple + 1) % 2 - 1)
    if turn > Fraction(1, 2):
        return field.negative(_cosine_of_pi(field, 1 - turn))
    known = _known_cosine(field, turn)
    if known is not None:
        return known
    return field.of(single(Atom(AtomKind.COSINE_OF_PI, f"cos({turn}*pi)", fmpq(turn.numerator, turn.denominator))))


def _known_cosine(field: Field, turn: Fraction) -> Quotient | None:
    def surd(radicand: int, share: fmpq) -> Quotient:
        return field.times(field.number(share), root(field, 2, field.number(radicand)))

    half, quarter = fmpq(1, 2), fmpq(1, 4)
    match turn.numerator, turn.denominator:
        case 0, 1:
            return field.number(1)
        case 1, 2:
            return field.number(0)
        case 1, 3:
            return field.number(half)
        case 1, 4:
            return surd(2, half)
        case 1, 6:
            return surd(3, half)
        case 1, 5:
            return field.plus(field.number(quarter), surd(5, quarter))
        case 2, 5:
            return field.plus(field.number(-quarter), surd(5, quarter))
        case 1, 12:
            return field.plus(surd(6, quarter), surd(2, quarter))
        case 5, 12:
            return field.plus(surd(6, quarter), surd(2, quarter), -1)
    return None


def tangent(field: Field, angle: Quotient) -> Quotient:
    """Raises UndefinedError at its poles."""
    pair = cosine_and_sine(field, angle)
    return field.over(pair.sine, pair.cosine)


@cache
def _known_angles() -> dict[str, dict[str, Fraction]]:
    """For each inverse function, the multiples of pi of the values that have a simple angle."""
    field = Field()
    table: dict[str, dict[str, Fraction]] = {"arcsin": {}, "arctan": {}}
    for turn in sorted({Fraction(k, n) for n in (2, 3, 4, 5, 6, 10, 12) for k in range(-n // 2, n // 2 + 1)}):
        if abs(turn) > Fraction(1, 2):
            continue
        pair = _of_pi(field, fmpq(turn.numerator, turn.denominator))
        table["arcsin"][pair.sine.text] = turn
        if abs(turn) < Fraction(1, 2):
            table["arctan"][field.over(pair.sine, pair.cosine).text] = turn
    return table


def inverse(field: Field, name: str, value: Quotient) -> Quotient:
    """``arcsin``, ``arccos`` or ``arctan``, in radians.

    Raises:
        UndefinedError: for ``arcsin 2``.
    """
    if name == "arccos":
        quarter = field.times(field.number(fmpq(1, 2)), field.of(single(PI)))
        return field.plus(quarter, inverse(field, "arcsin", value), -1)
    turn = _known_angles()[name].get(value.text)
    if turn is not None:
        return field.times(field.number(turn), field.of(single(PI)))
    if name == "arcsin" and value.number is not None and abs(value.number) > 1:
        raise UndefinedError
    if not value.numerator or as_number(value.denominator) != 1:
        return opaque(field, name, value)
    leading = value.numerator[max(value.numerator)]
    inner = value.numerator if leading > 0 else field.scale(value.numerator, -1)
    atom = single(Atom(AtomKind.ARC, f"{name}({text_of(inner)})", inner))
    return field.of(atom if leading > 0 else field.scale(atom, -1))
