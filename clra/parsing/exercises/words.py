"""What the readers of exercises return, and what they share."""

import re
from enum import Enum
from typing import NamedTuple

from clra.parsing.questions import is_remark
from clra.parsing.remarks import is_harmless
from clra.parsing.tree import Expression

_ENDS = re.compile(r"(?<=[.?!:)\]])(?<!\d\.)\s+(?=[A-Z(])|\n+")
_ANNOUNCED = re.compile(
    r"(?:please )?(?:solve|answer) (?:this|the following) (?:problem|question)[.:]?|please note:?", re.IGNORECASE
)
_BULLET = re.compile(r"[-*•] ")
_NUMBERED = re.compile(
    r"[-*•(\d.)\s]*(?:find|compute|calculate|determine|what|how|show|prove|which|let|suppose|given)\b(?! the answer)",
    re.IGNORECASE,
)
"""A further part of the task."""


class Writing(Enum):
    """How the answer is written, where that is no plain mathematics."""

    PLAIN = "plain"
    BITS = "a whole number, which may have a prefix such as 0x"
    DEGREES = "degrees, with their sign or without"
    ROOTS = "a list of all real roots of the term, a polynomial in one letter"
    MILLISECONDS = "a duration, counted in thousandths of a second"
    SECONDS = "a duration, counted in seconds"
    MINUTES = "a duration, counted in minutes"
    DAYS = "a duration, counted in days"


class Exercise(NamedTuple):
    """What an exercise asks for."""

    term: Expression
    """A tuple of terms where coordinates are asked for."""
    writing: Writing = Writing.PLAIN
    extreme: bool = False
    """The term is the greatest or least value of another one, which the answer must be too."""
    open_values: frozenset[int] = frozenset()
    """Other whole numbers that may be meant, by another way to count."""


def only_remarks(text: str, *, prefixed: bool = False) -> bool:
    """Whether a text tells nothing but how the answer is to be given.

    Args:
        text: it.
        prefixed: as for `is_harmless`.
    """
    return "?" not in text and all(
        (is_remark(part) or _BULLET.match(part))
        and (is_harmless(part, prefixed=prefixed) or _ANNOUNCED.fullmatch(part))
        and not _NUMBERED.match(part)
        for part in map(str.strip, _ENDS.split(text))
        if part
    )
