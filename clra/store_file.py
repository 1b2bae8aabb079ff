"""The file behind a run store: its form, the connection to it, and who may write.

Write-ahead logging needs memory that is shared between the processes that have the file open, so a run that several
processes look at must lie on a local disk, not on a network file system. With ``synchronous=NORMAL`` nothing is waited
for when something is written: what was written survives the process being killed at any instant, but the last moments
may be lost, whole and in order, when the machine loses power.
"""

import fcntl
import json
import os
import sqlite3
import zlib
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any, Final

from clra.errors import StoreError

APPLICATION_ID: Final = 0x636C7261
"""``clra``, as `file` shows it."""
VERSION: Final = 1
"""Of the form below."""
_MAGIC: Final = b"SQLite format 3\0"

LARGEST: Final = 1 << 30
"""Bytes of one entry, unpacked; more than that is no run."""

_LEVEL: Final = 1
"""Of packing, which keeps the event loop waiting: more makes a chain a seventh smaller, in 15 times the time."""

_SCHEMA: Final = """
CREATE TABLE run (id INTEGER PRIMARY KEY CHECK (id = 1), header BLOB NOT NULL);
CREATE TABLE models (asked TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE problems (position INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE completions (key TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE solutions (
    position INTEGER NOT NULL REFERENCES problems, repeat INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (position, repeat)
);
CREATE TABLE scored (
    position INTEGER NOT NULL REFERENCES problems, repeat INTEGER NOT NULL, place INTEGER NOT NULL,
    chain BLOB NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (position, repeat, place)
);
CREATE TABLE failures (
    id INTEGER PRIMARY KEY, position INTEGER NOT NULL REFERENCES problems, repeat INTEGER NOT NULL,
    time TEXT NOT NULL, message BLOB NOT NULL
);
"""
_COMPANIONS: Final = ("-wal", "-shm", "-journal")
_HINT: Final = "`clra runs list` shows the runs that there are"


class WriteLock:
    """The right to write one run. The system takes it back when its process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        """Take the right.

        Raises:
            StoreError: another process has it, or the folder cannot be written.
        """
        self._path = lock_path(path)
        try:
            self._file = self._taken(path)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error

    def release(self) -> None:
        """Give it back."""
        if not self._file.closed:
            self._path.unlink(missing_ok=True)
            self._file.close()

    def _taken(self, path: Path) -> IO[str]:
        while True:
            file = self._path.open("a+")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                current = self._path.stat().st_ino if self._path.exists() else None
            except BlockingIOError:
                file.seek(0)
                owner = file.read(20).strip()
                file.close()
                raise StoreError(
                    f"{path} is in use by process {owner or 'unknown'}", hint="wait for its end, or stop it"
                ) from None
            if current == os.fstat(file.fileno()).st_ino:
                file.truncate(0)
                file.write(str(os.getpid()))
                file.flush()
                return file
            file.close()  # it was given back, and removed, between the two


def is_run(path: Path) -> bool:
    """Whether a file is a run that was kept. What cannot be read is none; its reader explains it."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def lock_path(path: Path) -> Path:
    """The file that names the process that writes a run."""
    return path.with_name(f"{path.name}.lock")


def build(path: Path, header: bytes) -> None:
    """Make a file with nothing but its header; it is there as a whole or not at all. The caller holds the lock.

    Raises:
        StoreError: there is such a file already, or it cannot be written.
    """
    if path.exists():
        raise StoreError(f"{path} is there already", hint="resume it, or give the new run another name")
    new = path.with_name(f"{path.name}.new")
    try:
        for left in (new, *(Path(f"{each}{suffix}") for each in (new, path) for suffix in _COMPANIONS)):
            left.unlink(missing_ok=True)  # the log of a removed run would be taken for that of this one
        connection = sqlite3.connect(new, isolation_level=None)
        try:
            connection.executescript(f"BEGIN; {_SCHEMA}")
            connection.execute("INSERT INTO run VALUES (1, ?)", (header,))
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")
        finally:
            connection.close()
        new.rename(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{path} cannot be written: {error}") from error


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """Open such a file.

    Raises:
        StoreError: it is missing, damaged, not ours, or of a newer version.
    """
    if not path.is_file():
        raise StoreError(f"there is no run at {path}", hint=_HINT)
    try:
        if write:
            return _connected(path, "rw", "foreign_keys = ON", "journal_mode = WAL", "synchronous = NORMAL")
        try:
            return _connected(path, "ro")
        except sqlite3.OperationalError:  # its writer was killed: SQLite has to clear up before it can read
            return _connected(path, "rw", "query_only = ON")
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be read: {error}", hint="is it a run of clra, and whole?") from error


def _connected(path: Path, mode: str, *pragmas: str) -> sqlite3.Connection:
    with ExitStack() as failing:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None)
        failing.callback(connection.close)
        _look_at_form(path, connection)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        failing.pop_all()
    return connection


def _look_at_form(path: Path, connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise StoreError(f"{path} is no run of clra", hint=_HINT)
    if version != VERSION:
        raise StoreError(f"{path} has the form {version}, and this clra reads form {VERSION}", hint="use a newer clra")


def disconnect(connection: sqlite3.Connection, *, write: bool) -> None:
    """Close it; what a writer leaves is a single file, which can be read in a read-only folder too."""
    if write:
        with suppress(sqlite3.Error):  # somebody reads: the log stays beside the file
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()


def packed(value: Any) -> bytes:
    """JSON as an entry of the file."""
    return zlib.compress(json.dumps(value).encode(), _LEVEL)


def unpacked(data: Any) -> Any:
    """Rebuild what `packed` packed.

    Raises:
        ValueError: it is not of that form, or too large.
        TypeError: it is no bytes.
    """
    stream = zlib.decompressobj()
    text = stream.decompress(data, LARGEST)
    if not stream.eof:
        raise ValueError("cut short or too large")
    return json.loads(text)
