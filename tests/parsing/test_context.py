"""What each claim of a chain must agree with, what it stands on, and where a contradiction is no error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clra.parsing.claims import find_claims
from clra.parsing.context import in_context
from clra.parsing.steps import split_steps
from clra.types import Claim, Problem
from tests.hanging import no_hang


def read(text: str, problem: str = "") -> tuple[Claim, ...]:
    about = Problem(text=problem)
    return in_context(text, find_claims(text, split_steps(text), about), about)


def claim_of(formal: str, text: str, problem: str = "") -> Claim:
    """The last claim of a chain that says so."""
    return [claim for claim in read(text, problem) if claim.formal == formal][-1]


def premises_of(formal: str, text: str, problem: str = "") -> list[str]:
    return [premise.formal for premise in claim_of(formal, text, problem).premises]


SYSTEM = "If $x + y = 11$ and $x - y = 3$, what is $x$?"

DERIVED = [
    ("We have $6x = 42$, so $x = 7$.", "x = 7", ["6*x = 42"]),
    ("The total is $3w + 4 = 25$. Subtracting 4 gives $3w = 21$.", "3*w = 21", ["3*w + 4 = 25"]),
    ("We get $k^2 = 2k + 8$.\n\nThis simplifies to $k^2 - 2k - 8 = 0$.", "k^2 - 2*k - 8 = 0", ["k^2 = 2*k + 8"]),
    (r"We know $5m = 2m + 9 \implies 3m = 9$.", "3*m = 9", []),
    ("First, $2a = 3b = 12$. Therefore $b = 4$.", "b = 4", ["3*b = 12", "2*a = 3*b"]),
]


@pytest.mark.parametrize(("text", "formal", "premises"), DERIVED)
def test_what_is_derived_must_agree_with_the_equation_before(text: str, formal: str, premises: list[str]) -> None:
    found = premises_of(formal, text)
    assert found[: len(premises)] == premises


APART = [
    pytest.param("We have $6x = 42$. The second worker has $x = 8$.", "x = 8", id="another one"),
    pytest.param("The first line is $y = 2x + 1$ and the other line is $y = 2x + 5$.", "y = 2*x + 5", id="two lines"),
    pytest.param("So $x - 2 = 0$. Then $x - 5 = 0$.", "x - 5 = 0", id="two factors"),
    pytest.param("So $x = 2$. Then $x = 5$.", "x = 5", id="two values"),
    pytest.param("We doubt that $6x = 42$ is not right. So $x = 8$.", "x = 8", id="denied"),
    pytest.param("If $6x = 42$ we are lost. So $x = 8$.", "x = 8", id="supposed"),
    pytest.param("We need $6x = 42$. So $x = 8$.", "x = 8", id="wanted"),
    pytest.param("We have $6x \\approx 42$, so $x = 8$.", "x = 8", id="rounded"),
    pytest.param("We have $6x = 4.317$..., so $x = 8$.", "x = 8", id="cut short"),
]


@pytest.mark.parametrize(("text", "formal"), APART)
def test_what_stands_side_by_side_need_not_agree(text: str, formal: str) -> None:
    claim = claim_of(formal, text)
    assert not claim.premises or claim.tentative


def test_facts_of_the_problem_are_in_force() -> None:
    claim = claim_of("2*x = 14", "Adding both gives $2x = 14$.", SYSTEM)
    assert [(premise.formal, premise.source) for premise in claim.premises] == [
        ("x + y = 11", None),
        ("x - y = 3", None),
    ]
    assert not claim.tentative


def test_only_facts_that_share_letters_are_premises() -> None:
    problem = "If $x + y = 11$ and $u - v = 3$, what is $x$?"
    assert premises_of("2*x = 14", "Adding both gives $2x = 14$.", problem) == ["x + y = 11"]


def test_a_claim_without_letters_has_no_premises() -> None:
    assert [claim.premises for claim in read("So $3 + 4 = 7$.", SYSTEM)] == [()]


def test_what_is_set_up_stays_in_force() -> None:
    text = "The costs are $3p + q = 19$.\n\nThe other day they were $5p + q = 27$.\n\nAdding gives $8p + 2q = 40$."
    claim = claim_of("8*p + 2*q = 40", text)
    assert ("3*p + q = 19", 0) in [(premise.formal, premise.source) for premise in claim.premises]


def test_what_is_set_up_binds_what_is_concluded_not_what_is_set_up_besides() -> None:
    model = "The costs are $3p + q = 19$.\n\n"
    assert premises_of("q = 4", model + "In the end $q = 4$.") == ["3*p + q = 19"]
    assert premises_of("5*p + q = 19", model + "The total on the second day is $5p + q = 19$.") == []
    assert (
        premises_of("5*p + q = 19", model + "On another day they were more. This gives us the equation $5p + q = 19$.")
        == []
    )


def test_definitions_stay_in_force() -> None:
    text = "Let $s = a + b$.\n\nThe square is $s^2 = a^2 + b^2$."
    assert premises_of("s^2 = a^2 + b^2", text) == ["s = a + b"]
    text = "Define $f(t) = 2t + 1$.\n\nHence $f(4) = 9$."
    assert [(premise.formal, premise.universal) for premise in claim_of("f(4) = 9", text).premises] == [
        ("f(t) = 2*t + 1", True)
    ]


NOT_IN_FORCE = [
    pytest.param("Let $r = 3$.\n\nThe big circle has $r = 5$.", "r = 5", id="a value for the moment"),
    pytest.param("The model is $n = 7m + 2$. Oops, a mistake.\n\nAgain, $n = 7m + 3$.", "n = 7*m + 3", id="given up"),
    pytest.param("The rows are $n = 7m + 2$.\n\nThe columns are $n = 7m + 3$.", "n = 7*m + 3", id="said anew"),
    pytest.param("Suppose $h = 2k + 1$.\n\nThe height is $h = 2k + 6$.", "h = 2*k + 6", id="supposed"),
    pytest.param("The graph is $f(x) = 2x$.\n\nAnother is $f(x) = 3x + 1$.", "f(x) = 3*x + 1", id="another function"),
]


@pytest.mark.parametrize(("text", "formal"), NOT_IN_FORCE)
def test_what_is_not_in_force(text: str, formal: str) -> None:
    claim = claim_of(formal, text)
    assert not claim.premises or claim.tentative


EQUATION = "Find all values of $x$ that satisfy $x^2 = 5x - 4$."

TENTATIVE = [
    pytest.param("If $x = 2$, then $4 = 6$.\n\nTry $x = 3$.", "x = 3", id="a trial"),
    pytest.param("When $y = 0$ we have $x = 3$.", "x = 3", id="a condition"),
    pytest.param("Case 1 is about small numbers.\n\nHere $x + 1 = 3$.", "x + 1 = 3", id="a case"),
    pytest.param("Suppose it is even. Then $x^2 = 4$.", "x^2 = 4", id="a hypothesis"),
    pytest.param("Assume the contrary.\n\nThe value is $x^2 = 4$.", "x^2 = 4", id="after a hypothesis"),
    pytest.param("The candidates are $x = 2$ and $x = 3$.", "x = 3", id="two values"),
    pytest.param("So $x = 3$. But this is too small.", "x = 3", id="taken back"),
    pytest.param("We go on.\n\n- **$x = 3$**: too small.", "x = 3", id="the head of a trial"),
    pytest.param("We exclude $x = 3$ for that reason.", "x = 3", id="excluded"),
    pytest.param("With coefficients read off, $x = 3$.", "x = 3", id="coefficients"),
    pytest.param("This means $x = 3.162$... in decimals.", "x = 3.162", id="cut short"),
    pytest.param("So $x^2 = 9$ or $x^2 = 4$.", "x^2 = 9", id="one of two"),
    pytest.param("So $x^2 = 9$ or $x^2 = 4$.", "x^2 = 4", id="the other of two"),
    pytest.param("So $x + 1 = 3$ and $x + 1 = -3$.", "x + 1 = -3", id="both"),
    pytest.param("So $x - 3 = 0$, or $2x + 1 = 0$.", "2*x + 1 = 0", id="two factors"),
    pytest.param("Set each factor equal to $0$:\n\n$2x + 1 = 0$", "2*x + 1 = 0", id="a factor"),
    pytest.param("So $(x - 3)(2x + 1) = 0$.\n\nOne has\n\n$2x + 1 = 0$", "2*x + 1 = 0", id="of a product"),
    pytest.param("So $(x - 3)(2x + 1) = 0$.\n\nWe see.\n\nTherefore $x = 3$.", "x = 3", id="root of a product"),
    pytest.param("The derivative vanishes:\n\n$2x + 6 = 0$", "2*x + 6 = 0", id="a critical point"),
    pytest.param("The derivative vanishes:\n\n$2x + 6 = 0$\n\nThus $2x = -6$", "2*x = -6", id="what it comes to"),
    pytest.param("In full:\n   x^2 = 4x + 1\n         - 3x + 2\n", "x^2 = 4*x + 1", id="goes on in the next line"),
    pytest.param("This gives $x = 3$ as a potential solution.", "x = 3", id="potential"),
]


@pytest.mark.parametrize(("text", "formal"), TENTATIVE)
def test_tentative(text: str, formal: str) -> None:
    assert claim_of(formal, text, EQUATION).tentative


FIRM = [
    ("Rearranging, we get $x^2 - 5x - 4 = 0$.", "x^2 - 5*x - 4 = 0"),
    ("Substituting this, we obtain $x^2 = 4$.", "x^2 = 4"),
    ("Solving for $x$ gives $x = 3$.", "x = 3"),
    ("That is so in this case. We get $x^2 = 4$.", "x^2 = 4"),
    ("Therefore $x = 3$.", "x = 3"),
    ("We get $x^2 - 2x = 3x - 7$, or $x^2 = 5x - 7$.", "x^2 = 5*x - 7"),
]


@pytest.mark.parametrize(("text", "formal"), FIRM)
def test_firm(text: str, formal: str) -> None:
    claim = claim_of(formal, text, EQUATION)
    assert not claim.tentative
    assert "x^2 = 5*x - 4" in [premise.formal for premise in claim.premises]


def test_a_value_may_be_rounded_where_the_problem_rounds() -> None:
    problem = "What is the positive $x$ with $x^2 = 70$, to the nearest whole number?"
    assert claim_of("x = 8", "Taking roots, $x = 8$.", problem).tentative
    assert not claim_of("x^2 - 8 = 60", "We get $x^2 - 8 = 60$.", problem).tentative
    assert not claim_of("x = sqrt(60)", "We get $x = \\sqrt{60}$.", problem).tentative


def test_a_figure_that_is_named_by_its_equation_follows_from_nothing() -> None:
    text = "So $2y = 8x$, which gives $y = 4x$. Thus the image of the line $y = 4x + 1$ is found."
    assert premises_of("y = 4*x", text) != []
    assert premises_of("y = 4*x + 1", text) == []


def test_equations_of_a_system_stand_side_by_side() -> None:
    text = "We have\n\\begin{align*}\n3 + t &= 5 + 2u,\\\\\n1 - t &= 4 - 2u.\n\\end{align*}"
    assert premises_of("1 - t = 4 - 2*u", text) == []
    assert premises_of("4*t = 8*u", f"{text}\n\nThe lines are long.\n\nCombining them, $4t = 8u$.") != []
    plans = "The first plan gives $2k + 2j = 12$. From the longer plan we get $2j + 2k = 13$."
    assert premises_of("2*j + 2*k = 13", plans) == []


def test_a_function_of_what_was_put_for_a_term_is_another_function() -> None:
    problem = "Let $g(t) = \\cos^2 t + 4\\cos t$. Find the maximum of $g(t)$."
    rewritten = "Let $u = \\cos t$. Then $g(u) = u^2 + 4u$. So $g(1) = 5$."
    assert premises_of("g(1) = 5", rewritten, problem) == ["g(u) = u^2 + 4*u"]
    assert "g(t) = (cos(t))^2 + 4*cos(t)" in premises_of("g(1) = 5", "It is periodic. So $g(1) = 5$.", problem)


def test_where_letters_stand_for_all_values_nothing_contradicts() -> None:
    problem = "For all real $x$ and $y$, $f(x + y) = f(x) + y$ and $y = 2$."
    claim = claim_of("y = 5", "So $y = 5$.", problem)
    assert claim.tentative
    assert not claim.premises


UNIVERSAL = [
    ("Expanding, $g(x) = x^2 + 2x + 2$.", "g(x) = x^2 + 2*x + 2", True),
    ("Expanding, $g(x) = 0$.", "g(x) = 0", False),
    ("Expanding, $g(x) = x$.", "g(x) = x", False),
    ("Expanding, $g(x) = x^2 + 2$ for large $x$.", "g(x) = x^2 + 2", False),
    ("If we like, $g(x) = x^2 + 2$.", "g(x) = x^2 + 2", False),
    ("Expanding, $g(3) = 3x$.", "g(3) = 3*x", False),
]


@pytest.mark.parametrize(("text", "formal", "universal"), UNIVERSAL)
def test_a_function_told_another_time_is_told_of_all_values(text: str, formal: str, universal: bool) -> None:
    assert claim_of(formal, text, "Let $g(x) = (x + 1)^2 + 1$. Find $g(3)$.").universal is universal


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("For odd numbers, the function is $g(t) = 3t + 1$. So $g(4) = 2$.", ""),
        ("If it is large, $g(t) = 3t + 1$. So $g(4) = 2$.", ""),
        ("We find $g(t) = 3t + 1$. So $g(4) = 2$.", "What is $g(4)$?"),
    ],
)
def test_what_a_chain_says_of_a_function_for_some_values_defines_nothing(text: str, problem: str) -> None:
    assert not any(premise.universal for premise in claim_of("g(4) = 2", text, problem).premises)


def test_a_chain_may_define_a_function() -> None:
    assert premises_of("g(4) = 2", "For simplicity, let $g(t) = 3t + 1$. So $g(4) = 2$.") == ["g(t) = 3*t + 1"]


def test_a_polynomial_with_unknown_coefficients_is_not_told_of_all_of_them() -> None:
    text = "Let $h(x) = (x + p)(x + q)$.\n\nWe conclude that $h(x) = x^2 + 2$."
    assert not claim_of("h(x) = x^2 + 2", text).universal


USES = [
    pytest.param("The area is $12 * 15 = 180$. Each gets $180 / 4 = 45$.", "180/4 = 45", ["12*15 = 180"], id="value"),
    pytest.param("So $2 + 3 = 5$. Also $5 + 1 = 6$.", "5 + 1 = 6", [], id="digits stand everywhere"),
    pytest.param("$A = 3 * 15 = 45$.", "3*15 = 45", ["A = 3*15"], id="the chain goes on"),
    pytest.param("We have $r = 4$. The area is $A = 2r$.", "A = 2*r", ["r = 4"], id="letter"),
    pytest.param("We have $r = 4$, later $r = 6$. So $A = 2r$.", "A = 2*r", ["r = 6"], id="latest letter"),
    pytest.param("We have $6x = 42$, so $x = 7$.", "x = 7", ["6*x = 42"], id="premise"),
    pytest.param(
        "$d + b = 4$ (1)\n\n$c = 2a$ (2)\n\nFrom (2) we get $c - 2a = 0$.", "c - 2*a = 0", ["c = 2*a"], id="equation"
    ),
    pytest.param(
        "Step 1: $u = 2$\n\nStep 2: $v = 3$\n\nStep 3: From step 1, $w + 1 = 9$.", "w + 1 = 9", ["u = 2"], id="step"
    ),
    pytest.param("It is not true that $12 * 3 = 180$. So $180 / 4 = 45$.", "180/4 = 45", [], id="denied"),
]


@pytest.mark.parametrize(("text", "formal", "used"), USES)
def test_uses(text: str, formal: str, used: list[str]) -> None:
    claims = read(text)
    claim = claim_of(formal, text)
    assert [claims[index].formal for index in claim.uses] == used


@given(
    st.lists(st.sampled_from(["$x = 3$", "so", "$x + y = 5$", "case", "wait", "$f(x) = 2x$", "Let", ".\n\n", "(1)"]))
)
def test_uses_lead_back_and_premises_name_their_source(parts: list[str]) -> None:
    claims = read(" ".join(parts), SYSTEM)
    for index, claim in enumerate(claims):
        assert all(used < index for used in claim.uses)
        assert list(claim.uses) == sorted(set(claim.uses))
        assert all(
            premise.source is None or claims[premise.source].formal == premise.formal for premise in claim.premises
        )


@given(st.text(alphabet="xyf()=+-23$ \\.,\nSolet(1)caseifwait", max_size=400))
def test_any_text_is_read(text: str) -> None:
    with no_hang():
        read(text, SYSTEM)
