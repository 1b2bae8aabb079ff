import asyncio
import time
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from clra.config import Settings
from clra.errors import ConfigError, ModelUnavailableError, StoreError
from clra.models import connection, retry, spread
from clra.models.openai import open_model
from clra.protocols import SamplingParams
from clra.run_settings import run_header
from clra.store import RunStore
from clra.stored_model import StoredModel
from tests.hanging import no_hang
from tests.models import fake_server as fake
from tests.models import vllm_engine
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


def ask(model, *seeds: int) -> list[str]:
    """The texts that one call of the model brings."""

    async def all_of_them():
        return [done async for done in model.sample("What is 3 + 4?", SamplingParams(seeds=seeds))]

    return texts(asyncio.run(all_of_them()))


def opened(*servers, model=f"#{MODEL}", **settings):
    addresses = ",".join(each if isinstance(each, str) else each.url for each in servers)
    return open_model(f"{addresses}{model}", Settings(**{"retries": 0, "timeout": 600, **settings}))


@pytest.fixture
def clock(monkeypatch):
    """By which servers are looked at again; ``ahead`` is how far it is ahead of the real one."""
    clock = SimpleNamespace(ahead=0.0)
    clock.monotonic = lambda: time.monotonic() + clock.ahead
    for module in (connection, spread):
        monkeypatch.setattr(module, "time", clock)
    return clock


def test_a_server_that_is_down_is_not_tried_in_every_call(servers, monkeypatch):
    monkeypatch.setattr(retry, "FIRST_PAUSE", 3600.0)  # no retries while another one is up
    monkeypatch.setattr(spread, "LOOK_AGAIN", 3600.0)
    first, second = servers
    first.always = fake.status(500)
    model = opened(*servers, retries=5)
    with no_hang():
        assert [ask(model, seed) for seed in SEEDS] == [[text_of(seed)] for seed in SEEDS]
    assert (len(first.chats), len(second.chats)) == (1, len(SEEDS))


def test_a_server_that_is_down_is_looked_at_again_by_one_request(servers, clock):
    first, second = servers
    model = opened(*servers)
    first.always = fake.die()
    assert ask(model, 0) == [text_of(0)]
    clock.ahead += spread.LOOK_AGAIN

    def die_late(handler, body):
        assert fake.eventually(lambda: len(second.chats) >= len(SEEDS))
        fake.status(500)(handler, body)

    first.always = die_late
    assert ask(model, *SEEDS) == list(map(text_of, SEEDS))
    assert len(first.chats) == 2


def test_a_server_that_is_up_again_shares_the_work(servers, clock):
    first, _ = servers
    model = opened(*servers)
    first.script = [fake.die(0)]
    assert ask(model, 0) == [text_of(0)]
    clock.ahead += spread.LOOK_AGAIN
    assert ask(model, 1) == [text_of(1)]
    assert len(first.chats) == 2
    assert ask(model, *SEEDS) == list(map(text_of, SEEDS))
    assert len(first.chats) == 2 + len(SEEDS) / 2


def test_when_all_are_gone_they_are_waited_for_and_the_first_to_return_goes_on(caplog):
    with fake.fake_server() as first, fake.fake_server() as second:
        model = opened(first, second)
        ask(model, *SEEDS)
    port = int(second.url.rpartition(":")[2].removesuffix("/v1"))

    async def outlive():
        async def draw_all():
            return [done async for done in model.sample("What is 3 + 4?", SamplingParams(seeds=SEEDS))]

        drawing = asyncio.create_task(draw_all())
        assert await asyncio.to_thread(fake.eventually, lambda: bool(caplog.messages))
        with fake.fake_server(port):
            return await drawing

    with no_hang():
        assert texts(asyncio.run(outlive())) == list(map(text_of, SEEDS))
    both = f"{first.url} or {second.url}"
    assert caplog.messages == [f"nobody answers at {both} any more: trying for 600 seconds", f"{both} answers again"]


def test_what_no_server_brings_does_not_cost_the_others(servers):
    broken = fake.status(500)
    for server in servers:
        server.always = lambda handler, body: (broken if body["seed"] == 1 else fake.completion())(handler, body)
    got = {}

    async def collect():
        async for done in opened(*servers, retries=1).sample("p", SamplingParams(seeds=SEEDS)):
            got[done.seed] = done.text

    with pytest.raises(ModelUnavailableError, match="tried 2 times"):
        asyncio.run(collect())
    assert got == {seed: text_of(seed) for seed in SEEDS if seed != 1}
    assert [sum(chat.body["seed"] == 1 for chat in server.chats) for server in servers] == [2, 2]


def test_its_name_is_that_of_the_model_once_it_is_known(servers):
    model = opened(*servers, model="")
    assert model.name == f"openai:{servers[0].url}"
    ask(model, 0)
    assert model.name == f"openai:{MODEL}"


def test_a_resumed_run_notices_that_the_servers_offer_another_model(servers, tmp_path):
    with RunStore.create(tmp_path / "run.sqlite", run_header("run", Settings(), dataset="d")) as store:
        ask(StoredModel(opened(*servers, model=""), store), 0)
        for server in servers:
            server.models = ["other"]
        with pytest.raises(StoreError, match=f"is now openai:other, and the run began with openai:{MODEL}"):
            ask(StoredModel(opened(*servers, model=""), store), 1)


def test_servers_of_different_models_are_refused_before_anything_is_drawn(servers):
    first, second = servers
    second.models = ["other"]
    model = opened(*servers, model="")
    for _ in range(2):
        with pytest.raises(ConfigError, match=f"{first.url} serves {MODEL}, {second.url} serves other"):
            ask(model, 0)
    assert first.chats == second.chats == []


def test_a_server_that_comes_up_later_must_serve_the_same(clock):
    port = vllm_engine.free_port()
    with ExitStack() as running:
        first = running.enter_context(fake.fake_server())
        model = opened(first, f"http://127.0.0.1:{port}/v1", model="")
        assert ask(model, *SEEDS) == list(map(text_of, SEEDS))
        second = running.enter_context(fake.fake_server(port))
        second.models = ["other"]
        clock.ahead += spread.LOOK_AGAIN
        with pytest.raises(ConfigError, match="different models"):
            ask(model, *SEEDS)
        assert second.chats == []
