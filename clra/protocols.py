"""The plug-in shapes: what models, verifiers, selectors and strategies must offer. Nothing needs to be subclassed."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias

from clra.types import Chain, CheckedClaim, Claim, FinishReason, Problem, Review, ScoredChain, Tally, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingParams:
    """How completions are to be drawn. None leaves a choice to the model's own default."""

    seeds: tuple[int, ...] = (0,)
    """One completion for each seed, repeatable by it where the backend can."""
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    """Sample from the k likeliest tokens only; -1 or None: from all."""
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    logprobs: int | None = None
    """None: none; 0: of the sampled tokens; k > 0: of the k likeliest tokens at each position too."""
    confidences: int | None = None
    """k: the confidence of each token over the k likeliest ones at its position, in place of their log-probabilities,
    of which a long completion has millions; self-certainty too, where the model has its whole distribution at hand."""
    json_schema: Mapping[str, Any] | None = None
    """The completion must be JSON of this schema. A backend that cannot do it raises ModelError."""
    watch: Callable[[int, str], bool] | None = None
    """Called with the index of the seed and the text so far, whenever that has grown by some ten characters or, where
    it is long, by a small part of itself, from whatever thread draws; it must return at once. True ends that
    completion: it is yielded as ABORTED, with its text and the tokens spent by then. Thoughts that come apart stand
    before the text, as in `clra.types.Chain`. A completion that is drawn anew after a failure starts again from an
    empty text. Where nothing is drawn, as in a recording, or the server does not stream, it is never called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One text drawn from a model."""

    index: int
    """Which of the asked seeds it belongs to, from 0."""
    text: str
    reasoning: str = ""
    """Thoughts that the server sends apart from the text."""
    seed: int | None = None
    finish_reason: FinishReason = FinishReason.STOP
    prompt_tokens: int | None = None
    tokens: int | None = None
    logprobs: tuple[float, ...] | None = None
    """Natural-log probability of each sampled token, under the model before temperature, top_p and top_k."""
    top_logprobs: tuple[Mapping[str, float], ...] | None = None
    """At each position: token text -> natural-log probability."""
    confidences: tuple[float, ...] | None = None
    """As in `clra.types.Chain`; at most as many of the likeliest tokens count as `SamplingParams.confidences` says."""
    self_certainty: float | None = None
    """As in `clra.types.Chain`."""


class Model(Protocol):
    """A language model. Entry-point group ``clra.models``: a function ``(argument: str, settings) -> Model``."""

    @property
    def name(self) -> str:
        """What a reader should see, such as ``clra-nano`` or ``openai:qwen3``."""
        ...

    @property
    def prompts(self) -> str:
        """Name of the prompt set in `clra.prompts` that this model was made for; ``default`` for most."""
        ...

    def sample(self, prompt: str, params: SamplingParams) -> AsyncGenerator[Completion, None]:
        """Draw one completion for each seed, each yielded as soon as it is finished, in any order.

        Closing the iterator stops what is still being drawn.

        Raises:
            ModelError: the model refuses the request, or answers outside the agreed form.
            ModelUnavailableError: nobody answers.
        """
        ...

    async def aclose(self) -> None:
        """Give back memory and connections."""
        ...


class Verifier(Protocol):
    """Judges single claims by calculation. It runs in a worker process that may be killed at any time.

    Entry-point group ``clra.verifiers``: a class without arguments. What it returns must be plain data.
    """

    name: str

    def accepts(self, claim: Claim) -> bool:
        """Whether the claim is of a kind that this verifier can say something about. Must be cheap."""
        ...

    def verify(self, claim: Claim, problem: Problem) -> Verdict:
        """Judge one claim. REFUTED must be a proof; whatever is not decided is UNKNOWN with a reason."""
        ...


class Critic(Protocol):
    """Judges a whole chain by asking a model. It runs beside the engine, not in a worker.

    Entry-point group ``clra.verifiers``: a class without arguments.
    """

    name: str

    async def review(
        self, model: Model, problem: Problem, chain: Chain, *, seed: int, claims: Sequence[CheckedClaim] = ()
    ) -> tuple[CheckedClaim, ...]:
        """Let the model name the chain's decision-relevant claims and judge each. Its verdicts are no proofs.

        Args:
            model: the model that is asked.
            problem: what the chain solves.
            chain: what is judged.
            seed: of what is asked.
            claims: what was read in the chain, judged by calculation.

        Raises:
            ModelError: the model refuses or fails.
        """
        ...


class Checker(Protocol):
    """Checks what was read of a solution by running programs. It runs beside the engine, not in a worker.

    Entry-point group ``clra.verifiers``: a class that takes the `Settings`.
    """

    name: str

    async def check(self, review: Review, model: Model | None, *, seed: int) -> Review:
        """Add verdicts, claims, or what running it says of the answer. What is there already stays.

        Args:
            review: the solution, read, and its claims judged by calculation.
            model: the model that may be asked for programs; None where none takes part.
            seed: of the run, the same for all chains of a problem.

        Raises:
            ModelError: the model refuses or fails.
        """
        ...

    def settle(self, chains: Sequence[ScoredChain]) -> Sequence[ScoredChain]:
        """Key the answers of one problem's chains anew where that takes all of them; called before every tally.

        It must be cheap, and depend on the chains alone, not on their order.
        """
        ...

    async def aclose(self) -> None:
        """End what was started."""
        ...


class Choice(NamedTuple):
    """One vote of a model that was shown the chains of a problem side by side."""

    chain: int | None
    """Index of the chain that it chose; None where no choice could be read."""
    replies: int = 1
    """How many it took."""
    unread: int = 0
    """How many of them could not be read."""


class Selector(Protocol):
    """Lets a model choose between the chains of a problem. It runs beside the engine, once, after the last chain.

    Entry-point group ``clra.selectors``: a class without arguments. A strategy says that it counts what the selector of
    a name chose (`clra.strategies.evidence_needed`); it finds that in `ScoredChain.selected` under the name.
    """

    name: str
    votes: int
    """How many choices `select` yields."""

    def accepts(self, model: Model) -> bool:
        """Whether the model can be asked. Must be cheap: it is looked at before the first chain is drawn."""
        ...

    def select(
        self, model: Model, problem: Problem, chains: Sequence[ScoredChain], *, seed: int
    ) -> AsyncGenerator[Choice, None]:
        """Let the model choose, several times; each choice is yielded as soon as it is made.

        Closing the iterator stops what is still being asked.

        Args:
            model: the model that is asked.
            problem: what the chains solve.
            chains: those that may vote, which give at least two answers.
            seed: of what is asked.

        Raises:
            ModelError: the model refuses or fails; what it chose before has been yielded.
        """
        ...


Strategy: TypeAlias = Callable[[Sequence[ScoredChain]], Tally]
"""How chains vote. Entry-point group ``clra.strategies``: a plain function, free of side effects and of chance."""
