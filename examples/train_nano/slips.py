"""Judge examples from the model's own natural slips, labelled exactly by arithmetic; training mixes them in.

Run it in the middle of training, on an export of the checkpoint; `train.py` finds the file beside its checkpoint.

    python -m examples.train_nano.slips build/export build/slips.jsonl --problems 1500
"""

import argparse
import json
import random
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from clra.models.decoding import Decoder
from clra.protocols import SamplingParams
from examples.train_nano.checking import all_hold, answer, equations, holds
from examples.train_nano.problems import gold, training_exercises
from examples.train_nano.tasks import prompt

_STEP = re.compile(r"^Step \d+: ")
_SENTENCE_END = re.compile(r"(?<=\.) (?=[A-Z0-9])|\n")
_FINAL = re.compile(r"Answer: |answer is ")


class Judged(NamedTuple):
    """A claim about a problem, and whether it is right."""

    problem: str
    claim: str
    right: bool
    final: bool
    """Whether it states the final answer."""


def judged_claims(problem: str, gold_answer: int, text: str) -> Iterator[Judged]:
    """The claims of one chain whose truth is certain.

    A line with a false equation is wrong. A line is right if all equations of its chain hold and the answer is right.
    Of other lines nothing is known: they may carry on an earlier slip.
    """
    found = answer(text)
    if found is not None:
        yield Judged(problem, f"The answer is {found}.", found == gold_answer, final=True)
    sound = found == gold_answer and all_hold(text)
    for line in _SENTENCE_END.split(text):
        claim = _STEP.sub("", line)
        if "=" not in claim or _FINAL.search(claim):
            continue
        if sound:
            yield Judged(problem, claim, right=True, final=False)
        elif any(not holds(equation, gold_answer) for equation in equations(claim)):
            yield Judged(problem, claim, right=False, final=False)


def drawn_claims(decoder: Decoder, problems: int, seed: int) -> list[Judged]:
    """Claims of eight chains for each of so many training problems, each claim once."""
    rng = random.Random(f"slips {seed}")
    judged: dict[Judged, None] = {}
    for exercise in islice(training_exercises(rng), problems):
        problem, right = exercise.draft.text, gold(exercise.draft)
        seeds = tuple(rng.getrandbits(32) for _ in range(8))
        params = SamplingParams(seeds=seeds, temperature=0.8, max_tokens=256)
        for completion in decoder.draw(prompt("solve", problem), params, lambda: False):
            judged.update(dict.fromkeys(judged_claims(problem, right, completion.text)))
    return list(judged)


def balanced(judged: list[Judged], seed: int) -> list[Judged]:
    """As many right as wrong ones, among final answers and among the others; final answers are one in six at most."""
    rng = random.Random(seed)
    groups: dict[tuple[bool, bool], list[Judged]] = {(a, b): [] for a in (True, False) for b in (True, False)}
    for one in judged:
        groups[one.right, one.final].append(one)
    lines = min(len(groups[True, False]), len(groups[False, False]))
    finals = min(len(groups[True, True]), len(groups[False, True]), lines // 5)
    chosen = [one for (_, final), group in groups.items() for one in rng.sample(group, finals if final else lines)]
    rng.shuffle(chosen)
    return chosen


def main() -> None:
    """Read the command line, draw and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="an exported model")
    parser.add_argument("out", type=Path)
    parser.add_argument("--problems", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chosen = balanced(drawn_claims(Decoder(given.folder), given.problems, given.seed), given.seed)
    fresh = given.out.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        for one in chosen:
            asked = prompt("judge", one.problem, claim=one.claim)
            file.write(json.dumps({"prompt": asked, "completion": "yes" if one.right else "no"}) + "\n")
    fresh.rename(given.out)
    print(f"{len(chosen)} claims")


if __name__ == "__main__":
    main()
