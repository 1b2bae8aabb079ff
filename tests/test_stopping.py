"""When the vote is settled, against exact arithmetic and the published criterion."""

from fractions import Fraction
from math import comb

import pytest

from clra.stopping import FIRST_WAVE, agreed, confidence, counted, decided, next_wave
from clra.types import Answer, FinishReason, Tally, TallyRow
from tests.voting import scored


def beta_binomial_loss(leader: int, rival: int, left: int) -> Fraction:
    """The chance that the rival has at least as many votes in the end, in whole numbers."""
    a, b = leader + 1, rival + 1
    # B(x, y) = 1 / (x C(x + y - 1, x)) for whole numbers
    inverse = {(x, y): x * comb(x + y - 1, x) for x in range(1, a + left + 1) for y in range(1, b + left + 1)}
    return sum(
        Fraction(comb(left, j) * inverse[a, b], inverse[a + j, b + left - j])
        for j in range(left + 1)
        if leader + j <= rival + left - j
    )


@pytest.mark.parametrize(
    ("weights", "left"), [([3], 5), ([4], 28), ([5, 1], 26), ([5, 3, 1], 23), ([2, 2], 4), ([12, 8], 12)]
)
def test_confidence_is_the_beta_binomial_of_the_docstring(weights, left):
    loss = sum(beta_binomial_loss(weights[0], rival, left) for rival in [*weights[1:], 0])
    assert confidence(weights, left) == pytest.approx(max(0.0, float(1 - loss)), abs=1e-9)


def test_with_endless_chains_to_come_it_is_adaptive_consistency():
    """P(p > 1/2) under Beta(v + 1, 1) is 1 - 2**-(v + 1)."""
    assert confidence([4], 200_000) == pytest.approx(1 - 2**-5, abs=1e-4)


def test_confidence_grows_with_the_lead_and_as_the_end_comes_near():
    assert confidence([3, 1], 28) < confidence([5, 1], 26) < confidence([7, 1], 24)
    assert confidence([5, 1], 26) < confidence([5, 1], 8) < confidence([5, 1], 5)


def test_a_new_answer_may_win_too():
    assert 0.9 < confidence([3], 29) < 1.0
    assert confidence([3], 3) < 1.0
    assert confidence([3], 2) == 1.0


def test_chains_proved_wrong_are_little_evidence():
    assert confidence([0.2], 28) < confidence([4], 28)


def test_no_votes_no_confidence():
    assert confidence([], 10) == 0.0
    assert not decided([], 0)


@pytest.mark.parametrize(
    ("weights", "left", "expected"),
    [
        ([5, 2], 2, True),
        ([5, 2], 3, False),  # a tie may go to the other
        ([5], 4, True),
        ([5], 5, False),
        ([1.05, 1.0], 0, True),
        ([1.0, 1.0], 0, False),
    ],
)
def test_the_winner_is_certain_once_the_lead_exceeds_what_is_to_come(weights, left, expected):
    assert decided(weights, left) is expected


@pytest.mark.parametrize("weights", [[3, 1], [5, 1], [2, 2], [7, 2], [4, 3, 3]])
def test_a_wave_is_as_small_as_can_bring_the_confidence(weights):
    drawn, left = sum(weights), 32 - sum(weights)
    size = next_wave(weights, drawn, left, 0.95)
    assert confidence([weights[0] + size, *weights[1:]], left - size) >= 0.95 or size == left
    smaller = size - 1
    if size > drawn // 4:
        assert confidence([weights[0] + smaller, *weights[1:]], left - smaller) < 0.95


def test_waves_grow_with_what_was_drawn_and_never_exceed_what_is_left():
    assert next_wave([40, 39], 400, 600, 0.5) >= 100
    assert next_wave([], FIRST_WAVE, 2, 0.95) == 2


@pytest.mark.parametrize(
    ("answers", "expected"),
    [("aaaa", True), ("a", True), ("aaab", False), (["a", "a", None], False), ([None, None], False), ("", False)],
)
def test_a_window_agrees_when_all_its_chains_give_the_same_answer(answers, expected):
    assert agreed([scored(index, answer) for index, answer in enumerate(answers)]) is expected


def test_a_chain_that_was_cut_off_agrees_with_nobody():
    assert not agreed([scored(0, "a"), scored(1, "a", finish=FinishReason.LENGTH)])


def test_the_leader_has_one_vote_for_each_chain_and_its_rivals_keep_their_weight():
    def row(key, weight, *chains):
        return TallyRow(answer=Answer(key=key, text=key), weight=weight, chains=chains)

    assert counted(Tally(strategy="s", rows=(row("a", 5.0, 0, 1), row("b", 2.4, 2), row("c", 0.8, 3)))) == [2, 2.4, 0.8]
    assert counted(Tally(strategy="s", rows=(row("a", 1.6, 0, 1),))) == [1.6]
    assert counted(Tally(strategy="s", rows=())) == []
