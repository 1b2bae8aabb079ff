"""Every example runs, and says what its text promises."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import clra
from clra.parsing.recorded import read_recorded
from clra.types import Reason

EXAMPLES = Path(__file__).parents[1] / "examples"
PROBLEMS = sorted((EXAMPLES / "problems").glob("*.txt"))


def run(script, *arguments):
    command = [sys.executable, "-W", "error", EXAMPLES / script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=600).stdout


def test_solve():
    output = run("solve.py")
    assert output.startswith("answer ")
    assert "plain majority: " in output
    assert "is false: " in output


def test_verify():
    output = run("verify.py")
    assert output.startswith("step 2 is wrong: Step 2: The classes get")
    assert "left side is 450, right side is 440" in output


def test_a_program_that_does_not_print_what_the_student_says():
    problem, solution = (
        (EXAMPLES / "student" / name).read_text(encoding="utf-8")
        for name in ("multiples.txt", "multiples_solution.txt")
    )
    review = clra.verify(problem, solution)
    told = next(each for each in review.claims if each.claim.program is not None)
    if told.reason is Reason.UNAVAILABLE:
        pytest.skip(told.telling.evidence)
    assert [each.claim.text for each in review.claims if each.refuted] == ["214"]
    assert told.telling.evidence == "214 is stated, but the program prints 191"
    assert review.first_error == told.claim.step


def test_own_verifier():
    assert run("own_verifier.py") == "n = -3: n is a count, and -3 is none (count)\n"


def test_own_strategy():
    assert "weight" in run("own_strategy.py")


def test_there_are_six_problems_with_their_answers():
    answers = json.loads((EXAMPLES / "problems" / "answers.json").read_text(encoding="utf-8"))
    assert answers.keys() == {path.stem for path in PROBLEMS}
    assert len(PROBLEMS) == 6


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_problems_are_solved(path):
    """On this machine's arithmetic; seeds repeat on one kind of processor only, so the answer alone is asked for."""
    solution = clra.solve(path.read_text(encoding="utf-8"), seed=0)
    assert solution.answer is not None


def test_the_recorded_chains_hold_three_problems_where_reliability_mends_the_majority():
    """The recording does not depend on this machine, so here the answers are asked for."""
    answers = json.loads((EXAMPLES / "problems" / "answers.json").read_text(encoding="utf-8"))
    path = EXAMPLES / "chains.jsonl.gz"
    mended = 0
    for recorded in read_recorded(path):
        solution = clra.solve(recorded.problem, model=f"replay:{path}", chains=len(recorded.chains))
        assert solution.answer.text == answers[recorded.problem.id] == recorded.problem.gold
        mended += solution.majority.winner.answer.text != recorded.problem.gold
    assert mended >= 3
