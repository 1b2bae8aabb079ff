"""Asking a model for what it may not be able to give: JSON of a schema, log-probabilities, a reply that can be read."""

from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Final

from clra.errors import ModelError, ModelUnavailableError
from clra.prompts import PromptSet
from clra.protocols import Completion, Model, SamplingParams
from clra.seeds import derived_seed
from clra.types import FinishReason
from clra_verifiers.replies import complete, without_thoughts

_QUOTED_CHARS: Final = 8_000
"""Of a reply that could not be read, when it is shown to the model again."""


@dataclass(slots=True)
class Asker:
    """Asks models, and remembers what they refuse, so that it is not asked of them again."""

    _refused: set[tuple[str, bool]] = field(default_factory=set)
    """Names of models, and whether it was JSON that they were asked for."""

    async def draw(self, model: Model, prompt: str, params: SamplingParams) -> list[Completion]:
        """Completions by index, drawn without a JSON schema and log-probabilities where the model refuses them.

        Where the model fails in the middle these are fewer than were asked for, but at least one.

        Raises:
            ModelError: the model refuses, or fails, or gives none.
        """
        plain = replace(params, json_schema=None, logprobs=None)
        wish = (model.name, params.json_schema is not None)
        if params == plain or wish in self._refused:
            return await _drawn(model, prompt, plain)
        try:
            return await _drawn(model, prompt, params)
        except ModelUnavailableError:
            raise
        except ModelError:
            found = await _drawn(model, prompt, plain)
        self._refused.add(wish)
        return found


async def _drawn(model: Model, prompt: str, params: SamplingParams) -> list[Completion]:
    found: list[Completion] = []
    try:
        async with aclosing(model.sample(prompt, params)) as completions:
            async for completion in completions:
                found.append(completion)  # noqa: PERF401  # what came before a failure counts
    except ModelError:
        if not found:
            raise
    if not found:
        raise ModelError(f"{model.name} gave no completion")
    return sorted(found, key=lambda completion: completion.index)


def repairs(prompts: PromptSet, reply: Completion) -> bool:
    """Whether a reply that cannot be read is whole, and the model can be asked for it in other words."""
    return prompts.has("repair") and reply.finish_reason is FinishReason.STOP and bool(reply.text.strip())


async def repaired(
    model: Model, prompts: PromptSet, *, asked: str, reply: Completion, fault: str, seed: int
) -> Completion:
    """The reply in the form that was asked for; as it was where the model fails."""
    shown = without_thoughts(reply.text)[-_QUOTED_CHARS:]
    again = prompts.render("repair", asked=asked, reply=shown, fault=fault)
    seed = derived_seed(seed if reply.seed is None else reply.seed, "repair")
    try:
        return await complete(model, again, SamplingParams(seeds=(seed,)))
    except ModelError:
        return reply
