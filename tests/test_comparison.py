"""Comparisons of scored chains, against figures worked out by hand."""

import json
from dataclasses import asdict, replace

import pytest

from clra import registry
from clra.comparison import BOUNDS, compare_judged
from clra.costs import tokens_needed
from clra.errors import UnknownPluginError
from clra.strategies import additive, evidence_needed
from clra.types import CheckProgram, FinishReason
from tests.made_up_chains import chain, judged, problem, rich_problem

R, W = "right", "wrong"
TURNED = problem(0, (W, W, R), reliabilities=(0.05, 0.05, 1.0))
"""Majority is wrong, clra right."""


def numbered(made, *names):
    return [replace(made, problem=replace(made.problem, id=str(name), text=str(name))) for name in names]


def test_wins_losses_and_the_exact_test():
    lost = problem("lost", (R, R, W), reliabilities=(0.05, 0.05, 1.0))
    same = problem("same", (R, R, W))
    comparison = compare_judged(
        [*numbered(TURNED, *range(6)), *numbered(lost, "a"), *numbered(same, "x", "y", "z")], ["majority", "clra"]
    )
    score = comparison.strategies["clra"]
    assert (score.wins, score.losses) == (6, 1)
    assert score.mcnemar == pytest.approx(2 * (1 + 7) / 2**7)
    assert score.delta == pytest.approx(0.5)
    assert comparison.strategies["majority"].mcnemar == 1.0
    assert score.differs
    assert not comparison.strategies["majority"].differs


def test_bounds_are_expectations_and_have_no_test():
    cut = replace(TURNED, chains=(*TURNED.chains, chain(3, R, finish=FinishReason.LENGTH)))
    comparison = compare_judged([cut], ["random", "oracle"])
    assert comparison.strategies.keys() == {"random", "oracle"}
    assert comparison.strategies["random"].accuracy == pytest.approx(1 / 3)
    assert comparison.strategies["oracle"].accuracy == 1.0
    assert {score.mcnemar for score in comparison.strategies.values()} == {None}
    assert comparison.pass1 == pytest.approx(1 / 4)
    assert comparison.curves == {}


def test_pass_at_k_up_to_the_fewest_chains():
    comparison = compare_judged([problem(0, (R, W, W)), problem(1, (W, W, W, W, R))], ["majority"])
    # of one: 1/3 and 1/5; of two: 1 - 1/3 and 1 - 6/10; of three: 1 and 1 - 4/10
    assert comparison.pass_at == pytest.approx({1: (1 / 3 + 1 / 5) / 2, 2: (2 / 3 + 2 / 5) / 2, 3: (1 + 3 / 5) / 2})
    assert comparison.pass_at[1] == comparison.pass1


def test_a_problem_without_chains_counts_as_wrong_and_sets_no_limit():
    comparison = compare_judged([problem(0, (R, R)), problem(1, ())], ["majority", "random"])
    assert comparison.strategies["majority"].accuracy == 0.5
    assert comparison.pass_at == {1: 0.5, 2: 0.5}
    assert [point.accuracy for point in comparison.curves["majority"]] == [0.5, 0.5]


def test_repeats_of_a_problem_are_one_problem():
    once = [problem(name, (R,)) if name % 2 else problem(name, (W,)) for name in range(20)]
    comparison = compare_judged(once, ["majority"])
    thrice = compare_judged([each for each in once for _ in range(3)], ["majority"])
    assert thrice.problems == 20
    assert thrice.chains == 60
    assert thrice.strategies == comparison.strategies


def test_repeats_that_differ_are_averaged_before_the_test():
    comparison = compare_judged(
        [TURNED, replace(TURNED, chains=TURNED.chains[2:]), *numbered(TURNED, "other")], ["majority", "clra"]
    )
    assert comparison.strategies["majority"].accuracy == pytest.approx((0.5 + 0.0) / 2)
    score = comparison.strategies["clra"]
    assert (score.accuracy, score.delta, score.wins, score.losses) == (1.0, 0.75, 2, 0)


def test_every_curve_ends_at_the_full_accuracy():
    comparison = compare_judged([rich_problem(seed, 9) for seed in range(15)], seed=3)
    assert not comparison.left_out
    assert comparison.curves.keys() == set(registry.plugins("strategy"))
    for name, curve in comparison.curves.items():
        assert curve[-1].accuracy == pytest.approx(comparison.strategies[name].accuracy)
        assert curve[-1].ci95 == pytest.approx(comparison.strategies[name].ci95)
        assert curve[-1].k == 9
    assert [point.k for point in comparison.curves["majority"]] == [1, 2, 4, 8, 9]
    assert comparison.curves["majority"][0].accuracy == pytest.approx(comparison.pass1)


def test_the_order_in_which_chains_are_given_does_not_matter():
    made = [rich_problem(seed, 8) for seed in range(8)]
    backwards = [replace(each, chains=each.chains[::-1]) for each in made]
    assert compare_judged(made, seed=1) == compare_judged(backwards, seed=1)


def test_the_same_seed_gives_the_same_figures_to_the_last_byte():
    made = [rich_problem(seed, 12) for seed in range(10)]
    dumped = [json.dumps(asdict(compare_judged(made, seed=seed))) for seed in (5, 5, 6)]
    assert dumped[0] == dumped[1] != dumped[2]


def test_tokens_are_those_of_all_stages_that_a_strategy_needs():
    critique = (judged(True, proof=False),)
    made = problem(0, (R, W, W, W), tokens=100, critique=critique)
    told = compare_judged([replace(made, stage_tokens={"extract": 20, "falsify": 40})], ["majority", "clr"])
    assert [(point.k, point.tokens) for point in told.curves["majority"]] == [(1, 100), (2, 200), (4, 400)]
    assert [(point.k, point.tokens) for point in told.curves["clr"]] == [(1, 115), (2, 230), (4, 460)]
    untold = compare_judged([made], ["majority", "clr"])
    assert untold.curves["majority"][0].tokens == 100
    assert untold.curves["clr"][0].tokens is None  # cheap it is not


def test_one_chain_without_its_tokens_leaves_the_cost_unknown():
    made = problem(0, (R, W), tokens=100)
    other = replace(problem(1, (R,), tokens=None))
    assert compare_judged([made, other], ["majority"]).curves["majority"][0].tokens is None


def test_check_programs_cost_the_same_whatever_the_number_of_chains():
    made = problem(0, (R, W), tokens=100)
    chains = [replace(each, check_programs=(CheckProgram(code="1"),)) for each in made.chains]
    cost = {name: registry.strategy(name) for name in ("majority", "clra", "logprob-weighted")}
    spent = {name: tokens_needed(name, vote, chains, {"check": 30}, (1, 2)) for name, vote in cost.items()}
    assert spent == {"majority": (100, 200), "clra": (130, 230), "logprob-weighted": (100, 200)}
    assert tokens_needed("clra", cost["clra"], chains, {}, (1, 2)) is None


def test_the_reliability_of_the_default_is_held_against_what_is_right():
    comparison = compare_judged([*numbered(problem(0, (R, R)), "a", "b"), problem(1, (W, W)), problem(2, (None,))])
    (first,) = comparison.diagram["clra"]
    assert (first.count, first.accuracy) == (3, pytest.approx(2 / 3))  # who gives no answer states no reliability
    assert comparison.ece["clra"] == pytest.approx(abs(first.accuracy - first.reliability))
    assert comparison.ece_equal_mass["clra"] == pytest.approx(comparison.ece["clra"])
    assert compare_judged([problem(0, (R,))], ["first"]).diagram == {}


def test_without_evidence_a_strategy_is_left_out_with_what_it_lacks():
    comparison = compare_judged([problem(0, (R, W))])
    needy = {name for name in registry.plugins("strategy") if evidence_needed(registry.strategy(name))}
    assert comparison.left_out.keys() == needy
    assert comparison.strategies.keys() == {*registry.plugins("strategy"), *BOUNDS} - needy
    assert comparison.curves.keys().isdisjoint(needy)


def test_a_name_that_nobody_has_is_refused():
    with pytest.raises(UnknownPluginError):
        compare_judged([problem(0, (R,))], ["majority", "best"])


@additive
def contrary(chains):
    """Of no entry point: by its module and name."""
    return replace(registry.strategy("majority")(chains), strategy="contrary")


def test_a_strategy_by_its_place_takes_part():
    name = f"{__name__}:contrary"
    comparison = compare_judged([problem(0, (R, W))], [name])
    assert comparison.strategies[name].delta == 0.0


def test_curves_may_be_left_out_and_interrupted():
    made = [rich_problem(seed, 4) for seed in range(3)]
    without = compare_judged(made, ["majority"], curves=False)
    assert (without.curves, without.complete) == ({}, True)
    seen = []
    stopped = compare_judged(
        made, ["majority"], on_vote=lambda done, total: seen.append((done, total)), stop=lambda: len(seen) == 1
    )
    assert (seen, stopped.curves, stopped.complete) == ([(1, 3)], {}, False)
    assert stopped.strategies == compare_judged(made, ["majority"]).strategies


def test_json_holds_the_contract_and_comes_back():
    comparison = compare_judged([rich_problem(seed, 5) for seed in range(4)])
    back = json.loads(json.dumps(asdict(comparison)))
    assert {
        "problems",
        "chains",
        "strategies",
        "pass1",
        "oracle",
        "left_out",
        "curves",
        "pass_at",
        "ece",
    } <= back.keys()
    for name, score in comparison.strategies.items():
        assert back["strategies"][name]["accuracy"] == score.accuracy
        assert tuple(back["strategies"][name]["delta_ci95"]) == score.delta_ci95
    assert back["curves"]["clra"][0]["k"] == 1
    assert back["pass_at"]["4"] == comparison.pass_at[4]
