"""What the in-process backend keeps of vLLM's outputs; no vLLM is needed for it."""

import math
from types import SimpleNamespace

import pytest

from clra.models.vllm import _asked_logprobs, _completion, _Output
from clra.protocols import SamplingParams
from clra.types import FinishReason


def row(*logprobs, sampled=0):
    """At one position: tokens 0, 1, ... by rank; the sampled one is told even where it is not among the likeliest."""
    told = {
        token: SimpleNamespace(logprob=logprob, rank=token + 1, decoded_token=f"t{token}")
        for token, logprob in enumerate(logprobs)
    }
    if sampled not in told:
        told[sampled] = SimpleNamespace(logprob=-9.0, rank=sampled + 1, decoded_token=f"t{sampled}")
    return told


def put_together(*outputs, **params):
    output = _Output(SamplingParams(**params))
    for text, tokens, rows, reason in outputs:
        output.add(SimpleNamespace(text=text, token_ids=tokens, logprobs=rows, finish_reason=reason))
    return _completion(output, 0, prompt_tokens=3)


def test_confidences_are_taken_bit_by_bit_over_the_likeliest():
    done = put_together(
        ("It is", [0, 7], [row(-0.5, -1.5), row(-1.0, -3.0, sampled=7)], None),
        (" 7", [1], [row(-2.0, -4.0)], "stop"),
        confidences=2,
    )
    assert (done.text, done.tokens, done.finish_reason) == ("It is 7", 3, FinishReason.STOP)
    assert done.confidences == (1.0, 2.0, 3.0)
    assert (done.logprobs, done.top_logprobs, done.self_certainty) == (None, None, None)


def test_logprobs_of_the_sampled_tokens_and_of_the_likeliest():
    rows = [row(-0.5, -1.5), row(-1.0, -3.0, sampled=7)]
    done = put_together(("It is", [1, 7], rows, "length"), logprobs=1)
    assert done.logprobs == (-1.5, -9.0)
    assert done.top_logprobs == ({"t0": -0.5}, {"t0": -1.0})
    assert done.confidences is None
    sampled_only = put_together(("It is", [1, 7], rows, "length"), logprobs=0, confidences=2)
    assert (sampled_only.top_logprobs, sampled_only.confidences) == (None, (1.0, 2.0))


@pytest.mark.parametrize("rows", [None, [], [row(-0.5)]])
def test_what_is_not_told_of_every_token_is_none(rows):
    done = put_together(("It is", [0, 1], rows, "stop"), logprobs=1, confidences=1)
    assert (done.logprobs, done.top_logprobs, done.confidences) == (None, None, None)


def test_an_impossible_token_among_the_likeliest():
    done = put_together(("a", [0], [row(0.0, -math.inf)], "stop"), confidences=2)
    assert done.confidences == (9_999 / 2,)


@pytest.mark.parametrize(
    ("params", "asked"),
    [({}, None), ({"logprobs": 0}, 0), ({"confidences": 20}, 20), ({"logprobs": 5, "confidences": 2}, 5)],
)
def test_how_many_the_engine_is_asked_for(params, asked):
    assert _asked_logprobs(SamplingParams(**params)) == asked
