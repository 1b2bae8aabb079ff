"""One problem being solved: chains are drawn, watched, checked and counted until the vote is settled.

Chains are checked while others are drawn: reading and judging happen in the workers, and nothing here waits for either
before the next chain is taken. Where a confidence is asked for, or tokens are limited, chains come in waves, and vote
and budget are looked at between them, so that a seed draws the same chains every time, the first of the full budget.
"""

import asyncio
import heapq
import logging
import time
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from clra.choosing import let_model_choose
from clra.config import Settings
from clra.errors import ModelError, RequestRefusedError
from clra.metering import CHARACTERS_PER_TOKEN, Meters
from clra.oversight import Oversight
from clra.parsing.answers import final_answer
from clra.parsing.listed import split_list
from clra.parsing.programming import is_programming
from clra.protocols import Strategy
from clra.reliability import rated
from clra.sampling import TokenEvidence, draw, token_evidence
from clra.selection import Selection
from clra.types import Chain, Problem, ScoredChain, StopReason, Tally
from clra.waiting import unless
from clra.waves import Waves

if TYPE_CHECKING:
    from clra.engine import Judges

_LOG = logging.getLogger(__name__)

ALWAYS_TOLD: Final = 100
"""Chains up to which progress is told after every one."""
SECONDS_BETWEEN: Final = 0.2
"""Two tellings after that."""
GRACE: Final = 1.0
"""Seconds past the budget in which answers are still read, without a check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come; handed to ``on_progress`` after every chain, of many chains a few times a second."""

    chains: tuple[ScoredChain, ...]
    tally: Tally
    total: int
    """Chains that were asked for."""


@dataclass(slots=True)
class Run:
    """One problem being solved. It belongs to the event loop that it is made in."""

    problem: Problem
    settings: Settings
    vote: Strategy
    models: Meters
    judges: "Judges"
    on_progress: Callable[[Progress], None] | None
    waves: Waves = field(init=False)
    oversight: Oversight = field(init=False)
    evidence: TokenEvidence = field(init=False)
    """What the model is asked about the tokens of its chains."""
    loop: asyncio.AbstractEventLoop = field(init=False)
    drawn: list[Chain] = field(default_factory=list)
    scoring: list[asyncio.Task[None]] = field(default_factory=list)
    """A task for each of them."""
    scored: dict[int, ScoredChain] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    """What the answers have by now, under an additive strategy."""
    stopped: StopReason | None = None
    halted: asyncio.Event = field(default_factory=asyncio.Event)
    """Nothing more is to be drawn, or, once all is drawn, to be chosen."""
    halts: set[StopReason] = field(default_factory=set)
    """All reasons for that."""
    silenced: asyncio.Event = field(default_factory=asyncio.Event)
    """The model is to be asked nothing more, whatever for."""
    late: asyncio.Event = field(default_factory=asyncio.Event)
    """Nothing more is to be waited for."""
    unchecked: int = 0
    """Chains that vote as they are, since no time was left."""
    unjudged: int = 0
    """Chains that the model has not judged, since a budget was used up, the run interrupted, or the model refused."""
    uncomputed: int = 0
    """Chains whose answers were not compared with check programs, for the same reasons."""
    selections: list[Selection] = field(default_factory=list)
    """What the model chose between the chains, where the strategy counts that."""
    failures: list[str] = field(default_factory=list)
    """What the model's failures say."""
    refusals: list[str] = field(default_factory=list)
    """What it says where it does not judge a chain."""
    begun: float = field(default_factory=time.perf_counter)
    told: float = 0.0
    draw_seconds: float = 0.0
    select_seconds: float = 0.0
    told_characters: int = 0
    told_tokens: int = 0
    """Of the chains whose tokens the model tells."""

    def __post_init__(self) -> None:
        review = partial(self.judges.pool.review, self.problem) if self.settings.abort_refuted else None
        self.loop = asyncio.get_running_loop()
        self.waves = Waves(self.problem, self.settings, self.vote)
        self.evidence = token_evidence(self.vote, self.settings)
        self.oversight = Oversight(review, at_once=2 * self.judges.pool.size)
        if self.settings.max_total_tokens is not None or self.settings.max_seconds is not None:
            for meter in (self.models.judge, self.models.check, self.models.select):
                meter.grown = self.grown

    @property
    def left(self) -> int:
        """Chains that were not drawn yet."""
        return self.settings.chains - len(self.drawn)

    @property
    def computes(self) -> bool:
        """Whether the model is asked for programs that compute the answer anew."""
        asked = self.settings.check_programs and self.judges.checkers
        return bool(asked) and not is_programming(self.problem)

    @property
    def lost(self) -> int:
        """Chains that were drawn and that nothing is known of."""
        return len(self.drawn) - len(self.scored)

    @property
    def characters_per_token(self) -> float:
        """As measured so far."""
        known = self.told_tokens and self.told_characters
        return self.told_characters / self.told_tokens if known else CHARACTERS_PER_TOKEN

    async def collect(self, stop: asyncio.Event) -> None:
        """Draw, check and count, until the vote is settled, a budget is used up, or ``stop`` is set.

        Raises:
            ModelError: the model failed before its first chain.
        """
        interrupt = asyncio.create_task(self.halt_when(stop))
        timer = None
        if self.settings.max_seconds is not None:
            left = self.settings.max_seconds - (time.perf_counter() - self.begun)
            timer = asyncio.get_running_loop().call_later(left, self.halt, StopReason.SECONDS)
        try:
            await self.draw_waves()
            self.draw_seconds = time.perf_counter() - self.begun
            if self.scoring:
                await unless(self.late, asyncio.wait(self.scoring))
                await asyncio.wait(self.scoring, timeout=GRACE / 2)  # what waited for the model needs no more time
            await let_model_choose(self)
        finally:
            if timer is not None:
                timer.cancel()
            for task in (interrupt, *self.scoring):
                task.cancel()
            await self.oversight.aclose()
            outcomes = await asyncio.gather(*self.scoring, interrupt, return_exceptions=True)
        await self.read_unchecked()
        for meter in self.models.all:
            meter.settle(self.characters_per_token)
        for outcome in outcomes:
            if isinstance(outcome, ModelError):
                self.fail(outcome)
            elif isinstance(outcome, Exception):
                raise outcome

    async def draw_waves(self) -> None:
        """Draw until there are enough chains. Those that are being drawn when the run is halted are given up."""
        try:
            while not self.halted.is_set() and self.left:
                wave = self.waves.next(len(self.drawn), round(self.tokens()), self.tally)
                if not wave:
                    self.halt(StopReason.TOKENS)
                    break
                await self.draw_wave(wave)
                if self.left and self.scoring:
                    await unless(self.halted, asyncio.wait(self.scoring))
                    if (settled := self.waves.settled(wave, self.ordered(), self.left)) is not None:
                        self.halt(settled)
        except ModelError as error:
            if not self.drawn:
                raise
            self.halt(StopReason.FAILED)
            self.fail(error)
        # what is given up is lost, its tokens are spent
        self.models.draw.spent["draw"] += round(self.oversight.give_up() / self.characters_per_token)

    async def draw_wave(self, wave: range) -> None:
        """Draw some chains, and have each scored while the others are still being drawn."""
        judged = bool(self.judges.critics)
        drawing = draw(
            self.models.draw,
            self.problem,
            self.settings,
            judged=judged,
            wave=wave,
            watch=self.watch,
            evidence=self.evidence,
        )
        async with aclosing(drawing) as chains:
            while (chain := await unless(self.halted, anext(chains, None))) is not None:
                self.oversight.finished(chain.index)
                if chain.tokens is not None:
                    self.told_characters += len(chain.text)
                    self.told_tokens += chain.tokens
                self.drawn.append(chain)
                self.scoring.append(asyncio.create_task(self.score(chain)))
                self.keep_to_tokens()

    def watch(self, index: int, text: str) -> bool:
        """Whether a chain that is being drawn is to be cut off. Called from whatever thread draws."""
        cut = self.oversight.look(index, text)
        self.keep_to_tokens()
        return cut

    def grown(self) -> bool:
        """Whether a reply that is not a chain is to be cut off. Called from whatever thread draws."""
        self.keep_to_tokens()
        return self.silenced.is_set()

    def tokens(self) -> float:
        """Those of finished replies, and of the others by their characters."""
        untold = self.oversight.characters + sum(meter.characters for meter in self.models.all)
        return self.models.tokens + untold / self.characters_per_token

    def keep_to_tokens(self) -> None:
        """End what is asked of the model where the tokens are used up."""
        most = self.settings.max_total_tokens
        if most is not None and not self.silenced.is_set() and self.tokens() >= most:
            with suppress(RuntimeError):  # the loop was closed, and nobody draws
                self.loop.call_soon_threadsafe(self.spend_out)

    def spend_out(self) -> None:
        """Ask nothing more: the tokens are used up."""
        self.silenced.set()
        self.halt(StopReason.TOKENS)

    async def halt_when(self, stop: asyncio.Event) -> None:
        """Halt once an event of the caller's is set."""
        await stop.wait()
        self.halt(StopReason.INTERRUPTED)

    def halt(self, reason: StopReason) -> None:
        """Draw no more; the first reason is the one that is told."""
        self.stopped = self.stopped or reason
        self.halts.add(reason)
        self.halted.set()
        if reason in {StopReason.SECONDS, StopReason.INTERRUPTED}:
            self.silenced.set()
        if reason is StopReason.SECONDS:
            self.late.set()

    def fail(self, error: ModelError) -> None:
        """Go on with what there is, and say why it is less than was asked for."""
        note = f"the model failed in the middle: {error}"
        if note not in self.failures:
            self.failures.append(note)

    def refused(self, error: RequestRefusedError) -> None:
        """Tell that the model does not judge a chain."""
        note = f"the model refused to judge: {error}"
        if note not in self.refusals:
            self.refusals.append(note)

    async def score(self, chain: Chain) -> None:
        """Read and check one chain, see whether it settles the vote, and say how far the run has come."""
        scored = await self.judges.score(
            chain,
            self.problem,
            self.models.judge,
            checking=self.models.check,
            seed=self.settings.seed,
            silenced=self.silenced,
            on_refusal=self.refused,
        )
        self.unjudged += bool(self.judges.critics) and scored.critique is None
        self.uncomputed += self.silenced.is_set() and self.computes and not scored.check_programs
        _LOG.debug("chain %d: %s", chain.index, scored.answer)
        self.scored[chain.index] = scored
        if self.waves.settle_early:
            for row in self.vote([scored]).rows:
                self.weights[row.answer.key] = self.weights.get(row.answer.key, 0.0) + row.weight
            ahead, unscored = heapq.nlargest(2, self.weights.values()), self.settings.chains - len(self.scored)
            if self.left and self.waves.certain(ahead, unscored):
                self.halt(StopReason.DECIDED)
        self.keep_to_tokens()
        self.tell()

    def tell(self) -> None:
        """Say how far the run has come, of many chains not after every one."""
        now, done = time.perf_counter(), len(self.scored)
        often = done <= ALWAYS_TOLD or done == self.settings.chains or now - self.told >= SECONDS_BETWEEN
        if self.on_progress is not None and often:
            self.told = now
            self.on_progress(Progress(chains=self.ordered(), tally=self.tally(), total=self.settings.chains))

    async def read_unchecked(self) -> None:
        """Let the chains that were not checked in time vote as they are, as far as their answers are quickly read."""
        by = time.perf_counter() + GRACE
        for chain in self.drawn if self.late.is_set() else ():
            if chain.index not in self.scored and time.perf_counter() < by:
                body = replace(chain, text=split_list(chain.text).body)
                answer = await asyncio.to_thread(final_answer, body, self.problem)
                self.scored[chain.index] = rated(ScoredChain(chain=chain, answer=answer), self.judges.calibration)
                self.unchecked += 1

    def ordered(self) -> tuple[ScoredChain, ...]:
        """The scored chains by index."""
        return self.judges.settle([self.scored[index] for index in sorted(self.scored)])

    def tally(self) -> Tally:
        """The vote as it stands."""
        return self.vote(self.ordered())
