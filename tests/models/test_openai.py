import asyncio
import json
import subprocess
import sys
import threading
import time
from contextlib import aclosing
from email.utils import formatdate
from types import SimpleNamespace

import pytest

from clra import registry, sampling
from clra.config import Settings
from clra.errors import ConfigError, ModelError, ModelUnavailableError
from clra.models import connection, retry
from clra.models.chat import Assembly, request_body
from clra.models.openai import OpenAIModel, open_model
from clra.models.sse import EventReader
from clra.protocols import Completion, SamplingParams
from clra.sampling import token_evidence
from clra.types import FinishReason, Problem
from tests.hanging import no_hang
from tests.models import fake_server as fake
from tests.models.fake_server import FakeServer, completion, eventually, status, text_of

KEY = "sk-very-secret-0123456789"


@pytest.fixture
def server():
    with fake.fake_server() as running:
        yield running


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)


def open_at(server: FakeServer, model: str = fake.MODEL, **choices) -> OpenAIModel:
    return OpenAIModel(server.url, model, **{"timeout": 60.0, "retries": 2, "concurrency": 32, **choices})


def draw(model: OpenAIModel, prompt: str = "What is 3 + 4?", **params) -> list[Completion]:
    async def all_of_them():
        try:
            return [done async for done in model.sample(prompt, SamplingParams(**params))]
        finally:
            await model.aclose()

    return asyncio.run(all_of_them())


def drawn_one(server: FakeServer, behaviour: fake.Behaviour, **params) -> Completion:
    server.script = [behaviour]
    (only,) = draw(open_at(server), **params)
    return only


def refusal(server: FakeServer, behaviour: fake.Behaviour, kind: type[ModelError] = ModelError, **params) -> ModelError:
    server.always = behaviour
    with pytest.raises(kind) as caught:
        draw(open_at(server, api_key=KEY), **params)
    assert KEY not in repr(caught.value)
    assert KEY not in str(caught.value.hint)
    assert type(caught.value).__name__ in {"ModelError", "ModelUnavailableError", "RequestRefusedError"}
    return caught.value


# what is asked


def test_each_seed_is_a_request_of_its_own_and_never_n(server):
    done = draw(open_at(server), seeds=(5, 6, 7))
    assert {one.index: (one.seed, one.text) for one in done} == {
        index: (seed, text_of(seed)) for index, seed in enumerate((5, 6, 7))
    }
    assert sorted(request.body["seed"] for request in server.chats) == [5, 6, 7]
    assert not any("n" in request.body for request in server.chats)


def test_what_is_left_to_the_model_is_not_mentioned(server):
    draw(open_at(server))
    assert server.chats[0].body == {
        "model": "tiny",
        "messages": [{"role": "user", "content": "What is 3 + 4?"}],
        "seed": 0,
        "stream": True,
        "stream_options": {"include_usage": True, "continuous_usage_stats": True},
        "stream_interval": 16,
    }
    assert "Authorization" not in server.chats[0].headers


def test_every_choice_reaches_the_server(server):
    schema = {"type": "object"}
    body = request_body(
        "m",
        "p",
        SamplingParams(
            temperature=0.0, top_p=0.9, top_k=-1, max_tokens=7, stop=("END",), logprobs=3, json_schema=schema
        ),
        1,
    )
    assert body["temperature"] == 0.0
    assert (body["top_p"], body["top_k"], body["max_tokens"], body["stop"]) == (0.9, -1, 7, ["END"])
    assert (body["logprobs"], body["top_logprobs"]) == (True, 3)
    assert body["response_format"]["json_schema"]["schema"] == schema
    assert request_body("m", "p", SamplingParams(logprobs=0), 1)["top_logprobs"] == 1
    assert "top_logprobs" not in request_body("m", "p", SamplingParams(), 1)


def test_the_key_is_sent_and_shown_nowhere(server):
    model = open_at(server, api_key=KEY + "\n")
    draw(model)
    assert server.chats[0].headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(model) + model.name + model.address


# what comes back


def test_thoughts_come_apart(server):
    for name in ("reasoning_content", "reasoning"):
        done = drawn_one(server, completion("It is 7", reasoning="3 and 4", reasoning_field=name))
        assert (done.text, done.reasoning.split()) == ("It is 7", ["3", "and", "4"])


def test_usage_and_logprobs(server):
    done = drawn_one(server, completion("It is 7"), logprobs=2)
    assert (done.prompt_tokens, done.tokens) == (11, 3)
    assert done.logprobs == (-0.25, -0.25, -0.25)
    assert done.top_logprobs is not None
    assert done.top_logprobs[-1] == {"7": -0.25, "?": -1.5}


def test_of_the_sampled_tokens_only(server):
    done = drawn_one(server, completion("It is 7"), logprobs=0)
    assert done.logprobs == (-0.25, -0.25, -0.25)
    assert done.top_logprobs is None


def test_a_server_without_logprobs_is_not_made_to_have_them(server):
    done = drawn_one(server, completion(with_logprobs=False), logprobs=2)
    assert done.logprobs is None
    assert done.top_logprobs is None


def test_logprobs_of_a_part_are_none_at_all(server):
    done = drawn_one(server, completion("It is 7", reasoning="many thoughts of which nothing is told"), logprobs=0)
    assert done.logprobs is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("stop", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("tool_calls", FinishReason.UNKNOWN),
        ("content_filter", FinishReason.UNKNOWN),
    ],
)
def test_finish_reasons(server, said, meant):
    assert drawn_one(server, completion(finish_reason=said)).finish_reason is meant


def test_a_server_that_does_not_stream(server):
    done = drawn_one(server, fake.whole("It is 7"))
    assert (done.text, done.finish_reason, done.tokens) == ("It is 7", FinishReason.STOP, 3)


def test_a_stream_without_done_or_usage(server):
    done = drawn_one(server, fake.events(fake.chunk({"content": "7"}), fake.chunk({}, "stop")))
    assert (done.text, done.tokens, done.prompt_tokens) == ("7", None, None)


def test_a_character_in_two_halves_becomes_whole(server):
    halves = [fake.chunk({"content": half}, reason) for half, reason in [("\ud83d", None), ("\ude00", "stop")]]
    assert drawn_one(server, fake.events(*halves)).text == "\U0001f600"


def test_line_separators_inside_json_do_not_cut_events(server):
    text = json.dumps(fake.chunk({"content": "a\u2028b\x85c"}, "stop"), ensure_ascii=False)
    assert drawn_one(server, fake.events(text)).text == "a\u2028b\x85c"


def test_json_that_was_asked_for(server):
    assert drawn_one(server, completion('{"x": 1}'), json_schema={}).text == '{"x": 1}'
    server.script = [completion("no json")]
    with pytest.raises(ModelError, match="JSON of a schema"):
        draw(open_at(server), json_schema={})


# order, concurrency, closing


def test_each_completion_comes_as_soon_as_it_is_finished(server):
    arrived = threading.Event()

    def behave(handler, body):
        assert body["seed"] == 1 or arrived.wait(60)
        completion()(handler, body)

    async def indices():
        found = []
        async for done in open_at(server).sample("p", SamplingParams(seeds=(0, 1))):
            found.append(done.index)
            arrived.set()
        return found

    server.always = behave
    assert asyncio.run(indices()) == [1, 0]


def test_no_more_requests_at_once_than_allowed(server):
    def behave(handler, body):
        assert eventually(lambda: server.most_at_once >= 3)
        completion(before=0.03)(handler, body)

    server.always = behave
    assert len(draw(open_at(server, concurrency=3), seeds=tuple(range(9)))) == 9
    assert server.most_at_once == 3


def test_closing_hangs_up(server):
    slow, quick = completion(between=0.05, text="word " * 2000), completion()
    server.always = lambda handler, body: (quick if body["seed"] == 0 else slow)(handler, body)

    async def take_one():
        model = open_at(server)
        async with aclosing(model.sample("p", SamplingParams(seeds=(0, 1, 2)))) as completions:
            first = await anext(completions)
        await model.aclose()
        return first

    assert asyncio.run(take_one()).index == 0
    assert eventually(lambda: server.hung_up == 2)


def test_one_model_serves_several_event_loops_and_overlapping_calls(server):
    model = open_at(server)

    async def twice():
        return await asyncio.gather(*(_collect(model, seed) for seed in (1, 2)))

    async def _collect(model, seed):
        return [done.text async for done in model.sample("p", SamplingParams(seeds=(seed,)))]

    for _ in range(2):
        assert asyncio.run(twice()) == [[text_of(1)], [text_of(2)]]


# which model


def test_the_only_model_is_taken(server):
    model = open_at(server, "")
    assert model.name == f"openai:{server.url}"
    draw(model)
    assert model.name == "openai:tiny"


def test_one_of_several_models_must_be_named(server):
    server.models = ["a", "b"]
    with pytest.raises(ConfigError, match="2 models") as caught:
        draw(open_at(server, ""))
    assert f"openai:{server.url}#NAME" in caught.value.hint
    assert "a, b" in caught.value.hint


def test_no_model_at_all(server):
    server.models = []
    with pytest.raises(ModelError, match="serves no model"):
        draw(open_at(server, ""))


def test_a_model_that_is_not_served(server):
    with pytest.raises(ModelError, match="does not serve huge") as caught:
        draw(open_at(server, "huge"))
    assert caught.value.hint == "there are: tiny"


@pytest.mark.parametrize(
    ("argument", "base_url", "address", "name"),
    [
        ("http://127.0.0.1:8000/v1", None, "http://127.0.0.1:8000/v1", "openai:http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000/v1/#org/m", None, "http://127.0.0.1:8000/v1", "openai:org/m"),
        ("org/m:latest", "https://example.org/v1", "https://example.org/v1", "openai:org/m:latest"),
        ("", "http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1", "openai:http://127.0.0.1:1/v1"),
        ("http://user:pw@h/v1?key=1#m", None, "http://h/v1", "openai:m"),
    ],
)
def test_the_argument(argument, base_url, address, name):
    model = open_model(argument, Settings(base_url=base_url, api_key=KEY))
    assert model.name == name
    assert model.prompts == "default"
    assert repr(model) == f"OpenAIModel({address!r}, {name.removeprefix('openai:') if '://' not in name else ''!r})"


@pytest.mark.parametrize("argument", ["", "some-model", "http://", "http://h:port/v1"])
def test_an_argument_that_is_none(argument, monkeypatch):
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(ConfigError) as caught:
        open_model(argument, Settings())
    assert caught.value.hint


def test_a_key_that_cannot_be_sent_is_refused_unseen():
    with pytest.raises(ConfigError, match="characters") as caught:
        OpenAIModel("http://h/v1", api_key="sk-\u20ac-x", timeout=1, retries=0, concurrency=1)
    assert "\u20ac" not in str(caught.value)


# failures that pass


@pytest.mark.parametrize(
    "trouble",
    [
        status(500),
        status(502, b"<html>Bad Gateway</html>", "text/html"),
        status(503, {"detail": "loading"}),
        status(429, retry_after="0"),
        fake.die(),
        fake.silence(0),
        completion("half", finish_reason="abort"),
        fake.events(fake.chunk({"content": "half"})),
        fake.events(fake.chunk({"content": "half"}), "[DONE]"),
        fake.events(fake.chunk({"content": "half"}), {"error": {"message": "out of memory", "code": 500}}),
    ],
)
def test_what_passes_is_drawn_anew_and_nothing_twice(server, trouble):
    server.script = [trouble, trouble]
    (done,) = draw(open_at(server), seeds=(4,))
    assert done.text == text_of(4)
    assert len(server.chats) == 3


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_server_that_asks_for_a_pause_is_given_it(server, code, monkeypatch):
    pauses = []

    async def note(seconds):
        pauses.append(seconds)

    monkeypatch.setattr(retry, "asyncio", SimpleNamespace(sleep=note))
    server.script = [status(code, retry_after="7"), status(code, retry_after="900"), status(code)]
    assert draw(open_at(server, retries=3))[0].text == text_of(0)
    assert pauses[:2] == [7.0, retry.LONGEST_PAUSE]
    assert 0 < pauses[2] < 1


def test_no_pause_is_no_pause_that_is_asked_for():
    assert [retry.pause(failed, 0.0, key="1") for failed in (1, 2, 3)] == [
        retry.pause(failed, None, key="1") for failed in (1, 2, 3)
    ]


def test_what_a_server_keeps_cutting_off_says_so(server):
    error = refusal(server, completion(finish_reason="abort"), ModelUnavailableError)
    assert "was cut off by the server (tried 3 times)" in str(error)


def test_what_does_not_pass_is_unavailable_and_says_how_often_it_was_tried(server):
    error = refusal(server, status(503, {"detail": "the engine is dead"}), ModelUnavailableError)
    assert "503: the engine is dead (tried 3 times)" in str(error)
    assert error.retryable


def test_a_silent_server_runs_into_the_timeout(server):
    server.always = fake.silence(5)
    with pytest.raises(ModelUnavailableError, match=r"silent for 0\.5 seconds"):
        draw(open_at(server, timeout=0.5, retries=1))
    assert eventually(lambda: len(server.chats) == 2)


@pytest.fixture
def clock(monkeypatch):
    """By which silence is measured: it stands still until it is set, and is looked at often."""
    clock, later = SimpleNamespace(now=0.0), asyncio.BaseEventLoop.call_later
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr(connection, "time", clock)
    monkeypatch.setattr(
        asyncio.BaseEventLoop, "call_later", lambda loop, delay, *rest: later(loop, min(delay, 0.01), *rest)
    )
    return clock


def slowly(model, clock):
    """Each word takes 50 seconds."""

    def behave(handler, body):
        handler.begin_stream()
        for word in text_of(body["seed"]).split():
            handler.event(fake.chunk({"content": f"{word} "}))
            assert eventually(lambda: model.heard == clock.now)
            clock.now += 50
            handler.wait(0.02)
        handler.event(fake.chunk({}, "stop"))
        handler.event("[DONE]")
        handler.end_stream()

    return behave


def test_a_request_in_the_queue_of_its_server_waits_while_others_are_answered(server, clock):
    model, slot = open_at(server, timeout=60, retries=0), threading.Lock()

    def behave(handler, body):
        with slot:
            slowly(model, clock)(handler, body)

    server.always = behave
    with no_hang():
        assert len(draw(model, seeds=(0, 1, 2))) == 3
    assert len(server.chats) == 3


def test_an_answer_that_stops_in_the_middle_is_given_up_while_others_go_on(server, clock):
    model, stopped, got = open_at(server, timeout=60, retries=0), threading.Event(), {}

    def stop(handler, body):
        handler.begin_stream()
        handler.event(fake.chunk({"content": "half"}))
        assert eventually(lambda: model.heard == clock.now)
        stopped.set()
        handler.wait(600)

    def go_on(handler, body):
        assert stopped.wait(60)
        slowly(model, clock)(handler, body)

    async def collect():
        async for done in model.sample("p", SamplingParams(seeds=(0, 1))):
            got[done.seed] = done.text.strip()

    server.always = lambda handler, body: (stop if body["seed"] == 0 else go_on)(handler, body)
    with no_hang(), pytest.raises(ModelUnavailableError, match="silent for 60 seconds"):
        asyncio.run(collect())
    assert got == {1: text_of(1)}


def test_one_lost_completion_does_not_cost_the_others(server):
    broken = status(500)
    server.always = lambda handler, body: (broken if body["seed"] == 1 else completion())(handler, body)

    got = {}

    async def collect():
        async for done in open_at(server, retries=0).sample("p", SamplingParams(seeds=(0, 1, 2, 3))):
            got[done.seed] = done.text

    with pytest.raises(ModelUnavailableError):
        asyncio.run(collect())
    assert got == {seed: text_of(seed) for seed in (0, 2, 3)}


def test_two_lost_completions_in_a_row_mean_that_the_server_is_gone(server):
    dead, slow = status(500), completion(before=600)
    server.always = lambda handler, body: (slow if body["seed"] == 9 else dead)(handler, body)
    with no_hang(), pytest.raises(ModelUnavailableError):
        draw(open_at(server, retries=0), seeds=(0, 1, 9))


def test_nobody_answers():
    model = OpenAIModel("http://127.0.0.1:9/v1", "m", timeout=5, retries=5, concurrency=1)
    with no_hang(), pytest.raises(ModelUnavailableError, match=r"nobody answers at http://127.0.0.1:9/v1") as caught:
        draw(model)
    assert "vllm serve" in caught.value.hint
    assert "ollama serve" in caught.value.hint
    assert "llama-server" in caught.value.hint


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("2", 2.0), ("1.5", 1.5), ("-3", 0.0), ("soon", None), ("nan", None), ("inf", None)],
)
def test_retry_after(header, seconds):
    assert retry.retry_after(header) == seconds


def test_retry_after_a_date():
    asked = retry.retry_after(formatdate(time.time() + 30, usegmt=True))
    assert asked == pytest.approx(30, abs=2)
    assert retry.retry_after(formatdate(time.time() - 30, usegmt=True)) == 0


def test_pauses_grow_differ_between_requests_and_end(monkeypatch):
    monkeypatch.undo()
    pauses = [retry.pause(failed, None, key="1") for failed in range(1, 12)]
    assert all(0.25 <= pauses[0] <= 0.5 and 0 < now <= retry.LONGEST_PAUSE for now in pauses)
    assert pauses[5] > pauses[1]
    assert retry.pause(1, None, key="1") != retry.pause(1, None, key="2")
    assert retry.pause(1, 7.0, key="1") == 7.0
    assert retry.pause(1, 1e9, key="1") == retry.LONGEST_PAUSE


# failures that stay


@pytest.mark.parametrize("code", [400, 401, 403, 422, 501])
def test_what_stays_is_not_tried_again(server, code):
    error = refusal(server, status(code, {"error": {"message": f"this is the reason, {KEY}"}}))
    assert f"{code}: this is the reason, ***" in str(error)
    assert not error.retryable
    assert len(server.chats) == 1
    assert bool(error.hint) is (code in {401, 403})


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "the reason"}},
        {"error": "the reason"},
        {"object": "error", "message": "the reason"},
        {"detail": "the reason"},
        b"the reason",
    ],
)
def test_every_servers_way_to_say_why(server, body):
    assert "400: the reason" in str(refusal(server, status(400, body)))


@pytest.mark.parametrize(
    ("option", "params"),
    [("logprobs", {"logprobs": 0}), ("top_k", {"top_k": 4}), ("seed", {}), ("response_format", {"json_schema": {}})],
)
def test_an_option_that_the_server_does_not_take_is_named(server, option, params):
    error = refusal(server, status(400, {"error": {"message": f"Unsupported parameter: '{option}'"}}), **params)
    assert option in error.hint
    assert len(server.chats) == 1


def test_a_refusal_in_the_stream_names_the_option_too(server):
    said = {"error": {"message": "Requested sample logprobs of 99, which is greater than max allowed: 20", "code": 400}}
    assert "logprobs" in refusal(server, fake.events(said), logprobs=99).hint
    assert len(server.chats) == 1


def test_quota_that_is_used_up_does_not_come_back(server):
    refusal(server, status(429, {"error": {"message": "quota", "code": "insufficient_quota"}}))
    assert len(server.chats) == 1


@pytest.mark.parametrize(
    "page",
    [status(200, b"<!doctype html><p>Hello", "text/html"), fake.events("<html>"), status(200, b" <p>", "text/json")],
)
def test_a_web_page(server, page):
    error = refusal(server, page)
    assert "answered with a web page" in str(error)
    assert "/v1" in error.hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (status(200, b"{oops"), "not JSON: '{oops'"),
        (fake.events("{oops"), "not JSON"),
        (status(200, [1]), "expected an object"),
        (status(200, {"choices": []}), "without any choices"),
        (fake.events(fake.chunk(), "[DONE]"), "without any choices"),
        (fake.events({"choices": "none"}), 'expected "choices" to be a list'),
        (fake.events(fake.chunk({"content": [1]})), 'expected "content" to be a string'),
        (fake.events({"error": {"message": "bad grammar", "code": 400}}), "bad grammar"),
        (fake.events({"choices": [{"delta": {}, "logprobs": {"content": [{}]}}]}), 'expected "logprobs"'),
        (status(200, b"[" * 100_000), "not JSON"),
        (status(301, b"", "text/plain", location="https://elsewhere/v1"), "elsewhere"),
    ],
)
def test_answers_outside_the_agreed_form(server, answer, said):
    assert said in str(refusal(server, answer))
    assert len(server.chats) == 1


def test_a_wrong_path(server):
    server.url = server.url.removesuffix("/v1") + "/api"
    error = refusal(server, completion())
    assert "404" in str(error)
    assert "/v1" in error.hint
    with pytest.raises(ModelError, match="404") as caught:
        draw(open_at(server, ""))
    assert "/v1" in caught.value.hint


# servers that want it put differently


@pytest.mark.parametrize("named", ["stream_interval", "stream_options.continuous_usage_stats"])
def test_what_only_some_servers_know_is_left_out_where_it_is_not_known(server, named):
    server.script = [status(400, {"error": {"message": f"Unknown parameter: '{named}'"}})]
    model = open_at(server)
    assert draw(model)[0].tokens is not None
    draw(model)
    assert ["stream_interval" in request.body for request in server.chats] == [True, False, False]
    assert server.chats[-1].body["stream_options"] == {"include_usage": True}


def test_of_an_aborted_completion_the_servers_own_count_is_taken(server):
    piece = fake.chunk({"content": "many words in one piece, so that it is looked at"}, usage={"completion_tokens": 10})
    server.script = [fake.events(piece, piece, piece)]
    (done,) = draw(open_at(server), watch=lambda _, text: True)
    assert (done.finish_reason, done.tokens) == (FinishReason.ABORTED, 10)


def test_stream_options_are_left_out_where_they_are_not_known(server):
    server.script = [status(400, {"detail": "Extra inputs are not permitted: stream_options"})]
    model = open_at(server)
    assert draw(model)[0].tokens is None
    assert draw(model)[0].text == text_of(0)
    assert ["stream_options" in request.body for request in server.chats] == [True, False, False]


def test_a_cap_by_another_name(server):
    said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    server.script = [status(400, {"error": {"message": said}})]
    assert draw(open_at(server), max_tokens=2)[0].finish_reason is FinishReason.LENGTH
    assert server.chats[1].body["max_completion_tokens"] == 2
    assert "max_tokens" not in server.chats[1].body


@pytest.mark.parametrize(
    "said",
    [
        "This model's maximum context length is 64 tokens. However, you requested 90 tokens",
        "max_tokens=80 cannot be greater than max_model_len=64. Please request fewer output tokens.",
        "'max_tokens' or 'max_completion_tokens' is too large: 80.",
    ],
)
def test_a_cap_beyond_the_context_gives_way_to_the_context(server, said):
    server.script = [status(400, {"error": {"message": said}})]
    model = open_at(server)
    assert draw(model, max_tokens=80)[0].text == text_of(0)
    draw(model, max_tokens=80)
    assert [request.body.get("max_tokens") for request in server.chats] == [80, None, 80]


def test_a_prompt_beyond_the_context_is_refused(server):
    error = refusal(server, status(400, {"detail": "the prompt is longer than the context"}), max_tokens=8)
    assert "longer than the context" in str(error)
    assert len(server.chats) == 2


# the parts


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_events_however_they_are_cut(size, end):
    lines = [": hello", "event: x", "data: one", "", "data:two", "data: and \u20ac", "id: 3", "", "", "data: lost"]
    stream = end.join(lines).encode()
    reader = EventReader()
    got = [event for at in range(0, len(stream), size) for event in reader.feed(stream[at : at + size])]
    assert got == ["one", "two\nand \u20ac"]


def test_tokens_that_read_alike_keep_the_likelier():
    top = [{"token": "\ufffd", "logprob": -1.0}, {"token": "\ufffd", "logprob": -2.0}]
    assembly = Assembly()
    token = {"token": "a", "logprob": -0.5, "top_logprobs": top}
    assembly.add({"choices": [{"delta": {"content": "a"}, "logprobs": {"content": [token]}, "finish_reason": "stop"}]})
    assert assembly.completion(0, 0, SamplingParams(logprobs=2)).top_logprobs == ({"\ufffd": -1.0},)


def assembled(*tokens, **params):
    params = SamplingParams(**params)
    assembly = Assembly(params.confidences)
    choice = {"delta": {"content": "a"}, "logprobs": {"content": list(tokens)}, "finish_reason": "stop"}
    assembly.add({"choices": [choice], "usage": {"completion_tokens": len(tokens)}})
    return assembly.completion(0, 0, params)


def token(*likeliest, sampled=-0.5):
    return {"token": "a", "logprob": sampled, "top_logprobs": [{"token": "b", "logprob": each} for each in likeliest]}


def test_confidence_is_over_the_likeliest_tokens_and_nothing_else_is_kept():
    done = assembled(token(-0.5, -3.0, -1.5), token(-2.0), confidences=2)
    assert done.confidences == (1.0, 2.0)
    assert (done.logprobs, done.top_logprobs) == (None, None)
    both = assembled(token(-0.5, -1.5, sampled=-9.0), logprobs=0, confidences=20)
    assert (both.logprobs, both.confidences) == ((-9.0,), (1.0,))


def test_confidences_of_a_part_are_none_at_all():
    assert assembled(token(-0.5), token(), confidences=2).confidences is None
    assert assembled(confidences=2).confidences is None


def test_a_probability_that_is_no_number_is_outside_the_agreed_form():
    with pytest.raises(ModelError, match="log-probabilities"):
        assembled(token(sampled=float("nan")), logprobs=0)
    assert assembled(token(0.0, float("-inf")), confidences=2).confidences == (9_999 / 2,)


def test_confidences_are_asked_for_as_alternatives():
    body = request_body("m", "p", SamplingParams(confidences=20), 1)
    assert (body["logprobs"], body["top_logprobs"]) == (True, 20)
    body = request_body("m", "p", SamplingParams(logprobs=0, confidences=5), 1)
    assert (body["logprobs"], body["top_logprobs"]) == (True, 5)


def test_confidences_from_a_server(server):
    done = drawn_one(server, completion("It is 7"), confidences=20)
    assert done.confidences == (0.875,) * 3
    assert done.logprobs is None
    assert drawn_one(server, completion(with_logprobs=False), confidences=20).confidences is None


@pytest.mark.parametrize(("most", "kept"), [(20, (0.875,) * 3), (5, (0.875,) * 3), (0, None)])
def test_a_server_that_allows_few_alternatives_or_none_still_draws_chains(server, most, kept):
    """As vLLM refuses them, and servers that know no such parameter."""

    def behave(handler, body):
        if body.get("top_logprobs", 0) > most:
            said = f"Requested sample logprobs of {body['top_logprobs']}, which is greater than max allowed: {most}"
            status(400, {"error": {"message": said, "code": 400}})(handler, body)
        else:
            completion("It is 7")(handler, body)

    async def chains():
        model, settings = open_at(server), Settings(chains=4)
        evidence = token_evidence(registry.strategy("deepconf-tail"), settings)
        return [chain async for chain in sampling.draw(model, Problem(text="3 + 4?"), settings, evidence=evidence)]

    server.always = behave
    drawn = asyncio.run(chains())
    assert [(chain.text, chain.confidences) for chain in drawn] == [("It is 7", kept)] * 4


def test_importing_the_backend_stays_light():
    heavy = "sympy torch vllm z3 onnxruntime openai numpy"
    code = f"import clra.models.openai, sys; print([name for name in {heavy.split()} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def one_at_a_time(server):
    """What a server does that drops its answer when it is asked for another."""
    newest = []

    def behave(handler, body):
        with server.lock:
            newest.append(body["seed"])
            first = len(newest) == 1
        assert not first or eventually(lambda: len(newest) > 1)
        handler.begin_stream()
        for word in text_of(body["seed"]).split():
            handler.event(fake.chunk({"content": f"{word} "}))
            handler.wait(0.02)
            if newest[-1] != body["seed"]:
                break
        else:
            handler.event(fake.chunk({}, finish_reason="stop"))
        handler.event("[DONE]")
        handler.end_stream()

    return behave


def test_a_server_that_drops_its_answer_for_the_next_is_asked_one_at_a_time(server, caplog):
    server.always = one_at_a_time(server)
    drawn = draw(open_at(server, retries=5), seeds=tuple(range(12)))
    assert sorted((done.index, done.text.split()) for done in drawn) == [
        (seed, text_of(seed).split()) for seed in range(12)
    ]
    assert caplog.messages == [f"{server.url} breaks answers off when it is asked for more: asking one at a time"]


def test_a_server_that_breaks_off_now_and_then_is_asked_for_many_at_a_time_all_the_same(server, caplog):
    model = open_at(server, retries=9)
    server.script = [completion(finish_reason=None, done=False)] * 5
    assert len(draw(model, seeds=(50,))) == 1, "nothing else was asked for"

    def behave(handler, body):
        assert eventually(lambda: server.most_at_once > 1)
        completion()(handler, body)

    server.script, server.always = [completion(finish_reason=None, done=False)] * 5, behave
    assert len(draw(model, seeds=tuple(range(16)))) == 16
    assert server.most_at_once > 1
    assert caplog.messages == []
