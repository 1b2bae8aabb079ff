"""How good a model folder is on held-out problems: pass@1, majority, majority over chains whose equations all hold.

python -m examples.train_nano.glance clra/models/clra_nano --problems 232 --chains 16
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from clra.models.decoding import Decoder
from clra.protocols import Completion, SamplingParams
from examples.train_nano.checking import all_hold, answer
from examples.train_nano.problems import TRAINED, Problem, held_out, is_held_out
from examples.train_nano.tasks import Example, claims_example, judge_example, prompt


@dataclass(slots=True)
class Figures:
    """Sums over problems."""

    problems: int = 0
    pass1: float = 0.0
    majority: int = 0
    checked: int = 0
    """Majority over the chains whose number-only equations all hold; over all chains where there is none."""
    oracle: int = 0
    chains: int = 0
    wrong: int = 0
    wrong_caught: int = 0
    """Wrong chains with a false equation."""
    right_caught: int = 0
    """Right chains with a false equation, or with none at all."""
    without_answer: int = 0
    tokens: int = 0
    seconds: float = 0.0
    by_family: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, problem: Problem, texts: list[str]) -> None:
        """Count one problem with its chains."""
        answers = [answer(text) for text in texts]
        right = [found == problem.gold for found in answers]
        held = [all_hold(text) for text in texts]
        self.problems += 1
        self.pass1 += sum(right) / len(texts)
        self.majority += most_common(answers) == problem.gold
        kept = [found for found, holds in zip(answers, held, strict=True) if holds]
        self.checked += (most_common(kept) if kept else most_common(answers)) == problem.gold
        self.oracle += any(right)
        self.chains += len(texts)
        self.wrong += right.count(False)
        self.wrong_caught += sum(not good and not holds for good, holds in zip(right, held, strict=True))
        self.right_caught += sum(good and not holds for good, holds in zip(right, held, strict=True))
        self.without_answer += answers.count(None)
        self.by_family[problem.family].append(sum(right) / len(texts))

    def summary(self) -> dict[str, float | int]:
        """Shares of the problems, and of the chains."""
        n = self.problems
        return {
            "problems": n,
            "pass1": round(self.pass1 / n, 3),
            "majority": round(self.majority / n, 3),
            "checked_majority": round(self.checked / n, 3),
            "oracle": round(self.oracle / n, 3),
            "wrong_chains": self.wrong,
            "wrong_with_false_equation": round(self.wrong_caught / max(1, self.wrong), 3),
            "right_with_false_equation": round(self.right_caught / max(1, self.chains - self.wrong), 3),
            "without_answer": self.without_answer,
            "tokens": self.tokens,
            "seconds": round(self.seconds, 1),
        }


def most_common(answers: Iterable[int | None]) -> int | None:
    """The most frequent answer; of equally frequent ones the one that came first."""
    counted = Counter(found for found in answers if found is not None)
    return counted.most_common(1)[0][0] if counted else None


def sampled(decoder: Decoder, asked: str, params: SamplingParams) -> list[Completion]:
    """All completions, by their index."""
    return sorted(decoder.draw(asked, params, lambda: False), key=lambda completion: completion.index)


def solving(decoder: Decoder, problems: list[Problem], chains: int, temperature: float) -> Figures:
    """Let the model solve the problems."""
    figures = Figures()
    started = time.perf_counter()
    for number, problem in enumerate(problems):
        seeds = tuple(1000 * number + k for k in range(chains))
        params = SamplingParams(seeds=seeds, temperature=temperature, max_tokens=300)
        drawn = sampled(decoder, prompt("solve", problem=problem.text), params)
        figures.tokens += sum(completion.tokens or 0 for completion in drawn)
        figures.add(problem, [completion.text for completion in drawn])
    figures.seconds = time.perf_counter() - started
    return figures


def held_out_examples(task: str, n: int) -> list[Example]:
    """Examples of *claims* or *judge* about held-out problems."""
    rng = random.Random(f"held-out {task}")
    drafts = (rng.choice(TRAINED)(rng) for _ in iter(int, 1))
    make = {"claims": claims_example, "judge": judge_example}[task]
    return list(islice((make(draft, rng) for draft in drafts if is_held_out(draft.text)), n))


def share_right(decoder: Decoder, examples: list[Example]) -> float:
    """Share of the examples whose last line the model gives word for word when it takes the likeliest tokens.

    The last line of a judgement is the verdict; the last listed claim is the final answer.
    """
    params = SamplingParams(seeds=(0,), temperature=0.0)
    given = [sampled(decoder, made.prompt, params)[0].text.splitlines() or [""] for made in examples]
    hits = sum(text[-1] == made.completion.splitlines()[-1] for text, made in zip(given, examples, strict=True))
    return round(hits / len(examples), 3)


def share_copied(decoder: Decoder, examples: list[Example]) -> float:
    """Share of the listed claims that stand in the solution word for word."""
    params = SamplingParams(seeds=(0,), temperature=0.0)
    found = total = 0
    for made in examples:
        listed = [line.partition(". ")[2] for line in sampled(decoder, made.prompt, params)[0].text.splitlines()]
        found += sum(claim in made.prompt for claim in listed[:-1])
        total += len(listed) - 1
    return round(found / max(1, total), 3)


def main() -> None:
    """Read the command line and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--problems", type=int, default=232)
    parser.add_argument("--chains", type=int, default=16)
    parser.add_argument("--temperature", type=float, default=0.8)
    given = parser.parse_args()
    decoder = Decoder(given.folder)
    for unseen in (False, True):
        problems = held_out(given.problems // 4 if unseen else given.problems, unseen=unseen)
        figures = solving(decoder, problems, given.chains, given.temperature)
        print("families never trained on:" if unseen else "trained families:", json.dumps(figures.summary()))
        families = {name: round(sum(shares) / len(shares), 2) for name, shares in figures.by_family.items()}
        print("  pass@1 by family:", json.dumps(dict(sorted(families.items(), key=lambda item: item[1]))))
    claims = held_out_examples("claims", 100)
    print("claims copied word for word:", share_copied(decoder, claims))
    print("final answers copied:", share_right(decoder, claims))
    print("claims judged rightly:", share_right(decoder, held_out_examples("judge", 400)))


if __name__ == "__main__":
    main()
