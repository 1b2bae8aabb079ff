"""Text to steps: numbered parts where the text numbers them, paragraphs where it does not, or else lines."""

import re
from itertools import pairwise

from clra.parsing.spans import PieceKind, lay_out
from clra.types import Span, Step

_NAMED = re.compile(r"(?mi)^[ \t]*+(?:#{1,6}[ \t]*+)?(?:\*\*|__)?[ \t]*+step[ \t]*\d{1,3}\b[ \t]*(?:[:.)—–-]|\*\*|$)")
_NUMBERED = re.compile(r"(?m)^(?:#{1,6}[ \t]*)?(?:\*\*|__)?(?P<number>\d{1,3})[.)](?=[ \t*_])")
_HEADED = re.compile(r"(?m)^#{1,6}[ \t]+\S")
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_LINE = re.compile(r"\n\s*")


def split_steps(text: str) -> tuple[Step, ...]:
    """Cut a text into steps whose spans follow each other and cover it; an empty text has none.

    Parts headed "Step 3:" are steps, else parts numbered "1.", "2.", ..., else parts under Markdown headings. What
    stands before the first of them is cut at paragraphs. A text without such parts is cut at paragraphs, a single
    paragraph at lines; never inside a displayed formula or code.
    """
    if not text:
        return ()
    closed = _closed(text)
    heads = [place for place in _headings(text) if not closed[place]]
    end = heads[0] if heads else len(text)
    free = [match.end() for match in _PARAGRAPH.finditer(text, 0, end) if not closed[match.start()]]
    if not heads and not any(place < end for place in free):
        free = [match.end() for match in _LINE.finditer(text) if not closed[match.start()]]
    cuts = sorted({0, len(text), *heads, *free})
    return tuple(Step(index=index, span=Span(start, end)) for index, (start, end) in enumerate(pairwise(cuts)))


def _headings(text: str) -> list[int]:
    """Where numbered parts begin."""
    named = [match.start() for match in _NAMED.finditer(text)]
    if len(named) > 1:
        return named
    numbered: list[int] = []
    for match in _NUMBERED.finditer(text):
        if int(match["number"]) == len(numbered) + 1:
            numbered.append(match.start())
    if len(numbered) > 1:
        return numbered
    headed = [match.start() for match in _HEADED.finditer(text)]
    return headed if len(headed) > 1 else []


def _closed(text: str) -> bytearray:
    """For each place, and the end, whether it lies in a displayed formula or code."""
    closed = bytearray(len(text) + 1)
    for piece in lay_out(text).pieces:
        if piece.kind in {PieceKind.DISPLAY, PieceKind.CODE}:
            closed[piece.span.start : piece.span.end] = b"\1" * (piece.span.end - piece.span.start)
    return closed
