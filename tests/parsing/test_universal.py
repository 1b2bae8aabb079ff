"""Which equations are said of all values of their letters, and which are conditions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clra.parsing.claims import find_claims
from clra.parsing.steps import split_steps
from clra.types import Problem


def _universal(text: str, problem: str = "") -> list[str]:
    claims = find_claims(text, split_steps(text), Problem(text=problem))
    return [claim.formal or "" for claim in claims if claim.universal]


@pytest.mark.parametrize(
    ("text", "formal"),
    [
        ("Expanding, we get $(x + 4)^2 = x^2 + 16$.", "(x + 4)^2 = x^2 + 16"),
        ("We factor: $y^2 + 3y - 10 = (y - 2)(y + 4)$.", "y^2 + 3*y - 10 = (y - 2)*(y + 4)"),
        ("Using the difference of squares, $9t^2 - 25 = (3t - 5)(3t + 4)$.", "9*t^2 - 25 = (3*t - 5)*(3*t + 4)"),
        ("By distributing the 3, we see that $3(2a - b) = 6a - b$.", "3*(2*a - b) = 6*a - b"),
        ("So $f(x) = (x + 1)(x + 2) = x^2 + 3x + 3$.", "(x + 1)*(x + 2) = x^2 + 3*x + 3"),
        ("$V = 2w(w + 5) = 2w^2 + 5w$", "2*w*(w + 5) = 2*w^2 + 5*w"),
        ("The area is $(p + q)^2 - p^2 = p^2 + 2pq + q^2 - p^2 = pq + q^2$.", "p^2 + 2*p*q + q^2 - p^2 = p*q + q^2"),
        ("\\[y' = 3(2x) - 4x = 10x\\]", "3*(2*x) - 4*x = 10*x"),
        ("Total: 2n + 3n + n = 6n = 5n + n", "6*n = 5*n + n"),
        ("Let $y = 2x + 1$. Then $y^2 = (2x + 1)^2 = 4x^2 + 1$.", "(2*x + 1)^2 = 4*x^2 + 1"),
        ("Solve it: $x^2 - 7x + 12 = (x - 3)(x - 5) = 0$.", "x^2 - 7*x + 12 = (x - 3)*(x - 5)"),
        ("Now $y = 2(x + 1)$, so $y = 2x + 2$ and $y^2 = (2x + 2)^2 = 4x^2 + 4$.", "(2*x + 2)^2 = 4*x^2 + 4"),
        ("We have $m(m + 1) = m^2 + m$. Then $h = 3m(m + 1) = 3m^2 + m$.", "3*m*(m + 1) = 3*m^2 + m"),
    ],
)
def test_a_transformation_is_said_of_all_values(text: str, formal: str) -> None:
    assert formal in _universal(text)


@pytest.mark.parametrize(
    "text",
    [
        "We solve $x^2 + 2x = 3x + 6$.",
        "Subtracting $3x$ from both sides, we get $x^2 - x = 6 + x$.",
        "Squaring both sides gives $x + 7 = x^2 + 2x + 1$.",
        "Expanding the left side, we get $x^2 + 2x + 1 = 3x + 4$.",
        "Expanding the equation gives $x^2 + 2x = 3x + 4$.",
        "The equation is $4k = k^2 - 5$. Expanding, $(k - 1)^2 = k^2 - 2k + 6k$.",
        "$S = 3x + 2$",
        "Let $f(x) = 2x + 5$.",
        "Suppose that $f(x) = x^2 = 2x$.",
        "Is $g(x) = (x + 1)^2 = x^2 + 1$?",
        "It is not true that $g(x) = (x + 1)^2 = x^2 + 1$.",
        "Given $a + b = 1$, we have $a^2 + b^2 = (a + b)^2 - 2ab = 1 - 2ab$.",
        "We have $a^2 + b^2 = (a + b)^2 - 2ab = 1 - 2ab$ because $a + b = 1$.",
        "As $t^2 = t + 1$, we find $w = t^2 + t = 2t + 1$.",
        "We know that $AB = x + 5$. But $AB = 2x = x + 5$, so $x = 5$.",
        "With $m = 2k$ and $m = k + 3$, $z = 2k + 1 = k + 4$.",
        "Working modulo 7, $N = 8k + 3 = k + 3$.",
        "$c = n^2 - n = 0$",
        "$A = \\sqrt{x^2} = x$",
        "$A = |x| + x = 2x$",
        "$A = \\cos(2 \\pi n) + n = 1 + n$",
        "$A = (-1)^{2n} n = n$",
        "$A = 0.667x = 2x/3$",
        "$\\cos\\theta = \\vec{a} \\cdot \\vec{b} / 2 = \\vec{a} \\cdot \\vec{b}$",
        "$a_{n+1} = 2 a_n - a_n = 3 a_n$",
        "So $2x^2 - 10x + 12 = (x - 2)(x - 3) = 0$.",
    ],
)
def test_a_condition_is_not(text: str) -> None:
    assert _universal(text) == []


def test_what_the_problem_says_ties_letters() -> None:
    text = "Then $Q = p^2 + p = 2p + 1$."
    assert _universal(text) == ["p^2 + p = 2*p + 1"]
    assert _universal(text, "The number $p$ is such that $p^2 = p + 1$.") == []


@given(st.text(alphabet="xyn12+-*/^()=. $\n", max_size=60))
def test_any_text_is_taken(text: str) -> None:
    find_claims(f"Expanding, ${text}$ and $A = {text}$", (), Problem(text=text))
