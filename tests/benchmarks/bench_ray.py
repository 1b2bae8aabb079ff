"""What Ray costs on one machine: the same problems by clra-nano, without Ray and with it, and whether all is the same.

::

    python tests/benchmarks/bench_ray.py [PROBLEMS [CHAINS]]

Each of the two has as many processes that check claims. They take turns by a part of the problems, so that what else
the machine does meets both alike; the starts of Ray and of its worker, which every pipeline waits for, are told apart.
"""

import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from clra.config import Settings
from clra.evaluation import evaluate
from clra.ray_runner import ray_runner
from clra.run_settings import run_header
from clra.store import RunStore
from clra.types import Problem
from examples.train_nano.problems import held_out
from tests.stored_runs import timeless

PARTS = 4


def main():
    count, chains = (*map(int, sys.argv[1:]), *(200, 8)[len(sys.argv) - 1 :])
    settings = Settings(chains=chains, jobs=2, exhaustive=True, claim_seconds=60, chain_seconds=300)
    problems = [Problem(text=each.text, id=str(n), gold=str(each.gold)) for n, each in enumerate(held_out(count))]
    seconds, starts, different, tokens = {False: 0.0, True: 0.0}, [], 0, 0
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        begun = time.perf_counter()
        runner = stack.enter_context(ray_runner(settings))
        print(f"Ray was up after {time.perf_counter() - begun:.1f} s", flush=True)
        for part in range(PARTS):
            mine, stores = problems[part::PARTS], {}
            for by_ray in (False, True) if part % 2 else (True, False):
                path = Path(folder) / f"{part}-{by_ray}.sqlite"
                store = stack.enter_context(RunStore.create(path, run_header(path.stem, settings, dataset="held out")))
                store.add_problems(mine)
                arrivals = []

                def came(progress, arrivals=arrivals):
                    arrivals.append((progress.tasks, time.perf_counter()))

                begun = time.perf_counter()
                session = asyncio.run(evaluate(store, settings, runner=runner if by_ray else None, on_progress=came))
                assert session.complete, session
                first = next(when for tasks, when in arrivals if tasks)
                seconds[by_ray] += time.perf_counter() - first
                starts.append((by_ray, first - begun))
                stores[by_ray] = store
                tokens += session.drawn_tokens
            for here, there in zip(stores[False].solutions(), stores[True].solutions(), strict=True):
                different += timeless(here.solution) != timeless(there.solution)
    print(f"{count} problems, {chains} chains each, {tokens // 2:,} tokens; {different} solutions differ")
    for by_ray, name in ((False, "without Ray"), (True, "with Ray")):
        waited = [each for kind, each in starts if kind is by_ray]
        print(f"{name:12} first after {min(waited):.1f} to {max(waited):.1f} s, the rest in {seconds[by_ray]:.1f} s")
    print(f"ratio {seconds[True] / seconds[False]:.2f}")


if __name__ == "__main__":
    main()
