"""Scored chains that nobody drew, with all evidence that the built-in strategies need."""

import random

from clra.comparison import JudgedProblem
from clra.types import (
    Answer,
    Chain,
    CheckedClaim,
    Claim,
    FinishReason,
    Outcome,
    Problem,
    Reliability,
    ScoredChain,
    Span,
    Verdict,
)


def judged(confirmed, *, proof):
    verdict = Verdict(outcome=Outcome.CONFIRMED if confirmed else Outcome.REFUTED, method="m", proof=proof)
    return CheckedClaim(claim=Claim(text="claim", span=Span(0, 0)), verdicts=(verdict,))


def chain(index, key, *, reliability=1.0, tokens=None, finish=FinishReason.STOP, critique=None, claims=(), **evidence):
    return ScoredChain(
        chain=Chain(
            text="",
            index=index,
            finish_reason=finish,
            tokens=tokens,
            logprobs=evidence.get("logprobs"),
            confidences=evidence.get("confidences"),
            self_certainty=evidence.get("self_certainty"),
        ),
        answer=None if key is None else Answer(key=key, text=key),
        claims=claims,
        critique=critique,
        reliability=Reliability(value=reliability),
        selected=evidence.get("selected"),
    )


def problem(name, keys, *, gold="right", reliabilities=(), **choices):
    """A problem whose chains give these answers."""
    values = (*reliabilities, *[1.0] * len(keys))
    return JudgedProblem(
        Problem(text=f"problem {name}", id=str(name)),
        tuple(chain(place, key, reliability=values[place], **choices) for place, key in enumerate(keys)),
        gold,
    )


def rich_problem(seed, chains, *, tokens=3):
    """A problem at random: chains of every sort, weights that tie and nearly tie."""
    chance = random.Random(seed)  # noqa: S311 -- of tests
    return JudgedProblem(
        Problem(text=f"problem {seed}", id=str(seed)),
        tuple(rich_chain(chance, index, tokens) for index in range(chains)),
        "right",
    )


def rich_chain(chance, index, tokens):
    key = chance.choice(("right", "right", "a", "b", None))
    return chain(
        index,
        key,
        reliability=chance.choice((1.0, 0.05, 0.1, 0.2, 0.3, 0.0025, 0.0)),
        tokens=tokens,
        finish=chance.choice((FinishReason.STOP, FinishReason.STOP, FinishReason.STOP, FinishReason.LENGTH)),
        critique=tuple(judged(chance.random() < 0.7, proof=False) for _ in range(chance.choice((3, 5)))),
        claims=tuple(judged(chance.random() < 0.7, proof=True) for _ in range(chance.choice((0, 1, 3)))),
        logprobs=tuple(-chance.choice((0.1, 0.2, 0.3)) for _ in range(tokens)),
        confidences=tuple(chance.choice((9.0, 9.1, 10.3)) for _ in range(tokens)),
        self_certainty=chance.choice((5.0, 5.5)),
        selected={"universal": chance.choice((0.0, 0.5)), "genselect": chance.choice((0.0, 0.5))},
    )
