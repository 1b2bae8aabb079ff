"""Votes of fewer chains: adding up at once against calling the strategy on each subset."""

import itertools
import math

import numpy as np
import pytest

from clra import registry
from clra.resampling import _added, _called, _halves, answered_right, shares_right, sizes, subsets
from clra.strategies import additive, first, is_additive, majority, tally, universal
from clra.types import Tally, Vote
from tests.made_up_chains import chain, rich_problem

ADDITIVE = sorted(name for name in registry.plugins("strategy") if is_additive(registry.strategy(name)))


def every_subset(chains):
    return np.array(list(itertools.product([False, True], repeat=chains)))


def test_there_are_additive_strategies():
    assert {"majority", "clr"} <= set(ADDITIVE)


@pytest.mark.parametrize("name", ADDITIVE)
def test_adding_up_is_calling_on_every_subset(name):
    strategy = registry.strategy(name)
    told = 0
    for seed in range(12):
        made = rich_problem(seed, 7)
        held = every_subset(7)
        fast = _added(strategy, made.chains, "right", held)
        assert fast.tolist() == _called(strategy, made.chains, "right", held).tolist()
        told += 0 < fast.sum() < len(fast)
    assert told > 6  # the subsets do not all say the same


def test_sums_that_differ_only_by_rounding_are_ties_as_in_the_tally():
    weights = [0.1, 0.2, 0.3, 0.15, 0.15, 0.6]

    @additive
    def weighted(chains):
        return tally(
            "weighted", (Vote(answer=c.answer, weight=weights[c.chain.index], chain=c.chain.index) for c in chains)
        )

    chains = [chain(place, key) for place, key in enumerate(("right", "right", "a", "b", "b", "right"))]
    held = every_subset(6)
    assert _added(weighted, chains, "right", held).tolist() == _called(weighted, chains, "right", held).tolist()


def test_halves_add_up_without_rounding_in_any_order():
    random = np.random.default_rng(0)
    weights = random.random(200) ** 4
    for _ in range(20):
        order = random.permutation(200)
        coarse, rest = _halves(weights[order])
        assert coarse.sum() + rest.sum() == math.fsum(weights)
    assert [half.tolist() for half in _halves(np.zeros(2))] == [[0, 0], [0, 0]]
    assert [half.tolist() for half in _halves(np.array([]))] == [[], []]


def test_a_strategy_that_abstains_is_not_right():
    def silent(chains):
        return Tally(strategy="silent", rows=())

    assert not answered_right(silent, [chain(0, "right")], "right", np.array([[True]])).any()
    assert not answered_right(additive(silent), [chain(0, "right")], "right", np.array([[True]])).any()


def test_sizes_are_powers_of_two_and_the_full_number():
    assert sizes(1) == (1,)
    assert sizes(8) == (1, 2, 4, 8)
    assert sizes(23) == (1, 2, 4, 8, 16, 23)
    assert sizes(0) == ()


def test_few_subsets_are_all_taken_and_many_are_drawn_without_replacement():
    drawn = subsets(12, (1, 2, 4, 12), 100, np.random.default_rng(0))
    groups = np.split(drawn.held, drawn.starts[1:])
    assert [len(group) for group in groups] == [12, 66, 100, 1]
    assert [set(group.sum(axis=1)) for group in groups] == [{1}, {2}, {4}, {12}]
    assert len({tuple(subset) for subset in groups[1].tolist()}) == 66
    assert groups[2].mean(axis=0) == pytest.approx(np.full(12, 4 / 12), abs=0.15)


def test_shares_with_few_chains_are_exact():
    chains = [chain(place, key) for place, key in enumerate(("right", "a", "right"))]
    shares = shares_right({"majority": majority, "first": first}, [(chains, "right")], seed=0)
    # of two chains: right+a and right+right are right by the rule for ties, a+right is not
    assert shares["majority"].right[0].tolist() == pytest.approx([2 / 3, 2 / 3, 1.0])
    assert shares["first"].right[0].tolist() == pytest.approx([2 / 3, 2 / 3, 1.0])


def test_a_problem_with_fewer_chains_takes_part_with_all():
    long = [chain(place, "right") for place in range(5)]
    short = [chain(0, "a"), chain(1, "right"), chain(2, "right")]
    shares = shares_right({"majority": majority}, [(long, "right"), (short, "right"), ([], "right")], seed=0)
    assert shares["majority"].sizes == (1, 2, 4, 5)
    assert shares["majority"].right[1].tolist() == pytest.approx([2 / 3, 1 / 3, 1.0, 1.0])
    assert shares["majority"].right[2].tolist() == [0, 0, 0, 0]


def test_what_a_model_chose_among_all_chains_is_told_for_all_only():
    chains = [chain(0, "a", selected={"universal": 0.2}), chain(1, "right", selected={"universal": 0.8})]
    shares = shares_right({"universal": universal}, [(chains, "right")], seed=0)
    assert shares["universal"].sizes == (2,)
    assert shares["universal"].right.tolist() == [[1.0]]


def test_stopping_gives_nothing_and_progress_counts():
    problems = [([chain(0, "right")], "right")] * 3
    seen = []
    assert (
        shares_right(
            {"majority": majority},
            problems,
            seed=0,
            stop=lambda: len(seen) == 2,
            on_problem=lambda done, total: seen.append((done, total)),
        )
        is None
    )
    assert seen == [(1, 3), (2, 3)]
