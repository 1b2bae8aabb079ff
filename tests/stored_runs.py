"""A small evaluation through a run store, which may be killed at any instant, and the pieces that it is made of.

Run as a program, it forks a process for each line that it reads, so that a process that is to be killed starts at once.
"""

import asyncio
import hashlib
import json
import os
import sys
import traceback
from dataclasses import replace
from pathlib import Path

from clra.config import Settings
from clra.engine import Judges, asolve
from clra.parsing.answers import final_answer
from clra.protocols import Completion
from clra.store import RunHeader, RunStore
from clra.stored_model import StoredModel, completion_key
from clra.types import Chain, CheckedClaim, Claim, Outcome, Problem, Review, Span, Verdict

HEADER = RunHeader(
    name="killed", created="2026-01-01T00:00:00+00:00", version="0", settings={"seed": 0}, dataset="sums", repeats=2
)
PROBLEMS = tuple(Problem(text=f"What is {n} + {n}?", id=f"sum-{n}", gold=str(2 * n)) for n in range(12))
TASKS = tuple((position, repeat) for position in range(len(PROBLEMS)) for repeat in range(HEADER.repeats))
CHAINS = 12


class ReadingPool:
    """In place of worker processes: reads the answer, and refutes what ends in 3."""

    size = 1

    async def review(self, problem, solution):
        claim = Claim(text=solution, span=Span(0, len(solution)))
        verdict = Verdict(outcome=Outcome.REFUTED if "3." in solution else Outcome.CONFIRMED, method="test")
        return Review(
            problem=problem,
            text=solution,
            steps=(),
            claims=(CheckedClaim(claim=claim, verdicts=(verdict,)),),
            answer=final_answer(Chain(text=solution), problem),
        )


class LoggingModel:
    """Answers by prompt and seed alone, many at once, and writes down what it was asked and what was used of it.

    Args:
        log: descriptor of the file to write to.
        most: how many it answers; who asks for more waits for ever.
    """

    name = "logging"
    prompts = "default"

    def __init__(self, log, most=None):
        self._log = log
        self._left = float("inf") if most is None else most

    async def sample(self, prompt, params):
        drawing = [asyncio.create_task(self._draw(prompt, params, index)) for index in range(len(params.seeds))]
        try:
            for finished in asyncio.as_completed(drawing):
                completion = await finished
                yield completion
                self._write("used", prompt, params, completion.seed)
        finally:
            for task in drawing:
                task.cancel()

    async def _draw(self, prompt, params, index):
        seed = params.seeds[index]
        chance = int.from_bytes(hashlib.sha256(f"{prompt}{seed}".encode()).digest()[:2], "big")
        if self._left <= 0:
            await asyncio.Event().wait()  # to be killed
        self._left -= 1
        self._write("draw", prompt, params, seed)
        await asyncio.sleep(chance % 7 / 500)
        text = f"Let me see.\n\nThe answer is {chance % 5}."
        return Completion(index=index, text=text, seed=seed, prompt_tokens=9, tokens=7, logprobs=(-0.5, -chance / 7))

    def _write(self, word, prompt, params, seed):
        os.write(self._log, f"{word} {completion_key(self.name, prompt, params, seed)}\n".encode())


async def evaluate(path, log, most=None):
    """Solve what is not solved yet, two tasks at a time."""
    settings = Settings(chains=CHAINS, jobs=1, verifiers=("exact",), strategy="majority", exhaustive=True)
    os.write(log, b"open -\n")
    with RunStore.open(path, write=True) if path.exists() else RunStore.create(path, HEADER) as store:
        store.add_problems(PROBLEMS)
        model, gate = StoredModel(LoggingModel(log, most), store), asyncio.Semaphore(2)

        async def work(position, repeat):
            async with gate:
                solution = await asolve(
                    PROBLEMS[position],
                    model=model,
                    settings=settings.having(seed=repeat),
                    judges=Judges(ReadingPool()),
                    on_progress=lambda progress: store.add_scored(position, repeat, progress.chains[-1]),
                )
                store.add_solution(position, repeat, solution)

        await asyncio.gather(*(work(*task) for task in TASKS if task not in store.solved()))


def timeless(solution):
    """The solution without what differs between runs."""
    usage = replace(solution.usage, seconds=0.0, stage_seconds={})
    return replace(solution, usage=usage, chains=tuple(map(_timeless_chain, solution.chains)))


def _timeless_chain(scored):
    """Evidence quotes an equal claim as it was written where it was judged first, which hangs on the order of tasks."""
    return replace(
        scored,
        claims=tuple(
            replace(claim, verdicts=tuple(replace(verdict, seconds=0.0, evidence="") for verdict in claim.verdicts))
            for claim in scored.claims
        ),
    )


def main():
    """Fork an evaluation for each line ``{"path", "log", "most"}`` that is read; tell its process, and how it ended."""
    for line in sys.stdin:
        asked = json.loads(line)
        log = os.open(asked["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(evaluate(Path(asked["path"]), log, asked["most"]))
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                raise
            finally:
                os._exit(1)
        os.close(log)
        print(child, flush=True)  # noqa: T201  # to the test
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
