"""A row of a benchmark as a problem."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from clra.benchmarks.layouts import Layout
from clra.benchmarks.livecode import problem_text, row_tests
from clra.errors import InputError
from clra.types import Problem, ProblemKind

MOST_CHARACTERS: Final = 200_000
"""Of one problem; more than that is some other file."""
HINT: Final = (
    'each row has "problem" or "question", and may have "id", "gold" or "answer", and "kind";'
    " --field problem=COLUMN takes another column"
)
ASKS_FOR_LETTER: Final = "Which option is right? Answer with its letter."


class Row(NamedTuple):
    """One row as it was read."""

    place: str
    """Where it stands, for a person: file and line, or data set and row."""
    number: int
    """From 1."""
    values: Mapping[str, Any]


def as_problem(row: Row, layout: Layout) -> Problem:
    """The problem of a row. What tells the right answer goes into ``gold`` alone.

    Raises:
        InputError: a column is missing, or not what it should be.
    """
    content = _required(row, "problem", layout.problem)
    name = _optional(row, "id", layout.id) or str(row.number)
    kind = layout.every_kind or _kind(row, layout)
    try:
        content.encode()
        if layout.tests:
            return _problem(row, problem_text(row.values, content), name, kind, row_tests(row.values).gold)
    except UnicodeEncodeError:
        raise _fault(row, "expected text", "half a character (a lone surrogate)") from None
    except (ValueError, RecursionError) as error:
        raise _fault(row, "expected a programming problem of LiveCodeBench's form", str(error)) from None
    if layout.wrong:
        right = _required(row, "gold", layout.gold)
        wrong = [_required(row, "wrong option", (column,)) for column in layout.wrong]
        text, letter = _multiple_choice(content, right, wrong)
        return _problem(row, text, name, kind, letter)
    return _problem(row, content, name, kind, _gold(row, layout))


def _problem(row: Row, text: str, name: str, kind: ProblemKind, gold: str | None) -> Problem:
    if len(text) > MOST_CHARACTERS:
        raise _fault(row, f"expected a problem of at most {MOST_CHARACTERS:,} characters", f"{len(text):,}")
    return Problem(text=text, id=name, kind=kind, gold=gold)


def _gold(row: Row, layout: Layout) -> str | None:
    gold = _optional(row, "gold", layout.gold)
    if gold is None or not layout.gold_after:
        return gold
    _, mark, behind = gold.rpartition(layout.gold_after)
    if not mark or not behind.strip():
        raise _fault(row, f'expected "{layout.gold_after}" and the answer', repr(gold[-40:]))
    return behind.strip()


def _multiple_choice(question: str, right: str, wrong: Sequence[str]) -> tuple[str, str]:
    """The question with its options under letters, and the letter of the right one.

    Their order is that of digests of question and option: the same each time, and blind to which one is right.
    """
    options = [" ".join(option.split()) for option in (right, *wrong)]
    order = sorted(options, key=lambda option: hashlib.sha256(f"{question}\0{option}".encode()).digest())
    lettered = {option: chr(ord("A") + place) for place, option in enumerate(order)}
    listed = "\n".join(f"({letter}) {option}" for option, letter in lettered.items())
    return f"{question.strip()}\n\n{listed}\n\n{ASKS_FOR_LETTER}", lettered[options[0]]


def _kind(row: Row, layout: Layout) -> ProblemKind:
    word = _optional(row, "kind", layout.kind)
    if word is None:
        return ProblemKind.OPEN
    if word not in set(ProblemKind):
        raise _fault(row, f'expected "kind" to be one of {", ".join(ProblemKind)}', repr(word))
    return ProblemKind(word)


def _required(row: Row, field: str, columns: Sequence[str]) -> str:
    found = _optional(row, field, columns)
    if found is None:
        wanted = " or ".join(f'"{column}"' for column in columns)
        raise _fault(row, f"expected {wanted}", f"only {', '.join(map(repr, row.values)) or 'an empty row'}")
    return found


def _optional(row: Row, field: str, columns: Sequence[str]) -> str | None:
    """The text, or the number as text, in the first of the columns that holds something."""
    for column in columns:
        value = row.values.get(column)
        if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
            if text := str(value).strip():
                return text
        elif value is not None:
            raise _fault(row, f'expected "{column}" ({field}) to be a text or a number', type(value).__name__)
    return None


def _fault(row: Row, expected: str, got: str) -> InputError:
    return InputError(f"{row.place}: {expected}, got {got}", hint=HINT)
