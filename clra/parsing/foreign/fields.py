"""Fields of a foreign recording: hostile input, read by name, with where it stands for who is to mend it."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from clra.errors import InputError
from clra.parsing.answers import answer_text
from clra.parsing.choices import MOST_OPTIONS, options
from clra.parsing.lines import read_lines
from clra.parsing.recorded_line import RecordedProblem
from clra.token_confidence import token_confidence
from clra.types import Chain, FinishReason, Problem

_FINISH: Final = {
    "stop": FinishReason.STOP,
    "eos": FinishReason.STOP,
    "end_turn": FinishReason.STOP,
    "completed": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "max_tokens": FinishReason.LENGTH,
    "model_length": FinishReason.LENGTH,
    "incomplete": FinishReason.LENGTH,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a file."""

    place: str
    fields: Mapping[str, Any]
    format: str
    """What the file was recognised as."""

    def text(self, *keys: str) -> str:
        """The first of the keys that holds text.

        Raises:
            InputError: none does.
        """
        for key in keys:
            found = self.fields.get(key)
            if isinstance(found, str) and found.strip():
                return mended(found)
        named = " or ".join(f'"{key}"' for key in keys)
        raise self.fault(f"expected text in {named}", f"only {', '.join(map(repr, self.fields)) or 'an empty object'}")

    def label(self, *keys: str) -> str | None:
        """The first of the keys that holds a short text or a number; None where none does."""
        return next(filter(None, (label(self.fields.get(key)) for key in keys)), None)

    def count(self, key: str) -> int | None:
        """A whole number of at least 0; None where the key holds none."""
        return count(self.fields.get(key))

    def items(self, key: str) -> list[Any]:
        """A list.

        Raises:
            InputError: the key holds none.
        """
        found = self.fields.get(key)
        if not isinstance(found, list):
            raise self.fault(f'expected "{key}" to be a list', shape(found))
        return found

    def objects(self, key: str) -> list[dict[str, Any]]:
        """The objects of a list; none where the key holds none."""
        found = self.fields.get(key)
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    def part(self, key: str) -> "Row":
        """An object in the object; an empty one where the key holds none."""
        found = self.fields.get(key)
        return Row(f"{self.place}, {key}", found if isinstance(found, dict) else {}, self.format)

    def fault(self, expected: str, got: str) -> InputError:
        """What is wrong here."""
        return InputError(f"{self.place}: recognised as {self.format}; {expected}, got {got}")


def read_rows(path: Path, form: str) -> Iterator[Row]:
    """The objects of a file of JSON lines.

    Raises:
        InputError: the file cannot be read, or a line is no JSON object.
    """
    for line in read_lines(path):
        try:
            found = json.loads(line.text)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{line.place}: recognised as {form}; expected JSON ({error})") from error
        row = Row(line.place, found if isinstance(found, dict) else {}, form)
        if not isinstance(found, dict):
            raise row.fault("expected an object", shape(found))
        yield row


def recorded(problem: Problem, chains: Iterable[Chain]) -> RecordedProblem:
    """A problem with chains that no model has judged."""
    listed = tuple(chains)
    return RecordedProblem(problem=problem, chains=listed, critiques=(None,) * len(listed))


def with_thoughts(thoughts: str, text: str) -> str:
    """The text of a chain whose reasoning stands apart, as `Chain.text` has it."""
    if not thoughts:
        return text
    return f"<think>{thoughts}</think>\n{text}" if text else f"<think>{thoughts}"


def with_choices(text: str, choices: Any) -> str:
    """A problem's text with the options that are offered, by letter, unless they stand in it already."""
    if isinstance(choices, dict):
        choices = choices.get("text")
    if not isinstance(choices, Sequence) or isinstance(choices, str) or not 2 <= len(choices) <= MOST_OPTIONS:
        return text
    if not all(isinstance(choice, str) for choice in choices) or options(text):
        return text
    listed = "\n".join(f"({chr(ord('A') + index)}) {mended(choice)}" for index, choice in enumerate(choices))
    return f"{text}\n\n{listed}"


def gold_answer(target: str | None) -> str | None:
    """The right answer alone, where a whole worked solution that ends in a box or after ``####`` was given for it."""
    if target and ("####" in target or "\\boxed" in target):
        stated = answer_text(target)
        return stated.text if stated else target
    return target or None


def finish_reason(word: Any) -> FinishReason:
    """Why a chain ended: by itself where nothing is told; UNKNOWN where the word is not known."""
    if word is None:
        return FinishReason.STOP
    return _FINISH.get(word, FinishReason.UNKNOWN) if isinstance(word, str) else FinishReason.UNKNOWN


def label(value: Any) -> str | None:
    """A short text that may also be written as a number; None where it is neither."""
    if isinstance(value, str):
        return mended(value)
    return str(value) if _is_number(value) else None


def count(value: Any) -> int | None:
    """A whole number of at least 0; None where it is something else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None


def numbers(values: Any) -> tuple[float, ...] | None:
    """A list of numbers; None where it is something else, or one of them is."""
    if not isinstance(values, list) or not all(map(_is_number, values)):
        return None
    return tuple(map(float, values))


def confidences(positions: Any) -> tuple[float, ...] | None:
    """Token confidence from the log-probabilities of the likeliest tokens at each position; None where one has none."""
    if not isinstance(positions, list) or not positions:
        return None
    likeliest = [numbers(list(each.values()) if isinstance(each, dict) else each) for each in positions]
    return tuple(token_confidence(each) for each in likeliest if each) if all(likeliest) else None


def mended(text: str) -> str:
    """The text without halves of characters (lone surrogates), which could not be written down."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def shape(value: Any) -> str:
    """What a JSON value is, in words."""
    kinds = {str: "a string", bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), "nothing")


def _is_number(value: Any) -> bool:
    if isinstance(value, float):
        return not math.isnan(value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
