"""Recorded chains in any format that is known, told apart by what files hold, not by their names.

=========================================  ======================================================
clra's JSON lines, plain or ``.gz``        `clra.parsing.recorded`
lm-evaluation-harness ``samples_*.jsonl``  `clra.parsing.foreign.harness_samples`
inspect_ai ``.eval`` and ``.json`` logs    `clra.parsing.foreign.inspect_logs`
lighteval ``details_*.parquet``            `clra.parsing.foreign.lighteval_details`
NeMo-Skills ``output*.jsonl``              `clra.parsing.foreign.nemo_outputs`
=========================================  ======================================================

One file is read as a stream. The files of a folder (its own, not those of folders in it), several files, and those of
NeMo-Skills are held in memory: what they say of one problem, known by its text, is brought together.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeAlias

from clra.errors import InputError
from clra.parsing.foreign.harness_samples import is_harness_sample, read_harness_samples
from clra.parsing.foreign.inspect_logs import is_inspect_log, read_inspect_archive, read_inspect_log
from clra.parsing.foreign.lighteval_details import read_lighteval_details
from clra.parsing.foreign.nemo_outputs import is_nemo_output, read_nemo_outputs
from clra.parsing.lines import read_lines
from clra.parsing.recorded import RecordedProblem, read_recorded
from clra.types import Problem

_Reader: TypeAlias = Callable[[Path], Iterator[RecordedProblem]]

FORMATS: Final = (
    'there are: JSON lines {"id": "...", "problem": "...", "gold": "...", "chains": [{"text": "..."}]}; samples of'
    " lm-evaluation-harness; .eval and .json logs of inspect_ai; details of lighteval; output of NeMo-Skills, a folder"
    " of seeds too"
)
_ARCHIVE: Final = b"PK\x03\x04"
_PARQUET: Final = b"PAR1"
_NAMES: Final = re.compile(r"[^.].*\.(?:jsonl|jsonl\.gz|json|eval|parquet)")
_LOG: Final = re.compile(rb'\s*\{\s*"(?:version|status|eval)"\s*:')
_CHUNK: Final = re.compile(r"_chunk_\d+(?=\.jsonl)")
_DIGITS: Final = re.compile(r"(\d+)")


def read_recordings(*paths: Path) -> Iterator[RecordedProblem]:
    """Read recorded chains problem by problem.

    Args:
        paths: a file or a folder, or several of the same problems.

    Raises:
        InputError: there is no such file, it is of no known format, it holds no problem, or a part of it is not of its
            format: names the file and the line, and says what was expected.
    """
    files = [file for path in paths for file in (_files(path) if path.is_dir() else [path])]
    readers = [(_reader(file), file) for file in files]
    problems = (problem for read, file in readers for problem in read(file))
    together = len(readers) > 1 or any(read is read_nemo_outputs for read, _ in readers)
    found = False
    for problem in _merged(problems) if together else problems:
        found = True
        yield problem
    if not found:
        raise InputError(f"{', '.join(map(str, paths))}: expected recorded chains, but there are none", hint=FORMATS)


def _files(folder: Path) -> Sequence[Path]:
    """The recordings in a folder, seeds in the order of their numbers; no parts of a file that stands there as a whole.

    Raises:
        InputError: there are none.
    """
    named = [file for file in folder.iterdir() if _NAMES.fullmatch(file.name) and file.is_file()]
    whole = [
        file
        for file in named
        if not (_CHUNK.search(file.name) and file.with_name(_CHUNK.sub("", file.name)) in named)
        and (file.suffix != ".json" or _LOG.match(_head(file)))
    ]
    if not whole:
        raise InputError(f"{folder}: a folder without recordings", hint=FORMATS)
    return sorted(whole, key=lambda file: [(part.zfill(20), part) for part in _DIGITS.split(file.name)])


def _reader(path: Path) -> _Reader:
    """What reads a file.

    Raises:
        InputError: it cannot be read, or is of no known format.
    """
    head = _head(path)
    if head.startswith(_ARCHIVE):
        return read_inspect_archive
    if head.startswith(_PARQUET):
        return read_lighteval_details
    row = _first_row(path)
    if row is None and _LOG.match(head):  # written over many lines
        return read_inspect_log
    if row is None or "chains" in row:
        return read_recorded
    if is_inspect_log(row):
        return read_inspect_log
    if is_harness_sample(row):
        return read_harness_samples
    if is_nemo_output(row):
        return read_nemo_outputs
    if "problem" in row and "id" in row:
        return read_recorded
    keys = ", ".join(map(repr, list(row)[:12])) or "nothing"
    raise InputError(f"{path}: JSON lines of an unknown format, with {keys}", hint=FORMATS)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(256)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error


def _first_row(path: Path) -> dict[str, Any] | None:
    """The first object of JSON lines; None where it is none, which `read_recorded` explains."""
    line = next(read_lines(path), None)
    try:
        row = json.loads(line.text) if line else None
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _merged(problems: Iterable[RecordedProblem]) -> Iterator[RecordedProblem]:
    """What is told of a problem in several places, together, in the order of its first place.

    Raises:
        InputError: two right answers are told for one problem.
    """
    known: dict[str, list[RecordedProblem]] = {}
    for each in problems:
        known.setdefault(each.problem.text.strip(), []).append(each)
    names: set[str] = set()
    for parts in known.values():
        problem = parts[0].problem
        golds = list(dict.fromkeys(part.problem.gold for part in parts if part.problem.gold is not None))
        if len(golds) > 1:
            raise InputError(f"the problem {problem.id!r} has two right answers: {golds[0]!r} and {golds[1]!r}")
        name, number = problem.id, 1
        while name in names:
            number += 1
            name = f"{problem.id}#{number}"
        names.add(name)
        yield _joined(parts, replace(problem, id=name, gold=golds[0] if golds else None))


def _joined(parts: Sequence[RecordedProblem], problem: Problem) -> RecordedProblem:
    """The chains of all parts, numbered anew."""
    chains = [chain for part in parts for chain in part.chains]
    answers = [answer for part in parts for answer in part.answers or (None,) * len(part.chains)]
    selected = [shares for part in parts for shares in part.selected or (None,) * len(part.chains)]
    return RecordedProblem(
        problem=problem,
        chains=tuple(replace(chain, index=index) for index, chain in enumerate(chains)),
        critiques=tuple(critique for part in parts for critique in part.critiques),
        answers=tuple(answers) if any(answer is not None for answer in answers) else (),
        selected=tuple(selected) if any(shares is not None for shares in selected) else (),
    )
