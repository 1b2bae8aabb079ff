"""K chains from a model, as they finish."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from clra.config import Settings
from clra.errors import ModelError, ModelUnavailableError
from clra.parsing.programming import is_programming
from clra.prompts import PromptSet, Task, prompt_set
from clra.protocols import Completion, Model, SamplingParams, Strategy
from clra.seeds import chain_seed
from clra.strategies import evidence_needed
from clra.token_confidence import FEWER_LIKELIEST, LIKELIEST
from clra.types import Chain, Problem


class Asked(NamedTuple):
    """What is asked about the tokens of a chain; None where nothing is (see `SamplingParams`)."""

    logprobs: int | None = None
    confidences: int | None = None


@dataclass(slots=True)
class TokenEvidence:
    """What a run asks about the tokens of its chains, and then, as the model refuses it, less and less."""

    left: list[Asked] = field(default_factory=lambda: [Asked()])
    """What to ask, the most first; nothing at last."""

    def refused(self) -> bool:
        """Ask for less from now on; False where nothing was asked."""
        if len(self.left) > 1:
            del self.left[0]
            return True
        return False


def token_evidence(strategy: Strategy, settings: Settings) -> TokenEvidence:
    """What a strategy needs to be told of the tokens of its chains; all of it where the settings say so."""
    needed = evidence_needed(strategy)
    logprobs = 0 if settings.logprobs or "logprobs" in needed else None
    tops = settings.logprobs or bool(needed & {"confidences", "self_certainty"})
    left = [Asked(logprobs, likeliest) for likeliest in (LIKELIEST, FEWER_LIKELIEST) if tops]
    return TokenEvidence([*left, *([] if logprobs is None else [Asked(logprobs)]), Asked()])


async def draw(
    model: Model,
    problem: Problem,
    settings: Settings,
    *,
    judged: bool = False,
    wave: range | None = None,
    watch: Callable[[int, str], bool] | None = None,
    evidence: TokenEvidence | None = None,
) -> AsyncGenerator[Chain, None]:
    """Draw chains, each yielded as soon as it is finished.

    Closing the iterator stops what is still being drawn.

    Args:
        model: what is asked.
        problem: what is to be solved.
        settings: how many chains, and how they are sampled.
        judged: the model is to judge its chains, which may therefore end with their claims.
        wave: indices of the chains, one after the other; all of ``settings.chains`` by default. A chain's seed depends
            on its index, not on the wave that it comes in.
        watch: shown each chain while it is drawn, with its index; True cuts it off (see `SamplingParams.watch`).
        evidence: what is asked about the tokens; nothing by default. What the model refuses is not asked again, and the
            chains come without it.

    Raises:
        ModelError: the model refuses or fails.
    """
    wave = range(settings.chains) if wave is None else wave
    params = SamplingParams(
        seeds=tuple(chain_seed(settings.seed, problem, index) for index in wave),
        temperature=settings.temperature,
        top_p=settings.top_p,
        top_k=settings.top_k,
        max_tokens=settings.max_tokens,
        watch=None if watch is None else lambda place, text: watch(wave[place], text),
    )
    prompts = prompt_set(model.prompts)
    prompt = prompts.render(_task(prompts, problem, listing=judged and settings.claims_in_chain), problem=problem.text)
    evidence, begun = evidence or TokenEvidence(), False
    while True:
        asked = replace(params, **evidence.left[0]._asdict())
        try:
            async with aclosing(model.sample(prompt, asked)) as completions:
                async for completion in completions:
                    begun = True
                    yield _chain(completion, wave[completion.index], model.name)
        except ModelUnavailableError:
            raise
        except ModelError:
            if begun or not evidence.refused():
                raise
        else:
            return


def _task(prompts: PromptSet, problem: Problem, *, listing: bool) -> Task:
    if is_programming(problem):
        return "program" if prompts.has("program") else "solve"
    return "solve_claims" if listing and prompts.has("solve_claims") else "solve"


def _chain(completion: Completion, index: int, model: str) -> Chain:
    thoughts = f"<think>{completion.reasoning}</think>\n" if completion.reasoning else ""
    return Chain(
        text=thoughts + completion.text,
        index=index,
        model=model,
        seed=completion.seed,
        finish_reason=completion.finish_reason,
        prompt_tokens=completion.prompt_tokens,
        tokens=completion.tokens,
        logprobs=completion.logprobs,
        confidences=completion.confidences,
        self_certainty=completion.self_certainty,
    )
