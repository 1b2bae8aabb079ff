"""A written solution, read whole: its steps, its claims with what each stands on, and its final answer."""

from typing import NamedTuple

from clra.parsing.answers import final_answer
from clra.parsing.claims import find_claims
from clra.parsing.conclusion import answer_claims
from clra.parsing.context import in_context
from clra.parsing.steps import split_steps
from clra.types import Answer, Chain, Claim, Problem, Step


class Reading(NamedTuple):
    """What was read in a solution."""

    steps: tuple[Step, ...]
    claims: tuple[Claim, ...]
    """In the order of their places, what is said of the final answer last."""
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
    claims = in_context(text, find_claims(text, steps, problem), problem)
    return Reading(steps, (*claims, *answer_claims(text, answer, claims, problem, steps)), answer)
