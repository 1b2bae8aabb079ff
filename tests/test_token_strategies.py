"""The votes by token probabilities, against tallies computed by hand."""

import math

import pytest

from clra import registry
from clra.strategies import is_additive, lacking
from clra.token_confidence import GROUP
from clra.token_strategies import (
    best_of_n_logprob,
    cisc,
    deepconf_bottom,
    deepconf_bottom_top10,
    deepconf_lowest,
    deepconf_mean,
    deepconf_tail,
    deepconf_tail_top10,
    logprob_weighted,
    self_certainty,
)
from tests.voting import scored, table

HALF, QUARTER, EIGHTH = (math.log(0.5),) * 3, (math.log(0.25),), (math.log(0.5), math.log(1 / 32))


def test_best_of_n_by_mean_logprob():
    # probabilities per token: 1/4, 1/2, sqrt(1/2 * 1/32) = 1/8
    chains = [scored(0, "a", logprobs=QUARTER), scored(1, "b", logprobs=HALF), scored(2, "a", logprobs=EIGHTH)]
    assert table(best_of_n_logprob(chains)) == [("b", 0.5, (1,)), ("a", 0.0, (0, 2))]
    assert best_of_n_logprob([scored(2, "c", logprobs=HALF), *chains]).winner.answer.key == "b"


def test_votes_weighted_by_probability():
    chains = [scored(0, "a", logprobs=QUARTER), scored(1, "b", logprobs=HALF), scored(2, "a", logprobs=EIGHTH)]
    # a has 1/4 and 1/8, b has 1/2
    assert table(logprob_weighted(chains)) == [("b", 0.5, (1,)), ("a", 0.375, (0, 2))]


def test_cisc_is_a_softmax_over_the_chains():
    chains = [scored(0, "a", logprobs=QUARTER), scored(1, "b", logprobs=HALF), scored(2, "a", logprobs=QUARTER)]
    # temperature 0.2: exp(0.25 / 0.2) = 3.490343, exp(0.5 / 0.2) = 12.182494; together 19.16318
    assert table(cisc(chains)) == [("b", 0.635724, (1,)), ("a", 0.364276, (0, 2))]
    assert cisc([scored(0, "a", logprobs=QUARTER), scored(1, None, logprobs=HALF)]).winner.weight == 1.0


def test_borda_votes_by_self_certainty():
    certainties = [2.0, 5.0, 3.0, 1.0]
    chains = [scored(index, "abba"[index], certainty=certainty) for index, certainty in enumerate(certainties)]
    # N = 4; ranks 3, 1, 2, 4; weights (N - rank + 1)**0.5: sqrt 2, 2, sqrt 3, 1
    assert table(self_certainty(chains)) == [
        ("b", round(2 + 3**0.5, 6), (1, 2)),
        ("a", round(2**0.5 + 1, 6), (0, 3)),
    ]


def test_equally_certain_chains_share_the_better_rank():
    chains = [scored(0, "a", certainty=1.0), scored(1, "b", certainty=7.0), scored(2, "b", certainty=7.0)]
    # ranks 3, 1, 1
    assert table(self_certainty(chains)) == [("b", round(2 * 3**0.5, 6), (1, 2)), ("a", 1.0, (0,))]


def test_chains_that_cast_no_vote_have_no_rank():
    chains = [scored(0, "a", certainty=1.0), scored(1, None, certainty=7.0)]
    assert table(self_certainty(chains)) == [("a", 1.0, (0,))]


@pytest.mark.parametrize(
    ("strategy", "long", "short"),
    [
        # of 3,000 tokens: 952 of confidence 1, then 2,048 of confidence 3; 953 groups, from 952 * 1 + 1,096 * 3 on
        (deepconf_mean, (952 * 1 + 2048 * 3) / 3000, 2.0),
        (deepconf_tail, 3.0, 2.0),
        (deepconf_lowest, (952 * 1 + 1096 * 3) / 2048, 2.0),
        # the 95 lowest of them, each with one token of confidence 1 less: on average 905
        (deepconf_bottom, (905 * 1 + 1143 * 3) / 2048, 2.0),
    ],
)
def test_deepconf_weighs_by_confidence(strategy, long, short):
    chains = [
        scored(0, "a", confidences=(1.0,) * 952 + (3.0,) * GROUP),
        scored(1, "b", confidences=(1.0, 2.0, 3.0)),
        scored(2, "b", confidences=()),
    ]
    expected = sorted([("a", round(long, 6), (0,)), ("b", round(short, 6), (1, 2))], key=lambda row: -row[1])
    assert table(strategy(chains)) == expected


@pytest.mark.parametrize("strategy", [deepconf_tail_top10, deepconf_bottom_top10])
def test_deepconf_lets_the_most_confident_tenth_vote(strategy):
    # the 90th percentile of 1, 2, ..., 21 is 19: three chains vote, of which two say a
    chains = [scored(index, "a" if index in {20, 18} else "b", confidences=(index + 1.0,)) for index in range(21)]
    rows = table(strategy(chains))
    assert [(key, weight) for key, weight, _ in rows] == [("a", 21 + 19), ("b", 20)]


@pytest.mark.parametrize(("voters", "kept"), [(1, 1), (2, 1), (10, 1), (11, 2), (12, 2), (32, 4)])
def test_how_many_pass_the_filter(voters, kept):
    """np.percentile(range(n), 90) is 0.9 (n - 1), and what reaches it passes."""
    assert sum(place >= 0.9 * (voters - 1) for place in range(voters)) == kept
    chains = [scored(index, str(index), confidences=(index + 1.0,)) for index in range(voters)]
    assert sum(row.weight > 0 for row in deepconf_tail_top10(chains).rows) == kept


def test_equally_confident_chains_all_pass_the_filter():
    chains = [scored(index, "abb"[index], confidences=(2.5,)) for index in range(3)]
    assert table(deepconf_tail_top10(chains)) == [("b", 5.0, (1, 2)), ("a", 2.5, (0,))]


TOKEN_STRATEGIES = (
    "best-of-n-logprob", "cisc", "deepconf-bottom", "deepconf-bottom-top10", "deepconf-lowest", "deepconf-mean",
    "deepconf-tail", "deepconf-tail-top10", "logprob-weighted", "self-certainty",
)  # fmt: skip


@pytest.mark.parametrize("name", TOKEN_STRATEGIES)
def test_without_any_evidence_the_majority_wins_and_the_lack_is_told(name):
    strategy = registry.strategy(name)
    chains = [scored(0, "a"), scored(1, "b"), scored(2, "b")]
    assert strategy(chains).winner.answer.key == "b"
    assert strategy(chains).strategy == name
    assert lacking(strategy, chains)


@pytest.mark.parametrize("name", TOKEN_STRATEGIES)
def test_only_weights_up_to_one_that_stand_for_themselves_are_additive(name):
    strategy = registry.strategy(name)
    assert is_additive(strategy) is (name == "logprob-weighted")
