"""Angles that are rational multiples of pi, and the cosines among them that are plain surds."""

from fractions import Fraction
from typing import NamedTuple

from clra.parsing.tree import Expression, Operation, Symbol
from clra_verifiers.rational import value
from clra_verifiers.undecided import UndecidedError


class Surd(NamedTuple):
    """``rational`` plus the sum of ``factor * sqrt(radicand)``."""

    rational: Fraction
    roots: tuple[tuple[Fraction, int], ...] = ()


_QUARTER = Fraction(1, 4)
COSINES: dict[Fraction, Surd] = {
    Fraction(0): Surd(Fraction(1)),
    Fraction(1, 12): Surd(Fraction(0), ((_QUARTER, 6), (_QUARTER, 2))),
    Fraction(1, 6): Surd(Fraction(0), ((Fraction(1, 2), 3),)),
    Fraction(1, 5): Surd(_QUARTER, ((_QUARTER, 5),)),
    Fraction(1, 4): Surd(Fraction(0), ((Fraction(1, 2), 2),)),
    Fraction(1, 3): Surd(Fraction(1, 2)),
    Fraction(2, 5): Surd(-_QUARTER, ((_QUARTER, 5),)),
    Fraction(5, 12): Surd(Fraction(0), ((_QUARTER, 6), (-_QUARTER, 2))),
    Fraction(1, 2): Surd(Fraction(0)),
}
"""The cosine of these multiples of pi."""


def folded(turn: Fraction) -> Fraction:
    """The angle between 0 and 1/2 (in multiples of pi) whose cosine has the same absolute value."""
    half = abs((turn + 1) % 2 - 1)
    return min(half, 1 - half)


def multiple_of_pi(angle: Expression) -> Fraction | None:
    """The rational number q of an angle ``q * pi``; None where the angle is not plainly of that form."""
    match angle:
        case Symbol(name="pi"):
            return Fraction(1)
        case Operation(operator="neg", arguments=(inner,)):
            turn = multiple_of_pi(inner)
            return None if turn is None else -turn
        case Operation(operator="add", arguments=parts):
            turns = [multiple_of_pi(part) for part in parts]
            return sum((turn for turn in turns if turn is not None), Fraction(0)) if None not in turns else None
        case Operation(operator="div", arguments=(above, below)):
            turn = multiple_of_pi(above)
            divisor = _rational(below)
            return turn / divisor if turn is not None and divisor else None
        case Operation(operator="mul", arguments=factors):
            product = Fraction(1)
            turns_seen = 0
            for factor in factors:
                number = _rational(factor)
                if number is None:
                    number = multiple_of_pi(factor)
                    turns_seen += 1
                if number is None or turns_seen > 1:
                    return None
                product *= number
            return product if turns_seen else Fraction(0) if product == 0 else None
        case _:
            return Fraction(0) if _rational(angle) == 0 else None


def _rational(tree: Expression) -> Fraction | None:
    try:
        return value(tree)
    except UndecidedError:
        return None
