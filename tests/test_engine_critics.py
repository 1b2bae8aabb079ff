"""Runs in which the model judges its own chains."""

import json

import pytest
from typer.testing import CliRunner

import clra
from clra.cli import app
from clra.config import load_settings
from clra.parsing.recorded import read_recorded
from clra.protocols import Completion
from clra.records import solution_record
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
