"""What a person and a machine read about the runs on disk."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clra.run_merging import Merged
from clra.run_settings import usual_settings
from clra.run_tables import RunSummary, TaskRow, Tried, UnreadableRun, open_failures, summary, task_rows
from clra.store import RunStore
from clra.terminal import shortened

_TOLD: Final = ("model", "strategy", "chains", "seed", "verifiers")
"""Settings that are shown even where they are the usual ones."""
_LEAST_CUT: Final = 6
"""Characters that are left of a cell that is cut."""
_MARKS: Final = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("", "dim")}


def summary_record(run: RunSummary | UnreadableRun) -> dict[str, Any]:
    """How far a run is, as ``clra runs list --json`` prints it."""
    if isinstance(run, UnreadableRun):
        return {"path": str(run.path), "error": run.error}
    return asdict(run) | {
        "path": str(run.path),
        "tasks": run.tasks,
        "complete": run.complete,
        "accuracy": run.accuracy,
    }


def run_record(store: RunStore, tried: Tried) -> dict[str, Any]:
    """All that is known of a run but its chains, as ``clra runs show --json`` prints it."""
    problems = store.problems()
    return summary_record(summary(store, tried)) | {
        "version": store.header.version,
        "settings": dict(store.header.settings),
        "solved": [row._asdict() for row in task_rows(store, tried)],
        "failed": [failure._asdict() | {"id": problems[failure.position].id} for failure in open_failures(store)],
    }


def print_runs(runs: Iterable[RunSummary | UnreadableRun]) -> None:
    """Print a line for each run."""
    table = _table(
        "run", "begun (UTC)", "data set", "model", "done", "accuracy", "tokens", "", left=(0, 1, 2, 3, 7), cut=(2, 3)
    )
    unreadable: list[UnreadableRun] = []
    for run in runs:
        if isinstance(run, UnreadableRun):
            unreadable.append(run)
            continue
        table.add_row(
            Text(shortened(run.path.stem, 300)),
            Text(shortened(run.created[:16].replace("T", " "), 16)),
            Text(shortened(run.dataset, 30)),
            Text(shortened(run.model, 40)),
            f"{run.done:,}/{run.tasks:,}",
            _percent(run.accuracy),
            f"{run.tokens:,}",
            _mark(run),
        )
    console = Console()
    if table.row_count:
        console.print(table)
    elif not unreadable:
        console.print(Text("no runs yet: `clra eval` makes them", style="dim"))
    for each in unreadable:
        console.print(Text(shortened(each.error, 300), style="yellow"), soft_wrap=True)


def print_run(store: RunStore, tried: Tried) -> None:
    """Print the settings of a run, what became of each problem, and what it comes to."""
    console, run, header = Console(), summary(store, tried), store.header
    console.print(Text(shortened(run.name), style="bold"), _state(run))
    console.print(
        Text(f"{shortened(run.dataset)}, begun {shortened(run.created, 30)}, clra {shortened(header.version, 20)}")
    )
    if run.shard is not None:
        console.print(Text(f"shard {run.shard[0]} of {run.shard[1]}"))
    console.print(Text("   ".join(_settings(header.settings)), style="dim"))
    rows = [*task_rows(store, tried)]
    if rows:
        console.print()
        console.print(_tasks(rows, repeats=header.repeats))
    console.print()
    for text, style in _totals(run):
        console.print(Text(text, style=style))
    problems = store.problems()
    for failure in open_failures(store):
        where = (
            f"{problems[failure.position].id}, repeat {failure.repeat + 1}"
            if header.repeats > 1
            else problems[failure.position].id
        )
        console.print(Text(f"failed: {shortened(where, 60)}: {shortened(failure.message, 200)}", style="yellow"))


def print_merged(merged: Merged) -> None:
    """Print what came of putting shards together."""
    console = Console()
    console.print(Text(f"{merged.done:,} of {merged.tasks:,} solved ({merged.problems:,} problems)"))
    if merged.missing:
        names = ", ".join(f"{index}/{count}" for index, count in merged.missing)
        console.print(Text(f"not among them: shard {names}", style="yellow"))
    console.print(Text(f"kept in {shortened(str(merged.path), 300)}", style="dim"), soft_wrap=True)


def merged_record(merged: Merged) -> dict[str, Any]:
    """What came of putting shards together, for machines."""
    return asdict(merged) | {"path": str(merged.path), "missing": [f"{each[0]}/{each[1]}" for each in merged.missing]}


def _tasks(rows: Sequence[TaskRow], *, repeats: int) -> Table:
    again = ("repeat",) if repeats > 1 else ()
    table = _table(
        "problem",
        *again,
        "answer",
        "gold",
        "",
        "reliability",
        "chains",
        "tokens",
        left=(0, 1 + len(again), 2 + len(again)),
        cut=(1 + len(again), 2 + len(again)),
    )
    for row in rows:
        mark, style = _MARKS[row.right]
        table.add_row(
            Text(shortened(row.id, 40)),
            *([str(row.repeat + 1)] if again else []),
            Text("none", style="dim") if row.answer is None else Text(shortened(row.answer, 40)),
            Text(shortened(row.gold or "", 40)),
            Text(mark, style=style),
            f"{row.reliability:.2f}",
            f"{row.chains:,}",
            f"{row.tokens:,}" + ("" if row.complete else " (cut short)"),
        )
    return table


def _totals(run: RunSummary) -> Iterator[tuple[str, str]]:
    per = f"{run.problems:,} problems" + (f", {run.repeats} repeats" if run.repeats > 1 else "")
    yield f"{run.done:,} of {run.tasks:,} solved ({per})", "bold"
    if run.accuracy is not None:
        yield f"{run.right:,} of {run.judged:,} right: {_percent(run.accuracy)} %", ""
    if run.judged < run.done:
        yield f"{run.done - run.judged:,} without a right answer to compare with", "dim"
    yield f"{run.tokens:,} tokens drawn, {run.prompt_tokens:,} of prompts, {run.chains:,} chains", ""


def _settings(settings: Any) -> Iterator[str]:
    """The settings that tell this run from the usual one."""
    usual = usual_settings()
    for name, value in settings.items():
        if name in _TOLD or value != usual.get(name):
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield f"{shortened(name, 40)} {shortened(shown, 80)}"


def _mark(run: RunSummary) -> Text:
    if run.writer is not None:
        return Text("running", style="cyan")
    return Text("✓", style="green") if run.complete else Text("partial", style="yellow")


def _state(run: RunSummary) -> Text:
    if run.writer is not None:
        return Text(f"in use by process {run.writer}", style="cyan")
    return Text("complete", style="green") if run.complete else Text("partial", style="yellow")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _table(*headings: str, left: Sequence[int], cut: Sequence[int] = ()) -> Table:
    """A table without lines; ``cut`` are the columns that give way where it is too wide, after them the first."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, heading in enumerate(headings):
        table.add_column(
            heading,
            justify="left" if place in left else "right",
            no_wrap=place not in (0, *cut),
            min_width=_LEAST_CUT if place in cut else None,
            overflow="ellipsis" if place in cut else "fold",
        )
    return table
