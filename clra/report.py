"""What a person reads in the terminal: progress, checked solutions, and what is installed."""

import gzip
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console, Group
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from clra.terminal import MARKS, STYLES, line, named, shortened
from clra.types import CheckedClaim, ClaimKind, Modality, Outcome, Program, Review

if TYPE_CHECKING:
    from clra.batch import BatchSummary
    from clra.doctor import Finding
    from clra.evaluation import EvalProgress
    from clra.run import Progress as SolveProgress


@contextmanager
def counting(unit: str, path: Path, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show how many rows of a file are done, with the time that is left, on standard error."""
    with _bar(quiet) as bar:
        task = bar.add_task(unit, total=None if bar.disable else _rows(path), state="")
        yield lambda done: bar.update(task, completed=done)


def _rows(path: Path) -> int | None:
    """Lines of a file, plain or gzipped; None where it cannot be read, which its reader will explain."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return sum(1 for line in file if not line.isspace())
    except (OSError, EOFError, zlib.error):
        return None


@contextmanager
def progressing(unit: str, total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show how many of so many are done, with the time that is left."""
    with _bar(quiet) as bar:
        task = bar.add_task(unit, total=total, state="")
        yield lambda done: bar.update(task, completed=done)


class Comparing(NamedTuple):
    """What a comparison tells of how far it is."""

    checked: Callable[[int], None]
    """Called with the number of problems whose chains are checked."""
    voted: Callable[[int, int], None]
    """Called with the number of problems voted on with fewer chains, and that of all."""


@contextmanager
def comparing(paths: Sequence[Path], *, quiet: bool) -> Iterator[Comparing]:
    """Show how many problems of a file are checked, and then voted on, with the time that is left."""
    lines = len(paths) == 1 and paths[0].name.removesuffix(".gz").endswith(".jsonl")

    with _bar(quiet) as bar:
        checks = bar.add_task("checked", total=None if bar.disable or not lines else _rows(paths[0]), state="")
        votes = bar.add_task("voted on", total=None, state="", visible=False)
        yield Comparing(
            checked=lambda done: bar.update(checks, completed=done),
            voted=lambda done, total: bar.update(votes, completed=done, total=total, visible=True),
        )


class Evaluating(NamedTuple):
    """What an evaluation tells of how far it is."""

    solved: Callable[["EvalProgress"], None]
    voted: Callable[[int, int], None]
    """Called with the number of tasks voted on with fewer chains, and that of all."""


@contextmanager
def evaluating(total: int, done: int, *, quiet: bool) -> Iterator[Evaluating]:
    """Show how many chains of a benchmark are drawn and checked, and how fast, with the time that is left."""
    with _bar(quiet) as bar:
        chains = bar.add_task("chains", total=total, completed=done, state="")
        votes = bar.add_task("voted on", total=None, state="", visible=False)

        def show(progress: "EvalProgress") -> None:
            rate = progress.tokens / max(progress.seconds, 1e-9)
            failed = f"   {progress.failures} failed" if progress.failures else ""
            state = f"{progress.tasks}/{progress.total} problems   {rate:,.0f} tokens/s{failed}"
            bar.update(chains, completed=progress.chains, state=state)

        yield Evaluating(
            solved=show,
            voted=lambda done, total: bar.update(votes, completed=done, total=total, visible=True),
        )


@contextmanager
def solving(total: int, *, quiet: bool) -> Iterator[Callable[["SolveProgress"], None]]:
    """Show chains drawn, answers so far and refuted claims, on standard error."""
    with _bar(quiet) as bar:
        task = bar.add_task("chains", total=total, state="")

        def show(progress: "SolveProgress") -> None:
            answers = "  ".join(f"{named(row, 20)} ×{len(row.chains)}" for row in progress.tally.rows[:3])
            refuted = sum(len(chain.refuted) for chain in progress.chains)
            bar.update(task, completed=len(progress.chains), state=f"{answers}   {refuted} claims refuted")

        yield show


def _bar(quiet: bool) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[state]}", markup=False),
        console=Console(stderr=True),
        transient=True,
        disable=quiet or not sys.stderr.isatty(),
    )


def print_review(review: Review) -> None:
    """Print each step with its claims, coloured by outcome, and how each claim was read."""
    console = Console()
    first_error = review.first_error
    claims: dict[int, list[CheckedClaim]] = defaultdict(list)
    for checked in review.claims:
        claims[checked.claim.step].append(checked)
    for step in review.steps:
        text = review.text[step.span.start : step.span.end].strip()
        wrong = step.index == first_error
        console.print(Text(f"{step.index + 1:>3}  ", style="bold red" if wrong else "bold").append_text(line(text)))
        for checked in claims[step.index]:
            console.print(Padding(_claim_line(checked, review.claims), (0, 0, 0, 5)))
    decided = Counter(checked.outcome for checked in review.claims)
    console.print()
    if first_error is None:
        console.print(Text("no claim is proved false", style="bold"))
    else:
        console.print(Text(f"first error: step {first_error + 1}", style="bold red"))
    console.print(
        Text(
            f"{len(review.claims)} claims: {decided[Outcome.CONFIRMED]} confirmed, {decided[Outcome.REFUTED]} refuted, "
            f"{decided[Outcome.UNKNOWN]} left open",
            style="dim",
        )
    )


def _claim_line(checked: CheckedClaim, claims: Sequence[CheckedClaim]) -> Group:
    outcome, claim, verdict = checked.outcome, checked.claim, checked.telling
    head = Text(f"{MARKS[outcome]} ", style=STYLES[outcome])
    if claim.kind is ClaimKind.ANSWER:
        head.append("final answer: ", style="bold")
    told = claim.text if claim.program is None else _described(claim.program)
    head.append_text(line(told, STYLES[outcome]))
    if claim.modality is not Modality.ASSERTED:
        head.append(f"  ({claim.modality.value})", style="dim")
    details = []
    if verdict is not None and verdict.evidence and outcome is not Outcome.UNKNOWN:
        details.append(verdict.evidence.removeprefix(f"{claim.text} ").removeprefix("is "))
    elif checked.reason is not None:
        details.append(f"left open: {checked.reason.value}")
        if claim.program is not None and verdict is not None and verdict.evidence:
            details.append(verdict.evidence)
    if claim.formal is not None and claim.formal.replace(" ", "") != claim.text.replace(" ", ""):
        details.append(f"read as {claim.formal}")
    if verdict is not None:
        details.append(verdict.method)
    lines = [head, Text("  " + shortened("; ".join(details), 160), style="dim")]
    if checked.follows_error is not None:
        cause = claims[checked.follows_error].claim
        lines.append(
            Text(f"  follows from the error in step {cause.step + 1}: {shortened(cause.text)}", style="yellow")
        )
    return Group(*lines)


def _described(program: Program) -> str:
    """What a program is said to do, on one line."""
    lines = [line.strip() for line in program.code.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(("#", "import ", "from "))] or lines
    head = program.call or " … ".join([*telling[:1], ""] if len(telling) > 1 else telling)
    verb = "returns" if program.call else "prints"
    return f"program {shortened(head, 60)} {verb} {shortened(program.output, 60)}"


def print_batch(summary: "BatchSummary", output: Path) -> None:
    """Print what a batch came to."""
    console = Console()
    console.print(Text(f"{summary.rows} rows, {summary.claims} claims, {summary.refuted} rows with a refuted claim"))
    if summary.resumed:
        console.print(Text(f"{summary.resumed} rows were there already"))
    if not summary.complete:
        console.print(Text(f"interrupted: the same command goes on where {output} ends", style="yellow"))


def print_plugins(installed: Mapping[str, Mapping[str, str]]) -> None:
    """Print the installed plug-ins by kind."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("kind", "name", "where"):
        table.add_column(heading)
    for kind, points in installed.items():
        for name, place in points.items():
            table.add_row(Text(kind), Text(name), Text(place))
    Console().print(table)


def print_findings(findings: Sequence["Finding"]) -> None:
    """Print what works and how to get the rest."""
    console = Console()
    for finding in findings:
        if finding.works:
            mark, style = "✓", "green"
        else:
            mark, style = ("✗", "red") if finding.needed else ("·", "dim")
        console.print(Text.assemble((f"{mark} ", style), (finding.name, "bold"), f"  {finding.detail}"), soft_wrap=True)
        if finding.remedy:
            console.print(Text(f"    {finding.remedy}", style="dim"), soft_wrap=True)
