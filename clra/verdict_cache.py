"""Reviews that an earlier run made, kept in the user's cache folder.

A review is found again where all that it depends on is the same: the installed code (`fingerprint`), the verifiers and
their budgets, the problem's text and kind, and the text of the solution. One SQLite file (WAL) serves any number of
processes. It is written in batches, so a kill loses the last batch and damages nothing.

An error is no result. What timed out, crashed or was unavailable is not kept; nor is a review in which a model took
part; nor that of a programming problem, whose answer's key holds how runs ended. A verifier or sandbox given as
``module:Class`` has no version to tell its changes by, so nothing at all is kept of a run that uses one.

Not covered: a plug-in of another distribution whose code changes while its version does not.
"""

import hashlib
import json
import logging
import os
import platform
import sqlite3
import time
import zlib
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from clra import registry
from clra.config import Settings
from clra.packing import pack_review, unpack_review
from clra.parsing.programming import is_programming
from clra.types import Problem, Reason, Review

_LOG = logging.getLogger(__name__)

_FILE: Final = "verdicts-1.sqlite3"
"""The number changes with the form of what is kept."""
_CODE: Final = ("clra", "clra_verifiers", "clra_sandbox")
_LIBRARIES: Final = ("sympy", "mpmath", "z3-solver", "python-flint", "numpy", "pint")
_BUDGETS: Final = ("claim_seconds", "chain_seconds", "memory_mb", "program_seconds", "chain_program_seconds", "sandbox")
_FAILURES: Final = frozenset({Reason.TIMED_OUT, Reason.CRASHED, Reason.UNAVAILABLE})
_BATCH: Final = 200
"""Reviews that are written together."""
_BATCH_SECONDS: Final = 5.0
_BUSY_SECONDS: Final = 5.0
"""How long to wait for another process that writes."""
_DAY: Final = 86_400
_LARGEST_REVIEW: Final = 64 << 20
"""Bytes of one review as JSON."""
LARGEST: Final = 512 << 20
"""Bytes of the whole file; past them the quarter that was not used for longest goes."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS reviews (key BLOB PRIMARY KEY, used INTEGER NOT NULL, value BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS reviews_by_use ON reviews (used);
"""


def cache_folder(settings: Settings) -> Path | None:
    """Where the cache is; None where the settings switch it off."""
    if settings.cache is not None:
        return Path(settings.cache).expanduser() if settings.cache else None
    home = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (home if home.is_absolute() else Path("~/.cache").expanduser()) / "clra"


def cache_size(folder: Path) -> int:
    """Bytes that the cache takes in its folder."""
    return sum(file.stat().st_size for file in folder.glob(f"{_FILE}*") if file.is_file())


def open_cache(settings: Settings, *, largest: int = LARGEST) -> "VerdictCache | None":
    """Open the cache for a run with these settings; None where nothing can be kept, which the log explains."""
    try:
        folder = cache_folder(settings)
        if folder is None:
            return None
        circumstances = _circumstances(settings)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return VerdictCache(folder / _FILE, circumstances, largest=largest)
    except (OSError, RuntimeError, sqlite3.Error, _UnversionedError) as error:
        _LOG.warning("verdicts are not cached: %s", error)
        return None


@cache
def fingerprint() -> str:
    """A digest of the code that reads and judges, and of what it stands on; computed once a process.

    Raises:
        OSError: the code cannot be read.
    """
    digest = hashlib.sha256(f"{platform.python_version()} {platform.machine()}".encode())
    for name in _CODE:
        spec = find_spec(name)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            for file in sorted(Path(folder).rglob("*.py")):
                code = file.read_bytes()
                digest.update(f"\n{name}/{file.relative_to(folder).as_posix()} {len(code)}\n".encode())
                digest.update(code)
    for library in _LIBRARIES:
        with suppress(PackageNotFoundError):
            digest.update(f"\n{library} {version(library)}".encode())
    return digest.hexdigest()


class VerdictCache:
    """Reviews by what they depend on. It never raises: what cannot be read is not there, what cannot be kept is not.

    Args:
        path: the SQLite file. One that is damaged is moved aside, and a new one begun.
        circumstances: all but problem and solution that a review depends on.
        largest: bytes that the file may take.

    Raises:
        sqlite3.Error: the file cannot be opened, or made.
    """

    def __init__(self, path: Path, circumstances: str, *, largest: int = LARGEST) -> None:
        self._path = path
        self._circumstances = circumstances
        self._largest = largest
        self._batch: dict[bytes, bytes] = {}
        self._used: set[bytes] = set()
        self._written = time.monotonic()
        self._database: sqlite3.Connection | None
        try:
            self._database = _connect(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            _move_aside(path, error)
            self._database = _connect(path)

    def find(self, problem: Problem, text: str) -> Review | None:
        """The review of a solution, where it was kept."""
        key = self._key(problem, text)
        value = self._batch.get(key) or self._fetch(key)
        if value is None:
            return None
        try:
            unpacker = zlib.decompressobj()
            written, packed = json.loads(unpacker.decompress(value, _LARGEST_REVIEW))
            return unpack_review(packed, problem, text) if written == key.hex() else None
        except (ValueError, TypeError, zlib.error, RecursionError) as error:
            _LOG.info("a cached review is damaged, and not used: %s", error)
            return None

    def keep(self, review: Review) -> None:
        """Keep a review, where it is a result."""
        if self._database is None or not _is_result(review):
            return
        key = self._key(review.problem, review.text)
        value = json.dumps([key.hex(), pack_review(review)], separators=(",", ":")).encode()
        if len(value) < _LARGEST_REVIEW:
            self._batch[key] = zlib.compress(value, 1)
        if len(self._batch) >= _BATCH or time.monotonic() - self._written > _BATCH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is not written yet."""
        self._written = time.monotonic()
        batch, self._batch = self._batch, {}
        used, self._used = self._used, set()
        if self._database is None or not (batch or used):
            return
        now = int(time.time())
        try:
            with self._database:
                self._database.execute("BEGIN IMMEDIATE")
                self._database.executemany(
                    "INSERT OR REPLACE INTO reviews VALUES (?, ?, ?)", [(key, now, batch[key]) for key in batch]
                )
                self._database.executemany("UPDATE reviews SET used = ? WHERE key = ?", [(now, key) for key in used])
                self._evict(self._database)
        except sqlite3.Error as error:
            self._give_up(error)

    def close(self) -> None:
        """Write the last batch and close the file."""
        self.flush()
        if self._database is not None:
            self._database.close()
            self._database = None

    def _key(self, problem: Problem, text: str) -> bytes:
        said = json.dumps([self._circumstances, problem.text, problem.kind, text])
        return hashlib.sha256(said.encode()).digest()

    def _fetch(self, key: bytes) -> bytes | None:
        if self._database is None:
            return None
        try:
            row = self._database.execute("SELECT value, used FROM reviews WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        match row:
            case (bytes(value), int(used)):
                if time.time() - used > _DAY:
                    self._used.add(key)
                return value
        return None

    def _evict(self, database: sqlite3.Connection) -> None:
        """Drop the quarter that was not used for longest, where the file has grown too large."""
        taken = _number(database, "PRAGMA page_count") - _number(database, "PRAGMA freelist_count")
        if taken * _number(database, "PRAGMA page_size") > self._largest:
            quarter = _number(database, "SELECT count(*) FROM reviews") // 4 + 1
            database.execute(
                "DELETE FROM reviews WHERE key IN (SELECT key FROM reviews ORDER BY used LIMIT ?)", (quarter,)
            )

    def _give_up(self, error: sqlite3.Error) -> None:
        """Go on without the cache; a damaged file is out of the next run's way."""
        _LOG.warning("verdicts are cached no longer: %s", error)
        if self._database is not None:
            self._database.close()
            self._database = None
        if not isinstance(error, sqlite3.OperationalError):
            with suppress(OSError):
                _move_aside(self._path, error)


class _UnversionedError(Exception):
    """Something that verdicts depend on has no version."""


def _circumstances(settings: Settings) -> str:
    """All but problem and solution that a review depends on.

    Raises:
        OSError: the code cannot be read.
        _UnversionedError: a plug-in has no version.
    """
    return json.dumps(
        [
            fingerprint(),
            [_plugin("verifier", name) for name in settings.verifiers],
            _plugin("sandbox", settings.sandbox),
            {name: getattr(settings, name) for name in _BUDGETS},
        ]
    )


def _plugin(kind: registry.Kind, name: str) -> list[str]:
    point = registry.plugins(kind).get(name)
    if point is None or point.dist is None:
        raise _UnversionedError(f"the {kind} {name!r} is not an installed plug-in")
    return [name, point.value, point.dist.name, point.dist.version]


def _is_result(review: Review) -> bool:
    return not (
        review.check_programs
        or is_programming(review.problem)
        or any(verdict.reason in _FAILURES for checked in review.claims for verdict in checked.verdicts)
    )


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file, and try whether it is what it should be."""
    database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(_SCHEMA)
        database.execute("SELECT key, used, value FROM reviews LIMIT 1").fetchone()
    except sqlite3.Error:
        database.close()
        raise
    return database


def _move_aside(path: Path, error: sqlite3.Error) -> None:
    aside = path.with_name(f"{path.name}.damaged")
    _LOG.warning("%s is damaged (%s); it is now %s", path, error, aside.name)
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _number(database: sqlite3.Connection, query: str) -> int:
    found: Any = database.execute(query).fetchone()[0]
    return int(found)
