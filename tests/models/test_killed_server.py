"""A server that is killed in the middle of a run and started again: the run ends as if nothing had happened."""

import asyncio
import json
import logging
import subprocess
import sys
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest

from clra import evaluation
from clra.config import Settings
from clra.engine import Judges
from clra.errors import ModelUnavailableError
from clra.evaluation import evaluate
from clra.models import connection, retry
from clra.models.openai import OpenAIModel, open_model
from clra.protocols import SamplingParams
from clra.run_settings import run_header
from clra.seeds import chain_seed
from clra.store import RunStore
from clra.types import Problem
from tests.hanging import no_hang
from tests.models import fake_server as fake
from tests.models import vllm_engine
from tests.models.fake_server import completion, fake_server, text_of
from tests.stored_runs import ReadingPool

ROOT = Path(__file__).parents[2]
PROBLEMS = tuple(
    Problem(text=f"Tom has {n} apples and buys 7 more. How many apples does Tom have?", id=f"apples-{n}")
    for n in range(20, 26)
)
CHAINS = 4


class Reading(ReadingPool):
    """With what `evaluate` asks of a pool besides."""

    incidents: ClassVar[dict[str, int]] = {}


@pytest.fixture(autouse=True)
def _reading(monkeypatch):
    """No worker process is started."""

    @asynccontextmanager
    async def open_judges(settings, vote=None):
        yield Judges(Reading())

    monkeypatch.setattr(evaluation, "open_judges", open_judges)


@dataclass
class Killer:
    """Kills a server as the chains of a run come, and starts another in its place."""

    start: object
    stop: object
    after: list[int]
    """How many chains there are when it kills."""
    store: RunStore | None = None
    kept: list[set[str]] = field(default_factory=list)
    """The keys of the completions that were in the store when it killed."""

    def look(self, progress):
        if self.after and progress.chains >= self.after[0]:
            del self.after[0]
            self.stop()
            self.kept.append(keys(self.store))
            self.start()


def keys(store):
    return {key for (key,) in store._rows("SELECT key FROM completions")}


def run_through(tmp_path, url, killer, **choices):
    """Evaluate while the server is killed; all solutions, once they were seen to be whole."""
    settings = Settings(
        model=f"openai:{url}",
        chains=CHAINS,
        concurrency=CHAINS,
        exhaustive=True,
        strategy="majority",
        base_url=None,
        **choices,
    )
    with RunStore.create(tmp_path / "run.sqlite", run_header("run", settings, dataset="apples")) as store:
        store.add_problems(PROBLEMS)
        killer.store = store
        session = asyncio.run(evaluate(store, settings, on_progress=killer.look))
        assert (session.complete, session.failures, session.stopped) == (True, (), "")
        assert not killer.after
        solutions = [each.solution for each in store.solutions()]
        everything = keys(store)
    assert [solution.problem.id for solution in solutions] == [problem.id for problem in PROBLEMS]
    for solution in solutions:
        seeds = [chain_seed(settings.seed, solution.problem, index) for index in range(CHAINS)]
        assert [(each.chain.index, each.chain.seed) for each in solution.chains] == list(enumerate(seeds))
        assert solution.complete
    assert len(everything) == len(PROBLEMS) * CHAINS
    assert session.drawn_tokens == sum(solution.usage.tokens for solution in solutions)
    assert all(found < everything for found in killer.kept)
    return solutions


def test_a_run_outlives_its_server(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.05)
    port, log = vllm_engine.free_port(), tmp_path / "asked.jsonl"
    running: list[subprocess.Popen] = []

    def start():
        command = [sys.executable, "-m", "tests.models.test_killed_server", str(port), str(log)]
        running.append(subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE))

    def kill():
        running[-1].kill()
        running[-1].wait()

    start()
    running[0].stdout.readline()
    try:
        killer = Killer(start, kill, [3, 11])
        with caplog.at_level(logging.WARNING):
            solutions = run_through(tmp_path, f"http://127.0.0.1:{port}/v1#{fake.MODEL}", killer, retries=1)
    finally:
        for process in running:
            process.kill()
            process.communicate()
    assert {each.chain.text for solution in solutions for each in solution.chains} == {
        text_of(chain_seed(0, problem, index)) for problem in PROBLEMS for index in range(CHAINS)
    }
    asked = Counter(log.read_text().splitlines())
    assert len(asked) == len(PROBLEMS) * CHAINS
    asked_twice = sum(asked.values()) - len(asked)
    assert asked_twice <= 2 * 2 * CHAINS  # what was under way when it was killed
    assert caplog.messages == [f"nobody answers at http://127.0.0.1:{port}/v1 any more: trying for 600 seconds",
                    f"http://127.0.0.1:{port}/v1 answers again"] * 2  # fmt: skip


@pytest.mark.filterwarnings("default")
def test_a_run_outlives_a_real_vllm(tmp_path):
    vllm_engine.needs_vllm()
    port, log = vllm_engine.free_port(), tmp_path / "server.log"
    with vllm_engine.started(log, port) as first:
        vllm_engine.wait_until_up(first, port, log)
        # it starts at the same port as soon as the first is dead
        second = vllm_engine.started(log, port)
        killer = Killer(second.__enter__, lambda: vllm_engine.kill(first), [5])
        try:
            run_through(tmp_path, f"http://127.0.0.1:{port}/v1#nano", killer, prompts="nano", temperature=0.8)
        finally:
            second.__exit__(None, None, None)


def draw(model, seeds=(0, 1)):
    async def all_of_them():
        return [done.text async for done in model.sample("p", SamplingParams(seeds=seeds))]

    return asyncio.run(all_of_them())


def patient(server, patience):
    return OpenAIModel(
        server.url, fake.MODEL, timeout=60, retries=0, concurrency=4, absence=retry.Absence(server.url, patience)
    )


def answered_once(patience):
    """A model whose server answered, and is no more."""
    with fake_server() as server:
        model = patient(server, patience)
        assert sorted(draw(model)) == [text_of(0), text_of(1)]
    return model


def test_a_server_that_does_not_come_back_is_given_up_after_the_timeout(monkeypatch, caplog):
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)
    model = answered_once(patience=2.0)
    with no_hang(), pytest.raises(ModelUnavailableError, match=r"nobody answers .* \(tried \d+ times\)"):
        draw(model)
    (told,) = caplog.messages
    assert told.endswith("any more: trying for 2 seconds")


def test_what_is_asked_after_that_fails_at_once(monkeypatch):
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)
    model = answered_once(patience=2.0)
    for _ in range(2):
        with no_hang(), pytest.raises(ModelUnavailableError) as caught:
            draw(model, seeds=(0,))
    assert "tried" not in str(caught.value)


def test_nobody_is_waited_for_where_others_take_over(monkeypatch, caplog):
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)
    with fake_server() as stays:
        with fake_server() as goes:
            model = open_model(f"{goes.url},{stays.url}#{fake.MODEL}", Settings(base_url=None, retries=1))
            assert len(draw(model)) == 2
        with no_hang():
            assert sorted(draw(model)) == [text_of(0), text_of(1)]
    assert caplog.messages == []


def test_a_server_that_was_never_there_is_not_waited_for():
    url = "http://127.0.0.1:9/v1"
    model = OpenAIModel(url, "m", timeout=600, retries=9, concurrency=1, absence=retry.Absence(url, 600))
    with no_hang(), pytest.raises(ModelUnavailableError):
        draw(model)


@pytest.mark.parametrize("code", [502, 503])
def test_a_server_that_loads_its_model_again_is_waited_for(monkeypatch, caplog, code):
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(connection, "QUIET", 0.0)
    with fake_server() as server:
        model = patient(server, 600)
        draw(model)
        server.script = [fake.status(code)] * 8
        assert draw(model, seeds=(0,)) == [text_of(0)]
        assert caplog.messages == [f"nobody answers at {server.url} any more: trying for 600 seconds",
                                   f"{server.url} answers again"]  # fmt: skip


@pytest.mark.parametrize(
    ("quiet", "answer"),
    [
        (0.0, fake.status(503, retry_after="0")),
        (0.0, fake.status(500)),
        (1e9, fake.status(503)),  # it was heard just now
    ],
)
def test_a_server_that_turns_a_request_away_is_not_waited_for(monkeypatch, caplog, quiet, answer):
    monkeypatch.setattr(connection, "QUIET", quiet)
    with fake_server() as server:
        model = patient(server, 600)
        draw(model)
        server.always = answer
        with no_hang(), pytest.raises(ModelUnavailableError):
            draw(model)
    assert caplog.messages == []


def test_a_server_that_never_answered_well_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(connection, "QUIET", 0.0)
    with fake_server() as server:
        server.always = fake.status(503)
        with no_hang(), pytest.raises(ModelUnavailableError):
            draw(patient(server, 600))


def _serve(port: int, log: Path) -> None:
    """Be the server that is killed; what it is asked is written down."""

    def behave(handler, body):
        with log.open("a") as file:  # before it answers, upon which it may be killed
            file.write(json.dumps([body["seed"], body["messages"][0]["content"]]) + "\n")
        completion(between=0.01)(handler, body)

    with fake_server(port) as server:
        server.always = behave
        print("up", flush=True)  # noqa: T201
        sys.stdin.read()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), Path(sys.argv[2]))
