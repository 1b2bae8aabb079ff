"""An evaluation as a Ray Data pipeline, on this machine or on a cluster.

Each task is a row. Workers, which are Ray actors with a model and verifiers of their own, solve several rows at a time
by the engine that runs locally (`clra.ray_worker`), and their results stream back to this process, which alone writes
the run. So a run has the same records with Ray as without, and goes on with either.

* A worker that dies is started anew, and gets what it had not answered again. What took its worker down each time is
  tried once more with nothing beside it; then it is a failure, of that row alone.
* Completions within a task are not kept, because the worker may be on another machine: a task that is lost is drawn
  again whole, with the same seeds. A run that is interrupted keeps all tasks that were answered.
* Ray Data's own processors for language models (``vLLMEngineProcessorConfig``, ``HttpRequestProcessorConfig``) are not
  used: they take a batch of finished prompts to a batch of finished texts, so that nothing could be judged, stopped or
  cut off while it is drawn, nor a model be asked about what it drew. With ``vllm:`` each worker holds an engine itself;
  with ``openai:`` all workers share the servers.
* The settings go to the workers through Ray, and an API key with them: over the network as safely as the cluster is set
  up. Paths in them (weights, recordings, a calibration) must be there on every machine, and the same clra too.
"""

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from types import ModuleType
from typing import Any, Final

from clra.config import Settings
from clra.errors import ConfigError
from clra.ray_worker import Place, Solver, pack_task, unpack_result
from clra.tasks import Runner, Task, TaskFailure, TaskResult, problems_at_once

_LOG = logging.getLogger(__name__)

LOCAL: Final = "local"
"""Address that starts Ray on this machine, for this run alone."""
DEATHS: Final = 3
"""So many workers may die over a row while they solve others too."""
_OBJECTS: Final = 256 << 20
"""Bytes of shared memory for rows that are under way; more than that goes to the disk."""
_RESULT: Final = "result"
_PARALLEL_SIZES: Final = ("tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What each of the workers takes of its machine."""

    workers: int
    cpus: int
    """Cores, one for each process that checks claims."""
    gpus: int
    at_once: int
    """Tasks under way at the same time."""


@contextmanager
def ray_runner(
    settings: Settings, *, address: str = LOCAL, workers: int = 1, at_once: int | None = None
) -> Iterator[Runner]:
    """A runner for `clra.evaluation.evaluate` that has the tasks solved by Ray. A Ray that runs already is used.

    Args:
        settings: those of the tasks.
        address: of a cluster, such as ``auto`` or ``HOST:6379``; `LOCAL` for this machine.
        workers: how many there are; with ``vllm:``, so many engines.
        at_once: tasks under way in each of them; `problems_at_once` by default.

    Raises:
        ConfigError: Ray is not installed, cannot be started, or nobody is at the address.
    """
    ray = _import_ray(address)
    mine = not ray.is_initialized()
    if mine:
        _connect(ray, address, max(os.cpu_count() or 1, workers))
    try:
        plan = plan_workers(settings, workers, at_once, ray.nodes())
        _LOG.info("Ray: %s", plan)

        def run(tasks: Sequence[Task], stop: asyncio.Event) -> AsyncGenerator[TaskResult, None]:
            return _run(ray, tasks, stop, settings, plan)

        yield run
    finally:
        if mine:
            ray.shutdown()


def plan_workers(settings: Settings, workers: int, at_once: int | None, nodes: Sequence[Mapping[str, Any]]) -> Plan:
    """Share the machines of a cluster among the workers.

    Each gets as many cores as it has processes that check claims, or as many fewer that all workers find room at the
    same time. With ``vllm:`` it gets the GPUs that its engine spreads over, unless the cluster has none at all.

    Args:
        settings: ``jobs``, the model, and the arguments of vLLM.
        workers: how many there are to be.
        at_once: tasks under way in each of them; None for `problems_at_once`.
        nodes: what ``ray.nodes()`` tells.
    """
    resources = [node["Resources"] for node in nodes if node["Alive"]]
    cores = [int(each.get("CPU", 0)) for each in resources]
    roomy = (cpus for cpus in range(settings.jobs, 1, -1) if sum(each // cpus for each in cores) >= workers)
    gpus = 0
    if settings.model.partition(":")[0] == "vllm" and any(each.get("GPU") for each in resources):
        gpus = 1
        for name in _PARALLEL_SIZES:
            gpus *= int(settings.vllm.get(name, 1))
    return Plan(workers=workers, cpus=next(roomy, 1), gpus=gpus, at_once=at_once or problems_at_once(settings))


def _import_ray(address: str) -> ModuleType:
    """Import Ray, in an environment in which it tells nothing to anybody.

    A Ray of this process alone listens on the loopback interface, and only to those who have a token, which is made up
    here, and not kept in the home folder. All of this is read when Ray is imported.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if address == LOCAL:
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # the one way to the loopback interface
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    try:
        import_module("ray.data")
        return import_module("ray")
    except ImportError as error:
        raise ConfigError(f"Ray Data cannot be imported: {error}", hint="pip install 'clra[ray]'") from None


def _connect(ray: ModuleType, address: str, cores: int) -> None:
    """Start Ray on some cores of this machine, or join a cluster."""
    choices: dict[str, Any] = {"address": address}
    if address == LOCAL:
        choices |= {"num_cpus": cores, "object_store_memory": _OBJECTS, "include_dashboard": False}
    logging.getLogger("ray").setLevel(logging.ERROR)
    try:
        # what workers print is no output of ours
        ray.init(**choices, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        raise ConfigError(
            f"Ray at {address!r}: {' '.join(str(error).split())[:300]}",
            hint="is the cluster up (ray status), and does it run the same version of Ray?",
        ) from None


async def _run(
    ray: ModuleType, tasks: Sequence[Task], stop: asyncio.Event, settings: Settings, plan: Plan
) -> AsyncGenerator[TaskResult, None]:
    """Solve tasks, and answer each once, until ``stop`` is set; then what is under way is given up."""
    waiting: dict[Place, Task] = {(task.position, task.repeat): task for task in tasks}
    problems = {place: task.problem for place, task in waiting.items()}
    for alone in (False, True):
        if not waiting or stop.is_set():
            return
        if alone:
            _LOG.warning("%d tasks came back from no worker, and are tried once more", len(waiting))
        async with aclosing(_stream(ray, [*waiting.values()], stop, settings, plan, alone=alone)) as rows:
            async for row in rows:
                try:
                    result = unpack_result(row, problems)
                except (ValueError, TypeError, LookupError) as error:
                    _LOG.warning("a worker's answer cannot be read: %s", error)
                    continue
                if waiting.pop((result.position, result.repeat), None) is not None:
                    yield result
    for position, repeat in waiting if not stop.is_set() else ():
        yield TaskFailure(position, repeat, "the Ray worker died over it, again and again, or could not be started")


async def _stream(
    ray: ModuleType, tasks: Sequence[Task], stop: asyncio.Event, settings: Settings, plan: Plan, *, alone: bool
) -> AsyncGenerator[bytes, None]:
    """The answers of one pipeline as they come. It is run by a Ray task, which can be cancelled at any time."""
    mine = settings.model_copy(update={"jobs": plan.cpus})
    rows = [pack_task(task) for task in tasks]
    choices: dict[str, Any] = {"num_cpus": 0, "max_retries": 0, "num_returns": "streaming"}
    blocks = ray.remote(_pipeline).options(**choices).remote(rows, mine, version("clra"), plan, alone=alone)
    answers, stopped = _unpacked(blocks), asyncio.create_task(stop.wait())
    coming: asyncio.Task[list[bytes]] | None = None
    try:
        while True:
            coming = asyncio.ensure_future(anext(answers))
            await asyncio.wait([coming, stopped], return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                return
            for row in coming.result():
                yield row
    except StopAsyncIteration:
        return
    except ray.exceptions.RayError as error:
        _LOG.warning("the Ray pipeline broke off: %s", str(error)[-2000:])
    finally:
        with suppress(ray.exceptions.RayError):
            ray.cancel(blocks, force=True)
        waiting = [task for task in (coming, stopped) if task is not None]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _unpacked(blocks: Any) -> AsyncGenerator[list[bytes], None]:
    async for block in blocks:
        yield await block


def _pipeline(
    rows: Sequence[bytes], settings: Settings, made_by: str, plan: Plan, *, alone: bool
) -> Iterator[list[bytes]]:
    """Run by Ray: a row in a block of its own, so that its answer waits for no other."""
    import ray.data  # noqa: PLC0415  # an extra

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.max_errored_blocks = -1  # those that took their worker down again and again
    at_once = 1 if alone else plan.at_once
    solved = ray.data.from_items([{"task": row} for row in rows], override_num_blocks=len(rows)).map_batches(
        Solver,
        fn_constructor_args=(settings, made_by),
        batch_size=None,
        compute=ray.data.ActorPoolStrategy(
            size=plan.workers, max_tasks_in_flight_per_actor=at_once if alone else 2 * at_once
        ),
        num_cpus=plan.cpus,
        num_gpus=plan.gpus,
        max_concurrency=at_once,
        max_restarts=-1,
        max_task_retries=0 if alone else DEATHS - 1,
    )
    for block in solved.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
        yield block[_RESULT].to_pylist()
