"""What a person and a machine read after an evaluation."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clra.benchmarks.layouts import presets
from clra.comparison_report import points, print_comparison
from clra.evaluation import Session
from clra.evaluation_summary import EvalSummary
from clra.terminal import shortened

_SHOWN_FAILURES: Final = 5


def print_evaluation(summary: EvalSummary, session: Session, path: Path) -> None:
    """Print the accuracies, what they cost, and what is missing."""
    console = Console()
    if summary.comparison is not None:
        print_comparison(summary.comparison, console)
    for text, style in _lines(summary, session):
        console.print(Text(text, style=style))
    for failure in summary.failures[:_SHOWN_FAILURES]:
        told = f"problem {failure.position + 1}, repeat {failure.repeat + 1}: {failure.message}"
        console.print(Text(f"  {shortened(told, 200)}", style="yellow"))
    if not summary.complete:
        why = f": {session.stopped}" if session.stopped else ""
        console.print(Text(f"partial{shortened(why, 300)}; the same command goes on", style="bold yellow"))
    console.print(Text(f"kept in {shortened(str(path), 300)}", style="dim"), soft_wrap=True)


def _lines(summary: EvalSummary, session: Session) -> Iterator[tuple[str, str]]:
    if len(summary.by_repeat) > 1:
        shown = ", ".join(map(points, summary.by_repeat))
        yield f"{shortened(summary.strategy)} by repeat: {shown}", "dim"
    repeats = f" x {summary.repeats} repeats" if summary.repeats > 1 else ""
    shard = f" of shard {summary.shard[0]}/{summary.shard[1]}" if summary.shard is not None else ""
    yield f"{summary.solved:,} of {summary.tasks:,} solved: {summary.problems:,} problems{shard}{repeats}", ""
    stages = ", ".join(f"{stage} {tokens:,}" for stage, tokens in summary.stage_tokens.items() if tokens)
    about = "about " if session.estimated else ""
    yield f"{about}{session.tokens:,} tokens" + (f" ({stages} for what is solved)" if stages else ""), ""
    if session.drawn_tokens:
        rate = session.drawn_tokens / max(session.seconds, 1e-9)
        yield f"this session: {session.drawn_tokens:,} tokens in {session.seconds:,.1f} s, {rate:,.0f} a second", ""
    if session.cost is not None:
        yield f"cost {about}{session.cost:,.4f}, at the prices that were given", ""
    if summary.without_gold and summary.comparison is None:
        yield f"{summary.without_gold:,} solved without a known right answer: no accuracy", "yellow"
    if summary.untested:
        yield f"{summary.untested:,} are not scored: no sandbox holds here for their programs (clra doctor)", "yellow"
    for reason, count in session.incidents.items():
        yield f"{count:,} claims left open in this session: {reason}", "yellow"
    for note in summary.notes:
        yield shortened(note, 200), "dim"
    if summary.failures:
        yield f"{len(summary.failures):,} tasks failed and are not solved", "bold yellow"


def evaluation_record(summary: EvalSummary, session: Session, path: Path) -> dict[str, Any]:
    """The same as JSON; ``complete`` is false where something is missing."""
    record = asdict(summary)
    del record["failures"]
    return {
        **record,
        "complete": summary.complete,
        "path": str(path),
        "stopped": session.stopped or None,
        "tokens": session.tokens,
        "tokens_solved": summary.tokens,
        "tokens_estimated": session.estimated,
        "cost": session.cost,
        "session": {
            "solved": session.solved,
            "resumed": session.resumed,
            "drawn_tokens": session.drawn_tokens,
            "seconds": round(session.seconds, 3),
            "incidents": session.incidents,
        },
        "failures": [
            {"position": each.position, "repeat": each.repeat, "message": each.message} for each in summary.failures
        ],
    }


def print_presets() -> None:
    """Print the benchmarks that are known by name."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("preset", "problems", "data set", "checked against"):
        table.add_column(heading, justify="right" if heading == "problems" else "left")
    for name, preset in presets().items():
        place = ":".join(filter(None, (preset.dataset, preset.config)))
        table.add_row(name, str(preset.rows or "?"), place, preset.confirmed or "unconfirmed")
    console = Console()
    console.print(table)
    for name, preset in presets().items():
        if preset.note:
            console.print(Text(f"{name}: {preset.note}", style="dim"))
    console.print(
        Text("clra's authors have loaded none of them from the hub: look at a few problems first", style="dim")
    )


def presets_record() -> Mapping[str, Any]:
    """The presets as JSON."""
    return {
        name: {
            "dataset": preset.dataset,
            "config": preset.config or None,
            "split": preset.split or None,
            "problems": preset.rows or None,
            "confirmed": preset.confirmed or None,
            "note": preset.note or None,
        }
        for name, preset in presets().items()
    }
