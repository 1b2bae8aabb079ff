"""What a model chose between the chains of one problem, as it comes in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from clra.protocols import Choice
from clra.types import ScoredChain


@dataclass(slots=True)
class Selection:
    """The choices of one selector."""

    name: str
    votes: int
    """How many it is to make."""
    chosen: Counter[int] = field(default_factory=Counter)
    """Choices by index of the chain."""
    made: int = 0
    """Choices that came in, those that could not be read too."""
    replies: int = 0
    unread: int = 0
    ended: str = ""
    """Why there are fewer choices than there should be; empty where there are not."""

    def add(self, choice: Choice) -> None:
        """Count one."""
        self.made += 1
        self.replies += choice.replies
        self.unread += choice.unread
        if choice.chain is not None:
            self.chosen[choice.chain] += 1

    def shares(self, chains: Sequence[ScoredChain]) -> list[ScoredChain]:
        """The chains with their shares of the choices that could be read; as they are where there was no choice."""
        if not self.made:
            return list(chains)
        total = max(1, self.chosen.total())
        return [
            replace(chain, selected={**(chain.selected or {}), self.name: self.chosen[chain.chain.index] / total})
            for chain in chains
        ]

    def agree(self, chains: Sequence[ScoredChain]) -> None:
        """Choose each of the chains once, and ask nobody, since they all give the same answer."""
        for chain in chains:
            self.add(Choice(chain.chain.index, replies=0))

    def notes(self) -> list[str]:
        """What a reader should know of it; a line each."""
        notes = []
        if self.ended:
            stands = f"stands on {self.made} of {self.votes} votes" if self.made else "was not made"
            notes.append(f"the model's choice between the chains ({self.name}) {stands}: {self.ended}")
        if self.unread:
            replies = "1 reply" if self.replies == 1 else f"{self.replies} replies"
            notes.append(f"{self.unread} of {replies} that choose between the chains could not be read")
        if notes and not self.chosen:
            notes.append("none of the chains was chosen: the answer of most of them stands")
        return notes
