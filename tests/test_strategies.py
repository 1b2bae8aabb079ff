"""The votes against tallies computed by hand."""

import pytest

from clra import registry
from clra.strategies import (
    best_of_n,
    best_of_n_model,
    clr,
    clr_mean,
    clr_proof,
    clra,
    evidence_needed,
    first,
    genselect,
    lacking,
    majority,
    needs,
    published_reliability,
    tally,
    universal,
)
from clra.types import Answer, FinishReason, Modality, Vote
from tests.voting import NO, OPEN, YES, checked, scored, table


def test_majority_counts_chains():
    tally = majority([scored(0, "7"), scored(1, "8"), scored(2, "8")])
    assert table(tally) == [("8", 2.0, (1, 2)), ("7", 1.0, (0,))]
    assert tally.share == pytest.approx(2 / 3)


def test_ties_go_to_the_answer_seen_first():
    assert majority([scored(1, "b"), scored(0, "a")]).winner.answer.key == "a"


THREE = [(0, "a", 1.0), (1, "b", 0.5), (2, "b", 0.5)]


def test_ties_in_weight_go_to_the_answer_of_more_chains():
    votes = [Vote(answer=Answer(key=key, text=key), weight=weight, chain=index) for index, key, weight in THREE]
    assert [row.answer.key for row in tally("three", votes).rows] == ["b", "a"]


@pytest.mark.parametrize("strategy", [majority, first, best_of_n, clr, clra])
def test_chains_without_an_answer_or_cut_off_do_not_vote(strategy):
    chains = [
        scored(0, None, verdicts=[YES]),
        scored(1, "5", verdicts=[YES], finish=FinishReason.LENGTH),
        scored(2, "6", verdicts=[YES]),
    ]
    assert [row.chains for row in strategy(chains).rows] == [(2,)]


@pytest.mark.parametrize("strategy", [majority, first, best_of_n, clr, clra])
def test_no_voter_gives_an_empty_tally(strategy):
    tally = strategy([scored(0, None)])
    assert tally.winner is None
    assert tally.share == 0.0


@pytest.mark.parametrize(
    ("verdicts", "reliability"),
    [
        ([YES] * 5, 1.0),
        ([YES] * 4 + [NO], 0.8**5),
        ([YES] * 3 + [NO] * 2, 0.6**5),
        ([NO] * 5, 0.0),
        ([YES, NO], 0.5**2),
        ([YES, NO, YES], (2 / 3) ** 3),
        ([YES] * 4 + [OPEN], 0.8**5),
        ([], 0.0),
    ],
)
def test_published_reliability_is_equation_5(verdicts, reliability):
    assert published_reliability(scored(0, "1", verdicts=verdicts)) == pytest.approx(reliability)


def test_clr_sums_by_answer_as_in_equation_6():
    chains = [
        scored(0, "9", verdicts=[YES] * 4 + [NO]),
        scored(1, "9", verdicts=[YES] * 4 + [NO]),
        scored(2, "9", verdicts=[YES] * 4 + [NO]),
        scored(3, "4", verdicts=[YES] * 5),
    ]
    assert table(clr(chains)) == [("4", 1.0, (3,)), ("9", round(3 * 0.8**5, 6), (0, 1, 2))]


def test_clr_with_all_zero_reliabilities_falls_back_to_the_number_of_chains():
    chains = [scored(0, "1", verdicts=[NO] * 5), scored(1, "2", verdicts=[NO] * 5), scored(2, "2", verdicts=[])]
    tally = clr(chains)
    assert tally.winner.answer.key == "2"
    assert tally.share == 0.5


def test_first_is_a_single_sample():
    assert first([scored(3, "c"), scored(1, None), scored(2, "b"), scored(4, "c")]).winner.answer.key == "b"


def test_best_of_n_takes_the_most_reliable_chain():
    chains = [scored(0, "a", reliability=0.1), scored(1, "a", reliability=0.1), scored(2, "b", reliability=0.9)]
    assert best_of_n(chains).winner.answer.key == "b"


def test_a_refuted_chain_loses_nearly_all_its_vote():
    chains = [scored(index, "wrong", reliability=0.05) for index in range(15)] + [scored(15, "right")]
    assert majority(chains).winner.answer.key == "wrong"
    assert clra(chains).winner.answer.key == "right"


def test_the_exponent_of_clr_is_what_clr_mean_leaves_out():
    chains = [
        scored(0, "9", verdicts=[YES] * 4 + [NO]),
        scored(1, "9", verdicts=[YES] * 4 + [NO]),
        scored(2, "4", verdicts=[YES] * 5),
        scored(3, "4", verdicts=[OPEN, NO]),
        scored(4, "4", verdicts=[]),
    ]
    # 9: 4/5 + 4/5; 4: 5/5 + 0/2 + nothing
    assert table(clr_mean(chains)) == [("9", 1.6, (0, 1)), ("4", 1.0, (2, 3, 4))]
    # 9: 0.8**5 + 0.8**5; 4: 1
    assert table(clr(chains)) == [("4", 1.0, (2, 3, 4)), ("9", 0.65536, (0, 1))]


def test_clr_ties_go_to_more_chains_then_to_the_first():
    even = [scored(0, "a", verdicts=[YES] * 3), scored(1, "b", verdicts=[YES]), scored(2, "b", verdicts=[NO, YES, NO])]
    # a has 1, b has 1 and (1/3)**3
    assert table(clr(even)) == [("b", round(1 + 1 / 27, 6), (1, 2)), ("a", 1.0, (0,))]
    tied = [scored(0, "a", verdicts=[YES] * 5), scored(1, "b", verdicts=[YES] * 2), scored(2, "b", verdicts=[NO])]
    # a has 1, b has 1 and 0
    assert table(clr(tied)) == [("b", 1.0, (1, 2)), ("a", 1.0, (0,))]
    assert clr([scored(2, "b", verdicts=[YES]), scored(1, "a", verdicts=[YES])]).winner.answer.key == "a"


@pytest.mark.parametrize("strategy", [clr, clr_mean, clr_proof, best_of_n_model])
def test_a_chain_without_claims_does_not_count_in_full(strategy):
    chains = [scored(0, "a", verdicts=[]), scored(1, "b", verdicts=[YES], claims=[checked(YES)])]
    assert table(strategy(chains)) == [("b", 1.0, (1,)), ("a", 0.0, (0,))]


def test_clr_proof_counts_what_calculation_decided():
    chains = [
        # M = 3 decided: (2/3)**3
        scored(0, "a", claims=[checked(YES), checked(YES), checked(NO), checked(OPEN)]),
        # M = 1: 1; opinions, goals and what was left open are not counted
        scored(1, "b", claims=[checked(YES), checked(NO, proof=False), checked(NO, modality=Modality.GOAL)]),
        # nothing decided
        scored(2, "c", claims=[checked(OPEN), checked(YES, proof=False)]),
        scored(3, "c"),
    ]
    assert table(clr_proof(chains)) == [("b", 1.0, (1,)), ("a", round(8 / 27, 6), (0,)), ("c", 0.0, (2, 3))]
    assert clr_proof([*chains[2:], scored(4, "d")]).winner.answer.key == "c"


def test_best_of_n_by_the_models_score():
    chains = [
        # the mean of 0.9 and 0.5
        scored(0, "a", verdicts=[YES, NO], probabilities=[0.9, 0.5]),
        # (1 + 1 + 0) / 3, the last one being unreadable
        scored(1, "b", verdicts=[YES, YES, OPEN]),
        scored(2, "b", verdicts=[NO]),
    ]
    assert table(best_of_n_model(chains)) == [("a", 0.7, (0,)), ("b", 0.0, (1, 2))]
    assert best_of_n_model([*chains, scored(3, "c", verdicts=[YES]), scored(4, "a", verdicts=[YES])]).winner.chains == (
        3,
    )


def test_a_proof_does_not_change_the_models_score():
    opinion, proof = checked(YES, proof=False), checked(NO)
    claim = checked(YES, verdicts=(*opinion.verdicts, *proof.verdicts))
    assert claim.outcome is NO
    chain = scored(0, "a", critique=(claim,))
    assert best_of_n_model([chain]).winner.weight == 1.0
    assert clr([chain]).winner.weight == 0.0


@pytest.mark.parametrize("strategy", [universal, genselect])
def test_choices_add_up_by_answer(strategy):
    name = strategy.__name__
    chains = [
        scored(0, "a", selected={name: 0.25}),
        scored(1, "b", selected={name: 0.375}),
        scored(2, "a", selected={name: 0.375}),
        scored(3, "c", selected={name: 0.0, "other": 1.0}),
    ]
    assert table(strategy(chains)) == [("a", 0.625, (0, 2)), ("b", 0.375, (1,)), ("c", 0.0, (3,))]


def test_answers_that_were_chosen_equally_often_are_told_apart_by_the_rule_for_ties():
    chains = [scored(index, answer, selected={"universal": share}) for index, answer, share in
              [(0, "a", 0.5), (1, "b", 0.25), (2, "b", 0.25)]]  # fmt: skip
    assert table(universal(chains)) == [("b", 0.5, (1, 2)), ("a", 0.5, (0,))]


def test_nothing_is_lacking_where_it_is_there_or_nobody_votes():
    there = scored(0, "a", verdicts=[YES], logprobs=(-1.0,), selected={"universal": 1.0})
    for strategy in (majority, clra, clr, universal, registry.strategy("cisc")):
        assert lacking(strategy, [there]) == ""
        assert lacking(strategy, [there, scored(1, None), scored(2, "b", finish=FinishReason.LENGTH)]) == ""
        assert lacking(strategy, []) == ""


def test_what_is_lacking_is_said_in_words():
    chains = [scored(0, "a", verdicts=[YES], logprobs=(-1.0,), confidences=(1.0,), certainty=1.0), scored(1, "b")]
    said = {name: lacking(registry.strategy(name), chains) for name in registry.plugins("strategy")}
    assert {name: words for name, words in said.items() if not words} == dict.fromkeys(
        ("best-of-n", "clr-proof", "clra", "first", "majority"), ""
    )
    assert said["clr"] == said["clr-mean"] == said["best-of-n-model"] == "the model's verdicts on the chains' claims"
    assert said["cisc"] == said["logprob-weighted"] == "log-probabilities of the tokens"
    assert said["deepconf-tail"] == "log-probabilities of the likeliest tokens"
    assert said["self-certainty"] == "self-certainty of the chains"
    assert said["universal"] == "the model's choice of the most consistent chain"
    assert said["genselect"] == "the model's choice between the chains"


def test_nobody_has_to_choose_between_chains_that_agree():
    assert lacking(universal, [scored(0, "a"), scored(1, "a")]) == ""
    assert lacking(universal, [scored(0, "a"), scored(1, "b", selected={"genselect": 1.0})]) != ""


def test_a_strategy_of_somebody_elses_may_need_any_field_of_a_chain():
    @needs("critique")
    def another(chains):
        return majority(chains)

    assert evidence_needed(another) == {"critique"}
    assert lacking(another, [scored(0, "a")])
