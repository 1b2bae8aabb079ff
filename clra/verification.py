"""Claims x verifiers -> verdicts, in worker processes that can be killed.

A verifier may hang, crash or eat memory; all of that is data. Its claim is then UNKNOWN, with a reason:

============  ==================================================================================
TIMED_OUT     the claim's or the chain's seconds were used up; the worker is killed and replaced
CRASHED       the verifier raised, returned what is no verdict, or took its process down with it
UNAVAILABLE   the verifier cannot be imported, or no process can be started
============  ==================================================================================

Equal claims are judged once, in all chains of a problem. A claim that was left TIMED_OUT or CRASHED is tried a second
time when it comes up again, because it may have met a busy machine; that second outcome stands.
"""

import asyncio
import hashlib
import logging
import os
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeAlias

from clra import registry
from clra.config import Settings
from clra.packing import pack_claim, pack_problem, pack_step, unpack_answer, unpack_claim, unpack_step, unpack_verdict
from clra.types import Answer, CheckedClaim, Claim, Outcome, Problem, Reason, Review, Span, Step, Verdict
from clra.workers import Crew, Limits, LostError, Worker

_LOG = logging.getLogger(__name__)

READING = "clra.parsing.solution:read_solution"
"""What reads a solution inside a worker, as an import path."""

_FAILURES = frozenset({Reason.TIMED_OUT, Reason.CRASHED})
_BETWEEN_STEPS = "\n\n"

_Cell: TypeAlias = tuple[str, str]
"""What a verdict depends on: all that a claim says in its problem, and the name of the verifier."""
_Found: TypeAlias = dict[_Cell, Verdict | None]
"""None where the verifier does not accept the claim."""


class _Known(NamedTuple):
    verdict: Verdict | None
    again: bool
    """It is a first failure, to be tried again."""


class _Reading(NamedTuple):
    steps: tuple[Step, ...]
    claims: tuple[Claim, ...]
    answer: Answer | None
    failure: tuple[CheckedClaim, ...] = ()


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
    """Worker processes that check claims. It belongs to one event loop; after its ``async with`` no process is left.

    Args:
        verifiers: name -> ``module:attr`` of a class without arguments that fulfils `clra.protocols.Verifier`. It is
            imported in the workers only. A verdict may depend on the problem's text and on what the claim says, not on
            where it stands.
        workers: most processes at the same time; one for each core by default. They are started as they are needed.
        limits: seconds, memory, and how long a worker serves.
        search_path: where workers look for modules first.
        reading: import path of ``read_solution``.
        remember: how many judgements are kept, the latest used ones.
    """

    def __init__(
        self,
        verifiers: Mapping[str, str],
        *,
        workers: int | None = None,
        limits: Limits | None = None,
        search_path: Sequence[str] = (),
        reading: str = READING,
        remember: int = 100_000,
    ) -> None:
        self.size = workers or os.cpu_count() or 1
        """Most processes at the same time."""
        self.incidents: Counter[Reason] = Counter()
        """How often a claim was left UNKNOWN because of what a verifier did, not because of what the claim says."""
        self._verifiers = dict(verifiers)
        self._limits = limits or Limits()
        self._crew = Crew(self._verifiers, self.size, self._limits, tuple(search_path))
        self._turns = asyncio.Semaphore(2 * self.size)  # a chain that is read is judged before yet others are read
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
        """Kill all workers. Checks that are still under way end with RuntimeError."""
        self._crew.dismiss()
        await asyncio.sleep(0)  # lets the event loop close what is left of their sockets

    async def check(self, claims: Sequence[Claim], problem: Problem) -> tuple[CheckedClaim, ...]:
        """Judge claims, in order, each by every verifier that accepts it. No verifier can make this raise."""
        return await self._check(claims, problem, _Budget(self._limits.chain_seconds))

    async def review(self, problem: Problem, solution: str | Sequence[str]) -> Review:
        """Read a solution, given as its text or as its steps, and judge its claims.

        Reading happens in a worker too. Where it fails, the review holds one claim, the whole text, that is UNKNOWN.
        The text of a solution given as steps is what they are when joined by blank lines. ``seconds`` is the time that
        workers spent on it.
        """
        text, steps = (solution, None) if isinstance(solution, str) else _join(solution)
        budget = _Budget(self._limits.chain_seconds)
        async with self._turns:
            reading = await self._read(text, steps, problem, budget)
            claims = reading.failure or await self._check(reading.claims, problem, budget)
        return Review(
            problem=problem, text=text, steps=reading.steps, claims=claims, answer=reading.answer, seconds=budget.used
        )

    async def _read(self, text: str, given: tuple[Step, ...] | None, problem: Problem, budget: _Budget) -> _Reading:
        clock = asyncio.get_running_loop().time
        try:
            async with self._crew.lend() as worker:
                begun = clock()
                steps = None if given is None else [pack_step(step) for step in given]
                worker.send({"read": self._reading, "problem": pack_problem(problem), "text": text, "steps": steps})
                worker.served += 1
                try:
                    match await worker.receive(budget.left):
                        case ["reading", list(found), list(claims), answer]:
                            return _rebuild(text, given, found, claims, answer)
                        case ["raised", str(trouble), _]:
                            reason = Reason.CRASHED
                        case _:
                            raise worker.distrusted()
                except ValueError:
                    raise worker.distrusted() from None
                finally:
                    budget.used += clock() - begun
        except LostError as lost:
            reason, trouble = lost.reason, str(lost)
        verdict = self._incident("reading", reason, trouble, budget.used)
        whole = Claim(text=text, span=Span(0, len(text)))
        return _Reading(given or (), (), None, (CheckedClaim(claim=whole, verdicts=(verdict,)),))

    async def _check(self, claims: Sequence[Claim], problem: Problem, budget: _Budget) -> tuple[CheckedClaim, ...]:
        about = hashlib.blake2b(problem.text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
        keys = [_key(claim, about) for claim in claims]
        cells = {(key, name): claim for key, claim in zip(keys, claims, strict=True) for name in self._verifiers}
        found: _Found = {}
        while todo := {cell: claim for cell, claim in cells.items() if not self._recall(cell, found)}:
            mine = {cell: claim for cell, claim in todo.items() if cell not in self._pending}
            if mine:
                await self._settle(mine, problem, budget, found)
            else:  # other chains are having them judged
                await asyncio.wait({self._pending[cell] for cell in todo}, return_when=asyncio.FIRST_COMPLETED)
        return _propagate(
            CheckedClaim(claim=claim, verdicts=tuple(filter(None, [found[key, name] for name in self._verifiers])))
            for key, claim in zip(keys, claims, strict=True)
        )

    async def _settle(self, cells: Mapping[_Cell, Claim], problem: Problem, budget: _Budget, found: _Found) -> None:
        """Have cells judged that nobody else is having judged, as far as the budget goes."""
        settled = asyncio.get_running_loop().create_future()
        self._pending.update(dict.fromkeys(cells, settled))
        try:
            while todo := {cell: claim for cell, claim in cells.items() if cell not in found}:
                if budget.left <= 0:
                    self._give_up(todo, Reason.TIMED_OUT, f"the chain's {budget.limit:.3g} s were used up", found)
                else:
                    await self._judge(todo, problem, budget, found)
        except LostError as lost:
            self._give_up([cell for cell in cells if cell not in found], lost.reason, str(lost), found)
        finally:
            for cell in cells:
                del self._pending[cell]
            settled.set_result(None)

    async def _judge(self, cells: Mapping[_Cell, Claim], problem: Problem, budget: _Budget, found: _Found) -> None:
        """Have one worker judge cells, until all are done or it is lost over one of them."""
        clock = asyncio.get_running_loop().time
        async with self._crew.lend() as worker:
            for key, name in cells:
                if name not in worker.verifiers:
                    self._give_up([(key, name)], Reason.UNAVAILABLE, self._crew.unavailable[name], found)
            order = [cell for cell in cells if cell not in found]
            items = [
                (pack_claim(cells[same[0]]), [name for _, name in same])
                for same in (list(group) for _, group in groupby(order, key=lambda cell: cell[0]))
            ]
            worker.send({"judge": items, "problem": pack_problem(problem)})
            worker.served += len(order)
            declined = 0
            for cell in order:
                if declined:
                    declined -= 1
                    self._keep(cell, None, found)
                    continue
                begun = clock()
                seconds = min(self._limits.claim_seconds, max(budget.left, 0.0))
                try:
                    message = await worker.receive(seconds)
                    verdict = self._understand(cell[1], message, worker)
                except LostError as lost:
                    if lost.reason is Reason.TIMED_OUT and seconds < self._limits.claim_seconds:
                        budget.used = budget.limit  # this claim was cut short by what the others took: it is no failure
                        return
                    verdict = self._incident(cell[1], lost.reason, str(lost), clock() - begun)
                    self._keep(cell, verdict, found)
                    return
                finally:
                    budget.used += clock() - begun
                declined = message[1] - 1 if verdict is None else 0
                self._keep(cell, verdict, found)
            if declined:
                raise worker.distrusted()

    def _understand(self, name: str, message: list[Any], worker: Worker) -> Verdict | None:
        match message:
            case ["declined", int(number)] if number > 0:
                return None
            case ["verdict", fields]:
                try:
                    return unpack_verdict(fields)
                except ValueError:
                    raise worker.distrusted() from None
            case ["raised", str(trouble), int() | float() as seconds]:
                return self._incident(name, Reason.CRASHED, trouble, seconds)
            case ["exhausted", str(trouble), _]:
                worker.kill()
                raise LostError(Reason.CRASHED, trouble)
        raise worker.distrusted()

    def _incident(self, method: str, reason: Reason, evidence: str, seconds: float = 0.0) -> Verdict:
        self.incidents[reason] += 1
        _LOG.info("%s left a claim open: %s (%s)", method, reason, evidence)
        return Verdict(outcome=Outcome.UNKNOWN, method=method, reason=reason, evidence=evidence, seconds=seconds)

    def _give_up(self, cells: Iterable[_Cell], reason: Reason, evidence: str, found: _Found) -> None:
        """Leave cells open for this time; nothing is kept of it."""
        found.update({cell: self._incident(cell[1], reason, evidence) for cell in cells})

    def _keep(self, cell: _Cell, verdict: Verdict | None, found: _Found) -> None:
        found[cell] = verdict
        first = self._known.pop(cell, None) is None
        failed = verdict is not None and verdict.reason in _FAILURES
        self._known[cell] = _Known(verdict, again=failed and first)
        if len(self._known) > self._remember:
            self._known.popitem(last=False)

    def _recall(self, cell: _Cell, found: _Found) -> bool:
        """Whether a cell needs no judging (any more)."""
        if cell in found:
            return True
        known = self._known.get(cell)
        if known is None or known.again:
            return False
        self._known.move_to_end(cell)
        found[cell] = known.verdict
        return True


def _key(claim: Claim, about: str) -> str:
    """All that a claim says in its problem, not where it stands, nor, once it is read, how it was written.

    Args:
        claim: the claim.
        about: a digest of the problem's text.
    """
    said = claim.text if claim.formal is None else claim.formal
    flags = f"{claim.rounded:d}{claim.universal:d}{claim.tentative:d}{claim.formal is None:d}"
    premises = sorted({(premise.formal, premise.universal) for premise in claim.premises}) if claim.premises else ()
    return f"{claim.kind} {claim.modality} {flags} {len(said)} {said} {premises} {claim.program} {about}"


def _propagate(claims: Iterable[CheckedClaim]) -> tuple[CheckedClaim, ...]:
    """Mark the claims that stand on a refuted one, directly or not, with the first such."""
    marked: list[CheckedClaim] = []
    for checked in claims:
        causes = [_cause(marked[index], index) for index in checked.claim.uses if index < len(marked)]
        first = min((cause for cause in causes if cause is not None), default=None)
        marked.append(checked if first is None else replace(checked, follows_error=first))
    return tuple(marked)


def _cause(checked: CheckedClaim, index: int) -> int | None:
    """The error that a claim hands on to those that stand on it."""
    if checked.follows_error is not None:
        return checked.follows_error
    return index if checked.refuted else None


def _join(solution: Sequence[str]) -> tuple[str, tuple[Step, ...]]:
    steps, start = [], 0
    for index, step in enumerate(solution):
        steps.append(Step(index=index, span=Span(start, start + len(step))))
        start += len(step) + len(_BETWEEN_STEPS)
    return _BETWEEN_STEPS.join(solution), tuple(steps)


def _rebuild(text: str, given: tuple[Step, ...] | None, steps: list[Any], claims: list[Any], answer: Any) -> _Reading:
    """What a worker read in a text.

    Raises:
        ValueError: it cannot have been read there.
    """
    reading = _Reading(
        tuple(map(unpack_step, steps)) if given is None else given,
        tuple(map(unpack_claim, claims)),
        unpack_answer(answer),
    )
    spans = [step.span for step in reading.steps] + [claim.span for claim in reading.claims]
    if reading.answer is not None:
        spans.append(reading.answer.span)
    if any(span.end > len(text) for span in spans):
        raise ValueError("outside the text")
    return reading
