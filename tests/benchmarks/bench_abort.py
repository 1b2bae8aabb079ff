"""Measure what ``--abort-refuted`` saves and loses on recorded chains, such as are longer than clra-nano's.

A stand-in for a model hands the chains of a recording out as if it drew them: it shows each text as it grows, and goes
on only when what is being checked of it is checked. So this is the most that can be saved, as by a model that is slow
beside the checks; and it is no model: where a chain is cut off nothing else is drawn. Tokens are estimated as a part
of the characters. Accuracy is told of the votes over all chains of a problem, and over those that were not cut off.

usage: python -m tests.benchmarks.bench_abort FILE ... [--problems 50] [--skip 0] [--jobs N]
"""

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from clra import registry
from clra.comparison import JudgedProblem
from clra.config import Settings, load_settings
from clra.engine import Judges, asolve, open_judges
from clra.models.watching import LEAST, SHARE, Watcher
from clra.parsing.answers import key_for
from clra.parsing.recorded import RecordedProblem, read_recorded
from clra.protocols import Completion, SamplingParams
from clra.types import FinishReason, Problem, Review, Solution
from clra.verification import VerifierPool

CHARACTERS_PER_TOKEN = 3.5
VOTES = ("majority", "clra")


def tokens_in(text: str) -> int:
    """About how many."""
    return round(len(text) / CHARACTERS_PER_TOKEN)


class Waiting:
    """A pool of verifiers that can be waited for."""

    def __init__(self, pool: VerifierPool) -> None:
        self._pool = pool
        self._idle = asyncio.Event()
        self._idle.set()
        self._under_way = 0
        self.size = pool.size
        self.incidents = pool.incidents

    async def review(self, problem: Problem, solution: str | Sequence[str]) -> Review:
        """Review it, and be at work meanwhile."""
        self._under_way += 1
        self._idle.clear()
        try:
            return await self._pool.review(problem, solution)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def until_idle(self) -> None:
        """Wait until nothing is under way, and what asked for it has been told."""
        for _ in range(3):
            await asyncio.sleep(0)
            await self._idle.wait()


class Streamed:
    """The chains of one problem, shown as they grow."""

    name = "recording, streamed"
    prompts = "default"

    def __init__(self, recorded: RecordedProblem, pool: Waiting) -> None:
        self._chains = recorded.chains
        self._pool = pool

    async def sample(self, prompt: str, params: SamplingParams) -> AsyncGenerator[Completion, None]:
        """Hand out one chain for each seed, in order."""
        del prompt
        for index, seed in enumerate(params.seeds):
            chain = self._chains[index]
            text = await self._shown(chain.text, Watcher(params, index))
            yield Completion(
                index=index,
                text=text,
                seed=seed,
                finish_reason=chain.finish_reason if len(text) == len(chain.text) else FinishReason.ABORTED,
                tokens=tokens_in(text),
            )

    async def _shown(self, text: str, watcher: Watcher) -> str:
        length = 0
        while (length := length + max(LEAST, length // SHARE)) < len(text):
            if watcher.due(length) and watcher.aborts(text[:length]):
                return text[:length]
            await self._pool.until_idle()
        return text

    async def aclose(self) -> None:
        """Nothing is open."""


@dataclass(slots=True)
class Figures:
    """What one way came to over all problems."""

    tokens: int = 0
    cut: Counter[str] = field(default_factory=Counter)
    right: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in VOTES})
    cut_off: list[set[int]] = field(default_factory=list)
    """Of each problem, the chains that were cut off."""
    chains_right: list[set[int]] = field(default_factory=list)

    def add(self, solution: Solution) -> None:
        """Count one solved problem."""
        problem = solution.problem
        judged = JudgedProblem(problem, solution.chains, key_for(problem.gold or "", problem))
        self.tokens += sum(chain.chain.tokens or 0 for chain in solution.chains)
        self.cut.update(solution.usage.cut)
        for name in VOTES:
            self.right[name].append(judged.won(registry.strategy(name)(solution.chains)) > 0)
        self.cut_off.append(
            {each.chain.index for each in solution.chains if each.chain.finish_reason is FinishReason.ABORTED}
        )
        self.chains_right.append(
            {each.chain.index for each in solution.chains if each.votes and judged.share_right([each])}
        )


async def measure(path: Path, options: argparse.Namespace) -> tuple[int, dict[str, Figures]]:
    """Solve the problems of a recording in both ways; tokens that stand in it, and what each came to."""
    settings = load_settings(exhaustive=True, jobs=options.jobs, strategy="clra")
    whole, ways = 0, {"whole": Figures(), "abort refuted": Figures()}
    async with open_judges(settings) as judges:
        pool = Waiting(judges.pool)
        waited_for = replace(judges, pool=pool)  # type: ignore[arg-type]
        for recorded in islice(read_recorded(path), options.skip, options.skip + options.problems):
            whole += sum(tokens_in(chain.text) for chain in recorded.chains)
            for name, figures in ways.items():
                figures.add(await solved(recorded, pool, waited_for, settings, abort=name != "whole"))
    return whole, ways


async def solved(
    recorded: RecordedProblem, pool: Waiting, judges: Judges, settings: Settings, *, abort: bool
) -> Solution:
    """One problem, from its recorded chains."""
    settings = settings.having(chains=len(recorded.chains), abort_refuted=abort)
    return await asolve(recorded.problem, model=Streamed(recorded, pool), judges=judges, settings=settings)


def show(path: Path, recorded_tokens: int, ways: dict[str, Figures], seconds: float) -> None:
    """Print a table of both ways."""
    whole, cut = ways["whole"], ways["abort refuted"]
    count, chains = len(whole.cut_off), sum(map(len, whole.chains_right))
    print(f"{path.name}: {count} problems, {recorded_tokens:,} tokens recorded, {seconds:.0f} s")
    for name, figures in ways.items():
        accuracy = "  ".join(f"{vote} {100 * sum(right) / count:5.1f} %" for vote, right in figures.right.items())
        print(
            f"  {name:14} {figures.tokens:9,} tokens ({100 * figures.tokens / whole.tokens:5.1f} %)  {accuracy}  "
            f" cut: {figures.cut['refuted']} refuted, {figures.cut['loops']} loops"
        )
    for vote in VOTES:
        pairs = list(zip(whole.right[vote], cut.right[vote], strict=True))
        worse, better = sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs)
        print(f"  {vote}: {100 * (better - worse) / count:+.1f} points ({worse} lost, {better} won)")
    lost = sum(len(gone & right) for gone, right in zip(cut.cut_off, whole.chains_right, strict=True))
    print(f"  of {sum(map(len, cut.cut_off))} chains cut off {lost} had come to the right answer; {chains} did in all")


def main() -> None:
    """Measure each file, and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--problems", type=int, default=50)
    parser.add_argument("--skip", type=int, default=0, help="problems at the head of a file to leave out")
    parser.add_argument("--jobs", type=int)
    options = parser.parse_args()
    for path in options.files:
        begun = time.perf_counter()
        recorded_tokens, ways = asyncio.run(measure(path, options))
        show(path, recorded_tokens, ways, time.perf_counter() - begun)


if __name__ == "__main__":
    main()
