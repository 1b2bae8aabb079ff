import pytest

from clra.types import Claim, ClaimKind, Outcome, Premise, Problem, Reason, Span, Verdict
from clra_verifiers.exact import ExactVerifier

CONFIRMED, REFUTED, UNKNOWN = Outcome
VERIFIER = ExactVerifier()


def verdict_on(formal: str, *premises: Premise, universal: bool = True, tentative: bool = False) -> Verdict:
    claim = Claim(
        text=formal,
        span=Span(0, len(formal)),
        kind=ClaimKind.EQUALITY,
        formal=formal,
        universal=universal,
        tentative=tentative,
        premises=premises,
    )
    return VERIFIER.verify(claim, Problem(text=""))


@pytest.mark.parametrize(
    ("formal", "evidence"),
    [
        ("(x + 1)^2 = x^2 + 1", "(x + 1)^2 = x^2 + 1 is false at x = 1: left side is 4, right side is 2"),
        (
            "(a + b)^2 = a^2 + b^2",
            "(a + b)^2 = a^2 + b^2 is false at a = 1 and b = 2: left side is 9, right side is 5",
        ),
        (
            "(a + b + c)^2 = a^2 + b^2 + c^2",
            "(a + b + c)^2 = a^2 + b^2 + c^2 is false at a = 1, b = 2 and c = 3: left side is 36, right side is 14",
        ),
        (
            "2^(n + 1) - 2^n = 2*2^n",
            "2^(n + 1) - 2^n = 2*2^n is false at n = 3: left side is 8, right side is 16",
        ),
        (
            "n^3 - n == 1 (mod 6)",
            "n^3 - n == 1 (mod 6) is false at n = 3: modulo 6 the left side is 0, the right side is 1",
        ),
    ],
)
def test_the_evidence_is_a_point_that_a_person_can_put_in(formal, evidence):
    verdict = verdict_on(formal)
    assert (verdict.outcome, verdict.method, verdict.evidence) == (REFUTED, "exact:counterexample", evidence)


@pytest.mark.parametrize(
    "formal",
    [
        "(x + 2)*(x + 3) = x^2 + 5*x + 7",
        "x^2 - 9 = (x - 9)*(x + 1)",
        "1/(x + 1) = 1/x + 1",
        "(x - 1)/(x^2 - 1) = 1/(x - 1)",
        "sqrt(a + b) = sqrt(a) + sqrt(b)",
        "ln(x*y) = ln(x)*ln(y)",
        "sin(2*x) = 2*sin(x)",
        "sin(x + y) = sin(x)*cos(y) - cos(x)*sin(y)",
        "(n + 1)! = n*n!",
        "binomial(n, 2) = n*(n + 1)/2",
        "sum(k, 1, n, k) = n*(n - 1)/2",
        "(x_1 + x_2)^2 = x_1^2 + x_2^2",
        "(lambda - 1)^2 = lambda^2 - 1",
        "x^2 >= 2*x^2 + 1",
        "matrix(x + x; 1) = matrix(3*x; 1)",
    ],
)
def test_a_false_identity_is_refuted_only_if_it_is_said_of_all_values(formal):
    if "matrix" not in formal:
        assert verdict_on(formal).outcome is REFUTED
    assert verdict_on(formal, universal=False).outcome is UNKNOWN
    assert verdict_on(formal, tentative=True).outcome is UNKNOWN


@pytest.mark.parametrize(
    "formal",
    [
        # true where it is meant
        "sqrt(x^2) = x",
        "sqrt(x^2) = -x",
        "abs(x - 5) = 5 - x",
        "abs(x - 100) = x - 100",
        "abs(a - b) = a - b",
        "(-1)^n = 1",
        "cos(n*pi) = 1",
        "floor(x) = x",
        # angles of a triangle, or that add up to 90 degrees
        "tan(A) + tan(B) + tan(C) = tan(A)*tan(B)*tan(C)",
        "sin(A) = cos(B)",
        # conditions and definitions
        "x + y = 10",
        "(x - 1)^2 + (y + 2)^2 = 9",
        "S = n*(n + 1)/2",
        "f(x) = x^2 + 1",
        "y = x^2",
        # names that may be no numbers
        "phi^2 = phi + 2",
        "AB*C = A*B",
        "(A - I)*(A + I) = A^2 - I",
        "i*x = x",
        "e^(x + 1) = e^x + e",
        "a_{n+1} - a_n = a_n",
        # rounding
        "x/3 ≈ 0.3*x",
    ],
)
def test_what_may_be_meant_of_some_values_is_left_open(formal):
    verdict = verdict_on(formal)
    assert (verdict.outcome, verdict.reason) == (UNKNOWN, Reason.CONTEXTUAL)


FALSE = "(x + 1)^2 = x^2 + x + 1"


@pytest.mark.parametrize(
    "premises",
    [
        [Premise("x > 0")],
        [Premise("x in ZZ")],
        [Premise("0 < 1/x")],
        [Premise("y = x^2")],
        [Premise("f(x) = x^2", universal=True)],
        [Premise("z = 5")],
        [Premise("x != 1"), Premise("x < 10000")],
    ],
)
def test_premises_that_leave_enough_points_do_not_save_it(premises):
    assert verdict_on(FALSE, *premises).outcome is REFUTED


@pytest.mark.parametrize(
    "premises",
    [
        [Premise("x^2 = x")],
        [Premise("x = 0 or x = 7")],
        [Premise("x + y = 0")],
        [Premise("y = x^2"), Premise("y = 4")],
        [Premise("f(x) = 3")],
        [Premise("x > 5000")],
        [Premise("x ist klein")],
        [Premise("x in {0, 1, 2}")],
    ],
)
def test_premises_that_tie_a_letter_leave_it_open(premises):
    assert verdict_on(FALSE, *premises).outcome is UNKNOWN


def test_a_point_must_fulfil_the_premises():
    verdict = verdict_on(FALSE, Premise("x > 4"))
    assert verdict.outcome is REFUTED
    assert "is false at x = 5" in verdict.evidence


@pytest.mark.parametrize("formal", ["(x + 1)^2 = x^2 + 2*x + 1", "n^2 - n = n*(n - 1)"])
def test_an_identity_is_confirmed(formal):
    assert verdict_on(formal).outcome is CONFIRMED
