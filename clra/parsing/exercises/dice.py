"""The chance that dice that are rolled once sum to a number at least, at most, or exactly."""

import re
from math import prod

from clra.parsing.closedforms import number
from clra.parsing.exercises.words import Exercise, only_remarks
from clra.parsing.tree import Operation

_DIE = r"\d{0,2}d\d{1,3}"
_ROLLED = re.compile(
    rf"(?:i have |you have |given |suppose (?:you|we) roll |with )?(?:these|the following|the) dice:?\s*"
    rf"(?P<dice>{_DIE}(?:(?:,| and|, and)\s*{_DIE})*)[.,]?\s*"
    r"what (?:are|is) the (?:odds|probability|chances?) (?:of rolling|that the sum is|of a (?:sum|total) of)"
    r" (?:a )?(?:sum of |total of )?(?P<told>exactly |at least |at most |)(?P<sum>\d{1,4})"
    r"(?P<side> or (?:higher|more|greater|above|lower|less|fewer|below)|)(?: in total)?\?",
    re.IGNORECASE,
)
_MOST_DICE = 20
_MOST_FACES = 600
_MOST_OUTCOMES = 10**15


def dice_chance(text: str) -> Exercise | None:
    """The chance that a text asks for; None where it asks for something else."""
    match = _ROLLED.match(text.strip())
    if (
        match is None
        or "percent" in text
        or not only_remarks(text.strip()[match.end() :].replace("(", "").replace(")", ""))
    ):
        return None
    sides: list[int] = []
    for count, faces in re.findall(r"(\d*)d(\d+)", match["dice"].lower()):
        sides += [int(faces)] * int(count or 1)
    if not 0 < len(sides) <= _MOST_DICE or 0 in sides or sum(sides) > _MOST_FACES or prod(sides) > _MOST_OUTCOMES:
        return None
    told, side = match["told"].strip().lower(), match["side"].lower()
    if bool(told) == bool(side):
        return None
    goal = int(match["sum"])
    ways = _ways(sides)
    if told == "exactly":
        good = ways.get(goal, 0)
    elif told == "at least" or side.endswith(("higher", "more", "greater", "above")):
        good = sum(count for total, count in ways.items() if total >= goal)
    else:
        good = sum(count for total, count in ways.items() if total <= goal)
    return Exercise(Operation("div", (number(good), number(prod(sides)))))


def _ways(sides: list[int]) -> dict[int, int]:
    """In how many ways the dice give each sum."""
    ways = {0: 1}
    for faces in sides:
        after: dict[int, int] = {}
        for total, count in ways.items():
            for face in range(1, faces + 1):
                after[total + face] = after.get(total + face, 0) + count
        ways = after
    return ways
