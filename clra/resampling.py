"""Accuracy over the number of chains: strategies on many subsets of the recorded chains of one problem.

Subsets are drawn without replacement, so a subset of k chains is what a run with the budget k might have drawn. Where
there are few enough of them, all are taken and the expectation is exact.

A strategy that is marked additive gives each chain a weight of its own; these are asked for once, and all subsets are
added up together. Ties go as in `clra.strategies.tally`. Any other strategy is called on every subset.
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from clra.protocols import Strategy
from clra.statistics import Floats
from clra.strategies import OF_SELECTORS, evidence_needed, is_additive
from clra.types import Answer, ScoredChain

ADDED: Final = 200
"""Subsets of one size for a strategy that adds up."""
CALLED: Final = 10
"""The fewest subsets of one size for any other strategy."""
_CALLS: Final = 4_000
"""Subsets of one size, over all problems, for which these are called: their chance error is below 0.8 points."""


def sizes(most: int) -> tuple[int, ...]:
    """The powers of two below the full number of chains, and the full number."""
    return (*(2**power for power in range(most.bit_length()) if 2**power < most), most) if most else ()


class Subsets(NamedTuple):
    """Subsets of the chains of one problem, in groups."""

    held: npt.NDArray[np.bool_]
    """Shape ``(subsets, chains)``: which chains each subset holds."""
    starts: tuple[int, ...]
    """Where each group begins."""

    def shares(self, marks: npt.NDArray[np.bool_]) -> Floats:
        """The share of marked subsets of each group."""
        counts = np.diff((*self.starts, len(self.held)))
        shares: Floats = np.add.reduceat(marks, self.starts, dtype=np.int64) / counts
        return shares


def subsets(chains: int, ladder: Sequence[int], wanted: int, random: np.random.Generator) -> Subsets:
    """Draw so many subsets of each size, or take all of a size where there are no more than that or than chains."""
    groups = []
    for size in (min(size, chains) for size in ladder):
        if math.comb(chains, size) <= max(wanted, chains):
            chosen = np.array(list(itertools.combinations(range(chains), size)), dtype=np.int64).reshape(-1, size)
        else:
            chosen = np.argsort(random.random((wanted, chains)), axis=1)[:, :size]
        held = np.zeros((len(chosen), chains), dtype=np.bool_)
        np.put_along_axis(held, chosen, values=True, axis=1)
        groups.append(held)
    return Subsets(np.concatenate(groups), tuple(itertools.accumulate(map(len, groups[:-1]), initial=0)))


Gold: TypeAlias = str | frozenset[str]
"""The key of the right answer; of programs that were tried on hidden tests, the texts of those that passed."""


def is_right(answer: Answer, gold: Gold) -> bool:
    """Whether an answer is right."""
    return answer.key == gold if isinstance(gold, str) else answer.text in gold


class Shares(NamedTuple):
    """How often a strategy is right with fewer chains."""

    sizes: tuple[int, ...]
    """Numbers of chains; a problem with fewer takes part with all."""
    right: Floats
    """Shape ``(problems, sizes)``: the share of the subsets that are answered right."""


def shares_right(
    votes: Mapping[str, Strategy],
    problems: Sequence[tuple[Sequence[ScoredChain], Gold]],
    *,
    seed: int,
    on_problem: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> dict[str, Shares] | None:
    """Let every strategy vote on the same subsets of chains. None where that was stopped.

    Of a strategy that needs a model's choice between all chains only the full number can be told.

    Args:
        votes: strategies by name.
        problems: for each its chains, in the order of their index, and what is right.
        seed: the same seed draws the same subsets.
        on_problem: called with the number of problems done and that of all.
        stop: asked before each problem.
    """
    ladder = sizes(max((len(chains) for chains, _ in problems), default=0))
    wanted = {name: ladder[-1:] if evidence_needed(vote) & OF_SELECTORS else ladder for name, vote in votes.items()}
    shares = {name: np.zeros((len(problems), len(wanted[name]))) for name in votes}
    calls = min(ADDED, max(CALLED, _CALLS // max(1, len(problems))))
    for place, (chains, gold) in enumerate(problems):
        if stop is not None and stop():
            return None
        if any(_right(chain, gold) for chain in chains):
            random = np.random.default_rng((seed, place))
            added, called, whole = (
                subsets(len(chains), steps, count, random)
                for steps, count in ((ladder, ADDED), (ladder, calls), (ladder[-1:], 1))
            )
            for name, vote in votes.items():
                many = added if is_additive(vote) and isinstance(gold, str) else called
                held = many if wanted[name] == ladder else whole
                shares[name][place] = held.shares(answered_right(vote, chains, gold, held.held))
        if on_problem is not None:
            on_problem(place + 1, len(problems))
    return {name: Shares(wanted[name], right) for name, right in shares.items()}


def answered_right(
    strategy: Strategy, chains: Sequence[ScoredChain], gold: Gold, held: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Which subsets the strategy answers right.

    Args:
        strategy: the vote.
        chains: of one problem, in the order of their index.
        gold: what is right.
        held: shape ``(subsets, chains)``: which chains each subset holds.
    """
    right = [_right(chain, gold) for chain in chains]
    marks: npt.NDArray[np.bool_] = np.logical_or.reduce(held[:, right], axis=1)  # no other can be answered right
    if isinstance(gold, str) and is_additive(strategy):
        marks[marks] = _added(strategy, chains, gold, held[marks])
    else:
        marks[marks] = _called(strategy, chains, gold, held[marks])
    return marks


def _right(chain: ScoredChain, gold: Gold) -> bool:
    return chain.votes and chain.answer is not None and is_right(chain.answer, gold)


def _called(
    strategy: Strategy, chains: Sequence[ScoredChain], gold: Gold, held: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    winners = (strategy(list(itertools.compress(chains, subset))).winner for subset in held.tolist())
    return np.array([winner is not None and is_right(winner.answer, gold) for winner in winners], dtype=np.bool_)


def _added(
    strategy: Strategy, chains: Sequence[ScoredChain], gold: str, held: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """By the weights that the strategy gives to each chain alone; ties go by chains, then to what was seen first."""
    alone = [strategy([chain]).winner for chain in chains]
    votes = [(place, row.answer.key, row.weight) for place, row in enumerate(alone) if row is not None]
    keys = {key: number for number, key in enumerate(dict.fromkeys((gold, *(key for _, key, _ in votes))))}
    member = np.zeros((len(votes), len(keys)))  # whose answer is which
    member[range(len(votes)), [keys[key] for _, key, _ in votes]] = 1
    held = held[:, [place for place, _, _ in votes]]
    coarse, rest = _halves(np.array([weight for _, _, weight in votes]))
    parts = held.astype(np.float64) @ np.hstack([member * coarse[:, None], member * rest[:, None], member])
    coarse_sums, rest_sums, counts = np.split(parts, 3, axis=1)
    leads = counts > 0
    for measure in (coarse_sums + rest_sums, counts):
        leads &= measure == np.where(leads, measure, -np.inf).max(axis=1, keepdims=True)
    won: npt.NDArray[np.bool_] = leads[:, 0]
    tied = np.flatnonzero(won & (leads.sum(axis=1) > 1))
    for subset in tied.tolist():
        seen = (keys[key] for (_, key, _), there in zip(votes, held[subset], strict=True) if there)
        won[subset] = next(number for number in seen if leads[subset, number]) == 0
    return won


def _halves(weights: Floats) -> tuple[Floats, Floats]:
    """Each weight as a multiple of 2**-26 of the largest one and a rest.

    Both add up without rounding, in any order, so that their sums are those of `math.fsum`, and ties stay ties.
    """
    largest = np.abs(weights).max(initial=0.0)
    if largest == 0:
        return weights, weights
    unit = 2.0 ** (math.ceil(math.log2(largest)) - 26)
    coarse = np.round(weights / unit) * unit
    return coarse, weights - coarse
