"""Cosines and sines of rational multiples of pi.

They are roots where the denominator divides 12 or is 5, else one cosine of an angle between 0 and pi/2.
"""

from fractions import Fraction
from typing import NamedTuple

from flint import fmpq

from clra.parsing.algebra.functions import root
from clra.parsing.algebra.polynomials import Atom, AtomKind, single
from clra.parsing.algebra.quotients import Field, Quotient


class Pair(NamedTuple):
    """Cosine and sine of one angle."""

    cosine: Quotient
    sine: Quotient


def of_pi(field: Field, multiple: fmpq) -> Pair:
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
