"""A file of written solutions, checked row by row.

In come rows ``{"id", "problem", "steps": [str]}`` or ``{"id", "problem", "solution": str}``, JSON lines, plain or
gzipped; out goes one row for each, in the same order. An output that ends early, wherever it was cut off, is continued.
"""

import asyncio
import fcntl
import json
import os
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import ExitStack, aclosing, closing
from dataclasses import dataclass, field, replace
from io import FileIO
from pathlib import Path
from time import perf_counter
from typing import Any

from clra.config import Settings
from clra.engine import Judges, open_judges
from clra.errors import InputError, StoreError
from clra.parsing.lines import opened, read_lines
from clra.records import claim_record
from clra.types import Problem, Review

_AHEAD = 16  # rows under way for each worker, so that a slow one does not hold up the others
_LONGEST_ROW = 1 << 26  # bytes; more than that is some other file
_EXPECTED = 'expected {"id": name, "problem": text, "steps": [text, ...]} or "solution": text in place of "steps"'


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSummary:
    """What a batch came to."""

    rows: int = 0
    """Rows in the output."""
    resumed: int = 0
    """Those that an earlier run had written."""
    claims: int = 0
    """Claims in all rows."""
    refuted: int = 0
    """Rows with a refuted claim."""
    incidents: dict[str, int] = field(default_factory=dict)
    """How often in this run a claim was left UNKNOWN because a verifier timed out, crashed or was missing."""
    seconds: float = 0.0
    complete: bool = True
    """False where the run was interrupted."""


@dataclass(frozen=True, slots=True)
class _Row:
    id: str | int
    problem: Problem
    solution: str | tuple[str, ...]


async def verify_batch(
    input_path: Path,
    output_path: Path,
    *,
    settings: Settings,
    on_progress: Callable[[int], None] | None = None,
    stop: asyncio.Event | None = None,
) -> BatchSummary:
    """Check every row of a file and write what was found, row by row, in the order of the input.

    Rows that the output already holds are not checked again: run the same command again after an interruption. Only
    their ids are compared, so an output made with other settings is continued as well.

    Args:
        input_path: JSON lines, plain or gzipped.
        output_path: JSON lines. What is not a regular file, such as a pipe, is written to from the start.
        settings: verifiers, budgets, and how many workers run in parallel.
        on_progress: called with the number of rows in the output after each.
        stop: once set, no more rows are checked, and the summary says ``complete=False``.

    Raises:
        InputError: a row is not as expected. All rows before it have been written.
        StoreError: the output cannot be written, or belongs to another input.
    """
    begun = perf_counter()
    stop = stop or asyncio.Event()
    with opened(input_path):
        pass  # better known before there is an output
    with ExitStack() as files:
        rows = files.enter_context(closing(_read_rows(input_path)))
        output = _open_output(files, output_path, input_path)
        summary = _resume(output, output_path, rows)
        async with open_judges(settings) as judges, aclosing(_in_order(rows, judges, stop)) as reviewed:
            async for row, review in reviewed:
                record = _record(row, review)
                _write(output, output_path, record)
                summary = _count(summary, record)
                if on_progress is not None:
                    on_progress(summary.rows)
            incidents = {reason.value: count for reason, count in judges.pool.incidents.items()}
    return replace(summary, incidents=incidents, seconds=perf_counter() - begun, complete=not stop.is_set())


async def _in_order(
    rows: Iterator[_Row], judges: Judges, stop: asyncio.Event
) -> AsyncGenerator[tuple[_Row, Review], None]:
    """Review rows at the same time, but yield them in order; a bad row raises when all before it are out."""
    window: deque[tuple[_Row, asyncio.Task[Review]]] = deque()
    stopped = asyncio.ensure_future(stop.wait())
    bad: InputError | None = None
    try:
        while True:
            while bad is None and len(window) < _AHEAD * judges.pool.size and not stop.is_set():
                try:
                    row = next(rows, None)
                except InputError as error:
                    bad = error
                    break
                if row is None:
                    break
                window.append((row, asyncio.create_task(judges.review(row.problem, row.solution))))
            if not window:
                break
            row, review = window[0]
            await asyncio.wait({review, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not review.done():
                return
            window.popleft()
            yield row, review.result()
        if bad is not None and not stop.is_set():
            raise bad
    finally:
        under_way = (stopped, *(review for _, review in window))
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


def _record(row: _Row, review: Review) -> dict[str, Any]:
    """The output row. Claims of a solution given as steps are counted from the start of their step."""
    bases = {} if isinstance(row.solution, str) else {step.index: step.span.start for step in review.steps}
    return {
        "id": row.id,
        "first_error": review.first_error,
        "claims": [claim_record(checked, base=bases.get(checked.claim.step, 0)) for checked in review.claims],
        "seconds": round(review.seconds, 6),
    }


def _read_rows(path: Path) -> Generator[_Row, None, None]:
    for line in read_lines(path, longest=_LONGEST_ROW, hint=_EXPECTED):
        try:
            yield _parse(line.text)
        except ValueError as error:
            raise InputError(f"{line.place}: {error}", hint=_EXPECTED) from None


def _parse(line: str) -> _Row:
    """Read one row.

    Raises:
        ValueError: it is not as expected.
    """
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    match row:
        case {"steps": _, "solution": _}:
            raise ValueError('it has both "steps" and "solution"')
        case {"id": str() | int() as name, "problem": str(problem), "solution": str(solution)}:
            return _Row(name, Problem(text=problem, id=str(name)), solution)
        case {"id": str() | int() as name, "problem": str(problem), "steps": [*steps]}:
            if all(isinstance(step, str) for step in steps):
                return _Row(name, Problem(text=problem, id=str(name)), tuple(steps))
            raise ValueError('"steps" holds what is not text')
        case dict():
            raise ValueError('"id", "problem", or "steps" or "solution", is missing or of another type')
    raise ValueError("it is not an object")


def _open_output(files: ExitStack, path: Path, input_path: Path) -> FileIO:
    if path.suffix == ".gz":
        raise StoreError(f"{path}: the output is plain JSON lines", hint="name a file that does not end in .gz")
    try:
        if path.exists() and path.samefile(input_path):
            raise StoreError(f"{path}: is the input itself", hint="name another file with -o")
        if path.exists() and not path.is_file():
            return files.enter_context(path.open("wb", buffering=0))
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        file = files.enter_context(os.fdopen(descriptor, "r+b", buffering=0))
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StoreError(
            f"{path}: another run is writing it", hint="wait for it, or name another file with -o"
        ) from None
    except OSError as error:
        raise StoreError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    return file


def _resume(output: FileIO, path: Path, rows: Iterator[_Row]) -> BatchSummary:
    """Pass over the rows that the output already holds; cut off a last one that is not whole.

    Raises:
        InputError: a row of the input is not as expected.
        StoreError: the output belongs to another input.
    """
    summary = BatchSummary()
    if not output.readable():
        return summary
    whole = 0
    with path.open("rb") as written:
        for line in written:
            if not line.endswith(b"\n"):
                break
            record = _saved(line, next(rows, None))
            if record is None:
                raise StoreError(
                    f"{path}, line {summary.rows + 1}: is not what this input comes to",
                    hint="remove the file to start anew, or name another one with -o",
                )
            summary = _count(summary, record)
            whole += len(line)
    output.seek(whole)
    output.truncate()
    return replace(summary, resumed=summary.rows)


def _saved(line: bytes, row: _Row | None) -> dict[str, Any] | None:
    """The output row in a line; None where it is none, or not of this input row."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    match record:
        case {"id": name, "first_error": int() | None, "claims": [*_]} if row is not None and name == row.id:
            return dict(record)
    return None


def _count(summary: BatchSummary, record: dict[str, Any]) -> BatchSummary:
    return replace(
        summary,
        rows=summary.rows + 1,
        claims=summary.claims + len(record["claims"]),
        refuted=summary.refuted + (record["first_error"] is not None),
    )


def _write(output: FileIO, path: Path, record: dict[str, Any]) -> None:
    rest = memoryview(json.dumps(record).encode() + b"\n")
    try:
        while rest:
            rest = rest[output.write(rest) :]
    except OSError as error:
        raise StoreError(f"{path}: {(error.strerror or str(error)).lower()}") from None
