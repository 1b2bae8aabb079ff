import gzip

import pytest

from clra.errors import InputError
from clra.parsing.lines import Line, read_lines


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file"


def complaint(path, **choices):
    with pytest.raises(InputError) as caught:
        list(read_lines(path, **choices))
    return str(caught.value).removeprefix(str(path))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_lines_that_are_not_blank(path, pack):
    path.write_bytes(pack("\ufeff é \n\n  \r\nb".encode()))
    assert list(read_lines(path)) == [Line(f"{path}, line 1", "é"), Line(f"{path}, line 4", "b")]


def test_a_line_that_is_too_long(path):
    path.write_bytes(b"a\n" + b" " * 2000)
    assert complaint(path, longest=2000) == ", line 2: longer than 2,000 bytes"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a\n\xff", ", line 2: expected UTF-8, got byte 0xff"),
        (gzip.compress(b"a" * 1000)[:-10], ", line 1: the compressed file is cut short"),
        (b"\x1f\x8bnonsense" * 9, ", line 1: the compressed file is damaged"),
    ],
)
def test_what_is_no_text(path, data, expected):
    path.write_bytes(data)
    assert complaint(path).startswith(expected)


def test_no_such_file(path):
    assert complaint(path) == " cannot be read: no such file or directory"
