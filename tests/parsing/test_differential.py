"""Differential equations of a problem, and what a chain says solves them."""

import pytest

from clra.parsing.differential import Task, task_of
from clra.parsing.solution import read_solution
from clra.types import Claim, ClaimKind, Problem

SOLVE = "Solve the differential equation "


def solving(text: str, problem: str) -> list[Claim]:
    """The claims that have a differential equation among their premises."""
    claims = read_solution(text, None, Problem(text=problem)).claims
    return [claim for claim in claims if any(premise.universal for premise in claim.premises)]


TASKS = [
    (SOLVE + "$y'' + 9y = 0$.", Task("y", "x", "y'' + 9*y = 0", ())),
    (SOLVE + r"$\frac{dP}{dt} = kP$ with $P(0) = 5$.", Task("P", "t", "derivative(t, P) = k*P", ("P(0) = 5",))),
    (
        SOLVE + "$y'' = y$ where $y(0) = 1$ and $y'(0) = 2$.",
        Task("y", "x", "y'' = y", ('call("y", 0) = 1', "y'(0) = 2")),
    ),
    (
        r"Find the general solution of $\frac{d^2x}{dt^2} = -4x$.",
        Task("x", "t", "derivative(t, derivative(t, x)) = -4*x", ()),
    ),
    (SOLVE + "$y'(t) = 3 y(t)$.", Task("y", "t", 'y\'(t) = 3*either(call("y", t), y*t)', ())),
]


@pytest.mark.parametrize(("text", "task"), TASKS)
def test_the_equation_of_a_problem(text, task):
    assert task_of(text) == task


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Find the tangent to $y = x^3$ where $y' = 3$.",
        SOLVE + "$y\\,dy = x\\,dx$.",
        "Solve the system of differential equations $x' = y$ and $y' = x$.",
        SOLVE + "$y' = 2y$ or the equation $y' = 3y$.",
        "Find the integrating factor of the differential equation $y' + 2y = x$.",
        "Find the complementary function of the differential equation $y'' + 2y = x$.",
        "Which of these is a solution of the differential equation $y' = 2y$?",
    ],
)
def test_no_equation_where_it_is_not_plain(text):
    assert task_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "The general solution is $y = C_1 e^{2x} + C_2 e^{-2x}$.",
        "Therefore the solution of the equation is $y(x) = C_1 e^{2x} + C_2 e^{-2x}$.",
        r"Hence: $\boxed{y = C_1 e^{2x} + C_2 e^{-2x}}$",
    ],
)
def test_a_solution_stands_on_the_equation(text):
    (claim,) = solving(text, SOLVE + "$y'' - 4y = 0$.")
    assert claim.premises[-1].formal == "y'' - 4*y = 0"


@pytest.mark.parametrize(
    "text",
    [
        "The homogeneous solution is $y = C_1 e^{2x} + C_2 e^{-2x}$.",
        "We guess a solution $y = A e^{3x}$.",
        "The solution has the form $y = A e^{3x}$.",
        "If the solution were $y = e^{3x}$, we would be done.",
        "So $y = e^{3x}$ on the curve.",
        r"The integrating factor is $\boxed{e^{3x}}$.",
        r"\boxed{y = 4}",
    ],
)
def test_other_functions_do_not(text):
    assert solving(text, SOLVE + "$y'' - 4y = e^{3x}$.") == []


def test_an_answer_without_constants_has_the_given_values_too():
    (claim,) = solving(r"\boxed{y = 3e^{2x}}", SOLVE + "$y' = 2y$ with $y(0) = 3$.")
    assert claim.kind is ClaimKind.ANSWER
    assert [premise.formal for premise in claim.premises] == ["y' = 2*y", 'call("y", 0) = 3']


def test_an_answer_with_constants_need_not_have_them():
    (claim,) = solving(r"\boxed{y = Ce^{2x}}", SOLVE + "$y' = 2y$ with $y(0) = 3$.")
    assert [premise.formal for premise in claim.premises] == ["y' = 2*y"]


@pytest.mark.parametrize(
    "text",
    [
        "So $f'(x) = 3x$ gives $x = 1$.",
        "We look for points where $f'(x) = 3x$.",
        "Since $f'(x) = 3x$ at the point, we have $x = 1$.",
        "Setting $f'(x) = 3x$ we find $x = 1$.",
    ],
)
def test_an_equation_of_a_derivative_may_be_one_to_be_solved(text):
    claims = read_solution(text, None, Problem(text="Let $f(x) = x^2 + x$.")).claims
    assert claims[0].formal == "f'(x) = 3*x"
    assert claims[0].tentative


def test_a_derivative_that_is_told_is_not_tentative():
    claims = read_solution("The derivative is $f'(x) = 3x$.", None, Problem(text="Let $f(x) = x^2 + x$.")).claims
    assert not claims[0].tentative
