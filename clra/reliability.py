"""From verdicts to numbers: how far a chain, and then an answer, can be relied on.

Only proofs count, and only against a chain. That a chain holds many verified claims says nothing about its answer
(area under the curve 0.52 to 0.54 on 1,700 labelled chains), so it earns nothing.

An error that follows from an earlier one is not counted again. NOT covered: the numbers are no probabilities
("uncalibrated").
"""

from collections.abc import Sequence
from typing import Final

from clra.types import CheckedClaim, ClaimKind, Reliability, ScoredChain, Tally

REFUTED_FACTOR: Final = 0.05
"""What a refuted claim leaves of its chain's reliability."""
MOST_COUNTED: Final = 2
"""Refuted claims past these are taken to follow from the earlier ones."""


def chain_reliability(claims: Sequence[CheckedClaim]) -> Reliability:
    """1 for a chain without a refuted claim; each of the first errors leaves a twentieth of it.

    All that is refuted of the final answer is one error.
    """
    roots = [each.claim for each in claims if each.refuted and each.follows_error is None]
    refuted = len({claim.kind if claim.kind is ClaimKind.ANSWER else claim.formal for claim in roots})
    return Reliability(value=REFUTED_FACTOR ** min(refuted, MOST_COUNTED))


def answer_reliability(tally: Tally, chains: Sequence[ScoredChain]) -> Reliability:
    """The winner's share of the weight times the reliability of the best chain that gave it.

    One more chain of weight 1 is counted against it, so that two chains that agree do not make a certainty.
    """
    if tally.winner is None:
        return Reliability(value=0.0)
    supporters = set(tally.winner.chains)
    best = max(chain.reliability.value for chain in chains if chain.chain.index in supporters)
    share = max(0.0, tally.winner.weight) / (1.0 + sum(max(0.0, row.weight) for row in tally.rows))
    return Reliability(value=share * best)
