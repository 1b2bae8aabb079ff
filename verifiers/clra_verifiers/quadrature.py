"""Balls around closed terms that may hold definite integrals, limits and infinite sums."""

from fractions import Fraction

from flint import arb

from clra.parsing.tree import Expression, Operation, Statement, Symbol, walk
from clra_verifiers.balls import enclosure
from clra_verifiers.integrals import integral
from clra_verifiers.limits import proved_limit
from clra_verifiers.rational import value
from clra_verifiers.series import infinite_sum
from clra_verifiers.tails import improper, slow_sum
from clra_verifiers.undecided import UndecidedError, UndefinedError, UnsupportedError


def enclosure_of(tree: Expression) -> arb:
    """A ball around the value of a closed term.

    Raises:
        UndecidedError: it has no real value, or none that is found within the limits.
    """
    if not is_heavy(tree):
        ball = enclosure(tree)
        if not ball.is_finite():
            raise UndecidedError("no finite value was found")
        return ball
    match tree:
        case Operation(operator="add", arguments=parts):
            return sum(map(enclosure_of, parts), arb(0))
        case Operation(operator="neg", arguments=(inner,)):
            return -enclosure_of(inner)
        case Operation(operator="mul", arguments=parts):
            result = arb(1)
            for part in parts:
                result *= enclosure_of(part)
            return result
        case Operation(operator="div", arguments=(above, below)):
            divisor = enclosure_of(below)
            if divisor.contains(0):
                raise UndefinedError("division by what may be zero")
            return enclosure_of(above) / divisor
        case Operation(operator="integral", arguments=(Symbol(name=name), low, high, body)):
            return _integral(name, low, high, body)
        case Operation(operator="sum", arguments=(Symbol(name=name), low, Symbol(name="oo"), body)):
            return _sum(name, value(low), body)
        case Operation(operator="limit", arguments=(Symbol(name=name), point, body)):
            found = proved_limit(name, point, body)
            if found.value is None:
                raise UndefinedError("the limit is infinite")
            return found.value
    raise UnsupportedError("no value that can be enclosed")


def _integral(name: str, low: Expression, high: Expression, body: Expression) -> arb:
    try:
        return integral(name, enclosure_of(low), enclosure_of(high), body)
    except UndecidedError:
        return improper(name, low, high, body)


def _sum(name: str, first: Fraction, body: Expression) -> arb:
    try:
        return infinite_sum(name, first, body)
    except UndecidedError:
        return slow_sum(name, first, body)


def is_heavy(tree: Statement) -> bool:
    """Whether a term holds an integral, a limit or an infinite sum."""
    return any(map(_is_heavy, walk(tree)))


def _is_heavy(node: Statement) -> bool:
    match node:
        case Operation(operator="integral" | "limit"):
            return True
        case Operation(operator="sum" | "product", arguments=(_, _, Symbol(name="oo"), _)):
            return True
    return False
