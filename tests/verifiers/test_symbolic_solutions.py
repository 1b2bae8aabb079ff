"""Solutions of differential equations put into them, and lists of the solutions of an equation."""

import pytest

from clra.types import Claim, ClaimKind, Outcome, Premise, Problem, Span
from clra_verifiers.symbolic import SymbolicVerifier

VERIFIER = SymbolicVerifier()


def outcome(formal: str, *premises: Premise, universal: bool = False) -> Outcome:
    one = Claim(text=formal, span=Span(0, len(formal)), formal=formal, premises=premises, universal=universal)
    assert VERIFIER.accepts(one)
    return VERIFIER.verify(one, Problem(text="")).outcome


SOLUTIONS = [
    ("y = C_1*cos(3*x) + C_2*sin(3*x)", "y'' + 9*y = 0", Outcome.CONFIRMED),
    ("y = C_1*cos(3*x) + C_2*sin(2*x)", "y'' + 9*y = 0", Outcome.REFUTED),
    ("y(x) = C*e^(-x) + x - 1", "derivative(x, y) + y = x", Outcome.CONFIRMED),
    ("y(x) = C*e^(-x) + x + 1", "derivative(x, y) + y = x", Outcome.REFUTED),
    ('either(call("y", t), y*t) = C*e^(4*t)', "y'(t) = 4*y(t)", Outcome.CONFIRMED),
    ('either(call("y", t), y*t) = C*e^(5*t)', "y'(t) = 4*y(t)", Outcome.REFUTED),
    ("P = P_0*e^(k*t)", "derivative(t, P) = k*P", Outcome.CONFIRMED),
    ("x = C_1*e^t + C_2*t*e^t", "derivative(t, derivative(t, x)) - 2*derivative(t, x) + x = 0", Outcome.CONFIRMED),
    ("y = sqrt(C - x^2)", "y' = -x/y", Outcome.CONFIRMED),
    ("y = log(x) + C", "y' = 1/x", Outcome.CONFIRMED),
    ("y = A*e^(2*x)", "y'' + y = 0", Outcome.UNKNOWN),
    ("y = e^(r*x)", "y'' + y = 0", Outcome.UNKNOWN),
    ("y = ±sqrt(C - x^2)", "y' = -x/y", Outcome.UNKNOWN),
    ("y = C*x", "y' = g(x)", Outcome.UNKNOWN),
    ("y = C*u", "y' = 3*y", Outcome.UNKNOWN),
]


@pytest.mark.parametrize(("formal", "equation", "expected"), SOLUTIONS)
def test_a_solution_is_put_into_its_equation(formal, equation, expected):
    assert outcome(formal, Premise(equation, universal=True)) is expected


def test_what_holds_on_a_curve_does_not_refute_a_tangent():
    assert outcome("y = 12*x - 16", Premise("y' = 3*x^2")) is Outcome.UNKNOWN
    assert outcome("y = x^3 + C", Premise("y' = 3*x^2")) is Outcome.CONFIRMED


@pytest.mark.parametrize(
    ("formal", "expected"),
    [
        ("y(x) = 3*cos(2*x) + sin(2*x)", Outcome.CONFIRMED),
        ("y(x) = 3*cos(2*x) + 2*sin(2*x)", Outcome.REFUTED),
        ("y(x) = cos(2*x) + sin(2*x)", Outcome.REFUTED),
        ("y(x) = C_1*cos(2*x) + C_2*sin(2*x)", Outcome.UNKNOWN),
    ],
)
def test_a_solution_has_the_values_that_are_given(formal, expected):
    equation = Premise("y'' + 4*y = 0", universal=True)
    assert outcome(formal, equation, Premise('call("y", 0) = 3'), Premise("y'(0) = 2")) is expected


def test_two_equations_for_one_function_are_left_to_others():
    equations = (Premise("y' = 2*y", universal=True), Premise("y'' = y", universal=True))
    assert outcome("y = C*e^(2*x)", *equations) is Outcome.UNKNOWN


LISTS = [
    ("x in {2, 3}", "x^2 - 5*x + 6 = 0", Outcome.CONFIRMED),
    ("x in {2, 4}", "x^2 - 5*x + 6 = 0", Outcome.REFUTED),
    ("x in set(3)", "x^2 - 5*x + 6 = 0", Outcome.REFUTED),
    ("x in {0, 1, -1}", "x^3 = x", Outcome.CONFIRMED),
    ("x in {0, 1}", "x^3 = x", Outcome.REFUTED),
    ("x in set(1)", "(x - 1)^2*(x^2 + 1) = 0", Outcome.CONFIRMED),
    ("x in set(2)", "(x^2 - 4)/(x + 2) = 0", Outcome.CONFIRMED),
    ("x in {2, -2}", "(x^2 - 4)/(x + 2) = 0", Outcome.REFUTED),
    ("t in {(1 + sqrt(5))/2, (1 - sqrt(5))/2}", "t^2 = t + 1", Outcome.CONFIRMED),
    ("t in {(1 + sqrt(5))/2, (1 - sqrt(3))/2}", "t^2 = t + 1", Outcome.REFUTED),
    ("x in set(2^(1/3))", "x^3 = 2", Outcome.CONFIRMED),
    ("x not in RR", "x^2 + x + 1 = 0", Outcome.CONFIRMED),
    ("x not in RR", "x^2 + x - 1 = 0", Outcome.REFUTED),
    ("x in {1.62, -0.62}", "x^2 = x + 1", Outcome.UNKNOWN),
    ("x in set(4)", "sqrt(x) = 2", Outcome.UNKNOWN),
    ("x in {i, -i}", "x^2 + 1 = 0", Outcome.UNKNOWN),
    ("x in set(2)", "a*x = 2", Outcome.UNKNOWN),
    ("x in {1, 2}", "x - x = 0", Outcome.UNKNOWN),
    ("x in {1, 2}", "x^(10^9) = 1", Outcome.UNKNOWN),
]


@pytest.mark.parametrize(("formal", "equation", "expected"), LISTS)
def test_a_list_of_solutions_is_held_against_the_real_roots(formal, equation, expected):
    assert outcome(formal, Premise(equation), universal=True) is expected


@pytest.mark.parametrize(
    ("formal", "equation"), [("x in set(2)", "x^2 = 4"), ("x in set(3)", "x^2 = 4"), ("x not in RR", "x^2 = 4")]
)
def test_a_list_that_may_be_meant_of_some_solutions_is_not_refuted(formal, equation):
    assert outcome(formal, Premise(equation)) is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("formal", "equation", "expected"),
    [
        ("x in {1.618, -0.618}", "x^2 = x + 1", Outcome.CONFIRMED),
        ("x in {1.619, -0.618}", "x^2 = x + 1", Outcome.UNKNOWN),
        ("x in {1.62, -0.61}", "x^2 = x + 1", Outcome.UNKNOWN),
        ("x in {1.621, -0.618}", "x^2 = x + 1", Outcome.REFUTED),
        ("x in {1.618, 0.618}", "x^2 = x + 1", Outcome.REFUTED),
        ("x in set(1.618)", "x^2 = x + 1", Outcome.REFUTED),
        ("x in {0.00, 2.00}", "x^3 = 2*x^2", Outcome.CONFIRMED),
        ("x in {0.00, 0.01}", "x^2 = x/100", Outcome.CONFIRMED),
        ("x in set(0.33)", "3*x = 1.0", Outcome.UNKNOWN),
        ("x in {sqrt(2), -1.41}", "x^2 = 2", Outcome.UNKNOWN),
    ],
)
def test_a_list_of_rounded_solutions_is_held_against_the_real_roots(formal, equation, expected):
    claim = Claim(
        text=formal,
        span=Span(0, len(formal)),
        kind=ClaimKind.ANSWER,
        formal=formal,
        premises=(Premise(equation),),
        rounded=True,
        universal=True,
    )
    assert SymbolicVerifier().verify(claim, Problem(text="")).outcome is expected
