"""Systems of equations as ideals, against SymPy's Groebner bases."""

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from clra.parsing.reader import read_expression
from clra.parsing.tree import Symbol
from clra_verifiers.ideal import System
from clra_verifiers.undecided import UndecidedError


def system(*zeros: str, nonzero: tuple[str, ...] = ()) -> System:
    found = System()
    for text in zeros:
        found.require_zero([read_expression(text)])
    for text in nonzero:
        found.require_nonzero([read_expression(text)])
    return found


@pytest.mark.parametrize(
    ("zeros", "contradictory"),
    [
        (["x - 1", "x - 2"], True),
        (["x - 1", "y - 2"], False),
        (["x^2 + 1"], False),
        (["x*y - 1", "x"], True),
        (["x/y - 1", "y"], True),
        (["1/(x - 1) - y", "x - 1"], True),
        (["sqrt(x) - 3", "x - 10"], True),
        (["sqrt(x) + 3", "x - 9"], False),  # which of the roots is left open
        (["sqrt(8) - 3*sqrt(2)"], True),
        (["sqrt(8) - 2*sqrt(2)"], False),
        (["root(3, x) - 2", "x - 9"], True),
        (["x^(3/2) - 8", "x^3 - 65"], True),
        (["x^(-2) - 4", "4*x^2 - 2"], True),
        (["sin(pi/6) - 1/3"], True),
        (["cos(pi/3) - 1/2"], False),
        (["tan(pi/4) - 2"], True),
        (["2^(n+1) - 16", "2^n - 9"], True),
        (["2^(-n) - 4", "2^n - 1/4"], False),
        (["binomial(n, 2) - 10", "n*(n - 1) - 21"], True),
        (["floor(x) - 2", "floor(x) - 3"], True),
        (["floor(x) - 2", "floor(y) - 3"], False),
        (["f(2) - 2", "f(2) - 3"], True),
        (["0.5*x - 1", "x - 2"], False),
        (["3 - 2"], True),
    ],
)
def test_contradictions(zeros, contradictory):
    assert system(*zeros).contradictory is contradictory


def test_a_product_is_zero_where_one_factor_is():
    found = System()
    found.require_zero([read_expression("x - 1"), read_expression("x - 2")])
    assert found.contradictory is False
    found = found.extended()
    found.require_zero([read_expression("x - 3")])
    assert found.contradictory


def test_what_is_not_zero():
    assert system("x*y", nonzero=("x", "y")).contradictory
    assert system("x*y", nonzero=("x",)).contradictory is False


def test_a_copy_leaves_the_first_as_it_was():
    first = system("x - 1")
    copy = first.extended()
    copy.require_zero([read_expression("x - 2")])
    assert (first.contradictory, copy.contradictory) == (False, True)


def test_values_that_all_solutions_share():
    found = system("2*x + 3 - 11", "y^2 - 9", "z*y - 3*y", "w - x - z", nonzero=("y",)).values()
    assert found == {Symbol("x"): 4, Symbol("z"): 3, Symbol("w"): 7}


@pytest.mark.parametrize("term", ["x^999", "(x + y + z + w)^14", "9^9^9", "oo", "x/0", "x/(y - y)", "sum(k, 1, n, k)"])
def test_what_is_beyond_the_limits(term):
    with pytest.raises(UndecidedError):
        system(term)


def test_too_many_unknowns():
    with pytest.raises(UndecidedError):
        system(*(f"x_{index} - 1" for index in range(50)))


def test_a_basis_that_grows_too_big_is_not_known():
    hard = system(*(f"(x + {n}*y + z^2)^3 + u^{n}*v^2 - w^{n} - {n}" for n in range(1, 6)))
    assert hard.contradictory is None
    assert hard.values() == {}


POLYNOMIALS = st.dictionaries(
    st.tuples(st.integers(0, 2), st.integers(0, 2)), st.integers(-3, 3), min_size=1, max_size=3
)


def written(polynomial: dict[tuple[int, int], int]) -> str:
    return " + ".join(f"({factor})*x^{first}*y^{second}" for (first, second), factor in polynomial.items())


@given(st.lists(POLYNOMIALS, min_size=1, max_size=3))
def test_sympy_finds_the_same_contradictions(polynomials):
    x, y = sympy.symbols("x y")
    terms = [sum(f * x**a * y**b for (a, b), f in each.items()) for each in polynomials]
    found = system(*map(written, polynomials)).contradictory
    given_terms = [term for term in terms if term != 0]
    expected = bool(given_terms) and sympy.groebner(given_terms, x, y).exprs == [1]
    assert found is expected
