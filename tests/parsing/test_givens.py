"""The facts of a problem's text: what is in force for a whole solution, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clra.parsing.givens import givens_of
from tests.hanging import no_hang

FACTS = [
    ("If $4x - 3 = 17$, what is $x$?", ["4*x - 3 = 17"]),
    ("Solve for $t$: $\\frac{t}{2} + 1 = 6$.", ["t/2 + 1 = 6"]),
    ("Find all values of $w$ that satisfy $w^2 = 3w + 10$.", ["w^2 = 3*w + 10"]),
    ("Given that $a + b = 9$ and $ab = 14$, compute $a^2 + b^2$.", ["a + b = 9", "a*b = 14"]),
    ("In triangle $PQR$, $PQ = 8$ and $QR = 15$. Find $PR$.", ["PQ = 8", "QR = 15"]),
    ("Solve the system of equations $x + y = 7$ and $x - y = 1$.", ["x + y = 7", "x - y = 1"]),
    ("If $k \\equiv 3 \\pmod{8}$, find the remainder when $5k$ is divided by 8.", ["k == 3 (mod 8)"]),
    ("Let $f(x) = 3x + 2$. Find $f(f(1))$.", ["f(x) = 3*x + 2"]),
    ("Let $f(x) = 2x$ and $g(x) = f(x + 1)$. What is $g(4)$?", ["f(x) = 2*x", "g(x) = f(x + 1)"]),
    (
        "A sequence has $a_{n+1} = 2a_n + 1$ for $n \\ge 1$ and $a_1 = 5$. Find $a_4$.",
        ["a_{n+1} = 2*a_n + 1", "a_1 = 5"],
    ),
    ("If $g(2) = 7$ and $g(3) = 9$, what is $g(2) + g(3)$?", ["g(2) = 7", "g(3) = 9"]),
    ("How many positive integers $n$ satisfy $n^2 < 50$?", ["n^2 < 50", "n in ZZ", "n > 0"]),
    ("Let $u$ and $v$ be positive real numbers with $uv = 4$.", ["u*v = 4", "u in RR", "u > 0", "v in RR", "v > 0"]),
    ("The prime $p$ divides 91.", ["p in ZZ", "p > 1"]),
    ("Let $p$ be a prime such that $p + 2 = 13$.", ["p + 2 = 13", "p in ZZ", "p > 1"]),
    (
        "$A$ and $B$ are digits and $A + B = 11$.",
        ["A + B = 11", "A in ZZ", "A >= 0", "A <= 9", "B in ZZ", "B >= 0", "B <= 9"],
    ),
]


@pytest.mark.parametrize(("problem", "facts"), FACTS)
def test_facts(problem: str, facts: list[str]) -> None:
    assert [fact.premise.formal for fact in givens_of(problem).facts] == facts


@pytest.mark.parametrize(
    ("problem", "universal"),
    [
        ("Let $h(t) = t^2 - 5$. Find $h(3)$.", True),
        ("A sequence has $c_{k+1} = c_k + 4$ for $k \\ge 1$.", True),
        ("If $f(3) = 5$, find $2f(3)$.", False),
        ("If $y + 3 = 5$, find $y$.", False),
    ],
)
def test_definitions_hold_for_all_values(problem: str, universal: bool) -> None:
    assert [fact.premise.universal for fact in givens_of(problem).facts] == [universal]


NO_FACTS = [
    pytest.param(
        "Let $f(x) = x^2$ for $x > 0$ and $f(x) = 2x$ for $x \\le 0$. Find $f(-3)$.", id="a function in two ways"
    ),
    pytest.param("Let $f(x) = x^2$ for $x > 0$ and $f(x) = 2x$ otherwise. Find $f(-3)$.", id="the same in words"),
    pytest.param("If $p = q$, then $h(p, q) = 0$. Suppose nothing else.", id="what follows from a condition"),
    pytest.param("If $n = 2^k m$, where $k \\ge 0$ and $m$ is not even, then we call it nice.", id="a rule"),
    pytest.param("A list is called up to date. For example, $c_1 = 4$ and $c_2 = 9$.", id="an example"),
    pytest.param(
        "For example, take the list 4, 9. We can write it as $c_1, c_2$, where $c_1 = 4$ and $c_2 = 9$.", id="still one"
    ),
    pytest.param("Show that $a^2 + b^2 = 2ab$ only for equal numbers.", id="to be shown"),
    pytest.param("Find the point where the line $y = 2x + 1$ meets the parabola $y = x^2$.", id="curves"),
    pytest.param("Let $r$ be a root of $x^2 - 5x + 6 = 0$. Find $r^2 - 5r$.", id="a polynomial's letter"),
    pytest.param("What is the probability that $x + y = 7$?", id="an event"),
    pytest.param("Suppose $P(A) = 1/4$ and $P(B) = 1/3$.", id="probabilities"),
    pytest.param("Evaluate $2c + 1$ when $c = 3$ and again when $c = 5$.", id="one letter, two values"),
    pytest.param("The function satisfies $f(x + y) = f(x) + f(y)$ for all real $x$, $y$.", id="a functional equation"),
    pytest.param("For which values of $a$ does $x^2 + ax + 4 = 0$ have two real roots?", id="a parameter"),
    pytest.param("Let $f(x) = 2x$ if $x > 1$ and $f(x) = x + 1$ if $x \\le 1$.", id="in pieces"),
    pytest.param(
        "The answer is $m/n$ in lowest form, where $m$ and $n$ are positive integers.", id="the answer's form"
    ),
    pytest.param("Which of the following is true? $x = 1$, $x = 2$.", id="offered"),
    pytest.param("Find $z$.\nA: $z = 1$\nB: $z = 2$\nC: $z = 3$", id="options"),
    pytest.param("The number $x$ is not $x = 3$.", id="denied"),
    pytest.param("", id="no text"),
]


@pytest.mark.parametrize("problem", NO_FACTS)
def test_what_is_no_fact(problem: str) -> None:
    facts = givens_of(problem)
    assert facts.general or not [fact for fact in facts.facts if not fact.premise.formal.endswith("RR")]


def test_facts_about_letters_come_nearest_first() -> None:
    givens = givens_of("If $a + b = 3$, $b + c = 4$, $c + d = 5$ and $u = 9$, find $d$.")
    near = [premise.formal for premise in givens.about(frozenset({"a"}))]
    assert near == ["a + b = 3", "b + c = 4", "c + d = 5"]
    assert [premise.formal for premise in givens.about(frozenset({"a"}), limit=1)] == ["a + b = 3"]
    assert givens.about(frozenset({"w"})) == ()


def test_a_definition_leads_to_the_functions_it_is_made_of() -> None:
    givens = givens_of("Let $f(x) = x + 1$ and $g(x) = 2f(x)$.")
    assert {premise.formal for premise in givens.about(frozenset({"g"}))} == {"f(x) = x + 1", "g(x) = 2*f(x)"}


@given(st.text(alphabet="xyn=+-<$ \\.,()ABC:123forallifletbe\n", max_size=300))
def test_any_text_is_read(text: str) -> None:
    with no_hang():
        givens_of(text)


def test_words_about_roots_are_facts() -> None:
    facts = givens_of("Let $r$ and $s$ be the roots of $x^2 - 5x + 6 = 0$. Find $r^2 + s^2$.")
    assert {fact.premise.formal for fact in facts.implied} == {"r + s = 5", "r*s = 6"}
    assert facts.about(frozenset("r")) == ()
    assert len(facts.about(frozenset("r"), implied=True)) == 2
