"""A model whose completions are kept: what was drawn once is not drawn again.

A completion is known by its model, the prompt, what was asked of the sampling, and its seed, which differs between
samples that are meant to (see `clra.seeds`). A recording hands its chains out in order, so it is asked
anew rather than kept, and told which of them the solutions of the store stand on. A model that does not repeat itself
whatever seeds it is asked for together, as the embedded one, may finish an interrupted run with other chains than it
would have drawn at one go.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, fields, replace
from typing import Final

from clra.errors import StoreError
from clra.models.replay import ReplayModel
from clra.protocols import Completion, Model, SamplingParams
from clra.store import RunStore
from clra.types import FinishReason

_NOT_OF_THE_TEXT: Final = {"seeds", "watch"}


def completion_key(model: str, prompt: str, params: SamplingParams, seed: int) -> str:
    """What tells a completion from all others: SHA-256 over everything that its text depends on.

    Args:
        model: its name, which says nothing of where it runs.
        prompt: what it was asked.
        params: how it was sampled; the seeds and who watches are left out.
        seed: of this sample.
    """
    told = [field for field in fields(params) if field.name not in _NOT_OF_THE_TEXT]
    # what is left to the model is left out, so that a later choice among the parameters changes no key
    asked = {each.name: value for each in told if (value := getattr(params, each.name)) != each.default}
    if params.json_schema is not None:
        asked["json_schema"] = dict(params.json_schema)
    text = json.dumps([model, prompt, asked, seed], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class StoredModel:
    """A model with a run store before it. Fits `clra.protocols.Model`.

    What the store holds is yielded at once, the rest is drawn in one call, and kept before it is yielded. Errors and
    completions that were cut off are not kept. Where the same completion is asked for twice at the same time, the
    second one waits for the first. It belongs to one event loop.
    """

    def __init__(self, model: Model, store: RunStore) -> None:
        self._model = model
        self._store = store
        self._asked = model.name
        self._pending: dict[str, asyncio.Event] = {}
        self.prompts = model.prompts
        self.drawn_tokens = 0
        """Of completions that were drawn now, not taken from the store."""
        if isinstance(model, ReplayModel):
            for stored in store.solutions():
                model.remember(stored.solution.problem, (scored.chain for scored in stored.solution.chains))

    @property
    def name(self) -> str:
        """The model's; where it does not know it before it is asked, that which an earlier session found."""
        if self._model.name != self._asked:
            return self._model.name
        return self._store.model_name(self._asked) or self._asked

    async def sample(self, prompt: str, params: SamplingParams) -> AsyncGenerator[Completion, None]:
        """Yield one completion for each seed: those of the store, then the others as they are drawn.

        Raises:
            ModelError: the model refuses or fails.
            StoreError: a completion cannot be kept, or the model is another one than before.
        """
        if isinstance(self._model, ReplayModel):
            async with aclosing(self._model.sample(prompt, params)) as completions:
                async for completion in completions:
                    yield completion
            return
        left = list(range(len(params.seeds)))
        while left:
            request = self._look_up(prompt, params, left)
            try:
                for completion in request.kept:
                    yield completion
                async with aclosing(self._draw(prompt, params, request)) as completions:
                    async for completion in completions:
                        yield completion
            finally:
                for place in list(request.mine):
                    self._release(request, place)
            left = list(request.others)
            for drawn in request.others.values():
                await drawn.wait()

    async def aclose(self) -> None:
        """Close the model; the store stays open."""
        await self._model.aclose()

    def _look_up(self, prompt: str, params: SamplingParams, places: Sequence[int]) -> "_Request":
        """Find what is kept; what nobody is drawing yet is ours to draw from here on."""
        request = _Request()
        for place in places:
            key = completion_key(self._asked, prompt, params, params.seeds[place])
            kept = self._store.completion(completion_key(self.name, prompt, params, params.seeds[place]))
            if kept is not None:
                request.kept.append(replace(kept, index=place))
            elif key in self._pending:
                request.others[place] = self._pending[key]
            else:
                self._pending[key] = asyncio.Event()
                request.mine[place] = key
        return request

    async def _draw(self, prompt: str, params: SamplingParams, request: "_Request") -> AsyncGenerator[Completion, None]:
        places, watch = list(request.mine), params.watch
        if not places:
            return
        asked = replace(
            params,
            seeds=tuple(params.seeds[place] for place in places),
            watch=None if watch is None else lambda index, text: watch(places[index], text),
        )
        async with aclosing(self._model.sample(prompt, asked)) as completions:
            async for completion in completions:
                place = places[completion.index]
                self.drawn_tokens += completion.tokens or 0
                kept = completion
                if completion.finish_reason is not FinishReason.ABORTED:
                    kept = self._keep(
                        completion_key(self._known_name(), prompt, params, params.seeds[place]), completion
                    )
                self._release(request, place)
                yield replace(kept, index=place)

    def _keep(self, key: str, completion: Completion) -> Completion:
        """What is known by this key from now on. Another address of the same model may have brought it before."""
        before = self._store.completion(key)
        if before is None:
            self._store.add_completion(key, completion)
        return before or completion

    def _known_name(self) -> str:
        """The name of the model, which was asked by now, kept for later sessions.

        Raises:
            StoreError: it is another one than before.
        """
        name, before = self._model.name, self._store.model_name(self._asked)
        if before is None:
            self._store.add_model_name(self._asked, name)
        elif before != name:
            raise StoreError(
                f"{self._asked} is now {name}, and the run began with {before}",
                hint="offer the same model again, or begin a new run",
            )
        return name

    def _release(self, request: "_Request", place: int) -> None:
        """Let those go on that wait for one of ours: it is kept, or it is theirs to draw."""
        key = request.mine.pop(place, None)
        if key is not None:
            self._pending.pop(key).set()


@dataclass(slots=True)
class _Request:
    """The places of one request, by where their completions come from."""

    kept: list[Completion] = field(default_factory=list)
    mine: dict[int, str] = field(default_factory=dict)
    """To be drawn, with their keys."""
    others: dict[int, asyncio.Event] = field(default_factory=dict)
    """Being drawn by somebody else, with the end of that."""
