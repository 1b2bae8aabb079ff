import asyncio

import pytest

from clra.config import Settings
from clra.errors import ModelUnavailableError
from clra.models import retry
from clra.models.openai import open_model
from clra.protocols import SamplingParams
from tests.models import fake_server as fake
from tests.models.fake_server import MODEL, text_of

SEEDS = tuple(range(12))


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)


@pytest.fixture
def servers():
    with fake.fake_server() as first, fake.fake_server() as second:
        yield first, second


def draw(address: str, **settings):
    async def all_of_them():
        model = open_model(f"{address}#{MODEL}", Settings(**{"retries": 0, "timeout": 60, **settings}))
        try:
            return [done async for done in model.sample("What is 3 + 4?", SamplingParams(seeds=SEEDS))]
        finally:
            await model.aclose()

    return asyncio.run(all_of_them())


def texts(drawn) -> list[str]:
    return [done.text for done in sorted(drawn, key=lambda done: done.index)]


def test_servers_share_the_work_and_the_seeds_decide_the_texts(servers):
    first, second = servers
    drawn = draw(f"{first.url},{second.url}")
    assert texts(drawn) == list(map(text_of, SEEDS))
    assert len(first.chats) == len(second.chats) == len(SEEDS) / 2
    assert texts(drawn) == texts(draw(first.url))


def test_a_busy_server_gets_less(servers):
    first, second = servers

    def busy(handler, body):
        assert fake.eventually(lambda: len(second.chats) > len(SEEDS) / 2)
        fake.completion()(handler, body)

    first.always = busy
    drawn = draw(f"{first.url},{second.url}", concurrency=1)
    assert texts(drawn) == list(map(text_of, SEEDS))
    assert len(first.chats) < len(second.chats)


def test_what_a_dying_server_was_drawing_is_drawn_elsewhere(servers):
    first, second = servers
    first.always = fake.die()
    drawn = draw(f"{first.url},{second.url}")
    assert texts(drawn) == list(map(text_of, SEEDS))


def test_an_address_that_nobody_answers_at_is_left_out(servers):
    drawn = draw(f"http://127.0.0.1:9/v1,{servers[1].url}")
    assert texts(drawn) == list(map(text_of, SEEDS))


def test_no_server_at_all_is_an_error():
    with pytest.raises(ModelUnavailableError):
        draw("http://127.0.0.1:9/v1,http://127.0.0.1:10/v1")
