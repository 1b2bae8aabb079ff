import pytest

from clra.parsing.implied import implied_facts


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Let $r$ and $s$ be the roots of $x^2 - 7x + 3 = 0$.", ("r + s = 7", "r*s = 3")),
        (
            "Find $p^2 + q^2 + r^2$, given that $p,$ $q,$ and $r$ are the roots of \\[2t^3 - 5t^2 + 8 = 0.\\]",
            ("p + q + r = 5/2", "p*q + p*r + q*r = 0", "p*q*r = -4"),
        ),
        ("The zeros of $x^2 + bx - 6$ are $m$ and $n$.", ("m + n = -b", "m*n = -6")),
        (
            "If $u$ and $v$ are the two real solutions to the equation $3x^2 = 4x + 1$, find $u - v$.",
            ("u + v = 4/3", "u*v = -1/3"),
        ),
        (
            "The roots of $x^2 - 9x + c$ are $k - 1$ and $k + 2$, for some $k$.",
            ("(k - 1) + (k + 2) = 9", "(k - 1)*(k + 2) = c"),
        ),
        (
            "The quadratic $2x^2 - 12x + 1$ can be written in the form $a(x - h)^2 + k$. What is $k$?",
            ("a*h^2 + k = 1", "-2*a*h = -12", "a = 2"),
        ),
        ("If we write $x^2 + 5x + 6$ as $(x + m)(x + n)$, what is $m + n$?", ("m*n = 6", "m + n = 5")),
    ],
)
def test_words_about_polynomials_are_facts(text, facts):
    assert implied_facts(text) == facts


@pytest.mark.parametrize(
    "text",
    [
        "Let $r$ be a root of $x^2 - 7x + 3 = 0$.",
        "Let $r$ and $s$ be roots of $x^3 - 7x + 3 = 0$.",
        "Let $r$ and $s$ be the roots of $x^3 - 7x + 3 = 0$.",
        "Let $r$ and $s$ be the positive roots of $x^2 - 7x + 3 = 0$.",
        "Let $r$ and $s$ be the roots of $ax^2 - 7x + 3 = 0$.",
        "Let $r$ and $s$ be the roots of $x^2 - 7x + 3 \\equiv 0 \\pmod{11}$.",
        "Let $r$ and $r$ be the roots of $x^2 - 7x + 3 = 0$.",
        "Let $r$ and $s$ be the solutions of $2^x + 2^{-x} = 5$.",
        "Let $r$ and $s$ be the roots of $xy + x = 5$.",
        "The number $3x + 1$ can be written in the form $2k + 1$.",
        "The root of $x^2 - 7x + 3 = 0$ can be written in the form $a + \\sqrt{b}$.",
        "The fraction $\\frac{1}{x}$ can be written in the form $a(x - h)^2 + k$.",
    ],
)
def test_what_may_be_meant_otherwise_is_no_fact(text):
    assert implied_facts(text) == ()
