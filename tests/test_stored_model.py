"""What was drawn once is not drawn again, and nothing that is no result is kept."""

import asyncio
from contextlib import aclosing
from dataclasses import fields, replace

import pytest

from clra.errors import ModelError, StoreError
from clra.models.replay import ReplayModel
from clra.parsing.recorded import RecordedProblem, write_recorded
from clra.protocols import Completion, SamplingParams
from clra.store import RunHeader, RunStore
from clra.stored_model import StoredModel, completion_key
from clra.types import Chain, FinishReason, Problem
from tests.scripted import ScriptedModel

HEADER = RunHeader(name="r", created="2026-01-01T00:00:00+00:00", version="0", settings={}, dataset="d")
PARAMS = SamplingParams(seeds=(5, 6, 7), temperature=0.5)


class SeededModel:
    """Answers with its prompt and seed; keeps which seeds it was asked for, call by call."""

    prompts = "default"

    def __init__(self, name="seeded", *, backwards=False, fails_at=None, cuts=(), pause=0.0):
        self.name = name
        self.calls = []
        self.watched = []
        self.closed = False
        self._backwards, self._fails_at, self._cuts, self._pause = backwards, fails_at, cuts, pause

    async def sample(self, prompt, params):
        self.calls.append(params.seeds)
        for index, seed in sorted(enumerate(params.seeds), reverse=self._backwards):
            await asyncio.sleep(self._pause)
            if seed == self._fails_at:
                raise ModelError("it fails")
            if params.watch is not None:
                self.watched.append(params.watch(index, f"text of {seed}"))
            yield Completion(
                index=index,
                text=f"{prompt} {seed}",
                reasoning="well",
                seed=seed,
                finish_reason=FinishReason.ABORTED if seed in self._cuts else FinishReason.LENGTH,
                prompt_tokens=3,
                tokens=4,
                logprobs=(-0.5, -1.0),
                top_logprobs=({"a": -0.5}, {"b": -1.0}),
            )

    async def aclose(self):
        self.closed = True


@pytest.fixture
def store(tmp_path):
    with RunStore.create(tmp_path / "r.sqlite", HEADER) as store:
        yield store


async def drawn(model, prompt="p", params=PARAMS):
    return [completion async for completion in model.sample(prompt, params)]


def draw(model, prompt="p", params=PARAMS):
    return asyncio.run(drawn(model, prompt, params))


def texts(completions):
    return {completion.index: completion.text for completion in completions}


def test_the_second_time_nothing_is_drawn(store):
    model = SeededModel()
    first = draw(StoredModel(model, store))
    again = draw(StoredModel(model, store))
    assert first == again
    assert texts(again) == {0: "p 5", 1: "p 6", 2: "p 7"}
    assert again[0].top_logprobs == ({"a": -0.5}, {"b": -1.0})
    assert model.calls == [(5, 6, 7)]


@pytest.mark.parametrize("backwards", [False, True])
def test_only_what_is_missing_is_drawn_in_one_call(store, backwards):
    draw(StoredModel(SeededModel(), store), params=replace(PARAMS, seeds=(6, 9)))
    model = SeededModel(backwards=backwards)
    stored = StoredModel(model, store)
    completions = draw(stored, params=replace(PARAMS, seeds=(4, 9, 5, 6, 3)))
    assert model.calls == [(4, 5, 3)]
    assert texts(completions) == {0: "p 4", 1: "p 9", 2: "p 5", 3: "p 6", 4: "p 3"}
    assert [completion.index for completion in completions[:2]] == [1, 3], "what is kept comes at once"
    assert stored.drawn_tokens == 12


def test_it_is_kept_before_it_is_yielded(store):
    async def first():
        async with aclosing(StoredModel(SeededModel(), store).sample("p", PARAMS)) as completions:
            return await anext(completions)

    asyncio.run(first())
    assert store.completion(completion_key("seeded", "p", PARAMS, 5)).text == "p 5"
    assert store.completion(completion_key("seeded", "p", PARAMS, 6)) is None


def test_who_watches_sees_the_places_that_it_knows(store):
    draw(StoredModel(SeededModel(), store), params=replace(PARAMS, seeds=(6,)))
    seen, model = [], SeededModel()
    params = replace(PARAMS, watch=lambda index, text: seen.append((index, text)) or index == 2)
    draw(StoredModel(model, store), params=params)
    assert seen == [(0, "text of 5"), (2, "text of 7")]
    assert model.watched == [False, True]


def test_what_was_cut_off_is_not_kept(store):
    completions = draw(StoredModel(SeededModel(cuts=(6,)), store))
    assert completions[1].finish_reason is FinishReason.ABORTED
    model = SeededModel()
    assert draw(StoredModel(model, store))[2].finish_reason is FinishReason.LENGTH
    assert model.calls == [(6,)]


def test_errors_pass_and_are_not_kept(store):
    with pytest.raises(ModelError, match="it fails"):
        draw(StoredModel(SeededModel(fails_at=6), store))
    model = SeededModel()
    draw(StoredModel(model, store))
    assert model.calls == [(6, 7)]


def test_the_key_knows_everything_that_the_text_depends_on():
    def key(model="m", prompt="p", seed=1, **params):
        return completion_key(model, prompt, SamplingParams(**params), seed)

    keys = [
        key(),
        key(model="n"),
        key(prompt="q"),
        key(seed=2),
        key(temperature=0.5),
        key(top_p=0.5),
        key(top_k=5),
        key(max_tokens=5),
        key(stop=("x",)),
        key(stop=("x", "y")),
        key(logprobs=0),
        key(logprobs=5),
        key(confidences=5),
        key(json_schema={"type": "object"}),
        key(json_schema={"type": "string"}),
    ]
    assert len(set(keys)) == len(keys)
    assert key() == key(seeds=(1, 2, 3), watch=lambda *_: False)
    assert key(json_schema={"a": 1, "b": 2}) == key(json_schema={"b": 2, "a": 1})
    told = {"temperature", "top_p", "top_k", "max_tokens", "stop", "logprobs", "confidences", "json_schema"}
    assert {field.name for field in fields(SamplingParams)} == {*told, "seeds", "watch"}, (
        "does the new one change the text?"
    )


def test_two_who_ask_for_the_same_at_the_same_time(store):
    model = SeededModel(pause=0.01)
    stored = StoredModel(model, store)

    async def both():
        return await asyncio.gather(drawn(stored), drawn(stored, params=replace(PARAMS, seeds=(7, 8))))

    first, second = asyncio.run(both())
    assert texts(first) == {0: "p 5", 1: "p 6", 2: "p 7"}
    assert texts(second) == {0: "p 7", 1: "p 8"}
    assert sorted(seed for call in model.calls for seed in call) == [5, 6, 7, 8]


def test_who_waits_for_one_that_fails_draws_it_himself(store):
    class FailingOnce(SeededModel):
        async def sample(self, prompt, params):
            failing = not self.calls
            async for completion in super().sample(prompt, params):
                if failing and completion.seed == 6:
                    raise ModelError("it fails")
                yield completion

    model = FailingOnce(pause=0.01)
    stored = StoredModel(model, store)

    async def both():
        return await asyncio.gather(drawn(stored), drawn(stored), return_exceptions=True)

    first, second = asyncio.run(both())
    assert isinstance(first, ModelError)
    assert texts(second) == {0: "p 5", 1: "p 6", 2: "p 7"}
    assert model.calls == [(5, 6, 7), (6, 7)]


def test_who_waits_for_one_that_leaves_draws_it_himself(store):
    stored = StoredModel(SeededModel(pause=0.01), store)

    async def both():
        leaving = stored.sample("p", PARAMS)
        assert (await anext(leaving)).text == "p 5"
        staying = asyncio.create_task(drawn(stored))
        await asyncio.sleep(0.005)
        await leaving.aclose()
        return await asyncio.wait_for(staying, 120)

    assert texts(asyncio.run(both())) == {0: "p 5", 1: "p 6", 2: "p 7"}


def test_the_same_seed_twice_is_drawn_once(store):
    model = SeededModel()
    completions = draw(StoredModel(model, store), params=replace(PARAMS, seeds=(5, 6, 5)))
    assert texts(completions) == {0: "p 5", 1: "p 6", 2: "p 5"}
    assert model.calls == [(5, 6)]


class NamelessModel(SeededModel):
    """Knows its name once it was asked, as a server that offers one model does."""

    def __init__(self, offers):
        super().__init__("openai:http://127.0.0.1:8000/v1")
        self._offers = offers

    async def sample(self, prompt, params):
        self.name = f"openai:{self._offers}"
        async for completion in super().sample(prompt, params):
            yield completion


def test_a_model_that_learns_its_name(store):
    stored = StoredModel(NamelessModel("qwen"), store)
    assert stored.name == "openai:http://127.0.0.1:8000/v1"
    draw(stored)
    assert stored.name == "openai:qwen"
    assert store.completion(completion_key("openai:qwen", "p", PARAMS, 5)).text == "p 5"
    later = NamelessModel("qwen")
    resumed = StoredModel(later, store)
    assert resumed.name == "openai:qwen"
    assert texts(draw(resumed)) == {0: "p 5", 1: "p 6", 2: "p 7"}
    assert later.calls == []


def test_a_server_that_offers_another_model_now(store):
    draw(StoredModel(NamelessModel("qwen"), store))
    with pytest.raises(StoreError, match=r"is now openai:llama, and the run began with openai:qwen"):
        draw(StoredModel(NamelessModel("llama"), store), params=replace(PARAMS, seeds=(9,)))


def test_the_same_model_at_another_address_brings_what_is_kept(store):
    draw(StoredModel(SeededModel("openai:qwen"), store))
    elsewhere = StoredModel(NamelessModel("qwen"), store)
    assert texts(draw(elsewhere)) == {0: "p 5", 1: "p 6", 2: "p 7"}
    assert store.completion(completion_key("openai:qwen", "p", PARAMS, 5)).text == "p 5"


def test_a_recording_goes_on_where_it_was(store, tmp_path):
    problem = Problem(text="What is 3 + 4?", id="a")
    chains = tuple(Chain(text=f"chain {number}", index=number) for number in range(4))
    recording = RecordedProblem(problem=problem, chains=chains, critiques=(None,) * 4)
    write_recorded(tmp_path / "r.jsonl", [recording])
    prompt = f"Solve this.\n{problem.text}\n"

    async def interrupted():
        async with aclosing(
            StoredModel(ReplayModel(tmp_path / "r.jsonl"), store).sample(prompt, SamplingParams(seeds=(1, 2, 3, 4)))
        ) as completions:
            return [await anext(completions), await anext(completions)]

    before = asyncio.run(interrupted())
    resumed = StoredModel(ReplayModel(tmp_path / "r.jsonl"), store)
    after = draw(resumed, prompt, SamplingParams(seeds=(1, 2, 3, 4)))
    assert [completion.text for completion in after] == [f"chain {number}" for number in range(4)]
    assert after[:2] == before


def test_closing_closes_the_model_and_leaves_the_store(store):
    model = ScriptedModel("x")
    stored = StoredModel(model, store)
    assert stored.prompts == "default"
    asyncio.run(stored.aclose())
    assert model.closed
    assert store.problems() == ()
