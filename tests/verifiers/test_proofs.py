"""The bounds on which the proofs of equality stand."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clra.parsing.reader import read_expression
from clra_verifiers.identity import identical
from clra_verifiers.kronecker import same_function
from clra_verifiers.separation import sign_of_difference
from clra_verifiers.undecided import UndecidedError


@pytest.mark.parametrize(
    ("left", "right", "letters", "same"),
    [
        ("(x + y)^3", "x^3 + 3*x^2*y + 3*x*y^2 + y^3", "x y", True),
        ("(x + y)^3", "x^3 + 3*x^2*y + 3*x*y^2 - y^3", "x y", False),
        ("x^2 - 1000000*x", "x*(x - 1000000)", "x", True),
        ("1/(x - 1/3)", "3/(3*x - 1)", "x", True),
        ("(x^2 - 1)/(x - 1)", "x + 1", "x", True),
        ("x^(-2)", "1/x^2", "x", True),
        ("x*y", "x^2", "x y", False),
        ("7", "14/2", "", True),
    ],
)
def test_rational_functions_are_compared_at_one_point(left, right, letters, same):
    assert same_function(read_expression(left), read_expression(right), letters.split()) is same


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=5), st.lists(st.integers(-3, 3), min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_the_point_tells_all_small_polynomials_apart(first, second):
    def polynomial(coefficients: list[int]) -> str:
        return " + ".join(f"({coefficient})*x^{power}" for power, coefficient in enumerate(coefficients, 1))

    length = max(len(first), len(second))
    padded = [[*items, *[0] * (length - len(items))] for items in (first, second)]
    trees = [read_expression(polynomial(items)) for items in (first, second)]
    assert same_function(*trees, ["x"]) is (padded[0] == padded[1])


@pytest.mark.parametrize("term", ["sin(x)", "sqrt(x)", "x^n", "x^1000", "(a + b + c + d + f + g)^60", "f(x)"])
def test_what_is_no_small_rational_function_is_refused(term):
    tree = read_expression(term)
    with pytest.raises(UndecidedError):
        same_function(tree, tree, ["a", "b", "c", "d", "f", "g", "n", "x"])


@pytest.mark.parametrize(
    ("left", "right", "sign"),
    [
        ("sqrt(2)*sqrt(3)", "sqrt(6)", 0),
        ("sqrt(2) + sqrt(3) + 1/10^60", "sqrt(5 + 2*sqrt(6))", 1),
        ("sqrt(2) + sqrt(3) - 1/10^60", "sqrt(5 + 2*sqrt(6))", -1),
        ("root(3, -2)^3", "-2", 0),
        ("1/(sqrt(3) - sqrt(2))", "sqrt(3) + sqrt(2)", 0),
        ("sin(pi/10)", "(sqrt(5) - 1)/4", 0),
        ("2*cos(pi/7)", "root(3, 2)", 1),
        ("sec(pi/5) - csc(3*pi/10)", "0", 0),
    ],
)
def test_the_sign_of_an_algebraic_number_is_proved(left, right, sign):
    assert sign_of_difference(read_expression(left), read_expression(right)) == sign


@pytest.mark.parametrize(
    "term",
    [
        "pi",
        "ln(2)",
        "2^sqrt(2)",
        "cos(1)",
        "x",
        "sqrt(-2)",
        "sqrt(2)/(sqrt(6) - sqrt(2)*sqrt(3))",
        "root(60, 2) + root(59, 2) + root(61, 2)",
    ],
)
def test_no_sign_is_proved_of_what_is_not_covered(term):
    tree = read_expression(term)
    with pytest.raises(UndecidedError):
        sign_of_difference(tree, tree)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("sqrt(x^2)", "x"),
        ("ln(x^2)", "ln(x)"),
        ("(x^2)^(1/4)", "sqrt(x)*sqrt(-1)"),
        ("f(x)", "f(y)"),
        ("abs(x)", "x"),
        ("floor(x + 1/2)", "floor(x)"),
        ("arcsin(sin(x))", "x"),
        ("sin(x°)", "sin(x)"),
    ],
)
def test_what_differs_for_some_numbers_is_no_identity(left, right):
    with contextlib.suppress(UndecidedError):
        assert identical(read_expression(left), read_expression(right)) is False
