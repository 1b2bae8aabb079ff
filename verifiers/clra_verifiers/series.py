"""Infinite sums: balls around them where their terms shrink geometrically, exact values of geometric ones.

Slower sums have no value here.
"""

from fractions import Fraction
from itertools import accumulate

from flint import acb, arb, ctx

from clra.parsing.tree import Expression, Number, Operation, Symbol, walk
from clra_verifiers.analytic import MAX_EXPONENT, analytic
from clra_verifiers.balls import enclosure
from clra_verifiers.differentiation import ONE, depends_on, minus, over, plus, put
from clra_verifiers.features import features_of
from clra_verifiers.identity import identical
from clra_verifiers.rational import value
from clra_verifiers.sympy_bridge import from_sympy, quietly, symbol, to_sympy
from clra_verifiers.undecided import TooBigError, UndecidedError, UndefinedError, UnsupportedError

PRECISION = 64
MAX_NODES = 60
"""Nodes of a term that is looked at for a geometric series."""
MAX_SYMPY_NODES = 20
"""Nodes of a term that SymPy is asked to sum up, which soon takes it seconds."""
MANY = 2_000
"""Terms of the partial sums that are to bear a value out."""
CLOSE = arb("1e-2")
MAX_TERMS = 120
"""Terms that are added up before the rest is estimated."""


def geometric(name: str, first: Expression, body: Expression) -> Expression | None:
    """The value ``first term / (1 - ratio)`` of an infinite geometric series; None where it is none.

    With letters in the ratio it is the value wherever the series converges.

    Raises:
        UndecidedError: the ratio is a number and the series does not converge, or that is not seen.
    """
    if sum(1 for _ in walk(body)) > MAX_NODES:
        raise TooBigError("the terms are too long")
    start = put(body, name, first)
    ratio = over(put(body, name, plus(first, ONE)), start)
    here, following = put(body, name, Symbol(name)), put(body, name, plus(Symbol(name), ONE))
    if not identical(following, Operation("mul", (here, ratio))):
        return None
    if not features_of(ratio).symbols and not abs(enclosure(ratio)) < 1:
        raise UndefinedError("the series does not converge")
    return over(start, plus(ONE, minus(ratio)))


def summed(name: str, first: Expression, body: Expression) -> Expression:
    """The value of an infinite sum by SymPy, borne out by its partial sums. Not a proof.

    Raises:
        UndecidedError: none was found.
    """
    if sum(1 for _ in walk(body)) > MAX_SYMPY_NODES:
        raise TooBigError("the terms are too long")
    summand, index, start = to_sympy(body, whole=frozenset({name})), symbol(name, whole=True), to_sympy(first)
    with quietly() as sympy:
        found = sympy.summation(summand, (index, start, sympy.oo))
    result = from_sympy(found)
    begin = value(first)
    if begin.denominator != 1 or not -MAX_TERMS < begin < MAX_EXPONENT:
        raise UnsupportedError("a sum that begins at no small whole number")
    with ctx.workprec(PRECISION):
        sums = list(accumulate(term(body, name, place) for place in range(int(begin), int(begin) + MANY)))
        target = enclosure(result)
        near, far = abs(sums[-1] - target), abs(sums[MANY // 10] - target)
        if not (near < CLOSE * (1 + abs(target)) and not near > far):
            raise UndecidedError("partial sums do not bear the value out")
    return result


def infinite_sum(name: str, first: Fraction, body: Expression) -> arb:
    """A ball around the sum of ``body`` over the letter ``name`` from ``first`` on.

    Raises:
        UndecidedError: the terms are not seen to shrink geometrically.
    """
    if first.denominator != 1 or not -MAX_TERMS < first < MAX_EXPONENT:
        raise UnsupportedError("a sum that begins at no small whole number")
    start = int(first)
    with ctx.workprec(PRECISION):
        total = sum((term(body, name, place) for place in range(start, start + MAX_TERMS)), arb(0))
        last = start + MAX_TERMS
        ratio = _largest_ratio(body, name, last)
        tail = abs(term(body, name, last)) / (1 - ratio)
        found = total + arb(0, tail.abs_upper())
    if not found.is_finite():
        raise UndecidedError("no finite value was found")
    return found


def term(body: Expression, name: str, place: int) -> arb:
    """A ball around one term of a sum.

    Raises:
        UndecidedError: it has no real value that is found.
    """
    found = analytic(body, {name: acb(place)})
    if not found.imag.contains(0):
        raise UndefinedError("a term is not real")
    return found.real


def _largest_ratio(body: Expression, name: str, start: int) -> arb:
    """A number below 1 that no quotient of neighbouring terms exceeds from ``start`` on.

    Raises:
        UndecidedError: none was found.
    """
    factors = body.arguments if isinstance(body, Operation) and body.operator == "mul" else (body,)
    ratio = arb(1)
    for factor in factors:
        ratio *= _ratio(factor, name, start)
    if not ratio < arb("0.99"):
        raise UndecidedError("the terms shrink too slowly")
    return ratio


def _ratio(factor: Expression, name: str, start: int) -> arb:
    """At most how much larger in absolute value a factor is at n + 1 than at n, for all n from ``start`` on."""
    match factor:
        case Operation(operator="neg", arguments=(inner,)):
            return _ratio(inner, name, start)
        case Operation(operator="mul", arguments=parts):
            result = arb(1)
            for part in parts:
                result *= _ratio(part, name, start)
            return result
        case Operation(operator="div", arguments=(above, below)):
            return _ratio(above, name, start) / _least_ratio(below, name)
        case Operation(operator="pow", arguments=(base, exponent)) if not depends_on(base, name):
            return abs(enclosure(base)) ** slope(exponent, name)
        case _ if not depends_on(factor, name):
            return arb(1)
    degree = _degree(factor, name)
    return (1 + arb(1) / start) ** degree


def _least_ratio(divisor: Expression, name: str) -> arb:
    """At least how much larger in absolute value a divisor is at n + 1 than at n."""
    match divisor:
        case Operation(operator="neg", arguments=(inner,)):
            return _least_ratio(inner, name)
        case Operation(operator="mul", arguments=parts):
            result = arb(1)
            for part in parts:
                result *= _least_ratio(part, name)
            return result
        case Operation(operator="pow", arguments=(base, exponent)) if not depends_on(base, name):
            return abs(enclosure(base)) ** slope(exponent, name)
        case Operation(operator="factorial", arguments=(Symbol(name=letter),)) if letter == name:
            return arb(2)
    if depends_on(divisor, name):
        _degree(divisor, name)  # with no negative coefficient it grows
    return arb(1)


def slope(exponent: Expression, name: str) -> int:
    """The whole number that an exponent grows by from n to n + 1.

    Raises:
        UndecidedError: it is no linear function.
    """
    steps = {value(exponent, {name: Fraction(n + 1)}) - value(exponent, {name: Fraction(n)}) for n in range(4)}
    if len(steps) != 1 or not _is_linear(exponent, name):
        raise UnsupportedError("an exponent that is not linear")
    (step,) = steps
    if step.denominator != 1:
        raise UnsupportedError("an exponent that is not whole")
    return int(step)


def _is_linear(tree: Expression, name: str) -> bool:
    try:
        return _degree(tree, name, signed=True) <= 1
    except UndecidedError:
        return False


def _degree(tree: Expression, name: str, *, signed: bool = False) -> int:
    """The degree of a polynomial in one letter; without ``signed`` only one without negative coefficients.

    Raises:
        UndecidedError: it is none.
    """
    match tree:
        case Number():
            return 0
        case Symbol(name=letter) if letter == name:
            return 1
        case Operation(operator="add", arguments=parts):
            return max(_degree(part, name, signed=signed) for part in parts)
        case Operation(operator="mul", arguments=parts):
            return sum(_degree(part, name, signed=signed) for part in parts)
        case Operation(operator="neg", arguments=(inner,)) if signed:
            return _degree(inner, name, signed=signed)
        case Operation(operator="div", arguments=(above, Number(value=number))) if number:
            return _degree(above, name, signed=signed)
        case Operation(operator="pow", arguments=(base, Number(value=number))) if number.denominator == 1:
            if 0 <= number <= MAX_EXPONENT:
                return _degree(base, name, signed=signed) * int(number)
    raise UnsupportedError("no polynomial")
