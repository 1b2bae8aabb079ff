"""Seeded problems with their answers, and a split into training and held-out problems that never changes.

Pure Python, no dependencies. All texts are our own. `python -m examples.train_nano.problems` prints one of each family.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from typing import NamedTuple

from examples.train_nano import families_measure as measure
from examples.train_nano import families_money as money
from examples.train_nano import families_number as number
from examples.train_nano import families_school as school
from examples.train_nano import families_sharing as shares
from examples.train_nano import families_unseen as unseen_families
from examples.train_nano.vocabulary import Draft, Family
from examples.train_nano.worksheet import Worksheet

TRAINED: tuple[Family, ...] = (
    school.boxes,
    money.shopping,
    shares.sharing,
    school.ages,
    school.work,
    money.saving,
    money.selling,
    school.packing,
    school.average,
    measure.trip,
    measure.speed,
    measure.units,
    measure.fence,
    measure.area,
    money.discount,
    shares.ratio,
    shares.fractions,
    shares.sum_difference,
    money.interest,
    number.equation_one_side,
    number.equation_two_sides,
    number.equation_bracket,
    number.sequence_term,
    number.series,
    number.growth,
    number.expression,
    number.handshakes,
    number.outfits,
    number.teams,
)
UNSEEN: tuple[Family, ...] = (unseen_families.work_then_packing, unseen_families.discounted_fence)
"""Never trained on: steps of trained families in new combinations."""
_HELD_OUT_SHARE = 32


class Problem(NamedTuple):
    """A problem as an evaluation sees it."""

    text: str
    gold: int
    family: str


class Exercise(NamedTuple):
    """A problem as training sees it: with the procedure that works it out."""

    draft: Draft
    family: str


def is_held_out(text: str) -> bool:
    """Whether a text belongs to the one problem in 32 that training never sees."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big") % _HELD_OUT_SHARE == 0


def gold(draft: Draft) -> int:
    """The right answer: the procedure followed without a slip."""
    return draft.solve(Worksheet(random.Random(0))).value


def training_exercises(rng: random.Random) -> Iterator[Exercise]:
    """Endless exercises of the trained families, none of them held out."""
    while True:
        family = rng.choice(TRAINED)
        draft = family(rng)
        if not is_held_out(draft.text):
            yield Exercise(draft, family.__name__)


def held_out(n: int, seed: int = 0, *, unseen: bool = False) -> list[Problem]:
    """`n` different held-out problems, the families in turn; of the families that training never sees if `unseen`."""
    rng = random.Random(f"held-out {seed} {unseen}")
    families = UNSEEN if unseen else TRAINED
    chosen: dict[str, Problem] = {}
    while len(chosen) < n:
        family = families[len(chosen) % len(families)]
        draft = family(rng)
        if is_held_out(draft.text) and draft.text not in chosen:
            chosen[draft.text] = Problem(draft.text, gold(draft), family.__name__)
    return list(chosen.values())


if __name__ == "__main__":
    for problem in (*held_out(len(TRAINED)), *held_out(len(UNSEEN), unseen=True)):
        print(f"[{problem.family}] {problem.text} -> {problem.gold}")
