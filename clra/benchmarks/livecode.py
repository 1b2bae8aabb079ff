"""LiveCodeBench's rows: programming problems whose right answer is a set of tests.

A test is an input with what is to be printed, or a call with what is to be returned. The public ones stand in the
problem's text as well; the private ones are JSON, or JSON that is pickled as one string, zipped and written in base64.
Nothing is unpickled: the string is taken out of the only shape that a pickled string has, and anything else is left
alone. Then the public tests alone are known, and `GoldTests.private` says so.

Not covered: tests larger than the sandbox or the readers of `clra.parsing.values` take: `GoldTests.left_out` counts
them.
"""

import base64
import binascii
import json
import pickletools
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from clra.parsing.examples import Example
from clra.parsing.values import Call, read_call, read_value

PREFIX: Final = "tests:"
"""Begins a gold answer that is a set of tests."""
MOST_CHARACTERS: Final = 2_000_000
"""Of the tests of one problem; the smaller ones are kept."""
_LONGEST_OUTPUT: Final = 60_000
"""Characters; a program in the sandbox can print no more."""
_LARGEST: Final = 1 << 28
"""Bytes of unzipped tests."""
_STRINGS: Final = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"})
_AROUND: Final = frozenset({"PROTO", "FRAME", "MEMOIZE", "BINPUT", "LONG_BINPUT", "PUT", "STOP"})

READS_INPUT: Final = "Write a Python program that reads standard input and prints to standard output."
COMPLETES: Final = "Complete this Python code:"


class GoldTests(NamedTuple):
    """The tests of one problem."""

    examples: tuple[Example, ...]
    private: bool
    """Whether private tests could be read."""
    left_out: int
    """GoldTests that are too large to be run here."""

    @property
    def gold(self) -> str:
        """The tests as a gold answer."""
        rows = [list(example) for example in self.examples]
        return PREFIX + json.dumps({"tests": rows, "private": self.private, "left_out": self.left_out})


def read_tests(gold: str | None) -> GoldTests | None:
    """The tests in a gold answer; None where it is none of `GoldTests.gold`."""
    if gold is None or not gold.startswith(PREFIX):
        return None
    try:
        packed = json.loads(gold.removeprefix(PREFIX))
    except (ValueError, RecursionError):
        return None
    match packed:
        case {"tests": [*rows], "private": bool(private), "left_out": int(left_out)} if all(map(_is_row, rows)):
            return GoldTests(tuple(Example(*row) for row in rows), private, left_out)
    return None


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and len(row) == 3 and all(isinstance(each, str) for each in row)


def problem_text(row: Mapping[str, Any], content: str) -> str:
    """The problem as it is posed: what is to be written, and the statement, which often ends in an example.

    Raises:
        ValueError: the starter code is no text.
    """
    starter = _text(row, "starter_code") if row.get("starter_code") else ""
    if not starter.strip():
        return f"{READS_INPUT}\n\n{content.strip()}"
    return f"{COMPLETES}\n\n```python\n{starter.rstrip()}\n```\n\n{content.strip()}"


def row_tests(row: Mapping[str, Any]) -> GoldTests:
    """The tests of a row.

    Raises:
        ValueError: its public tests are not what they should be.
    """
    metadata = json.loads(_text(row, "metadata") or "{}") if row.get("metadata") else {}
    function = metadata.get("func_name") if isinstance(metadata, dict) else None
    starter = _text(row, "starter_code") if row.get("starter_code") else ""
    owner = "Solution" if "class Solution" in starter else ""
    public = _cases(json.loads(_text(row, "public_test_cases")))
    private = _private(row.get("private_test_cases"))
    cases = dict.fromkeys([*public, *(private or [])])
    if not cases:
        raise ValueError("it has no tests")
    examples = [each for case in cases if (each := _example(case, function, owner)) is not None]
    kept = tuple(_fitting(examples))
    return GoldTests(kept, private is not None, len(cases) - len(kept))


def _text(row: Mapping[str, Any], column: str) -> str:
    match row.get(column):
        case str(value):
            return value
    raise ValueError(f'"{column}" is no text')


class _Case(NamedTuple):
    given: str
    output: str
    functional: bool


def _cases(listed: Any) -> list[_Case]:
    """The tests in a list of LiveCodeBench's.

    Raises:
        ValueError: it is none.
    """
    match listed:
        case [*cases]:
            return list(map(_case, cases))
    raise ValueError("the tests are no list")


def _case(test: Any) -> _Case:
    match test:
        case {"input": str(given), "output": str(output), "testtype": "stdin" | "functional" as kind}:
            return _Case(given, output, kind == "functional")
    raise ValueError('a test has no "input", "output" and "testtype"')


def _private(packed: Any) -> list[_Case] | None:
    """The private tests; None where they cannot be read without unpickling."""
    if not isinstance(packed, str):
        return None
    try:
        return _cases(json.loads(packed))
    except (ValueError, RecursionError):
        pass
    try:
        text = _pickled_string(_unzipped(base64.b64decode(packed, validate=True)))
        return None if text is None else _cases(json.loads(text))
    except (ValueError, RecursionError, binascii.Error, zlib.error):
        return None


def _unzipped(raw: bytes) -> bytes:
    unzipping = zlib.decompressobj()
    data = unzipping.decompress(raw, _LARGEST)
    if unzipping.unconsumed_tail:
        raise ValueError("too large")
    return data


def _pickled_string(data: bytes) -> str | None:
    """The string in a pickle that holds one string and nothing else. Its instructions are read, none is carried out."""
    found: list[str] = []
    for operation, argument, _ in pickletools.genops(data):
        if operation.name in _STRINGS and isinstance(argument, str):
            found.append(argument)
        elif operation.name not in _AROUND:
            return None
    return found[0] if len(found) == 1 else None


def _example(case: _Case, function: Any, owner: str) -> Example | None:
    """The test as clra tries it; None where it is too large, or not what it says."""
    if not case.functional:
        return Example(case.given, "", case.output) if len(case.output) <= _LONGEST_OUTPUT else None
    if not isinstance(function, str) or not function.isidentifier():
        return None
    try:
        arguments = tuple(("", json.loads(line)) for line in case.given.split("\n") if line.strip())
        call = Call(function, owner, arguments).source
        expected = repr(json.loads(case.output))
        read_call(call)
        read_value(expected)
    except (ValueError, RecursionError):
        return None
    return Example("", call, expected)


def _fitting(examples: Iterable[Example]) -> Iterator[Example]:
    """The examples, without the largest ones where all together are too much, in order."""
    found = list(examples)
    room, kept = MOST_CHARACTERS, set()
    for example in sorted(found, key=lambda each: sum(map(len, each))):
        room -= sum(map(len, example))
        if room < 0:
            break
        kept.add(example)
    return (example for example in found if example in kept)
