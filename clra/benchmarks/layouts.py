"""Where a row of a benchmark holds its problem and its right answer: presets by name, and what a user says.

Presets are data (``presets.toml``). Their names were looked up, not tried: each says what it was checked against.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from clra.errors import InputError
from clra.types import ProblemKind

FIELDS: Final = ("id", "problem", "gold", "kind")
"""What a user may map to a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which columns of a row hold what. Of several names the first that the row has counts."""

    id: tuple[str, ...] = ("id",)
    problem: tuple[str, ...] = ("problem", "question")
    gold: tuple[str, ...] = ("gold", "answer")
    kind: tuple[str, ...] = ("kind",)
    gold_after: str = ""
    """The gold answer is what stands behind the last of these marks."""
    wrong: tuple[str, ...] = ()
    """Columns of the wrong options, where the row is a multiple choice and ``gold`` holds the right one."""
    tests: bool = False
    """The gold answer is a set of tests for programs (`clra.benchmarks.livecode`)."""
    every_kind: ProblemKind | None = None
    """The kind of all problems; None where each row tells its own, or none."""

    def mapped(self, columns: Mapping[str, str]) -> "Layout":
        """The layout with some fields in other columns."""
        placed: dict[str, Any] = {field: (column,) for field, column in columns.items()}
        return replace(self, **placed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A benchmark by name."""

    name: str
    dataset: str
    """On the Hugging Face hub: ``OWNER/NAME``."""
    config: str = ""
    split: str = ""
    layout: Layout
    rows: int = 0
    """Problems that it is said to hold."""
    confirmed: str = ""
    """What its names and columns were checked against; empty where against nothing."""
    note: str = ""


@cache
def presets() -> dict[str, Preset]:
    """The presets that come with clra, by name."""
    table = tomllib.loads(files(__package__).joinpath("presets.toml").read_text("utf-8"))
    return {name: _preset(name, entry) for name, entry in table.items()}


def _preset(name: str, entry: Mapping[str, Any]) -> Preset:
    columns = {field: (entry[field],) for field in ("id", "problem", "gold") if field in entry}
    layout = Layout(
        gold_after=entry.get("gold_after", ""),
        wrong=tuple(entry.get("wrong", ())),
        tests=entry.get("tests", False),
        every_kind=ProblemKind(entry["kind"]) if "kind" in entry else None,
        **columns,
    )
    words = {key: entry[key] for key in ("config", "split", "rows", "confirmed", "note") if key in entry}
    return Preset(name=name, dataset=entry["dataset"], layout=layout, **words)


def read_columns(pairs: list[str]) -> dict[str, str]:
    """What a user maps by hand: ``problem=question`` takes the problem from the column ``question``.

    Raises:
        InputError: it is not of that form.
    """
    columns = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if field not in FIELDS or not equals or not column:
            raise InputError(
                f"--field {pair}: expected FIELD=COLUMN, with one of {', '.join(FIELDS)} as field",
                hint="such as --field problem=question --field gold=answer",
            )
        columns[field] = column
    return columns
