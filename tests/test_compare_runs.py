"""Runs that were kept, compared: by the evidence that was kept with them, or with their chains checked anew."""

import asyncio
import json
from dataclasses import replace

import pytest

from clra.compare_runs import compare_runs
from clra.config import load_settings
from clra.errors import InputError
from clra.reliability import answer_reliability, load_calibration
from clra.store import RunHeader, RunStore
from clra.store_file import is_run
from clra.strategies import majority
from clra.types import Problem, Solution, Usage
from tests.made_up_chains import chain, judged
from tests.plain_calibration import PLAIN

PROBLEMS = (
    Problem(text="What is 6 * 7?", id="a", gold="42"),
    Problem(text="What is 7 * 7?", id="b", gold="49"),
    Problem(text="Who knows?", id="c"),
)
SLIP, SOUND = "6 * 7 = 41. Answer: 41", "6 * 7 = 42. Answer: 42"


def solution(problem, *answers, texts=()):
    """Chains of which all but the last hold a claim that is proved false; the reliabilities that are kept lie."""
    last = len(answers) - 1
    wrong = judged(confirmed=False, proof=True)
    chains = tuple(
        chain(place, key, reliability=0.5, claims=(wrong,) * (place != last), tokens=10)
        for place, key in enumerate(answers)
    )
    if texts:
        chains = tuple(
            replace(each, chain=replace(each.chain, text=text)) for each, text in zip(chains, texts, strict=True)
        )
    tally = majority(chains)
    return Solution(
        problem=problem,
        answer=tally.winner.answer,
        reliability=answer_reliability(tally, chains, load_calibration()),
        tally=tally,
        majority=tally,
        chains=chains,
        usage=Usage(stage_tokens={"draw": 10 * len(chains), "extract": 0, "falsify": 6, "check": 0}),
    )


def kept(path, solutions):
    """A run that holds these solutions by (position, repeat)."""
    header = RunHeader(
        name="kept", created="2026-01-01T00:00:00+00:00", version="0", settings={}, dataset="products", repeats=2
    )
    with RunStore.create(path, header) as store:
        store.add_problems(PROBLEMS)
        for (position, repeat), found in solutions.items():
            store.add_solution(position, repeat, found)
    return path


def compare(*paths, calibration=None, **choices):
    settings = load_settings(jobs=1, cache="", calibration=calibration)
    return asyncio.run(compare_runs(paths, settings, **choices))


@pytest.fixture
def run(tmp_path):
    a, b, c = PROBLEMS
    return kept(
        tmp_path / "run.clra",
        {
            (0, 0): solution(a, "41", "41", "42", texts=(SLIP, SLIP, SOUND)),
            (0, 1): solution(a, "42", "42", "41", texts=(SOUND, SOUND, SLIP)),
            (1, 0): solution(b, "49", "49"),
            (1, 1): solution(b, "49", "49"),
            (2, 0): solution(c, "1"),
        },
    )


def test_verdicts_are_those_of_the_run_and_repeats_are_one_problem(run):
    seen = []
    comparison = compare(run, strategies=["majority", "clra"], on_progress=seen.append)
    assert (comparison.problems, comparison.chains, comparison.without_gold) == (2, 10, 1)
    assert seen == [1, 2, 3, 4, 5]
    assert comparison.strategies["majority"].accuracy == pytest.approx((1 / 2 + 1) / 2)
    assert comparison.strategies["clra"].accuracy == pytest.approx((1 / 2 + 1) / 2)  # the second repeat goes wrong
    assert comparison.curves["majority"][-1].tokens == pytest.approx((30 + 20) / 2)
    assert comparison.complete


def test_chains_are_rated_by_the_calibration_in_use(tmp_path):
    path = kept(tmp_path / "run.clra", {(0, 0): solution(PROBLEMS[0], "41", "41", "42")})
    comparison = compare(path, strategies=["majority", "clra"])
    assert comparison.calibration == load_calibration().name
    assert {name: score.accuracy for name, score in comparison.strategies.items()} == {"majority": 0.0, "clra": 1.0}
    # one to which a refuted claim says nothing: two votes of one to one, and a share of 2.5 to 1.5
    careless = tmp_path / "careless.json"
    careless.write_text(json.dumps(PLAIN | {"chain": {"intercept": 0.0, "evidence": {}}}))
    comparison = compare(path, calibration=careless, strategies=["majority", "clra"])
    assert (comparison.calibration, comparison.strategies["clra"].accuracy) == ("plain", 0.0)
    assert [each.reliability for each in comparison.diagram["clra"]] == [pytest.approx(2.5 / 4)]
    assert comparison.diagram.keys() == {"clra"}


def test_chains_are_checked_anew_where_that_is_asked(run):
    comparison = compare(run, recheck=True, strategies=["majority", "clra"])
    assert (comparison.problems, comparison.without_gold) == (2, 1)
    # what is read of the texts: problem b's chains say nothing at all, and of a's the slips are refuted
    assert comparison.strategies["majority"].accuracy == pytest.approx((1 / 2 + 0) / 2)
    assert comparison.strategies["clra"].accuracy == pytest.approx((1 + 0) / 2)


def test_runs_are_compared_together(run, tmp_path):
    shard = kept(tmp_path / "shard.clra", {(1, 0): solution(PROBLEMS[1], "1"), (1, 1): solution(PROBLEMS[1], "1")})
    comparison = compare(run, shard, strategies=["majority"])
    assert (comparison.problems, comparison.chains) == (2, 12)
    assert comparison.strategies["majority"].accuracy == pytest.approx((1 / 2 + 2 / 4) / 2)


def test_a_run_without_a_known_answer_is_refused(tmp_path):
    path = kept(tmp_path / "bare.clra", {(2, 0): solution(PROBLEMS[2], "1")})
    for recheck in (False, True):
        with pytest.raises(InputError, match=r"bare\.clra: no problem to compare on"):
            compare(path, recheck=recheck)


def test_once_stopped_what_is_read_by_then_is_compared(run):
    stop = asyncio.Event()
    comparison = compare(run, strategies=["majority"], on_progress=lambda done: done == 2 and stop.set(), stop=stop)
    assert (comparison.problems, comparison.complete) == (1, False)
    assert comparison.curves


def test_runs_are_known_by_what_they_hold(run, tmp_path):
    (tmp_path / "chains.jsonl").write_text("{}\n")
    assert is_run(run)
    assert not any(map(is_run, (tmp_path / "chains.jsonl", tmp_path, tmp_path / "none")))
