"""What a Ray worker does: it opens a model and verifiers of its own, and solves tasks by the engine that runs locally.

Tasks come in and results go out as the compressed JSON of the run store: text that a model wrote is never unpickled.
Ray itself is not imported here.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from importlib.metadata import version
from typing import NamedTuple, TypeAlias

from clra import registry
from clra.config import Settings
from clra.engine import Judges, open_judges
from clra.errors import ConfigError, ModelError
from clra.packing import pack_scored, unpack_scored
from clra.protocols import Model
from clra.solution_packing import (
    pack_solution,
    pack_whole_chain,
    pack_whole_problem,
    unpack_solution,
    unpack_whole_chain,
    unpack_whole_problem,
)
from clra.store import StoredSolution
from clra.store_file import packed, unpacked
from clra.tasks import Task, TaskFailure, TaskResult, solve_task
from clra.types import Problem

_LOG = logging.getLogger(__name__)

Place: TypeAlias = tuple[int, int]
"""(position, repeat) of a task."""


class _Opened(NamedTuple):
    model: Model
    judges: Judges


class Solver:
    """One worker, for ``Dataset.map_batches``: rows of tasks in, rows of results out, several at a time in one loop.

    Args:
        settings: of all tasks, but for their seeds; ``jobs`` is what this worker may take of the machine.
        made_by: version of the clra that sends the tasks.
    """

    def __init__(self, settings: Settings, made_by: str) -> None:
        self._settings = settings
        self._made_by = made_by
        self._stack = AsyncExitStack()
        self._opening: asyncio.Task[_Opened] | None = None

    async def __call__(self, batch: Mapping[str, Sequence[bytes]]) -> dict[str, list[bytes]]:
        """Solve the tasks of one batch. Whatever fails is the result of its task; nothing is raised."""
        return {"result": [await self._answer(bytes(row)) for row in batch["task"]]}

    async def _answer(self, row: bytes) -> bytes:
        place = None
        try:
            task = unpack_task(row, self._settings)
            place = task.position, task.repeat
            if self._opening is None:
                self._opening = asyncio.create_task(self._open())
            model, judges = await self._opening
            return pack_result(await solve_task(task, model, judges))
        except ConfigError as error:
            return packed({"config": str(error), "hint": error.hint})
        except ModelError as error:  # it could not be opened
            message = str(error)
        except Exception as error:  # noqa: BLE001  # a bad row is the result of this row, and takes no other with it
            _LOG.exception("task %s", place)
            message = f"{type(error).__name__}: {error}"
        return packed({"place": place, "failure": message})

    async def _open(self) -> _Opened:
        if version("clra") != self._made_by:
            raise ConfigError(
                f"a Ray worker has clra {version('clra')}, and the tasks come from clra {self._made_by}",
                hint="install the same version everywhere",
            )
        model = registry.open_model(self._settings)
        self._stack.push_async_callback(model.aclose)
        vote = registry.strategy(self._settings.strategy)
        return _Opened(model, await self._stack.enter_async_context(open_judges(self._settings, vote)))

    async def aclose(self) -> None:
        """Close model and verifiers. Under Ray they end with their process."""
        await self._stack.aclose()


def pack_task(task: Task) -> bytes:
    """The task, with its seed in place of its settings."""
    problem = pack_whole_problem(task.problem)
    return packed({"place": [task.position, task.repeat], "problem": problem, "seed": task.settings.seed})


def unpack_task(row: bytes, settings: Settings) -> Task:
    """Rebuild what `pack_task` packed.

    Raises:
        ValueError: it is no task.
    """
    match unpacked(row):
        case {"place": [int(position), int(repeat)], "problem": problem, "seed": int(seed)}:
            mine = settings.model_copy(update={"seed": seed})
            return Task(position, repeat, unpack_whole_problem(problem), mine)
    raise ValueError("not a task")


def pack_result(result: TaskResult) -> bytes:
    """What became of a task; the problem of a solution is left out."""
    place = [result.position, result.repeat]
    if isinstance(result, TaskFailure):
        return packed({"place": place, "failure": result.message})
    chains = [[pack_whole_chain(scored.chain), pack_scored(scored)] for scored in result.solution.chains]
    return packed({"place": place, "solution": pack_solution(result.solution), "chains": chains})


def unpack_result(row: bytes, problems: Mapping[Place, Problem]) -> TaskResult:
    """Rebuild what a `Solver` answered.

    Args:
        row: the answer.
        problems: those that were sent.

    Raises:
        ConfigError: the worker has settings that cannot be.
        ValueError: it is no result of a task that was sent.
    """
    match unpacked(row):
        case {"config": str(message), "hint": str(hint)}:
            raise ConfigError(message, hint=hint)
        case {"place": [int(position), int(repeat)], "failure": str(message)} if (position, repeat) in problems:
            return TaskFailure(position, repeat, message)
        case {"place": [int(position), int(repeat)], "solution": solution, "chains": [*chains]} if (
            position,
            repeat,
        ) in problems:
            scored = tuple(unpack_scored(found, unpack_whole_chain(chain)) for chain, found in chains)
            return StoredSolution(position, repeat, unpack_solution(solution, problems[position, repeat], scored))
    raise ValueError("not a result")
