"""Recorded chains, read and checked once, under many strategies (`clra.comparison`)."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from clra.comparison import Comparison, CurvePoint, JudgedProblem, Score, check_names, compare_judged
from clra.config import Settings
from clra.engine import Judges, open_judges
from clra.errors import InputError
from clra.parsing.answers import key_for
from clra.parsing.programming import is_programming
from clra.parsing.recorded import RecordedProblem
from clra.parsing.recordings import read_recordings
from clra.progress import counted_off
from clra.reliability import Calibration, rated
from clra.types import Chain, ScoredChain

__all__ = [
    "Comparison",
    "CurvePoint",
    "JudgedProblem",
    "Score",
    "acompare",
    "compare_in_thread",
    "compare_judged",
    "compare_recorded",
    "judge_recorded",
    "score_recorded",
]


async def acompare(
    paths: Path | Sequence[Path],
    settings: Settings,
    *,
    strategies: Sequence[str] | None = None,
    on_progress: Callable[[int], None] | None = None,
    on_vote: Callable[[int, int], None] | None = None,
    stop: asyncio.Event | None = None,
) -> Comparison:
    """Check all recorded chains, then let every strategy vote on them.

    Args:
        paths: recorded chains in any format that `clra.parsing.recordings` knows, in one file, a folder or several.
        settings: verifiers, budgets, workers, and the seed of the bootstrap.
        strategies: names of installed strategies, ``oracle`` and ``random``; all of them where not given.
        on_progress: called with the number of problems checked.
        on_vote: called with the number of problems voted on with fewer chains, and that of all.
        stop: once set, the problems done by then are compared, with ``complete=False``; set later, curves are left out.

    Raises:
        InputError: the file is not what it should be, or no problem in it has a known answer.
        UnknownPluginError: no strategy has this name.
    """
    paths = [paths] if isinstance(paths, Path) else paths
    return await compare_recorded(
        read_recordings(*paths),
        settings,
        name=", ".join(map(str, paths)),
        strategies=strategies,
        on_progress=on_progress,
        on_vote=on_vote,
        stop=stop,
    )


async def compare_recorded(
    problems: Iterable[RecordedProblem],
    settings: Settings,
    *,
    name: str,
    strategies: Sequence[str] | None = None,
    on_progress: Callable[[int], None] | None = None,
    on_vote: Callable[[int, int], None] | None = None,
    stop: asyncio.Event | None = None,
) -> Comparison:
    """`acompare` for problems that are read already, from where ``name`` says."""
    check_names(strategies)
    stop = stop or asyncio.Event()
    judged: list[JudgedProblem] = []
    without_gold = 0
    async with open_judges(settings, cached=True) as judges:
        for recorded in counted_off(problems, on_progress, stop):
            if recorded.problem.gold is None:
                without_gold += 1
            else:
                judged.append(await judge_recorded(recorded, judges))
        incidents = {reason.value: count for reason, count in judges.pool.incidents.items() if count}
    if not judged:
        expected = 'expected rows with "gold"' if without_gold else "expected JSON lines of recorded chains"
        raise InputError(f"{name}: no problem to compare on; {expected}")
    comparison = await compare_in_thread(
        judged, strategies, seed=settings.seed, calibration=judges.calibration, on_vote=on_vote, stop=stop
    )
    return replace(comparison, without_gold=without_gold, incidents=incidents)


async def compare_in_thread(
    judged: Sequence[JudgedProblem],
    strategies: Sequence[str] | None,
    *,
    seed: int,
    calibration: Calibration,
    curves: bool = True,
    on_vote: Callable[[int, int], None] | None = None,
    stop: asyncio.Event,
) -> Comparison:
    """`compare_judged` in a thread, so that Ctrl-C is heard meanwhile.

    Where ``stop`` is set before, the comparison says so with ``complete=False``; set meanwhile, it leaves curves out.
    """
    given_up = threading.Event()
    interrupted = stop.is_set()
    try:
        comparison = await asyncio.to_thread(
            compare_judged,
            judged,
            strategies,
            seed=seed,
            calibration=calibration,
            curves=curves,
            on_vote=on_vote,
            stop=lambda: given_up.is_set() or (stop.is_set() and not interrupted),
        )
    finally:
        given_up.set()
    return replace(comparison, complete=comparison.complete and not interrupted)


async def judge_recorded(recorded: RecordedProblem, judges: Judges) -> JudgedProblem:
    """Score a problem's chains. A programming problem's right answer is a program: it is run like theirs.

    Where the right answer is not known, the key of the result is empty, and no chain is right.
    """
    problem, gold = recorded.problem, recorded.problem.gold
    if gold is None or not is_programming(problem):
        return JudgedProblem(problem, await score_recorded(recorded, judges), key_for(gold, problem) if gold else "")
    reference = Chain(text=f"```python\n{gold.strip()}\n```", index=len(recorded.chains))
    together = replace(
        recorded,
        chains=(*recorded.chains, reference),
        critiques=(*recorded.critiques, None),
        selected=(*recorded.selected, None) if recorded.selected else (),
        answers=(),
    )
    *chains, right = await score_recorded(together, judges)
    return JudgedProblem(problem, tuple(chains), right.answer.key if right.answer else key_for(gold, problem))


async def score_recorded(recorded: RecordedProblem, judges: Judges) -> tuple[ScoredChain, ...]:
    """Read and check the recorded chains of one problem."""
    scored = await asyncio.gather(*(judges.score(chain, recorded.problem) for chain in recorded.chains))
    selected = recorded.selected or (None,) * len(scored)
    return tuple(
        rated(replace(chain, critique=critique, selected=shares), judges.calibration)
        for chain, critique, shares in zip(judges.settle(scored), recorded.critiques, selected, strict=True)
    )
