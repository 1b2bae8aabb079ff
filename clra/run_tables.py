"""What a run has come to, for tables: where the runs are, how far each one is, and what became of each problem."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from clra.errors import StoreError
from clra.parsing.answers import key_for
from clra.parsing.programming import is_programming
from clra.store import RunStore, StoredFailure, StoredSolution
from clra.store_file import lock_path
from clra.types import Problem

SUFFIX: Final = ".sqlite"
Tried: TypeAlias = Mapping[tuple[int, int], bool]
"""Of programs that were tried (`clra.grading.tried`): (position, repeat) -> whether the answer is right."""


class TaskRow(NamedTuple):
    """What became of one problem, once solved."""

    position: int
    repeat: int
    id: str
    answer: str | None
    gold: str | None
    right: bool | None
    """None where that is not known."""
    reliability: float
    chains: int
    tokens: int
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """How far a run is."""

    path: Path
    name: str
    created: str
    """UTC, ISO 8601."""
    dataset: str
    model: str
    strategy: str
    shard: tuple[int, int] | None
    repeats: int
    problems: int
    """Those that are this run's to solve."""
    done: int
    """Tasks: problems times repeats."""
    right: int
    judged: int
    """Tasks done whose right answer is known."""
    chains: int
    prompt_tokens: int
    tokens: int
    """Of the tasks done."""
    seconds: float
    failures: int
    writer: int | None
    """The process that is writing it."""

    @property
    def tasks(self) -> int:
        """All that is to be done."""
        return self.problems * self.repeats

    @property
    def complete(self) -> bool:
        """Whether all of it is done."""
        return self.done == self.tasks > 0

    @property
    def accuracy(self) -> float | None:
        """Share of right answers among the tasks done whose right answer is known."""
        return self.right / self.judged if self.judged else None


class UnreadableRun(NamedTuple):
    """A file in the folder of runs that is none, or a damaged one."""

    path: Path
    error: str


def gold_key(problem: Problem) -> str | None:
    """Key of the right answer; None where it is not known, or is a program, which would have to be run."""
    return None if problem.gold is None or is_programming(problem) else key_for(problem.gold, problem)


def task_rows(store: RunStore, tried: Tried | None = None) -> Iterator[TaskRow]:
    """A row for each task that is done, in order. Chains are not read."""
    for stored in store.solutions(chains=False):
        position, repeat, solution = stored
        problem = solution.problem
        yield TaskRow(
            position=position,
            repeat=repeat,
            id=problem.id,
            answer=solution.answer.text if solution.answer else None,
            gold=problem.gold,
            right=is_right(stored, tried),
            reliability=solution.reliability.value,
            chains=solution.usage.chains,
            tokens=solution.usage.tokens,
            complete=solution.complete,
        )


def is_right(stored: StoredSolution, tried: Tried | None = None) -> bool | None:
    """Whether the answer is right; None where that is not known. No answer is a wrong one.

    Args:
        stored: one solution.
        tried: of programs, which are right; without, that is not known.
    """
    solution = stored.solution
    if tried is not None and stored[:2] in tried:
        return tried[stored[:2]]
    key = gold_key(solution.problem)
    return None if key is None else solution.answer is not None and solution.answer.key == key


def summary(store: RunStore, tried: Tried | None = None) -> RunSummary:
    """How far a run is."""
    header = store.header
    solutions = [*store.solutions(chains=False)]
    known = [right for each in solutions if (right := is_right(each, tried)) is not None]
    usages = [each.solution.usage for each in solutions]
    return RunSummary(
        path=store.path,
        name=header.name,
        created=header.created,
        dataset=header.dataset,
        model=str(header.settings.get("model", "")),
        strategy=str(header.settings.get("strategy", "")),
        shard=header.shard,
        repeats=header.repeats,
        problems=sum(header.owns(position) for position in range(len(store.problems()))),
        done=len(solutions),
        right=sum(known),
        judged=len(known),
        chains=sum(usage.chains for usage in usages),
        prompt_tokens=sum(usage.prompt_tokens for usage in usages),
        tokens=sum(usage.tokens for usage in usages),
        seconds=sum(usage.seconds for usage in usages),
        failures=len(open_failures(store)),
        writer=writer(store.path),
    )


def open_failures(store: RunStore) -> list[StoredFailure]:
    """The last failure of each task that is not done."""
    done = set(store.solved())
    last = {failure[:2]: failure for failure in store.failures() if failure[:2] not in done}
    return list(last.values())


def summaries(folder: Path) -> Iterator[RunSummary | UnreadableRun]:
    """All runs of a folder, the oldest first; what cannot be read says why, at the end.

    Raises:
        StoreError: there is no such folder.
    """
    if not folder.is_dir():
        raise StoreError(f"there is no folder {folder}", hint="`clra eval` makes it, and keeps its runs there")
    found: list[RunSummary] = []
    unreadable: list[UnreadableRun] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            with RunStore.open(path) as store:
                found.append(summary(store))
        except StoreError as error:
            unreadable.append(UnreadableRun(path, str(error)))
    yield from sorted(found, key=lambda each: (each.created, each.name))
    yield from unreadable


def find_run(name: str, folder: Path) -> Path:
    """The file of a run, given by its path, or by its name in a folder.

    Raises:
        StoreError: there is none.
    """
    for path in (Path(name), folder / f"{name}{SUFFIX}", folder / name):
        if path.is_file():
            return path
    known = ", ".join(sorted(path.stem for path in folder.glob(f"*{SUFFIX}")))
    hint = f"in {folder} there are: {known}" if known else "`clra eval` makes runs; give the path of one elsewhere"
    raise StoreError(f"there is no run {name!r}", hint=hint)


def writer(path: Path) -> int | None:
    """The process of this machine that is writing a run; None where none seems to."""
    with suppress(OSError, ValueError):
        process = int(lock_path(path).read_text(encoding="ascii"))
        with suppress(PermissionError):  # it is there, and somebody else's
            os.kill(process, 0)
        return process
    return None
