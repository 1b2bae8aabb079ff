"""What the chains of one problem cost a strategy, in generated tokens of all stages that it needs."""

from collections.abc import Mapping, Sequence
from typing import Final

from clra.metering import JUDGING
from clra.protocols import Strategy
from clra.strategies import OF_SELECTORS, OF_TOKENS, evidence_needed
from clra.types import ScoredChain

COUNTING: Final = frozenset({"majority", "first"})
"""Strategies that look at nothing but the answers."""
_STAGES: Final[dict[str, tuple[str, ...]]] = {"critique": JUDGING, **dict.fromkeys(OF_SELECTORS, ("select",))}
"""Evidence -> the stages, as in `clra.types.Usage.stage_tokens`, whose cost grows with the chains."""
_CHECK: Final = "check"


def tokens_needed(
    name: str, strategy: Strategy, chains: Sequence[ScoredChain], stages: Mapping[str, int], sizes: Sequence[int]
) -> tuple[float, ...] | None:
    """Expected tokens with so many of the chains; None where the recording does not tell.

    Drawing, judging and selecting are taken to cost the same for every chain. Check programs are the problem's: they
    cost the same whatever the number of chains.

    Args:
        name: of the strategy.
        strategy: the vote.
        chains: all of one problem.
        stages: tokens of the stages after drawing, where they are known.
        sizes: numbers of chains; at most all are taken.
    """
    needed = evidence_needed(strategy)
    counts = [chain.chain.tokens for chain in chains]
    grows = {stage for evidence in needed for stage in _STAGES.get(evidence, ())}
    if any(count is None for count in counts) or any(stage not in stages for stage in grows):
        return None
    fixed = 0
    if name not in COUNTING and not (needed and needed <= OF_TOKENS) and any(chain.check_programs for chain in chains):
        if _CHECK not in stages:
            return None
        fixed = stages[_CHECK]
    growing = sum(count for count in counts if count is not None) + sum(stages[stage] for stage in grows)
    return tuple(fixed + growing * min(size, len(chains)) / max(1, len(chains)) for size in sizes)
