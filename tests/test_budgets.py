"""Budgets on the command line, over recorded chains."""

import json

import pytest
from typer.testing import CliRunner

from clra.cli import app
from clra.parsing.recorded import read_recorded
from tests.plain_calibration import plain_calibration

PROBLEM = "Who is it?"


@pytest.fixture
def clra(tmp_path, monkeypatch):
    """Run ``clra solve`` over 32 recorded chains, of one vote each; the first seven and the last 23 say the same."""
    answers = ["Ann"] * 7 + ["Ben"] * 2 + ["Ann"] * 23
    row = {"id": "who", "problem": PROBLEM, "chains": [{"text": f"Answer: {who}", "tokens": 100} for who in answers]}
    (tmp_path / "chains.jsonl").write_text(json.dumps(row) + "\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("CLRA_CALIBRATION", str(plain_calibration(tmp_path)))

    def run(*flags):
        command = ["solve", "--text", PROBLEM, "--model", "replay:chains.jsonl", "--jobs", "1", *flags]
        return CliRunner().invoke(app, command, catch_exceptions=False)

    return run


def test_confidence_is_told_with_what_it_saved(clra):
    printed = clra("--confidence", "0.95").stdout
    assert "stopped after 4 of 32 chains: 0.97 sure; 12% of the full budget" in printed


def test_the_record_holds_the_reason_and_the_full_budget(clra):
    record = json.loads(clra("--confidence", "0.95", "--json").stdout)
    assert record["stopped"] == "confident"
    assert record["confidence"] == pytest.approx(0.974, abs=1e-3)
    assert record["complete"] is True
    usage = record["usage"]
    assert (usage["chains"], usage["asked"], usage["tokens"], usage["full_tokens"]) == (4, 32, 400, 3200)
    assert usage["share"] == 0.125


def test_tokens_are_a_budget(clra):
    record = json.loads(clra("--max-total-tokens", "1000", "--json").stdout)
    assert record["stopped"] == "tokens"
    assert record["complete"] is False
    assert record["usage"]["chains"] == 10
    assert record["answer"] == "Ann"


def test_a_window_that_agrees_is_told(clra):
    assert (
        "stopped after 5 of 32 chains: the last of them all agreed; 16% of the full budget"
        in clra("--window", "5").stdout
    )
    record = json.loads(clra("--window", "8", "--strategy", "majority", "--json").stdout)
    assert (record["stopped"], record["usage"]["chains"], record["complete"]) == ("decided", 24, True)


def test_what_a_recording_does_not_hold_is_told(clra):
    told = clra("--strategy", "deepconf-tail", "--exhaustive").stdout
    assert "note: this strategy lacks log-probabilities of the likeliest tokens" in told


def test_a_full_budget_says_nothing_of_stopping(clra):
    result = clra("--exhaustive")
    assert "32 chains" in result.stdout
    assert "stopped" not in result.stdout


def test_a_recording_holds_all_chains(clra, tmp_path):
    clra("--chains-out", str(tmp_path / "out.jsonl"))
    (recorded,) = read_recorded(tmp_path / "out.jsonl")
    assert len(recorded.chains) == 32


@pytest.mark.parametrize(
    "flags", [["--confidence", "1.5"], ["--max-seconds", "0"], ["--max-total-tokens", "0"], ["--window", "1"]]
)
def test_budgets_that_cannot_be_are_explained(clra, flags):
    from clra.errors import ConfigError

    with pytest.raises(ConfigError, match=flags[0]):
        clra(*flags)
