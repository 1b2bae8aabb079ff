"""A whole benchmark: many problems, each solved several times, into a run store.

What the model draws is kept as it comes, so that an interrupted run goes on without drawing anything twice. What is
done stays, whatever ends a session: a budget, Ctrl-C, or a model that is gone.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import dataclass, field
from typing import Final

from clra import registry
from clra.config import Settings
from clra.engine import open_judges
from clra.errors import StoreError
from clra.protocols import Model
from clra.run import Progress
from clra.run_settings import differences
from clra.spending import Account, AccountedModel, Budget
from clra.store import RunHeader, RunStore, StoredSolution
from clra.stored_model import StoredModel
from clra.tasks import Runner, Task, TaskFailure, TaskResult, problems_at_once, solve_tasks, tasks_left
from clra.types import Reason, Solution

FAILURES_IN_A_ROW: Final = 5
"""After so many, nobody is there who could answer."""
_INCIDENTS: Final = frozenset({Reason.TIMED_OUT, Reason.CRASHED, Reason.UNAVAILABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalProgress:
    """How far an evaluation has come."""

    tasks: int
    """Done by now, in earlier sessions too."""
    total: int
    chains: int
    """Of all tasks, those under way included."""
    tokens: int
    """Drawn in this session."""
    seconds: float
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What one call of `evaluate` came to; what was found stands in the store."""

    solved: int
    """Tasks that were solved now."""
    resumed: int
    """Tasks that were solved before."""
    left: int
    """Tasks that are still to be solved."""
    failures: tuple[TaskFailure, ...]
    """Those of this session."""
    stopped: str = ""
    """Why it ended before all tasks were tried; empty where it did not."""
    given_up: bool = False
    """It ended because the model failed again and again."""
    seconds: float = 0.0
    drawn_tokens: int = 0
    """Drawn in this session."""
    prompt_tokens: int = 0
    """Of the whole run, as `tokens`."""
    tokens: int = 0
    cost: float | None = None
    """Of the whole run, in the unit of the prices; None where these are not known."""
    estimated: bool = False
    """Whether the server left counts of tokens untold."""
    incidents: dict[str, int] = field(default_factory=dict)
    """Claims left UNKNOWN in this session because a verifier timed out, crashed or was missing."""

    @property
    def complete(self) -> bool:
        """Whether every task is solved."""
        return self.left == 0


def check_resumable(store: RunStore, header: RunHeader) -> None:
    """Make sure that a run was begun with the settings with which it is to go on.

    Raises:
        StoreError: it was begun with others.
    """
    found = [*differences(store.header, header)]
    if store.header.shard != header.shard:
        found.append(f"shard: {_shard(store.header)} and {_shard(header)}")
    if found:
        raise StoreError(
            f"{store.path} was begun with other settings: {'; '.join(found)}",
            hint="go on with the settings it was begun with, or give the new run a name of its own (--name)",
        )


def _incidents(solution: Solution) -> list[str]:
    """Why claims of a solution were left UNKNOWN, where it was for what a verifier did."""
    verdicts = (verdict for chain in solution.chains for claim in chain.claims for verdict in claim.verdicts)
    return [verdict.reason.value for verdict in verdicts if verdict.reason in _INCIDENTS]


def _shard(header: RunHeader) -> str:
    return "none" if header.shard is None else f"{header.shard[0]}/{header.shard[1]}"


async def evaluate(
    store: RunStore,
    settings: Settings,
    *,
    model: Model | None = None,
    at_once: int | None = None,
    budget: Budget | None = None,
    runner: Runner | None = None,
    on_progress: Callable[[EvalProgress], None] | None = None,
    stop: asyncio.Event | None = None,
) -> Session:
    """Solve what is left of a run.

    Args:
        store: an open run, with its problems.
        settings: those of its header, and where the model is.
        model: an open model in place of the one in the settings; it stays open.
        at_once: problems under way at the same time; `problems_at_once` by default.
        budget: what the run may cost; what is done when it is used up stays.
        runner: solves the tasks in place of this process; then a budget is looked at after each task only.
        on_progress: called after every chain and every task.
        stop: once set, nothing more is drawn; what was drawn stays in the store.

    Raises:
        ConfigError: a setting that cannot be, or a name that no plug-in has.
        StoreError: the store cannot be written.
    """
    session = _Session(store, settings, budget or Budget(), on_progress)
    if not session.tasks:
        return session.outcome({})
    stop = stop or asyncio.Event()
    if runner is not None:
        await session.take_all(runner(session.tasks, session.halted), stop)
        return session.outcome(session.incidents_elsewhere)
    async with AsyncExitStack() as stack:
        if model is None:
            model = registry.open_model(settings)
            stack.push_async_callback(model.aclose)
        judges = await stack.enter_async_context(open_judges(settings, registry.strategy(settings.strategy)))
        results = solve_tasks(
            session.tasks,
            model=session.accounted(model),
            judges=judges,
            at_once=at_once or problems_at_once(settings),
            stop=session.halted,
            on_progress=session.chain_came,
        )
        await session.take_all(results, stop)
        incidents = {reason.value: count for reason, count in judges.pool.incidents.items() if count}
    return session.outcome(incidents)


class _Session:
    """One session of a run: tasks go out, results come in and are kept, until all is done or something ends it."""

    def __init__(
        self,
        store: RunStore,
        settings: Settings,
        budget: Budget,
        on_progress: Callable[[EvalProgress], None] | None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._on_progress = on_progress
        self._begun = time.perf_counter()
        self._loop = asyncio.get_running_loop()
        self.halted = asyncio.Event()
        self._stopped = ""
        self._given_up = False
        self._solved = 0
        self._failures: list[TaskFailure] = []
        self._in_a_row = 0
        self._drawn_elsewhere = 0
        self.incidents_elsewhere: Counter[str] = Counter()
        self._under_way: dict[tuple[int, int], set[int]] = {}
        self._stored: StoredModel | None = None
        self._account = Account(budget, self._halt_from_anywhere)
        self.tasks = tasks_left(store, settings)
        self._resumed = len(store.solved())
        self._account.add(stored.solution.usage for stored in store.solutions(chains=False))

    def halt(self, why: str) -> None:
        """Go no further; the first reason is the one that is told."""
        self._stopped = self._stopped or why
        self.halted.set()

    def accounted(self, model: Model) -> Model:
        """A model whose completions are kept and counted as they come."""
        self._stored = StoredModel(model, self._store)
        return AccountedModel(self._stored, self._account)

    async def take_all(self, results: AsyncGenerator[TaskResult, None], stop: asyncio.Event) -> None:
        """Keep all results, until there are no more or something ends the session."""
        interrupt = asyncio.create_task(self._halt_when(stop))
        seconds, timer = self._account.budget.seconds, None
        if seconds is not None:
            left = seconds - (time.perf_counter() - self._begun)
            timer = self._loop.call_later(left, self.halt, f"the budget of {seconds:g} seconds is used up")
        self._account.check()
        await asyncio.sleep(0)  # what is used up already is known before the first task
        try:
            async with aclosing(results):
                async for result in results:
                    self._take(result)
        finally:
            if timer is not None:
                timer.cancel()
            interrupt.cancel()
            await asyncio.gather(interrupt, return_exceptions=True)

    def outcome(self, incidents: dict[str, int]) -> Session:
        """What it came to."""
        return Session(
            solved=self._solved,
            resumed=self._resumed,
            left=len(self.tasks) - self._solved,
            failures=tuple(self._failures),
            stopped=self._stopped if self._solved < len(self.tasks) else "",
            given_up=self._given_up,
            seconds=time.perf_counter() - self._begun,
            drawn_tokens=self._drawn,
            prompt_tokens=self._account.prompt_tokens,
            tokens=self._account.tokens,
            cost=self._account.cost,
            estimated=self._account.estimated,
            incidents=incidents,
        )

    @property
    def _drawn(self) -> int:
        """Tokens drawn in this session."""
        return self._drawn_elsewhere if self._stored is None else self._stored.drawn_tokens

    async def _halt_when(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.halt("it was interrupted")

    def _halt_from_anywhere(self, why: str) -> None:
        with suppress(RuntimeError):  # the loop was closed, and nobody draws
            self._loop.call_soon_threadsafe(self.halt, why)

    def _take(self, result: TaskResult) -> None:
        """Keep what became of a task."""
        self._under_way.pop((result.position, result.repeat), None)
        if isinstance(result, StoredSolution):
            self._store.add_solution(*result)
            if self._stored is None:
                self._account.add([result.solution.usage])
                self._drawn_elsewhere += result.solution.usage.tokens
                self.incidents_elsewhere.update(_incidents(result.solution))
                self._account.check()
            self._solved += 1
            self._in_a_row = 0
        else:
            self._store.add_failure(*result)
            self._failures.append(result)
            self._in_a_row += 1
            if self._in_a_row >= FAILURES_IN_A_ROW:
                self._given_up = True
                self.halt(f"the model failed on {self._in_a_row} problems in a row: {result.message}")
        self._tell()

    def chain_came(self, task: Task, progress: Progress) -> None:
        """Keep the chains of a task that were not kept yet."""
        kept = self._under_way.setdefault((task.position, task.repeat), set())
        for scored in progress.chains:
            if scored.chain.index not in kept:
                kept.add(scored.chain.index)
                self._store.add_scored(task.position, task.repeat, scored)
        self._tell()

    def _tell(self) -> None:
        if self._on_progress is not None:
            done = self._resumed + self._solved
            chains = done * self._settings.chains + sum(map(len, self._under_way.values()))
            self._on_progress(
                EvalProgress(
                    tasks=done,
                    total=self._resumed + len(self.tasks),
                    chains=chains,
                    tokens=self._drawn,
                    seconds=time.perf_counter() - self._begun,
                    failures=len(self._failures),
                )
            )
