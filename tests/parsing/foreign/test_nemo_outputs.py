import math

import pytest

from clra.errors import InputError
from clra.parsing.foreign.nemo_outputs import read_nemo_outputs
from clra.types import Chain, FinishReason, Problem
from tests.parsing.foreign.logs import lines, nemo_output


def only(path, row):
    (recorded,) = read_nemo_outputs(lines(path, row))
    return recorded


def test_a_generation(tmp_path):
    recorded = only(tmp_path / "output-rs3.jsonl", nemo_output())
    assert recorded.problem == Problem(id="1", text="What is 3 + 4?", gold="7")
    assert recorded.chains == (Chain(text="3 + 4 = 7", seed=3, prompt_tokens=30, tokens=5),)


def test_the_greedy_output_has_no_seed(tmp_path):
    assert only(tmp_path / "output.jsonl", nemo_output(id="a-1")).chains[0].seed is None


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("stop", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("completed", FinishReason.STOP),
        ("incomplete", FinishReason.LENGTH),
        ("tool_calls", FinishReason.UNKNOWN),
        (None, FinishReason.STOP),
        (["stop"], FinishReason.UNKNOWN),
    ],
)
def test_why_it_ended(tmp_path, word, reason):
    assert only(tmp_path / "o.jsonl", nemo_output(finish_reason=word)).chains[0].finish_reason is reason


def test_reasoning_that_stands_apart(tmp_path):
    assert only(tmp_path / "o.jsonl", nemo_output("It is 7.", reasoning_content="3 + 4 = 7")).chains[0].text == (
        "<think>3 + 4 = 7</think>\nIt is 7."
    )
    parsed = nemo_output("It is 7.", _full_generation="3 + 4 = 7</think>It is 7.", _generation_finished_thinking=True)
    assert only(tmp_path / "o.jsonl", parsed).chains[0].text == "3 + 4 = 7</think>It is 7."


def test_probabilities_of_tokens(tmp_path):
    row = nemo_output(
        logprobs=[-0.5, -1], tokens=["3", "7"], top_logprobs=[{"3": -0.5, "4": -1.5}, {"7": -1.0, "8": -3.0}]
    )
    chain = only(tmp_path / "o.jsonl", row).chains[0]
    assert chain.logprobs == (-0.5, -1.0)
    assert chain.confidences == pytest.approx((1.0, 2.0))


@pytest.mark.parametrize("logprobs", [[None, -1.0], "no", [math.nan]])
def test_probabilities_that_are_none_are_left_out(tmp_path, logprobs):
    chain = only(tmp_path / "o.jsonl", nemo_output(logprobs=logprobs, top_logprobs=[{}])).chains[0]
    assert (chain.logprobs, chain.confidences) == (None, None)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (nemo_output(problem=None), 'expected text in "problem" or "question"'),
        (nemo_output(None), 'expected "generation" to be a string, got nothing'),
    ],
)
def test_what_is_not_of_the_form(tmp_path, row, expected):
    path = lines(tmp_path / "o.jsonl", nemo_output(), row)
    with pytest.raises(InputError) as caught:
        list(read_nemo_outputs(path))
    assert str(caught.value).startswith(f"{path}, line 2: recognised as NeMo-Skills output; {expected}")
