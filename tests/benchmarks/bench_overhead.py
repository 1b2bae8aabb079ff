"""Measure what clra adds to the time that a server needs for the same chains: 40 held-out problems, K = 32.

The chains are drawn by the ``openai`` client alone, in whole answers and streamed, and by clra, which reads and checks
them meanwhile: the same prompts, seeds and parameters, and as many requests at a time. Each round takes the ways in
another order, so that a busy machine meets them all. The server is first a vLLM, which needs this machine's processors
itself, then one that only waits, as if another machine drew the chains, so many tokens a second for each of them:
it answers with chains of the embedded clra-nano.

usage: python -m tests.benchmarks.bench_overhead [--problems 40] [--chains 32] [--rounds 3] [--at-once 1] [--jobs N]
           [--servers vllm waiting] [--pace 50]

vLLM must be installed beside clra (see .ci/vllm); it brings the client.
"""

import argparse
import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil
from openai import AsyncOpenAI

from clra import registry
from clra.config import Settings, load_settings
from clra.engine import open_judges
from clra.prompts import prompt_set
from clra.protocols import SamplingParams
from clra.seeds import chain_seed
from clra.store import StoredSolution
from clra.tasks import Task, solve_tasks
from clra.types import Problem
from examples.train_nano.evaluate import problems
from tests.models.fake_server import Handler, chunk, fake_server
from tests.models.vllm_engine import serving

TEMPERATURE = 0.8
PIECES = re.compile(r"\S+\s*|\s+")

Texts = dict[str, str]
"""Prompt and seed -> what was drawn."""
Way = Callable[[], Awaitable[Texts]]


class Spent(NamedTuple):
    """What a way took: wall time, and processor time of the client, its workers and the server."""

    wall: float
    client: float
    workers: float
    server: float


def key_of(prompt: str, seed: int) -> str:
    """What a chain is known by."""
    return f"{seed} {prompt}"


def prompt_of(problem: Problem) -> str:
    """What clra asks of the model."""
    return prompt_set("nano").render("solve", problem=problem.text)


async def by_client(url: str, wanted: list[Problem], settings: Settings, at_once: int, *, stream: bool) -> Texts:
    """Draw with the openai client and nothing else."""
    found: Texts = {}
    async with AsyncOpenAI(base_url=url, api_key="none", timeout=settings.timeout) as client:
        gate = asyncio.Semaphore(settings.concurrency)

        async def draw(prompt: str, seed: int) -> None:
            asked = {
                "model": "nano",
                "messages": [{"role": "user", "content": prompt}],
                "seed": seed,
                "temperature": TEMPERATURE,
            }
            async with gate:
                if stream:
                    parts = []
                    async for part in await client.chat.completions.create(
                        **asked, stream=True, stream_options={"include_usage": True}
                    ):
                        parts += [choice.delta.content or "" for choice in part.choices]
                    found[key_of(prompt, seed)] = "".join(parts)
                else:
                    answer = await client.chat.completions.create(**asked)
                    found[key_of(prompt, seed)] = answer.choices[0].message.content or ""

        for start in range(0, len(wanted), at_once):
            asked = [
                (prompt_of(problem), chain_seed(settings.seed, problem, index))
                for problem in wanted[start : start + at_once]
                for index in range(settings.chains)
            ]
            await asyncio.gather(*(draw(prompt, seed) for prompt, seed in asked))
    return found


async def by_clra(url: str, wanted: list[Problem], settings: Settings, at_once: int) -> Texts:
    """Draw with clra, which reads and checks all that comes, and votes."""
    settings = settings.having(model=f"openai:{url}#nano")
    found: Texts = {}
    model = registry.open_model(settings)
    try:
        async with open_judges(settings, registry.strategy(settings.strategy)) as judges:
            tasks = [Task(place, 0, problem, settings) for place, problem in enumerate(wanted)]
            async with aclosing(
                solve_tasks(tasks, model=model, judges=judges, at_once=at_once, stop=asyncio.Event())
            ) as results:
                async for result in results:
                    assert isinstance(result, StoredSolution), result
                    prompt = prompt_of(result.solution.problem)
                    for chain in result.solution.chains:
                        found[key_of(prompt, chain.chain.seed or 0)] = chain.chain.text
    finally:
        await model.aclose()
    return found


def processor_seconds(processes: list[psutil.Process]) -> float:
    """Of these that are still there."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def measured(way: Way, server: psutil.Process) -> tuple[Spent, Texts]:
    """Run a way, and tell what it took. Workers that ended before the last is counted are not in it."""
    own = psutil.Process()
    serving_processes = [server, *server.children(recursive=True)]
    before, of_server = processor_seconds([own]), processor_seconds(serving_processes)
    workers = 0.0

    async def watched() -> Texts:
        nonlocal workers
        at_work = asyncio.ensure_future(way())
        while not at_work.done():
            helpers = [each for each in own.children() if each not in serving_processes]
            workers = max(workers, processor_seconds(helpers))
            await asyncio.wait({at_work}, timeout=0.25)
        return at_work.result()

    begun = time.perf_counter()
    found = asyncio.run(watched())
    wall = time.perf_counter() - begun
    spent = Spent(wall, processor_seconds([own]) - before, workers, processor_seconds(serving_processes) - of_server)
    return spent, found


def compare(title: str, url: str, server: psutil.Process, options: argparse.Namespace) -> None:
    """Take all ways in turn and print what each took."""
    wanted = problems(options.problems, unseen=False)
    settings = load_settings(
        prompts="nano", chains=options.chains, exhaustive=True, temperature=TEMPERATURE, jobs=options.jobs
    )
    at_once = options.at_once
    ways: dict[str, Way] = {
        "client, whole answers": lambda: by_client(url, wanted, settings, at_once, stream=False),
        "client, streamed": lambda: by_client(url, wanted, settings, at_once, stream=True),
        "clra": lambda: by_clra(url, wanted, settings, at_once),
        "clra, no verifiers": lambda: by_clra(url, wanted, settings.having(verifiers=()), at_once),
    }
    drawn = asyncio.run(by_client(url, wanted, settings, at_once, stream=False))
    taken: dict[str, list[Spent]] = {name: [] for name in ways}
    alike: dict[str, int] = {}
    names = list(ways)
    for round_number in range(options.rounds):
        turn = round_number % len(names)
        order = names[turn:] + names[:turn]
        for name in order[::-1] if round_number % 2 else order:
            spent, found = measured(ways[name], server)
            taken[name].append(spent)
            print(f"round {round_number + 1}, {name}: {spent.wall:.1f} s", file=sys.stderr, flush=True)
            assert found.keys() == drawn.keys(), name
            alike[name] = sum(found[key] == text for key, text in drawn.items())
    print(f"{title}: {len(wanted)} problems, {len(drawn)} chains, {at_once} problems at once, {options.rounds} rounds")
    print(f"{'':24} wall s (each)                    processor s: client  workers  server   same texts")
    for name, each in taken.items():
        walls = "  ".join(f"{spent.wall:6.1f}" for spent in each)
        client, workers, serve = (statistics.median(column) for column in list(zip(*each, strict=True))[1:])
        print(f"{name:24} {walls:32} {client:12.1f} {workers:8.1f} {serve:8.1f} {alike[name]:8}")
    for name in ("clra", "clra, no verifiers"):
        for against in ("client, whole answers", "client, streamed"):
            ratios = [a.wall / b.wall for a, b in zip(taken[name], taken[against], strict=True)]
            each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
            print(f"{name} / {against}: median {statistics.median(ratios):.3f} ({each})")
    print(flush=True)


def embedded_chains(options: argparse.Namespace) -> Texts:
    """The same weights' chains for the same seeds, drawn in this process."""
    settings = load_settings(chains=options.chains, exhaustive=True, temperature=TEMPERATURE)
    found: Texts = {}

    async def draw_all() -> None:
        model = registry.open_model(settings)
        for problem in problems(options.problems, unseen=False):
            prompt = prompt_of(problem)
            seeds = tuple(chain_seed(settings.seed, problem, index) for index in range(options.chains))
            async for done in model.sample(prompt, SamplingParams(seeds=seeds, temperature=TEMPERATURE)):
                found[key_of(prompt, seeds[done.index])] = done.text
        await model.aclose()

    asyncio.run(draw_all())
    return found


def wait_and_answer(handler: Handler, body: dict[str, object], texts: Texts, pace: float) -> None:
    """Answer with the recorded chain, at the pace of a server elsewhere."""
    prompt = body["messages"][0]["content"]  # type: ignore[index]
    text = texts[key_of(prompt, body["seed"])]  # type: ignore[arg-type]
    pieces = PIECES.findall(text)
    usage = {"prompt_tokens": 1, "completion_tokens": len(pieces), "total_tokens": 1 + len(pieces)}
    named = {"id": "0", "created": 0, "model": "nano"}
    begun = time.monotonic()
    if not body.get("stream"):
        handler.wait(len(pieces) / pace)
        message = {"role": "assistant", "content": text}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        handler.reply(200, {**named, "object": "chat.completion", "choices": choices, "usage": usage})
        return
    handler.begin_stream()
    for number, piece in enumerate(pieces, start=1):
        handler.wait(begun + number / pace - time.monotonic())
        handler.event({**named, **chunk({"content": piece})})
    handler.event({**named, **chunk({}, "stop")})
    handler.event({**named, **chunk(usage=usage)})
    handler.event("[DONE]")
    handler.end_stream()


def serve_recorded(path: Path, pace: float) -> None:
    """Be the server that waits, until nobody writes to it any more; its address is printed."""
    texts: Texts = json.loads(path.read_text())
    with fake_server() as server:
        server.models = ["nano"]
        server.always = lambda handler, body: wait_and_answer(handler, body, texts, pace)
        print(server.url, flush=True)
        sys.stdin.read()


@contextmanager
def waiting(texts: Texts, pace: float) -> Iterator[tuple[str, psutil.Process]]:
    """The server that waits, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.json"
        path.write_text(json.dumps(texts))
        command = [sys.executable, "-m", "tests.benchmarks.bench_overhead", "--serve", str(path), "--pace", str(pace)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            yield process.stdout.readline().strip(), psutil.Process(process.pid)
            process.stdin.close()


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=40)
    parser.add_argument("--chains", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-once", type=int, default=1, help="problems under way together")
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--servers", nargs="+", choices=("vllm", "waiting"), default=["vllm", "waiting"])
    parser.add_argument("--pace", type=float, default=50, help="tokens a second, of the server that waits")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve is not None:
        serve_recorded(options.serve, options.pace)
        return
    if "vllm" in options.servers:
        with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "server.log") as url:
            (server,) = (each for each in psutil.Process().children() if "api_server" in " ".join(each.cmdline()))
            compare("vLLM on this machine", url, server, options)
    if "waiting" in options.servers:
        with waiting(embedded_chains(options), options.pace) as (url, server):
            compare(f"a server elsewhere, {options.pace:g} tokens/s for each chain", url, server, options)


if __name__ == "__main__":
    main()
