"""A model that says what a test tells it to."""

import asyncio

from clra.errors import ModelError
from clra.protocols import Completion


class ScriptedModel:
    """Yields one text for each seed, in a given order; an exception in the place of a text is raised."""

    prompts = "default"

    def __init__(self, *texts, name="scripted", pause=0.0):
        self.texts = texts
        self.name = name
        self.pause = pause
        self.prompted = []
        self.closed = False

    async def sample(self, prompt, params):
        self.prompted.append(prompt)
        for index, seed in enumerate(params.seeds):
            await asyncio.sleep(self.pause)
            text = self.texts[index % len(self.texts)]
            if isinstance(text, ModelError):
                raise text
            completion = text if isinstance(text, Completion) else Completion(index=0, text=text)
            yield Completion(
                index=index,
                text=completion.text,
                reasoning=completion.reasoning,
                seed=seed,
                finish_reason=completion.finish_reason,
                prompt_tokens=10,
                tokens=len(completion.text.split()),
            )

    async def aclose(self):
        self.closed = True
