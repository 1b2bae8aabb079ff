"""Definite integrals: balls around them by FLINT's rigorous quadrature, exact values by SymPy's antiderivatives.

An antiderivative counts only where our own rules give back the integrand, and where it has no gap between the limits.
Improper integrals have no value here.
"""

from fractions import Fraction
from functools import partial

from flint import acb, arb, ctx

from clra.parsing.tree import Expression, Number, Operation, Symbol
from clra_verifiers.analytic import analytic
from clra_verifiers.balls import ball_of, enclosure
from clra_verifiers.differentiation import depends_on, derivative_of, minus, plus, put
from clra_verifiers.identity import identical
from clra_verifiers.sympy_bridge import from_sympy, quietly, symbol, to_sympy
from clra_verifiers.undecided import UndecidedError

PRECISION = 64
MAX_EVALUATIONS = 20_000
"""Evaluations of one integrand, so that a hard one ends soon."""
SHARP = arb("1e-9")
"""How well a value must be known to tell a gap in an antiderivative."""


def integral(name: str, low: arb, high: arb, body: Expression) -> arb:
    """A ball around the integral of ``body`` over the letter ``name`` from ``low`` to ``high``.

    Raises:
        UndecidedError: the integrand is not seen to be analytic and real between them, or is too hard.
    """
    with ctx.workprec(PRECISION):
        analytic(body, {name: acb((low + high) / 2)}, analytically=False)  # no exception may come up inside of FLINT
        found = acb.integral(partial(_integrand, body, name), acb(low), acb(high), eval_limit=MAX_EVALUATIONS)
        if not found.is_finite() or not _is_real_between(body, name, low, high):
            raise UndecidedError("the integral has no value that was found")
        return found.real


def _integrand(body: Expression, name: str, point: acb, analytically: bool) -> acb:
    try:
        return analytic(body, {name: point}, analytically=analytically)
    except UndecidedError:
        return acb("nan")


def _is_real_between(body: Expression, name: str, low: arb, high: arb) -> bool:
    """Whether the integrand is real at some points in between, and with them everywhere, being analytic there."""
    for share in (Fraction(1, 7), Fraction(1, 2), Fraction(17, 19)):
        point = acb(low + (high - low) * ball_of(share))
        if not abs(analytic(body, {name: point}, analytically=False).imag) < arb("1e-9"):
            return False
    return True


def antiderivative(body: Expression, name: str) -> Expression:
    """An antiderivative by SymPy, checked by our own rules.

    Raises:
        UndecidedError: none was found.
    """
    integrand, variable = to_sympy(body), symbol(name)
    with quietly() as sympy:
        found = sympy.integrate(integrand, variable)
    tree = from_sympy(found)
    if not identical(derivative_of(tree, name), body):
        raise UndecidedError("the antiderivative could not be checked")
    return tree


def evaluated(name: str, low: Expression, high: Expression, body: Expression) -> Expression:
    """The integral's exact value, as a term.

    Raises:
        UndecidedError: none was found, or the antiderivative may have a gap between the limits.
    """
    found = antiderivative(body, name)
    result = plus(put(found, name, high), minus(put(found, name, low)))
    if not _is_entire(found, name) and not _agrees(result, integral(name, enclosure(low), enclosure(high), body)):
        raise UndecidedError("the antiderivative may have a gap")
    return result


def _agrees(result: Expression, known: arb) -> bool:
    """Whether a term has the value that quadrature gives: a gap in the antiderivative would show."""
    value = enclosure(result)
    return bool(value.overlaps(known)) and known.rad() + value.rad() < SHARP * (1 + abs(known).upper())


def _is_entire(tree: Expression, name: str) -> bool:
    """Whether a term is written as a polynomial, or sines and such of one, so that it has a value everywhere."""
    if not depends_on(tree, name) or tree == Symbol(name):
        return True
    match tree:
        case Operation(operator="add" | "mul" | "neg", arguments=parts):
            return all(_is_entire(part, name) for part in parts)
        case Operation(operator="div", arguments=(above, below)):
            return _is_entire(above, name) and not depends_on(below, name)
        case Operation(operator="pow", arguments=(base, Number(value=exponent))):
            return exponent.denominator == 1 and _is_entire(base, name)
        case Operation(operator="sin" | "cos" | "exp", arguments=(inner,)):
            return _is_entire(inner, name)
    return False
