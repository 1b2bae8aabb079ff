"""What a reader should know of the model's judgement of its own chains."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clra.parsing.restated import proof_on
from clra.types import CheckedClaim, Outcome, Reason, ScoredChain, Verdict


class Disagreement(NamedTuple):
    """A decision-relevant claim of which the model thinks what is proved otherwise."""

    claim: CheckedClaim
    opinion: Verdict
    proof: Verdict

    @property
    def overruled(self) -> bool:
        """Whether the proof is what counts; in the published form of the method, opinions alone do."""
        return self.claim.deciding is not None and self.claim.deciding.proof


def disagreements(chain: ScoredChain) -> Iterator[Disagreement]:
    """The claims of a chain's critique on which the model contradicts a proof."""
    for checked in chain.critique or ():
        opinion = checked.opinion
        proof = next((verdict for verdict in checked.verdicts if verdict.proof), None)
        proof = proof or proof_on(checked.claim, chain.claims)
        if opinion is None or proof is None or opinion.outcome is Outcome.UNKNOWN:
            continue
        if opinion.outcome is not proof.outcome:
            yield Disagreement(checked, opinion, proof)


def critique_notes(chains: Sequence[ScoredChain]) -> tuple[str, ...]:
    """What could not be read of the model's critique, and where a proof contradicts it; a line each."""
    judged = [chain for chain in chains if chain.critique or chain.votes]  # others the model was not asked about
    critiques = [chain.critique for chain in judged if chain.critique is not None]
    claims = [claim for critique in critiques for claim in critique]
    unread = sum(verdict.reason is Reason.NOT_TRANSLATED for claim in claims for verdict in claim.verdicts)
    unnamed = sum(not critique for critique in critiques)
    notes = []
    if unnamed:
        notes.append(f"no claims could be read for {unnamed} of {len(critiques)} chains")
    if unanswered := sum(verdict.reason is Reason.UNAVAILABLE for claim in claims for verdict in claim.verdicts):
        notes.append(f"the model did not judge {unanswered} of {len(claims)} claims")
    if unread:
        notes.append(f"the model's judgement of {unread} of {len(claims)} claims could not be read")
    found = [each for chain in chains for each in disagreements(chain)]
    if found:
        notes.append(_disagreeing(found, len(claims)))
    return tuple(notes)


def _disagreeing(found: Sequence[Disagreement], claims: int) -> str:
    first = found[0]
    said = " ".join(first.claim.claim.text.split())
    said = said if len(said) <= 60 else said[:59] + "…"
    truth = "true" if first.proof.outcome is Outcome.CONFIRMED else "false"
    counts = "the proof counts" if first.overruled else "the published vote counts the opinion"
    return (
        f"the model contradicts a proof on {len(found)} of {claims} claims, such as {said!r}, "
        f"which is proved {truth} ({first.proof.method}); {counts}"
    )
