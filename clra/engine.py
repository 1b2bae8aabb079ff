"""Sample, parse, verify, score, vote: the whole of clra on one page."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from clra import registry
from clra.config import Settings, load_settings
from clra.errors import ConfigError, RequestRefusedError
from clra.metering import Meters
from clra.outcome import solution_of
from clra.parsing.equality import equivalent
from clra.protocols import Checker, Critic, Model, Selector, Strategy
from clra.reliability import Calibration, load_calibration, rated
from clra.run import Progress, Run
from clra.seeds import chain_seed
from clra.strategies import evidence_needed
from clra.types import Chain, CheckedClaim, FinishReason, Problem, Review, ScoredChain, Solution
from clra.verdict_cache import VerdictCache, open_cache
from clra.verification import VerifierPool, open_pool
from clra.waiting import unless

T = TypeVar("T")


async def asolve(
    problem: str | Problem,
    *,
    model: str | Model | None = None,
    strategy: str | Strategy | None = None,
    verifiers: Sequence[str] | None = None,
    chains: int | None = None,
    seed: int | None = None,
    settings: Settings | None = None,
    judges: "Judges | None" = None,
    on_progress: Callable[[Progress], None] | None = None,
    stop: asyncio.Event | None = None,
) -> Solution:
    """Answer a problem: draw chains, check their claims while others are drawn, let the reliable ones decide.

    Args:
        problem: the problem, or its text.
        model: ``NAME`` or ``NAME:ARGUMENT`` of an installed backend, or an open model, which stays open.
        strategy: name of an installed strategy, or a function from scored chains to a tally.
        verifiers: names of installed verifiers, or ``module:Class``.
        chains: K, the number of chains to draw; fewer, where the vote is settled before (see `clra.stopping`).
        seed: the same seed draws the same chains, where the model can repeat itself.
        settings: everything else; read from the environment and ``clra.toml`` where not given.
        judges: open verifiers to use in place of ``verifiers``, so that many problems share their workers.
        on_progress: called after every chain; of many chains a few times a second.
        stop: once set, what is drawn by then is returned, with ``complete=False``.

    Raises:
        ConfigError: a setting that cannot be, or a name that no plug-in has.
        ModelError: the model failed before its first chain. After it, what was drawn is returned.
    """
    problem = Problem(text=problem) if isinstance(problem, str) else problem
    settings = (settings or load_settings()).having(
        model=model if isinstance(model, str) else None,
        strategy=strategy if isinstance(strategy, str) else None,
        chains=chains,
        seed=seed,
        verifiers=verifiers,
    )
    vote = strategy if callable(strategy) else registry.strategy(settings.strategy)
    async with AsyncExitStack() as stack:
        if model is None or isinstance(model, str):
            model = registry.open_model(settings)
            stack.push_async_callback(model.aclose)
        if judges is None:
            judges = await stack.enter_async_context(open_judges(settings, vote))
        judges.expect_choices(model)
        models = Meters.of(model, settings)
        run = Run(problem, settings, vote, models, judges, on_progress)
        await run.collect(stop or asyncio.Event())
    return solution_of(run)


async def averify(
    problem: str | Problem,
    solution: str | Sequence[str],
    *,
    verifiers: Sequence[str] | None = None,
    settings: Settings | None = None,
) -> Review:
    """Check one written solution, claim by claim, without a language model.

    Args:
        problem: the problem, or its text; it may be empty.
        solution: the text, or its steps.
        verifiers: names of installed verifiers, or ``module:Class``.
        settings: budgets and number of workers.

    Raises:
        ConfigError: a setting that cannot be, or a name that no plug-in has.
    """
    problem = Problem(text=problem) if isinstance(problem, str) else problem
    settings = (settings or load_settings()).having(verifiers=verifiers)
    async with open_judges(settings) as judges:
        return await judges.review(problem, solution)


async def aequivalent(a: str, b: str) -> bool | None:
    """`equivalent`, in a thread of its own."""
    return await asyncio.to_thread(equivalent, a, b)


def solve(problem: str | Problem, **choices: Any) -> Solution:
    """Run `asolve` to its end; takes the same arguments."""
    return _finish(asolve(problem, **choices))


def verify(problem: str | Problem, solution: str | Sequence[str], **choices: Any) -> Review:
    """Run `averify` to its end; takes the same arguments."""
    return _finish(averify(problem, solution, **choices))


def _finish(work: Coroutine[Any, Any, T]) -> T:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    work.close()
    raise RuntimeError("an event loop is running in this thread: await the function's a... twin instead")


@dataclass(frozen=True, slots=True)
class Judges:
    """The open verifiers of a run: those that calculate, in their workers, those that run programs, and critics.

    With them are the selectors, which let a model choose between chains where the strategy counts that.
    """

    pool: VerifierPool
    checkers: tuple[Checker, ...] = ()
    critics: tuple[Critic, ...] = ()
    selectors: tuple[Selector, ...] = ()
    cache: VerdictCache | None = None
    """Reviews of earlier runs; None where none are to be used."""
    calibration: Calibration = field(default_factory=load_calibration)
    """How the evidence on a chain is weighed."""

    def expect_choices(self, model: Model) -> None:
        """See that the model can be asked to choose between chains, where it is to.

        Raises:
            ConfigError: it cannot.
        """
        for selector in self.selectors:
            if not selector.accepts(model):
                raise ConfigError(
                    f"{model.name} cannot be asked to choose between chains, as {selector.name!r} does",
                    hint="take another --strategy, or a --model that follows instructions",
                )

    async def review(
        self,
        problem: Problem,
        solution: str | Sequence[str],
        model: Model | None = None,
        *,
        seed: int = 0,
        silenced: asyncio.Event | None = None,
    ) -> Review:
        """Read one solution and check its claims by all but the critics.

        Args:
            problem: what is solved.
            solution: the text, or its steps.
            model: asked for programs by those that run them; None where none takes part.
            seed: of the run.
            silenced: once it is set, the model is not waited for.

        Raises:
            ModelError: the model was asked for programs, and did not answer.
        """
        cache = self.cache if model is None else None
        if cache is not None and isinstance(solution, str) and (known := cache.find(problem, solution)) is not None:
            return known
        review, silenced = await self.pool.review(problem, solution), silenced or asyncio.Event()
        for checker in self.checkers:
            found = None
            if model is not None and not silenced.is_set():
                found = await unless(silenced, checker.check(review, model, seed=seed))
            review = found or await checker.check(review, None, seed=seed)
        if cache is not None and isinstance(solution, str):
            cache.keep(review)
        return review

    async def score(
        self,
        chain: Chain,
        problem: Problem,
        model: Model | None = None,
        *,
        checking: Model | None = None,
        seed: int = 0,
        silenced: asyncio.Event | None = None,
        on_refusal: Callable[[RequestRefusedError], None] | None = None,
    ) -> ScoredChain:
        """Read one chain and check its claims. A chain that was cut off has no final answer.

        Args:
            chain: what is read.
            problem: what it solves.
            model: asked by critics; None where none takes part.
            checking: asked for programs by those that run them; None where none takes part.
            seed: of the run.
            silenced: once it is set, the model is not waited for, and the chain has no critique.
            on_refusal: told why the model cannot judge the chain, which then has no critique; without it that is an
                error.

        Raises:
            ModelError: the model refuses or fails.
        """
        silenced = silenced or asyncio.Event()
        review = await self.review(problem, chain.text, checking, seed=seed, silenced=silenced)
        answer = review.answer if chain.finish_reason is FinishReason.STOP else None
        critique: tuple[CheckedClaim, ...] | None = None
        if model is not None and self.critics and answer is None:
            critique = ()  # it has no vote that could count more or less
        elif model is not None and self.critics and not silenced.is_set():
            judging = self._criticised(chain, problem, model, review.claims, chain_seed(seed, problem, chain.index))
            try:
                critique = await unless(silenced, judging)
            except RequestRefusedError as error:
                if on_refusal is None:
                    raise
                on_refusal(error)
        scored = ScoredChain(
            chain=chain,
            answer=answer,
            claims=review.claims,
            critique=critique,
            check_programs=review.check_programs,
        )
        return rated(scored, self.calibration)

    async def _criticised(
        self, chain: Chain, problem: Problem, model: Model, claims: Sequence[CheckedClaim], seed: int
    ) -> tuple[CheckedClaim, ...]:
        """What all critics say of a chain."""
        critique: tuple[CheckedClaim, ...] = ()
        for critic in self.critics:
            critique += await critic.review(model, problem, chain, seed=seed, claims=claims)
        return critique

    def settle(self, chains: Sequence[ScoredChain]) -> tuple[ScoredChain, ...]:
        """Key the answers of one problem's chains anew where that takes all of them."""
        for checker in self.checkers:
            chains = checker.settle(chains)
        return tuple(chains)


@asynccontextmanager
async def open_judges(
    settings: Settings, vote: Strategy | None = None, *, cached: bool = False
) -> AsyncIterator[Judges]:
    """Open the verifiers that the settings name, and the model as critic or selector where the strategy needs it.

    Args:
        settings: their names and budgets.
        vote: the strategy that is to use them; None where no model takes part.
        cached: use the reviews of earlier runs, and keep those of this one.

    Raises:
        ConfigError: one of them can only ask a model, and none takes part.
    """
    names = settings.verifiers
    kinds = {name: registry.load("verifier", name) for name in names}
    critics = {name: kind for name, kind in kinds.items() if hasattr(kind, "review")}
    if vote is not None and "critique" in evidence_needed(vote) and not critics:
        critics = {"model": registry.load("verifier", "model")}
    checkers = {name: kind for name, kind in kinds.items() if hasattr(kind, "check")}
    if vote is None and critics:
        raise ConfigError(f"the verifier {min(critics)!r} asks a model, and none takes part here", hint="leave it out")
    calculating = tuple(name for name in names if name not in critics and name not in checkers)
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(open_pool(settings.having(verifiers=calculating)))
        opened = tuple(kind(settings) for kind in checkers.values())
        for checker in opened:
            stack.push_async_callback(checker.aclose)
        cache = open_cache(settings) if cached else None
        if cache is not None:
            stack.callback(cache.close)
        asked = tuple(kind() for kind in critics.values())
        yield Judges(
            pool,
            opened,
            asked,
            selectors=_selectors(vote),
            cache=cache,
            calibration=load_calibration(settings.calibration),
        )


def _selectors(vote: Strategy | None) -> tuple[Selector, ...]:
    """The selectors whose choices the strategy counts."""
    needed = frozenset() if vote is None else evidence_needed(vote)
    return tuple(registry.load("selector", name)() for name in registry.plugins("selector") if name in needed)
