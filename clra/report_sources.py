"""What a report tells: of a run that was kept, or of recorded chains, which are checked first."""

import asyncio
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from clra import registry
from clra.compare import score_recorded
from clra.compare_runs import compare_graded
from clra.config import Settings
from clra.engine import open_judges
from clra.errors import ConfigError, InputError
from clra.grading import Graded, grade
from clra.html_problem import Solved
from clra.html_report import Failure, Report
from clra.parsing.recordings import read_recordings
from clra.protocols import Strategy
from clra.reliability import Calibration, answer_reliability, load_calibration
from clra.run_settings import public_settings
from clra.run_tables import open_failures
from clra.store import RunStore, StoredSolution
from clra.strategies import lacking, majority
from clra.types import Problem, ScoredChain, Solution, Usage

_TOLD: Final = ("strategy", "verifiers", "seed", "claim_seconds", "chain_seconds", "sandbox", "program_seconds")
"""Settings that a check of recorded chains depends on."""


async def stored_report(path: Path, settings: Settings) -> Report:
    """What a run that was kept has come to, whether it is done or not.

    Args:
        path: the run.
        settings: for the seed of the bootstrap, and the sandbox in which programs are graded.

    Raises:
        StoreError: the run cannot be read.
        InputError: there is no solution in it.
    """
    with RunStore.open(path) as store:
        header, problems = store.header, store.problems()
        stored = [*store.solutions()]
        failures = sorted(open_failures(store))
    if not stored:
        raise InputError(f"{path}: no problem of this run is solved yet", hint="go on with the run first")
    graded = await grade(stored, settings)
    comparison = await compare_graded(graded, None, seed=settings.seed, calibration=load_calibration(), curves=False)
    return Report(
        title=header.name,
        created=header.created,
        version=header.version,
        dataset=header.dataset,
        settings=header.settings,
        asked=header.repeats * sum(map(header.owns, range(len(problems)))),
        solved=_solved(stored, graded),
        comparison=comparison,
        failures=[Failure(problems[each.position].id, each.repeat, each.message) for each in failures],
        notes=_notes(graded),
    )


async def recorded_report(
    path: Path,
    settings: Settings,
    *,
    on_progress: Callable[[int], None] | None = None,
    stop: asyncio.Event | None = None,
) -> Report:
    """Check recorded chains, and let the strategy of the settings vote on them.

    Args:
        path: recorded chains, in any format that `clra.parsing.recordings` knows.
        settings: verifiers, budgets, workers, strategy, and the seed of the bootstrap.
        on_progress: called with the number of problems checked.
        stop: once set, the problems done by then are told of.

    Raises:
        InputError: the file is not what it should be.
        ConfigError: the chains lack what the strategy votes by.
    """
    vote = registry.strategy(settings.strategy)
    stored: list[StoredSolution] = []
    interrupted = False
    async with open_judges(settings, cached=True) as judges:
        for recorded in read_recordings(path):
            interrupted = stop is not None and stop.is_set()
            if interrupted:
                break
            chains = await score_recorded(recorded, judges)
            missing = lacking(vote, chains)
            if missing:
                raise ConfigError(
                    f"{path}: the strategy {settings.strategy!r} votes by {missing}, which these chains lack",
                    hint="take another --strategy",
                )
            stored.append(StoredSolution(len(stored), 0, voted(recorded.problem, chains, vote, judges.calibration)))
            if on_progress is not None:
                on_progress(len(stored))
    if not stored:
        raise InputError(f"{path}: interrupted before its first problem was checked")
    graded = await grade(stored, settings)
    comparison = await compare_graded(
        graded, None, seed=settings.seed, calibration=judges.calibration, curves=False, stop=stop
    )
    public = public_settings(settings)
    return Report(
        title=path.name,
        version=version("clra"),
        settings={name: public[name] for name in _TOLD},
        asked=len(stored),
        solved=_solved(stored, graded),
        comparison=comparison,
        notes=[*_notes(graded), *(["interrupted: only the problems done by then are told of"] if interrupted else [])],
    )


def voted(problem: Problem, chains: Sequence[ScoredChain], vote: Strategy, calibration: Calibration) -> Solution:
    """The solution that a strategy comes to on scored chains; of its cost only the tokens of the chains are known."""
    chains = tuple(chains)
    tally = vote(chains)
    drawn = sum(scored.chain.tokens or 0 for scored in chains)
    return Solution(
        problem=problem,
        answer=tally.winner.answer if tally.winner else None,
        reliability=answer_reliability(tally, chains, calibration),
        tally=tally,
        majority=majority(chains),
        chains=chains,
        usage=Usage(
            prompt_tokens=sum(scored.chain.prompt_tokens or 0 for scored in chains),
            tokens=drawn,
            chains=len(chains),
            asked=len(chains),
            claims=sum(len(scored.claims) for scored in chains),
            stage_tokens={"draw": drawn} if drawn else {},
        ),
    )


def _solved(stored: Sequence[StoredSolution], graded: Graded) -> list[Solved]:
    """The solutions with the keys that are right: that of the gold answer, and those of programs found to be right."""
    found = dict(zip(graded.tasks, graded.judged, strict=True))
    solved = []
    for position, repeat, solution in stored:
        right: frozenset[str] | None = None
        judged = found.get((position, repeat))
        if judged is not None:
            pairs = zip(solution.chains, judged.chains, strict=True)
            keys = {chain.answer.key for chain, new in pairs if chain.answer is not None and judged.right(new)}
            right = frozenset(keys | {judged.gold} if isinstance(judged.gold, str) else keys)
        solved.append(Solved(solution, right, repeat))
    return solved


def _notes(graded: Graded) -> list[str]:
    if not graded.untested:
        return []
    return [f"{graded.untested} answers are programs that could not be tried here: no sandbox holds"]
