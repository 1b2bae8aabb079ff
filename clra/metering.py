"""The model by what it is asked for: tokens are counted by stage, and requests sampled as the run is."""

import itertools
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Final

from clra.config import Settings
from clra.protocols import Completion, Model, SamplingParams

JUDGING: Final = ("extract", "falsify")
"""Stages in which the model names a chain's claims, and judges them."""
CHARACTERS_PER_TOKEN: Final = 3.0
"""Until a model has told better, and of replies for which a server tells no count."""
_STAGE: ContextVar[str] = ContextVar("stage", default="")


@contextmanager
def as_stage(name: str) -> Iterator[None]:
    """Count what is asked within as a stage of its own."""
    token = _STAGE.set(name)
    try:
        yield
    finally:
        _STAGE.reset(token)


@dataclass(slots=True)
class Meter:
    """A model that counts its tokens. Fits `clra.protocols.Model`."""

    model: Model
    stage: str
    sampling: Mapping[str, Any] = field(default_factory=dict)
    """What holds where a request says nothing, by names of `SamplingParams`."""
    grown: Callable[[], bool] | None = None
    """Called, from whatever thread draws, whenever a reply has grown; True cuts it off."""
    prompt_tokens: int = 0
    spent: Counter[str] = field(default_factory=Counter)
    """Tokens of finished replies by stage."""
    _calls: "itertools.count[int]" = field(default_factory=itertools.count)
    _lengths: dict[int, dict[int, int]] = field(default_factory=dict)
    """Characters of the replies whose tokens nobody has told, by call and index."""

    @property
    def name(self) -> str:
        """The model's."""
        return self.model.name

    @property
    def prompts(self) -> str:
        """The model's."""
        return self.model.prompts

    @property
    def tokens(self) -> int:
        """Of all finished replies."""
        return self.spent.total()

    @property
    def characters(self) -> int:
        """Of the replies whose tokens nobody has told: from a server that tells none or, if watched, drawn in part."""
        return sum(sum(list(lengths.values())) for lengths in list(self._lengths.values()))

    def settle(self, characters_per_token: float) -> None:
        """Count the replies whose tokens nobody has told by their characters."""
        self.spent[self.stage] += round(self.characters / characters_per_token)
        self._lengths.clear()

    async def sample(self, prompt: str, params: SamplingParams) -> AsyncGenerator[Completion, None]:
        """Draw from the model."""
        call, stage = next(self._calls), _STAGE.get() or self.stage
        lengths = self._lengths[call] = dict[int, int]()
        async with aclosing(self.model.sample(prompt, self._asked(params, lengths))) as completions:
            async for completion in completions:
                said = completion.reasoning + completion.text
                lengths[completion.index] = len(said) if completion.tokens is None else 0
                self.prompt_tokens += completion.prompt_tokens or 0
                self.spent[stage] += completion.tokens or 0
                yield completion
        if not any(lengths.values()):
            self._lengths.pop(call, None)

    def _asked(self, params: SamplingParams, lengths: dict[int, int]) -> SamplingParams:
        missing = {name: value for name, value in self.sampling.items() if getattr(params, name) is None}
        if self.grown is None:
            return replace(params, **missing)
        grown = self.grown

        def watch(index: int, text: str) -> bool:
            lengths[index] = len(text)
            return grown()

        return replace(params, **missing, watch=watch)

    async def aclose(self) -> None:
        """Leave the model open: it is its owner's."""


@dataclass(frozen=True, slots=True)
class Meters:
    """A model by what it is asked for."""

    draw: Meter
    judge: Meter
    check: Meter
    select: Meter

    @classmethod
    def of(cls, model: Model, settings: Settings) -> "Meters":
        """All of them; what is not a chain is sampled as chains are, up to a length of its own."""
        names = ("temperature", "top_p", "top_k")
        sampling = {name: getattr(settings, name) for name in names} | {"max_tokens": settings.reply_tokens}
        others = (Meter(model, stage, sampling) for stage in ("falsify", "check", "select"))
        return cls(Meter(model, "draw"), *others)

    @property
    def all(self) -> tuple[Meter, ...]:
        """In the order of a run."""
        return self.draw, self.judge, self.check, self.select

    @property
    def prompt_tokens(self) -> int:
        """Of all stages."""
        return sum(meter.prompt_tokens for meter in self.all)

    @property
    def stage_tokens(self) -> dict[str, int]:
        """Generated tokens by stage; choosing between the chains is one where it took place."""
        spent = dict.fromkeys(("draw", *JUDGING, "check"), 0)
        for meter in self.all:
            spent |= meter.spent
        return {stage: tokens for stage, tokens in spent.items() if tokens or stage != "select"}

    @property
    def tokens(self) -> int:
        """Generated in all stages."""
        return sum(meter.tokens for meter in self.all)
