"""Claims x verifiers -> verdicts, in worker processes that can be killed.

A verifier may hang, crash or eat memory; all of that is data. Its claim is then UNKNOWN, with a reason:

=============  ==================================================================================
TIMED_OUT      the claim's or the chain's seconds were used up; the worker is killed and replaced
CRASHED        the verifier raised, returned what is no verdict, or took its process down with it
UNAVAILABLE    the verifier cannot be imported, or no process can be started
=============  ==================================================================================

Equal claims are judged once, in all chains of a problem. A claim that was left TIMED_OUT or CRASHED is tried a second time
when it comes up again, because it may have met a busy machine; that second outcome stands.
"""

import asyncio
import os
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from itertools import groupby
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeAlias

from clra import registry
from clra.config import Settings
from clra.judge import pack_claim, pack_problem, pack_step, unpack_answer, unpack_claim, unpack_step, unpack_verdict
from clra.types import Answer, CheckedClaim, Claim, Outcome, Problem, Reason, Review, Span, Step, Verdict
from clra.workers import Crew, Limits, LostError, Worker

READING = ("clra.parsing.steps:split_steps", "clra.parsing.claims:find_claims", "clra.parsing.answers:final_answer")
"""What reads a solution inside a worker, as import paths."""

_OPEN_ENDS = frozenset({Reason.TIMED_OUT, Reason.CRASHED, Reason.UNAVAILABLE})
_MOST_TRIES = 2
_BETWEEN_STEPS = "\n\n"


class _Known(NamedTuple):
    verdict: Verdict | None
    """None: the verifier does not accept the claim."""
    tries: int


class _Reading(NamedTuple):
    steps: tuple[Step, ...]
    claims: tuple[Claim, ...]
    answer: Answer | None


_Key: TypeAlias = tuple[str, ...]
_Cell: TypeAlias = tuple[_Key, str]
"""What a verdict can depend on: what a claim says in its problem, and the verifier's name."""


@dataclass(slots=True)
class _Budget:
    """The seconds of one chain."""

    limit: float
    used: float = 0.0

    @property
    def left(self) -> float:
        return self.limit - self.used


def open_pool(settings: Settings) -> "VerifierPool":
    """The pool that the settings describe. Nothing is imported or started before the first claim.

    Raises:
        UnknownPluginError: no verifier has one of the names.
    """
    return VerifierPool(
        {name: registry.locate("verifier", name) for name in settings.verifiers},
        workers=settings.jobs,
        limits=Limits(
            claim_seconds=settings.claim_seconds,
            chain_seconds=settings.chain_seconds,
            memory=settings.memory_mb << 20,
        ),
    )


class VerifierPool:
    """Worker processes that check claims. Belongs to one event loop; leave its ``async with`` and no process is left.

    Args:
        verifiers: name -> ``module:attr`` of a class without arguments that fulfils `clra.protocols.Verifier`. It is imported
            in the workers only.
        workers: most processes at the same time; one for each core by default. They are started as they are needed.
        limits: seconds, memory, and judgements of a worker's life.
        search_path: where workers look for modules first.
        reading: import paths of ``split_steps``, ``find_claims`` and ``final_answer``.
        remember: how many judgements are kept, the latest used ones.
    """

    def __init__(
        self,
        verifiers: Mapping[str, str],
        *,
        workers: int | None = None,
        limits: Limits | None = None,
        search_path: Sequence[str] = (),
        reading: tuple[str, str, str] = READING,
        remember: int = 100_000,
    ) -> None:
        self.size = workers or os.cpu_count() or 1
        """Most processes at the same time."""
        self.incidents: Counter[Reason] = Counter()
        """How often a claim was left UNKNOWN because of what a verifier did, not because of what the claim says."""
        self._verifiers = dict(verifiers)
        self._limits = limits or Limits()
        self._crew = Crew(self._verifiers, self.size, self._limits, tuple(search_path))
        self._reading = reading
        self._remember = remember
        self._known: OrderedDict[_Cell, _Known] = OrderedDict()
        self._pending: dict[_Cell, asyncio.Future[None]] = {}
    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Kill all workers. Checks under way end with RuntimeError."""
        self._crew.dismiss()
        await asyncio.sleep(0)  # lets the event loop close what is left of their sockets

    async def check(self, claims: Sequence[Claim], problem: Problem) -> tuple[CheckedClaim, ...]:
        """Judge claims, in order, each by every verifier that accepts it. No verifier can make this raise."""
        return await self._check(claims, problem, _Budget(self._limits.chain_seconds))

    async def review(self, problem: Problem, solution: str | Sequence[str]) -> Review:
        """Read a solution, given as its text or as its steps, and judge its claims.

        Reading happens in a worker too. Where it fails, the review holds one claim, the whole text, that is UNKNOWN. The text of
        steps is what they are when joined by blank lines. ``seconds`` is the time that workers spent on it.
        """
        text, steps = (solution, None) if isinstance(solution, str) else _join(solution)
        budget = _Budget(self._limits.chain_seconds)
        reading = await self._read(text, steps, problem, budget)
        return Review(
            problem=problem,
            text=text,
            steps=reading.steps,
            claims=reading.failed or await self._check(reading.claims, problem, budget),
            answer=reading.answer,
            seconds=budget.used,
        )

    async def _read(self, text: str, steps: tuple[Step, ...] | None, problem: Problem, budget: _Budget) -> _Reading:
        reason, trouble = Reason.CRASHED, ""
        try:
            async with self._crew.lend() as worker, budget.running():
                worker.send({
                    "read": self._reading,
                    "problem": pack_problem(problem),
                    "text": text,
                    "steps": None if steps is None else [pack_step(step) for step in steps],
                })
                match await worker.receive(budget.left):
                    case ["reading", list(found), list(claims), answer]:
                        try:
                            return _reading(text, found, claims, answer)
                        except ValueError:
                            raise worker.distrusted() from None
                    case ["raised", str(trouble), _]:
                        pass
                    case _:
                        raise worker.distrusted()
        except LostError as lost:
            reason, trouble = lost.reason, str(lost)
        whole = Claim(text=text, span=Span(0, len(text)))
        verdict = self._incident("reading", reason, trouble, budget.used)
        return _Reading(steps or (), (), None, (CheckedClaim(claim=whole, verdicts=(verdict,)),))

    async def _check(self, claims: Sequence[Claim], problem: Problem, budget: _Budget) -> tuple[CheckedClaim, ...]:
        keys = [_key(claim, problem) for claim in claims]
        cells = {(key, name): claim for key, claim in zip(keys, claims, strict=True) for name in self._verifiers}
        found: dict[_Cell, Verdict | None] = {}
        while todo := {cell: claim for cell, claim in cells.items() if not self._recall(cell, found)}:
            mine = {cell: claim for cell, claim in todo.items() if cell not in self._pending}
            if mine:
                await self._settle(mine, problem, budget, found)
            else:  # other chains are having them judged
                await asyncio.wait({self._pending[cell] for cell in todo}, return_when=asyncio.FIRST_COMPLETED)
        verdicts = {key: tuple(filter(None, (found[key, name] for name in self._verifiers))) for key in keys}
        return tuple(
            CheckedClaim(claim=claim, verdicts=verdicts[key]) for key, claim in zip(keys, claims, strict=True)
        )

    async def _settle(
        self, cells: Mapping[_Cell, Claim], problem: Problem, budget: _Budget, found: dict[_Cell, Verdict | None]
    ) -> None:
        """Have cells judged that nobody else is having judged, as far as the budget goes."""
        settled = asyncio.get_running_loop().create_future()
        self._pending.update(dict.fromkeys(cells, settled))
        try:
            while todo := {cell: claim for cell, claim in cells.items() if cell not in found}:
                try:
                    if budget.left > 0:
                        await self._judge(todo, problem, budget, found)
                        continue
                    reason, trouble = Reason.TIMED_OUT, budget.spent
                except LostError as lost:
                    reason, trouble = lost.reason, str(lost)
                found.update({cell: self._incident(cell[1], reason, trouble) for cell in todo})
        finally:
            for cell in cells:
                del self._pending[cell]
            settled.set_result(None)

    async def _judge(
        self, cells: Mapping[_Cell, Claim], problem: Problem, budget: _Budget, found: dict[_Cell, Verdict | None]
    ) -> None:
        """Have one worker judge cells until they are done or it is lost."""
        async with self._crew.lend() as worker:
            for key, name in cells:
                if name not in worker.verifiers:
                    found[key, name] = self._incident(name, Reason.UNAVAILABLE, self._crew.unavailable[name])
            order = [cell for cell in cells if cell not in found]
            items = [(pack_claim(cells[cell]), ) for ...]
            worker.send(...)
            for cell in order: ...
