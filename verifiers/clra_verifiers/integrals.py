"""Balls around definite integrals by FLINT's rigorous quadrature. Improper ones have no value here."""

from fractions import Fraction
from functools import partial

from flint import acb, arb, ctx

from clra.parsing.tree import Expression
from clra_verifiers.analytic import analytic
from clra_verifiers.balls import ball_of
from clra_verifiers.undecided import UndecidedError

PRECISION = 64
MAX_EVALUATIONS = 20_000
"""Evaluations of one integrand, so that a hard one ends soon."""


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
