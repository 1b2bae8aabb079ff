"""The exact value of a random expression, enclosed numerically, against mpmath's floating evaluation of its tree."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clra.parsing.algebra.enclosures import enclosure
from clra.parsing.algebra.evaluation import Evaluator
from clra.parsing.algebra.exponentials import logarithm
from clra.parsing.algebra.minimal import algebraic_name
from clra.parsing.algebra.polynomials import TooBigError, UndefinedError, UnknownValueError
from clra.parsing.algebra.quotients import Field
from clra.parsing.reader import read_expression
from clra.parsing.tree import Number, Operation, Symbol

mpmath = pytest.importorskip("mpmath")
LETTERS = {"x": Fraction(17, 13), "y": Fraction(29, 7)}


class NotRealError(Exception):
    """The expression leaves the real numbers, where readings differ."""


def number(value):
    return Number(Fraction(value))


def operation(name, *arguments):
    return Operation(name, arguments)


leaves = st.one_of(
    st.integers(0, 12).map(number),
    st.sampled_from([number(Fraction(1, 2)), Symbol("pi"), Symbol("e"), Symbol("x"), Symbol("y")]),
)


def grown(inner):
    unary = st.sampled_from(["neg", "sin", "cos", "tan", "ln", "exp", "abs", "arctan", "cosh"])
    return st.one_of(
        st.tuples(st.sampled_from(["add", "mul", "div"]), inner, inner).map(lambda parts: operation(*parts)),
        st.tuples(unary, inner).map(lambda parts: operation(*parts)),
        st.tuples(inner, st.integers(-3, 4)).map(lambda parts: operation("pow", parts[0], signed(parts[1]))),
        st.tuples(inner, inner).map(lambda parts: operation("pow", *parts)),
        st.tuples(st.sampled_from([2, 3, 4]), inner).map(lambda parts: operation("root", number(parts[0]), parts[1])),
        inner.map(lambda angle: operation("sin", operation("div", operation("mul", angle, Symbol("pi")), number(12)))),
    )


def signed(value):
    return number(value) if value >= 0 else operation("neg", number(-value))


trees = st.recursive(leaves, grown, max_leaves=8)


def floating(tree):
    """mpmath's value of a tree that stays real."""
    match tree:
        case Number(value=value):
            return mpmath.mpf(value.numerator) / value.denominator
        case Symbol(name="pi"):
            return +mpmath.pi
        case Symbol(name="e"):
            return +mpmath.e
        case Symbol(name=name):
            return mpmath.mpf(LETTERS[name].numerator) / LETTERS[name].denominator
    parts = [floating(part) for part in tree.arguments]
    if any(part and not 1e-15 < abs(part) < 1e15 for part in parts):
        raise NotRealError
    result = _applied(tree.operator, parts)
    if mpmath.im(result) or not mpmath.isfinite(result):
        raise NotRealError
    return result


def _applied(operator, parts):
    match operator, parts:
        case "add", _:
            return parts[0] + parts[1]
        case "mul", _:
            return parts[0] * parts[1]
        case "div", (above, below) if abs(below) > 1e-12:
            return above / below
        case "neg", (inner,):
            return -inner
        case "pow", (base, exponent) if base > 1e-12 or (exponent == int(exponent) and (base or exponent > 0)):
            return base**exponent
        case "root", (degree, radicand) if radicand >= 0:
            return mpmath.root(radicand, int(degree))
        case "root", (degree, radicand) if degree == 3:
            return -mpmath.root(-radicand, 3)
        case "ln", (inner,) if inner > 1e-12:
            return mpmath.log(inner)
        case "abs", (inner,):
            return abs(inner)
        case "arctan", (inner,):
            return mpmath.atan(inner)
        case (("sin" | "cos" | "exp" | "cosh"), (inner,)):
            return getattr(mpmath, operator)(inner)
        case "tan", (inner,) if abs(mpmath.cos(inner)) > 1e-9:
            return mpmath.tan(inner)
    raise NotRealError


@given(trees)
@settings(max_examples=500, deadline=None)
def test_the_exact_value_is_the_value(tree):
    with mpmath.workdps(60):
        try:
            expected = floating(tree)
        except (NotRealError, ZeroDivisionError, OverflowError):
            assume(False)
        try:
            ball = enclosure(Evaluator().value(tree), 512, LETTERS)
        except (TooBigError, UnknownValueError, UndefinedError):
            assume(False)
        found = mpmath.mpc(ball.real.mid().str(50, radius=False), ball.imag.mid().str(50, radius=False))
        assert abs(found - expected) <= 1e-25 * max(1, abs(expected))


closed = st.recursive(
    st.integers(0, 6).map(number),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["add", "mul", "div"]), inner, inner).map(lambda parts: operation(*parts)),
        inner.map(lambda part: operation("neg", part)),
        inner.map(lambda part: operation("root", number(2), part)),
        st.integers(0, 7).map(
            lambda k: operation("cos", operation("div", operation("mul", number(k), Symbol("pi")), number(7)))
        ),
    ),
    max_leaves=5,
)


@given(closed, closed)
@settings(max_examples=200, deadline=None)
def test_algebraic_numbers_have_one_name(first, second):
    field = Field()
    try:
        values = [Evaluator(field).value(tree) for tree in (first, second)]
        names = [value.text if value.number is not None else algebraic_name(field, value) for value in values]
        balls = [enclosure(value, 512) for value in values]
    except (TooBigError, UnknownValueError, UndefinedError):
        assume(False)
    assume(None not in names)
    near = bool(abs(balls[0] - balls[1]) < 1e-60)
    assert (names[0] == names[1]) == near


def value(text, **options):
    return Evaluator(**options).value(read_expression(text))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("sum(k, 1, n, sum(j, 1, k, j))", "sum(k, 1, n, sum(j, 1, k, k))"),
        ("derivative(x, x^2)", "derivative(t, t^2)"),
        ("integral(x, x^2)", "integral(t, t^2)"),
        ("sum(k, 1, k, k)", "sum(j, 1, n, j)"),
    ],
)
def test_what_is_free_or_bound_elsewhere_makes_another_value(first, second):
    assert value(first).text != value(second).text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("sum(k, 1, n, k^2)", "sum(j, 1, n, j^2)"),
        ("integral(x, 0, 1, f(x))", "integral(t, 0, 1, f(t))"),
        ("123_5 + 1", "39"),
        ("permutations(n, 2)", "n^2 - n"),
        ("permutations(5, 2)", "20"),
        ("divisor_count(12) + divisor_sum(12) + totient(12)", "6 + 28 + 4"),
        ("(-2)^(n - k - 1)", "(-2)^(-(k + 1))*(-2)^n"),
    ],
)
def test_what_is_the_same_has_the_same_form(first, second):
    assert value(first).text == value(second).text


def test_a_proof_takes_numbers_and_names_as_they_are_written():
    assert value("0.33333333333333").text == value("1/3").text
    assert value("0.33333333333333", as_written=True).text != value("1/3").text
    assert value("AB").text == value("A*B").text
    assert value("AB", as_written=True).text != value("A*B").text


def test_the_logarithm_of_a_number_too_long_to_print_has_a_value():
    field = Field()
    huge = field.number(10**6_000 + 7)
    assert logarithm(field, huge).number is None
