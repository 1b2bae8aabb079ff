"""Sines and cosines of exact values, and the angles of known ones.

A sine or cosine becomes powers of ``e^(i x)``, so that every identity between sines and cosines of sums, multiples and
parts of angles is one of rational functions.
"""

from fractions import Fraction
from functools import cache

from flint import fmpq

from clra.parsing.algebra.angles import Pair, of_pi
from clra.parsing.algebra.exponentials import exponential
from clra.parsing.algebra.functions import as_polynomial, opaque
from clra.parsing.algebra.polynomials import (
    IMAGINARY,
    PI,
    Atom,
    AtomKind,
    UndefinedError,
    as_number,
    single,
    text_of,
)
from clra.parsing.algebra.quotients import Field, Quotient


def cosine_and_sine(field: Field, angle: Quotient) -> Pair:
    """Cosine and sine of an angle in radians."""
    terms = dict(as_polynomial(field, angle))
    known = of_pi(field, terms.pop(((PI, 1),), fmpq(0)))
    if not terms:
        return known
    turned = field.times(field.of(single(IMAGINARY)), field.of(terms))
    there, back = exponential(field, turned), exponential(field, field.negative(turned))
    half = field.number(fmpq(1, 2))
    cosine = field.times(half, field.plus(there, back))
    sine = field.times(field.times(half, field.of(single(IMAGINARY))), field.plus(back, there, -1))
    return _sum(field, known, Pair(cosine, sine))


def _sum(field: Field, first: Pair, second: Pair) -> Pair:
    """The addition theorems."""
    return Pair(
        field.plus(field.times(first.cosine, second.cosine), field.times(first.sine, second.sine), -1),
        field.plus(field.times(first.sine, second.cosine), field.times(first.cosine, second.sine)),
    )


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
        pair = of_pi(field, fmpq(turn.numerator, turn.denominator))
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
