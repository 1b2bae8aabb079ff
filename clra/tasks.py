"""The tasks of an evaluation, and the runner that works them off on this machine.

A task is one problem to be solved once. A runner takes tasks and yields what became of each, in any order:
`solve_tasks` solves several at once through one model and one pool of workers.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from clra.config import Settings
from clra.engine import Judges, asolve
from clra.errors import ModelError
from clra.protocols import Model
from clra.run import Progress
from clra.seeds import derived_seed
from clra.store import RunStore, StoredSolution
from clra.types import Problem, StopReason

LEAST_AT_ONCE: Final = 2
"""Problems at once, so that chains of the one are drawn while those of the other are judged."""


class Task(NamedTuple):
    """One problem to solve once."""

    position: int
    """Of the problem in the benchmark."""
    repeat: int
    problem: Problem
    settings: Settings
    """Its seed differs by repeat."""


class TaskFailure(NamedTuple):
    """The model failed on one task, before its first chain or in the middle."""

    position: int
    repeat: int
    message: str


TaskResult: TypeAlias = StoredSolution | TaskFailure
Runner: TypeAlias = Callable[[Sequence[Task], asyncio.Event], AsyncGenerator[TaskResult, None]]
"""Works tasks off somewhere else: each is answered once, in any order, until the event is set."""


def repeat_seed(seed: int, repeat: int) -> int:
    """The seed of a repeat: the first has that of the run, and no two share a chain."""
    return derived_seed(seed, "repeat", repeat) if repeat else seed


def all_tasks(store: RunStore) -> list[tuple[int, int]]:
    """(position, repeat) of all that a run is to solve: whole repeats one after the other."""
    positions = [position for position in range(len(store.problems())) if store.header.owns(position)]
    return [(position, repeat) for repeat in range(store.header.repeats) for position in positions]


def tasks_left(store: RunStore, settings: Settings) -> list[Task]:
    """What is still to be solved."""
    solved, problems = set(store.solved()), store.problems()
    by_repeat = [settings.having(seed=repeat_seed(settings.seed, repeat)) for repeat in range(store.header.repeats)]
    return [
        Task(position, repeat, problems[position], by_repeat[repeat])
        for position, repeat in all_tasks(store)
        if (position, repeat) not in solved
    ]


def problems_at_once(settings: Settings) -> int:
    """How many problems keep a server busy: each asks for as many chains at a time as are wanted of it."""
    return max(LEAST_AT_ONCE, -(-settings.concurrency // settings.chains))


async def solve_tasks(
    tasks: Iterable[Task],
    *,
    model: Model,
    judges: Judges,
    at_once: int,
    stop: asyncio.Event,
    on_progress: Callable[[Task, Progress], None] | None = None,
) -> AsyncGenerator[TaskResult, None]:
    """Solve tasks on this machine, several at a time; each result is yielded as soon as it is there.

    Args:
        tasks: taken one by one, as there is room.
        model: an open model, which stays open.
        judges: open verifiers.
        at_once: tasks under way at the same time.
        stop: once set, what is under way is given up, and nothing more is yielded.
        on_progress: called with the task after each of its chains.
    """
    waiting, running = iter(tasks), set[asyncio.Task[TaskResult]]()
    stopped = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            while len(running) < at_once and (task := next(waiting, None)) is not None:
                running.add(asyncio.create_task(solve_task(task, model, judges, on_progress)))
            if not running:
                return
            both: list[asyncio.Task[Any]] = [*running, stopped]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for each in [each for each in running if each.done()]:
                running.discard(each)
                yield each.result()
    finally:
        for unfinished in (*running, stopped):
            unfinished.cancel()
        await asyncio.gather(*running, stopped, return_exceptions=True)


async def solve_task(
    task: Task, model: Model, judges: Judges, on_progress: Callable[[Task, Progress], None] | None = None
) -> TaskResult:
    """Solve one task by an open model and open verifiers; a model that fails is the result, and is not raised."""

    def show(progress: Progress) -> None:
        if on_progress is not None:
            on_progress(task, progress)

    try:
        solution = await asolve(task.problem, model=model, settings=task.settings, judges=judges, on_progress=show)
    except ModelError as error:
        return TaskFailure(task.position, task.repeat, str(error))
    if not solution.complete and solution.stopped in (None, StopReason.FAILED):
        return TaskFailure(task.position, task.repeat, next(iter(solution.notes), "the model failed in the middle"))
    return StoredSolution(task.position, task.repeat, solution)
