"""A written solution, read whole: its steps, its claims with what each stands on, and its final answer."""

from typing import NamedTuple

from clra.parsing.answers import final_answer
from clra.parsing.claims import find_claims
from clra.parsing.conclusion import answer_claims
from clra.parsing.context import in_context
from clra.parsing.differential import with_differential_equations
from clra.parsing.prose.solution_sets import answered_set, solution_sets
from clra.parsing.prose.sought import with_sought_derivatives
from clra.parsing.steps import split_steps
from clra.types import Answer, Chain, Claim, Problem, Step


class Reading(NamedTuple):
    """What was read in a solution."""

    steps: tuple[Step, ...]
    claims: tuple[Claim, ...]
    """The chain's own in the order of their places; behind them what it tells of solutions, and of the final answer."""
    answer: Answer | None


def read_solution(text: str, steps: tuple[Step, ...] | None, problem: Problem) -> Reading:
    """Read a solution.

    Args:
        text: all of it.
        steps: its steps, in order, where they are given.
        problem: what it solves; its text may be empty.
    """
    steps = split_steps(text) if steps is None else steps
    answer = final_answer(Chain(text=text), problem)
    claims = with_sought_derivatives(text, in_context(text, find_claims(text, steps, problem), problem))
    answered = answer_claims(text, answer, claims, problem, steps)
    claims = (*claims, *solution_sets(text, problem, steps), *answered, *answered_set(text, answered, problem))
    return Reading(steps, with_differential_equations(text, claims, answer, problem, steps), answer)
