"""How much time lies between two stamps: times of one day, dates, or both, in time zones as offsets or in none.

Not covered: a second stamp before the first one, names of time zones, leap seconds, months and years as answers.
"""

import re
from datetime import UTC, datetime, timedelta
from enum import Enum
from fractions import Fraction
from itertools import product
from typing import Final

from clra.parsing.closedforms import number
from clra.parsing.exercises.words import Exercise, Writing
from clra.parsing.tree import Expression, Operation

_STAMP: Final = r"[\w:.,+\-() ]{4,50}?"
_STAMPS: Final = (
    rf"(?:an?|the) (?:\w+ ){{1,3}}(?:started|began|departed|opened) at (?P<first>{_STAMP}) and"
    rf" (?:ended|finished|completed|arrived|closed) at (?P<second>{_STAMP})\. "
    r"(?:how long (?:was|did) the (?:\w+ ?){1,3}(?:take|last)?|what was the (?:\w+ ){0,3}duration)\?"
)
_BETWEEN: Final = (
    rf"(?:how much time (?:elapsed|passed) from (?P<from>{_STAMP}) to (?P<to>{_STAMP})\?"
    rf"|(?:calculate|find|compute|what is) the time difference between (?P<this>{_STAMP}) and (?P<that>{_STAMP})[.?])"
)
_ANSWER: Final = (
    r"(?:answer|give (?:your|the) answer|express (?:the|your) (?:result|answer)) in (?P<form>(?:D days)?(?:, )?"
    r"(?:HH:MM(?::SS(?:\.mmm)?)?)?)\."
)


class _Kind(Enum):
    """What a stamp tells."""

    TIME = "a time"
    DATE = "a date"
    DATED_TIME = "both"
    ZONED = "both, and the time zone"


_ASKED = re.compile(rf"(?:{_STAMPS}|{_BETWEEN})\s+{_ANSWER}", re.IGNORECASE)
_DATES: Final = ("%Y-%m-%d", "%B %d %Y", "%A %B %d %Y", "%d %B %Y", "%a %b %d %Y")
_TIMES: Final = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f")
_FORMS: Final = (
    *_TIMES,
    *_DATES,
    *(f"{date} {time}{zone}" for date, time, zone in product(_DATES, _TIMES, ("", " %z"))),
)
_NOISE = re.compile(r"\((?:mon|tues|wednes|thurs|fri|satur|sun)day\)|,| at (?=\d)", re.IGNORECASE)
_WRITTEN = re.compile(
    r"(?:(?P<days>\d{1,6})(?: ?(?:days?|d))?(?:$|(?:,| and)? ?))??"
    r"(?:(?P<hours>\d{1,6}):(?P<minutes>\d\d)(?::(?P<seconds>\d\d)(?:\.(?P<parts>\d{3}))?)?)?",
    re.IGNORECASE,
)
_PARTS: Final = 1_000
"""Of a second, the finest that is told."""


def time_between(text: str) -> Exercise | None:
    """The time that a text asks for, in the smallest part that it asks for; None where it asks for something else."""
    match = _ASKED.fullmatch(" ".join(text.split()))
    if match is None or not match["form"]:
        return None
    stamps = [_read(match[name]) for name in ("first", "second", "from", "to", "this", "that") if match[name]]
    match stamps:
        case [(first, kind), (second, other)] if kind is other and first <= second:
            length = (second - first) // timedelta(milliseconds=1)
        case _:
            return None
    form = match["form"].lower()
    if "days" not in form and length >= _PARTS * 86_400:
        return None
    unit = _unit(form)
    whole, rest = divmod(length, unit)
    term = Operation("floor", (number(Fraction(length, unit)),)) if rest else number(whole)
    doubtful = rest or kind is _Kind.DATE  # rounded up, or with the first day and the last one
    return Exercise(term, _WRITINGS[unit], open_values=frozenset({whole + 1} if doubtful else ()))


def duration_written(text: str, writing: Writing) -> Expression | None:
    """The duration that an answer writes, in the smallest part that is asked for; None where it is told less finely."""
    match = _WRITTEN.fullmatch(text.strip(" $`."))
    if match is None or not any(match.groups()):
        return None
    unit = next(size for size, each in _WRITINGS.items() if each is writing)
    finest = _PARTS * (86_400 if not match["hours"] else 60 if not match["seconds"] else 1)
    if match["parts"]:
        finest = 1
    if finest > unit:
        return None
    days, hours, minutes, seconds, parts = (int(match[name] or 0) for name in match.groupdict())
    return number(((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * _PARTS + parts) // unit)


def _read(text: str) -> tuple[datetime, "_Kind"] | None:
    """A stamp, and of what kind it is."""
    plain = " ".join(_NOISE.sub(" ", text).split())
    for form in _FORMS:
        try:
            found = datetime.strptime(plain, form)  # noqa: DTZ007 - stamps without a zone are compared with each other
        except ValueError:
            continue
        if "%z" in form:
            return found.astimezone(UTC), _Kind.ZONED
        return found, _Kind.TIME if "%d" not in form else _Kind.DATED_TIME if "%H" in form else _Kind.DATE
    return None


def _unit(form: str) -> int:
    """The thousandths of a second of the smallest part of a form."""
    if "mmm" in form:
        return 1
    return _PARTS * (1 if "ss" in form else 60 if "mm" in form else 86_400)


_WRITINGS: Final = {
    1: Writing.MILLISECONDS,
    _PARTS: Writing.SECONDS,
    60 * _PARTS: Writing.MINUTES,
    86_400 * _PARTS: Writing.DAYS,
}
