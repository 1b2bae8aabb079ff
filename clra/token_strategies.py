"""The votes by how sure the model was of its tokens. The measures stand in `clra.token_confidence`."""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Final

from clra.strategies import additive, best, needs, weigh
from clra.token_confidence import ChainConfidence, chain_confidence, likelihood
from clra.types import ScoredChain, Tally

CISC_TEMPERATURE: Final = 0.2
BORDA_POWER: Final = 0.5
FILTER: Final = 10
"""Of the chains one in this many passes the filter of DeepConf."""


@needs("logprobs")
def best_of_n_logprob(chains: Sequence[ScoredChain]) -> Tally:
    """The chain of the highest mean log-probability of its sampled tokens decides; of equal ones the first."""
    return best("best-of-n-logprob", chains, _likelihood)


@additive
@needs("logprobs")
def logprob_weighted(chains: Sequence[ScoredChain]) -> Tally:
    """Every chain votes with its probability, normalised by its length: ``exp(mean log-probability)``.

    One of the weightings of self-consistency (arXiv 2203.11171, "weighted sum, normalized").
    """
    return weigh("logprob-weighted", chains, _likelihood)


@needs("logprobs")
def cisc(chains: Sequence[ScoredChain]) -> Tally:
    """Confidence-informed self-consistency: every chain votes with the softmax of its confidence (arXiv 2502.06233).

    Of the paper's confidences this takes the response probability, ``exp(mean log-probability)``, since it costs no
    further prompt. The temperature, which the paper tunes for each model on held-out questions, is 0.2, which its code
    (google-research/cisc) gives for P(True); it was not tuned here.
    """
    voting = [chain for chain in chains if chain.votes]
    highest = max(map(_likelihood, voting), default=0.0)
    weights = {chain.chain.index: math.exp((_likelihood(chain) - highest) / CISC_TEMPERATURE) for chain in voting}
    total = math.fsum(weights.values())
    return weigh("cisc", chains, lambda chain: weights[chain.chain.index] / total)


@needs("self_certainty")
def self_certainty(chains: Sequence[ScoredChain]) -> Tally:
    """Borda voting by self-certainty (arXiv 2502.18581): the chain of rank r of N votes with ``(N - r + 1) ** p``.

    p is 0.5, the default of the authors' code (backprop07/Self-Certainty); p = 0 is the majority. Ranked are the chains
    that vote, and equally certain ones share the better rank, where that code ranks all chains and goes by their order.
    """
    ranked = sorted(_certainty(chain) for chain in chains if chain.votes)
    return weigh("self-certainty", chains, lambda chain: bisect_right(ranked, _certainty(chain)) ** BORDA_POWER)


@needs("confidences")
def deepconf_mean(chains: Sequence[ScoredChain]) -> Tally:
    """Every chain votes with the mean of its token confidences (DeepConf, arXiv 2508.15260)."""
    return weigh("deepconf-mean", chains, lambda chain: _confidence(chain).mean)


@needs("confidences")
def deepconf_tail(chains: Sequence[ScoredChain]) -> Tally:
    """Every chain votes with the confidence of its last 2,048 tokens (DeepConf, arXiv 2508.15260)."""
    return weigh("deepconf-tail", chains, lambda chain: _confidence(chain).tail)


@needs("confidences")
def deepconf_bottom(chains: Sequence[ScoredChain]) -> Tally:
    """Every chain votes with the confidence of its least confident tenth of groups (DeepConf, arXiv 2508.15260)."""
    return weigh("deepconf-bottom", chains, lambda chain: _confidence(chain).bottom)


@needs("confidences")
def deepconf_lowest(chains: Sequence[ScoredChain]) -> Tally:
    """Every chain votes with the confidence of its least confident group (DeepConf, arXiv 2508.15260)."""
    return weigh("deepconf-lowest", chains, lambda chain: _confidence(chain).lowest)


@needs("confidences")
def deepconf_tail_top10(chains: Sequence[ScoredChain]) -> Tally:
    """`deepconf_tail` among the tenth of the chains that it finds the most confident."""
    return _weigh_top("deepconf-tail-top10", chains, lambda chain: _confidence(chain).tail)


@needs("confidences")
def deepconf_bottom_top10(chains: Sequence[ScoredChain]) -> Tally:
    """`deepconf_bottom` among the tenth of the chains that it finds the most confident."""
    return _weigh_top("deepconf-bottom-top10", chains, lambda chain: _confidence(chain).bottom)


def _weigh_top(strategy: str, chains: Sequence[ScoredChain], weight: Callable[[ScoredChain], float]) -> Tally:
    """Only chains from the 90th percentile of the weights on vote, where percentiles between two are interpolated."""
    ranked = sorted(weight(chain) for chain in chains if chain.votes)
    # what reaches a percentile between two different weights reaches the higher one
    place = -((len(ranked) - 1) * (FILTER - 1) // -FILTER)
    return weigh(strategy, chains, lambda chain: weight(chain) if weight(chain) >= ranked[place] else 0.0)


def _likelihood(chain: ScoredChain) -> float:
    return likelihood(chain.chain.logprobs or ())


def _confidence(chain: ScoredChain) -> ChainConfidence:
    return chain_confidence(chain.chain.confidences or ())


def _certainty(chain: ScoredChain) -> float:
    return chain.chain.self_certainty or 0.0
