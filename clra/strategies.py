"""The votes, one small function each: scored chains -> tally. Those by token probabilities: `clra.token_strategies`.

A chain without an answer, or cut off before its end, casts no vote in any of them. Ties go to the answer of more
chains, then to the answer seen first (lowest chain index). Evidence that a chain lacks weighs nothing; whether a
strategy has what it needs is for `lacking` to say.

Answers are the same exactly where their keys are equal, so that sameness is an equivalence relation within a vote. No
slower comparison stands behind the keys: `clra.parsing.equality.equivalent` calls no two answers the same whose keys
differ, only different or undecided.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from clra.protocols import Strategy
from clra.reliability import MOST_WEIGHT, vote_weight
from clra.stopping import agreed
from clra.types import CheckedClaim, Modality, Outcome, ScoredChain, Tally, TallyRow, Vote

UNIVERSAL: Final = "universal"
GENSELECT: Final = "genselect"
_EVIDENCE: Final = {
    "critique": "the model's verdicts on the chains' claims",
    "logprobs": "log-probabilities of the tokens",
    "confidences": "log-probabilities of the likeliest tokens",
    "self_certainty": "self-certainty of the chains",
    UNIVERSAL: "the model's choice of the most consistent chain",
    GENSELECT: "the model's choice between the chains",
}
OF_TOKENS: Final = frozenset({"logprobs", "confidences", "self_certainty"})
"""Evidence that comes with a chain when it is drawn."""
OF_SELECTORS: Final = frozenset({UNIVERSAL, GENSELECT})
"""Evidence that a model gives on all chains together."""


def needs(*evidence: str) -> Callable[[Strategy], Strategy]:
    """Mark a strategy with the evidence it cannot do without, such as ``critique`` (see `evidence_needed`)."""

    def mark(strategy: Strategy) -> Strategy:
        strategy.needs = frozenset(evidence)  # type: ignore[attr-defined]  # functions take attributes; types say no
        return strategy

    return mark


def evidence_needed(strategy: Strategy) -> frozenset[str]:
    """What must not be missing for this strategy.

    Names of fields of `ScoredChain` (``critique``) and of `Chain` (``logprobs``, ``confidences``, ``self_certainty``),
    and keys of ``ScoredChain.selected`` (``universal``, ``genselect``).
    """
    needed: frozenset[str] = getattr(strategy, "needs", frozenset())
    return needed


def lacking(strategy: Strategy, chains: Sequence[ScoredChain]) -> str:
    """Say what the strategy needs and a chain of one problem lacks, in words; empty where nothing is lacking.

    Chains that cast no vote need nothing, and where all that vote agree, nobody has to choose between them.
    """
    voting = [chain for chain in chains if chain.votes]
    unanimous = not voting or agreed(voting)
    for evidence in sorted(evidence_needed(strategy)):
        if evidence in OF_SELECTORS and unanimous:
            continue
        if not all(_holds(chain, evidence) for chain in voting):
            return _EVIDENCE.get(evidence, evidence)
    return ""


def _holds(chain: ScoredChain, evidence: str) -> bool:
    if evidence in OF_SELECTORS:
        return chain.selected is not None and evidence in chain.selected
    return getattr(chain.chain if evidence in OF_TOKENS else chain, evidence) is not None


def additive_up_to(most: float) -> Callable[[Strategy], Strategy]:
    """Mark a strategy that gives each chain's answer a weight, whatever the other chains are, and adds up.

    Only of such a strategy can it be said before the last chain that the winner will not change (`clra.stopping`).

    Args:
        most: the greatest weight of one vote; the least is 0.
    """

    def mark(strategy: Strategy) -> Strategy:
        strategy.most = most  # type: ignore[attr-defined]  # functions take attributes; types say no
        return strategy

    return mark


additive = additive_up_to(1.0)
"""Mark a strategy that adds up weights of 0 to 1."""


def heaviest_vote(strategy: Strategy) -> float | None:
    """The greatest weight of one vote under a strategy that adds up; None of one that does not."""
    most: float | None = getattr(strategy, "most", None)
    return most


def is_additive(strategy: Strategy) -> bool:
    """Whether the strategy adds up single votes."""
    return heaviest_vote(strategy) is not None


def tally(strategy: str, votes: Iterable[Vote]) -> Tally:
    """Add up the votes by answer key, and order the answers by weight, chains, first seen."""
    votes = sorted(votes, key=lambda vote: vote.chain)
    by_key: dict[str, list[Vote]] = {}
    for vote in votes:
        by_key.setdefault(vote.answer.key, []).append(vote)
    rows = [
        TallyRow(
            answer=group[0].answer,
            weight=math.fsum(vote.weight for vote in group),
            chains=tuple(vote.chain for vote in group),
        )
        for group in by_key.values()
    ]
    rows.sort(key=lambda row: (-row.weight, -len(row.chains), row.chains[0]))
    return Tally(strategy=strategy, rows=tuple(rows))


def weigh(strategy: str, chains: Sequence[ScoredChain], weight: Callable[[ScoredChain], float]) -> Tally:
    """Let every chain that may vote give its answer the weight."""
    return tally(
        strategy,
        (
            Vote(answer=chain.answer, weight=weight(chain), chain=chain.chain.index)
            for chain in chains
            if chain.votes and chain.answer is not None
        ),
    )


def best(strategy: str, chains: Sequence[ScoredChain], score: Callable[[ScoredChain], float]) -> Tally:
    """The chain of the highest score decides, of equal ones the first."""
    voting = [chain for chain in chains if chain.votes]
    leader = min(voting, key=lambda chain: (-score(chain), chain.chain.index), default=None)
    return weigh(strategy, chains, lambda chain: score(chain) if chain is leader else 0.0)


@additive
def majority(chains: Sequence[ScoredChain]) -> Tally:
    """Self-consistency: every chain one vote (arXiv 2203.11171)."""
    return weigh("majority", chains, lambda _: 1.0)


def first(chains: Sequence[ScoredChain]) -> Tally:
    """The first chain that has an answer decides: what a single sample would have said."""
    voting = [chain for chain in chains if chain.votes]
    leader = min(voting, key=lambda chain: chain.chain.index, default=None)
    return weigh("first", chains, lambda chain: float(chain is leader))


def best_of_n(chains: Sequence[ScoredChain]) -> Tally:
    """The most reliable chain decides; of equally reliable ones the first."""
    return best("best-of-n", chains, lambda chain: chain.reliability.value)


@needs("critique")
def best_of_n_model(chains: Sequence[ScoredChain]) -> Tally:
    """The chain whose claims the model holds to be true most surely decides; of equal ones the first.

    Its score is the mean over its decision-relevant claims of the model's probability that the claim is true, or, where
    the model gave none, of 1 for a claim that it confirms and 0 for any other. No proof counts here.
    """
    return best("best-of-n-model", chains, lambda chain: _mean([_held(claim) for claim in chain.critique or ()]))


@additive
@needs("critique")
def clr(chains: Sequence[ScoredChain]) -> Tally:
    """The published claim-level reliability: ``r = (mean v) ** M``, summed by answer.

    VibeThinker-3B report, arXiv 2606.16140, section 3.1, equations 5 and 6, where M = 5 and v in {0, 1} is the
    model's own verdict on each of the chain's M decision-relevant claims. Here M is the number of claims that the
    model named for the chain. v is 1 only for a confirmed claim: an unreadable reply validates nothing. A chain for
    which no claim was named has r = 0.
    """
    return weigh("clr", chains, published_reliability)


@additive
@needs("critique")
def clr_mean(chains: Sequence[ScoredChain]) -> Tally:
    """`clr` without its exponent: ``r = mean v``, so that a false claim of five costs a fifth of the vote."""
    return weigh("clr-mean", chains, lambda chain: _mean(_confirmed(chain.critique or ())))


@additive
def clr_proof(chains: Sequence[ScoredChain]) -> Tally:
    """`clr` over proved verdicts alone: no model is asked.

    M is the number of the chain's asserted claims that calculation decided, and v is 1 for those that it confirmed. A
    chain of which it decided nothing has r = 0, so that where it decides nothing of any, the majority wins by the rule
    for ties.
    """
    return weigh("clr-proof", chains, lambda chain: _equation_5(_confirmed(filter(_proved, chain.claims))))


def published_reliability(chain: ScoredChain) -> float:
    """Equation 5 for one chain."""
    return _equation_5(_confirmed(chain.critique or ()))


@additive_up_to(MOST_WEIGHT)
def clra(chains: Sequence[ScoredChain]) -> Tally:
    """The default: every chain votes with the log-odds of its reliability (see `clra.reliability.vote_weight`)."""
    return weigh("clra", chains, lambda chain: vote_weight(chain.reliability.value))


@needs(UNIVERSAL)
def universal(chains: Sequence[ScoredChain]) -> Tally:
    """Universal self-consistency: the chain decides that the model finds the most consistent (arXiv 2311.17311).

    Where it was asked several times, its choices are added up by answer.
    """
    return weigh(UNIVERSAL, chains, lambda chain: (chain.selected or {}).get(UNIVERSAL, 0.0))


@needs(GENSELECT)
def genselect(chains: Sequence[ScoredChain]) -> Tally:
    """GenSelect: the chain decides that the model picks, comparing them with each other (arXiv 2507.17797).

    Where it was asked several times, its choices are added up by answer.
    """
    return weigh(GENSELECT, chains, lambda chain: (chain.selected or {}).get(GENSELECT, 0.0))


def _equation_5(verdicts: Sequence[float]) -> float:
    return _mean(verdicts) ** len(verdicts) if verdicts else 0.0


def _confirmed(claims: Iterable[CheckedClaim]) -> list[float]:
    """1 for each claim that is confirmed, 0 for any other."""
    return [float(claim.outcome is Outcome.CONFIRMED) for claim in claims]


def _proved(claim: CheckedClaim) -> bool:
    """Whether the chain asserts the claim, and calculation decided it."""
    deciding = claim.deciding
    return claim.claim.modality is Modality.ASSERTED and deciding is not None and deciding.proof


def _held(claim: CheckedClaim) -> float:
    """How likely the model holds a claim to be true."""
    opinion = claim.opinion
    if opinion is None or opinion.probability is None:
        return float(opinion is not None and opinion.outcome is Outcome.CONFIRMED)
    return opinion.probability


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0
