"""A comparison of strategies as a figure: accuracy over chains and tokens, reliability, differences to majority.

Matplotlib, the extra ``clra[plot]``, is imported when a figure is drawn. Equal comparisons make equal files.
"""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from clra.comparison import BASELINE, BOUNDS, Comparison, CurvePoint
from clra.comparison_report import difference, grouped, p_value, points
from clra.errors import ConfigError, InputError
from clra.terminal import shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS: Final = (".svg", ".png")
_COLOURS: Final = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00")
"""Told apart with any colour vision (Okabe and Ito, Color Universal Design, 2008); majority is black."""
_MARKERS: Final = ("s", "^", "D", "v", "P")
_GREY: Final = "#8a8a8a"
_WIDTH: Final = 12.0
"""Inches; 1200 pixels."""
_NAME: Final = 24
_COLUMNS: Final = (0.13, 0.69, 0.99)
"""Right ends of the columns of the table beside the differences, as parts of its width."""
_STYLE: Final[dict[Any, Any]] = {
    "axes.edgecolor": "#444444",
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "figure.constrained_layout.h_pad": 0.1,
    "figure.constrained_layout.w_pad": 0.12,
    "font.size": 10,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "clra",  # the same names in every file
}


class _Line(NamedTuple):
    """How a strategy's curve is drawn."""

    colour: str
    marker: str
    band: bool


def require_plotting(path: Path) -> None:
    """Tell early that a figure cannot be drawn.

    Raises:
        InputError: the name of the file ends in neither ``.svg`` nor ``.png``.
        ConfigError: Matplotlib is not installed.
    """
    if path.suffix.lower() not in FORMATS:
        raise InputError(f"{path}: expected a name that ends in {' or '.join(FORMATS)}")
    if find_spec("matplotlib") is None:
        raise ConfigError("figures need Matplotlib, which is not installed", hint="pip install 'clra[plot]'")


def plot_comparison(path: Path, comparison: Comparison) -> None:
    """Draw the figure to an SVG or PNG file.

    Raises:
        InputError: the file has another name, or cannot be written.
        ConfigError: Matplotlib is not installed.
    """
    require_plotting(path)
    from matplotlib import rc_context  # noqa: PLC0415  # an extra
    from matplotlib.figure import Figure  # noqa: PLC0415

    lines = _lines(comparison)
    above: list[Callable[[Any], None]] = []
    if any(len(curve) > 1 for curve in comparison.curves.values()):
        above.append(lambda axes: _draw_curves(axes, comparison, lines))
    if any(len(curve) > 1 and curve[-1].tokens for curve in comparison.curves.values()):
        above.append(lambda axes: _draw_costs(axes, comparison, lines))
    heights = [4.2] * bool(above) + [max(3.6, 1.0 + 0.25 * len(comparison.strategies))]
    with rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, sum(heights) + 0.4), dpi=100, layout="constrained")
        figure.suptitle(_title(comparison, lines), x=0.01, ha="left", fontsize=10, color="#444444", parse_math=False)
        *top, below = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
        for part in top:
            for axes, draw in zip(part.subplots(1, len(above), squeeze=False)[0], above, strict=True):
                draw(axes)
        ratios = (1.0, 1.15, 1.05) if any(comparison.diagram.values()) else (1.3, 1.0)
        differences, table, *diagram = below.subplots(1, len(ratios), width_ratios=ratios)
        _draw_differences(differences, table, comparison, lines)
        for axes in diagram:
            _draw_diagram(axes, comparison, lines)
        try:
            figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else {"Software": None})
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror or error}") from error


def _title(comparison: Comparison, lines: dict[str, _Line]) -> str:
    parts = [_counted(comparison.problems, "problem"), _counted(comparison.chains, "chain")]
    parts.append(f"pass@1 {points(comparison.pass1)}, oracle {points(comparison.oracle)}")
    if comparison.curves:
        banded = [shortened(name, _NAME) for name, line in lines.items() if line.band and name in comparison.curves]
        grey = "; grey: other strategies" if comparison.curves.keys() - lines.keys() else ""
        parts.append(f"shaded: 95 % intervals of {' and '.join(banded)}{grey}")
    if not comparison.complete:
        parts.append("interrupted")
    return "   ·   ".join(parts)


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'s' * (number != 1)}"


def _lines(comparison: Comparison) -> dict[str, _Line]:
    """The calibrated ones, majority and the most accurate others stand out; the rest is drawn in grey."""
    ordered = [name for group in grouped(comparison) for name in group.scores if name not in (*BOUNDS, BASELINE)]
    ordered.sort(key=lambda name: (name not in comparison.diagram, -comparison.strategies[name].accuracy))
    told = dict(zip(ordered, map(_Line, _COLOURS, _MARKERS, [True] + [False] * 4), strict=False))
    return {BASELINE: _Line("black", "o", band=True), **told}


def _draw_curves(axes: "Axes", comparison: Comparison, lines: dict[str, _Line]) -> None:
    axes.set_title("Accuracy with fewer chains")
    axes.set_xlabel("chains of a problem")
    _draw_lines(axes, comparison, lines, lambda point: point.k)
    ladder = [point.k for point in next(iter(comparison.curves.values()))]
    axes.set_xticks(ladder, [str(k) for k in ladder])


def _draw_costs(axes: "Axes", comparison: Comparison, lines: dict[str, _Line]) -> None:
    axes.set_title("At equal cost")
    axes.set_xlabel("tokens of a problem, all stages")
    _draw_lines(axes, comparison, lines, lambda point: point.tokens)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def _draw_lines(
    axes: "Axes", comparison: Comparison, lines: dict[str, _Line], cost: Callable[[CurvePoint], float | None]
) -> None:
    """Curves over a logarithmic cost, each with its name at its end."""
    axes.set_xscale("log", base=2)
    axes.minorticks_off()
    axes.set_ylabel("accuracy, %")
    axes.grid(axis="y", color="#e6e6e6", linewidth=0.8)
    axes.set_axisbelow(True)
    ends: list[tuple[str, float, float]] = []
    for name, curve in comparison.curves.items():
        where = [(cost(point), point) for point in curve]
        known = [(float(at), point) for at, point in where if at is not None]
        if len(known) < 2:
            continue
        across, up = [at for at, _ in known], [100 * point.accuracy for _, point in known]
        if name not in lines:
            axes.plot(across, up, color="#c8c8c8", linewidth=0.9, zorder=1)
            continue
        line = lines[name]
        axes.plot(across, up, color=line.colour, marker=line.marker, markersize=4, linewidth=1.6, zorder=3)
        if line.band:
            low, high = ([100 * point.ci95[side] for _, point in known] for side in (0, 1))
            axes.fill_between(across, low, high, color=line.colour, alpha=0.11, linewidth=0, zorder=2)
        ends.append((name, across[-1], up[-1]))
    _name_ends(axes, ends, lines)


def _name_ends(axes: "Axes", ends: Sequence[tuple[str, float, float]], lines: dict[str, _Line]) -> None:
    """Write the names beside the ends of their lines, far enough apart to be read."""
    low, high = axes.get_ylim()
    heights = _apart([up for _, _, up in ends], gap=(high - low) / 17)
    for (name, across, up), height in zip(ends, heights, strict=True):
        axes.annotate(
            shortened(name, _NAME),
            xy=(across, up),
            xytext=(1.03, height),
            textcoords=axes.get_yaxis_transform(),
            va="center",
            color=lines[name].colour,
            parse_math=False,
            arrowprops={"arrowstyle": "-", "color": lines[name].colour, "linewidth": 0.6, "alpha": 0.6},
        )


def _apart(heights: Sequence[float], *, gap: float) -> list[float]:
    """The heights, moved as little as leaves at least ``gap`` between any two, in the same order."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    blocks: list[tuple[float, list[int]]] = []  # centre of a pile of labels
    for place in order:
        centre, members = heights[place], [place]
        while blocks and centre - blocks[-1][0] < gap * (len(members) + len(blocks[-1][1])) / 2:
            members = blocks.pop()[1] + members
            centre = sum(heights[each] for each in members) / len(members)
        blocks.append((centre, members))
    moved = list(heights)
    for centre, members in blocks:
        for place, member in enumerate(members):
            moved[member] = centre + gap * (place - (len(members) - 1) / 2)
    return moved


def _draw_diagram(axes: "Axes", comparison: Comparison, lines: dict[str, _Line]) -> None:
    axes.set_title("Reliability")
    axes.set_xlabel("stated reliability, %; numbers: answers")
    axes.set_ylabel("right answers, %")
    axes.plot([0, 100], [0, 100], color=_GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    axes.set(
        xlim=(-2, 102), ylim=(-2, 109), aspect="equal", anchor="N", xticks=range(0, 101, 20), yticks=range(0, 101, 20)
    )
    for name, bins in comparison.diagram.items():
        line = lines.get(name, _Line("black", "o", band=False))
        across, up = [100 * each.reliability for each in bins], [100 * each.accuracy for each in bins]
        spread = [[100 * max(0.0, each.accuracy - each.ci95[0]) for each in bins]]
        spread.append([100 * max(0.0, each.ci95[1] - each.accuracy) for each in bins])
        axes.errorbar(
            across,
            up,
            yerr=spread,
            color=line.colour,
            marker=line.marker,
            markersize=5,
            linewidth=1.2,
            label=f"{shortened(name, _NAME)}: ECE {points(comparison.ece[name])}",
        )
        for each, at in zip(bins, across, strict=True):
            top = (at, 100 * each.ci95[1])
            axes.annotate(
                f"{each.count}", top, (0, 4), textcoords="offset points", ha="center", fontsize=8, color=line.colour
            )
    for text in axes.legend(loc="lower right", fontsize=8).get_texts():
        text.set_parse_math(False)


def _draw_differences(axes: "Axes", table: "Axes", comparison: Comparison, lines: dict[str, _Line]) -> None:
    """Each strategy's difference with its interval, and beside it the numbers."""
    scores = {
        name: score
        for name, score in sorted(comparison.strategies.items(), key=lambda item: -item[1].delta)
        if name not in BOUNDS
    }
    axes.set_title("Accuracy minus that of majority")
    axes.set_xlabel("points, 95 % intervals; hollow: not distinguishable")
    axes.axvline(0, color="black", linewidth=1)
    axes.grid(axis="x", color="#e6e6e6", linewidth=0.8)
    axes.set_axisbelow(True)
    for place, (name, score) in enumerate(scores.items()):
        colour = lines[name].colour if name in lines else "#555555"
        low, high = score.delta_ci95
        spread = [[100 * max(0.0, score.delta - low)], [100 * max(0.0, high - score.delta)]]
        axes.errorbar(
            [100 * score.delta],
            [place],
            xerr=spread,
            color=colour,
            marker=lines[name].marker if name in lines else "o",
            markersize=5,
            linewidth=1.6,
            markerfacecolor=colour if score.differs or name == BASELINE else "white",
        )
        cells = (points(score.accuracy), *((difference(score), p_value(score)) if name != BASELINE else ("", "")))
        for across, text in zip(_COLUMNS, cells, strict=True):
            table.text(across, place, text, ha="right", va="center", fontsize=9)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, -1), max(high, 1))
    axes.set_yticks(range(len(scores)), [shortened(name, _NAME) for name in scores], parse_math=False)
    for rows in (axes, table):
        rows.set_ylim(max(1, len(scores)) - 0.5, -0.5)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    table.axis("off")
    table.set_xlim(0, 1)
    above: dict[str, Any] = {
        "ha": "right",
        "va": "bottom",
        "fontsize": 9,
        "color": "#444444",
        "transform": table.transAxes,
    }
    for across, heading in zip(_COLUMNS, ("accuracy", "difference", "McNemar"), strict=True):
        table.text(across, 1.02, heading, **above)
