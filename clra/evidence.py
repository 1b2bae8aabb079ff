"""What speaks for and against a chain, in numbers: what its reliability is fitted to.

Only what carries over from one set of problems to another is here. How many claims are verified does not (area under
the curve 0.52 to 0.54 on 1,700 labelled chains), nor does a chain's length: on three of six sets longer chains are
wrong more often than others, on two of them less often.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from clra.types import CheckedClaim, Claim, ClaimKind, Outcome, ScoredChain

EVIDENCE: Final = {
    "refuted": "a claim is proved false",
    "refuted again": "another one is, that does not follow from it",
    "answer refuted": "the final answer is proved wrong",
    "answer confirmed": "the final answer is proved right",
    "answer disputed": "check programs compute another answer, and no proof settles it",
    "opinion": "what the model thinks of the chain's claims: the mean probability that they hold, less 1/2",
    "log-probability": "mean natural-log probability of the sampled tokens",
}
"""Name -> what it says. The first five are 0 or 1."""


def evidence_of(chain: ScoredChain) -> dict[str, float]:
    """The evidence on one chain by the names of `EVIDENCE`; what nothing is known of is left out.

    An error that follows from an earlier one is not counted again. All that is refuted of one program is one error.
    """
    answers = _on_answer(chain.claims)
    errors = {_error(each.claim) for each in chain.claims if each.refuted and each.follows_error is None} - {
        _error(each.claim) for each in answers
    }
    found = {
        "refuted": float(len(errors) > 0),
        "refuted again": float(len(errors) > 1),
        "answer refuted": float(_refuted(answers)),
        "answer confirmed": float(answer_confirmed(chain.claims)),
        "answer disputed": float(answer_disputed(chain.claims)),
    }
    if chain.critique:
        found["opinion"] = _mean(map(_likely, chain.critique)) - 0.5
    if chain.chain.logprobs:
        found["log-probability"] = _mean(chain.chain.logprobs)
    return found


def answer_disputed(claims: Sequence[CheckedClaim]) -> bool:
    """Whether an opinion speaks against the final answer, and no proof refutes it."""
    answers = _on_answer(claims)
    opinions = [each.deciding for each in answers if each.deciding is not None and not each.deciding.proof]
    return any(verdict.outcome is Outcome.REFUTED for verdict in opinions) and not _refuted(answers)


def answer_confirmed(claims: Sequence[CheckedClaim]) -> bool:
    """Whether the final answer is proved right, and nothing of it wrong."""
    answers = _on_answer(claims)
    return any(map(_proved_right, answers)) and not _refuted(answers)


def _on_answer(claims: Sequence[CheckedClaim]) -> list[CheckedClaim]:
    return [each for each in claims if each.claim.kind is ClaimKind.ANSWER]


def _refuted(claims: Sequence[CheckedClaim]) -> bool:
    return any(each.refuted for each in claims)


def _proved_right(checked: CheckedClaim) -> bool:
    verdict = checked.deciding
    return verdict is not None and verdict.proof and verdict.outcome is Outcome.CONFIRMED


def _likely(checked: CheckedClaim) -> float:
    """How likely the model holds a claim to be true."""
    opinion = checked.opinion
    if opinion is None:
        return 0.5
    if opinion.probability is not None:
        return opinion.probability
    return {Outcome.CONFIRMED: 1.0, Outcome.REFUTED: 0.0, Outcome.UNKNOWN: 0.5}[opinion.outcome]


def _error(claim: Claim) -> tuple[str, str | None]:
    """What tells one error from another: claims that share it are one."""
    if claim.kind is ClaimKind.ANSWER:
        return claim.kind, None
    if claim.program is not None:
        return ClaimKind.PROGRAM, claim.program.code
    return "", claim.formal


def _mean(numbers: Iterable[float]) -> float:
    listed = list(numbers)
    return sum(listed) / len(listed)
