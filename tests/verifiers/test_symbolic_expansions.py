"""Expansions with proved bounds, and the limits, sums and integrals made of them, against mpmath."""

from fractions import Fraction

import mpmath
import pytest
import sympy
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from clra.parsing.reader import read_expression
from clra_verifiers.balls import ball_of, enclosure
from clra_verifiers.differentiation import put
from clra_verifiers.expansions import Place, expansion
from clra_verifiers.limits import proved_limit
from clra_verifiers.quadrature import enclosure_of
from clra_verifiers.sympy_bridge import to_sympy
from clra_verifiers.undecided import UndecidedError

AT_A_POINT = [
    ("0", "sin(x)/x"),
    ("0", "(1 - cos(x))/x^2"),
    ("0", "(e^(2*x) - 1)/x"),
    ("0", "(1 + 3*x)^(1/x)"),
    ("0", "(tan(x) - x)/x^3"),
    ("1", "ln(x)/(x^2 - 1)"),
    ("2", "(x^3 - 8)/(x - 2)"),
    ("pi", "sin(x)/(x - pi)"),
    ("1", "(root(3, x) - 1)/(sqrt(x) - 1)"),
    ("0", "x*sin(1/x)"),
]
FAR_OUT = ["(3*x^2 + 1)/(2*x^2 - x)", "(1 + 1/x)^x", "sqrt(x^2 + x) - x", "x^4*e^(-x)", "arctan(x)", "x*sin(2/x)"]


@pytest.mark.parametrize(("point", "body"), AT_A_POINT)
def test_limits_are_those_of_mpmath(point, body):
    tree = read_expression(body)
    found = proved_limit("x", read_expression(point), tree).value
    x = sympy.Symbol("x", real=True)
    function = sympy.lambdify(x, to_sympy(tree), "mpmath")
    with mpmath.workdps(60):
        near = function(mpmath.mpf(str(sympy.N(point, 50))) + mpmath.mpf(10) ** -12)
    assert abs(float(found.mid()) - float(near)) < 1e-9
    assert found.rad() < arb("1e-20")


@pytest.mark.parametrize("body", FAR_OUT)
def test_limits_at_infinity_are_those_of_mpmath(body):
    tree = read_expression(body)
    found = proved_limit("x", read_expression("oo"), tree).value
    function = sympy.lambdify(sympy.Symbol("x", real=True), to_sympy(tree), "mpmath")
    with mpmath.workdps(60):
        assert abs(float(found.mid()) - float(function(mpmath.mpf(10) ** 12))) < 1e-9


@pytest.mark.parametrize(
    ("point", "body"),
    [("0", "1/x"), ("0", "abs(x)/x"), ("oo", "sin(x)"), ("0", "x*ln(x)"), ("oo", "ln(x)/x"), ("0", "floor(x)")],
)
def test_no_limit_is_proved_where_there_is_none_or_none_is_covered(point, body):
    with pytest.raises(UndecidedError):
        proved_limit("x", read_expression(point), read_expression(body))


@pytest.mark.parametrize(
    ("point", "body", "sign"), [("0", "1/x^2", 1), ("1", "-3/(x - 1)^4", -1), ("oo", "x^2 - x", 1)]
)
def test_infinite_limits_have_a_sign(point, body, sign):
    found = proved_limit("x", read_expression(point), read_expression(body))
    assert (found.value, found.sign) == (None, sign)


BODIES = [
    "sin(x)/(1 + x)",
    "e^x - sqrt(4 + x)",
    "ln(1 + x)*cos(2*x)",
    "(x^2 - 3)/(2 - x)",
    "(arctan(x))^3/x",
    "x^(1/2)*e^(-x)",
]


@given(st.sampled_from(BODIES), st.fractions(Fraction(1, 1000), Fraction(1, 16)))
def test_an_expansion_holds_all_over_its_reach(body, t):
    tree = read_expression(body)
    found = expansion(tree, Place("x", read_expression("0"), 1, 2, Fraction(1, 16)))
    bracket = found.rest * ball_of(t) ** len(found.coefficients)
    for place, coefficient in enumerate(found.coefficients):
        bracket += coefficient * ball_of(t) ** place
    value = bracket * ball_of(t) ** found.valuation
    square = t * t
    assert value.overlaps(enclosure(put(tree, "x", read_expression(f"{square.numerator}/{square.denominator}"))))


INTEGRALS = [
    ("0", "oo", "e^(-x)*sin(x)"),
    ("1", "oo", "1/x^(3/2)"),
    ("-oo", "oo", "e^(-x^2/2)"),
    ("0", "oo", "x/(1 + x^4)"),
    ("0", "1", "1/sqrt(1 - x^2)"),
    ("0", "oo", "1/(sqrt(x)*(1 + x))"),
    ("-oo", "-2", "1/(x^2 + x^3)"),
]


@pytest.mark.parametrize(("low", "high", "body"), INTEGRALS)
def test_improper_integrals_are_those_of_mpmath(low, high, body):
    ball = enclosure_of(read_expression(f"integral(x, {low}, {high}, {body})"))
    function = sympy.lambdify(sympy.Symbol("x", real=True), to_sympy(read_expression(body)), "mpmath")
    ends = [{"oo": mpmath.inf, "-oo": -mpmath.inf}.get(end) or mpmath.mpf(end) for end in (low, high)]
    middle = [mpmath.mpf(0)] if low == "-oo" and high == "oo" else [mpmath.mpf(1)] if (low, high) == ("0", "oo") else []
    assert abs(float(ball.mid()) - float(mpmath.quad(function, [ends[0], *middle, ends[1]]))) < 1e-6
    assert ball.rad() < arb("1e-9")


SUMS = [
    ("1", "1/n^2", mpmath.zeta(2)),
    ("2", "1/(n^2 - 1)", 0.75),
    ("1", "1/(n*sqrt(n))", mpmath.zeta(1.5)),
    ("1", "(-1)^(n + 1)/n", mpmath.log(2)),
    ("0", "(-1)^n/(2*n + 1)", mpmath.pi / 4),
    ("1", "-(-1)^n/sqrt(n)", mpmath.altzeta(0.5)),
    ("1", "1/(n^2 + 1)", (mpmath.pi * mpmath.coth(mpmath.pi) - 1) / 2),
    ("1", "(-1)^n/(n^2 + 1)", (mpmath.pi / mpmath.sinh(mpmath.pi) - 1) / 2),
    ("5", "4/(n + 1)^3", 4 * mpmath.zeta(3, 6)),
]


@pytest.mark.parametrize(("first", "body", "expected"), SUMS)
def test_slow_sums_are_those_of_mpmath(first, body, expected):
    ball = enclosure_of(read_expression(f"sum(n, {first}, oo, {body})"))
    assert abs(float(ball.mid()) - float(expected)) < 1e-9
    assert ball.rad() < arb("1e-9")


@pytest.mark.parametrize(
    "term",
    ["integral(x, 1, oo, 1/x)", "integral(x, 0, 1, 1/x)", "integral(x, -1, 1, 1/x^2)", "sum(n, 1, oo, 1/n)",
     "sum(n, 1, oo, (-1)^n)", "sum(n, 2, oo, 1/sqrt(n))", "integral(x, 0, oo, sin(x))"],
)  # fmt: skip
def test_what_diverges_has_no_value(term):
    with pytest.raises(UndecidedError):
        enclosure_of(read_expression(term))


def test_a_bounded_oscillation_leaves_its_bounds():
    ball = enclosure_of(read_expression("sum(n, 1, oo, sin(n)/n^2)"))
    assert ball.contains(arb("1.01395913")) or ball.overlaps(arb("1.01395913", "1e-7"))
    assert ball.rad() > arb("1e-6")
