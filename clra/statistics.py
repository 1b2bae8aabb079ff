"""The statistics behind a comparison: intervals, tests, estimators, calibration. Plain functions of numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Interval: TypeAlias = tuple[float, float]

RESAMPLES: Final = 10_000
_CELLS: Final = 4_000_000
"""Counts of a bootstrap that are held at once: 32 MB."""
_Z95: Final = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""


def bootstrap_intervals(values: Floats, *, seed: int, resamples: int = RESAMPLES) -> tuple[Interval, ...]:
    """95 % percentile intervals of the means of columns, paired: every column is averaged over the same rows.

    Rows are drawn with replacement, as often as there are rows. Pairing is what makes the interval of a column of
    differences the interval of the difference (Efron and Tibshirani, An Introduction to the Bootstrap, 1993,
    chapter 13).

    Args:
        values: shape ``(rows, columns)``; a row is what is sampled independently, such as a problem.
        seed: the same seed draws the same rows.
        resamples: how often all rows are drawn.
    """
    rows, columns = values.shape
    random = np.random.default_rng(seed)
    chunk = max(1, _CELLS // rows)
    means = np.empty((resamples, columns))
    for start in range(0, resamples, chunk):
        count = min(chunk, resamples - start)
        drawn = random.integers(rows, size=(count, rows)) + rows * np.arange(count)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=count * rows).reshape(count, rows)
        means[start : start + count] = counts.astype(np.float64) @ values / rows
    low, high = np.percentile(means, (2.5, 97.5), axis=0)
    return tuple(zip(low.tolist(), high.tolist(), strict=True))


def mcnemar(wins: int, losses: int) -> float:
    """The exact two-sided McNemar test of two raters on the same problems.

    Only the pairs count on which they differ. Without a difference each of these goes either way with one half, so the
    smaller side is binomial: ``p = min(1, 2 sum_{i <= min(b, c)} C(b + c, i) / 2 ** (b + c))`` (McNemar 1947;
    Agresti, Categorical Data Analysis, 2013, section 11.1). 1 where they never differ.

    Args:
        wins: problems that only the one gets right.
        losses: problems that only the other gets right.
    """
    pairs = wins + losses
    tail = sum(math.comb(pairs, fewer) for fewer in range(min(wins, losses) + 1))
    return min(1.0, 2 * tail / (1 << pairs))


def pass_at_k(chains: int, right: int, k: int) -> float:
    """The unbiased estimate of the chance that one of k chains is right: ``1 - C(n - c, k) / C(n, k)``.

    Chen et al. 2021, arXiv 2107.03374, equation 1.

    Args:
        chains: n, the chains drawn.
        right: c, those of them that are right.
        k: at most n.

    Raises:
        ValueError: there are fewer than k chains, or more right ones than chains.
    """
    if not (0 <= right <= chains and 1 <= k <= chains):
        raise ValueError(f"expected 0 <= right <= chains and 1 <= k <= chains, got {right}, {chains}, {k}")
    return 1 - math.comb(chains - right, k) / math.comb(chains, k)


def wilson(right: int, count: int) -> Interval:
    """The 95 % score interval of a proportion (Wilson 1927); (0, 1) where nothing was counted."""
    if count == 0:
        return 0.0, 1.0
    share, z2 = right / count, _Z95**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z95 / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """The answers whose reliability lies from ``low`` (included) to ``high`` (excluded, but for 1)."""

    low: float
    high: float
    count: int
    reliability: float
    """Their mean reliability."""
    accuracy: float
    """The share of them that is right."""
    ci95: Interval
    """Of the accuracy, by Wilson's score."""


def reliability_bins(
    reliabilities: Sequence[float], right: Sequence[bool], bins: int = 10
) -> tuple[ReliabilityBin, ...]:
    """The reliability diagram: answers in bins of equal width; bins without an answer are left out.

    Args:
        reliabilities: in [0, 1], one for each answer.
        right: whether it is right.
        bins: of the width ``1 / bins``.

    Raises:
        ValueError: a reliability outside [0, 1], or not as many marks as reliabilities.
    """
    stated, marks = _checked(reliabilities, right)
    places = np.minimum((stated * bins).astype(np.int64), bins - 1)
    found = []
    for place in np.unique(places).tolist():
        inside = places == place
        count, hits = int(inside.sum()), int(marks[inside].sum())
        found.append(
            ReliabilityBin(
                low=place / bins,
                high=(place + 1) / bins,
                count=count,
                reliability=float(stated[inside].mean()),
                accuracy=hits / count,
                ci95=wilson(hits, count),
            )
        )
    return tuple(found)


def calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """The expected calibration error: ``sum_b n_b / n |accuracy_b - reliability_b|`` (Guo et al., arXiv 1706.04599)."""
    total = sum(each.count for each in bins)
    return math.fsum(each.count * abs(each.accuracy - each.reliability) for each in bins) / total if total else 0.0


def equal_mass_calibration_error(reliabilities: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """The expected calibration error over bins of equal counts (Nixon et al., arXiv 1904.01685).

    Answers of equal reliability always share a bin, so that their order does not matter; bins may then be uneven.

    Raises:
        ValueError: a reliability outside [0, 1], or not as many marks as reliabilities.
    """
    stated, marks = _checked(reliabilities, right)
    if not stated.size:
        return 0.0
    first_of_equals = np.searchsorted(np.sort(stated), stated)
    places = first_of_equals * bins // stated.size
    gaps = np.bincount(places, weights=marks - stated, minlength=bins)
    return float(np.abs(gaps).sum() / stated.size)


def _checked(reliabilities: Sequence[float], right: Sequence[bool]) -> tuple[Floats, Floats]:
    stated, marks = np.asarray(reliabilities, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if stated.shape != marks.shape or not ((stated >= 0) & (stated <= 1)).all():
        raise ValueError("expected as many marks as reliabilities, all of them in [0, 1]")
    return stated, marks
