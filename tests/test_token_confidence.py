"""Measures over token probabilities, against means taken by hand."""

import math

import pytest

from clra.token_confidence import GROUP, ChainConfidence, chain_confidence, likelihood, token_confidence


def test_token_confidence_is_minus_the_mean_over_the_likeliest():
    assert token_confidence([-0.5, -1.5, -4.0]) == pytest.approx(2.0)
    assert token_confidence([]) == 0.0


def test_what_is_impossible_counts_as_very_unlikely():
    assert token_confidence([0.0, -math.inf]) == pytest.approx(9_999 / 2)


def test_a_chain_shorter_than_a_group_is_one_group():
    assert chain_confidence((1.0, 2.0, 6.0)) == ChainConfidence(mean=3.0, tail=3.0, bottom=3.0, lowest=3.0)
    assert chain_confidence(()) == ChainConfidence(0.0, 0.0, 0.0, 0.0)


def test_a_chain_of_exactly_a_group():
    measured = chain_confidence((1.0,) * (GROUP // 2) + (3.0,) * (GROUP // 2))
    assert measured == ChainConfidence(2.0, 2.0, 2.0, 2.0)


def test_a_token_more_than_a_group_makes_two_of_them():
    measured = chain_confidence((0.0, *(2.0,) * (GROUP - 1), 4.0))
    low, high = 2.0 * (GROUP - 1) / GROUP, (2.0 * (GROUP - 1) + 4.0) / GROUP
    assert measured.lowest == pytest.approx(low)
    assert measured.tail == pytest.approx(high)
    # a tenth of two groups is less than one: the lowest one
    assert measured.bottom == pytest.approx(low)
    assert measured.mean == pytest.approx((2.0 * (GROUP - 1) + 4.0) / (GROUP + 1))


def test_the_bottom_is_the_tenth_of_the_groups_with_the_lowest_means():
    # the first groups begin with 0 to 19 tokens of confidence 1, all others with 2
    confidences = (1.0,) * 19 + (2.0,) * (GROUP + 20)
    means = [2 - (19 - begin) / GROUP for begin in range(19)] + [2.0] * 21
    assert len(means) == len(confidences) - GROUP + 1 == 40
    measured = chain_confidence(confidences)
    assert measured.lowest == pytest.approx(means[0])
    assert measured.bottom == pytest.approx(sum(means[:4]) / 4)
    assert measured.tail == 2.0


def test_likelihood_is_the_geometric_mean():
    assert likelihood((math.log(0.5), math.log(0.125))) == pytest.approx(0.25)
    assert likelihood(()) == 0.0
    assert likelihood((0.0, -math.inf)) == 0.0


def test_a_logprob_that_rounding_made_positive_is_certainty():
    assert likelihood((1e-7, 0.0)) == 1.0
    assert likelihood((1e6,)) == 1.0


@pytest.mark.parametrize("hostile", [1e308, -1e308, math.inf, -math.inf, math.nan])
def test_numbers_that_are_no_probabilities_break_nothing(hostile):
    values = (hostile,) * (GROUP + 3)
    assert likelihood(values) in {0.0, 1.0}
    assert token_confidence(values) in {0.0, 9_999.0}
    assert set(chain_confidence(values)) in ({0.0}, {9_999.0})


def test_equal_tuples_are_measured_alike_whether_or_not_they_are_the_same():
    values = [0.1] * 5000
    assert chain_confidence(tuple(values)) == chain_confidence(tuple(values))


def test_a_long_chain_is_measured_once():
    from clra.token_confidence import _chain_confidence

    values = tuple(float(place % 7) for place in range(10_000))
    before = _chain_confidence.cache_info()
    for _ in range(5):
        chain_confidence(values)
    after = _chain_confidence.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 4)
