"""When the vote is settled before all chains are drawn.

Certainty: no vote that is still to come can change the winner. Confidence: the posterior probability that the leader
wins once all K chains are drawn, in the manner of adaptive consistency (arXiv 2305.11860), whose Beta criterion asks of
the two leading answers, with v1 and v2 votes, whether the mass of Beta(v1 + 1, v2 + 1) above 1/2 reaches a threshold.
Here that Beta is carried on to the end of a finite budget, which is what is asked; with endless chains to come both are
the same.

Both hold for strategies that add up single votes only (see `clra.strategies.additive`). Agreement holds for any: as in
early-stopping self-consistency (arXiv 2401.10480), chains come in windows, and the first window whose chains all give
the same answer is the last one. All chains drawn by then vote.
"""

import math
from collections.abc import Sequence
from typing import Final

from clra.types import ScoredChain, Tally

FIRST_WAVE: Final = 4
"""Chains drawn before the vote is looked at for the first time."""
LEAST_CHAINS: Final = 3
"""No confidence is placed in fewer chains that voted."""
_GROWTH: Final = 4  # a wave is at least this part of what was drawn, so that there are few of them


def decided(weights: Sequence[float], left: int, most: float = 1.0) -> bool:
    """Whether ``left`` more votes, each of weight 0 to ``most``, cannot change which answer has the most.

    Args:
        weights: of the answers, the leader first.
        left: chains still to come.
        most: what one of them can weigh.
    """
    lead = weights[0] - (weights[1] if len(weights) > 1 else 0.0) if weights else 0.0
    return lead > left * most


def agreed(window: Sequence[ScoredChain]) -> bool:
    """Whether all chains of a window give the same answer; one that casts no vote gives none."""
    keys = {chain.answer.key if chain.votes and chain.answer is not None else None for chain in window}
    return len(keys) == 1 and None not in keys


def counted(tally: Tally) -> list[float]:
    """The weights of a tally's answers as `confidence` counts them: no chain of the leader has more than one vote.

    A proof makes a vote heavier, but it is no evidence for how further chains will vote. Its rivals keep their weight,
    so that the confidence stays a lower bound.
    """
    if tally.winner is None:
        return []
    return [min(tally.winner.weight, len(tally.winner.chains)), *(row.weight for row in tally.rows[1:])]


def confidence(weights: Sequence[float], left: int) -> float:
    """The posterior probability that the leader still leads when ``left`` more chains have voted; a lower bound.

    With leader's weight a and a rival's weight b, the share of further votes that go to the leader rather than to this
    rival has the posterior Beta(a + 1, b + 1), and the number J of those votes is beta-binomial with n = left::

        P(J = j) = C(n, j) B(a + 1 + j, b + 1 + n - j) / B(a + 1, b + 1)

    The rival overtakes where a + j <= b + n - j; a tie is counted as lost. The chances of all rivals, among them an
    answer that nobody gave yet (b = 0), are added up (Bonferroni), and the sum is taken from 1. That every further vote
    goes to one of the two with its full weight of 1 makes the rival's chances larger than they are.

    Args:
        weights: of the answers, the leader first; a chain proved wrong has little weight and so is little evidence.
        left: chains still to come.
    """
    if not weights:
        return 0.0
    leader, *rivals = weights
    return max(0.0, 1.0 - math.fsum(_overtakes(leader, rival, left) for rival in (*rivals, 0.0)))


def next_wave(weights: Sequence[float], drawn: int, left: int, wanted: float) -> int:
    """How many chains to draw next: as few as can bring the wanted confidence if all of them join the leader.

    Args:
        weights: of the answers so far, the leader first.
        drawn: chains so far.
        left: chains still to come; at least 1.
        wanted: the confidence at which drawing stops.
    """
    leader, rivals = (weights[0], weights[1:]) if weights else (0.0, ())
    low, high = 1, left
    while low < high:
        middle = (low + high) // 2
        if confidence((leader + middle, *rivals), left - middle) >= wanted:
            high = middle
        else:
            low = middle + 1
    return min(left, max(low, drawn // _GROWTH))


def _overtakes(leader: float, rival: float, left: int) -> float:
    """The chance that the rival has at least the leader's weight in the end."""
    most = math.floor((rival + left - leader) / 2)  # of the votes to come that the leader may get
    if most < 0:
        return 0.0
    a, b = leader + 1, rival + 1
    log = math.lgamma(b + left) + math.lgamma(a + b) - math.lgamma(b) - math.lgamma(a + b + left)  # of P(J = 0)
    terms = []
    for j in range(min(most, left) + 1):
        terms.append(math.exp(log))
        if j < left:
            log += math.log((left - j) / (j + 1) * (a + j) / (b + left - j - 1))
    return min(1.0, math.fsum(terms))
