"""Chains that were recorded, handed out again: a run without a model server.

A recording answers the prompts that solve its problems and no others: it cannot judge claims. What is asked of the
sampling (temperature, max_tokens and so on) changes nothing about it. Its chains are whole: nobody can watch them being
drawn, and none is aborted.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path
from typing import Final

from clra.config import Settings
from clra.errors import ConfigError, ModelError
from clra.parsing.recordings import read_recordings
from clra.prompts import Task, prompt_set
from clra.protocols import Completion, SamplingParams
from clra.types import Chain, Problem

_OTHER_TASKS: Final[tuple[Task, ...]] = (
    "claims",
    "judge",
    "repair",
    "universal",
    "genselect",
    "check",
    "check_claim",
    "inputs",
)
_OTHER_PROMPT_HINT: Final = "a recording cannot judge claims or solve new problems: choose a model for that"


def open_model(argument: str, settings: Settings) -> "ReplayModel":
    """Open the recorded chains in the file or folder ``argument``, in any format of `clra.parsing.recordings`.

    Raises:
        ConfigError: no file is named.
        InputError: the file is not what it should be.
    """
    del settings
    if not argument:
        raise ConfigError("replay needs a file of recorded chains", hint="write replay:chains.jsonl")
    return ReplayModel(argument)


class ReplayModel:
    """A model that repeats recorded chains. Fits `clra.protocols.Model`.

    A seed that the recording knows brings the chain it was recorded with; any other seed brings the next chain that was
    not handed out yet, and the same one whenever it is asked again. No chain stands in for two seeds.
    """

    def __init__(self, path: str | Path) -> None:
        self.name = f"replay:{Path(path).name}"
        self.prompts = "default"
        self._recordings: dict[str, _Recording] = {}
        for recorded in read_recordings(Path(path)):
            text = recorded.problem.text.strip()
            self._recordings.setdefault(text, _Recording()).add(recorded.chains)

    async def sample(self, prompt: str, params: SamplingParams) -> AsyncGenerator[Completion, None]:
        """Hand out the chains of the problem that stands in the prompt, word for word, on lines of its own.

        Raises:
            ModelError: the recording has no chain for this prompt, or (after all it has) too few; a JSON schema.
        """
        if params.json_schema is not None:
            raise ModelError(f"{self.name} cannot answer by a JSON schema")
        recording = self._find(prompt)
        assigned = recording.assign(params.seeds)
        for index, seed in enumerate(params.seeds):
            chain = assigned.get(seed)
            if chain is not None:
                await asyncio.sleep(0)
                yield _completion(chain, index, seed, params)
        if len(assigned) < len(set(params.seeds)):
            raise ModelError(
                f"{self.name} holds {len(recording.chains)} chains of this problem, and more were asked",
                hint=f"ask for at most {len(recording.chains)}",
            )

    def remember(self, problem: Problem, chains: Iterable[Chain]) -> None:
        """Take chains of a problem as handed out for their seeds, as they were before a run was interrupted."""
        recording = self._recordings.get(problem.text.strip())
        if recording is not None:
            recording.remember(chains)

    async def aclose(self) -> None:
        """Forget the chains."""
        self._recordings.clear()

    def _find(self, prompt: str) -> "_Recording":
        """The recording of the longest problem that stands in the prompt."""
        framed = _framed(prompt)
        found = max((text for text in self._recordings if _framed(text) in framed), key=len, default=None)
        if found is None:
            raise ModelError(f"{self.name} holds no chains for this prompt", hint=_OTHER_PROMPT_HINT)
        recording = self._recordings[found]
        rest = framed.replace(_framed(found), "\n", 1)
        prompts = prompt_set(self.prompts)
        other = any(prompt.strip().startswith(prompts.opening(task)) for task in _OTHER_TASKS)
        if other or any(_framed(last) in rest for last in recording.last_lines):
            raise ModelError(f"{self.name} cannot say anything about its chains", hint=_OTHER_PROMPT_HINT)
        return recording


class _Recording:
    """The chains of one problem, and which seed each was handed out for."""

    def __init__(self) -> None:
        self.chains: list[Chain] = []
        self.last_lines: set[str] = set()
        self._handed_out: dict[int, int] = {}

    def add(self, chains: Iterable[Chain]) -> None:
        for chain in chains:
            self.chains.append(chain)
            # a prompt that holds it asks about the chain
            self.last_lines.update(chain.text.strip().splitlines()[-1:])

    def remember(self, chains: Iterable[Chain]) -> None:
        """Take chains as handed out for their seeds."""
        for chain in chains:
            taken = self._handed_out.values()
            left = (place for place, each in enumerate(self.chains) if place not in taken and each.text == chain.text)
            place = next(left, None)
            if chain.seed is not None and place is not None:
                self._handed_out.setdefault(chain.seed, place)

    def assign(self, seeds: Iterable[int]) -> dict[int, Chain]:
        """A chain for each seed, as long as there are any."""
        recorded = {chain.seed: position for position, chain in reversed([*enumerate(self.chains)])}
        new = [seed for seed in dict.fromkeys(seeds) if seed not in self._handed_out]
        taken = set(self._handed_out.values())
        for seed in new:
            if recorded.get(seed, -1) not in {-1, *taken}:
                self._handed_out[seed] = recorded[seed]
                taken.add(recorded[seed])
        left = (position for position in range(len(self.chains)) if position not in taken)
        others = (seed for seed in new if seed not in self._handed_out)
        self._handed_out.update(zip(others, left, strict=False))
        return {seed: self.chains[self._handed_out[seed]] for seed in seeds if seed in self._handed_out}


def _completion(chain: Chain, index: int, seed: int, params: SamplingParams) -> Completion:
    sure = params.confidences is not None
    return Completion(
        index=index,
        text=chain.text,
        seed=seed,
        finish_reason=chain.finish_reason,
        prompt_tokens=chain.prompt_tokens,
        tokens=chain.tokens,
        logprobs=None if params.logprobs is None else chain.logprobs,
        confidences=chain.confidences if sure else None,
        self_certainty=chain.self_certainty if sure else None,
    )


def _framed(text: str) -> str:
    """The text between line breaks, so that it is found as whole lines only."""
    return "\n" + text.strip().replace("\r\n", "\n") + "\n"
