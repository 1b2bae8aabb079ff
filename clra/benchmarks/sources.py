"""Where the rows of a benchmark come from: a file of JSON lines, or a data set that `datasets` reads as a stream."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from clra.benchmarks.layouts import Layout, Preset, presets
from clra.benchmarks.livecode import read_tests
from clra.benchmarks.rows import HINT, Row, as_problem
from clra.errors import ConfigError, InputError
from clra.parsing.lines import read_lines
from clra.types import Problem

HUB: Final = "hf:"
_LONGEST_LINE: Final = 1 << 28
"""Bytes; more than that is some other file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """Problems that are solved together."""

    name: str
    """What was asked for: a file, without its folder, a preset, or ``hf:`` and a data set."""
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()
    """What a reader should know of how it is scored."""


def load_benchmark(
    name: str, *, like: str | None = None, columns: Mapping[str, str] | None = None, limit: int | None = None
) -> Benchmark:
    """Read a benchmark.

    Args:
        name: a file of JSON lines, plain or ``.gz``; a preset; or ``hf:OWNER/NAME[:CONFIG[:SPLIT]]``.
        like: a preset whose columns it has, such as a copy of it in a file.
        columns: fields that are in other columns than usual.
        limit: the first problems only.

    Raises:
        InputError: there is no such benchmark, a row is not what it should be, or no row has a column that is named.
        ConfigError: `datasets` is needed and not installed.
    """
    layout, rows = _opened(name)
    if like is not None:
        layout = _preset(like).layout
    columns = columns or {}
    layout = layout.mapped(columns)
    problems: dict[str, Problem] = {}
    there = set[str]()
    for row in islice(rows, limit):
        there.update(row.values)
        problem = as_problem(row, layout)
        if problem.id in problems:
            raise InputError(f"{row.place}: the id {problem.id!r} is there twice", hint="each problem needs its own")
        problems[problem.id] = problem
    if not problems:
        raise InputError(f"{name}: expected problems, it holds none", hint=HINT)
    if missing := [column for column in columns.values() if column not in there]:
        raise InputError(f"{name}: no row has a column {missing[0]!r}", hint=f"there are: {', '.join(sorted(there))}")
    return Benchmark(name=_shown(name), problems=tuple(problems.values()), notes=tuple(_notes(problems.values())))


def _shown(name: str) -> str:
    """The name without the folders of a file, which differ between machines that share the work."""
    return name if name.startswith(HUB) or name in presets() else Path(name).name


def _opened(name: str) -> tuple[Layout, Iterator[Row]]:
    if name.startswith(HUB):
        dataset, _, rest = name.removeprefix(HUB).partition(":")
        config, _, split = rest.partition(":")
        return Layout(), hub_rows(dataset, config, split)
    if name in presets():
        preset = presets()[name]
        return preset.layout, hub_rows(preset.dataset, preset.config, preset.split, note=preset.note)
    path = Path(name)
    if not path.exists() and not path.suffix:
        raise InputError(
            f"{name}: no such file, and no preset of this name",
            hint=f"presets: {', '.join(presets())}; another data set: {HUB}OWNER/NAME",
        )
    return Layout(), file_rows(path)


def _preset(name: str) -> Preset:
    if name not in presets():
        raise InputError(f"there is no preset named {name!r}", hint=f"there are: {', '.join(presets())}")
    return presets()[name]


def _notes(problems: Iterable[Problem]) -> Iterator[str]:
    tests = [found for problem in problems if (found := read_tests(problem.gold)) is not None]
    if public := sum(not each.private for each in tests):
        yield f"{public} problems are scored by their public tests alone: the private ones cannot be read"
    if left_out := sum(each.left_out for each in tests):
        yield f"{left_out} tests are too large to be run, or not readable, and are left out"


def file_rows(path: Path) -> Iterator[Row]:
    """The objects of a file of JSON lines, plain or gzipped.

    Raises:
        InputError: it cannot be read, or a line is no object.
    """
    for number, line in enumerate(read_lines(path, longest=_LONGEST_LINE, hint=HINT), start=1):
        try:
            values = json.loads(line.text)
        except (ValueError, RecursionError):
            raise InputError(f"{line.place}: expected JSON, got {line.text[:40]!r}", hint=HINT) from None
        if not isinstance(values, dict):
            raise InputError(f"{line.place}: expected an object, got {type(values).__name__}", hint=HINT)
        yield Row(line.place, number, values)


def hub_rows(dataset: str, config: str = "", split: str = "", *, note: str = "") -> Iterator[Row]:
    """The rows of a data set on the Hugging Face hub, or in a folder, as they are streamed.

    Args:
        dataset: ``OWNER/NAME``, or a folder.
        config: one of its configurations; may be empty where it has one only.
        split: one of its splits; where empty, ``test`` if there is one, else the only one.
        note: what a user should know where it cannot be loaded.

    Raises:
        ConfigError: `datasets` is not installed.
        InputError: it cannot be loaded, or has several splits, none of them ``test``.
    """
    name = ":".join(filter(None, (dataset, config, split)))
    try:
        import datasets  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise ConfigError(f"{HUB}{name} needs `datasets`: {error}", hint="pip install 'clra[eval]'") from None
    try:
        loaded = datasets.load_dataset(dataset, config or None, split=split or None, streaming=True)
        if isinstance(loaded, Mapping):
            loaded = loaded[_only_split(dataset, list(loaded))]
        for number, values in enumerate(loaded, start=1):
            yield Row(f"{dataset}, row {number}", number, values)
    except InputError:
        raise
    except Exception as error:  # what `datasets` and all below it raise has no common root
        said = (str(error).splitlines() or [""])[0]
        check = "check owner, name, configuration and split, and whether the hub can be reached from here"
        hint = f"{note}; {check}" if note else check
        raise InputError(f"{HUB}{name} cannot be loaded: {type(error).__name__}: {said}", hint=hint) from error


def _only_split(dataset: str, splits: list[Any]) -> Any:
    if "test" in splits:
        return "test"
    if len(splits) == 1:
        return splits[0]
    raise InputError(
        f"{dataset}: expected one split, it has {', '.join(map(str, splits))}",
        hint=f"name one: {HUB}{dataset}::SPLIT",
    )
