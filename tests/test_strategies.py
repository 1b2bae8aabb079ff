"""The votes against tallies computed by hand."""

import pytest

from clra import registry
from clra.strategies import best_of_n, clr, clra, evidence_needed, first, majority, published_reliability
from clra.types import (
    Answer,
    Chain,
    CheckedClaim,
    Claim,
    FinishReason,
    Outcome,
    Reliability,
    ScoredChain,
    Span,
    Verdict,
)

YES, NO, OPEN = Outcome.CONFIRMED, Outcome.REFUTED, Outcome.UNKNOWN


def critique(*outcomes):
    return tuple(
        CheckedClaim(
            claim=Claim(text=f"claim {number}", span=Span(0, 0)),
            verdicts=(Verdict(outcome=outcome, method="model", proof=False),),
        )
        for number, outcome in enumerate(outcomes)
    )


def scored(index, answer, *, reliability=1.0, verdicts=None, finish=FinishReason.STOP):
    return ScoredChain(
        chain=Chain(text="", index=index, finish_reason=finish),
        answer=Answer(key=answer, text=answer) if answer is not None else None,
        critique=None if verdicts is None else critique(*verdicts),
        reliability=Reliability(value=reliability),
    )


def table(tally):
    return [(row.answer.key, round(row.weight, 6), row.chains) for row in tally.rows]


def test_majority_counts_chains():
    tally = majority([scored(0, "7"), scored(1, "8"), scored(2, "8")])
    assert table(tally) == [("8", 2.0, (1, 2)), ("7", 1.0, (0,))]
    assert tally.share == pytest.approx(2 / 3)


def test_ties_go_to_the_answer_seen_first():
    assert majority([scored(1, "b"), scored(0, "a")]).winner.answer.key == "a"


def test_ties_in_weight_go_to_the_answer_of_more_chains():
    chains = [scored(0, "a", reliability=1.0), scored(1, "b", reliability=0.5), scored(2, "b", reliability=0.5)]
    assert clra(chains).winner.answer.key == "b"


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


def test_only_the_published_clr_needs_the_model_as_critic():
    needing = {name for name in registry.plugins("strategy") if evidence_needed(registry.strategy(name))}
    assert needing == {"clr"}
