"""The statistics, against values computed by hand or by going through all cases."""

import itertools

import numpy as np
import pytest

from clra.statistics import (
    bootstrap_intervals,
    calibration_error,
    equal_mass_calibration_error,
    mcnemar,
    pass_at_k,
    reliability_bins,
    wilson,
)


@pytest.mark.parametrize(
    ("wins", "losses", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (5, 0, 2 / 2**5),
        (0, 5, 2 / 2**5),
        (9, 2, 2 * (1 + 11 + 55) / 2**11),
        (3, 4, 1.0),
        (2, 6, 2 * (1 + 8 + 28) / 2**8),
    ],
)
def test_mcnemar_by_hand(wins, losses, p):
    assert mcnemar(wins, losses) == pytest.approx(p, rel=1e-12)


def test_mcnemar_of_many_pairs_agrees_with_the_normal_distribution():
    # 5,000 pairs, a difference of 2.0 standard deviations with continuity: p near 0.0455
    half = round(0.5 * (2.0 * 5000**0.5 + 1))
    assert mcnemar(2500 + half, 2500 - half) == pytest.approx(0.0455, abs=0.002)
    assert mcnemar(20_000, 0) == 0.0


@pytest.mark.parametrize(("chains", "right"), [(1, 0), (1, 1), (5, 2), (6, 6), (7, 1)])
def test_pass_at_k_is_the_mean_over_all_subsets(chains, right):
    marks = [place < right for place in range(chains)]
    for k in range(1, chains + 1):
        hits = [any(subset) for subset in itertools.combinations(marks, k)]
        assert pass_at_k(chains, right, k) == pytest.approx(sum(hits) / len(hits))


@pytest.mark.parametrize(("chains", "right", "k"), [(3, 1, 4), (3, 4, 1), (3, 1, 0), (3, -1, 1)])
def test_pass_at_k_refuses_what_cannot_be(chains, right, k):
    with pytest.raises(ValueError, match="expected"):
        pass_at_k(chains, right, k)


def test_wilson_by_hand():
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_bootstrap_intervals_cover_the_mean_of_a_known_distribution():
    random = np.random.default_rng(7)
    covered = 0
    for seed in range(300):
        ((low, high),) = bootstrap_intervals(random.random((50, 1)), seed=seed, resamples=800)
        covered += low <= 0.5 <= high
    # of 300, 95 % is 285, with a standard deviation of 3.8; percentile intervals of 50 rows run a little short
    assert 270 <= covered <= 295


def test_bootstrap_columns_are_paired():
    random = np.random.default_rng(0)
    values = random.random((40, 1))
    columns = np.hstack([values, values + 0.25, np.full((40, 1), 0.25)])
    low, high = zip(*bootstrap_intervals(columns, seed=1), strict=True)
    assert low[1] - low[0] == pytest.approx(0.25)
    assert high[1] - high[0] == pytest.approx(0.25)
    assert (low[2], high[2]) == (0.25, 0.25)


def test_bootstrap_repeats_by_its_seed_whatever_fits_into_memory(monkeypatch):
    values = np.random.default_rng(0).random((30, 2))
    whole = bootstrap_intervals(values, seed=3, resamples=500)
    assert bootstrap_intervals(values, seed=3, resamples=500) == whole
    assert bootstrap_intervals(values, seed=4, resamples=500) != whole
    monkeypatch.setattr("clra.statistics._CELLS", 30 * 7)
    np.testing.assert_allclose(bootstrap_intervals(values, seed=3, resamples=500), whole, rtol=1e-12)


def test_reliability_bins_by_hand():
    bins = reliability_bins([0.05, 0.15, 0.19, 1.0, 0.95], [False, True, False, True, True])
    assert [(each.low, each.high, each.count) for each in bins] == [(0.0, 0.1, 1), (0.1, 0.2, 2), (0.9, 1.0, 2)]
    assert [each.accuracy for each in bins] == [0.0, 0.5, 1.0]
    assert [each.reliability for each in bins] == pytest.approx([0.05, 0.17, 0.975])
    assert bins[1].ci95 == wilson(1, 2)
    assert calibration_error(bins) == pytest.approx((0.05 + 2 * 0.33 + 2 * 0.025) / 5)


def test_calibration_errors_of_nothing_and_of_perfection():
    assert reliability_bins([], []) == ()
    assert calibration_error(()) == 0.0
    assert equal_mass_calibration_error([], []) == 0.0
    assert calibration_error(reliability_bins([0.0, 1.0], [False, True])) == 0.0


def test_equal_mass_bins_hold_equal_counts_and_keep_equals_together():
    stated = [0.1, 0.2, 0.3, 0.4]
    # two bins: (0.1, 0.2) with no hit, (0.3, 0.4) with two
    assert equal_mass_calibration_error(stated, [False, False, True, True], bins=2) == pytest.approx((0.3 + 1.3) / 4)
    tied = [0.5] * 6
    for marks in itertools.permutations([True, True, True, False, False, False]):
        assert equal_mass_calibration_error(tied, marks, bins=3) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("stated", "marks"), [([1.2], [True]), ([-0.1], [True]), ([0.5], []), ([float("nan")], [True])]
)
def test_reliabilities_that_are_none_are_refused(stated, marks):
    with pytest.raises(ValueError, match=r"in \[0, 1\]"):
        reliability_bins(stated, marks)
    with pytest.raises(ValueError, match=r"in \[0, 1\]"):
        equal_mass_calibration_error(stated, marks)
