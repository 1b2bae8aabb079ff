"""What who watches gets to see of a server's stream, and what the server sees of it."""

import asyncio
from itertools import pairwise

import pytest

from clra.config import Settings
from clra.models import retry
from clra.models.openai import open_model
from clra.models.watching import LEAST, SHARE, Watcher
from clra.protocols import SamplingParams
from clra.types import FinishReason
from tests.models import fake_server as fake
from tests.models.fake_server import eventually

LONG = " ".join(f"word{number}" for number in range(400))


@pytest.fixture
def server():
    with fake.fake_server() as running:
        yield running


def draw(server, watch, **choices):
    async def first():
        model = open_model(f"{server.url}#tiny", Settings(retries=2, timeout=60))
        try:
            params = SamplingParams(seeds=(4,), watch=watch, **choices)
            return await anext(model.sample("What is 3 + 4?", params))
        finally:
            await model.aclose()

    return asyncio.run(first())


def test_the_server_is_hung_up_on(server):
    server.always = fake.completion(" ".join([LONG] * 20), between=0.01)  # a minute and more
    done = draw(server, lambda _, text: len(text) > 100)
    assert done.finish_reason is FinishReason.ABORTED
    assert 100 < len(done.text) < 200
    assert eventually(lambda: server.hung_up == 1)


def test_tokens_of_an_aborted_text_are_those_that_came(server):
    server.always = fake.completion(LONG)
    done = draw(server, lambda _, text: len(text) > 100, logprobs=0)
    assert done.tokens == len(done.text.split()) == len(done.logprobs)


def test_thoughts_stand_before_the_text(server):
    thoughts = " ".join(f"thought{number}" for number in range(20))
    server.always = fake.completion(LONG, reasoning=thoughts)
    seen = []
    draw(server, lambda _, text: seen.append(text) is not None)
    assert seen[0].startswith("<think>thought0")
    assert "</think>" not in seen[0]
    assert f"{thoughts} </think>\nword0" in seen[-1]
    assert all(later.startswith(earlier) for earlier, later in pairwise(seen))


def test_what_is_drawn_anew_is_watched_from_its_beginning(server, monkeypatch):
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)
    server.script = [fake.completion(LONG, finish_reason=None, done=False)]
    server.always = fake.completion(LONG)
    seen = []
    done = draw(server, lambda _, text: seen.append(text) is not None)
    assert done.text == LONG
    assert len(server.chats) == 2
    assert [len(later) < len(earlier) for earlier, later in pairwise(seen)].count(True) == 1


def test_a_server_that_does_not_stream_is_not_watched(server):
    server.always = fake.whole(LONG)
    assert draw(server, lambda *_: True).finish_reason is FinishReason.STOP


def test_a_long_text_is_looked_at_less_often():
    watcher, looks = Watcher(SamplingParams(watch=lambda *_: False), 0), []
    for length in range(0, 100_000, 4):
        if watcher.due(length):
            looks.append(length)
            watcher.aborts("x" * length)
    assert looks[:3] == [LEAST, 2 * LEAST, 3 * LEAST]
    assert all(later - earlier <= max(LEAST, later // SHARE) + 4 for earlier, later in pairwise(looks))
    assert len(looks) < 500
