"""Shards of one evaluation, put together."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from clra.errors import StoreError
from clra.run_settings import differences
from clra.store import RunStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of putting shards together."""

    path: Path
    problems: int
    done: int
    """Tasks: problems times repeats."""
    tasks: int
    missing: tuple[tuple[int, int], ...]
    """Shards (i, n) that were not given."""


def merge_runs(output: Path, shards: Sequence[Path], *, on_progress: Callable[[int], None] | None = None) -> Merged:
    """Put shards together into a run of its own; they stay as they are.

    Args:
        output: where the whole run goes.
        shards: at least one run; each holds all problems of the data set, and has solved some.
        on_progress: called with the number of shards that are in.

    Raises:
        StoreError: the shards are not of one evaluation, two of them solved a task differently, ``output`` is there
            already, or a file cannot be read or written.
    """
    if output.exists():
        raise StoreError(f"{output} is there already", hint="give the whole run another name")
    with ExitStack() as opened:
        stores = [opened.enter_context(RunStore.open(path)) for path in shards]
        for store in stores[1:]:
            _check_alike(stores[0], store)
        _check_conflicts(stores)
        headers = [store.header for store in stores]
        header = replace(headers[0], name=output.stem, created=min(each.created for each in headers), shard=None)
        part = output.with_name(f"{output.name}.part")
        part.unlink(missing_ok=True)
        with ExitStack() as failing:
            failing.callback(part.unlink, missing_ok=True)
            with RunStore.create(part, header) as whole:
                whole.add_problems(stores[0].problems())
                for count, store in enumerate(stores, start=1):
                    whole.absorb(store)
                    if on_progress is not None:
                        on_progress(count)
                problems, done = len(whole.problems()), len(whole.solved())
            part.rename(output)
            failing.pop_all()
    return Merged(
        path=output,
        problems=problems,
        done=done,
        tasks=problems * header.repeats,
        missing=_missing([each.shard for each in headers]),
    )


def _check_alike(first: RunStore, other: RunStore) -> None:
    found = [*differences(first.header, other.header)]
    if not found and first.problems() != other.problems():
        found = ["their problems differ"]
    if found:
        raise StoreError(
            f"{first.path} and {other.path} are no shards of one evaluation: {'; '.join(found)}",
            hint="shards have the same data set and settings, and differ in --shard i/n alone",
        )


def _check_conflicts(stores: Sequence[RunStore]) -> None:
    """Make sure that no task was solved in two ways: which one counts would be a matter of their order."""
    solved_in: dict[tuple[int, int], RunStore] = {}
    conflicts: list[str] = []
    for store in stores:
        for task in store.solved():
            before = solved_in.setdefault(task, store)
            if before is not store and before.solution(*task) != store.solution(*task):
                problem = store.problems()[task[0]]
                conflicts.append(f"problem {problem.id!r}, repeat {task[1] + 1}, in {before.path} and {store.path}")
    if conflicts:
        more = f", and {len(conflicts) - 1} more" if len(conflicts) > 1 else ""
        raise StoreError(f"solved twice, and differently: {conflicts[0]}{more}", hint="leave one of the two out")


def _missing(shards: Sequence[tuple[int, int] | None]) -> tuple[tuple[int, int], ...]:
    given = {shard for shard in shards if shard is not None}
    if None in shards or len({count for _, count in given}) != 1:
        return ()
    count = next(iter(given))[1]
    return tuple((index, count) for index in range(1, count + 1) if (index, count) not in given)
