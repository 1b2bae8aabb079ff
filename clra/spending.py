"""What a whole run may cost, and what it has cost: tokens, seconds, and money where prices are known.

The tokens and the money of a run are those of all that is kept of it, from earlier sessions too, so that a resumed run
keeps to the same budget; the seconds are those of one session. A price that nobody told is unknown, not zero.
"""

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from clra.errors import ConfigError
from clra.metering import CHARACTERS_PER_TOKEN
from clra.protocols import Completion, Model, SamplingParams
from clra.types import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Limits of a run; None where there is none. Prices are per million tokens.

    Raises:
        ConfigError: a limit of money without prices, or a number that cannot be.
    """

    tokens: int | None = None
    """Generated in all stages."""
    seconds: float | None = None
    money: float | None = None
    price_in: float | None = None
    """Of a prompt's tokens."""
    price_out: float | None = None
    """Of generated tokens."""

    def __post_init__(self) -> None:
        limits = {"--budget-tokens": self.tokens, "--budget-seconds": self.seconds, "--budget-money": self.money}
        for flag, limit in limits.items():
            if limit is not None and not limit > 0:
                raise ConfigError(f"{flag}: expected more than 0, got {limit}")
        for flag, price in (("--price-in", self.price_in), ("--price-out", self.price_out)):
            if price is not None and not price >= 0:
                raise ConfigError(f"{flag}: expected 0 or more, got {price}")
        if self.money is not None and (self.price_in is None or self.price_out is None):
            raise ConfigError(
                "--budget-money needs the prices of tokens",
                hint="give --price-in and --price-out, per million tokens; 0 for what is free",
            )

    def cost(self, prompt_tokens: int, tokens: int) -> float | None:
        """What tokens cost; None where a price is not known."""
        if self.price_in is None or self.price_out is None:
            return None
        return (prompt_tokens * self.price_in + tokens * self.price_out) / 1e6


@dataclass(slots=True)
class Account:
    """What a run has spent so far, what is being drawn included."""

    budget: Budget
    spent: Callable[[str], None]
    """Told, once or more, which budget is used up; from whatever thread draws."""
    prompt_tokens: int = 0
    tokens: int = 0
    estimated: bool = False
    """Whether some counts were not told by the server."""
    running: dict[tuple[int, int], int] = field(default_factory=dict)
    """Characters of the completions that are being drawn."""
    calls: int = 0

    def add(self, usages: Iterable[Usage]) -> None:
        """Count what earlier sessions spent."""
        for usage in usages:
            self.prompt_tokens += usage.prompt_tokens
            self.tokens += usage.tokens

    def add_completion(self, completion: Completion) -> None:
        """Count a completion."""
        self.estimated |= completion.tokens is None or completion.prompt_tokens is None
        characters = len(completion.text) + len(completion.reasoning)
        self.tokens += round(characters / CHARACTERS_PER_TOKEN) if completion.tokens is None else completion.tokens
        self.prompt_tokens += completion.prompt_tokens or 0
        self.check()

    @property
    def cost(self) -> float | None:
        """In the unit of the prices; None where they are not known."""
        return self.budget.cost(self.prompt_tokens, self.tokens)

    def check(self) -> None:
        """Tell where a budget is used up."""
        tokens = self.tokens + round(sum(list(self.running.values())) / CHARACTERS_PER_TOKEN)
        if self.budget.tokens is not None and tokens >= self.budget.tokens:
            self.spent(f"the budget of {self.budget.tokens:,} tokens is used up")
        cost = self.budget.cost(self.prompt_tokens, tokens)
        if self.budget.money is not None and cost is not None and cost >= self.budget.money:
            self.spent(f"the budget of {self.budget.money:g} is used up, at the prices that were given")


class AccountedModel:
    """A model whose completions are counted, while they are drawn too. Fits `clra.protocols.Model`."""

    def __init__(self, model: Model, account: Account) -> None:
        self._model = model
        self._account = account

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    @property
    def prompts(self) -> str:
        """The model's."""
        return self._model.prompts

    async def sample(self, prompt: str, params: SamplingParams) -> AsyncGenerator[Completion, None]:
        """Draw from the model."""
        account = self._account
        account.calls += 1
        call, watch = account.calls, params.watch

        def look(index: int, text: str) -> bool:
            account.running[call, index] = len(text)
            account.check()
            return watch is not None and watch(index, text)

        asked = params if watch is None else replace(params, watch=look)
        try:
            async with aclosing(self._model.sample(prompt, asked)) as completions:
                async for completion in completions:
                    account.running.pop((call, completion.index), None)
                    account.add_completion(completion)
                    yield completion
        finally:
            for index in range(len(params.seeds)):
                account.running.pop((call, index), None)

    async def aclose(self) -> None:
        """Leave the model open: it is its owner's."""
