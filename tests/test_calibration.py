import json
import math
import random

import pytest
from typer.testing import CliRunner

from clra.calibration import ASSUMED, _area, _logistic, fit, write_fit
from clra.cli import app
from clra.comparison import JudgedProblem
from clra.reliability import load_calibration
from clra.types import Answer, Chain, CheckedClaim, Claim, ClaimKind, Outcome, Problem, ScoredChain, Span, Verdict


def claim(outcome, kind=ClaimKind.EQUALITY):
    verdict = Verdict(outcome=outcome, method="m")
    return CheckedClaim(claim=Claim(text="c", formal="c", span=Span(0, 0), kind=kind), verdicts=(verdict,))


def drawn(count, *, seed, chains=8, able=0.6):
    """Problems of a model that is right with this probability; of its wrong chains half hold a refuted claim."""
    chance = random.Random(seed)  # noqa: S311 -- chance, no secret
    problems = []
    for number in range(count):
        scored = []
        for index in range(chains):
            right = chance.random() < able
            slip = chance.random() < (0.05 if right else 0.5)
            key = "right" if right else f"wrong {chance.randrange(3)}"
            scored.append(
                ScoredChain(
                    chain=Chain(text="", index=index),
                    answer=Answer(key=key, text=key),
                    claims=(claim(Outcome.REFUTED),) if slip else (),
                )
            )
        problems.append(JudgedProblem(Problem(text=f"p{number}", id=f"p{number}"), tuple(scored), "right"))
    return problems


def test_weights_are_found_again():
    found = fit({"one": drawn(400, seed=1)}, name="drawn").calibration
    clean, slipped = math.log(0.6 * 0.95 / (0.4 * 0.5)), math.log(0.6 * 0.05 / (0.4 * 0.5))
    assert found.evidence["refuted"] == pytest.approx(slipped - clean, abs=0.35)
    assert found.intercept == pytest.approx(clean, abs=0.2)
    assert found.evidence["answer disputed"] == ASSUMED["answer disputed"]
    assert found.fitted["assumed"] == ["answer disputed"]
    assert "opinion" not in found.evidence


def test_what_is_reported_is_cross_fitted_and_calibrated():
    found = fit({"one": drawn(300, seed=2, able=0.35), "two": drawn(300, seed=3, able=0.35)}, name="drawn")
    assert [report.problems for report in (*found.sets, found.pooled)] == [300, 300, 600]
    assert found.pooled.delta > 0
    assert found.pooled.delta_ci95[0] > 0
    assert found.pooled.ece < 0.1
    assert 0.6 < found.pooled.auc < 0.9
    assert found.pooled.log_loss < 0.69


def test_evidence_that_says_nothing_gets_no_weight():
    chance = random.Random(5)  # noqa: S311 -- chance, no secret
    problems = [
        JudgedProblem(
            each.problem,
            tuple(
                ScoredChain(
                    chain=scored.chain,
                    answer=scored.answer,
                    claims=(claim(Outcome.REFUTED),) if chance.random() < 0.3 else (),
                )
                for scored in each.chains
            ),
            each.gold,
        )
        for each in drawn(300, seed=4)
    ]
    assert abs(fit({"one": problems}, name="none").calibration.evidence["refuted"]) < 0.35


def test_the_same_seed_fits_the_same():
    sets = {"one": drawn(60, seed=6)}
    assert fit(sets, name="a", seed=1).record() == fit(sets, name="a", seed=1).record()


def test_a_written_fit_is_read_back(tmp_path):
    found = fit({"one": drawn(60, seed=7)}, name="mine")
    path = tmp_path / "mine.json"
    write_fit(path, found)
    read = load_calibration(path)
    assert (read.name, read.intercept, read.evidence) == (
        "mine",
        found.calibration.intercept,
        found.calibration.evidence,
    )
    assert read.answers == found.calibration.answers


def test_separable_data_stay_finite():
    weights = _logistic([[1.0, 0.0], [1.0, 1.0]] * 20, [False, True] * 20, [1.0] * 40)
    assert all(math.isfinite(weight) for weight in weights)
    assert weights[1] > 0


def test_the_area_under_the_curve_by_hand():
    assert _area([(0.9, True), (0.5, False)]) == 1.0
    assert _area([(0.1, True), (0.5, False)]) == 0.0
    assert _area([(0.5, True), (0.5, False), (0.9, True), (0.1, False)]) == pytest.approx(3.5 / 4)
    assert math.isnan(_area([(0.5, True)]))


def recorded(path, count):
    rows = []
    for number in range(count):
        right, wrong = number + 3, number + 4
        rows.append(
            {
                "id": f"p{number}",
                "problem": f"What is {number} + 3?",
                "gold": str(right),
                "chains": [
                    {"text": f"{number} + 3 = {right}. The answer is {right}."},
                    {"text": f"{number} + 3 = {wrong}. The answer is {wrong}."},
                    {"text": f"The answer is {wrong}."},
                ],
            }
        )
    path.write_text("\n".join(map(json.dumps, rows)))


def test_calibrate_writes_what_compare_reads(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLRA_CACHE", "")
    recorded(tmp_path / "chains.jsonl", 32)
    done = CliRunner().invoke(app, ["calibrate", "chains.jsonl", "-o", "mine.json", "--json"])
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    assert record["name"] == "mine"
    assert record["fitted"]["sets"] == {"chains": 32}
    assert record["chain"]["evidence"]["refuted"] < 0
    compared = CliRunner().invoke(
        app, ["compare", "chains.jsonl", "--strategies", "clra", "--calibration", "mine.json", "--json"]
    )
    assert json.loads(compared.stdout)["strategies"]["clra"]["accuracy"] == 1.0


def test_too_few_problems_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    recorded(tmp_path / "chains.jsonl", 3)
    done = CliRunner().invoke(app, ["calibrate", "chains.jsonl", "-o", "mine.json"])
    assert done.exit_code != 0
    assert "at least 30 problems" in str(done.exception)
