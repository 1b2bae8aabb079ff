"""Runs on disk: every completion, chain, verdict, vote and setting of one run, in one SQLite file.

What happens is written as it happens, so that a run that was killed goes on where it was (see `clra.store_file` for
what that holds against). Errors are told, but never kept as results. One process writes, any number may read meanwhile.
"""

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self, TypeVar

from clra.errors import StoreError
from clra.packing import pack_scored, unpack_scored
from clra.protocols import Completion
from clra.solution_packing import (
    pack_completion,
    pack_solution,
    pack_whole_chain,
    pack_whole_problem,
    unpack_completion,
    unpack_solution,
    unpack_whole_chain,
    unpack_whole_problem,
)
from clra.store_file import WriteLock, build, connect, disconnect, packed, unpacked
from clra.types import FinishReason, Problem, ScoredChain, Solution

T = TypeVar("T")

_DAMAGED: Final = "the file is damaged: take a copy of it, or begin the run anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeader:
    """What a run is of."""

    name: str
    created: str
    """UTC, ISO 8601."""
    version: str
    """Of clra."""
    settings: Mapping[str, Any]
    """As JSON, without secrets (see `clra.run_settings`)."""
    dataset: str
    repeats: int = 1
    shard: tuple[int, int] | None = None
    """(i, n), i from 1 to n: this run solves the problems at the positions p with p % n == i - 1. All the problems of
    the dataset are in it, so that shards can be merged."""

    def owns(self, position: int) -> bool:
        """Whether the problem at this position is this run's to solve."""
        return self.shard is None or position % self.shard[1] == self.shard[0] - 1


class StoredSolution(NamedTuple):
    """What became of one task."""

    position: int
    repeat: int
    solution: Solution


class StoredFailure(NamedTuple):
    """That one task failed, and why. It may have been solved later."""

    position: int
    repeat: int
    time: str
    """UTC, ISO 8601."""
    message: str


class RunStore:
    """One run on disk. A context manager; made by `create` and `open`.

    It belongs to the thread that made it.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: WriteLock | None) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock
        self.header = self._header()

    @classmethod
    def create(cls, path: str | Path, header: RunHeader) -> Self:
        """Begin a run.

        Raises:
            StoreError: there is such a file already, or it cannot be written.
        """
        path = Path(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{path.parent} cannot be made: {error.strerror or error}") from error
        lock = WriteLock(path)
        try:
            build(path, packed(asdict(header)))
        except BaseException:
            lock.release()
            raise
        return cls._opened(path, lock)

    @classmethod
    def open(cls, path: str | Path, *, write: bool = False) -> Self:
        """Open a run: to look at it, or to go on with it.

        Raises:
            StoreError: it is missing, damaged, foreign or of a newer version, or another process is writing it.
        """
        path = Path(path)
        return cls._opened(path, WriteLock(path) if write and path.is_file() else None)

    @classmethod
    def _opened(cls, path: Path, lock: WriteLock | None) -> Self:
        with ExitStack() as failing:
            if lock is not None:
                failing.callback(lock.release)
            connection = connect(path, write=lock is not None)
            failing.callback(connection.close)
            store = cls(path, connection, lock)
            failing.pop_all()
        return store

    def close(self) -> None:
        """Close the file, and let others write it."""
        disconnect(self._connection, write=self._lock is not None)
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Say what is to be solved, all of it, in order. Saying the same again changes nothing.

        Raises:
            StoreError: two of them have the same id, or the run is of other problems.
        """
        given = tuple(problems)
        first: dict[str, int] = {}
        for position, problem in enumerate(given):
            if first.setdefault(problem.id, position) != position:
                raise StoreError(
                    f"problems {first[problem.id] + 1} and {position + 1} have the same id {problem.id!r}",
                    hint="give each problem an id of its own",
                )
        known = self.problems()
        if not known:
            with self._writing():
                rows = ((position, packed(pack_whole_problem(problem))) for position, problem in enumerate(given))
                self._connection.executemany("INSERT INTO problems VALUES (?, ?)", rows)
        elif known != given:
            differing = next((each for each in zip(known, given, strict=False) if each[0] != each[1]), None)
            told = f"{len(known)} problems, not of {len(given)}"
            if differing is not None:
                told = f"other problems: problem {differing[0].id!r} is not the same"
            raise StoreError(f"{self.path} is a run of {told}", hint="give the new run another name")

    def problems(self) -> tuple[Problem, ...]:
        """What is to be solved, by position."""
        rows = self._rows("SELECT data FROM problems ORDER BY position")
        return tuple(self._read("a problem", unpack_whole_problem, row[0]) for row in rows)

    def completion(self, key: str) -> Completion | None:
        """What a model was drawn under this key (see `clra.stored_model.completion_key`), with the index 0."""
        rows = self._rows("SELECT data FROM completions WHERE key = ?", key)
        return self._read("a completion", unpack_completion, rows[0][0]) if rows else None

    def add_completion(self, key: str, completion: Completion) -> None:
        """Keep a completion, at once. Of two under the same key the first one stays.

        Raises:
            ValueError: it was cut off, so that it is no result.
        """
        if completion.finish_reason is FinishReason.ABORTED:
            raise ValueError("a completion that was cut off is not kept")
        with self._writing():
            self._connection.execute(
                "INSERT OR IGNORE INTO completions VALUES (?, ?)", (key, packed(pack_completion(completion)))
            )

    def model_name(self, asked: str) -> str | None:
        """What the model that was asked for by this name turned out to be."""
        rows = self._rows("SELECT name FROM models WHERE asked = ?", asked)
        return str(rows[0][0]) if rows else None

    def add_model_name(self, asked: str, name: str) -> None:
        """Keep what a model turned out to be."""
        with self._writing():
            self._connection.execute("INSERT OR REPLACE INTO models VALUES (?, ?)", (asked, name))

    def add_scored(self, position: int, repeat: int, scored: ScoredChain) -> None:
        """Keep a chain with what was found out about it, before its task is done."""
        with self._writing():
            self._insert_scored(position, repeat, scored.chain.index, scored)

    def scored(self, position: int, repeat: int) -> tuple[ScoredChain, ...]:
        """The chains of a task, done or not."""
        rows = self._rows(
            "SELECT chain, data FROM scored WHERE position = ? AND repeat = ? ORDER BY place", position, repeat
        )
        what = f"a chain of problem {position + 1}"
        return tuple(self._read(what, _unpack_whole_scored, *row) for row in rows)

    def add_solution(self, position: int, repeat: int, solution: Solution) -> None:
        """Keep the solution of a task with its chains, votes and usage: all of it or nothing. A later one replaces it.

        Raises:
            StoreError: it solves another problem than the one at this position.
        """
        known = self._problem(position)
        if known is None or (known.text, known.id, known.kind) != (
            solution.problem.text, solution.problem.id, solution.problem.kind
        ):  # fmt: skip
            raise StoreError(f"{self.path}: problem {position + 1} is not {solution.problem.id!r}")
        with self._writing():
            self._connection.execute("DELETE FROM scored WHERE position = ? AND repeat = ?", (position, repeat))
            for place, scored in enumerate(solution.chains):
                self._insert_scored(position, repeat, place, scored)
            self._connection.execute(
                "INSERT OR REPLACE INTO solutions VALUES (?, ?, ?)",
                (position, repeat, packed(pack_solution(solution))),
            )

    def solution(self, position: int, repeat: int) -> Solution | None:
        """The solution of a task; None where it is not done."""
        return self._solution(position, repeat, self._problem(position), chains=True)

    def solutions(self, *, chains: bool = True) -> Iterator[StoredSolution]:
        """The solutions of all tasks that are done, by position, then repeat.

        Args:
            chains: read their chains too; without, `Solution.chains` is empty, and little is read.
        """
        problems = self.problems()
        for position, repeat in self.solved():
            solution = self._solution(position, repeat, problems[position], chains=chains)
            if solution is not None:
                yield StoredSolution(position, repeat, solution)

    def solved(self) -> tuple[tuple[int, int], ...]:
        """(position, repeat) of all tasks that are done, in order."""
        return tuple(self._rows("SELECT position, repeat FROM solutions ORDER BY position, repeat"))

    def add_failure(self, position: int, repeat: int, message: str) -> None:
        """Keep that a task failed, and why. It is not done by that."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._writing():
            self._connection.execute(
                "INSERT INTO failures (position, repeat, time, message) VALUES (?, ?, ?, ?)",
                (position, repeat, now, packed(message)),
            )

    def failures(self) -> tuple[StoredFailure, ...]:
        """What failed, in the order in which it did."""
        rows = self._rows("SELECT position, repeat, time, message FROM failures ORDER BY id")
        return tuple(
            StoredFailure(position, repeat, time, self._read("a failure", str, message))
            for position, repeat, time, message in rows
        )

    def absorb(self, other: "RunStore") -> None:
        """Take over what another run of the same problems holds, all of it or nothing; what is here already stays.

        Of a task that is not done there, what was drawn is taken, and not what was found out about it.
        """
        done = "SELECT * FROM scored WHERE (position, repeat) IN (SELECT position, repeat FROM solutions)"
        with self._writing():
            for table, query, places in (
                ("models", "SELECT * FROM models", "?, ?"),
                ("completions", "SELECT * FROM completions", "?, ?"),
                ("scored", done, "?, ?, ?, ?, ?"),
                ("solutions", "SELECT * FROM solutions", "?, ?, ?"),
                ("failures", "SELECT NULL, position, repeat, time, message FROM failures ORDER BY id", "?, ?, ?, ?, ?"),
            ):
                self._connection.executemany(
                    f"INSERT OR IGNORE INTO {table} VALUES ({places})",  # noqa: S608  # names from above
                    other._connection.execute(query),  # noqa: SLF001  # of the same class
                )

    def _header(self) -> RunHeader:
        rows = self._rows("SELECT header FROM run") or [(None,)]
        return self._read("the header", _unpack_header, *rows[0])

    def _problem(self, position: int) -> Problem | None:
        rows = self._rows("SELECT data FROM problems WHERE position = ?", position)
        return self._read("a problem", unpack_whole_problem, rows[0][0]) if rows else None

    def _solution(self, position: int, repeat: int, problem: Problem | None, *, chains: bool) -> Solution | None:
        rows = self._rows("SELECT data FROM solutions WHERE position = ? AND repeat = ?", position, repeat)
        if not rows or problem is None:
            return None
        scored = self.scored(position, repeat) if chains else ()
        what = f"the solution of problem {position + 1}"
        return self._read(what, lambda found: unpack_solution(found, problem, scored), rows[0][0])

    def _insert_scored(self, position: int, repeat: int, place: int, scored: ScoredChain) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO scored VALUES (?, ?, ?, ?, ?)",
            (position, repeat, place, packed(pack_whole_chain(scored.chain)), packed(pack_scored(scored))),
        )

    def _rows(self, query: str, *values: Any) -> list[Any]:
        try:
            return self._connection.execute(query, values).fetchall()
        except (sqlite3.Error, UnicodeError) as error:
            raise StoreError(f"{self.path} cannot be read: {error}", hint=_DAMAGED) from error

    def _read(self, what: str, read: Callable[..., T], *entries: Any) -> T:
        try:
            return read(*map(unpacked, entries))
        except (ValueError, TypeError, LookupError, RecursionError, zlib.error) as error:
            raise StoreError(f"{self.path}: {what} cannot be read ({error})", hint=_DAMAGED) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """All that is written within is there at its end, or nothing of it."""
        if self._lock is None:
            raise StoreError(f"{self.path} was opened to be read only")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise StoreError(f"{self.path} cannot be written: {error}") from error


def _unpack_whole_scored(chain: Any, found: Any) -> ScoredChain:
    return unpack_scored(found, unpack_whole_chain(chain))


def _unpack_header(found: Any) -> RunHeader:
    match found:
        case {
            "name": str(name),
            "created": str(created),
            "version": str(version),
            "settings": dict(settings),
            "dataset": str(dataset),
            "repeats": int(repeats),
            "shard": None | [int(), int()] as shard,
        }:
            return RunHeader(
                name=name,
                created=created,
                version=version,
                settings=settings,
                dataset=dataset,
                repeats=repeats,
                shard=None if shard is None else (shard[0], shard[1]),
            )
    raise ValueError("not a header")
