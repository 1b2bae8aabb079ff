"""The engine over a scripted model and the real verifiers."""

import asyncio

import pytest

import clra
from clra.config import Settings
from clra.protocols import Completion
from clra.strategies import tally
from tests.plain_calibration import plain_calibration
from tests.scripted import ScriptedModel

RIGHT = "Step 1: 135 - 45 = 90. Answer: 90"
WRONG = "Step 1: 135 - 45 = 80. Answer: 80"


def test_a_proved_slip_outweighs_a_majority():
    solution = clra.solve("What is 135 - 45?", model=ScriptedModel(WRONG, WRONG, RIGHT), chains=3)
    assert solution.majority.winner.answer.text == "80"
    assert solution.answer.text == "90"
    assert solution.tally.strategy == "clra"
    assert solution.complete
    refuted = solution.chains[0].refuted
    assert [(claim.claim.kind, claim.deciding.evidence) for claim in refuted] == [
        (clra.ClaimKind.EQUALITY, "135 - 45 = 80 is false: it is 90"),
        (clra.ClaimKind.ANSWER, "135 - 45 = 80 is false: it is 90"),
    ]
    assert solution.usage.chains == 3
    assert solution.usage.tokens == sum(chain.chain.tokens for chain in solution.chains)


def test_where_nothing_can_be_proved_the_majority_decides():
    solution = clra.solve("Who won?", model=ScriptedModel("Answer: Ann", "Answer: Ben", "Answer: Ben"), chains=3)
    assert solution.answer.text == "Ben"
    assert solution.tally.winner.weight == pytest.approx(2 * solution.tally.rows[1].weight)


def test_chains_and_answer_are_rated_by_the_calibration_of_the_settings(tmp_path):
    settings = Settings(calibration=plain_calibration(tmp_path), jobs=1)
    model = ScriptedModel("Answer: Ann", "Answer: Ben", "Answer: Ben")
    solution = clra.solve("Who won?", model=model, chains=3, settings=settings)
    assert {chain.reliability for chain in solution.chains} == {clra.Reliability(value=0.5, calibration="plain")}
    assert [(row.answer.text, row.weight) for row in solution.tally.rows] == [("Ben", 2.0), ("Ann", 1.0)]
    # odds of the share, half a vote added on either side: 2.5 to 1.5
    assert solution.reliability.value == pytest.approx(2.5 / 4)
    assert solution.reliability.calibration == "plain"


def test_chains_come_in_the_order_of_their_seeds_and_runs_with_other_seeds_share_none():
    first = clra.solve("1 + 1?", model=ScriptedModel(RIGHT), chains=4, seed=1)
    again = clra.solve("1 + 1?", model=ScriptedModel(RIGHT), chains=4, seed=1)
    other = clra.solve("1 + 1?", model=ScriptedModel(RIGHT), chains=4, seed=2)
    seeds = [chain.chain.seed for chain in first.chains]
    assert [chain.chain.index for chain in first.chains] == [0, 1, 2, 3]
    assert seeds == [chain.chain.seed for chain in again.chains]
    assert not set(seeds) & {chain.chain.seed for chain in other.chains}


def test_a_cut_off_chain_stays_visible_and_casts_no_vote():
    cut = Completion(index=0, text=WRONG, finish_reason=clra.FinishReason.LENGTH)
    solution = clra.solve("What is 135 - 45?", model=ScriptedModel(cut, RIGHT), chains=2)
    assert [chain.votes for chain in solution.chains] == [False, True]
    assert solution.answer.text == "90"


def test_reasoning_sent_apart_is_checked_but_gives_no_answer():
    thought = Completion(index=0, text="Answer: 90", reasoning="Answer: 80, as 135 - 45 = 80.")
    solution = clra.solve("What is 135 - 45?", model=ScriptedModel(thought), chains=1)
    assert solution.answer.text == "90"


def test_no_answer_is_an_outcome_not_an_error():
    solution = clra.solve("What?", model=ScriptedModel("I do not know."), chains=2)
    assert solution.answer is None
    assert solution.reliability.value == 0.0
    assert len(solution.chains) == 2


def test_a_model_that_fails_at_once_raises():
    with pytest.raises(clra.ModelError, match="out of order"):
        clra.solve("1 + 1?", model=ScriptedModel(clra.ModelError("out of order")), chains=2)


def test_a_model_that_fails_in_the_middle_leaves_what_was_drawn():
    solution = clra.solve("1?", model=ScriptedModel(RIGHT, clra.ModelError("out of order")), chains=2)
    assert solution.answer.text == "90"
    assert not solution.complete
    assert "out of order" in solution.notes[0]


def test_stopping_returns_what_there_is():
    async def run():
        stop = asyncio.Event()
        return await clra.asolve(
            "What is 135 - 45?",
            model=ScriptedModel(RIGHT, pause=0.05),
            chains=1000,
            stop=stop,
            on_progress=lambda progress: stop.set() if len(progress.chains) >= 3 else None,
        )

    solution = asyncio.run(run())
    assert 3 <= len(solution.chains) < 1000
    assert solution.answer.text == "90"
    assert not solution.complete


def test_progress_is_told_after_every_chain():
    seen = []
    clra.solve("1?", model=ScriptedModel(WRONG, RIGHT), chains=4, on_progress=seen.append)
    assert [len(progress.chains) for progress in seen] == [1, 2, 3, 4]
    assert {progress.total for progress in seen} == {4}


def test_a_model_that_was_passed_in_stays_open():
    model = ScriptedModel(RIGHT)
    clra.solve("1?", model=model, chains=1)
    assert not model.closed


def test_an_own_strategy_may_be_a_function():
    def contrary(chains):
        return tally("contrary", (clra.Vote(answer=c.answer, weight=-1.0, chain=c.chain.index) for c in chains))

    solution = clra.solve("1?", model=ScriptedModel(RIGHT, RIGHT, WRONG), chains=3, strategy=contrary)
    assert solution.tally.strategy == "contrary"
    assert solution.answer.text == "80"


def test_the_published_clr_asks_the_model():
    class Judged(ScriptedModel):
        async def sample(self, prompt, params):
            if prompt == self.prompted[0] if self.prompted else True:
                async for completion in super().sample(prompt, params):
                    yield completion
                return
            text = "no" if "80" in prompt.rsplit("\n", 3)[-2] else "yes"
            text = text if "Claim" in prompt or "claim:" in prompt else "1. the answer is 80"
            yield Completion(index=0, text=text, seed=params.seeds[0])

    solution = clra.solve("What is 135 - 45?", model=Judged(RIGHT), chains=2, strategy="clr")
    assert all(chain.critique is not None for chain in solution.chains)
    assert all(not verdict.proof for chain in solution.chains for claim in chain.critique for verdict in claim.verdicts)


def test_unknown_names_list_those_that_exist():
    with pytest.raises(clra.UnknownPluginError, match="no strategy named 'best'") as caught:
        clra.solve("1?", model=ScriptedModel(RIGHT), strategy="best")
    assert "majority" in caught.value.hint
    with pytest.raises(clra.UnknownPluginError, match="no model named 'gpt'") as caught:
        clra.solve("1?", model="gpt")
    assert "clra-nano" in caught.value.hint
    with pytest.raises(clra.UnknownPluginError, match="no verifier named 'lean'"):
        clra.verify("1?", "2 = 2", verifiers=["lean"])
    with pytest.raises(clra.UnknownPluginError, match="no sandbox named 'moat'") as caught:
        clra.verify("1?", "2 = 2", settings=Settings(sandbox="moat"))
    assert "native" in caught.value.hint


def test_inside_an_event_loop_the_twins_are_to_be_awaited():
    async def run():
        with pytest.raises(RuntimeError, match="await"):
            clra.verify("", "1 + 1 = 2")
        review = await clra.averify("", "1 + 1 = 2")
        return review.claims[0].outcome, await clra.aequivalent("1/2", "0.5")

    assert asyncio.run(run()) == (clra.Outcome.CONFIRMED, True)


def test_verify_finds_the_first_wrong_step():
    review = clra.verify("", ["First, 2 + 2 = 4.", "Then 4 * 5 = 25.", "So 25 - 5 = 19."])
    assert review.first_error == 1
    assert [claim.outcome for claim in review.claims] == [
        clra.Outcome.CONFIRMED,
        clra.Outcome.REFUTED,
        clra.Outcome.REFUTED,
    ]


def test_verify_of_a_right_solution_finds_nothing():
    review = clra.verify("Solve 3x + 6 = 21.", "Subtract 6: 3x = 21 - 6 = 15. Divide by 3: x = 15/3 = 5.")
    assert review.first_error is None
    assert {claim.outcome for claim in review.claims} <= {clra.Outcome.CONFIRMED, clra.Outcome.UNKNOWN}
