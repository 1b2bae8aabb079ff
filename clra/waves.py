"""How many chains of a problem are drawn together, and what the vote says once they are there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clra.config import Settings
from clra.parsing.programming import is_programming
from clra.protocols import Strategy
from clra.stopping import FIRST_WAVE, LEAST_CHAINS, agreed, confidence, counted, decided, next_wave
from clra.strategies import heaviest_vote, is_additive
from clra.types import Problem, ScoredChain, StopReason, Tally


@dataclass(frozen=True, slots=True)
class Waves:
    """When more chains of a problem are drawn, by its settings and its strategy."""

    problem: Problem
    settings: Settings
    vote: Strategy

    @property
    def window(self) -> int | None:
        """Chains that stop the run by all giving the same answer, and that are drawn together."""
        return None if self.settings.exhaustive else self.settings.window

    @property
    def by_confidence(self) -> bool:
        """Whether a confidence is asked for between waves."""
        return self.settings.confidence is not None and not self.settings.exhaustive and is_additive(self.vote)

    @property
    def settle_early(self) -> bool:
        """Whether the run may stop in the middle of a wave, once the winner is certain.

        Not between waves: there it would depend on which chain comes first. Nor where answers are keyed anew as more
        of them come, as programs are.
        """
        early = not self.settings.exhaustive and not self.by_confidence and self.window is None
        return early and is_additive(self.vote) and not is_programming(self.problem)

    def next(self, drawn: int, tokens: int, tally: Callable[[], Tally]) -> range:
        """The chains to draw next; empty where all are drawn, or the tokens do not suffice for another one.

        Args:
            drawn: chains so far.
            tokens: spent so far.
            tally: asked for the vote as it stands, where that matters.
        """
        size = self.settings.chains - drawn
        wanted, most = self.settings.confidence, self.settings.max_total_tokens
        if self.window is not None:
            size = min(self.window, size)
        elif not drawn and (self.by_confidence or most is not None):
            size = FIRST_WAVE
        elif self.by_confidence and wanted is not None and size:
            size = next_wave(counted(tally()), drawn, size, wanted)
        if drawn and size and most is not None:
            size = min(size, max(0, (most - tokens) * drawn // max(1, tokens)))
        return range(drawn, min(drawn + size, self.settings.chains))

    def certain(self, weights: Sequence[float], left: int) -> bool:
        """Whether the chains that are left cannot change the winner; of the answers' weights the leader's is first."""
        return decided(weights, left, heaviest_vote(self.vote) or 1.0)

    def settled(self, wave: range, chains: Sequence[ScoredChain], left: int) -> StopReason | None:
        """Why no more chains are needed after a wave; None where they are.

        Args:
            wave: the chains that were drawn last.
            chains: all that are scored.
            left: chains still to come.
        """
        if self.by_confidence or (self.window is not None and is_additive(self.vote)):
            tally, wanted = self.vote(chains), self.settings.confidence
            voters = sum(len(row.chains) for row in tally.rows)
            if self.certain([row.weight for row in tally.rows], left):
                return StopReason.DECIDED
            if wanted is not None and voters >= LEAST_CHAINS and confidence(counted(tally), left) >= wanted:
                return StopReason.CONFIDENT
        if len(wave) == self.window and agreed([each for each in chains if each.chain.index in wave]):
            return StopReason.AGREED
        return None
