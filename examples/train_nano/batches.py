"""Training batches: the task mixture, tokenized, sorted by length, padded, with a weight for every token to learn."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import torch
from tokenizers import Tokenizer

from clra.prompts import Task
from examples.train_nano.problems import training_exercises
from examples.train_nano.tasks import Example, example

TASKS: tuple[Task, ...] = ("solve", "claims", "judge")
SHARES = (0.65, 0.06, 0.29)
"""Shares of examples; by tokens about 70, 10 and 20 percent, as claims examples are long and judge examples short."""
VERDICT_WEIGHT = 5.0
"""How much more a yes or no counts than another token."""
LONGEST = 448


class Batch(NamedTuple):
    """`ids`, `targets` (the next token) and `weights` (0 where nothing is to be learnt), each [rows, length]."""

    ids: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor


class Row(NamedTuple):
    """One tokenized example: token ids and where the completion starts."""

    ids: list[int]
    start: int
    task: Task


def examples(rng: random.Random) -> Iterator[Example]:
    """Endless examples in the mixture."""
    for exercise in training_exercises(rng):
        yield example(exercise.draft, rng.choices(TASKS, SHARES)[0], rng)


def rows(made: list[Example], tokenizer: Tokenizer, end: int) -> list[Row]:
    """Tokenize; examples longer than the model is trained on are left out."""
    prompts = tokenizer.encode_batch([one.prompt for one in made])
    completions = tokenizer.encode_batch([one.completion for one in made])
    joined = zip(made, prompts, completions, strict=True)
    found = [Row([*p.ids, *c.ids, end], len(p.ids), one.task) for one, p, c in joined]
    return [row for row in found if len(row.ids) <= LONGEST]


def batch(chosen: list[Row]) -> Batch:
    """Pad the rows to the longest."""
    length = max(len(row.ids) for row in chosen) - 1
    ids, targets = (
        torch.zeros(len(chosen), length, dtype=torch.long),
        torch.zeros(len(chosen), length, dtype=torch.long),
    )
    weights = torch.zeros(len(chosen), length)
    for k, row in enumerate(chosen):
        line = torch.tensor(row.ids)
        ids[k, : len(line) - 1], targets[k, : len(line) - 1] = line[:-1], line[1:]
        weights[k, row.start - 1 : len(line) - 1] = 1.0
        if row.task == "judge":
            weights[k, len(line) - 3] = VERDICT_WEIGHT
    return Batch(ids, targets, weights)


def batches(tokenizer: Tokenizer, end: int, size: int, seed: int) -> Iterator[Batch]:
    """Endless batches of `size` examples of like length."""
    rng = random.Random(seed)
    source = examples(rng)
    while True:
        pool = sorted(rows(list(islice(source, size * 24)), tokenizer, end), key=lambda row: len(row.ids))
        cut = [pool[at : at + size] for at in range(0, len(pool), size)]
        rng.shuffle(cut)
        for chosen in cut:
            yield batch(chosen)
