"""Definitions and known values put in."""

import pytest

from clra.parsing.notation import to_text
from clra.parsing.reader import read_expression
from clra.parsing.tree import Symbol
from clra_verifiers.formulas import formula_of
from clra_verifiers.substitution import Substitution, is_closed, letters_of, rule_of
from clra_verifiers.undecided import UndecidedError


def put_in(term: str, *rules: str, **values: str) -> str:
    found = [rule_of(formula_of(rule)[0]) for rule in rules]
    known = {Symbol(name): read_expression(text) for name, text in values.items()}
    return to_text(Substitution([rule for rule in found if rule is not None], known).term(read_expression(term)))


@pytest.mark.parametrize(
    ("term", "rules", "expected"),
    [
        ("f(3)", ["f(x) = x^2 + 1"], "3^2 + 1"),
        ("f(a + 1)", ["f(x) = x^2"], "(a + 1)^2"),
        ("f(x)", ["f(t) = t^2 + x"], "x^2 + x"),
        ("g(f(1))", ["f(x) = x + 1", "g(x) = f(x) + x"], "(2 + 1) + 2"),
        ("f(1, 2)", ["f(x, y) = x - y"], "1 - 2"),
        ("f(1, 2)", ["f(x) = x"], "f(1, 2)"),
        ("h(2)", ["h(x) = 5*x"], "5*2"),
        ("a_4", ["a_n = n^2"], "16"),
        ("a_{n+1}", ["a_n = n^2"], "(n + 1)^2"),
        ("a_4", ["a_{2n} = n"], "2"),
        ("a_5", ["a_{2n} = n"], "a_5"),
        ("a_0", ["a_n = n + 3"], "a_0"),
        ("b_4", ["a_n = n^2"], "b_4"),
        ("a_{k+1}", ["a_{n+1} = 2*a_n"], "a_{k+1}"),
        ("sum(k, 1, 3, f(k))", ["f(x) = x^2"], "sum(k, 1, 3, k^2)"),
    ],
)
def test_definitions(term, rules, expected):
    assert read_expression(put_in(term, *rules)) == read_expression(expected)


@pytest.mark.parametrize(
    ("rules", "values", "term", "expected"),
    [
        (["a_{n+1} = 2*a_n"], {"a_1": "3"}, "a_6", "96"),
        (["a_n = a_{n-1} + a_{n-2}"], {"a_1": "1", "a_2": "1"}, "a_50", "12586269025"),
        (["a_{n+2} = a_{n+1} + a_n"], {"a_0": "0", "a_1": "1"}, "a_10", "55"),
        (["a_n = 2*a_{n-1} + n"], {"a_0": "1"}, "a_3", "19"),
        (["a_{n+1} = 2*a_n"], {"a_1": "3", "k": "2"}, "a_{k+1}", "12"),
        (["a_{n+1} = 1/a_n"], {"a_1": "3"}, "a_2", "1/3"),
    ],
)
def test_recurrences(rules, values, term, expected):
    assert put_in(term, *rules, **values) == expected


def test_bound_letters_stay():
    assert put_in("sum(k, 1, n, k*m)", k="5", n="3", m="2") == "sum(k, 1, 3, k*2)"


@pytest.mark.parametrize(
    ("rules", "term"),
    [
        (["f(x) = g(x) + g(x)", "g(x) = f(x) + f(x)"], "f(1)"),
        (["f(x) = sum(k, 1, 3, k*x)"], "f(k)"),
        (["a_n = a_{n+1} + 1"], "a_1"),
    ],
)
def test_what_would_not_end_or_mix_up_letters(rules, term):
    with pytest.raises(UndecidedError):
        put_in(term, *rules)


@pytest.mark.parametrize(
    "rule", ["f(x) = f(x - 1) + 1", "f(3) = 5", "f(x, x) = x", "x = 3", "a_3 = 5", "x + y = 3", "f(x) > 2"]
)
def test_what_defines_nothing(rule):
    assert rule_of(formula_of(rule)[0]) is None


def test_letters():
    assert letters_of(read_expression("a*x + pi + sum(k, 1, n, k)")) == {"a", "x", "n"}
    assert is_closed(read_expression("pi + 2"))
    assert not is_closed(read_expression("f(2)"))
