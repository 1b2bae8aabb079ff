"""Runs that were kept, under many strategies: their chains are read and checked already."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from clra.compare import compare_in_thread, compare_recorded
from clra.comparison import Comparison, check_names
from clra.config import Settings
from clra.errors import InputError
from clra.grading import Graded, grade
from clra.parsing.recorded import as_recorded
from clra.progress import counted_off
from clra.reliability import Calibration, load_calibration
from clra.store import RunStore


async def compare_runs(
    paths: Sequence[Path],
    settings: Settings,
    *,
    recheck: bool = False,
    strategies: Sequence[str] | None = None,
    on_progress: Callable[[int], None] | None = None,
    on_vote: Callable[[int, int], None] | None = None,
    stop: asyncio.Event | None = None,
) -> Comparison:
    """Let every strategy vote on the chains of runs; repeats of a problem are averaged.

    Args:
        paths: runs, such as the shards of one.
        settings: the seed of the bootstrap, the calibration by which chains and answers are rated, and budgets for
            programs; verifiers, where chains are checked anew.
        recheck: check the chains anew; otherwise the evidence on them is that of the run.
        strategies: names of installed strategies, ``oracle`` and ``random``; all of them where not given.
        on_progress: called with the number of solutions read.
        on_vote: called with the number of problems voted on with fewer chains, and that of all.
        stop: as in `clra.compare.acompare`.

    Raises:
        StoreError: a run cannot be read.
        InputError: no problem that is solved has a known answer.
        UnknownPluginError: no strategy has this name.
    """
    check_names(strategies)
    stop = stop or asyncio.Event()
    name = ", ".join(map(str, paths))
    with ExitStack() as stack:
        stores = [stack.enter_context(RunStore.open(path)) for path in paths]
        stored = (solution for store in stores for solution in store.solutions())
        if recheck:
            return await compare_recorded(
                (as_recorded(each.solution) for each in stored),
                settings,
                name=name,
                strategies=strategies,
                on_progress=on_progress,
                on_vote=on_vote,
                stop=stop,
            )
        calibration = load_calibration(settings.calibration)
        graded = await grade(counted_off(stored, on_progress, stop), settings, calibration=calibration)
    comparison = await compare_graded(
        graded, strategies, seed=settings.seed, calibration=calibration, on_vote=on_vote, stop=stop
    )
    if comparison is None:
        raise InputError(f"{name}: no problem to compare on; expected solved problems with a known answer")
    return comparison


async def compare_graded(
    graded: Graded,
    strategies: Sequence[str] | None,
    *,
    seed: int,
    calibration: Calibration,
    curves: bool = True,
    on_vote: Callable[[int, int], None] | None = None,
    stop: asyncio.Event | None = None,
) -> Comparison | None:
    """`clra.compare.compare_in_thread` for the tasks of a run; None where no right answer is known."""
    if not graded.judged:
        return None
    comparison = await compare_in_thread(
        graded.judged,
        strategies,
        seed=seed,
        calibration=calibration,
        curves=curves,
        on_vote=on_vote,
        stop=stop or asyncio.Event(),
    )
    return replace(comparison, without_gold=graded.without_gold, untested=graded.untested)
