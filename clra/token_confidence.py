"""How sure a model was of the tokens of a chain: measures over log-probabilities.

Token confidence and its groups as in DeepConf (arXiv 2508.15260; behaviour as in the public code,
facebookresearch/deepconf, ``analysis_offline.py`` and ``helper.py``), except that nothing is rounded on the way, and
that the sampled token counts only where it is among the likeliest.
"""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

LIKELIEST: Final = 20
"""Tokens at each position over which token confidence is taken: what DeepConf asks for, and the most that vLLM gives by
default."""
FEWER_LIKELIEST: Final = 5
"""What servers that refuse as many may still give."""
GROUP: Final = 2_048
"""Tokens of a group, and of the tail."""
_PARTS: Final = 10
"""The bottom is one group of this many."""
_LEAST: Final = -9_999.0
"""Log-probability of what is impossible, as vLLM writes it; sums of anything less, or infinite, could overflow."""
_CACHED: Final = 256


class ChainConfidence(NamedTuple):
    """Confidence of a chain; larger is surer. 0 for a chain without tokens."""

    mean: float
    """Over all tokens."""
    tail: float
    """Over the last `GROUP` tokens."""
    bottom: float
    """Over the tenth of the groups that have the lowest means, at least one; a group begins at each token."""
    lowest: float
    """The lowest mean of a group."""


def token_confidence(likeliest: Iterable[float]) -> float:
    """Minus the mean of the natural-log probabilities of the likeliest tokens at one position; 0 without any."""
    return _mean([-_bounded(logprob) for logprob in likeliest])


def chain_confidence(confidences: tuple[float, ...]) -> ChainConfidence:
    """Bring the token confidences of a chain together. A chain shorter than a group is one group.

    What no token confidence can be counts as the nearest that can.
    """
    return _chain_confidence(_Same(confidences))


def likelihood(logprobs: tuple[float, ...]) -> float:
    """The probability of a chain, normalised by its length: the geometric mean over its tokens, in [0, 1].

    0 for a chain without tokens. A positive log-probability, as rounding may have made it, counts as 0.
    """
    return _likelihood(_Same(logprobs))


class _Same:
    """A tuple known by identity: hashing its floats would take as long as what is cached for it."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[float, ...]) -> None:
        self.values = values

    def __hash__(self) -> int:
        return id(self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.values is other.values


@lru_cache(maxsize=_CACHED)
def _chain_confidence(same: _Same) -> ChainConfidence:
    confidences = [-_bounded(-confidence) for confidence in same.values]
    groups = sorted(_group_means(confidences))
    return ChainConfidence(
        mean=_mean(confidences),
        tail=_mean(confidences[-GROUP:]),
        bottom=_mean(groups[: max(1, len(groups) // _PARTS)]),
        lowest=groups[0],
    )


@lru_cache(maxsize=_CACHED)
def _likelihood(same: _Same) -> float:
    return math.exp(_mean([_bounded(logprob) for logprob in same.values])) if same.values else 0.0


def _bounded(logprob: float) -> float:
    """A log-probability as it can be; the least one for what is not a number."""
    return min(0.0, max(_LEAST, logprob))


def _group_means(confidences: Sequence[float]) -> list[float]:
    """The mean of each run of `GROUP` tokens; of all tokens where they are fewer."""
    if len(confidences) <= GROUP:
        return [_mean(confidences)]
    sums = list(accumulate(confidences, initial=0.0))
    return [(end - begin) / GROUP for begin, end in zip(sums, sums[GROUP:], strict=False)]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0
