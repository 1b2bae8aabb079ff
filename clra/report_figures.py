"""The numbers behind the figures of a page: places on a scale from 0 to 100, drawn by the template as SVG."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from clra.html_problem import Solved
from clra.statistics import ReliabilityBin, calibration_error, reliability_bins

if TYPE_CHECKING:
    from clra.comparison import Comparison

_STEPS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
"""Between two ticks, in points of accuracy."""
_TICKS: Final = 6
"""At most, on either side of zero together."""


class Tick(NamedTuple):
    """A mark on the axis."""

    at: float
    label: str


class Whisker(NamedTuple):
    """An estimate and its interval."""

    at: float
    low: float
    high: float


class Forest(NamedTuple):
    """Differences to majority on one axis."""

    zero: float
    ticks: tuple[Tick, ...]
    whiskers: dict[str, Whisker]
    """By strategy."""


class Diagram(NamedTuple):
    """What was stated against what came true."""

    bins: tuple[ReliabilityBin, ...]
    ece: float
    answers: int
    calibration: str
    """How the reliabilities were fitted."""


class Segment(NamedTuple):
    """A part of a bar, of length 100 in all."""

    start: float
    length: float
    status: str


def forest(comparison: "Comparison") -> Forest:
    """Each strategy's difference to majority with its 95 % interval; zero is always on the axis."""
    scores = comparison.strategies
    ends = [0.0, *(end for score in scores.values() for end in (score.delta, *score.delta_ci95))]
    low, high = 100 * min(ends), 100 * max(ends)
    margin = max(0.04 * (high - low), 0.05)
    low, high = low - margin, high + margin

    def place(points: float) -> float:
        return round(100 * (points - low) / (high - low), 2)

    step = next((step for step in _STEPS if (high - low) / step <= _TICKS), _STEPS[-1])
    ticks = range(math.ceil(low / step), math.floor(high / step) + 1)
    return Forest(
        zero=place(0.0),
        ticks=tuple(Tick(place(tick * step), f"{tick * step:+g}".replace("-", "−") if tick else "0") for tick in ticks),
        whiskers={
            name: Whisker(place(100 * score.delta), *(place(100 * end) for end in score.delta_ci95))
            for name, score in scores.items()
        },
    )


def diagram(solved: Sequence[Solved]) -> Diagram | None:
    """How often answers of a stated reliability are right; None where no right answer is known."""
    known = [each for each in solved if each.status in {"right", "wrong"}]
    if not known:
        return None
    stated = [min(1.0, max(0.0, each.solution.reliability.value)) for each in known]
    fitted = dict.fromkeys(each.solution.reliability.calibration for each in known)
    bins = reliability_bins(stated, [each.status == "right" for each in known])
    return Diagram(bins=bins, ece=calibration_error(bins), answers=len(known), calibration=", ".join(fitted))


def stacked(solved: Solved) -> tuple[Segment, ...]:
    """The answers' shares of the weight in one bar, the winner first."""
    rows = solved.solution.tally.rows
    whole = sum(max(0.0, row.weight) for row in rows)
    segments, start = [], 0.0
    for row in rows:
        length = 100 * max(0.0, row.weight) / whole if whole else 100 / len(rows)
        status = {None: "open", True: "right", False: "wrong"}[solved.is_right(row.answer)]
        segments.append(Segment(round(start, 2), round(length, 2), status))
        start += length
    return tuple(segments)
