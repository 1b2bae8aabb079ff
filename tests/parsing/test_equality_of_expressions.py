"""Rewriting an expression keeps its answer, and changing it changes the answer."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clra.parsing.equality import answer_key, equivalent

numbers = st.integers(-30, 30).map(lambda number: f"({number})" if number < 0 else str(number))
letters = st.sampled_from(["x", "y", "a"])


def grown(inner):
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", r"\cdot "]), inner).map(lambda parts: f"({''.join(parts)})"),
        st.tuples(inner, st.integers(1, 9)).map(lambda parts: rf"\frac{{{parts[0]}}}{{{parts[1]}}}"),
        st.tuples(inner, st.integers(2, 3)).map(lambda parts: f"({parts[0]})^{parts[1]}"),
        st.integers(2, 12).map(lambda number: rf"\sqrt{{{number}}}"),
    )


expressions = st.recursive(numbers | letters, grown, max_leaves=6)


@given(expressions, expressions, expressions)
@settings(max_examples=150, deadline=None)
def test_rewriting_an_expression_keeps_its_key(first, second, third):
    key = answer_key(f"$({first}) + ({second})$")
    assert answer_key(f"$({second}) + ({first})$") == key
    assert answer_key(f"$({first}) - (0 - ({second}))$") == key
    assert answer_key(f"$({first} + {third}) + ({second} - ({third}))$") == key
    product = answer_key(rf"$({first}) \cdot ({second})$")
    assert answer_key(rf"$({second}) \cdot ({first})$") == product
    assert answer_key(rf"$\frac{{7({second})({first})}}{{7}}$") == product


@given(expressions, st.integers(1, 50))
@settings(max_examples=150, deadline=None)
def test_changing_a_number_changes_the_answer(expression, step):
    assert equivalent(f"${expression}$", f"${expression} + {step}$") is False


@given(expressions, expressions)
@settings(max_examples=60, deadline=None)
def test_agrees_with_sympy(first, second):
    sympy = pytest.importorskip("sympy")

    def independent(latex):
        plain = latex.replace(r"\cdot", "*").replace("^", "**")
        while r"\frac" in plain or r"\sqrt" in plain:
            plain = _unbraced(plain)
        return sympy.sympify(plain)

    difference = sympy.expand(independent(first) - independent(second))
    assert equivalent(f"${first}$", f"${second}$") is bool(difference == 0)


def _unbraced(text):
    """Replace one ``\\frac{..}{..}`` or ``\\sqrt{..}`` without braces inside by plain notation."""
    inner = r"\{([^{}]*)\}"
    text, count = re.subn(r"\\frac" + inner + inner, r"((\1)/(\2))", text)
    return text if count else re.sub(r"\\sqrt" + inner, r"sqrt(\1)", text)
