"""Compare engines on the same weights: clra-nano embedded, in vLLM in this process, and in a vLLM behind HTTP.

Every engine draws its own chains for the same held-out problems and judges its own claims, as the published CLR does.
Differences to the embedded engine are paired over problems, with 95 % bootstrap intervals; draws differ, since no two
engines round alike. Runs go on where an earlier one was interrupted.

usage: python -m tests.benchmarks.bench_engines [--problems 100] [--chains 16] [--seeds 0 1 2] [--no-critic]
           [--engines embedded vllm http] --out FOLDER

vLLM must be installed beside clra (see .ci/vllm).
"""

import argparse
import asyncio
import os
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import numpy as np

from clra import registry
from clra.comparison import JudgedProblem
from clra.config import Settings, load_settings
from clra.engine import asolve, open_judges
from clra.parsing.answers import key_for
from clra.statistics import Floats, bootstrap_intervals
from clra.store import RunHeader, RunStore
from examples.train_nano.evaluate import problems
from tests.models.vllm_engine import QUIET, WEIGHTS, serving

VOTES = ("majority", "clra", "clr")
ENGINES = ("embedded", "vllm", "http")


async def record(path: Path, settings: Settings, count: int, *, anew: bool) -> float:
    """Solve the problems that the run does not hold yet; wall seconds."""
    wanted = problems(count, unseen=False)
    header = RunHeader(name=path.stem, created="", version="", settings={}, dataset="held out")
    begun = time.perf_counter()
    with RunStore.create(path, header) if anew else RunStore.open(path, write=True) as store:
        if not store.problems():
            store.add_problems(wanted)
        model = registry.open_model(settings)
        try:
            async with open_judges(settings, registry.strategy(settings.strategy)) as judges:
                for position, problem in enumerate(wanted):
                    if store.solution(position, 0) is None:
                        solution = await asolve(problem, model=model, judges=judges, settings=settings)
                        store.add_solution(position, 0, solution)
        finally:
            await model.aclose()
    return time.perf_counter() - begun


def marks(path: Path, strategies: Sequence[str]) -> dict[str, Floats]:
    """For each figure one number a problem: the share of right chains, and whether each vote is right."""
    found: dict[str, list[float]] = {"pass@1": [], **{name: [] for name in strategies}}
    with RunStore.open(path) as store:
        for _, _, solution in store.solutions():
            problem = solution.problem
            judged = JudgedProblem(problem, solution.chains, key_for(problem.gold or "", problem))
            found["pass@1"].append(judged.share_right(solution.chains))
            for name in strategies:
                found[name].append(float(judged.won(registry.strategy(name)(solution.chains))))
    return {name: np.array(values) for name, values in found.items()}


def settings_for(engine: str, url: str, options: argparse.Namespace, seed: int) -> Settings:
    """The same weights and prompts, behind this engine."""
    model = {"embedded": "embedded", "vllm": f"vllm:{WEIGHTS}", "http": f"openai:{url}"}[engine]
    return load_settings(
        model=model,
        prompts="nano",
        chains=options.chains,
        seed=seed,
        exhaustive=True,
        temperature=0.8,
        strategy="clra" if options.no_critic else "clr",
    )


def show(folder: Path, options: argparse.Namespace) -> None:
    """Print a table for each figure: engines, seeds, and the difference to the embedded engine over all seeds."""
    strategies = [name for name in VOTES if name != "clr" or not options.no_critic]
    taken = {
        engine: [marks(folder / f"{engine}-{seed}.sqlite", strategies) for seed in options.seeds]
        for engine in options.engines
    }
    for figure in ("pass@1", *strategies):
        for engine, seeds in taken.items():
            each = "  ".join(f"{100 * found[figure].mean():5.1f}" for found in seeds)
            mean = np.mean([found[figure] for found in seeds], axis=0)
            line = f"{figure:9} {engine:9} {each}   mean {100 * mean.mean():5.1f}"
            if "embedded" in taken and engine != "embedded":
                difference = mean - np.mean([found[figure] for found in taken["embedded"]], axis=0)
                ((low, high),) = bootstrap_intervals(difference[:, None], seed=0)
                line += f"   {100 * difference.mean():+5.1f} [{100 * low:+.1f}, {100 * high:+.1f}]"
            print(line)


def main() -> None:
    """Measure what is not there yet, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=100)
    parser.add_argument("--chains", type=int, default=16)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--no-critic", action="store_true", help="leave the published CLR out: many times faster")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    os.environ.update(QUIET)
    for engine in options.engines:
        with serving(options.out / "server.log") if engine == "http" else nullcontext("") as url:
            for seed in options.seeds:
                settings = settings_for(engine, url, options, seed)
                path = options.out / f"{engine}-{seed}.sqlite"
                seconds = asyncio.run(record(path, settings, options.problems, anew=not path.exists()))
                print(f"{engine}, seed {seed}: {seconds:.0f} s", flush=True)
    show(options.out, options)


if __name__ == "__main__":
    main()
