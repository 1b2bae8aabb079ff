"""The embedded model: seeds, log-probabilities, limits, stopping."""

import asyncio
import json
import shutil

import numpy as np
import pytest

from clra import registry
from clra.config import Settings
from clra.errors import ModelError
from clra.models.embedded import BUILT_IN, EmbeddedModel, open_model
from clra.prompts import prompt_set
from clra.protocols import SamplingParams
from clra.types import FinishReason
from tests.hanging import no_hang

BOXES = (
    "Mina has 23 boxes with 17 eggs in each. Mina buys 45 more eggs and gives away 118. "
    "How many eggs does Mina have now?"
)


@pytest.fixture(scope="module")
def model():
    opened = open_model("", Settings())
    yield opened
    asyncio.run(opened.aclose())


def drawn(model, prompt=BOXES, **params):
    """All completions, by index."""

    async def collect():
        return [completion async for completion in model.sample(prompt, SamplingParams(**params))]

    return sorted(asyncio.run(collect()), key=lambda completion: completion.index)


def texts(completions):
    return [completion.text for completion in completions]


def test_it_is_found_by_name_and_names_its_prompts():
    opened = registry.open_model(Settings(model="clra-nano"))
    assert (opened.name, opened.prompts) == ("clra-nano", "nano")
    asyncio.run(opened.aclose())


def test_equal_seeds_repeat_a_completion_and_others_do_not(model):
    first = drawn(model, seeds=tuple(range(32)))
    again = drawn(model, seeds=tuple(range(32)))
    other = drawn(model, seeds=tuple(range(100, 132)))
    assert texts(first) == texts(again)
    assert len(set(texts(first))) > 16
    assert texts(first) != texts(other)
    assert [completion.seed for completion in first] == list(range(32))


def test_the_same_seed_twice_gives_the_same_text(model):
    first, second = drawn(model, seeds=(7, 7))
    assert first.text == second.text


def test_a_completion_ends_with_an_answer_and_counts_its_tokens(model):
    for completion in drawn(model, seeds=(1, 2, 3), logprobs=0):
        assert completion.finish_reason is FinishReason.STOP
        assert "nswer" in completion.text
        assert "<|" not in completion.text
        assert len(completion.logprobs) == completion.tokens > 10
        assert completion.top_logprobs is None
        assert completion.prompt_tokens > 20


def test_logprobs_are_those_of_the_whole_text_computed_anew(model):
    (greedy,) = drawn(model, temperature=0.0, logprobs=3, max_tokens=40)
    decoder = model._decoder
    start = decoder._tokenizer.encode(BOXES + "\n").ids
    ids = start + decoder._tokenizer.encode(greedy.text).ids
    empty = [np.zeros(decoder._cache_shape, np.float32)] * (len(decoder._inputs) - 2)
    for at in range(len(start), len(ids)):
        logits, _ = decoder._forward(np.array([ids[:at]]), empty, 0)
        expected = logits[0] - np.log(np.exp(logits[0].astype(np.float64)).sum())
        assert ids[at] == logits[0].argmax()
        assert greedy.logprobs[at - len(start)] == pytest.approx(expected.max(), abs=1e-4)
        top = greedy.top_logprobs[at - len(start)]
        assert max(top.values()) == greedy.logprobs[at - len(start)]
        assert sorted(top.values())[::-1] == pytest.approx(np.sort(expected)[-3:][::-1], abs=1e-4)


def test_confidences_and_self_certainty_are_those_of_the_whole_distribution(model):
    (greedy,) = drawn(model, temperature=0.0, confidences=20, max_tokens=12)
    assert (greedy.logprobs, greedy.top_logprobs) == (None, None)
    decoder = model._decoder
    ids = decoder._tokenizer.encode(BOXES + "\n").ids
    empty = [np.zeros(decoder._cache_shape, np.float32)] * (len(decoder._inputs) - 2)
    certainties = []
    for confidence in greedy.confidences:
        logits = decoder._forward(np.array([ids]), empty, 0)[0][0].astype(np.float64)
        logprobs = logits - np.log(np.exp(logits).sum())
        assert confidence == pytest.approx(-np.sort(logprobs)[-20:].mean(), abs=1e-3)
        uniform = 1 / len(logprobs)
        certainties.append(sum(uniform * (np.log(uniform) - logprob) for logprob in logprobs))
        ids = [*ids, int(logits.argmax())]
    assert len(greedy.confidences) == greedy.tokens == 12
    assert greedy.self_certainty == pytest.approx(np.mean(certainties), abs=1e-3)


def test_confidences_are_over_as_many_tokens_as_there_are(model):
    (every,) = drawn(model, temperature=0.0, confidences=10**6, max_tokens=2)
    assert len(every.confidences) == 2
    (few,) = drawn(model, temperature=0.0, confidences=1, logprobs=0, max_tokens=2)
    assert few.confidences == pytest.approx([-logprob for logprob in few.logprobs])


def test_logprobs_are_the_models_own_before_temperature(model):
    hot = drawn(model, seeds=(3,), temperature=0.01, logprobs=0)[0]
    greedy = drawn(model, seeds=(3,), temperature=0.0, logprobs=0)[0]
    assert hot.text == greedy.text
    assert hot.logprobs == pytest.approx(greedy.logprobs, abs=1e-5)


@pytest.mark.parametrize("narrow", [{"top_k": 1}, {"top_p": 1e-6}])
def test_a_narrow_choice_is_the_greedy_one(model, narrow):
    greedy = drawn(model, temperature=0.0)
    assert texts(drawn(model, seeds=(1, 2), temperature=1.0, **narrow)) == texts(greedy) * 2


def test_top_p_and_top_k_leave_out_the_unlikely():
    from clra.models.decoding import _Choice, _draw_tokens

    logits = np.log(np.tile([[0.1, 0.4, 0.2, 0.3]], (1000, 1))).astype(np.float32)
    uniforms = np.linspace(0, 1, 1000, endpoint=False)
    assert set(_draw_tokens(logits, _Choice(temperature=1.0, top_p=1.0, top_k=2), uniforms)) == {1, 3}
    assert set(_draw_tokens(logits, _Choice(temperature=1.0, top_p=0.75, top_k=0), uniforms)) == {1, 3, 2}
    every = _draw_tokens(logits, _Choice(temperature=1.0, top_p=1.0, top_k=0), uniforms)
    assert np.bincount(every) / 1000 == pytest.approx([0.1, 0.4, 0.2, 0.3], abs=0.002)


def test_a_stop_string_ends_a_completion_and_is_not_part_of_it(model):
    full = drawn(model, temperature=0.0)[0].text
    (stopped,) = drawn(model, temperature=0.0, stop=("nswer", "never"))
    assert stopped.text == full[: full.index("nswer")]
    assert stopped.finish_reason is FinishReason.STOP


def test_max_tokens_cuts_a_completion_off(model):
    for completion in drawn(model, seeds=(1, 2), max_tokens=5):
        assert completion.finish_reason is FinishReason.LENGTH
        assert completion.tokens == 5


def test_the_context_cuts_a_completion_off(model):
    room = drawn(model, "1 " * 200, seeds=(1,), max_tokens=10**6)[0]
    assert room.prompt_tokens + room.tokens <= model._decoder.context


def test_a_prompt_longer_than_the_context_is_refused(model):
    with pytest.raises(ModelError, match="the context of this model is 512") as caught:
        drawn(model, "Compute 1 + 1. " * 200)
    assert caught.value.hint


def test_a_json_schema_is_refused(model):
    with pytest.raises(ModelError, match="JSON schema") as caught:
        drawn(model, json_schema={"type": "object"})
    assert caught.value.hint


def test_no_seeds_give_no_completions(model):
    assert drawn(model, seeds=()) == []


def test_short_completions_arrive_while_long_ones_are_still_drawn(model):
    async def order():
        return [completion async for completion in model.sample(BOXES, SamplingParams(seeds=tuple(range(16))))]

    lengths = [completion.tokens for completion in asyncio.run(order())]
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]


def test_closing_the_iterator_stops_the_drawing(model):
    async def first_only():
        completions = model.sample(BOXES, SamplingParams(seeds=tuple(range(64)), temperature=3.0))
        await anext(completions)
        await completions.aclose()

    with no_hang():
        asyncio.run(first_only())
    assert len(drawn(model, seeds=(1,))) == 1


def test_a_cancelled_task_stops_the_drawing(model):
    async def cancelled():
        async def collect():
            return [None async for _ in model.sample(BOXES, SamplingParams(seeds=tuple(range(64)), temperature=3.0))]

        task = asyncio.create_task(collect())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return [completion async for completion in model.sample(BOXES, SamplingParams(seeds=(1,)))]

    assert len(asyncio.run(cancelled())) == 1


def test_requests_at_the_same_time_do_not_disturb_each_other(model):
    async def both():
        async def collect(seed):
            return [each.text async for each in model.sample(BOXES, SamplingParams(seeds=(seed,)))]

        return await asyncio.gather(*(collect(seed) for seed in (1, 2, 1)))

    assert asyncio.run(both()) == [texts(drawn(model, seeds=(seed,))) for seed in (1, 2, 1)]


def test_a_closed_model_says_so():
    closed = EmbeddedModel()
    asyncio.run(closed.aclose())
    with pytest.raises(ModelError, match="closed"):
        drawn(closed)


def test_a_folder_of_the_same_layout_is_opened(tmp_path):
    folder = tmp_path / "other"
    shutil.copytree(BUILT_IN, folder)
    config = json.loads((folder / "config.json").read_text())
    del config["clra_prompts"]
    (folder / "config.json").write_text(json.dumps(config))
    opened = open_model(str(folder), Settings())
    assert (opened.name, opened.prompts) == ("embedded:other", "default")
    assert len(drawn(opened, seeds=(1,))) == 1
    asyncio.run(opened.aclose())


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="does not hold a model") as caught:
        open_model(str(tmp_path), Settings())
    assert caught.value.hint
    with pytest.raises(ModelError, match="there is no folder"):
        open_model(str(tmp_path / "nowhere"), Settings())


def test_the_claims_and_judge_prompts_bring_claims_and_yes_or_no(model):
    prompts = prompt_set("nano")
    solution = (
        "The boxes hold 23*17=391 eggs.\nWith 45 more there are 391+45=436.\nLeft: 436-118=318 eggs.\nAnswer: 318"
    )
    claims = drawn(model, prompts.render("claims", problem=BOXES, solution=solution), temperature=0.0)[0].text
    assert claims.startswith("1. ")
    asked = prompts.render("judge", problem=BOXES, claim="The boxes hold 23*17=391 eggs.")
    judgement = drawn(model, asked, temperature=0.0, logprobs=5)[0]
    assert judgement.text.splitlines()[-1] in {"yes", "no"}
    assert {"yes", "no"} <= set(judgement.top_logprobs[-2])  # the last token is the end
