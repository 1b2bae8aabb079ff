"""Which earlier claims of a chain a claim stands on, as far as its values, letters and references show.

Not covered: what is taken up in words only ("this sum"), and results of one digit, which stand everywhere.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from clra.parsing.outlines import Outline, outline
from clra.types import Claim, Modality

MOST = 8
"""Claims that one claim is linked to at most."""
_NUMERAL = re.compile(r"(?<![\w.^])(?:\d{2,}(?:\.\d+)?|\d\.\d+)(?![\w.])|(?<![\w.^/])\d+/\d+(?![\w.])")
_OPERATOR = re.compile(r"[-+*/^(]")
_LONG = 5
"""Length from which on an expression with an operator is known again when it is met."""
_NUMBER = re.compile(r"(?:[\s$.,&]|\\(?:quad|qquad|ldots|dots|hfill|[)\],;]))*(?:\\tag\{(\d{1,2})\}|\((\d{1,2})\))")
_EQUATIONS = re.compile(
    r"\b(?:equations?|eqs?\.?|from|in|into|by|and|using|of|substitut\w+|adding|subtracting)\s+[\\$(]*\((\d{1,2})\)",
    re.IGNORECASE,
)
_STEPS = re.compile(r"\b(?:from|by|in|of|using|see|to|and|into) steps? (\d{1,2})\b", re.IGNORECASE)
_STEP_MENTION = re.compile(r"[a-z] [Ss]teps? \d")
_HEADING = re.compile(r"^\W*step (\d{1,2})\b", re.IGNORECASE | re.MULTILINE)
_BEFORE = 120
_SILENT = frozenset({Modality.NEGATED, Modality.QUESTION, Modality.GOAL})


class _Noted(NamedTuple):
    place: int
    claim: Claim
    shape: Outline


class Links:
    """What has been claimed so far, found again by values, letters and numbers."""

    def __init__(self, text: str, starts: Sequence[int]) -> None:
        """Begin with nothing.

        Args:
            text: the chain.
            starts: where its sentences begin, in order.
        """
        self._text = text
        self._starts = starts
        self._refers = ("(1)" in text and bool(_EQUATIONS.search(text))) or bool(_STEP_MENTION.search(text))
        headings = [(match.start(), match[1]) for match in _HEADING.finditer(text)] if self._refers else []
        self._headed = [start for start, _ in headings]
        self._headings = [number for _, number in headings]
        self._results: dict[str, int] = {}
        """Text of a result -> the latest claim of it."""
        self._definitions: dict[str, int] = {}
        """A letter or a value of a function -> the latest claim that says what it is."""
        self._numbered: dict[str, int] = {}
        """Number of an equation -> the claim before it."""
        self._under: dict[str, int] = {}
        """Number in the heading of a step -> the last claim under it."""
        self._last: _Noted | None = None

    def of(self, index: int, claim: Claim, sources: Iterable[int]) -> tuple[int, ...]:
        """The claims that one stands on: those it must agree with, then those that its text takes up again."""
        used = list(sources)
        if claim.formal is not None:
            used += self._taken_up(claim, outline(claim.formal))
        if self._refers:
            used += self._referred_to(claim)
        return tuple(sorted([source for source in dict.fromkeys(used) if source < index][:MOST]))

    def add(self, index: int, claim: Claim) -> None:
        """Take note of a claim."""
        if self._refers:
            self._under[self._heading(claim.span.start)] = index
            number = _NUMBER.match(self._text, claim.span.end)
            if number is not None:
                self._numbered[number[1] or number[2]] = index
        self._last = None
        if claim.formal is None:
            return
        shape = outline(claim.formal)
        self._last = _Noted(index, claim, shape)
        if claim.modality in _SILENT or not shape.is_equation:
            return
        if _is_known_again(shape.right):
            self._results[shape.right] = index
        if shape.left in shape.names or (shape.functions and shape.left.endswith(")")):
            self._definitions[shape.left] = index

    def _taken_up(self, claim: Claim, shape: Outline) -> Iterable[int]:
        if self._last is not None:
            place, before, earlier = self._last
            if shape.left == earlier.right and claim.span.start <= before.span.end:
                yield place
        is_result = not shape.names and not _OPERATOR.search(shape.right)
        operands = shape.left if is_result else f"{shape.left} {shape.right}"
        for numeral in _NUMERAL.findall(operands):
            if numeral in self._results:
                yield self._results[numeral]
        for side in (shape.left, shape.right):
            if len(side) >= _LONG and side in self._results:
                yield self._results[side]
        for name in sorted(shape.names):
            if name in self._definitions and name != shape.left:
                yield self._definitions[name]

    def _referred_to(self, claim: Claim) -> Iterable[int]:
        sentence = self._starts[max(bisect_right(self._starts, claim.span.start) - 1, 0)] if self._starts else 0
        lead = self._text[max(sentence, claim.span.start - _BEFORE) : claim.span.start]
        for match in _EQUATIONS.finditer(lead):
            if match[1] in self._numbered:
                yield self._numbered[match[1]]
        here = self._heading(claim.span.start)
        for match in _STEPS.finditer(lead):
            if match[1] != here and match[1] in self._under:
                yield self._under[match[1]]

    def _heading(self, place: int) -> str:
        """The number in the heading above a place; empty where there is none."""
        index = bisect_right(self._headed, place) - 1
        return self._headings[index] if index >= 0 else ""


def _is_known_again(result: str) -> bool:
    """Whether a result is told apart from others by its text."""
    return _NUMERAL.fullmatch(result) is not None or (len(result) >= _LONG and _OPERATOR.search(result) is not None)
