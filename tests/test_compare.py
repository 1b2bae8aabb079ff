"""Comparisons of recorded chains, against accuracies counted by hand."""

import asyncio
import json
from dataclasses import asdict

import pytest

from clra.compare import acompare
from clra.config import load_settings
from clra.errors import InputError

SLIP, SOUND = "6 * 7 = 41. Answer: 41", "6 * 7 = 42. Answer: 42"


def row(number, *texts, gold="42", **chain):
    return {
        "id": str(number),
        "problem": f"What is 6 * 7? ({number})",
        **({"gold": gold} if gold else {}),
        "chains": [{"text": text, **chain} for text in texts],
    }


def compare(tmp_path, rows, **choices):
    path = tmp_path / "chains.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return asyncio.run(acompare(path, load_settings(jobs=1), **choices))


def test_accuracies_and_differences(tmp_path):
    comparison = compare(
        tmp_path,
        [
            row(0, SLIP, SLIP, SOUND),  # majority wrong, clra right
            row(1, SOUND, SOUND, SLIP),
            row(2, SLIP, SLIP, SLIP),
            row(3, "Answer: 42", SOUND, SOUND),
        ],
        strategies=["majority", "clra", "first", "oracle"],
    )
    accuracy = {name: score.accuracy for name, score in comparison.strategies.items()}
    assert accuracy == {"majority": 0.5, "clra": 0.75, "first": 0.5, "oracle": 0.75}
    assert comparison.strategies["clra"].delta == 0.25
    assert comparison.pass1 == pytest.approx((1 / 3 + 2 / 3 + 0 + 1) / 4)
    assert comparison.oracle == 0.75
    assert (comparison.problems, comparison.chains) == (4, 12)


def test_intervals_hold_the_estimate_and_shrink_with_more_problems(tmp_path):
    few = compare(tmp_path, [row(n, SLIP, SLIP, SOUND) if n % 2 else row(n, SOUND) for n in range(8)])
    many = compare(tmp_path, [row(n, SLIP, SLIP, SOUND) if n % 2 else row(n, SOUND) for n in range(80)])
    for comparison in (few, many):
        score = comparison.strategies["majority"]
        assert score.accuracy == 0.5
        assert score.ci95[0] < score.accuracy < score.ci95[1]
        assert comparison.strategies["clra"].delta_ci95[0] > 0
    width = {c.problems: c.strategies["majority"].ci95[1] - c.strategies["majority"].ci95[0] for c in (few, many)}
    assert width[80] < width[8] / 2
    # the binomial standard error of 80 problems at one half is 0.0559
    assert width[80] == pytest.approx(2 * 1.96 * 0.0559, rel=0.1)


def test_the_same_seed_gives_the_same_intervals(tmp_path):
    rows = [row(n, SLIP, SLIP, SOUND) if n % 3 else row(n, SOUND) for n in range(12)]
    assert compare(tmp_path, rows) == compare(tmp_path, rows)


def test_clr_votes_with_the_recorded_critique(tmp_path):
    wrong, right = row(0, "Answer: 1"), row(0, "Answer: 42")
    wrong["chains"][0]["critique"] = [{"claim": "it is 1", "outcome": "REFUTED", "evidence": "no"}]
    right["chains"][0]["critique"] = [{"claim": "it is 42", "outcome": "CONFIRMED", "evidence": "yes"}]
    both = {**wrong, "chains": wrong["chains"] * 2 + right["chains"]}
    comparison = compare(tmp_path, [both], strategies=["majority", "clr"])
    assert comparison.strategies["majority"].accuracy == 0.0
    assert comparison.strategies["clr"].accuracy == 1.0


def test_a_strategy_without_its_evidence_is_left_out_not_scored_as_zero(tmp_path):
    comparison = compare(tmp_path, [row(0, SOUND)])
    assert comparison.left_out["clr"] == "the model's verdicts on the chains' claims"
    assert "clr" not in comparison.strategies


def test_problems_without_a_known_answer_are_passed_over_and_counted(tmp_path):
    comparison = compare(tmp_path, [row(0, SOUND), row(1, SOUND, gold=None)])
    assert (comparison.problems, comparison.without_gold) == (1, 1)
    with pytest.raises(InputError, match="no problem to compare on"):
        compare(tmp_path, [row(1, SOUND, gold=None)])


def test_answers_are_compared_by_value_not_by_text(tmp_path):
    comparison = compare(tmp_path, [row(0, "Answer: 84/2", "Answer: 42.0", "Answer: 41")], strategies=["majority"])
    assert comparison.strategies["majority"].accuracy == 1.0


def test_a_cut_off_chain_neither_votes_nor_counts_as_right(tmp_path):
    comparison = compare(tmp_path, [row(0, SOUND, finish_reason="length")], strategies=["majority"])
    assert comparison.pass1 == comparison.oracle == 0.0


def test_progress_counts_the_problems(tmp_path):
    seen = []
    compare(tmp_path, [row(n, SOUND) for n in range(3)], on_progress=seen.append)
    assert seen == [1, 2, 3]


def test_interrupted_while_voting_the_full_votes_are_told_without_curves(tmp_path):
    stop = asyncio.Event()
    seen = []

    def interrupt(done, total):
        seen.append((done, total))
        stop.set()

    comparison = compare(tmp_path, [row(n, SOUND, SLIP) for n in range(3)], on_vote=interrupt, stop=stop)
    assert seen == [(1, 3)]
    assert (comparison.problems, comparison.curves, comparison.complete) == (3, {}, False)
    assert comparison.strategies["majority"].accuracy == 1.0


def test_interrupted_while_checking_what_is_done_is_compared_whole(tmp_path):
    stop = asyncio.Event()
    comparison = compare(tmp_path, [row(n, SOUND) for n in range(3)], on_progress=lambda _: stop.set(), stop=stop)
    assert (comparison.problems, comparison.complete) == (1, False)
    assert comparison.curves["majority"][0].accuracy == 1.0


def test_recorded_choices_of_a_model_reach_the_vote(tmp_path):
    told = row(0, "Answer: 41", "Answer: 42")
    told["chains"][0]["selected"] = {"universal": 0.25}
    told["chains"][1]["selected"] = {"universal": 0.75}
    comparison = compare(tmp_path, [told], strategies=["majority", "universal"])
    assert {name: score.accuracy for name, score in comparison.strategies.items()} == {"majority": 0, "universal": 1}


def test_the_same_file_and_seed_give_the_same_bytes(tmp_path):
    rows = [row(n, SLIP, SLIP, SOUND) if n % 3 else row(n, SOUND, SOUND) for n in range(12)]
    first, second = (json.dumps(asdict(compare(tmp_path, rows))) for _ in range(2))
    assert first == second
