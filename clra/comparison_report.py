"""A comparison of strategies as a person reads it in the terminal, and as a table for other programs."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from clra.comparison import BASELINE, BOUNDS, FEW_PROBLEMS, Comparison, Score
from clra.errors import InputError
from clra.statistics import Interval
from clra.terminal import shortened

_NAME: Final = 28
"""Characters of a strategy's name that are shown."""
_HEADINGS: Final = ("strategy", "accuracy", "95 % interval", "against majority", "")
COLUMNS: Final = (
    "strategy", "chains", "accuracy", "ci95_low", "ci95_high", "tokens",
    "delta", "delta_ci95_low", "delta_ci95_high", "wins", "losses", "mcnemar", "left_out",
)  # fmt: skip


class Group(NamedTuple):
    """Strategies that stand alike to majority."""

    title: str
    scores: dict[str, Score]
    """The most accurate first."""


def grouped(comparison: Comparison) -> tuple[Group, ...]:
    """Strategies by whether the interval of their difference to majority holds 0; majority and the bounds apart."""
    ordered = dict(sorted(comparison.strategies.items(), key=lambda item: -item[1].accuracy))
    votes = {name: score for name, score in ordered.items() if name != BASELINE and name not in BOUNDS}
    groups = (
        Group("baseline", {name: score for name, score in ordered.items() if name == BASELINE}),
        Group("better than majority", {n: score for n, score in votes.items() if score.differs and score.delta > 0}),
        Group("not distinguishable from majority", {n: score for n, score in votes.items() if not score.differs}),
        Group("worse than majority", {n: score for n, score in votes.items() if score.differs and score.delta < 0}),
        Group("bounds, no votes", {name: score for name, score in ordered.items() if name in BOUNDS}),
    )
    return tuple(group for group in groups if group.scores)


def points(fraction: float, *, signed: bool = False) -> str:
    """A fraction in points of a hundred, with one decimal and a true minus sign."""
    value = round(100 * fraction, 1) + 0.0  # no minus before a zero
    return f"{value:{'+' if signed and value else ''}.1f}".replace("-", "−")


def difference(score: Score) -> str:
    """Such as ``+1.2 [−0.4, +2.9]``."""
    low, high = (points(value, signed=True) for value in score.delta_ci95)
    return f"{points(score.delta, signed=True)} [{low}, {high}]"


def p_value(score: Score) -> str:
    """Such as ``p = 0.21``; empty for a bound."""
    if score.mcnemar is None:
        return ""
    return "p < 0.001" if score.mcnemar < 0.001 else f"p = {score.mcnemar:.{2 if score.mcnemar >= 0.1 else 3}f}"


def print_comparison(comparison: Comparison, console: Console | None = None) -> None:
    """Print every strategy with its accuracy, its difference to majority, and what they are with fewer chains."""
    console = console or Console()
    widths = _widths(comparison)
    headings = True
    for group in grouped(comparison):
        if not headings:
            console.print(Text(group.title, style="italic dim"))
        console.print(_scores(group.scores, widths, headings=headings))
        headings = False
    for lacking in dict.fromkeys(comparison.left_out.values()):
        names = [shortened(name, _NAME) for name, missing in comparison.left_out.items() if missing == lacking]
        console.print(Text(f"left out: lacks {shortened(lacking)}", style="italic dim"))
        console.print(Padding(Text(", ".join(names), style="dim"), (0, 0, 0, 2)))
    if comparison.curves:
        console.print()
        console.print(_fewer(comparison))
    console.print()
    for text, style in _remarks(comparison):
        console.print(Text(text, style=style))


def write_csv(path: Path, comparison: Comparison) -> None:
    """Write a row for every strategy with all chains, one for each smaller number, and one for each left out.

    Fractions, not points; ``chains`` is ``all`` or a number; pass@k stands among the strategies as ``pass@k``.

    Raises:
        InputError: the file cannot be written.
    """
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(_rows(comparison))
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error


def _cells(name: str, score: Score) -> tuple[str, ...]:
    low, high = map(points, score.ci95)
    against = (difference(score), p_value(score)) if name != BASELINE else ("", "")
    return shortened(name, _NAME), points(score.accuracy), f"[{low}, {high}]", *against


def _widths(comparison: Comparison) -> tuple[int, ...]:
    """What the widest cell of each column takes, in all groups, so that these stand below each other."""
    rows = [_HEADINGS, *(_cells(name, score) for name, score in comparison.strategies.items())]
    return tuple(max(map(cell_len, column)) for column in zip(*rows, strict=True))


def _scores(scores: Mapping[str, Score], widths: Sequence[int], *, headings: bool) -> Table:
    """A table in which names alone give way where it is too wide: a number that is cut is another number."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=headings)
    for place, (heading, width) in enumerate(zip(_HEADINGS, widths, strict=True)):
        table.add_column(
            heading,
            min_width=8 if place == 0 else width,
            max_width=width,
            justify="right" if 0 < place < len(widths) - 1 else "left",
            no_wrap=place > 0,
            overflow="ellipsis",
        )
    for name, score in scores.items():
        table.add_row(*map(Text, _cells(name, score)))
    return table


def _fewer(comparison: Comparison) -> Table:
    """Accuracy with fewer chains; what has just one point, because a model chose between all chains, is left out."""
    curves = {name: curve for name, curve in comparison.curves.items() if len(curve) > 1}
    ladder = [point.k for point in next(iter(curves.values()), ())]
    known = any(curve[-1].tokens is not None for curve in curves.values())
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("accuracy with so many chains", no_wrap=True)
    for heading in (*map(str, ladder), *(["tokens of all"] if known else [])):
        table.add_column(heading, justify="right", no_wrap=True)
    for name in (name for group in grouped(comparison) for name in group.scores if name in curves):
        tokens = curves[name][-1].tokens
        cells = [points(point.accuracy) for point in curves[name]]
        table.add_row(
            Text(shortened(name, _NAME)), *cells, *([f"{tokens:,.0f}" if tokens is not None else "?"] if known else [])
        )
    table.add_row(
        Text("pass@k", style="dim"),
        *(Text(points(comparison.pass_at[k]) if k in comparison.pass_at else "–", style="dim") for k in ladder),
    )
    return table


def _remarks(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """What the reader should know besides, each with its style."""
    size = f"{comparison.problems:,} problems, {comparison.chains:,} chains"
    yield f"{size}; pass@1 {points(comparison.pass1)}, oracle {points(comparison.oracle)}", "dim"
    if comparison.ece:
        errors = ", ".join(f"{shortened(name, _NAME)} {points(error)}" for name, error in comparison.ece.items())
        yield f"expected calibration error: {errors} points ({shortened(comparison.calibration, _NAME)})", "dim"
    tested = sum(score.mcnemar is not None for name, score in comparison.strategies.items() if name != BASELINE)
    if tested:
        yield f"p: exact McNemar test against majority, not corrected for {tested} comparisons", "dim"
    if comparison.problems < FEW_PROBLEMS:
        yield f"fewer than {FEW_PROBLEMS} problems: intervals are wide, small differences cannot show", "yellow"
    if comparison.without_gold:
        yield f"{comparison.without_gold:,} problems without a known answer are passed over", "yellow"
    if comparison.untested:
        yield f"{comparison.untested:,} problems are passed over: their programs cannot be tried here", "yellow"
    for reason, count in comparison.incidents.items():
        yield f"{count} claims left open: {reason}", "yellow"
    if not comparison.complete:
        yield "interrupted: only what was done by then is compared", "yellow"


def _rows(comparison: Comparison) -> Iterator[dict[str, object]]:
    for name, score in comparison.strategies.items():
        curve = comparison.curves.get(name, ())
        yield {
            "strategy": name,
            "chains": "all",
            "accuracy": score.accuracy,
            **_limits("ci95", score.ci95),
            "tokens": curve[-1].tokens if curve else None,
            "delta": score.delta,
            **_limits("delta_ci95", score.delta_ci95),
            "wins": score.wins,
            "losses": score.losses,
            "mcnemar": score.mcnemar,
        }
        for point in curve[:-1]:
            yield {
                "strategy": name,
                "chains": point.k,
                "accuracy": point.accuracy,
                **_limits("ci95", point.ci95),
                "tokens": point.tokens,
            }
    for k, share in comparison.pass_at.items():
        yield {"strategy": "pass@k", "chains": k, "accuracy": share}
    for name, lacking in comparison.left_out.items():
        yield {"strategy": name, "left_out": lacking}


def _limits(name: str, interval: Interval) -> dict[str, float]:
    return {f"{name}_low": interval[0], f"{name}_high": interval[1]}
