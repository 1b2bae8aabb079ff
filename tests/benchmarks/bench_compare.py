"""What a comparison costs once the chains are checked: votes, curves, bootstrap, and what adding up at once saves.

Run it as ``python tests/benchmarks/bench_compare.py [PROBLEMS] [CHAINS] [TOKENS]``. The chains are made up: they hold
all evidence that the built-in strategies need. The ratio is measured in the same run, so it holds on a busy machine.
"""

import random
import sys
import time
from collections.abc import Callable

import numpy as np

from clra import registry
from clra.comparison import BOUNDS, JudgedProblem, compare_judged
from clra.resampling import ADDED, _added, _called, shares_right, sizes, subsets
from clra.statistics import bootstrap_intervals
from clra.strategies import is_additive
from clra.types import (
    Answer,
    Chain,
    CheckedClaim,
    Claim,
    Outcome,
    Problem,
    Reliability,
    ScoredChain,
    Span,
    Verdict,
)


def made_up(problems: int, chains: int, tokens: int, seed: int = 0) -> list[JudgedProblem]:
    """Problems of which some are easy, with chains whose reliability and token probabilities tell a little."""
    chance = random.Random(seed)
    return [_problem(chance, number, chains, tokens) for number in range(problems)]


def _problem(chance: random.Random, number: int, chains: int, tokens: int) -> JudgedProblem:
    ease = chance.betavariate(0.8, 0.8)
    return JudgedProblem(
        Problem(text=f"problem {number}", id=str(number)),
        tuple(_chain(chance, index, ease, tokens) for index in range(chains)),
        "right",
        stage_tokens={"judge": 40 * chains, "select": 90 * chains},
    )


def _chain(chance: random.Random, index: int, ease: float, tokens: int) -> ScoredChain:
    right = chance.random() < ease
    key = "right" if right else chance.choice(("a", "b", "c", "d"))
    surety = chance.gauss(0.3 if right else 0.0, 1)
    refuted = chance.random() < (0.05 if right else 0.2)
    verdicts = [chance.random() < (0.8 if right else 0.6) for _ in range(5)]
    return ScoredChain(
        chain=Chain(
            text="",
            index=index,
            tokens=tokens,
            logprobs=tuple(-0.1 * chance.expovariate(1) - 0.02 + 0.01 * surety for _ in range(tokens)),
            confidences=tuple(10 + surety + chance.gauss(0, 1) for _ in range(tokens)),
            self_certainty=5 + surety,
        ),
        answer=Answer(key=key, text=key),
        critique=tuple(map(_judged, verdicts)),
        reliability=Reliability(value=0.05 if refuted else 1.0),
        selected={"universal": chance.random(), "genselect": chance.random()},
    )


def _judged(confirmed: bool) -> CheckedClaim:
    outcome = Outcome.CONFIRMED if confirmed else Outcome.REFUTED
    return CheckedClaim(
        claim=Claim(text="claim", span=Span(0, 0)),
        verdicts=(Verdict(outcome=outcome, method="model", proof=False),),
    )


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    problems, chains, tokens = (int(given) for given in (*sys.argv[1:], *("361", "22", "200")[len(sys.argv) - 1 :]))
    judged = made_up(problems, chains, tokens)
    votes = {name: registry.strategy(name) for name in registry.plugins("strategy") if name not in BOUNDS}
    rows = [(each.chains, each.gold) for each in judged]

    def vote_with(names: list[str]) -> float:
        return _seconds(lambda: [votes[name](found) for name in names for found, _ in rows])

    print(f"{problems} problems, {chains} chains each, {len(votes)} strategies")
    print(f"{'votes, first time':24}{vote_with(list(votes)):8.2f} s")
    for name, vote in votes.items():
        curve = _seconds(lambda name=name, vote=vote: shares_right({name: vote}, rows, seed=0))
        how = "added up" if is_additive(vote) else "called"
        print(f"  {name:22}{vote_with([name]):8.2f} s   curve {curve:6.2f} s   {how}")
    print(f"{'curves':24}{_seconds(lambda: shares_right(votes, rows, seed=0)):8.2f} s")
    columns = np.random.default_rng(0).random((problems, 9 * len(votes)))
    print(f"{'bootstrap':24}{_seconds(lambda: bootstrap_intervals(columns, seed=0)):8.2f} s")
    print(f"{'all of it':24}{_seconds(lambda: compare_judged(judged)):8.2f} s")

    chance = np.random.default_rng(0)
    few = [(*row, subsets(chains, sizes(chains), ADDED, chance).held) for row in rows[:20]]
    naive = _seconds(lambda: [_called(votes["clra"], *each) for each in few])
    fast = _seconds(lambda: [_added(votes["clra"], *each) for each in few])
    print(f"adding up the subsets at once is {naive / fast:.0f} times as fast as calling clra on each")


if __name__ == "__main__":
    main()
