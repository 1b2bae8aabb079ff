"""Values of terms at complex balls, as FLINT's quadrature asks for them: without bounds where not analytic."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import acb, arb, fmpq

from clra.parsing.tree import Expression, Number, Operation, Symbol
from clra_verifiers.rational import value
from clra_verifiers.undecided import TooBigError, UndecidedError, UnsupportedError

MAX_EXPONENT = 1_000

Letters = Mapping[str, acb]


def analytic(tree: Expression, letters: Letters, *, analytically: bool = True) -> acb:
    """The value at a complex ball; what is not analytic all over the ball comes out without bounds.

    Raises:
        UndecidedError: something in the tree has no such value.
    """
    match tree:
        case Number(value=number):
            return acb(fmpq(number.numerator, number.denominator))
        case Symbol(name=name) if name in letters:
            return letters[name]
        case Symbol(name="pi"):
            return acb(arb.pi())
        case Symbol(name="e"):
            return acb(arb.const_e())
        case Operation(operator="pow", arguments=(base, exponent)):
            return _power(analytic(base, letters, analytically=analytically), exponent, letters, analytically)
        case Operation(operator="root", arguments=(Number(value=degree), radicand)) if 1 < degree <= 64:
            inner = analytic(radicand, letters, analytically=analytically)
            return inner.sqrt(analytic=analytically) if degree == 2 else _fractional(inner, 1 / degree, analytically)
        case Operation(operator=operator, arguments=arguments) if operator in _FUNCTIONS:
            parts = [analytic(argument, letters, analytically=analytically) for argument in arguments]
            return _FUNCTIONS[operator](analytically, *parts)
    raise UnsupportedError("no analytic value")


def _power(base: acb, exponent: Expression, letters: Letters, analytically: bool) -> acb:
    try:
        fixed = value(exponent)
    except UndecidedError:
        raised = analytic(exponent, letters, analytically=analytically)
        return base.pow(raised, analytic=analytically)
    if abs(fixed) > MAX_EXPONENT:
        raise TooBigError("the exponent is too big")
    return base**fixed.numerator if fixed.denominator == 1 else _fractional(base, fixed, analytically)


def _fractional(base: acb, exponent: Fraction, analytically: bool) -> acb:
    return base.pow(acb(fmpq(exponent.numerator, exponent.denominator)), analytic=analytically)


def _arcsine(analytically: bool, inner: acb) -> acb:
    turned = acb(0, 1) * inner + (1 - inner * inner).sqrt(analytic=analytically)
    return acb(0, -1) * turned.log(analytic=analytically)


def _sum(analytically: bool, *parts: acb) -> acb:
    del analytically
    return sum(parts, acb(0))


def _product(analytically: bool, *parts: acb) -> acb:
    del analytically
    result = acb(1)
    for part in parts:
        result *= part
    return result


_FUNCTIONS: dict[str, Callable[..., acb]] = {
    "add": _sum,
    "mul": _product,
    "neg": lambda _, u: -u,
    "div": lambda _, u, v: u / v,
    "abs": lambda analytically, u: u.real_abs(analytic=analytically),
    "exp": lambda _, u: u.exp(),
    "ln": lambda analytically, u: u.log(analytic=analytically),
    "log": lambda analytically, b, u: u.log(analytic=analytically) / b.log(analytic=analytically),
    "sin": lambda _, u: u.sin(),
    "cos": lambda _, u: u.cos(),
    "tan": lambda _, u: u.tan(),
    "cot": lambda _, u: u.cot(),
    "sec": lambda _, u: u.sec(),
    "csc": lambda _, u: u.csc(),
    "sinh": lambda _, u: u.sinh(),
    "cosh": lambda _, u: u.cosh(),
    "tanh": lambda _, u: u.tanh(),
    "factorial": lambda _, u: (u + 1).gamma(),
    "arcsin": _arcsine,
    "arccos": lambda analytically, u: acb(arb.pi()) / 2 - _arcsine(analytically, u),
    "arctan": lambda _, u: (
        ((1 + u * acb(0, 1)).log(analytic=True) - (1 - u * acb(0, 1)).log(analytic=True)) / acb(0, 2)
    ),
}
