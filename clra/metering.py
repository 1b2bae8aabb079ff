"""Models that count their tokens, by what they are asked for."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from clra.protocols import Completion, Model, SamplingParams


@dataclass(slots=True)
class Meter:
    """A model that counts its tokens."""

    model: Model
    prompt_tokens: int = 0
    tokens: int = 0

    @property
    def name(self) -> str:
        """The model's."""
        return self.model.name

    @property
    def prompts(self) -> str:
        """The model's."""
        return self.model.prompts

    async def sample(self, prompt: str, params: SamplingParams) -> AsyncGenerator[Completion, None]:
        """Draw from the model."""
        async with aclosing(self.model.sample(prompt, params)) as completions:
            async for completion in completions:
                self.prompt_tokens += completion.prompt_tokens or 0
                self.tokens += completion.tokens or 0
                yield completion

    async def aclose(self) -> None:
        """Leave the model open: it is its owner's."""


@dataclass(frozen=True, slots=True)
class Meters:
    """The model by what it is asked for."""

    draw: Meter
    judge: Meter
    check: Meter
    select: Meter

    @property
    def prompt_tokens(self) -> int:
        """Of all stages."""
        return sum(meter.prompt_tokens for meter in (self.draw, self.judge, self.check, self.select))

    @property
    def stage_tokens(self) -> dict[str, int]:
        """Generated tokens by stage; choosing between the chains is one where it took place."""
        stages = {"draw": self.draw.tokens, "judge": self.judge.tokens, "check": self.check.tokens}
        return stages | ({"select": self.select.tokens} if self.select.tokens else {})

    @property
    def tokens(self) -> int:
        """Generated in all stages."""
        return sum(self.stage_tokens.values())
