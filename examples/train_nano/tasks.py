"""Training examples of the three tasks: solve a problem, list a solution's claims, judge one claim.

Solutions to *solve* are always right. *Claims* and *judge* also see solutions with one slip that is carried on; whether
a line is then right follows from comparing it with the same line of the sheet without the slip.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from clra.prompts import Task, prompt_set
from examples.train_nano.vocabulary import Draft
from examples.train_nano.wording import calculations, claim_texts, draw_style, solution_text
from examples.train_nano.worksheet import Slip, SlipImpossibleError, SlipKind, Worksheet

PROMPTS = prompt_set("nano")
SLIP_KINDS: tuple[SlipKind, ...] = ("result", "operand", "operation")


class Example(NamedTuple):
    """What the model is given and what it is to write."""

    prompt: str
    completion: str
    task: Task


class Worked(NamedTuple):
    """The lines of one solution and its answer."""

    lines: list[str]
    answer: int


def prompt(task: Task, problem: str, *, solution: str = "", claim: str = "") -> str:
    """The prompt of a task as the model sees it: it always ends in exactly one line break."""
    return PROMPTS.render(task, problem=problem, solution=solution, claim=claim).strip() + "\n"


def work_out(draft: Draft, seed: float) -> Worked:
    """One right solution; the seed draws route and wordings."""
    sheet = Worksheet(random.Random(seed))
    answer = draft.solve(sheet).value
    return Worked(sheet.lines, answer)


def work_out_with_slip(draft: Draft, seed: float, rng: random.Random) -> Worked | None:
    """The solution of the same seed with one slip, or None where the drawn slip leads nowhere or changes nothing."""
    exact = Worksheet(random.Random(seed))
    draft.solve(exact)
    kind = rng.choices(SLIP_KINDS, [0.7, 0.15, 0.15])[0]
    sheet = Worksheet(random.Random(seed), Slip(rng.randrange(exact.operations), kind, rng.getrandbits(32)))
    try:
        answer = draft.solve(sheet).value
    except SlipImpossibleError:
        return None
    same_shape = len(sheet.lines) == len(exact.lines)
    return Worked(sheet.lines, answer) if same_shape and sheet.lines != exact.lines else None


def solve_example(draft: Draft, rng: random.Random) -> Example:
    """Problem -> right solution."""
    worked = work_out(draft, rng.random())
    return Example(
        prompt("solve", problem=draft.text), solution_text(worked.lines, worked.answer, draw_style(rng)), "solve"
    )


def claims_example(draft: Draft, rng: random.Random) -> Example:
    """Problem and solution, right or wrong -> numbered claims, copied faithfully."""
    seed, style = rng.random(), draw_style(rng)
    worked = (work_out_with_slip(draft, seed, rng) if rng.random() < 0.5 else None) or work_out(draft, seed)
    listed = "\n".join(f"{k}. {claim}" for k, claim in enumerate(claim_texts(worked.lines, worked.answer, style), 1))
    solution = solution_text(worked.lines, worked.answer, style)
    return Example(prompt("claims", problem=draft.text, solution=solution), listed, "claims")


def judge_example(draft: Draft, rng: random.Random) -> Example:
    """Problem and one claim -> the calculation done anew, then yes or no on a line of its own, half each."""
    seed, style = rng.random(), draw_style(rng)
    exact = work_out(draft, seed)
    wrong = work_out_with_slip(draft, seed, rng)
    right_claims = claim_texts(exact.lines, exact.answer, style)
    wrong_claims = right_claims if wrong is None else claim_texts(wrong.lines, wrong.answer, style)
    places = [k for k, claim in enumerate(wrong_claims) if claim != right_claims[k]]
    verdict = "no" if places and rng.random() < 0.52 else "yes"
    last = len(right_claims) - 1
    if verdict == "yes":
        places = list(range(last + 1))
    place = last if last in places and rng.random() < 0.1 else rng.choice(places)
    claim = (right_claims if verdict == "yes" else wrong_claims)[place]
    # for the final answer the whole calculation, for a step its own line only
    lines = exact.lines if place == last else [exact.lines[place - last]]
    anew = "\n".join([*calculations(lines), verdict])
    return Example(prompt("judge", problem=draft.text, claim=claim), anew, "judge")


def example(draft: Draft, task: Task, rng: random.Random) -> Example:
    """One example of the given task."""
    return {"solve": solve_example, "claims": claims_example, "judge": judge_example}[task](draft, rng)
