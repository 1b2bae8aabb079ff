"""The symbolic verifier and its parts against SymPy and mpmath, and on claims made true or false by construction."""

from fractions import Fraction

import mpmath
import pytest
import sympy
from flint import arb
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clra.parsing.notation import to_text
from clra.parsing.reader import read_expression
from clra.parsing.tree import Expression, Number, Operation, Relation, Relator, Symbol
from clra.types import Claim, Outcome, Problem, Span
from clra_verifiers.antiderivatives import evaluated
from clra_verifiers.differentiation import derivative_of
from clra_verifiers.integrals import integral
from clra_verifiers.limits import limit_of
from clra_verifiers.quadrature import enclosure_of
from clra_verifiers.series import infinite_sum
from clra_verifiers.symbolic import SymbolicVerifier
from clra_verifiers.sympy_bridge import from_sympy, to_sympy
from clra_verifiers.undecided import UndecidedError

VERIFIER = SymbolicVerifier()
X = Symbol("x")


def number(value: int) -> Expression:
    return Number(Fraction(value)) if value >= 0 else Operation("neg", (Number(Fraction(-value)),))


def terms() -> st.SearchStrategy[Expression]:
    """Terms in x that are smooth for x > 0."""
    leaves = st.one_of(st.just(X), st.integers(1, 5).map(number))

    def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        pairs = st.tuples(inner, inner)
        return st.one_of(
            pairs.map(lambda pair: Operation("add", pair)),
            pairs.map(lambda pair: Operation("mul", pair)),
            st.tuples(inner, st.integers(2, 4).map(number)).map(lambda pair: Operation("pow", pair)),
            inner.map(lambda one: Operation("neg", (one,))),
            st.just(Operation("exp", (X,))),
            st.just(Operation("ln", (X,))),
            st.just(Operation("root", (number(2), X))),
            st.just(Operation("div", (number(1), X))),
            st.sampled_from(["sin", "cos", "arctan"]).flatmap(
                lambda name: st.just(Operation(name, (Operation("mul", (number(2), X)),)))
            ),
        )

    return st.recursive(leaves, grown, max_leaves=6)


def outcome(operator: str, left: Expression, right: Expression) -> Outcome:
    formal = to_text(Relation(Relator.EQUAL, Operation(operator, (X, left)), right))
    claim = Claim(text=formal, span=Span(0, len(formal)), formal=formal)
    return VERIFIER.verify(claim, Problem(text="")).outcome


def at(tree: Expression, point: float) -> mpmath.mpf:
    """The value by SymPy and mpmath, without our evaluators."""
    return mpmath.mpf(sympy.N(to_sympy(tree).subs(sympy.Symbol("x", real=True), point), 30))


@settings(max_examples=50)
@given(terms())
def test_derivatives_are_those_of_sympy(tree):
    ours = to_sympy(derivative_of(tree, "x"))
    theirs = sympy.diff(to_sympy(tree), sympy.Symbol("x", real=True))
    for point in (sympy.Rational(7, 5), sympy.Rational(23, 9)):
        gap = sympy.N((ours - theirs).subs(sympy.Symbol("x", real=True), point), 30)
        assert abs(gap) < 1e-15 * (1 + abs(sympy.N(theirs.subs(sympy.Symbol("x", real=True), point))))


@settings(max_examples=50)
@given(terms())
def test_a_right_derivative_is_never_refuted(tree):
    theirs = from_sympy(sympy.diff(to_sympy(tree), sympy.Symbol("x", real=True)))
    assert outcome("derivative", tree, theirs) is not Outcome.REFUTED


@settings(max_examples=50)
@given(terms(), terms())
def test_a_wrong_derivative_is_never_confirmed(tree, error):
    wrong = Operation("add", (derivative_of(tree, "x"), error))
    assume(abs(at(error, 1.4)) > 1e-9 or abs(at(error, 2.7)) > 1e-9)
    assert outcome("derivative", tree, wrong) is not Outcome.CONFIRMED


@settings(max_examples=50)
@given(terms())
def test_a_right_antiderivative_is_confirmed_and_a_wrong_one_is_not(tree):
    derivative = derivative_of(tree, "x")
    assume(derivative != number(0))
    assert outcome("integral", derivative, tree) is not Outcome.REFUTED
    wrong = Operation("add", (tree, Operation("mul", (number(3), X))))
    assert outcome("integral", derivative, wrong) is not Outcome.CONFIRMED


@settings(max_examples=50)
@given(st.lists(st.integers(-5, 5), min_size=2, max_size=6), st.integers(-4, 4), st.integers(1, 5))
def test_an_integral_of_a_polynomial_is_told_from_a_wrong_one(coefficients, low, width):
    assume(any(coefficients))
    body = " + ".join(f"({value})*x^{power}" for power, value in enumerate(coefficients))
    high = low + width
    exact = sum(
        Fraction(value * (high ** (power + 1) - low ** (power + 1)), power + 1)
        for power, value in enumerate(coefficients)
    )
    for error, expected in ((0, Outcome.CONFIRMED), (Fraction(1, 7), Outcome.REFUTED)):
        value = exact + error
        formal = f"integral(x, {low}, {high}, {body}) = {value.numerator}/{value.denominator}"
        claim = Claim(text=formal, span=Span(0, len(formal)), formal=formal)
        assert VERIFIER.verify(claim, Problem(text="")).outcome is expected


@settings(max_examples=50)
@given(st.lists(st.integers(-4, 4), min_size=2, max_size=4), st.integers(0, 3))
def test_a_closed_form_of_a_sum_is_told_from_a_wrong_one(coefficients, low):
    assume(any(coefficients[1:]))
    n = sympy.Symbol("n")
    k = sympy.Symbol("k")
    polynomial = sum(value * k**power for power, value in enumerate(coefficients))
    closed = str(sympy.expand(sympy.summation(polynomial, (k, low, n)))).replace("**", "^")
    body = " + ".join(
        [f"({coefficients[0]})", *(f"({value})*k^{power}" for power, value in enumerate(coefficients) if power)]
    )
    for text, expected in ((closed, Outcome.CONFIRMED), (f"{closed} + 1/7", Outcome.REFUTED)):
        formal = f"sum(k, {low}, n, {body}) = {text}"
        claim = Claim(text=formal, span=Span(0, len(formal)), formal=formal)
        found = VERIFIER.verify(claim, Problem(text="")).outcome
        assert found is expected


INTEGRALS = [
    ("0", "1", "x^2"),
    ("0", "pi", "x*sin(x)"),
    ("1", "e", "ln(x)*sqrt(x)"),
    ("0", "1", "sqrt(1 - x^2)"),
    ("-1", "2", "abs(x)"),
    ("0", "3", "e^(-x^2)"),
    ("-2", "-1", "1/x"),
    ("0", "1", "arctan(x)"),
    ("0", "1/2", "arcsin(x)*arccos(x)"),
    ("0", "2", "1/(1 + x^4)"),
    ("0", "1", "2^x*cosh(x)"),
]


@pytest.mark.parametrize(("low", "high", "body"), INTEGRALS)
def test_integrals_are_those_of_mpmath(low, high, body):
    ends = [read_expression(end) for end in (low, high)]
    tree = read_expression(body)
    ball = integral("x", *map(enclosure_of, ends), tree)
    function = sympy.lambdify(sympy.Symbol("x", real=True), to_sympy(tree), "mpmath")
    ours = [mpmath.mpf(str(sympy.N(to_sympy(end), 30))) for end in ends]
    points = [ours[0], mpmath.mpf(0), ours[1]] if "abs" in body else ours
    assert abs(float(ball.mid()) - float(mpmath.quad(function, points))) < 1e-8
    assert ball.rad() < arb("1e-8")


@pytest.mark.parametrize(("low", "high", "body"), INTEGRALS)
def test_an_exact_integral_has_the_value_of_its_enclosure(low, high, body):
    ends = [read_expression(end) for end in (low, high)]
    tree = read_expression(body)
    try:
        exact = evaluated("x", *ends, tree)
    except UndecidedError:
        return
    assert enclosure_of(exact).overlaps(integral("x", *map(enclosure_of, ends), tree))


def test_an_antiderivative_with_a_gap_is_not_used():
    # 1/(2 + cos x) has an elementary antiderivative that jumps at pi
    with pytest.raises(UndecidedError):
        evaluated("x", number(-1), number(1), read_expression("1/x^2"))


SUMS = [("1", "n/2^n"), ("0", "(-1)^n/n!"), ("1", "n^3*(1/3)^n"), ("2", "5*(3/4)^n/n"), ("0", "3^n/(n!*2^n)")]


@pytest.mark.parametrize(("first", "body"), SUMS)
def test_infinite_sums_are_those_of_mpmath(first, body):
    tree = read_expression(body)
    try:
        ball = infinite_sum("n", Fraction(first), tree)
    except UndecidedError:
        return
    expression = to_sympy(tree, whole=frozenset({"n"}))
    function = sympy.lambdify(sympy.Symbol("n", integer=True, positive=True), expression, "mpmath")
    assert abs(float(ball.mid()) - float(mpmath.nsum(function, [int(first), mpmath.inf]))) < 1e-8


@pytest.mark.parametrize("body", ["1/n", "1/n^2", "n", "(-1)^n", "2^n/n^5", "sin(n)"])
def test_a_sum_that_shrinks_slowly_or_not_at_all_has_no_enclosure(body):
    with pytest.raises(UndecidedError):
        infinite_sum("n", Fraction(1), read_expression(body))


@pytest.mark.parametrize(
    ("point", "body"),
    [("0", "sin(1/x)"), ("0", "1/x"), ("0", "abs(x)/x"), ("oo", "cos(x)"), ("oo", "(-1)^x")],
)
def test_where_there_is_no_limit_none_is_found(point, body):
    with pytest.raises(UndecidedError):
        limit_of("x", read_expression(point), read_expression(body))


@settings(max_examples=50)
@given(terms())
def test_a_tree_comes_back_from_sympy_with_its_value(tree):
    back = from_sympy(to_sympy(tree))
    assert abs(at(back, 1.7) - at(tree, 1.7)) <= 1e-20 * (1 + abs(at(tree, 1.7)))
