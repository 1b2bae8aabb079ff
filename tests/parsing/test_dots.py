"""Dots in sums, products and sets: read where one rule is certain or two are, refused elsewhere."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clra.parsing.mathematics.sequences import may_be_known
from clra.parsing.notation import to_text
from clra.parsing.reader import ReadError, read, read_expression
from clra.parsing.tree import Expression, Number, Operation, Symbol
from tests.hanging import no_hang

SUMS = (
    (r"1 + 2 + \cdots + n", "sum(k, 1, n, k)"),
    ("1+2+3+...+100", "sum(k, 1, 100, k)"),
    ("1 + 2 + 3 + … + 50", "sum(k, 1, 50, k)"),
    (r"1 + 2 + \cdots + (n-1) + n", "sum(k, 1, n, k)"),
    (r"1 + 3 + 5 + \cdots + (2n-1)", "sum(k, 1, n, 2*k - 1)"),
    (r"1 + 3 + 5 + \cdots + 2n-1", "sum(k, 1, n, 2*k - 1)"),
    (r"2 + 5 + \cdots + 3n + 2", "sum(k, 1, n + 1, 3*k - 1)"),
    (r"5 + 10 + 15 + \cdots + 100", "sum(k, 1, 20, 5*k)"),
    (r"40 + 39 + \cdots + 1", "sum(k, -40, -1, -k)"),
    ("1 + 2 + ... + 97", "sum(k, 1, 97, k)"),
    ("2 + 3 + ... + 90", "sum(k, 2, 90, k)"),
    ("2 + 3 + ... + n", "sum(k, 2, n, k)"),
    ("3 + 7 + ... + 43", "sum(k, 1, 11, 4*k - 1)"),
    ("1 + 3 + ... + 99", "sum(k, 1, 50, 2*k - 1)"),
    ("x^2 + x^3 + ... + x^7", "sum(k, 2, 7, x^k)"),
    (r"1 + 2 + 4 + \cdots + 64", "sum(k, 0, 6, 2^k)"),
    (r"1 + 2 + 4 + \cdots + 2^{n-1}", "sum(k, 0, n - 1, 2^k)"),
    (r"1 + 2 + 4 + \cdots + 2^n - 1", "sum(k, 0, n, 2^k) - 1"),
    (r"3^0 + 3^1 + 3^2 + \cdots + 3^m", "sum(k, 0, m, 3^k)"),
    (r"1 + x + x^2 + \cdots + x^n", "sum(k, 0, n, x^k)"),
    (r"a + ar + ar^2 + \cdots + ar^{n-1}", "sum(k, 0, n - 1, a*r^k)"),
    (r"1^2 + 2^2 + \cdots + n^2", "sum(k, 1, n, k^2)"),
    (r"1 + 4 + 9 + \cdots + 144", "sum(k, 1, 12, k^2)"),
    (r"1 + 8 + \cdots + n^3", "sum(k, 1, n, k^3)"),
    (r"\frac{1}{1\cdot 2} + \frac{1}{2\cdot 3} + \cdots + \frac{1}{n(n+1)}", "sum(k, 1, n, 1/(k*(k + 1)))"),
    (r"1 + \frac12 + \frac13 + \cdots + \frac1n", "sum(k, 1, n, 1/k)"),
    (r"1 + \frac12 + \frac14 + \cdots", "sum(k, 0, oo, 1/2^k)"),
    (r"0.7 + 0.07 + 0.007 + \cdots", "sum(k, 0, oo, 7/10/10^k)"),
    (r"1 + x + x^2 + \cdots", "sum(k, 0, oo, x^k)"),
    (r"\binom{n}{0} + \binom{n}{1} + \cdots + \binom{n}{n}", "sum(k, 0, n, binomial(n, k))"),
    (r"f(1) + f(2) + \dots + f(12)", "sum(k, 1, 12, f(k))"),
    (r"k + (k+1) + \cdots + (k+9)", "sum(j, 0, 9, j + k)"),
    (r"\sin^2 1^\circ + \sin^2 2^\circ + \cdots + \sin^2 89^\circ", "sum(k, 1, 89, (sin(k°))^2)"),
)

PRODUCTS = (
    (r"2 \cdot 4 \cdots 20", "product(k, 1, 10, 2*k)"),
    (r"1 \times 2 \times \cdots \times n", "product(k, 1, n, k)"),
    ("1*2*3*...*10", "product(k, 1, 10, k)"),
    (r"n(n-1)(n-2)\cdots(n-k+1)", "product(j, 0, k - 1, -j + n)"),
    (r"\frac{9 \cdot 8 \cdots 5}{5!}", "product(k, -9, -5, -k)/5!"),
    (r"(1 - \frac12)(1 - \frac13)\cdots(1 - \frac1n)", "product(k, 2, n, 1 - 1/k)"),
)

SETS = (
    (r"\{1, 2, \ldots, 6\}", "{1, 2, 3, 4, 5, 6}"),
    (r"\{2, 4, 6, \ldots, 12\}", "{2, 4, 6, 8, 10, 12}"),
    ("{10, 9, ..., 5}", "{10, 9, 8, 7, 6, 5}"),
)

EITHER = (
    ("1+2+...+64", "sum(k, 1, 64, k)", "sum(k, 0, 6, 2^k)"),
    (r"1 + 4 + \cdots + 100", "sum(k, 1, 34, 3*k - 2)", "sum(k, 1, 10, k^2)"),
)

REFUSED = (
    *(r"1 + \cdots + n", r"1 + 2 + 3 + \cdots", r"1 + \frac12 + \cdots", r"1 + 2 + \cdots + n - 1"),
    *(r"1 + 2 + \cdots + n + 5", r"a_1 + a_2 + \cdots + a_n", r"1 - 2 + 3 - \cdots + 99", r"1 + 1 + \cdots + 1"),
    *(r"1 + 1 + 2 + 3 + 5 + \cdots + 55", r"2 + 3 + 5 + 7 + \cdots + 97", r"1 + 3 + 6 + 10 + \cdots + 55"),
    *(r"1 + 4 + \cdots + 12", r"2 + 4 + \cdots + n", r"3 + 1 + 2 + \cdots + n", r"1 + 2 + \cdots + 2"),
    *(r"2 \cdot 1 \cdot 2 \cdots n", r"1 \cdot 2 \cdots", r"2 \cdot 3 \cdot 5 \cdots 23", r"\{1, 2, \ldots, n\}"),
    *(r"\{1, 2, \ldots\}", r"\{1, \ldots, 9\}", r"\{1, 2, \ldots, 4, 5\}", r"\{1, 2, \ldots, 100000\}"),
    *("2 + 3 + ... + 97", "3 + 5 + ... + 61", "3 + 5 + 7 + ... + 61", r"2 \cdot 3 \cdots 13", "5 + 8 + ... + 89"),
    *("9 + 99 + ... + 99999", "1 + 11 + ... + 1111", "1 + 3 + ... + 45", "1 + 3 + ... + 31", "2 + 6 + ... + 42"),
    *(r"\{2, 3, \ldots, 29\}", r"\{1, 3, \ldots, 21\}", "2 + 3 + ... + 1000000007"),
    *(r"1, 2, \ldots, n", r"(1, 2, \ldots, 9)", "1+2+..+9", r"1 + 2 + \vdots", r"\cdots + 5", r"\cdots"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("snippet", "meaning"), [*SUMS, *PRODUCTS, *SETS], ids=[row[0] for row in (*SUMS, *PRODUCTS, *SETS)]
)
def test_meaning(snippet, meaning):
    assert to_text(read_expression(snippet)) == meaning


@pytest.mark.parametrize(("snippet", "first", "second"), EITHER)
def test_two_rules(snippet, first, second):
    assert to_text(read_expression(snippet)) == f"either({first}, {second})"


@pytest.mark.parametrize("snippet", REFUSED)
def test_refused(snippet):
    with pytest.raises(ReadError):
        read(snippet)


def test_a_side_of_a_relation_may_have_dots():
    (relation,) = read(r"1 + 2 + \cdots + n = \frac{n(n+1)}{2}")
    assert to_text(relation) == "sum(k, 1, n, k) = n*(n + 1)/2"


# by value


def value(node: Expression, k: int | None = None) -> Fraction:
    """The value of a term whose only letter is the variable."""
    match node:
        case Number(number):
            return number
        case Symbol() if k is not None:
            return Fraction(k)
        case Operation("add", parts):
            return sum((value(part, k) for part in parts), Fraction(0))
        case Operation("mul", parts):
            return math.prod((value(part, k) for part in parts), start=Fraction(1))
        case Operation("neg", (part,)):
            return -value(part, k)
        case Operation("div", (over, under)):
            return value(over, k) / value(under, k)
        case Operation("pow", (base, exponent)):
            return value(base, k) ** int(value(exponent, k))
        case _:
            raise AssertionError(node)


def terms(series: Expression) -> list[Fraction]:
    """The terms of a sum over a range."""
    assert isinstance(series, Operation)
    assert series.operator == "sum"
    _, low, high, body = series.arguments
    return [value(body, k) for k in range(int(value(low)), int(value(high)) + 1)]


def readings(text: str) -> list[list[Fraction]]:
    """The terms of each reading of a sum; none where it is refused."""
    try:
        tree = read_expression(text)
    except ReadError:
        return []
    both = tree.arguments if isinstance(tree, Operation) and tree.operator == "either" else (tree,)
    return [terms(reading) for reading in both]


@given(st.integers(1, 40), st.integers(1, 9), st.integers(4, 30), st.integers(2, 3))
def test_arithmetic_progressions(first, step, count, shown):
    every = [first + step * place for place in range(count)]
    found = readings(" + ".join(map(str, every[:shown])) + f" + ... + {every[-1]}")
    assert (every in found) is not may_be_known(every[:shown], every[-1])


@given(st.integers(1, 6), st.integers(2, 5), st.integers(4, 9), st.integers(2, 3))
def test_geometric_progressions(first, ratio, count, shown):
    every = [first * ratio**place for place in range(count)]
    found = readings(" + ".join(map(str, every[:shown])) + f" + ... + {every[-1]}")
    assert every in found or (shown == 2 and not found)  # 1 + 4 + ... + 64 may also be squares, or steps of 3


@given(st.lists(st.integers(1, 30), min_size=2, max_size=4), st.integers(1, 200))
def test_what_is_written_is_what_is_summed(leading, last):
    for every in readings(" + ".join(map(str, leading)) + f" + ... + {last}"):
        assert every[: len(leading)] == leading
        assert every[-1] == last
        assert len(every) > len(leading)


def test_the_places_of_many_arguments_are_compared_at_once():
    call = "f({})".format(", ".join(["{0}"] * 60))
    text = f"{call.format(1)} + {call.format(2)} + ... + {call.format(64)[:-2]}8)"
    with no_hang(), pytest.raises(ReadError):
        read(text)


def test_what_grows_is_still_for_storing():
    text = "+".join([r"|\{1, 2, \ldots, 99\}|"] * 9)
    with pytest.raises(ReadError, match="too large"):
        read(text)
