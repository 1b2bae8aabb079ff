"""Exact values of definite integrals by SymPy's antiderivatives.

An antiderivative counts only where our own rules give back the integrand, and where it has no gap between the limits.
At an infinite end it counts by its limit. Whatever the antiderivative is, the value must be that of a proved ball.
"""

from flint import arb

from clra.parsing.tree import Expression, Number, Operation, Symbol
from clra_verifiers.differentiation import depends_on, derivative_of, minus, plus, put
from clra_verifiers.identity import identical
from clra_verifiers.limits import is_infinite, limit_of
from clra_verifiers.quadrature import enclosure_of
from clra_verifiers.sympy_bridge import from_sympy, quietly, symbol, to_sympy
from clra_verifiers.undecided import UndecidedError

SHARP = arb("1e-9")
"""How well a value must be known to tell a gap in an antiderivative."""


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
    ends = [limit_of(name, end, found) if is_infinite(end) else put(found, name, end) for end in (high, low)]
    if any(map(is_infinite, ends)):
        raise UndecidedError("the integral does not converge")
    result = plus(ends[0], minus(ends[1]))
    if _is_entire(found, name) and not any(map(is_infinite, (low, high))):
        return result
    if not _agrees(result, enclosure_of(Operation("integral", (Symbol(name), low, high, body)))):
        raise UndecidedError("the antiderivative may have a gap")
    return result


def _agrees(result: Expression, known: arb) -> bool:
    """Whether a term has the value that quadrature gives: a gap in the antiderivative would show."""
    value = enclosure_of(result)
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
