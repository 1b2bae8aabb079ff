from fractions import Fraction

import pytest

from clra.parsing.notation import to_text
from clra.parsing.precision import leaves_digits_open, places_in, rounds_oddly, rounds_to, significant_in, written
from clra.parsing.reader import read_expression
from clra.parsing.tree import Symbol
from tests.hanging import no_hang


@pytest.mark.parametrize(
    ("text", "places", "significant", "relation"),
    [
        ("3.14159", 2, None, "abs(t - 3.14) <= 0.005"),
        ("-0.0450", None, 2, "abs(t - (-0.045)) <= 0.0005"),
        ("2.5", 3, None, "abs(t - 2.500) <= 0.0005"),
        ("-2.345", 2, None, "abs(t - (-2.35)) <= 0.005"),
        ("7250", None, 2, "abs(t - 7.3*10^3) <= 5*10^1"),
        ("6.022e23", None, 3, "abs(t - 6.02*10^23) <= 5*10^20"),
        (r"4.9 \times 10^{-12}", None, 2, "abs(t - 4.9*10^(-12)) <= 5*10^(-14)"),
        ("0", 1, None, "abs(t - 0.0) <= 0.05"),
    ],
)
def test_a_term_rounds_to_a_number(text, places, significant, relation):
    number = written(read_expression(text))
    assert number is not None
    rounded = number.rounded(places, significant)
    assert rounded is not None
    assert to_text(rounds_to(Symbol("t"), rounded)) == relation


@pytest.mark.parametrize("text", ["1.00", "0.01", "9.996"])
def test_smaller_numbers_that_round_to_a_power_of_ten_have_finer_digits(text):
    number = written(read_expression(text))
    assert number is not None
    assert number.rounded(None, 3) is None


@pytest.mark.parametrize(
    "text", ["x", "2/3", "sqrt(2)", "2 * 3", "1.5 * 10^n", "10^{9999}", "3 \\cdot 10^{5000}", "5%"]
)
def test_a_term_that_writes_no_number(text):
    assert written(read_expression(text)) is None


def test_a_number_knows_its_last_digit():
    assert written(read_expression("-1.250")) == (Fraction(-5, 4), -3)
    assert written(read_expression("3.0e-4")) == (Fraction(3, 10_000), -5)


@pytest.mark.parametrize(
    ("text", "oddly", "fewer"),
    [
        ("Round to 2 decimal places.", False, False),
        ("Round up to the next cent.", True, False),
        ("Truncate to 3 decimals.", True, False),
        ("Round the result up to the next hundredth.", True, True),
        ("Always round towards zero.", True, False),
        ("Give 3 decimals without rounding.", True, False),
        ("Use banker's rounding.", True, False),
        ("Round intermediate values to 4 decimal places and the answer to 2 decimal places.", True, False),
        ("to a maximum of 6 significant digits, rounding up from the half", False, True),
        ("Give at most 3 decimal places.", False, True),
    ],
)
def test_other_ways_to_round(text, oddly, fewer):
    assert (rounds_oddly(text), leaves_digits_open(text)) == (oddly, fewer)


@pytest.mark.parametrize("text", ["10000000 decimal places", "9" * 5_000 + " decimal places"])
def test_so_many_digits_are_not_asked_for(text):
    assert places_in(text) is None


def test_a_long_word_is_gone_through_quickly():
    with no_hang(5):
        assert places_in("f" * 200_000) is None
        assert significant_in("f" * 200_000) is None
