"""Scored chains for tests of votes, and tallies as tables."""

from clra.types import (
    Answer,
    Chain,
    CheckedClaim,
    Claim,
    FinishReason,
    Modality,
    Outcome,
    Reliability,
    ScoredChain,
    Span,
    Verdict,
)

YES, NO, OPEN = Outcome.CONFIRMED, Outcome.REFUTED, Outcome.UNKNOWN


def checked(outcome, *, proof=True, modality=Modality.ASSERTED, probability=None, verdicts=None):
    """A claim with one verdict, or with the given ones."""
    verdict = Verdict(outcome=outcome, method="any", proof=proof, probability=probability)
    return CheckedClaim(
        claim=Claim(text="a claim", span=Span(0, 0), modality=modality), verdicts=verdicts or (verdict,)
    )


def scored(
    index,
    answer,
    *,
    reliability=1.0,
    verdicts=None,
    probabilities=None,
    critique=None,
    claims=(),
    finish=FinishReason.STOP,
    logprobs=None,
    confidences=None,
    certainty=None,
    selected=None,
):
    """A chain; ``verdicts`` are those of the model on its decision-relevant claims."""
    if verdicts is not None:
        known = probabilities or [None] * len(verdicts)
        critique = tuple(
            checked(verdict, proof=False, probability=probability)
            for verdict, probability in zip(verdicts, known, strict=True)
        )
    return ScoredChain(
        chain=Chain(
            text="",
            index=index,
            finish_reason=finish,
            logprobs=logprobs,
            confidences=confidences,
            self_certainty=certainty,
        ),
        answer=Answer(key=answer, text=answer) if answer is not None else None,
        claims=tuple(claims),
        critique=critique,
        reliability=Reliability(value=reliability),
        selected=selected,
    )


def table(tally):
    return [(row.answer.key, round(row.weight, 6), row.chains) for row in tally.rows]
