from fractions import Fraction

import pytest

from clra.parsing.coefficients import coefficients, solution_of_linear
from clra.parsing.notation import to_text
from clra.parsing.reader import read_expression
from clra.parsing.tree import ReadError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3x^2 - x + 7", ["7", "-1", "3"]),
        ("(x - 2)(x + 2)", ["-4", "0", "1"]),
        ("a(x - h)^2 + k", ["a*h^2 + k", "-2*a*h", "a"]),
        ("(x + 1)^3 - x^3", ["1", "3", "3"]),
        ("x/2 + b/3", ["1/3*b", "1/2"]),
        ("x - x", []),
        ("sqrt(2) x", ["0", "sqrt(2)"]),
    ],
)
def test_the_coefficients_of_a_polynomial(text, found):
    assert [to_text(each) for each in coefficients(read_expression(text), "x")] == found


@pytest.mark.parametrize("text", ["1/x", "x^n", "2^x", "sqrt(x)", "x^7", "(a+b+c+d+x)^6", "|x|"])
def test_what_is_no_short_polynomial_is_refused(text):
    with pytest.raises(ReadError):
        coefficients(read_expression(text), "x")


@pytest.mark.parametrize(
    ("text", "solution"),
    [("3x - 5", Fraction(5, 3)), ("4 - (1/2) x", Fraction(8)), ("x^2 - 1", None), ("a x - 1", None), ("1/x - 2", None)],
)
def test_where_a_linear_term_is_zero(text, solution):
    assert solution_of_linear(read_expression(text), "x") == solution
