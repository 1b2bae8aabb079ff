"""What the symbolic verifier confirms, refutes and leaves open."""

import pytest

from clra.types import Claim, Outcome, Premise, Problem, Reason, Span
from clra_verifiers.symbolic import SymbolicVerifier
from tests.hanging import no_hang

VERIFIER = SymbolicVerifier()
PROBLEM = Problem(text="")


def claim(formal: str, *premises: Premise, **more) -> Claim:
    return Claim(text=formal, span=Span(0, len(formal)), formal=formal, premises=premises, **more)


def outcome(formal: str, *premises: Premise, **more) -> Outcome:
    one = claim(formal, *premises, **more)
    assert VERIFIER.accepts(one)
    return VERIFIER.verify(one, PROBLEM).outcome


def defined(formal: str) -> Premise:
    return Premise(formal, universal=True)


CONFIRMED = [
    "derivative(x, x^(10^9)) = 10^9*x^(10^9 - 1)",
    "derivative(x, x^3) = 3*x^2",
    "derivative(x, x^2*sin(x)) = 2*x*sin(x) + x^2*cos(x)",
    "derivative(x, (x^2 + 1)/(x - 1)) = (x^2 - 2*x - 1)/(x - 1)^2",
    "derivative(x, ln(x)) = 1/x",
    "derivative(x, log(x)) = 1/x",
    "derivative(x, log(x)) = 1/(x*ln(10))",
    "derivative(x, x^x) = x^x*(ln(x) + 1)",
    "derivative(x, a*x^2 + b) = 2*a*x",
    "derivative(x, derivative(x, x^4)) = 12*x^2",
    "partial(x, x^2*y) = 2*x*y",
    "derivative(x, x^2/3) = 2*x/3",
    "derivative(x, tan(x)) = sec(x)^2",
    "derivative(x, arcsin(x)) = 1/sqrt(1 - x^2)",
    "derivative(x, integral(t, 0, x, e^(-t^2))) = e^(-x^2)",
    "integral(x, x^2) = x^3/3 + C",
    "integral(x, x^2) = x^3/3",
    "integral(x, 1/x) = ln(abs(x)) + C",
    "integral(x, 1/x) = ln(x)",
    "integral(x, x*e^x) = x*e^x - integral(x, e^x)",
    "integral(x, 0, 1, x^2) = 1/3",
    "integral(x, 0, pi, sin(x)) = 2",
    "integral(x, 1, e, 1/x) = 1",
    "integral(x, 0, 1, sqrt(1 - x^2)) = pi/4",
    "integral(x, 0, 1, sqrt(1 - x^2)) ≈ 0.785",
    "integral(x, 0, 1, e^(x^2)) ≈ 1.46",
    "integral(x, 0, a, x^2) = a^3/3",
    "integral(x, 0, 1, integral(y, 0, x, x*y)) = 1/8",
    "pi*integral(x, 0, 1, x - x^4) = 3*pi/10",
    "limit(x, 0, sin(x)/x) = 1",
    "limit(n, oo, (1 + 1/n)^n) = e",
    "limit(x, oo, x^2) = oo",
    "limit(h, 0, ((x + h)^2 - x^2)/h) = 2*x",
    "limit(x, oo, x/(x^4 + 6)) = limit(x, oo, 1/x^3/(1 + 6/x^4))",
    "limit(x, oo, e^(-x)*x^3) = 0",
    "limit(x, 2, 1/(x - 2)^2) = oo",
    "limit(x, oo, -x^3 + x) = -oo",
    "integral(x, 0, oo, e^(-x)) = 1",
    "integral(x, -oo, oo, 1/(1 + x^2)) = pi",
    "integral(x, -oo, 0, e^(3*x)) = 1/3",
    "integral(x, 0, 1, 1/sqrt(x)) = 2",
    "integral(x, 2, oo, 1/x^3) = 1/8",
    "sum(k, 0, oo, 1/2^k) = 2",
    "sum(n, 1, oo, n/2^n) = 2",
    "sum(n, 1, oo, 1/n^2) = pi^2/6",
    "sum(n, 1, oo, 1/(n*(n + 1))) = 1",
    "sum(n, 0, oo, x^n) = 1/(1 - x)",
    "sum(k, 1, n, k^2) = n*(n + 1)*(2*n + 1)/6",
    "sum(k, 0, n, 2^k) = 2^(n + 1) - 1",
    "sum(k, 1, 2*n, k) = n*(2*n + 1)",
    "product(k, 1, n, (k + 1)/k) = n + 1",
    "determinant(matrix(a, b; c, d)) = a*d - b*c",
    "determinant(matrix(3 - t, 7; -1, -2 - t)) = t^2 - t + 1",
    "matrix(1, 2; 3, 4)*matrix(x; y) = matrix(x + 2*y; 3*x + 4*y)",
    "matrix(a, b; c, d)^(-1) = 1/(a*d - b*c)*matrix(d, -b; -c, a)",
    "cross(matrix(1; 2; -5), matrix(a; b; c)) = matrix(2*c + 5*b; -5*a - c; b - 2*a)",
    "transpose(matrix(a, b; c, d)) = matrix(a, c; b, d)",
    "norm(matrix(x; y)) = sqrt(x^2 + y^2)",
]

REFUTED = [
    "derivative(x, x^3) = 2*x^2",
    "derivative(x, e^(2*x)) = e^(2*x)",
    "derivative(x, cos(x)) = sin(x)",
    "derivative(x, a*x^2) = 3*a*x",
    "derivative(x, x*ln(x)) = 1/x",
    "partial(x, x^2*y) = 2*x + y",
    "derivative(x, x^2) + 3*x = 2*x + 7*x",
    "integral(x, x^2) = x^3/2 + C",
    "integral(x, cos(2*x)) = sin(2*x)",
    "integral(x, 0, 1, x^2) = 1/2",
    "integral(x, 0, 1, e^x) = e + 1",
    "integral(x, 0, pi, sin(x)) = 0",
    "integral(x, 0, 1, e^(x^2)) ≈ 2.46",
    "integral(x, 0, a, x^2) = a^3/2",
    "limit(x, 0, sin(x)/x) = 0",
    "limit(x, oo, (3*x^2 + 1)/(2*x^2 - x)) = 3",
    "limit(x, oo, 1/x) = oo",
    "limit(x, 3, 1/(x - 3)^2) = -oo",
    "limit(n, oo, (1 + 2/n)^n) = 7",
    "limit(x, pi, sin(x)/(x - pi)) = 1",
    "limit(x, oo, sqrt(x^2 + 3*x) - x) = 3",
    "limit(h, 0, (sqrt(9 + h) - 3)/h) = 1/3",
    "integral(x, 0, oo, e^(-x)) = 2",
    "integral(x, 0, oo, e^(-x^2)) = sqrt(pi)",
    "integral(x, 0, 1, 1/sqrt(x)) = 1",
    "integral(x, 1, oo, 1/x^2) = 1/2",
    "sum(n, 1, oo, 1/n^2) = pi^2/8",
    "sum(n, 1, oo, (-1)^(n + 1)/n) = 1",
    "sum(n, 0, oo, (-1)^n/(2*n + 1)) = pi/3",
    "limit(h, 0, ((x + h)^2 - x^2)/h) = x",
    "sum(k, 0, oo, 1/2^k) = 1",
    "sum(n, 1, oo, n/2^n) = 1",
    "sum(k, 1, n, k) = n*(n - 1)/2",
    "sum(k, 0, n, 2^k) = 2^n - 1",
    "determinant(matrix(a, b; c, d)) = a*d + b*c",
    "cross(matrix(1; 2; -5), matrix(a; b; c)) = matrix(2*c + 5*b; 5*a - c; b - 2*a)",
]

LEFT_OPEN = {
    "at a point, or a condition": "derivative(x, x^2) = 6",
    "the parameter may be known": "derivative(x, a*x^2) = 6*x",
    "y may depend on x": "derivative(x, y^2) = 2*y",
    "what z is of x is not given": "partial(x, z) = 2*x",
    "what z is of x is not given, twice": "partial(x, partial(x, z)) = 2",
    "a is not given as a function of x": "derivative(x, a) = 2",
    "u may depend on x": "partial(x, x*u) = x",
    "what V is of t is not given": "derivative(t, V) = 20*pi",
    "an unknown function": "f'(x) = 2*x",
    "typed for the power two thirds": "derivative(x, x^2/3) = 2/3*x^(-1/3)",
    "the derivative of the sum may be meant": "derivative(x, x^2) + 3*x = 2*x + 3",
    "the derivative of the product may be meant": "derivative(x, x)*sin(x) = sin(x) + x*cos(x)",
    "the limit of the sum may be meant": "limit(h, 0, x*h) + 2*h + x = x",
    "true for one sign": "derivative(x, abs(x)) = 1",
    "Euler's number or a letter": "derivative(x, e*x^2) = 3*e*x",
    "another variable": "integral(x, 2*x*cos(x^2)) = integral(u, cos(u))",
    "without its limits of integration": "integral(x, x^2) = 9",
    "a limit that SymPy alone finds": "limit(x, oo, ln(x)/x) = 1",
    "a limit of logarithms at zero": "limit(x, 0, x*ln(x)) = 1",
    "an integral that does not converge": "integral(x, 1, oo, 1/x) = 5",
    "a series that does not converge": "sum(n, 1, oo, n) = -1/12",
    "a series whose value may be meant otherwise": "sum(n, 0, oo, (-1)^n) = 1/2",
    "a pole in between": "integral(x, -1, 1, 1/x^2) = -2",
    "a whole number may be rounded": "integral(x, 0, 7, sqrt(x)) = 12",
    "different from the two sides": "limit(x, 0, 1/x) = oo",
    "a limit of an unknown function": "limit(x, oo, f(x)) = oo",
    "a series that may not converge": "sum(n, 0, oo, x^n) = 1/(1 + x)",
    "a condition on n": "sum(k, 1, n, k) = 55",
    "a condition on n with n on both sides": "sum(k, 1, n, k) = 5*n",
    "a sequence that is not given": "sum(k, 1, n, a_k) = n*a_k",
    "a condition on x in a sum": "sum(k, 2, 9, k*x/(x - k)) = x - 1",
    "a condition on n that a large n fulfils": "sum(k, 1, n, k) = n + 4950",
    "a condition on a limit of integration": "integral(x, 0, a, 2*x) = a + 7",
    "a condition on x in a determinant with x on both sides": "determinant(matrix(x, 1; 2, x)) = x + 5",
    "a condition on x in a determinant": "determinant(matrix(x, 1; 2, x)) = 0",
    "a condition on a vector": "matrix(2, 1; 1, 2)*matrix(x; y) = matrix(3*x; 3*y)",
    "shapes that do not fit": "matrix(1, 2)*matrix(x, y) = matrix(x, 2*y)",
    "a matrix by its name": "A*matrix(x; y) = matrix(x; y)",
}


@pytest.mark.parametrize("formal", CONFIRMED)
def test_confirms(formal):
    assert outcome(formal) is Outcome.CONFIRMED


@pytest.mark.parametrize("formal", REFUTED)
def test_refutes(formal):
    assert outcome(formal) is Outcome.REFUTED


@pytest.mark.parametrize("formal", LEFT_OPEN.values(), ids=LEFT_OPEN.keys())
def test_leaves_open(formal):
    assert outcome(formal) is Outcome.UNKNOWN


SQUARE = defined("f(x) = x^2")
EXPONENTIAL = defined("f(x) = e^x - x^2")
CURVE = Premise("y = x^3")
SURFACE = Premise("z = x^2*y")

WITH_PREMISES = [
    ("f'(x) = 2*x", (SQUARE,), Outcome.CONFIRMED),
    ("f'(x) = 3*x", (SQUARE,), Outcome.REFUTED),
    ("f'(t) = 2*t", (SQUARE,), Outcome.CONFIRMED),
    ("f'(c) = 3*c", (SQUARE,), Outcome.UNKNOWN),
    ("f''(x) = 2", (SQUARE,), Outcome.CONFIRMED),
    ("f''(x) = 3", (SQUARE,), Outcome.REFUTED),
    ("f'(2) = 4", (SQUARE,), Outcome.CONFIRMED),
    ("f'(2) = 5", (SQUARE,), Outcome.REFUTED),
    ("f'(x) = 0", (SQUARE,), Outcome.UNKNOWN),
    ("f'(x) = f(x)", (SQUARE,), Outcome.UNKNOWN),
    ("f'(c) = e - 2", (EXPONENTIAL,), Outcome.UNKNOWN),
    ("f'(x) = e^x - x", (EXPONENTIAL,), Outcome.REFUTED),
    ("derivative(x, f(x)) = 2*x", (SQUARE,), Outcome.CONFIRMED),
    ("f'(x) = 3*x", (SQUARE, Premise("x = 0")), Outcome.UNKNOWN),
    ("f'(x) = 3*x", (SQUARE, defined("f(x) = x^3")), Outcome.UNKNOWN),
    ("f'(x) = 3*x", (Premise("f(x) = x^2"),), Outcome.UNKNOWN),
    ("y' = 3*x^2", (CURVE,), Outcome.CONFIRMED),
    ("y' = 2*x^2", (CURVE,), Outcome.REFUTED),
    ("y'' = 6*x", (Premise("y' = 3*x^2"),), Outcome.CONFIRMED),
    ("y'' = 3*x", (Premise("y' = 3*x^2"),), Outcome.REFUTED),
    ("y' = 3", (Premise("y' = 3*x^2"),), Outcome.UNKNOWN),
    ("f''(x) = 6*x", (defined("f'(x) = 3*x^2"),), Outcome.CONFIRMED),
    ("f''(x) = 3*x", (defined("f'(x) = 3*x^2"),), Outcome.REFUTED),
    ("derivative(x, y) = 3*x^2", (CURVE,), Outcome.CONFIRMED),
    ("derivative(t, y) = 3*x^2", (CURVE,), Outcome.UNKNOWN),
    ("partial(x, z) = 2*x*y", (SURFACE,), Outcome.CONFIRMED),
    ("partial(x, z) = 3*x*y", (SURFACE,), Outcome.REFUTED),
    ("partial(x, partial(y, z)) = 2*x", (SURFACE,), Outcome.CONFIRMED),
    ("partial(x, z) = 3*x*y", (SURFACE, Premise("z = 3")), Outcome.UNKNOWN),
    ("derivative(x, z) = 2*x*y", (SURFACE,), Outcome.UNKNOWN),
    ("derivative(x, a*x^2) = 3*a*x", (Premise("a = 2"),), Outcome.UNKNOWN),
    ("y' = 2*x^2", (CURVE, Premise("y = 2*x")), Outcome.UNKNOWN),
    ("5*N' <= 7", (Premise("N = 4*N'"),), Outcome.UNKNOWN),
    ("N' <= 7/5", (Premise("M = 5*N'"), Premise("N = 4*N'")), Outcome.UNKNOWN),
    ("M' = 9", (Premise("M = 5*N'"),), Outcome.UNKNOWN),
    ("x' = 9", (Premise("x = 5*t"), Premise("y = 3 - x'")), Outcome.UNKNOWN),
    ("L' = 7", (Premise("L = 2*w"),), Outcome.UNKNOWN),
    ("derivative(w, L) = 7", (Premise("L = 2*w"),), Outcome.REFUTED),
    ("y' = 2*x^2", (CURVE, Premise("x + y = 2")), Outcome.UNKNOWN),
    ("y' = 2/3*x^(-1/3)", (Premise("y = x^2/3"),), Outcome.UNKNOWN),
    ("f'(8) = 1/3", (defined("f(x) = x^2/3"),), Outcome.UNKNOWN),
    ("limit(x, 0, f(x)) = 1", (EXPONENTIAL,), Outcome.CONFIRMED),
    ("integral(x, 0, 3, f(x)) = 9", (SQUARE,), Outcome.CONFIRMED),
]


@pytest.mark.parametrize(("formal", "premises", "expected"), WITH_PREMISES)
def test_functions_are_known_by_the_premises(formal, premises, expected):
    assert outcome(formal, *premises) is expected


def test_a_claim_is_refuted_only_if_it_is_false_in_both_ways_to_read_it():
    assert outcome("derivative(x, either(x^2, x^3)) = 2*x") is not Outcome.REFUTED
    assert outcome("derivative(x, either(x^2, x^3)) = 4*x") is Outcome.REFUTED


def test_in_a_case_a_definition_refutes_nothing():
    assert outcome("f'(x) = 3*x", SQUARE, tentative=True) is Outcome.UNKNOWN
    assert outcome("f'(2) = 5", SQUARE, tentative=True) is Outcome.UNKNOWN


def test_what_is_said_of_all_values_is_refuted_by_one():
    assert outcome("derivative(x, a*x^2) = 6*x", universal=True) is Outcome.REFUTED


def test_rounding_is_no_error():
    assert outcome("integral(x, 0, 2, x^2) = 2.7", rounded=True) is not Outcome.REFUTED
    assert outcome("integral(x, 0, 2, x^2) = 3.7", rounded=True) is Outcome.REFUTED


def test_what_rests_on_sympy_says_so():
    found = VERIFIER.verify(claim("limit(x, oo, ln(x)/x) = 0"), PROBLEM)
    assert (found.outcome, found.method) == (Outcome.CONFIRMED, "symbolic:limit")
    assert "SymPy" in found.evidence
    assert "SymPy finds 0" in VERIFIER.verify(claim("limit(x, oo, ln(x)/x) = 1"), PROBLEM).evidence


def test_in_a_case_an_equation_of_a_derivative_may_be_wanted():
    assert outcome("derivative(x, x^2 + x) = 3*x", tentative=True) is Outcome.UNKNOWN
    assert outcome("derivative(x, x^2 + x) = 3*x") is Outcome.REFUTED


def test_the_counterexample_is_told():
    verdict = VERIFIER.verify(claim("derivative(x, x^3) = 2*x^2"), PROBLEM)
    assert verdict.method == "symbolic:derivative"
    assert "at x = 7/5 the left side is about 5.88" in verdict.evidence


@pytest.mark.parametrize("formal", ["x + 1 = 3", "sin(x) = 1", "2 + 2 = 4"])
def test_declines_what_has_none_of_its_operators(formal):
    assert not VERIFIER.accepts(claim(formal))
    verdict = VERIFIER.verify(claim(formal), PROBLEM)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNKNOWN, Reason.NOT_APPLICABLE)


def test_alternatives_are_left_to_others():
    verdict = VERIFIER.verify(claim("x' = 2 or x' = 3"), PROBLEM)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNKNOWN, Reason.NOT_APPLICABLE)


HOSTILE = [
    "derivative(x, 5^(5^(5^x))) = 5",
    "derivative(x, (x + 1)^5000) = 5000*(x^2 + 1)^4999",
    "integral(x, 0, 1, 5^(5^(5^x))) = 1",
    "integral(x, 0, 10^40, sin(x^9)) = 1",
    "integral(x, 0, 1, integral(y, 0, x, integral(z, 0, y, integral(w, 0, z, sin(w*z*y*x))))) = 1",
    "sum(k, 1, oo, 9^(9^k)) = 1",
    "sum(k, -10^9, oo, 1/2^k) = 1",
    "sum(k, 1, n, k^99999) = n^99999",
    "product(k, 1, 10^9*n, k) = n",
    "limit(x, oo, x^(x^(x^x))) = 1",
    "limit(x, 0, 10^(10^(1/x))) = 1",
    "determinant(matrix(1, 2)) = 3*x",
    "matrix(a, b; c, d)^1000 = matrix(a, b; c, d)",
    "f'" + "'" * 50 + "(x) = 1",
    "integral(x, 1/(x^40 + x + 1)) = x",
    "derivative(x, " + "sin(" * 25 + "x" + ")" * 25 + ") = cos(x)",
    "derivative(oo, x) = 1",
    "integral(pi, pi) = pi^2/2",
    "sum(k, oo, oo, k) = 1",
]


@pytest.mark.parametrize("formal", HOSTILE)
def test_hostile_claims_end_soon_and_are_not_confirmed(formal):
    with no_hang():
        verdict = VERIFIER.verify(claim(formal, defined("f(x) = f(x) + x")), PROBLEM)
    assert verdict.outcome is not Outcome.CONFIRMED
