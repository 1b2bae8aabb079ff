"""When a run stops, what it then says, and what it costs."""

import asyncio
from pathlib import Path

import pytest

import clra
from clra.engine import Judges, open_judges
from clra.types import FinishReason, StopReason
from clra.verification import VerifierPool
from clra.workers import Limits
from tests.growing import GrowingModel
from tests.scripted import ScriptedModel

RIGHT = "Step 1: 135 - 45 = 90. Answer: 90"
WRONG = "Step 1: 135 - 45 = 80. Answer: 80"
PROBLEM = "What is 135 - 45?"


def settings(**choices):
    return clra.Settings(**{"chains": 32, "jobs": 1, "verifiers": ("exact",), **choices})


def solve(model, problem=PROBLEM, on_progress=None, **choices):
    return clra.solve(problem, model=model, settings=settings(**choices), on_progress=on_progress)


def solve_with_workers_up(model, **choices):
    """As `solve`, but drawing does not begin before a worker is there to check."""

    async def run():
        chosen = settings(**choices)
        async with open_judges(chosen) as judges:
            await judges.review(clra.Problem(text=PROBLEM), RIGHT)
            return await clra.asolve(PROBLEM, model=model, settings=chosen, judges=judges)

    return asyncio.run(run())


class Waiting(ScriptedModel):
    """Draws a chain once all but a few of those before it are scored, so that drawing never runs ahead of checking."""

    def __init__(self, *texts):
        super().__init__(*texts)
        self.scored = 0

    async def sample(self, prompt, params):
        drawn = 0
        async for completion in super().sample(prompt, params):
            while drawn - self.scored > 3:  # noqa: ASYNC110 -- the run tells its progress, and sets no event
                await asyncio.sleep(0.005)
            drawn += 1
            yield completion

    def look(self, progress):
        self.scored = len(progress.chains)


def test_drawing_stops_when_the_rest_cannot_change_the_winner(monkeypatch):
    monkeypatch.setattr("clra.run.SECONDS_BETWEEN", 0.0)
    model = Waiting(RIGHT)
    solution = solve(model, chains=200, on_progress=model.look)
    assert solution.stopped is StopReason.DECIDED
    assert 101 <= len(solution.chains) < 200
    assert solution.complete
    assert solution.confidence == 1.0
    assert solution.answer.text == "90"


def test_exhaustive_draws_them_all():
    solution = solve(ScriptedModel(RIGHT, pause=0.02), chains=40, exhaustive=True)
    assert solution.stopped is None
    assert len(solution.chains) == 40
    assert solution.usage.share == 1.0


def test_a_strategy_that_does_not_add_up_draws_them_all():
    solution = solve(ScriptedModel(RIGHT, pause=0.02), chains=40, strategy="best-of-n", confidence=0.9)
    assert len(solution.chains) == 40
    assert solution.confidence is None
    assert "does not add up votes" in solution.notes[0]


def test_an_easy_problem_stops_at_the_wanted_confidence():
    model = GrowingModel(RIGHT)
    solution = solve(model, confidence=0.95)
    assert len(solution.chains) == model.waves[0] == 4
    assert solution.stopped is StopReason.CONFIDENT
    assert 0.95 <= solution.confidence < 1.0
    assert solution.usage.share == pytest.approx(4 / 32)
    assert solution.usage.full_tokens == 32 * len(RIGHT)


def test_the_chains_of_a_confident_run_are_the_first_of_the_full_one():
    texts = [RIGHT, RIGHT, "Answer: 91", RIGHT, "Answer: 92"]
    short = solve(ScriptedModel(*texts), confidence=0.9)
    full = solve(ScriptedModel(*texts), exhaustive=True)
    seeds = [chain.chain.seed for chain in full.chains]
    assert [chain.chain.seed for chain in short.chains] == seeds[: len(short.chains)]
    assert 4 < len(short.chains) < 32


def test_a_divided_vote_is_drawn_on():
    texts = [f"Answer: {number % 4}" for number in range(32)]
    solution = solve(GrowingModel(*texts), "What?", confidence=0.95)
    assert len(solution.chains) == 32
    assert solution.stopped is None


def test_no_confidence_is_placed_in_two_chains():
    texts = ["Answer: 7", "I do not know.", "I do not know.", "Answer: 7"]
    model = GrowingModel(*texts)
    solve(model, "What?", confidence=0.5)
    assert len(model.seeds) > 4


def test_chains_proved_wrong_do_not_make_a_run_confident():
    """Four agree, but on what is proved false: their weight is a twentieth each."""
    texts = [WRONG] * 4 + [RIGHT] * 28
    solution = solve(GrowingModel(*texts), confidence=0.95)
    assert len(solution.chains) > 4
    assert solution.answer.text == "90"


def test_tokens_are_kept_to_and_what_there_is_decides():
    model = GrowingModel(RIGHT)
    solution = solve(model, max_total_tokens=10 * len(RIGHT) + 5, exhaustive=True)
    assert solution.stopped is StopReason.TOKENS
    assert len(solution.chains) == 10
    assert model.written == solution.usage.tokens == 10 * len(RIGHT)
    assert solution.answer.text == "90"
    assert not solution.complete
    assert "tokens" in solution.notes[0]


def test_chains_that_outgrow_the_tokens_are_given_up_and_paid_for():
    texts = [RIGHT, *["so 1 is not 2 and " * 30] * 3]
    solution = solve(GrowingModel(*texts, pause=0.005), max_total_tokens=300)
    assert solution.stopped is StopReason.TOKENS
    assert [chain.chain.text for chain in solution.chains] == [RIGHT]
    assert 300 <= solution.usage.tokens < 800
    assert solution.answer.text == "90"


def test_tokens_that_no_server_counts_are_estimated():
    class Silent(GrowingModel):
        def _completion(self, *given):
            from dataclasses import replace

            return replace(super()._completion(*given), tokens=None)

    solution = solve(Silent(RIGHT * 3), max_total_tokens=200)
    assert solution.stopped is StopReason.TOKENS
    assert 0 < solution.usage.tokens <= 200
    assert solution.usage.share is None


def test_seconds_are_kept_to():
    model = ScriptedModel(RIGHT, RIGHT, WRONG, pause=0.05)
    solution = solve(model, chains=1000, max_seconds=4.0)
    assert solution.stopped is StopReason.SECONDS
    assert 1 <= len(solution.chains) < 1000
    assert not solution.complete
    assert "seconds" in solution.notes[0]


def test_an_answer_is_there_even_when_nothing_was_checked(monkeypatch):
    monkeypatch.setattr("clra.run.GRACE", 60.0)  # however long it takes to read three answers
    here, patient = str(Path(__file__).parent), Limits(claim_seconds=600, chain_seconds=600, start_seconds=600)

    async def run():
        hanging = {"hanging": "hostile_verifiers:HangsAtStart"}
        async with VerifierPool(hanging, workers=1, limits=patient, search_path=[here]) as pool:
            return await clra.asolve(
                PROBLEM,
                model=GrowingModel(RIGHT, WRONG, WRONG),
                settings=settings(max_seconds=4.0, chains=3),
                judges=Judges(pool),
            )

    solution = asyncio.run(run())
    assert solution.answer.text == "80"
    assert solution.stopped is StopReason.SECONDS
    assert any("3 chains were not checked in time" in note for note in solution.notes)


def test_the_caller_may_stop_it_between_waves():
    async def run():
        stop = asyncio.Event()
        return await clra.asolve(
            "What?",
            model=GrowingModel(*[f"Answer: {number}" for number in range(32)], pause=0.01),
            settings=settings(confidence=0.95),
            stop=stop,
            on_progress=lambda progress: stop.set(),
        )

    solution = asyncio.run(run())
    assert solution.stopped is StopReason.INTERRUPTED
    assert 1 <= len(solution.chains) < 32
    assert not solution.complete


def test_a_model_that_fails_in_a_later_wave_leaves_the_earlier_ones():
    class Failing(GrowingModel):
        async def sample(self, prompt, params):
            if self.seeds:
                raise clra.ModelError("out of order")
            async for completion in super().sample(prompt, params):
                yield completion

    solution = solve(Failing(*[f"Answer: {number}" for number in range(4)]), "What?", confidence=0.95)
    assert solution.stopped is StopReason.FAILED
    assert not solution.complete
    assert len(solution.chains) == 4
    assert "out of order" in solution.notes[0]


def test_a_chain_that_loops_is_cut_off_stays_visible_and_casts_no_vote():
    loop = "Answer: 80, and the sum of the " * 200
    model = GrowingModel(loop, RIGHT, RIGHT)
    solution = solve(model, chains=3)
    cut = solution.chains[0]
    assert cut.chain.finish_reason is FinishReason.ABORTED
    assert not cut.votes
    assert solution.usage.cut == {"loops": 1}
    assert any("1 chain was cut off: going round in circles" in note for note in solution.notes)
    assert solution.usage.tokens == model.written < len(loop) / 2
    assert solution.usage.full_tokens == 3 * len(RIGHT)


ASTRAY = "First, 135 - 45 = 80.\n\n" + "".join(f"So line {n} goes on.\n\n" for n in range(40)) + "Answer: 80"
RECOVERS = (
    "First, 135 - 45 = 80.\n\nWait, that is wrong: 135 - 45 = 90.\n\n"
    + "".join(f"So line {n} says the same.\n\n" for n in range(40))
    + "Answer: 90"
)


def test_a_refuted_chain_is_cut_off_where_that_is_asked_for():
    on_and_on = ASTRAY + "".join(f"And line {n} goes on too.\n\n" for n in range(600))  # far longer than a check takes
    model = GrowingModel(on_and_on, RECOVERS, pause=0.05)
    solution = solve_with_workers_up(model, chains=2, abort_refuted=True)
    reasons = [chain.chain.finish_reason for chain in solution.chains]
    assert reasons == [FinishReason.ABORTED, FinishReason.STOP]
    assert solution.usage.cut == {"refuted": 1}
    assert solution.answer.text == "90"


def test_a_refuted_chain_is_drawn_to_its_end_by_default():
    solution = solve(GrowingModel(ASTRAY, RECOVERS), chains=2)
    assert [chain.chain.finish_reason for chain in solution.chains] == [FinishReason.STOP] * 2
    assert solution.usage.cut == {}


def test_progress_of_many_chains_is_told_now_and_then_and_at_the_end():
    seen = []
    texts = [f"Answer: {number}" for number in range(400)]
    clra.solve(
        "What?",
        model=ScriptedModel(*texts),
        settings=settings(chains=400, exhaustive=True),
        on_progress=lambda progress: seen.append(len(progress.chains)),
    )
    assert seen[:100] == list(range(1, 101))
    assert seen[-1] == 400
    assert len(seen) < 400


def test_a_window_that_agrees_is_the_last_one():
    texts = ["Answer: 7", "Answer: 8", "Answer: 7", "Answer: 7", "Answer: 8", "Answer: 8", *["Answer: 9"] * 26]
    model = GrowingModel(*texts)
    solution = solve(model, "What?", window=3)
    # 7 8 7, then 7 8 8, then 9 9 9: all nine vote, and of three answers with three chains the first one wins
    assert model.waves == [3, 3, 3]
    assert solution.stopped is StopReason.AGREED
    assert solution.complete
    assert solution.confidence is None
    assert [row.answer.key for row in solution.tally.rows] == ["7", "8", "9"]
    assert solution.usage.share == pytest.approx(9 / 32)


def test_a_window_holds_for_any_strategy():
    model = GrowingModel(RIGHT)
    solution = solve(model, strategy="best-of-n", window=5)
    assert (model.waves, solution.stopped) == ([5], StopReason.AGREED)


def test_a_window_in_which_a_chain_says_nothing_does_not_agree():
    model = GrowingModel("Answer: 7", "I do not know.", "Answer: 7", "Answer: 7")
    solution = solve(model, "What?", window=2, chains=8)
    assert model.waves == [2, 2]
    assert solution.stopped is StopReason.AGREED


def test_windows_end_with_the_chains_and_where_the_winner_is_certain():
    texts = [f"Answer: {number % 3}" for number in range(10)]
    model = GrowingModel(*texts)
    assert solve(model, "What?", chains=10, window=4).stopped is None
    assert model.waves == [4, 4, 2]
    model = GrowingModel(*["Answer: 1", "Answer: 1", "Answer: 1", "Answer: 2"])
    assert solve(model, "What?", chains=10, window=4, strategy="majority").stopped is StopReason.DECIDED
    assert model.waves == [4, 4]


def test_a_last_window_that_is_not_full_stops_nothing():
    model = GrowingModel("Answer: 1", "Answer: 2", "Answer: 1")
    solution = solve(model, "What?", chains=3, window=2)
    assert (model.waves, solution.stopped) == ([2, 1], None)


def test_confidence_is_looked_at_between_windows_too():
    texts = [*["Answer: 1"] * 5, "Answer: 2", *["Answer: 1"] * 26]
    model = GrowingModel(*texts)
    solution = solve(model, "What?", window=6, confidence=0.8, strategy="majority")
    assert (model.waves, solution.stopped) == ([6], StopReason.CONFIDENT)


def test_exhaustive_has_no_windows():
    model = GrowingModel("Answer: 7")
    assert solve(model, "What?", window=4, exhaustive=True).stopped is None
    assert model.waves == [32]


def test_what_a_strategy_lacks_is_told():
    solution = solve(ScriptedModel("Answer: 7", "Answer: 8", "Answer: 8"), "What?", strategy="deepconf-tail")
    assert solution.answer.key == "8"
    assert any("lacks log-probabilities of the likeliest tokens" in note for note in solution.notes)
    assert not any("lacks" in note for note in solve(ScriptedModel("Answer: 7"), "What?").notes)
