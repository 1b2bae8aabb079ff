"""Runs that were kept, under many strategies: their chains are scored already."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from clra.compare import compare_in_thread, compare_recorded
from clra.comparison import Comparison, check_names
from clra.config import Settings
from clra.errors import InputError
from clra.grading import grade
from clra.parsing.recorded import as_recorded
from clra.store import RunStore, StoredSolution

_SQLITE: Final = b"SQLite format 3\0"


def is_run(path: Path) -> bool:
    """Whether a file is a run that was kept. What cannot be read is none; its reader explains it."""
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


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
        settings: the seed of the bootstrap, and budgets for programs; verifiers, where chains are checked anew.
        recheck: check the chains anew; otherwise their scores are those of the run.
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
        graded = await grade(_counted(stored, on_progress, stop), settings)
    if not graded.judged:
        raise InputError(f"{name}: no problem to compare on; expected solved problems with a known answer")
    comparison = await compare_in_thread(graded.judged, strategies, seed=settings.seed, on_vote=on_vote, stop=stop)
    return replace(comparison, without_gold=graded.without_gold, untested=graded.untested)


def _counted(
    stored: Iterator[StoredSolution], on_progress: Callable[[int], None] | None, stop: asyncio.Event
) -> Iterator[StoredSolution]:
    """The solutions up to where it is stopped."""
    for done, each in enumerate(stored, start=1):
        if stop.is_set():
            return
        yield each
        if on_progress is not None:
            on_progress(done)
