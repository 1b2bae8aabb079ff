"""Chains from a scripted model: indices, seeds, waves, watching."""

import asyncio

import pytest

from clra import registry
from clra.config import Settings
from clra.errors import ModelError, ModelUnavailableError
from clra.protocols import Completion
from clra.sampling import Asked, TokenEvidence, draw, token_evidence
from clra.seeds import chain_seed
from clra.types import Problem
from tests.scripted import ScriptedModel

PROBLEM = Problem(text="What is 135 - 45?")


def drawn(model, **choices):
    async def all_of_them():
        return [chain async for chain in draw(model, PROBLEM, Settings(chains=8, seed=3), **choices)]

    return asyncio.run(all_of_them())


def test_all_chains_by_default():
    chains = drawn(ScriptedModel("Answer: 90"))
    assert [chain.index for chain in chains] == list(range(8))
    assert [chain.seed for chain in chains] == [chain_seed(3, PROBLEM, index) for index in range(8)]


def test_a_chain_has_the_same_seed_in_whatever_wave_it_comes():
    model = ScriptedModel("Answer: 90")
    waves = [*drawn(model, wave=range(3)), *drawn(model, wave=range(3, 8))]
    assert [(chain.index, chain.seed) for chain in waves] == [
        (chain.index, chain.seed) for chain in drawn(ScriptedModel("Answer: 90"))
    ]


def test_who_watches_is_told_the_index_of_the_chain():
    class Watched(ScriptedModel):
        async def sample(self, prompt, params):
            assert params.watch(1, "so far") is True
            async for completion in super().sample(prompt, params):
                yield completion

    seen = []
    drawn(Watched("Answer: 90"), wave=range(4, 6), watch=lambda index, text: seen.append((index, text)) or True)
    assert seen == [(5, "so far")]


def test_seeds_of_neighbouring_runs_have_nothing_in_common():
    runs = [{chain_seed(seed, PROBLEM, index) for index in range(1000)} for seed in range(5)]
    assert len(set.union(*runs)) == 5000


def test_chains_for_two_problems_are_drawn_independently():
    same, other = Problem(text=f"{PROBLEM.text}\n"), Problem(text=f"{PROBLEM.text}?")
    assert chain_seed(3, same, 0) == chain_seed(3, PROBLEM, 0) != chain_seed(3, other, 0)
    assert {chain.seed for chain in drawn(ScriptedModel("Answer: 90"))}.isdisjoint(
        chain_seed(3, other, index) for index in range(8)
    )


class Grudging(ScriptedModel):
    """Gives the confidences of at most so many tokens, and refuses requests for more."""

    def __init__(self, most=None, *, logprobs=True, error=ModelError, after=0):
        super().__init__("Answer: 90")
        self.most, self.logprobs, self.error, self.after = most, logprobs, error, after
        self.asked = []

    async def sample(self, prompt, params):
        self.asked.append((params.logprobs, params.confidences))
        refused = (params.confidences or 0) > (self.most or 0) or (params.logprobs is not None and not self.logprobs)
        for index, seed in enumerate(params.seeds):
            if refused and index >= self.after:
                raise self.error("no such thing")
            yield Completion(
                index=index,
                text="Answer: 90",
                seed=seed,
                logprobs=None if params.logprobs is None else (-0.5,),
                confidences=None if params.confidences is None else (float(params.confidences),),
                self_certainty=None if params.confidences is None else 9.0,
            )


def evidence(strategy="majority", **choices):
    return token_evidence(registry.strategy(strategy), Settings(**choices))


@pytest.mark.parametrize(
    ("strategy", "left"),
    [
        ("majority", [(None, None)]),
        ("clr", [(None, None)]),
        ("logprob-weighted", [(0, None), (None, None)]),
        ("deepconf-tail", [(None, 20), (None, 5), (None, None)]),
        ("self-certainty", [(None, 20), (None, 5), (None, None)]),
    ],
)
def test_what_a_strategy_needs_is_asked_and_then_less(strategy, left):
    assert evidence(strategy).left == left


def test_all_is_asked_where_the_settings_say_so():
    assert evidence(logprobs=True).left == [(0, 20), (0, 5), (0, None), (None, None)]


def test_what_is_told_of_the_tokens_goes_with_the_chain():
    for chain in drawn(Grudging(20), evidence=evidence(logprobs=True)):
        assert (chain.logprobs, chain.confidences, chain.self_certainty) == ((-0.5,), (20.0,), 9.0)


def test_what_is_refused_is_asked_for_in_part_and_not_asked_again():
    model, asked = Grudging(5), evidence("deepconf-tail")
    chains = [*drawn(model, wave=range(3), evidence=asked), *drawn(model, wave=range(3, 8), evidence=asked)]
    assert model.asked == [(None, 20), (None, 5), (None, 5)]
    assert [chain.confidences for chain in chains] == [(5.0,)] * 8
    assert [chain.index for chain in chains] == list(range(8))


def test_a_model_that_refuses_all_of_it_still_draws_its_chains():
    model = Grudging(logprobs=False)
    chains = drawn(model, evidence=evidence(logprobs=True))
    assert model.asked == [(0, 20), (0, 5), (0, None), (None, None)]
    assert [(chain.text, chain.logprobs, chain.confidences) for chain in chains] == [("Answer: 90", None, None)] * 8


def test_a_failure_that_is_no_refusal_is_raised():
    with pytest.raises(ModelUnavailableError):
        drawn(Grudging(error=ModelUnavailableError), evidence=evidence("deepconf-tail"))
    in_the_middle = Grudging(after=2)
    with pytest.raises(ModelError):
        drawn(in_the_middle, evidence=evidence("deepconf-tail"))
    assert len(in_the_middle.asked) == 1
    with pytest.raises(ModelError):
        drawn(ScriptedModel(ModelError("down")), evidence=evidence("deepconf-tail"))


def test_nothing_is_asked_by_default():
    model = Grudging()
    drawn(model)
    assert model.asked == [(None, None)]
    assert TokenEvidence().left == [Asked()]
