"""The model as judge between the chains of one problem, which it is shown side by side.

`UniversalSelector` asks which chain agrees best with the others (Universal Self-Consistency, arXiv 2311.17311),
`GenSelector` which one is most likely right (GenSelect, arXiv 2507.17797). The prompts are ours. Every vote sees the
chains in another order (`clra_verifiers.candidates.balanced_order`), since models favour places.

What is not covered: a choice proves nothing. A model prefers what it would have written itself, mistakes included, and
a chain may talk it into choosing it; that no chain can break out of its frame is all that is held
(`clra_verifiers.candidates`).
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from clra.errors import ModelError
from clra.prompts import PromptSet, prompt_set
from clra.protocols import Choice, Model, SamplingParams
from clra.seeds import derived_seed, problem_seed
from clra.types import Problem, ScoredChain
from clra_verifiers.asking import Asker, repaired, repairs
from clra_verifiers.candidates import MOST_SHOWN, balanced_order, framed
from clra_verifiers.choices import choice_schema, read_choice

VOTES: Final = 8
"""Choices that are asked for: GenSelect@8 of the paper."""
GROUP: Final = 8
"""Candidates that are compared at once; 2 to 16 made no difference in the paper, and its final figures are with 8."""

_Task: TypeAlias = Literal["universal", "genselect"]
_FAULT: Final = 'it does not end with a choice of one of the {count} candidates, such as "choice: 1"'


class UniversalSelector:
    """Which chain is the most consistent with the others? Fits `clra.protocols.Selector`.

    Each vote is one reply, to a prompt that shows every chain; of more than 64 chains each vote is shown 64 others. The
    paper asks once, and in one order.
    """

    name = "universal"

    def __init__(self, votes: int = VOTES) -> None:
        self.votes = votes
        self._asker = Asker()

    def accepts(self, model: Model) -> bool:
        """Whether the model's prompts have the question."""
        return prompt_set(model.prompts).has("universal")

    def select(
        self, model: Model, problem: Problem, chains: Sequence[ScoredChain], *, seed: int
    ) -> AsyncGenerator[Choice, None]:
        """Ask for all votes at the same time.

        Raises:
            ModelError: the model refused or failed on some of them; the others have been yielded.
        """
        case = _Case(self._asker, model, prompt_set(model.prompts), problem, "universal")
        return _as_they_come(lambda vote: self._vote(case, chains, seed, vote), self.votes)

    async def _vote(self, case: "_Case", chains: Sequence[ScoredChain], seed: int, vote: int) -> Choice:
        own = problem_seed(seed, case.problem, "universal")
        shown = balanced_order(chains, own, vote, self.votes)[:MOST_SHOWN]
        chosen = await case.choose(shown, derived_seed(own, vote))
        return Choice(None, unread=1) if chosen is None else Choice(chosen.chain.index)


class GenSelector:
    """Which chain is most likely right? Fits `clra.protocols.Selector`.

    Each vote is a knock-out tournament: groups of at most 8 chains are compared, the winners of the groups again, until
    one is left. Nobody goes on from a group about which the reply cannot be read. A group whose chains all give the
    same answer is not asked about: the first of them goes on. That, the turning of the order, and that the chains are
    shown as they are, without their thoughts, rather than summarised, differ from the paper.
    """

    name = "genselect"

    def __init__(self, votes: int = VOTES) -> None:
        self.votes = votes
        self._asker = Asker()

    def accepts(self, model: Model) -> bool:
        """Whether the model's prompts have the question."""
        return prompt_set(model.prompts).has("genselect")

    def select(
        self, model: Model, problem: Problem, chains: Sequence[ScoredChain], *, seed: int
    ) -> AsyncGenerator[Choice, None]:
        """Hold all tournaments at the same time.

        Raises:
            ModelError: the model refused or failed in some of them; the others have been yielded.
        """
        case = _Case(self._asker, model, prompt_set(model.prompts), problem, "genselect")
        return _as_they_come(lambda vote: self._tournament(case, chains, seed, vote), self.votes)

    async def _tournament(self, case: "_Case", chains: Sequence[ScoredChain], seed: int, vote: int) -> Choice:
        own = problem_seed(seed, case.problem, "genselect")
        left, replies, unread = balanced_order(chains, own, vote, self.votes), 0, 0
        while len(left) > 1:
            groups = _groups(left)
            seeds = [derived_seed(own, vote, replies, place) for place in range(len(groups))]
            asked = [len({_key(chain) for chain in group}) > 1 for group in groups]
            compared = [(group, each) for group, each, ask in zip(groups, seeds, asked, strict=True) if ask]
            winners = iter(await _all([case.choose(group, each) for group, each in compared]))
            reached = [next(winners) if ask else group[0] for group, ask in zip(groups, asked, strict=True)]
            left = [chain for chain in reached if chain is not None]
            replies += sum(asked)
            unread += len(reached) - len(left)
        return Choice(left[0].chain.index if left else None, replies=replies, unread=unread)


@dataclass(frozen=True, slots=True)
class _Case:
    """One problem before the judge."""

    asker: Asker
    model: Model
    prompts: PromptSet
    problem: Problem
    task: _Task

    async def choose(self, chains: Sequence[ScoredChain], seed: int) -> ScoredChain | None:
        """The one that the model chooses; None where its reply, and the same in other words, chooses none.

        Raises:
            ModelError: the model refuses or fails.
        """
        frame, count = framed(chains, seed), len(chains)
        prompt = self.prompts.render(
            self.task, problem=self.problem.text, candidates=frame.text, code=frame.code, count=str(count)
        )
        by_schema = self.task == "universal" and self.prompts.json_choices
        params = SamplingParams(seeds=(seed,), json_schema=choice_schema(count) if by_schema else None)
        reply = (await self.asker.draw(self.model, prompt, params))[0]
        number = read_choice(reply, count)
        if number is None and repairs(self.prompts, reply):
            fault = _FAULT.format(count=count)
            again = await repaired(self.model, self.prompts, asked=prompt, reply=reply, fault=fault, seed=seed)
            number = read_choice(again, count)
        return None if number is None else chains[number - 1]


def _groups(chains: Sequence[ScoredChain]) -> list[Sequence[ScoredChain]]:
    """As few groups as there can be, of sizes as equal as can be."""
    many = -(-len(chains) // GROUP)
    return [chains[place::many] for place in range(many)]


def _key(chain: ScoredChain) -> str | None:
    return chain.answer.key if chain.answer else None


async def _all(asked: Sequence[Coroutine[Any, Any, ScoredChain | None]]) -> list[ScoredChain | None]:
    """What comes of all of them, asked at the same time; where one fails, the others are given up."""
    tasks = [asyncio.create_task(each) for each in asked]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        await _give_up(tasks)


async def _as_they_come(
    choice: Callable[[int], Coroutine[Any, Any, Choice]], votes: int
) -> AsyncGenerator[Choice, None]:
    """Choices as they are made; closing the iterator gives up those that are not.

    Raises:
        ModelError: after all others, the first failure of a vote.
    """
    tasks = [asyncio.create_task(choice(vote)) for vote in range(votes)]
    failure: ModelError | None = None
    try:
        for done in asyncio.as_completed(tasks):
            try:
                yield await done
            except ModelError as error:
                failure = failure or error
    finally:
        await _give_up(tasks)
    if failure is not None:
        raise failure


async def _give_up(tasks: Sequence["asyncio.Task[Any]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
