"""What a model chose between the chains of one problem, as it comes in."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from clra.protocols import Choice, Completion, Model, SamplingParams
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


@dataclass(slots=True)
class Measured:
    """A model whose replies are measured while they grow. Fits `clra.protocols.Model`."""

    model: Model
    grown: Callable[[], None]
    """Called, from whatever thread draws, whenever one has grown."""
    _lengths: list[dict[int, int]] = field(default_factory=list)
    """Of every prompt, by index of the reply; without the replies whose tokens are known."""

    @property
    def name(self) -> str:
        """The model's."""
        return self.model.name

    @property
    def prompts(self) -> str:
        """The model's."""
        return self.model.prompts

    @property
    def characters(self) -> int:
        """Of the replies whose tokens nobody has told: being drawn, given up, or from a server that tells none."""
        return sum(sum(list(lengths.values())) for lengths in list(self._lengths))

    async def sample(self, prompt: str, params: SamplingParams) -> AsyncGenerator[Completion, None]:
        """Draw from the model."""
        lengths: dict[int, int] = {}
        self._lengths.append(lengths)

        def watch(index: int, text: str) -> bool:
            lengths[index] = len(text)
            self.grown()
            return False

        async with aclosing(self.model.sample(prompt, replace(params, watch=watch))) as completions:
            async for completion in completions:
                lengths[completion.index] = 0 if completion.tokens is not None else len(completion.text)
                yield completion

    async def aclose(self) -> None:
        """Leave the model open: it is its owner's."""
