"""The answer computed anew by programs of a scripted model, in the real sandbox."""

import asyncio
import json
import math
import shlex
from dataclasses import replace

import pytest

import clra
from clra.cli import app
from clra.config import Settings
from clra.engine import open_judges
from clra.errors import ModelError
from clra.protocols import Completion
from clra.records import solution_record
from clra.reliability import load_calibration
from clra.solution_report import print_solution
from clra.types import (
    Answer,
    CheckedClaim,
    CheckProgram,
    Claim,
    ClaimKind,
    FinishReason,
    Outcome,
    Problem,
    ProblemKind,
    Reason,
    Review,
    Span,
    Verdict,
)
from clra_verifiers.recomputation import (
    relevant_claims,
    verdict_on_answer,
    verdict_on_claim,
    with_verdict_on_answer,
)
from clra_verifiers.replies import program_in
from tests.models.fake_server import completion, fake_server, status
from tests.verifiers import shared_sandbox

PROBLEM = Problem(text="How many subsets of {1, 2, 3, 4, 5} have no two consecutive elements?")
RIGHT = "The counts follow Fibonacci. The answer is \\boxed{13}."
WRONG = "By a quick count there are \\boxed{12}."
COUNTING = """import json
from itertools import combinations

def fits(chosen):
    return all(b - a > 1 for a, b in zip(chosen, chosen[1:]))

print(json.dumps({"answer": sum(fits(c) for r in range(6) for c in combinations(range(1, 6), r))}))
"""
RECURSIVE = """import json
ways = [1, 2]
while len(ways) < 6:
    ways.append(ways[-1] + ways[-2])
print(json.dumps({"answer": ways[-1]}))
"""
OFF_BY_ONE = COUNTING.replace("for r in range(6)", "for r in range(1, 6)")
CLAIMED = """import json
print(json.dumps({"holds": sum([2, 3]) == 5}))
"""


def fenced(code):
    return f"I enumerate.\n```python\n{code}\n```\n"


@pytest.fixture(autouse=True, scope="module")
def _sandbox():
    with shared_sandbox.shared_sandbox():
        yield


class Scripted:
    """Answers with chains, and with check programs by their turn; an exception in a text's place is raised."""

    def __init__(self, *programs, chains=(WRONG, WRONG, WRONG, RIGHT, RIGHT), prompts="default", claims=(), pause=0.0):
        self.programs, self.chains, self.prompts, self.claims = programs, chains, prompts, claims
        self.name = "scripted"
        self.pause = pause
        self.asked = []
        self.at_once = self.most_at_once = 0

    async def sample(self, prompt, params):
        if "JSON object" not in prompt:
            for index, seed in enumerate(params.seeds):
                yield Completion(index=index, text=self.chains[index % len(self.chains)], seed=seed, tokens=7)
            return
        about_claim = "Claim:" in prompt
        place = sum(("Claim:" in asked) == about_claim for asked, _ in self.asked)
        self.asked.append((prompt, params))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.pause)
        self.at_once -= 1
        replies = self.claims if about_claim else self.programs
        reply = replies[place % len(replies)]
        if isinstance(reply, Exception):
            raise reply
        yield reply if isinstance(reply, Completion) else Completion(index=0, text=fenced(reply), tokens=100)

    async def aclose(self):
        """Nothing to give back."""


def solve(model, *, programs=3, chains=5, problem=PROBLEM, **settings):
    settings = {"verifiers": ("exact", "execution"), "jobs": 1, "sandbox": shared_sandbox.NAME, **settings}
    return clra.solve(
        problem, model=model, chains=chains, settings=Settings(check_programs=programs, **settings), strategy="clra"
    )


def reliability_by(*evidence):
    """What a chain of this evidence has under the calibration that is shipped: log-odds that add up."""
    calibration = load_calibration()
    odds = math.exp(calibration.intercept + sum(calibration.evidence[name] for name in evidence))
    return pytest.approx(odds / (1 + odds))


def answer_verdicts(solution):
    return [
        verdict
        for chain in solution.chains
        for checked in chain.claims
        for verdict in checked.verdicts
        if checked.claim.kind is ClaimKind.ANSWER and verdict.method.startswith("execution:")
    ]


def test_check_programs_turn_a_wrong_majority():
    model = Scripted(COUNTING, RECURSIVE, OFF_BY_ONE)
    solution = solve(model)
    assert solution.majority.winner.answer.text == "12"
    assert solution.answer.text == "13"
    verdicts = answer_verdicts(solution)
    assert [verdict.outcome for verdict in verdicts] == 3 * [Outcome.REFUTED] + 2 * [Outcome.CONFIRMED]
    assert {verdict.method for verdict in verdicts} == {"execution:scripted"}
    assert not any(verdict.proof for verdict in verdicts)
    assert verdicts[0].evidence.startswith(
        "2 programs compute 13, 1 program computes 12, not 12; default prompts, version"
    )
    assert "combinations" in verdicts[0].evidence
    assert not any(chain.refuted for chain in solution.chains)
    disputed, plain = reliability_by("answer disputed"), reliability_by()
    assert [chain.reliability.value for chain in solution.chains] == [disputed, disputed, disputed, plain, plain]
    assert solution.tally.winner.weight > solution.tally.rows[1].weight > 0


def test_the_model_is_asked_once_for_a_problem_and_sees_no_chain():
    model = Scripted(COUNTING, RECURSIVE, OFF_BY_ONE, pause=0.05)
    solve(model)
    assert len(model.asked) == 3
    assert model.most_at_once == 3
    assert all(PROBLEM.text in prompt and "\\boxed{1" not in prompt for prompt, _ in model.asked)
    assert len({params.seeds for _, params in model.asked}) == 3


def test_the_same_seed_repeats_the_run():
    first, again = (Scripted(COUNTING, RECURSIVE, OFF_BY_ONE) for _ in range(2))
    one, other = solve(first, seed=5), solve(again, seed=5)
    assert [params.seeds for _, params in first.asked] == [params.seeds for _, params in again.asked]
    assert one.tally == other.tally
    assert one.check_programs == other.check_programs
    third = Scripted(COUNTING)
    solve(third, seed=6)
    assert not {params.seeds for _, params in third.asked} & {params.seeds for _, params in first.asked}


def test_equal_texts_are_one_vote_so_that_repetition_does_not_win():
    wrong = OFF_BY_ONE
    laid_out = "# mine\n" + wrong.replace("b - a > 1", "b-a>1")
    solution = solve(Scripted(wrong, laid_out, wrong, COUNTING, RECURSIVE), programs=5)
    assert [(program.value, program.count) for program in solution.check_programs] == [("12", 3), ("13", 1), ("13", 1)]
    assert solution.answer.text == "13"


def test_a_tie_decides_nothing():
    solution = solve(Scripted(COUNTING, OFF_BY_ONE), programs=2)
    (verdict,) = {replace(verdict, seconds=0) for verdict in answer_verdicts(solution)}
    assert (verdict.outcome, verdict.reason) == (Outcome.UNKNOWN, Reason.SOLVER_UNKNOWN)
    assert verdict.evidence.startswith("a tie: 1 program computes 13, 1 program computes 12")
    assert solution.answer.text == "12"


def test_programs_that_repeat_or_fail_have_no_vote():
    repeating = 'import json\nprint(json.dumps({"answer": 12}))'
    solution = solve(Scripted(repeating, "1 / 0", "while True: pass", RECURSIVE), programs=4, program_seconds=10.0)
    assert [program.reason for program in solution.check_programs] == [
        Reason.NOT_APPLICABLE,
        Reason.CRASHED,
        Reason.TIMED_OUT,
        None,
    ]
    assert "repeats, does not recompute" in solution.check_programs[0].evidence
    assert solution.answer.text == "13"
    assert "1 left out: it crashed: ZeroDivisionError" in answer_verdicts(solution)[0].evidence


def test_a_model_that_fails_ends_no_run():
    solution = solve(Scripted(ModelError("out of order")))
    assert solution.answer.text == "12"
    assert {(verdict.outcome, verdict.reason) for verdict in answer_verdicts(solution)} == {
        (Outcome.UNKNOWN, Reason.UNAVAILABLE)
    }
    assert solution.notes == ("a check program is missing: out of order",)
    assert solution.complete


def test_a_model_that_fails_once_leaves_the_other_programs():
    solution = solve(Scripted(COUNTING, ModelError("busy"), RECURSIVE))
    assert solution.answer.text == "13"
    assert solution.notes == ("a check program is missing: busy",)


def test_a_model_that_is_not_made_for_it_is_not_asked():
    model = Scripted(prompts="nano")
    solution = solve(model)
    assert model.asked == []
    assert solution.notes == ("a check program is missing: scripted is not made to write programs",)


def test_without_a_sandbox_the_model_is_not_asked():
    model = Scripted(COUNTING)
    solution = solve(model, sandbox="nowhere:Sandbox")
    assert model.asked == []
    assert {verdict.reason for verdict in answer_verdicts(solution)} == {Reason.UNAVAILABLE}
    assert "nowhere" in solution.notes[0]


@pytest.mark.parametrize(
    ("programs", "problem"),
    [(0, PROBLEM), (3, replace(PROBLEM, kind=ProblemKind.PROGRAM))],
    ids=["none are wanted", "the answer is a program"],
)
def test_nothing_is_asked(programs, problem):
    model = Scripted(COUNTING)
    solution = solve(model, programs=programs, problem=problem)
    assert model.asked == []
    assert solution.check_programs == ()


def test_tokens_of_check_programs_are_a_stage_of_their_own():
    usage = solve(Scripted(COUNTING, RECURSIVE)).usage
    assert usage.stage_tokens == {"draw": 35, "extract": 0, "falsify": 0, "check": 300}
    assert usage.tokens == 335


def test_a_stopped_run_returns_what_there_is():
    async def run():
        stop = asyncio.Event()
        return await clra.asolve(
            PROBLEM,
            model=Scripted(COUNTING, RECURSIVE, pause=0.05),
            chains=50,
            settings=Settings(check_programs=2, jobs=1, sandbox=shared_sandbox.NAME),
            stop=stop,
            on_progress=lambda progress: stop.set(),
        )

    solution = asyncio.run(run())
    assert solution.chains
    assert len(solution.check_programs) == 2


def test_a_cancelled_run_stops_asking():
    model = Scripted(COUNTING, pause=60.0)

    async def run():
        solving = asyncio.create_task(
            clra.asolve(
                PROBLEM, model=model, chains=3, settings=Settings(check_programs=2, jobs=1, sandbox=shared_sandbox.NAME)
            )
        )
        while model.at_once < 2:  # noqa: ASYNC110 -- the double counts, and tells nobody
            await asyncio.sleep(0.01)
        solving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await solving
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(run()) == set()


def test_a_proof_overrules_the_programs():
    problem = Problem(text="What is 135 - 45?")
    wrong = 'import json\nprint(json.dumps({"answer": 135 - 55}))'
    solution = solve(Scripted(wrong, chains=("The answer is \\boxed{90}.",)), problem=problem, chains=1)
    (scored,) = solution.chains
    (checked,) = [each for each in scored.claims if each.claim.kind is ClaimKind.ANSWER]
    assert [verdict.outcome for verdict in checked.verdicts] == [Outcome.CONFIRMED, Outcome.REFUTED]
    assert checked.outcome is Outcome.CONFIRMED
    assert scored.reliability.value == reliability_by("answer confirmed")


def test_the_verdict_stands_on_a_claim_of_the_answer():
    solution = solve(Scripted(COUNTING), chains=1)
    (scored,) = solution.chains
    added = scored.claims[-1].claim
    assert (added.kind, added.text, added.span) == (ClaimKind.ANSWER, "12", scored.answer.span)
    assert scored.chain.text[slice(*added.span)] == "\\boxed{12}"


PROOF = Verdict(outcome=Outcome.CONFIRMED, method="exact")
OPINION = Verdict(outcome=Outcome.REFUTED, method="execution:m", proof=False)
ANSWERED = Answer(key="13", text="13", span=Span(4, 6))


def review_of(*claims, answer=ANSWERED):
    return Review(problem=PROBLEM, text="", steps=(), claims=tuple(claims), answer=answer)


def claim(text="", kind=ClaimKind.EQUALITY, formal="a = b", uses=(), verdicts=(), **more):
    return CheckedClaim(
        claim=Claim(text=text, span=Span(0, 1), kind=kind, formal=formal, uses=uses, **more), verdicts=verdicts
    )


def test_of_several_claims_about_the_answer_the_proved_one_takes_the_verdict():
    review = review_of(claim(kind=ClaimKind.ANSWER), claim(kind=ClaimKind.ANSWER, verdicts=(PROOF,)))
    found = with_verdict_on_answer(review, OPINION)
    assert [len(each.verdicts) for each in found.claims] == [0, 2]
    assert with_verdict_on_answer(review_of(answer=None), OPINION).claims == ()


@pytest.mark.parametrize(
    ("values", "answer", "outcome"),
    [
        (("13",), "13", Outcome.CONFIRMED),
        (("13.0",), "13", Outcome.CONFIRMED),
        (('"13"', "13", "12"), "13", Outcome.CONFIRMED),
        (("13", "12", "12"), "13", Outcome.REFUTED),
        (("13", "12", "11"), "13", Outcome.UNKNOWN),
        (("13", "12"), "11", Outcome.UNKNOWN),
        (("0.30000000000000004", '"3/10"', "7"), r"\frac{3}{10}", Outcome.CONFIRMED),
        (('"2*sqrt(3)"',), r"2\sqrt{3}", Outcome.CONFIRMED),
        (("3.4641016151377544",), r"2\sqrt{3}", Outcome.CONFIRMED),
        (("3.46",), r"2\sqrt{3}", Outcome.UNKNOWN),
        (("3.3",), r"2\sqrt{3}", Outcome.REFUTED),
        (("5",), "5 m", Outcome.UNKNOWN),
        (("[1, 2]",), "(1, 2)", Outcome.CONFIRMED),
        (("[1, 2]",), "(1, 3)", Outcome.REFUTED),
        (("true",), "Yes", Outcome.CONFIRMED),
        (("false",), "Yes", Outcome.REFUTED),
        (("true",), "7", Outcome.UNKNOWN),
        ((), "13", Outcome.UNKNOWN),
    ],
)
def test_values_against_an_answer(values, answer, outcome):
    programs = [CheckProgram(code="", value=value) for value in values]
    asked = Problem(text="What comes out?")
    verdict = verdict_on_answer(Answer(key=clra_key(answer), text=answer), asked, programs, Scripted())
    assert verdict.outcome is outcome
    assert (verdict.reason is None) == (outcome is not Outcome.UNKNOWN)


def clra_key(answer):
    from clra.parsing.answers import key_for

    return key_for(answer, Problem(text="What comes out?"))


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        (("true",), Outcome.CONFIRMED),
        (("true", "false", "false"), Outcome.REFUTED),
        (("true", "false"), Outcome.UNKNOWN),
        ((), Outcome.UNKNOWN),
    ],
)
def test_votes_on_a_claim(values, outcome):
    verdict = verdict_on_claim([CheckProgram(code="", value=value) for value in values], Scripted())
    assert (verdict.outcome, verdict.proof) == (outcome, False)


def test_the_claims_that_an_answer_stands_on():
    review = review_of(
        claim("far"),
        claim("aside"),
        claim("near", uses=(0,)),
        claim("settled", verdicts=(PROOF,)),
        claim("not read", formal=None),
        claim("13", kind=ClaimKind.ANSWER, uses=(2, 3, 4)),
    )
    assert relevant_claims(review, 5) == [2, 0]
    assert relevant_claims(review, 1) == [2]
    assert relevant_claims(review, 0) == []
    without = review_of(claim("far"), claim("last", uses=(0,)))
    assert relevant_claims(without, 5) == [1, 0]
    assert relevant_claims(review_of(*without.claims, claim("13", kind=ClaimKind.ANSWER)), 5) == [1, 0]
    assert relevant_claims(replace(without, answer=None), 5) == []


def test_open_claims_are_checked_where_it_is_asked_for():
    chain = "There are a_4 = 8 for the first four, and a_5 = a_4 + 5 = 13 for all. The answer is \\boxed{13}."
    model = Scripted(COUNTING, claims=(CLAIMED,), chains=(chain,))
    (plain,) = solve(model, programs=1, chains=1).chains
    assert all("Claim:" not in prompt for prompt, _ in model.asked)
    solution = solve(model, programs=1, chains=1, check_claims=2)
    asked = [prompt for prompt, _ in model.asked if "Claim:" in prompt]
    assert len(asked) == 2
    assert "Claim:\na_4 + 5 = 13\n" in asked[0]
    assert "\n- a_5 = a_4 + 5\n" in asked[0]
    assert {each.claim.text: each.outcome for each in solution.chains[0].claims} == {
        "a_4 = 8": Outcome.UNKNOWN,
        "a_5 = a_4 + 5": Outcome.CONFIRMED,
        "a_4 + 5 = 13": Outcome.CONFIRMED,
        "13": Outcome.CONFIRMED,
    }
    assert len(plain.claims) == len(solution.chains[0].claims)


@pytest.mark.parametrize(
    ("reply", "program"),
    [
        ("```python\nx\n```", "x"),
        ("```py\nx\n```\nand\n```python\ny\n```\ndone", "y"),
        ("```\nx\n```", "x"),
        ("```python\nx\n```\nIt prints\n```\n8\n```", "x"),
        ("```json\n{}\n```", None),
        ("~~~python\nx\n~~~", "x"),
        ("1. so\n   ```python\n   if x:\n       y\n   ```", "if x:\n    y"),
        ("<think>```python\nold\n```</think>```python\nnew\n```", "new"),
        ("<think>```python\nold\n```", None),
        ("```python\nx", None),
        ("I cannot.", None),
        ("```python\n\n```", None),
    ],
)
def test_the_program_in_a_reply(reply, program):
    assert program_in(Completion(index=0, text=reply)) == program


def test_a_reply_that_was_cut_off_holds_no_program():
    cut = Completion(index=0, text="```python\nx\n```", finish_reason=FinishReason.LENGTH)
    assert program_in(cut) is None


def test_the_terminal_and_json_tell_what_the_programs_compute(capsys):
    solution = solve(Scripted(COUNTING, RECURSIVE, OFF_BY_ONE, "1 / 0", COUNTING.replace("> 1", "> 9")), programs=5)
    print_solution(solution)
    printed = " ".join(capsys.readouterr().out.split())
    assert "2 check programs compute 13: the answer 13" in printed
    assert "1 check program computes 12: the answer 12" in printed
    assert "1 check program computes 6: the answer of no chain" in printed
    assert "1 check program left out: it crashed: ZeroDivisionError" in printed
    assert "12: 0 of 3 chains hold a claim that is proved false; check programs compute another answer" in printed
    record = json.loads(json.dumps(solution_record(solution)))
    assert [program["value"] for program in record["check_programs"]] == ["13", "13", "12", None, "6"]
    assert record["check_programs"][0]["code"].strip() == COUNTING.strip()


def test_a_server_that_imitates_a_model(capsys, monkeypatch, tmp_path):
    """The whole way: the majority of five chains is wrong, and check programs over HTTP turn it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "problem.txt").write_text(PROBLEM.text)
    programs = iter([COUNTING, RECURSIVE])

    def behave(handler, body):
        prompt = body["messages"][0]["content"]
        if "JSON object" in prompt:
            text = fenced(next(programs))
        else:
            with handler.fake.lock:
                drawn = sum("JSON object" not in each.body["messages"][0]["content"] for each in handler.fake.chats)
            text = WRONG if drawn <= 3 else RIGHT
        completion(text)(handler, body)

    with fake_server() as server:
        server.always = behave
        with pytest.raises(SystemExit) as ended:
            app(shlex.split(f"solve --model openai:{server.url} -n 5 --check-programs 2 --jobs 1 --json problem.txt"))
    assert ended.value.code == 0
    solved = json.loads(capsys.readouterr().out)
    assert solved["answer"] == "13"
    assert solved["majority"][0]["answer"] == "12"
    assert [program["value"] for program in solved["check_programs"]] == ["13", "13"]
    assert solved["usage"]["stage_tokens"]["check"] > 0


def test_a_server_that_refuses_check_programs_ends_no_run():
    def behave(handler, body):
        refuses = "JSON object" in body["messages"][0]["content"]
        (status(400) if refuses else completion(RIGHT))(handler, body)

    with fake_server() as server:
        server.always = behave
        solution = clra.solve(
            PROBLEM,
            model=f"openai:{server.url}",
            chains=2,
            settings=Settings(check_programs=1, jobs=1, retries=0, sandbox=shared_sandbox.NAME),
        )
    assert solution.answer.text == "13"
    assert solution.notes[0].startswith("a check program is missing: ")


def test_verifying_without_a_model_asks_nobody():
    async def run():
        async with open_judges(Settings(check_programs=3, jobs=1, verifiers=("exact", "execution"))) as judges:
            return await judges.review(PROBLEM, RIGHT)

    review = asyncio.run(run())
    assert review.check_programs == ()


def test_each_run_asks_for_programs_of_its_own():
    model = Scripted(COUNTING)

    async def three_runs():
        async with open_judges(Settings(check_programs=2, jobs=1, verifiers=("exact", "execution"))) as judges:
            for seed in (0, 1, 1):
                await judges.review(PROBLEM, RIGHT, model, seed=seed)

    asyncio.run(three_runs())
    assert len({params.seeds for _, params in model.asked}) == len(model.asked) == 4


def test_an_interruption_tells_that_check_programs_are_missing():
    class Endless(Scripted):
        async def sample(self, prompt, params):
            if "JSON object" in prompt:
                writing.set()
                await asyncio.Event().wait()
            async for drawn in super().sample(prompt, params):
                yield drawn

    async def interrupted():
        stop, model = asyncio.Event(), Endless()
        settings = Settings(check_programs=1, jobs=1, verifiers=("exact", "execution"), strategy="majority")
        solving = asyncio.create_task(clra.asolve(PROBLEM, model=model, chains=5, settings=settings, stop=stop))
        await writing.wait()
        stop.set()
        return await asyncio.wait_for(solving, 300)

    writing = asyncio.Event()
    solution = asyncio.run(interrupted())
    assert (solution.complete, solution.stopped) == (False, clra.StopReason.INTERRUPTED)
    assert "5 chains were not compared with check programs" in solution.notes
    assert len(solution.chains) == 5
