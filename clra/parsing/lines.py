"""The lines of a text file, plain or gzip, one at a time."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from typing import IO, Final, NamedTuple

from clra.errors import InputError

_GZIP_MAGIC: Final = b"\x1f\x8b"
LONGEST_LINE: Final = 1 << 30
"""Bytes. What is longer is no line of chains, or was made to fill the memory."""


class Line(NamedTuple):
    """A line that is not blank."""

    place: str
    """File and number, for who is to mend it."""
    text: str


def read_lines(path: str | Path, *, longest: int = LONGEST_LINE, hint: str = "") -> Iterator[Line]:
    """Read a file line by line; it need not fit into memory.

    Args:
        path: the file.
        longest: bytes that a line may have at most.
        hint: what each line should be, for who is to mend it.

    Raises:
        InputError: the file cannot be read, is not UTF-8, is damaged, or holds a longer line.
    """
    number = 0
    with opened(path) as lines:
        while True:
            number += 1
            place = f"{path}, line {number}"
            with _complaints(place, hint):
                line = lines.readline(longest)
                if not line:
                    return
                if len(line) == longest:
                    raise InputError(f"{place}: longer than {longest:,} bytes", hint=hint)
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            if text:
                yield Line(place, text)


@contextmanager
def opened(path: str | Path) -> Iterator[BufferedIOBase]:
    """The bytes of a file, unpacked where it is gzip.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            yield gzip.GzipFile(fileobj=file) if file.peek(2).startswith(_GZIP_MAGIC) else file
    except OSError as error:
        raise InputError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error


@contextmanager
def _complaints(place: str, hint: str) -> Iterator[None]:
    """Turn what may happen while a line is fetched into an InputError that names the line."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise InputError(f"{place}: expected UTF-8, got byte 0x{error.object[error.start]:02x}", hint=hint) from error
    except EOFError as error:
        raise InputError(f"{place}: the compressed file is cut short") from error
    except (zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{place}: the compressed file is damaged ({error})") from error


def packing(file: IO[bytes]) -> gzip.GzipFile:
    """Pack what is written into an open file, with neither name nor time: equal lines make equal files."""
    return gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0)
