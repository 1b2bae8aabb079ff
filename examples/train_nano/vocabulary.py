"""Names and things for the problem texts, and the shape every family of problems has."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from examples.train_nano.worksheet import Result, Worksheet

# fmt: off
NAMES = (
    "Ada", "Amir", "Anna", "Ben", "Bruno", "Carla", "Chen", "Dana", "Elif", "Emil", "Fatma", "Finn", "Greta", "Hana",
    "Ivan", "Jonas", "Kofi", "Lena", "Lucas", "Maria", "Mina", "Nils", "Omar", "Paula", "Priya", "Rosa", "Samir",
    "Sara", "Tom", "Yuki",
)
THINGS = (
    "apples", "pencils", "books", "marbles", "stickers", "cards", "coins", "shells", "stamps", "beads", "eggs",
    "oranges", "tickets", "bricks", "candles", "cookies", "flowers", "buttons",
)
GOODS = (
    "notebooks", "pens", "mugs", "plates", "lamps", "shirts", "balls", "brushes", "chairs", "plants", "towels",
    "puzzles",
)
HOLDERS = (
    "boxes", "bags", "crates", "baskets", "packs", "trays",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Draft:
    """A problem text with the procedure that works it out on a worksheet."""

    text: str
    solve: Callable[[Worksheet], Result]


Family = Callable[[random.Random], Draft]


def split_total(rng: random.Random, total: int) -> int:
    """A part of `total` that is neither nothing nor all of it."""
    return rng.randint(1, max(1, min(total - 1, 200)))
