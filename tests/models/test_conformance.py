"""What every backend must keep to, whatever stands behind it."""

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import clra.models
from clra.config import Settings
from clra.errors import ModelError, ModelUnavailableError
from clra.prompts import prompt_set
from clra.protocols import Completion, Model, SamplingParams
from clra.types import FinishReason
from tests.models.fake_server import fake_server

WEIGHTS = Path(clra.models.__file__).parent / "clra_nano"
PROBLEM = "Tom has 12 apples and buys 7 more. Then he gives away 5. How many apples does Tom have?"
LONG_PROBLEM = "Tom has 30 apples and gives away 4. Then he buys 9 more. How many apples does Tom have?"
SEEDS = (3, 1_000_000_007, 4, 11, 2**31 - 1, 0, 99, 123)


@dataclass(frozen=True)
class Backend:
    open: Callable[[], Model]
    cut: SamplingParams
    """Under which the answer to LONG_PROBLEM is cut off."""


def _openai():
    with fake_server() as server:
        from clra.models.openai import open_model

        settings = Settings(base_url=None, timeout=60, retries=0)
        yield Backend(lambda: open_model(server.url, settings), SamplingParams(max_tokens=2))


def _spread():
    with fake_server() as first, fake_server() as second:
        from clra.models.openai import open_model

        settings = Settings(base_url=None, timeout=60, retries=0)
        yield Backend(lambda: open_model(f"{first.url},{second.url}#tiny", settings), SamplingParams(max_tokens=2))


def _replay(tmp_path):
    from clra.models.replay import open_model

    rows = [
        {"id": "short", "problem": PROBLEM, "chains": [_chain(number) for number in range(8)]},
        {"id": "long", "problem": LONG_PROBLEM, "chains": [{"text": "30 - 4", "finish_reason": "length", "tokens": 3}]},
    ]
    path = tmp_path / "chains.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    yield Backend(lambda: open_model(str(path), Settings()), SamplingParams())


def _chain(number):
    return {"text": f"Way {number}: it is 14.", "tokens": 5, "prompt_tokens": 11, "logprobs": [-0.25] * 5}


def _embedded():
    if not any(WEIGHTS.glob("*.onnx")):
        pytest.skip(f"no weights in {WEIGHTS}")
    from clra.models.embedded import open_model

    yield Backend(lambda: open_model("", Settings()), SamplingParams(max_tokens=3))


def _vllm(model):
    yield Backend(lambda: model, SamplingParams(max_tokens=3))


def _vllm_server(url):
    from clra.models.openai import open_model

    yield Backend(lambda: open_model(f"{url}#nano", Settings(retries=0)), SamplingParams(max_tokens=3))


VLLM = (
    pytest.param("vllm", marks=pytest.mark.filterwarnings("default")),  # its own imports warn
    "vllm-server",
)


@pytest.fixture(
    params=[
        "openai",
        "openai-spread",
        "replay",
        "embedded",
        *VLLM,
    ]
)
def backend(request, tmp_path):
    makers = {
        "openai": _openai,
        "openai-spread": _spread,
        "replay": lambda: _replay(tmp_path),
        "embedded": _embedded,
        "vllm": lambda: _vllm(request.getfixturevalue("vllm_in_process")),
        "vllm-server": lambda: _vllm_server(request.getfixturevalue("vllm_server")),
    }
    yield from makers[request.param]()


@pytest.fixture(params=VLLM)
def real(request):
    """A vLLM, in this process or behind HTTP."""
    if request.param == "vllm":
        yield from _vllm(request.getfixturevalue("vllm_in_process"))
    else:
        yield from _vllm_server(request.getfixturevalue("vllm_server"))


def prompt_for(model: Model, problem: str = PROBLEM) -> str:
    return prompt_set(model.prompts).render("solve", problem=problem)


def draw(backend: Backend, params: SamplingParams, problem: str = PROBLEM) -> dict[int, Completion]:
    async def all_of_them():
        model = backend.open()
        try:
            return [done async for done in model.sample(prompt_for(model, problem), params)]
        finally:
            await model.aclose()

    drawn = asyncio.run(all_of_them())
    by_index = {done.index: done for done in drawn}
    assert len(by_index) == len(drawn)
    return by_index


def test_it_has_a_name_and_prompts(backend):
    model = backend.open()
    assert model.name
    assert prompt_set(model.prompts).name == model.prompts
    asyncio.run(model.aclose())


def test_one_completion_for_each_seed(backend):
    drawn = draw(backend, SamplingParams(seeds=SEEDS))
    assert [drawn[index].seed for index in range(len(SEEDS))] == list(SEEDS)
    assert len({done.text for done in drawn.values()}) > 1


def test_the_same_seeds_bring_the_same_texts(backend):
    first, second = (draw(backend, SamplingParams(seeds=SEEDS)) for _ in range(2))
    assert {index: done.text for index, done in first.items()} == {index: done.text for index, done in second.items()}


def test_a_seed_asked_again_brings_the_same_text(backend):
    async def again():
        model = backend.open()
        asked = prompt_for(model)
        texts: dict[int, set[str]] = {}
        for seeds in [SEEDS[:4], SEEDS[2:3]]:
            async for done in model.sample(asked, SamplingParams(seeds=seeds)):
                texts.setdefault(done.seed, set()).add(done.text)
        await model.aclose()
        return texts

    assert all(len(found) == 1 for found in asyncio.run(again()).values())


def test_no_seeds_no_completions(backend):
    assert draw(backend, SamplingParams(seeds=())) == {}


def test_a_text_that_ends_by_itself_says_so(backend):
    drawn = draw(backend, SamplingParams(seeds=SEEDS))
    assert FinishReason.STOP in {done.finish_reason for done in drawn.values()}


def test_a_text_that_is_cut_off_says_so(backend):
    assert draw(backend, backend.cut, LONG_PROBLEM)[0].finish_reason is FinishReason.LENGTH


def test_tokens_are_counted_or_none(backend):
    for done in draw(backend, SamplingParams(seeds=SEEDS)).values():
        assert done.tokens is None or done.tokens > 0
        assert done.prompt_tokens is None or done.prompt_tokens > 0


@pytest.mark.parametrize("logprobs", [0, 2])
def test_logprobs_are_there_or_honestly_none(backend, logprobs):
    for done in draw(backend, SamplingParams(seeds=SEEDS[:3], logprobs=logprobs)).values():
        if done.logprobs is not None:
            assert all(number <= 1e-6 for number in done.logprobs)
            assert done.tokens is not None
            assert abs(len(done.logprobs) - done.tokens) <= 1
        if done.top_logprobs is not None:
            assert logprobs
            assert done.logprobs is not None
            assert len(done.top_logprobs) == len(done.logprobs)
            assert all(0 < len(top) <= logprobs for top in done.top_logprobs)


def test_confidences_are_there_or_honestly_none(backend):
    for done in draw(backend, SamplingParams(seeds=SEEDS[:3], confidences=5)).values():
        assert (done.logprobs, done.top_logprobs) == (None, None)
        if done.confidences is not None:
            assert all(confidence >= -1e-6 for confidence in done.confidences)
            assert done.tokens is not None
            assert abs(len(done.confidences) - done.tokens) <= 1
        if done.self_certainty is not None:
            assert done.self_certainty >= -1e-6


def test_logprobs_that_nobody_asked_for_are_none(backend):
    done = draw(backend, SamplingParams())[0]
    assert done.logprobs is None
    assert done.top_logprobs is None
    assert done.confidences is None
    assert done.self_certainty is None


def test_closing_early_is_clean(backend):
    async def take_one():
        model = backend.open()
        async with aclosing(model.sample(prompt_for(model), SamplingParams(seeds=SEEDS))) as drawn:
            first = await anext(drawn)
        rest = [done async for done in drawn]
        await model.aclose()
        return first, rest

    first, rest = asyncio.run(take_one())
    assert first.text
    assert rest == []


def test_breaking_off_without_closing_is_clean(backend):
    async def take_one():
        model = backend.open()
        async for done in model.sample(prompt_for(model), SamplingParams(seeds=SEEDS)):
            return done
        return None

    assert asyncio.run(take_one()) is not None


def test_json_of_a_schema_or_an_error(backend):
    schema = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}
    try:
        done = draw(backend, SamplingParams(json_schema=schema))[0]
    except ModelUnavailableError:
        raise
    except ModelError:
        return
    if done.finish_reason is FinishReason.LENGTH:  # a schema does not keep a small model from endless blanks
        assert done.text.lstrip()[:1] in {"", "{"}
    else:
        assert isinstance(json.loads(done.text)["x"], int)


def test_closing_twice_is_no_error(backend):
    async def close_twice():
        model = backend.open()
        await model.aclose()
        await model.aclose()

    asyncio.run(close_twice())


def test_a_completion_that_its_watcher_ends_is_aborted_and_the_others_go_on(backend):
    seen: list[tuple[int, str]] = []

    def watch(index: int, text: str) -> bool:
        seen.append((index, text))
        return index == 1 and len(text) >= 40

    params = SamplingParams(seeds=SEEDS[:3])
    free = draw(backend, params)
    watched = draw(backend, replace(params, watch=watch))
    if not seen:  # what is drawn as a whole cannot be watched
        assert watched == free
        return
    cut = watched.pop(1)
    assert cut.finish_reason is FinishReason.ABORTED
    assert 0 < len(cut.text) < len(free[1].text)
    assert free[1].text.startswith(cut.text)
    assert cut.text == [text for index, text in seen if index == 1][-1]
    assert cut.tokens is not None
    assert 0 < cut.tokens < free[1].tokens
    assert {index: (done.text, done.finish_reason) for index, done in watched.items()} == {
        index: (done.text, done.finish_reason) for index, done in free.items() if index != 1
    }


def test_watching_alone_changes_nothing(backend):
    params = SamplingParams(seeds=SEEDS[:3], logprobs=0)
    free, watched = (draw(backend, replace(params, watch=watch)) for watch in (None, lambda _, text: len(text) < 0))
    for index, done in free.items():
        # an engine adds up in another order where it happens to compute other tokens beside these
        assert watched[index].logprobs == (done.logprobs and pytest.approx(done.logprobs, abs=1e-4))
        assert replace(watched[index], logprobs=None) == replace(done, logprobs=None)
    assert watched.keys() == free.keys()


# what vLLM can do, and what it refuses


@pytest.mark.parametrize("likeliest", [5, 20])
def test_vllm_tells_how_sure_it_was_of_every_token(real, likeliest):
    for done in draw(real, SamplingParams(seeds=SEEDS[:3], confidences=likeliest)).values():
        assert done.confidences is not None
        assert len(done.confidences) == done.tokens
        assert all(confidence > 0 for confidence in done.confidences)
        assert max(done.confidences) > min(done.confidences)


def test_confidences_of_vllm_are_those_of_its_likeliest_tokens(real):
    params = SamplingParams(seeds=SEEDS[:3])
    sure, told = (draw(real, replace(params, **asked)) for asked in ({"confidences": 5}, {"logprobs": 5}))
    assert {index: done.text for index, done in sure.items()} == {index: done.text for index, done in told.items()}
    for index, done in told.items():
        means = [-sum(top.values()) / len(top) for top in done.top_logprobs]
        assert all(len(top) == 5 for top in done.top_logprobs)
        assert sure[index].confidences == pytest.approx(means, rel=0.05, abs=0.05)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        (SamplingParams(top_p=1.5), "top_p"),
        (SamplingParams(temperature=-1.0), "temperature"),
        (SamplingParams(logprobs=999), "logprobs"),
    ],
)
def test_vllm_refuses_what_cannot_be(real, params, said):
    with pytest.raises(ModelError, match=said) as caught:
        draw(real, params)
    assert not isinstance(caught.value, ModelUnavailableError)


def test_vllm_refuses_a_prompt_beyond_its_context(real):
    with pytest.raises(ModelError, match=r"(?i)context|longer|max_model_len") as caught:
        draw(real, SamplingParams(max_tokens=8), "How many apples? " * 2000)
    assert not isinstance(caught.value, ModelUnavailableError)
    assert draw(real, SamplingParams())[0].text


def test_vllm_takes_many_long_prompts_at_once(real):
    """More tokens than one step of the engine takes; on a CPU vLLM 0.32 dies where it cuts a seeded prompt into two."""

    async def all_of_them():
        model = real.open()

        async def one(number):
            prompt = prompt_for(model, f"Tom has {number} apples. " * 60)
            return [done async for done in model.sample(prompt, SamplingParams(seeds=SEEDS, max_tokens=2))]

        return await asyncio.gather(*map(one, range(24)))

    assert [len(drawn) for drawn in asyncio.run(all_of_them())] == [len(SEEDS)] * 24


def test_a_model_that_vllm_does_not_serve(vllm_server):
    from clra.models.openai import open_model

    model = open_model(f"{vllm_server}#huge", Settings(retries=0))
    with pytest.raises(ModelError, match="does not serve huge") as caught:
        draw(Backend(lambda: model, SamplingParams()), SamplingParams())
    assert caught.value.hint == "there are: nano"
