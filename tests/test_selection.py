"""Runs in which the model chooses between its chains."""

import asyncio
import json
import re

import pytest

import clra
from clra import registry
from clra.config import load_settings
from clra.engine import open_judges
from clra.metering import Meter
from clra.parsing.recorded import as_recorded, read_recorded, write_recorded
from clra.protocols import Choice, Completion, SamplingParams
from clra.records import solution_record
from clra.selection import Selection
from clra.types import Answer, Chain, FinishReason, ScoredChain, StopReason

PROBLEM = "What?"
_CANDIDATE = re.compile(r"^<candidate (\d+) (\w+)>\n(.*?)\n</candidate \1 \2>$", re.MULTILINE | re.DOTALL)


class Choosy:
    """Draws a text for each seed; asked to choose, it takes a candidate that holds ``likes``, or says what it is told.

    A word is a token. Asked for a reply in other words, it gives none that can be read.
    """

    name = "choosy"
    prompts = "default"

    def __init__(self, *texts, likes="right", says=None, pause=0.0):
        self.texts = texts
        self.likes = likes
        self.says = says
        self.pause = pause
        self.drawn = 0
        self.asked = []
        self.begun = asyncio.Event()

    async def sample(self, prompt, params):
        candidates = _CANDIDATE.findall(prompt)
        if not candidates:
            for index, seed in enumerate(params.seeds):
                text = self.texts[self.drawn % len(self.texts)]
                self.drawn += 1
                if isinstance(text, Exception):
                    raise text
                yield Completion(index=index, text=text, seed=seed, tokens=len(text.split()))
            return
        if "You replied:" in prompt:
            yield Completion(index=0, text="Who knows.", seed=params.seeds[0], tokens=2)
            return
        self.asked.append(prompt)
        said = self.says(len(self.asked)) if callable(self.says) else self.says
        if isinstance(said, Exception):
            raise said
        if said is None:
            said = next((f"choice: {number}" for number, _, text in candidates if self.likes in text), "none")
        words = said.split()
        for count in range(1, len(words)):
            self.begun.set()
            await asyncio.sleep(self.pause)
            if params.watch is not None:
                params.watch(0, " ".join(words[:count]))
        yield Completion(index=0, text=said, seed=params.seeds[0], prompt_tokens=100, tokens=len(words))

    async def aclose(self):
        """Nothing is held."""


WRONG, RIGHT = "It is 4. Answer: 4", "It is right: 5. Answer: 5"
BOTH = pytest.mark.parametrize("strategy", ["universal", "genselect"])


def solve(model, strategy="universal", chains=4, **choices):
    settings = load_settings(jobs=1, verifiers=("exact",), **choices)
    return clra.solve(PROBLEM, model=model, strategy=strategy, chains=chains, settings=settings)


def shares(solution, strategy="universal"):
    return [None if chain.selected is None else chain.selected[strategy] for chain in solution.chains]


@BOTH
def test_the_chosen_chain_decides_against_the_majority(strategy):
    model = Choosy(WRONG, WRONG, RIGHT, WRONG)
    solution = solve(model, strategy)
    assert solution.answer.text == "5"
    assert solution.majority.winner.answer.text == "4"
    assert shares(solution, strategy) == [0.0, 0.0, 1.0, 0.0]
    assert solution.notes == ()
    assert solution.complete
    assert len(model.asked) == 8
    assert all(f"\n{PROBLEM}\n" in prompt for prompt in model.asked)


def test_its_tokens_and_seconds_are_a_stage_of_their_own():
    usage = solve(Choosy(WRONG, RIGHT), chains=2).usage
    assert usage.stage_tokens == {"draw": 11, "extract": 0, "falsify": 0, "check": 0, "select": 16}
    assert usage.full_stage_tokens == usage.stage_tokens
    assert usage.tokens == 27
    assert usage.prompt_tokens == 800
    assert usage.stage_seconds["select"] > 0
    assert sum(usage.stage_seconds.values()) == pytest.approx(usage.seconds)


def test_strategies_that_do_not_need_it_ask_nothing():
    model = Choosy(WRONG, RIGHT)
    solution = solve(model, "majority", chains=2)
    assert model.asked == []
    assert shares(solution) == [None, None]
    assert "select" not in {**solution.usage.stage_tokens, **solution.usage.stage_seconds}


def test_the_record_and_the_recording_hold_the_shares(tmp_path):
    solution = solve(Choosy(WRONG, RIGHT), chains=2)
    assert [chain["selected"] for chain in solution_record(solution)["chains"]] == [{"universal": 0}, {"universal": 1}]
    write_recorded(tmp_path / "chains.jsonl", [as_recorded(solution)])
    (recorded,) = read_recorded(tmp_path / "chains.jsonl")
    assert recorded.selected == ({"universal": 0.0}, {"universal": 1.0})
    assert "selected" not in json.dumps(solution_record(solve(Choosy(WRONG, RIGHT), "majority", chains=2)))


@BOTH
def test_a_seed_repeats_a_run(strategy):
    def run(seed):
        model = Choosy(*[f"Answer: {number}" for number in range(20)], likes="7")
        return solve(model, strategy, chains=20, seed=seed), sorted(model.asked)

    (first, asked), (second, again), (_, other) = run(1), run(1), run(2)
    assert asked == again != other
    assert shares(first, strategy) == shares(second, strategy)


@BOTH
@pytest.mark.parametrize(("texts", "answer"), [((RIGHT,), "5"), ((RIGHT, RIGHT, "I do not know."), "5")])
def test_where_all_agree_nobody_is_asked(strategy, texts, answer):
    model = Choosy(*texts)
    solution = solve(model, strategy, chains=len(texts))
    assert model.asked == []
    assert solution.answer.text == answer
    assert sum(shares(solution, strategy)) == pytest.approx(1.0)
    assert solution.reliability.value > 0
    assert (solution.notes, solution.complete) == ((), True)


@BOTH
def test_where_no_chain_has_an_answer_nobody_is_asked(strategy):
    model = Choosy("I do not know.")
    solution = solve(model, strategy)
    assert model.asked == []
    assert solution.answer is None
    assert shares(solution, strategy) == [None] * 4
    assert (solution.notes, solution.complete) == ((), True)


def test_replies_that_cannot_be_read_are_told_and_counted():
    solution = solve(Choosy(WRONG, RIGHT, says=lambda turn: None if turn % 4 else "Hm."), chains=2)
    assert solution.answer.text == "5"
    assert shares(solution) == [0.0, 1.0]
    assert solution.notes == ("2 of 8 replies that choose between the chains could not be read",)
    assert solution.complete


@BOTH
def test_where_none_can_be_read_the_rule_for_ties_decides(strategy):
    solution = solve(Choosy(RIGHT, WRONG, WRONG, says="Hm."), strategy, chains=3)
    assert solution.answer.text == "4"
    assert shares(solution, strategy) == [0.0, 0.0, 0.0]
    assert solution.notes == (
        "8 of 8 replies that choose between the chains could not be read",
        "none of the chains was chosen: the answer of most of them stands",
    )


@BOTH
def test_a_model_that_fails_in_the_middle_leaves_what_it_chose(strategy):
    model = Choosy(WRONG, RIGHT, says=lambda turn: None if turn <= 3 else clra.ModelError("out of order"))
    solution = solve(model, strategy, chains=2)
    assert solution.answer.text == "5"
    assert shares(solution, strategy) == [0.0, 1.0]
    assert solution.stopped is StopReason.FAILED
    assert not solution.complete
    assert solution.notes[0] == "the model failed in the middle: out of order"
    assert re.fullmatch(r"the model's choice .* stands on [1-7] of 8 votes: the model failed", solution.notes[1])


def test_a_model_that_fails_from_the_start_leaves_the_rule_for_ties():
    solution = solve(Choosy(RIGHT, WRONG, WRONG, says=clra.ModelError("out of order")), chains=3)
    assert solution.answer.text == "4"
    assert shares(solution) == [None] * 3
    assert solution.notes == (
        "the model failed in the middle: out of order",
        "the model's choice between the chains (universal) was not made: the model failed",
        "none of the chains was chosen: the answer of most of them stands",
    )


def test_a_model_that_failed_while_drawing_is_not_asked():
    model = Choosy(WRONG, RIGHT, clra.ModelError("out of order"))
    solution = solve(model, chains=3)
    assert model.asked == []
    assert not solution.complete
    assert "the model's choice between the chains (universal) was not made: the model failed" in solution.notes


def test_where_drawing_took_all_tokens_nobody_is_asked():
    model = Choosy(WRONG, RIGHT, WRONG, WRONG)
    solution = solve(model, max_total_tokens=21)
    assert model.asked == []
    assert (solution.answer.text, solution.stopped, solution.complete) == ("4", StopReason.TOKENS, False)
    assert "the model's choice between the chains (universal) was not made: the tokens are used up" in solution.notes


def test_tokens_that_do_not_suffice_for_a_chain_may_suffice_for_a_choice():
    long = "and so on " * 100
    solution = solve(Choosy(long + WRONG, long + RIGHT), chains=8, max_total_tokens=1350)
    assert (len(solution.chains), solution.stopped) == (4, StopReason.TOKENS)
    assert solution.answer.text == "5"
    assert solution.usage.stage_tokens["select"] == 16
    assert not [note for note in solution.notes if "choice" in note]


def test_replies_that_outgrow_the_tokens_are_given_up_and_paid_for():
    model = Choosy(WRONG, RIGHT, says="and so on " * 1000 + "choice: 1", pause=0.0005)
    solution = solve(model, chains=2, max_total_tokens=400)
    assert solution.stopped is StopReason.TOKENS
    assert not solution.complete
    assert 350 <= solution.usage.tokens < 2000
    assert solution.usage.stage_tokens["select"] >= 300
    assert any("(universal) was not made: the tokens are used up" in note for note in solution.notes)
    assert shares(solution) == [None, None]


def test_seconds_are_kept_to():
    model = Choosy(WRONG, RIGHT, WRONG, says="and so on " * 1000 + "choice: 1", pause=0.05)
    solution = solve(model, chains=3, max_seconds=4.0)
    assert (solution.answer.text, solution.stopped, solution.complete) == ("4", StopReason.SECONDS, False)
    assert "the model's choice between the chains (universal) was not made: the time is up" in solution.notes


def test_the_caller_may_stop_it_while_the_model_chooses():
    model = Choosy(WRONG, RIGHT, WRONG, says="and so on " * 1000 + "choice: 1", pause=0.01)

    async def run():
        stop = asyncio.Event()

        async def interrupt():
            await model.begun.wait()
            stop.set()

        interrupting = asyncio.create_task(interrupt())
        settings = load_settings(jobs=1, verifiers=("exact",), strategy="genselect")
        solution = await clra.asolve(PROBLEM, model=model, chains=3, settings=settings, stop=stop)
        await interrupting
        return solution

    solution = asyncio.run(run())
    assert (solution.answer.text, solution.stopped, solution.complete) == ("4", StopReason.INTERRUPTED, False)
    assert "the model's choice between the chains (genselect) was not made: interrupted" in solution.notes


@BOTH
def test_a_model_that_was_made_for_other_prompts_is_told_before_it_draws(strategy):
    model = Choosy(WRONG, RIGHT)
    model.prompts = "nano"
    with pytest.raises(clra.ConfigError, match=f"choosy cannot be asked to choose .* '{strategy}'"):
        solve(model, strategy)
    assert model.drawn == 0


def test_a_recording_says_that_it_cannot_choose(tmp_path):
    path = tmp_path / "chains.jsonl"
    path.write_text(json.dumps({"id": "x", "problem": PROBLEM, "chains": [{"text": WRONG}, {"text": RIGHT}]}) + "\n")
    solution = solve(f"replay:{path}", chains=2)
    assert solution.answer.text == "4"
    assert "cannot say anything about its chains" in solution.notes[0]


def test_only_the_selectors_that_a_strategy_counts_are_opened():
    async def names(strategy):
        vote = None if strategy is None else registry.strategy(strategy)
        async with open_judges(load_settings(jobs=1, verifiers=("exact",)), vote) as judges:
            return [selector.name for selector in judges.selectors]

    wanted = {"majority": [], "universal": ["universal"], "genselect": ["genselect"], None: []}
    assert {strategy: asyncio.run(names(strategy)) for strategy in wanted} == wanted


def scored(index):
    return ScoredChain(chain=Chain(text="", index=index), answer=Answer(key="1", text="1"))


def test_shares_stand_beside_those_of_other_selectors():
    selection = Selection("mine", 4)
    for chain in (7, 7, None, 3):
        selection.add(Choice(chain))
    first, second = selection.shares([scored(3), scored(5)])
    assert (first.selected, second.selected) == ({"mine": 1 / 3}, {"mine": 0.0})
    other = Selection("other", 1)
    other.add(Choice(5))
    assert other.shares([first])[0].selected == {"mine": 1 / 3, "other": 0.0}


def test_a_reply_is_measured_until_its_tokens_are_known():
    class Growing:
        name, prompts = "growing", "default"

        async def sample(self, prompt, params):
            for index, tokens in enumerate([2, None]):
                params.watch(index, "four")
                yield Completion(index=index, text="fourfour", tokens=tokens)

    grown = []

    async def characters():
        model = Meter(Growing(), "select", grown=lambda: grown.append(model.characters))
        replies = [reply.finish_reason async for reply in model.sample("?", SamplingParams(seeds=(0, 1)))]
        return replies, model.characters

    assert asyncio.run(characters()) == ([FinishReason.STOP] * 2, 8)
    assert grown == [4, 4]


def test_a_window_that_agrees_ends_the_drawing_and_not_the_choice():
    solution = solve(Choosy(WRONG, RIGHT, WRONG, WRONG), chains=8, window=2)
    assert (len(solution.chains), solution.stopped, solution.complete) == (4, StopReason.AGREED, True)
    assert solution.answer.text == "5"
    assert solution.notes == ()
