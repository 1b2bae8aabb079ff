"""Runs in which the model judges its own chains."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

import clra
from clra.cli import app
from clra.config import load_settings
from clra.errors import ModelError, ModelUnavailableError, RequestRefusedError
from clra.parsing.recorded import read_recorded
from clra.protocols import Completion
from clra.records import solution_record
from clra.types import FinishReason, StopReason
from tests.scripted import ScriptedModel

PROBLEM = "What is 135 - 45?"
RIGHT = "135 - 45 = 90, so it is \\boxed{90}.\n<claims>\n1. 135 - 45 = 90\n2. 135 > 45\n</claims>"
WRONG = "135 - 45 = 80, so it is \\boxed{80}.\n<claims>\n1. 135 - 45 = 80\n2. 135 > 45\n</claims>"


class Critical(ScriptedModel):
    """Draws the texts, and says of every claim what it is told to."""

    def __init__(self, *texts, says="yes", listed="1. 135 - 45 = 90", **choices):
        super().__init__(*texts, **choices)
        self.says = says
        self.listed = listed
        self.asked = []

    async def sample(self, prompt, params):
        if "Solve the following problem" in prompt.splitlines()[0]:
            async for completion in super().sample(prompt, params):
                yield completion
            return
        self.asked.append(prompt)
        for index, seed in enumerate(params.seeds):
            said = self.says if "\nClaim:\n" in prompt else self.listed
            yield Completion(index=index, text=said, seed=seed, tokens=1)


def solve(model, strategy="clr", **settings):
    return clra.solve(PROBLEM, model=model, strategy=strategy, chains=2, settings=load_settings(**settings))


def test_chains_that_are_judged_end_with_their_claims():
    model = Critical(RIGHT, WRONG)
    solution = solve(model)
    assert "<claims>" in model.prompted[0]
    assert len(model.asked) == 4, "the claims were not asked for"
    assert [[claim.claim.text for claim in chain.critique] for chain in solution.chains] == [
        ["135 - 45 = 90", "135 > 45"],
        ["135 - 45 = 80", "135 > 45"],
    ]
    assert [chain.answer.text for chain in solution.chains] == ["90", "80"]
    # the second time it is what the problem asks for, the final answer in its place
    assert [[(claim.claim.kind, claim.claim.formal) for claim in chain.claims] for chain in solution.chains] == [
        [(clra.ClaimKind.EQUALITY, "135 - 45 = 90"), (clra.ClaimKind.ANSWER, "135 - 45 = 90")],
        [(clra.ClaimKind.EQUALITY, "135 - 45 = 80"), (clra.ClaimKind.ANSWER, "135 - 45 = 80")],
    ]


@pytest.mark.parametrize(
    ("strategy", "settings"), [("clra", {}), ("clr", {"claims_in_chain": False}), ("majority", {})]
)
def test_chains_that_need_not_list_them_do_not(strategy, settings):
    model = Critical("135 - 45 = 90, so it is \\boxed{90}.")
    solution = solve(model, strategy, **settings)
    assert "<claims>" not in model.prompted[0]
    assert [chain.critique is not None for chain in solution.chains] == [strategy == "clr"] * 2


def test_a_program_is_asked_for_without_a_list():
    model = ScriptedModel(clra.ModelError("no"))
    problem = clra.Problem(text="Print 1.", kind=clra.ProblemKind.PROGRAM)
    with pytest.raises(clra.ModelError):
        clra.solve(problem, model=model, strategy="clr", chains=1)
    assert "<claims>" not in model.prompted[0]
    assert "Python program" in model.prompted[0]


def test_the_published_vote_counts_the_opinions_and_tells_of_the_proof():
    solution = solve(Critical(WRONG, WRONG))
    assert solution.tally.winner.weight == 2.0
    (note,) = solution.notes
    assert note == (
        "the model contradicts a proof on 2 of 4 claims, such as '135 - 45 = 80', which is proved false "
        "(exact:rational); the published vote counts the opinion"
    )


def test_the_graded_critic_takes_the_place_of_the_published_one_and_yields_to_proofs():
    solution = solve(Critical(WRONG, RIGHT), verifiers=("exact", "model-graded"))
    assert [len(chain.critique) for chain in solution.chains] == [2, 2]
    assert [(row.answer.text, row.weight) for row in solution.tally.rows] == [("90", 1.0), ("80", 0.25)]
    (note,) = solution.notes
    assert note.endswith("proved false (exact:rational); the proof counts")
    row = solution_record(solution)["chains"][0]["critique"][0]
    assert (row["outcome"], row["probability"]) == ("CONFIRMED", 1.0)
    assert row["proved"]["outcome"] == "REFUTED"


def test_what_could_not_be_read_is_noted():
    solution = solve(Critical("It is \\boxed{90}.", says="Perhaps.", listed="Well."))
    assert solution.notes == ("no claims could be read for 2 of 2 chains",)
    solution = solve(Critical("It is \\boxed{90}.", says="Perhaps."))
    assert solution.notes == ("the model's judgement of 2 of 2 claims could not be read",)


def test_nano_judges_itself_as_ever(tmp_path):
    kept = tmp_path / "chains.jsonl"
    arguments = ["solve", "--text", "Compute 12 + 30.", "-n", "2", "--strategy", "clr", "--json", "--chains-out", kept]
    result = CliRunner().invoke(app, list(map(str, arguments)))
    told = json.loads(result.stdout)
    assert all(row["method"] == "model:clra-nano" for chain in told["chains"] for row in chain["critique"])
    (recorded,) = read_recorded(kept)
    assert [len(critique) for critique in recorded.critiques] == [len(chain["critique"]) for chain in told["chains"]]
    assert all("<claims>" not in chain.text for chain in recorded.chains)


def test_chains_without_a_vote_are_not_judged():
    cut = Completion(index=0, text=RIGHT, finish_reason=FinishReason.LENGTH)
    model = Critical(cut, RIGHT)
    solution = solve(model)
    assert len(model.asked) == 2, "the claims of the second"
    assert solution.chains[0].critique == ()
    assert (solution.complete, solution.notes) == (True, ())


class Refusing(Critical):
    """Says of the claims of the first chain that it judges what an error says."""

    def __init__(self, error):
        super().__init__("It is \\boxed{90}.", "It is \\boxed{80}.")
        self.error = error

    async def sample(self, prompt, params):
        if "boxed{90}" in prompt:
            raise self.error
        async for completion in super().sample(prompt, params):
            yield completion


def test_a_chain_that_the_model_refuses_to_judge_is_kept_without_a_judgement():
    solution = solve(Refusing(RequestRefusedError("the prompt is too long")))
    assert [chain.critique is None for chain in solution.chains] == [True, False]
    assert solution.notes[0] == "the model refused to judge: the prompt is too long"
    assert "1 chain was not judged by the model" in solution.notes
    assert solution.complete


@pytest.mark.parametrize("error", [ModelUnavailableError("nobody answers"), ModelError("no quota is left")])
def test_a_model_that_fails_while_it_judges_leaves_the_run_incomplete(error):
    solution = solve(Refusing(error))
    assert not solution.complete
    assert f"the model failed in the middle: {error}" in solution.notes


def test_the_model_judges_as_the_run_samples():
    asked = []

    class Heard(Critical):
        async def sample(self, prompt, params):
            asked.append((params.temperature, params.top_p, params.top_k, params.max_tokens))
            async for completion in super().sample(prompt, params):
                yield completion

    solve(Heard(RIGHT), temperature=0.6, top_p=0.95, top_k=20, max_tokens=700, reply_tokens=50)
    assert asked == [(0.6, 0.95, 20, 700)] + [(0.6, 0.95, 20, 50)] * 4


class Talkative(Critical):
    """Judges for ever, a token at a time."""

    def __init__(self):
        super().__init__(RIGHT)
        self.judging = asyncio.Event()

    async def sample(self, prompt, params):
        if "\nClaim:\n" not in prompt:
            async for completion in super().sample(prompt, params):
                yield completion
            return
        said = "well "
        self.judging.set()
        while params.watch is None or not params.watch(0, said):
            said += "well "
            await asyncio.sleep(0)
        yield Completion(index=0, text=said, seed=params.seeds[0], tokens=said.count("w"), finish_reason="aborted")


def test_tokens_are_a_budget_of_judging_too():
    solution = solve(Talkative(), max_total_tokens=2_000)
    assert 1_500 <= solution.usage.tokens < 3_000
    assert solution.usage.stage_tokens["falsify"] > 1_000
    assert solution.stopped is StopReason.TOKENS
    assert "2 chains were not judged by the model" in solution.notes
    assert solution.answer.text == "90"


def test_an_interruption_ends_the_judging():
    async def interrupted():
        model, stop = Talkative(), asyncio.Event()
        solving = asyncio.create_task(clra.asolve(PROBLEM, model=model, strategy="clr", chains=2, stop=stop))
        await model.judging.wait()
        stop.set()
        return await asyncio.wait_for(solving, 300)

    solution = asyncio.run(interrupted())
    assert solution.stopped is StopReason.INTERRUPTED
    assert [chain.critique for chain in solution.chains] == [None, None]
    assert solution.answer.text == "90"


def test_naming_claims_and_judging_them_are_stages():
    usage = solve(Critical("It is \\boxed{90}.")).usage
    assert usage.stage_tokens == {"draw": 6, "extract": 2, "falsify": 2, "check": 0}


def test_tokens_of_chains_that_are_given_up_are_counted_once():
    class Slow(Critical):
        async def sample(self, prompt, params):
            yield Completion(index=0, text="It is \\boxed{90}.", seed=params.seeds[0], tokens=6)
            for length in range(1, 400):
                params.watch(1, "abc" * length)
                await asyncio.sleep(0)

    solution = solve(Slow(), "majority", max_total_tokens=60)
    assert 50 <= solution.usage.tokens <= 500
    assert solution.usage.stage_tokens["draw"] == solution.usage.tokens
