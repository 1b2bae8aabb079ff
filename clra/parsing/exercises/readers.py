"""All readers of exercises."""

from collections.abc import Callable
from typing import Final

from clra.parsing.exercises.bits import bit_calculation
from clra.parsing.exercises.dice import dice_chance
from clra.parsing.exercises.durations import time_between
from clra.parsing.exercises.optima import optimum
from clra.parsing.exercises.rounded_roots import rounded_roots
from clra.parsing.exercises.triangles import triangle_measure
from clra.parsing.exercises.words import Exercise

LONGEST: Final = 3_000
"""Longer texts are none."""
_READERS: Final[tuple[tuple[str, Callable[[str], Exercise | None]], ...]] = (
    ("0x", bit_calculation),
    ("0b", bit_calculation),
    ("dice", dice_chance),
    ("triangle", triangle_measure),
    ("for real", rounded_roots),
    ("real value", rounded_roots),
    ("value of", optimum),
    ("how long", time_between),
    ("duration", time_between),
    ("time", time_between),
)
"""Each with what stands in every text that it reads."""


def exercise_of(text: str) -> Exercise | None:
    """The exercise that a text is, all of it; None where it is none that is known."""
    if len(text) > LONGEST:
        return None
    lowered = text.lower()
    return next((found for mark, reader in _READERS if mark in lowered and (found := reader(text))), None)
