"""Calculations with hexadecimal and binary literals: ``((0x1f + 0b11) << 2) & 0xff``, as Python reads them.

Not covered: words of a fixed width, complements, division, octal literals.
"""

import operator
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from clra.parsing.closedforms import number
from clra.parsing.exercises.words import Exercise, Writing, only_remarks
from clra.parsing.tree import Expression, Operation, ReadError

_LITERAL: Final = r"0[xX][0-9a-fA-F]{1,64}|0[bB][01]{1,256}"
_CALCULATION = re.compile(rf"(?:{_LITERAL}|\d{{1,20}}(?![\w.])|<<|>>|[-+*&|^()]| )+")
_TOKEN = re.compile(rf"\s*({_LITERAL}|\d+|<<|>>|[-+*&|^()])")
_PREFIXED = re.compile(_LITERAL)
_WRITTEN = re.compile(rf"\s*([-−]?)\s*({_LITERAL}|\d+)\s*")
_LEAD = re.compile(
    r"(?:(?:please )?(?:compute|calculate|evaluate|simplify|solve|find|what is)(?: the (?:value|result) of)?:?\s*)",
    re.IGNORECASE,
)
_TRAIL = re.compile(
    r"\s*(?:=\s*)?\??\.?\s*(?:in|as a) (?:hexadecimal|hex|binary|decimal)(?: form)?\s*[.?]?|\s*=?\s*[.?]?"
)
_FIXED_WIDTH = re.compile(r"\b\d+[- ]bit\b|\bunsigned\b|\boverflow\w*|\bmodulo\b|\bbytes?\b|\bwraps?\b", re.IGNORECASE)
_BITWISE = re.compile(r"[&|]|<<|>>|\bxor\b|\bbitwise\b", re.IGNORECASE)
"""Beside these ``^`` is no power."""
_LARGEST_SHIFT = 256
_MOST_BITS = 4_096
_DEEP = 40


class _Value(NamedTuple):
    number: int
    term: Expression


def bit_calculation(text: str) -> Exercise | None:
    """The calculation that is the one line of a text with prefixed literals; None where it is none."""
    if not _PREFIXED.search(text) or _FIXED_WIDTH.search(text):
        return None
    lines = text.split("\n")
    for index, written in enumerate(lines):
        line = written.replace("`", "").replace("$", "")
        lead = _LEAD.match(line)
        begin = lead.end() if lead else 0
        body = _CALCULATION.match(line, begin)
        if body is None or not _PREFIXED.search(body[0]) or not _TRAIL.fullmatch(line, body.end()):
            continue
        others = "\n".join(lines[:index] + lines[index + 1 :])
        if not only_remarks(others, prefixed=True) or ("^" in body[0] and not _BITWISE.search(text)):
            return None
        try:
            found = _Parser(body[0]).parsed()
        except ReadError:
            return None
        if found.number < 0 and "negative" not in others:  # it may be wanted as a complement
            return None
        return Exercise(found.term, Writing.BITS)
    return None


def bits_written(text: str) -> Expression | None:
    """The whole number that an answer writes."""
    match = _WRITTEN.fullmatch(text.strip(" $`.").removeprefix("\\text{").removesuffix("}"))
    if match is None:
        return None
    value = int(match[2], 0) if _PREFIXED.fullmatch(match[2]) else None
    return None if value is None else number(-value if match[1] else value)


def _shift_left(left: _Value, right: _Value) -> Expression:
    return Operation("mul", (left.term, Operation("pow", (number(2), right.term))))


def _shift_right(left: _Value, right: _Value) -> Expression:
    return Operation("floor", (Operation("div", (left.term, Operation("pow", (number(2), right.term)))),))


_LEVELS: Final[tuple[dict[str, Callable[[int, int], int]], ...]] = (
    {"|": operator.or_},
    {"^": operator.xor},
    {"&": operator.and_},
    {"<<": operator.lshift, ">>": operator.rshift},
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul},
)
"""The operators, those that bind least first."""


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)
        self.position = 0
        self.depth = 0

    def parsed(self) -> _Value:
        """The value of the whole text.

        Raises:
            ReadError: it is no calculation, or too large.
        """
        found = self.level(0)
        if self.position != len(self.tokens):
            raise ReadError("a sign too many", self.position)
        return found

    def level(self, rank: int) -> _Value:
        if rank == len(_LEVELS):
            return self.operand()
        left = self.level(rank + 1)
        while self.position < len(self.tokens) and self.tokens[self.position] in _LEVELS[rank]:
            sign = self.next()
            left = self.joined(sign, left, self.level(rank + 1), _LEVELS[rank][sign])
        return left

    def operand(self) -> _Value:
        sign = self.next()
        if sign in {"-", "("}:
            self.depth += 1
            if self.depth > _DEEP:
                raise ReadError("nested too deeply")
        if sign == "-":
            inner = self.operand()
            self.depth -= 1
            return _Value(-inner.number, Operation("neg", (inner.term,)))
        if sign == "(":
            inner = self.level(0)
            self.depth -= 1
            if self.next() != ")":
                raise ReadError("an open bracket")
            return inner
        if not sign[0].isdigit():
            raise ReadError("no number where one must stand")
        value = int(sign, 0 if _PREFIXED.fullmatch(sign) else 10)
        return _Value(value, number(value))

    def joined(self, sign: str, left: _Value, right: _Value, calculate: Callable[[int, int], int]) -> _Value:
        if sign in {"<<", ">>"} and not 0 <= right.number <= _LARGEST_SHIFT:
            raise ReadError("no shift")
        value = calculate(left.number, right.number)
        if value.bit_length() > _MOST_BITS:
            raise ReadError("too large")
        match sign:
            case "+":
                return _Value(value, Operation("add", (left.term, right.term)))
            case "-":
                return _Value(value, Operation("add", (left.term, Operation("neg", (right.term,)))))
            case "*":
                return _Value(value, Operation("mul", (left.term, right.term)))
            case "<<":
                return _Value(value, _shift_left(left, right))
            case ">>":
                return _Value(value, _shift_right(left, right))
        return _Value(value, number(value))

    def next(self) -> str:
        if self.position >= len(self.tokens):
            raise ReadError("an end too early", self.position)
        self.position += 1
        return str(self.tokens[self.position - 1])
