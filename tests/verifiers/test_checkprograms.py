"""Check programs in the real sandbox: what counts, what is left out, and what only repeats."""

import asyncio
import json

import pytest

from clra.config import Settings
from clra.types import Problem, Reason
from clra_verifiers import inspecting
from clra_verifiers.checkprograms import REPEATS, checked, merged_votes, printed_value, stated_numbers
from clra_verifiers.inspecting.inspection import inspected
from clra_verifiers.running import Runner
from tests.verifiers.check_programs import ASKED, HONEST, REPEATING

PROBLEM = Problem(text=ASKED)


@pytest.fixture(scope="module")
def check():
    """Checks a program in a sandbox that all tests of this file share."""
    with asyncio.Runner() as loop:
        patient, hurried = Runner(Settings()), Runner(Settings(program_seconds=4.0))

        def check(code, problem=PROBLEM, field="answer"):
            runner = hurried if code == "while True: pass" else patient
            return loop.run(checked(code, problem, runner.run, field=field))

        yield check
        loop.run(patient.aclose())
        loop.run(hurried.aclose())


@pytest.mark.parametrize("case", REPEATING.values(), ids=REPEATING)
def test_what_repeats_is_unknown(check, case):
    program = check(case.code, Problem(text=case.problem)).program
    assert program.value is None
    assert program.reason is Reason.NOT_APPLICABLE
    assert program.evidence.startswith(f"{REPEATS}: ")


@pytest.mark.parametrize("case", HONEST.values(), ids=HONEST)
def test_what_computes_counts(check, case):
    program = check(case.code, Problem(text=case.problem)).program
    assert (program.value, program.reason, program.evidence) == (json.dumps(case.value), None, "")


SLIPPING = {
    "arithmetic": "21 * 2",
    "taken apart": "ord('*')",
    "counted up": "sum(1 for _ in range(42))",
    "a table under a computed key": "{14: 42}[sum([2, 3, 9])]",
}


@pytest.mark.parametrize("term", SLIPPING.values(), ids=SLIPPING)
def test_what_slips_through_is_known(check, term):
    """The docstring of `clra_verifiers.inspecting.repetition` names these; one that is caught is to be taken out."""
    code = f'import json\nprint(json.dumps({{"answer": {term}}}))'
    problem = Problem(text="6 times 7, as in {14: 42}?") if "{" in term else PROBLEM
    assert check(code, problem).program.value == "42"


@pytest.mark.parametrize(
    ("code", "reason", "said"),
    [
        ("1 / 0", Reason.CRASHED, "it crashed: ZeroDivisionError: division by zero"),
        ("while True: pass", Reason.TIMED_OUT, "it was ended: "),
        ("x = bytes(10**12)", Reason.CRASHED, ""),
        ("import os; os.abort()", Reason.CRASHED, "it was ended: killed"),
        ("import sys; print('{\"answer\": 8}'); sys.exit(3)", Reason.CRASHED, "it ended with exit code 3"),
        ("def f(:", Reason.CRASHED, "SyntaxError"),
        ("print(8)", Reason.NOT_TRANSLATED, 'it prints no "answer"'),
        ("print('the answer is 8')", Reason.NOT_TRANSLATED, "its last line is no JSON"),
        ("", Reason.NOT_TRANSLATED, "its last line is no JSON"),
        ("print({'answer': sum([3, 5])})", Reason.NOT_TRANSLATED, "its last line is no JSON"),
        ("print('{\"answer\": null}')", Reason.NOT_TRANSLATED, "it cannot tell"),
        ("print('{\"answer\": NaN}')", Reason.NOT_TRANSLATED, "its last line is no JSON"),
        ("print('{\"answer\": 1e999}')", Reason.NOT_TRANSLATED, 'its "answer" is no answer'),
        ("print('{\"answer\": {}}')", Reason.NOT_TRANSLATED, 'its "answer" is no answer'),
        ('print(\'{"answer": " "}\')', Reason.NOT_TRANSLATED, 'its "answer" is no answer'),
        ("print('{\"answer\": [1, null]}')", Reason.NOT_TRANSLATED, 'its "answer" is no answer'),
        ("print('{\"result\": 8}')", Reason.NOT_TRANSLATED, 'it prints no "answer"'),
        ("print('[' * 100000)", Reason.CRASHED, "it was ended: output"),
        ("print('[' * 20000)", Reason.NOT_TRANSLATED, "its last line is no JSON"),
        ("print('{\"answer\": %s}' % ('9' * 5000))", Reason.NOT_TRANSLATED, "its last line is no JSON"),
        ("#" * 20_001, Reason.NOT_APPLICABLE, "it is too long"),
    ],
)
def test_what_gives_nothing_is_unknown_with_its_reason(check, code, reason, said):
    program = check(code).program
    assert program.value is None
    assert program.reason is reason
    assert said in program.evidence


def test_a_verdict_on_a_claim_is_true_or_false(check):
    assert check("import json\nprint(json.dumps({'holds': sum([2, 3]) == 5}))", field="holds").program.value == "true"
    assert check('print(\'{"holds": "yes"}\')', field="holds").program.reason is Reason.NOT_TRANSLATED
    repeating = check("print('{\"holds\": true}')", field="holds").program
    assert repeating.evidence.startswith(REPEATS)


def test_a_program_that_breaks_the_parser_is_unknown(check):
    """It is parsed in the sandbox, so at most a process in there dies."""
    deep = f'x = {"-" * 9_000}1\nimport json\nprint(json.dumps({{"answer": sum([8])}}))'
    assert check(deep).program.reason is Reason.CRASHED


def test_textually_equal_programs_are_one_vote(check):
    first = 'import json\nn = sum([3, 5])   # three and five\n\nprint(json.dumps({"answer": n}))'
    second = '"""Adds."""\nimport json\nn = (sum([3,5]))\nprint(json.dumps({\'answer\':n}))\n'
    other = 'import json\nm = sum([3, 5])\nprint(json.dumps({"answer": m}))'
    votes = merged_votes([check(first), check(second), check(other), check(first)])
    assert [(vote.code, vote.count) for vote in votes] == [(first, 3), (other, 1)]


def test_programs_that_fail_are_told_apart_by_their_text(check):
    votes = merged_votes([check("1 / 0"), check("1 / 0"), check("2 / 0")])
    assert [vote.count for vote in votes] == [2, 1]


def test_the_inspector_runs_by_itself():
    """What is sent into the sandbox imports nothing of the project."""
    assert "clra_verifiers" not in "\n".join(
        line for line in inspecting.source().splitlines() if line.startswith(("import ", "from "))
    )
    found = inspected("print('{\"answer\": 42}')", 42, [])
    assert found == {"form": "print('{\"answer\": 42}')", "repeats": found["repeats"], "variants": []}
    assert found["repeats"]


def test_variants_touch_no_number_of_the_problem():
    code = "x = [42]\nprint(sum(x))"
    assert len(inspected(code, 42, [])["variants"]) == 1
    assert inspected(code, 42, ["42"])["variants"] == []


def test_numbers_that_a_problem_states():
    text = r"Twenty-one of 1{,}000 people, $\frac{3}{7}$ of 12,500 or 2.50 dollars and a dozen eggs"
    assert {"21", "1000", "3", "7", "12500", "5/2", "12"} <= set(stated_numbers(Problem(text=text)))
    assert "42" not in stated_numbers(Problem(text=text))


def test_the_value_is_that_of_the_last_line():
    assert printed_value('{"answer": 1}\n\n{"answer": [2, "x"]}\n\n', "answer") == [2, "x"]
