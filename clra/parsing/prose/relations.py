r"""The relations of a text, in formulas and in prose: read as a whole where that goes, else sign by sign.

A chain such as ``a = b \text{ apples} = c = d`` cannot be read as a whole; its last relation still can.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from clra.parsing.prose.edges import is_continued
from clra.parsing.prose.excerpts import excerpts, last_operand, pairs
from clra.parsing.prose.templates import told
from clra.parsing.reader import SHORT, read, read_short
from clra.parsing.spans import HIDDEN, Layout, Piece, PieceKind
from clra.parsing.tree import Bracket, Collection, ReadError, Relation, Statement
from clra.types import Problem, Span


class Found(NamedTuple):
    """A relation in a text."""

    span: Span
    statement: Statement | None
    """A relation, or alternatives of relations; None where it could not be read."""
    offset: int = 0
    """What is to be added to the spans of the statement and of its parts."""


_FUNCTION = re.compile(r"(?<![A-Za-z\\])([A-Za-z](?:_\w)?'?)\s?\(\s?[a-z](?:\s?,\s?[a-z]){0,3}\s?\)\s*=")
_BEHIND_ARGUMENTS = re.compile(r"\)\s*=")
_RELATION_SIGN = re.compile(
    r"[=<>≤≥≠≈≡∣∤∈∉⊂⊆⊊⊈⊃⊇⩽⩾]"
    r"|\\(?:l[et]q?|leqslant|g[et]q?|geqslant|neq?|approx|equiv|simeq|n?mid|(?:not)?in|eq|n?su[bp]set(?:n?eq)?)(?![A-Za-z])"
)
_MODULUS = re.compile(
    rf"[ \t]{{0,2}},?[ \t]{{0,2}}\(?[ \t]?mod(?:ulo)?\.?[ \t]{{0,2}}(?:\d+|{HIDDEN}{{1,40}})[ \t]?\)?"
)
_OPENING_SIGN = re.compile(
    r"(?:[\s&]|\\quad|\\begin\{[a-z]+\*?\})*(?=[=<>≤≥≈≡]|\\(?:l[et]q?|g[et]q?|approx|equiv)(?![A-Za-z]))"
)
_IN_THOUSANDS = re.compile(r"\d[kKM](?![A-Za-z])[^\n<>]*$")
"""A numeral such as ``50k``, which a calculator's note behind it writes without the thousands."""
_NEAR = 60
_DELIMITERS = re.compile(r"\$|\\[()]")
_ROWS = re.compile(r"\\\\(?=[ \t])")


def functions_defined_in(text: str, problem: Problem | None) -> frozenset[str]:
    """The letters that a text or its problem defines as functions: ``P`` by ``P(x) = ...``."""
    source = f"{problem.text}\n{text}" if problem else text
    if not _BEHIND_ARGUMENTS.search(source):
        return frozenset()
    return frozenset(match[1] for match in _FUNCTION.finditer(source)) - {"x", "y", "n", "a"}


class Source:
    """A text that relations are read from."""

    def __init__(self, text: str, layout: Layout, functions: frozenset[str]) -> None:
        self.text = text
        self.layout = layout
        self.functions = functions
        self._counts_modulo = "mod" in layout.prose

    def relations(self) -> Iterator[Found]:
        """All relations; one may come twice, out of a formula and out of the prose that the formula stands in."""
        last, end = "", 0
        for piece in self.layout.pieces:
            if piece.kind is PieceKind.CODE:
                continue
            body = self._formula(piece)
            if piece.kind is PieceKind.ANNOTATION and _IN_THOUSANDS.search(self._just_before(piece)):
                yield Found(piece.body, None)
                continue
            before = last if last and _follows(self.text[end : piece.span.start]) else ""
            last = ""
            if _RELATION_SIGN.search(body):
                yield from self._in_formula(piece, body, before)
                last = body
            end = piece.span.end
        yield from self._in_prose()
        yield from (Found(*fact) for fact in told(self.text))

    def _in_prose(self) -> Iterator[Found]:
        last, end = "", 0
        for span, is_readable, goes_on in excerpts(self.layout.prose):
            source = self._readable[span.start : span.end]
            lead = last_operand(last) if goes_on and _follows(self._readable[end : span.start]) else ""
            if is_readable and (lead or not goes_on):
                yield from self._in_excerpt(source, span.start, lead)
            else:
                yield Found(span, None)
            last, end = source, span.end

    def _just_before(self, piece: Piece) -> str:
        return self.text[max(0, piece.span.start - _NEAR) : piece.span.start]

    def _formula(self, piece: Piece) -> str:
        """A formula without its delimiters, with the modulus that is told behind it."""
        body = self.text[piece.body.start : piece.body.end]
        if piece.kind is PieceKind.INLINE:
            body = _spaced(body)
        modulus = _MODULUS.match(self.layout.prose, piece.span.end) if self._counts_modulo else None
        if modulus is None or "mod" in body:
            return body
        told = _DELIMITERS.sub(_blank, self.text[modulus.start() : modulus.end()])
        return body + " " * (piece.span.end - piece.body.end) + told

    def _in_formula(self, piece: Piece, body: str, before: str) -> Iterator[Found]:
        """The relations of a formula, which may begin with the right side of the one before."""
        opening = _OPENING_SIGN.match(body)
        lead = last_operand(_in_plain_words(before)) if before and opening else ""
        offset = piece.body.start
        if opening and lead:
            found = list(self._in_excerpt(body[opening.end() :], offset + opening.end(), lead))
        else:
            found = list(self._in_excerpt(body, offset))
        if found and is_continued(self.layout.prose, piece.span.end):
            found[-1] = found[-1]._replace(statement=None)
        yield from found

    @cached_property
    def _readable(self) -> str:
        """The prose with its inline formulas put back, in brackets unless they state something themselves."""
        parts = []
        end = 0
        for piece in self.layout.pieces:
            if piece.kind is not PieceKind.INLINE:
                continue
            body = _spaced(self.text[piece.body.start : piece.body.end])
            left, right = ("", "") if _RELATION_SIGN.search(body) else ("(", ")")
            parts.append(self.layout.prose[end : piece.span.start])
            parts.append(left.rjust(piece.body.start - piece.span.start) + body)
            parts.append(right.ljust(piece.span.end - piece.body.end))
            end = piece.span.end
        parts.append(self.layout.prose[end:])
        return "".join(parts)

    def _in_excerpt(self, source: str, offset: int, lead: str = "") -> Iterator[Found]:
        """The relations of an excerpt, whose first left side stands elsewhere if there is a lead."""
        joined, place = (f"{lead} {source}", offset - len(lead) - 1) if lead else (source, offset)
        statements = self._read(joined)
        if statements is not None:
            for found in _relating(statements, place):
                start = max(found.span.start, offset)
                yield found._replace(span=Span(start, max(found.span.end, start))) if lead else found
            return
        for excerpt in excerpts(_in_plain_words(source)):
            if excerpt.goes_on:
                continue
            part = source[excerpt.span.start : excerpt.span.end]
            start = offset + excerpt.span.start
            whole = self._read(part) if excerpt.readable and len(part) < len(source) else None
            if whole is None:
                yield from self._by_signs(part, start, readable=excerpt.readable)
            else:
                yield from _relating(whole, start)

    def _by_signs(self, source: str, offset: int, *, readable: bool) -> Iterator[Found]:
        for part in pairs(source):
            span = Span(offset + part.start, offset + part.end)
            statements = self._read(source[part.start : part.end]) if readable else None
            relations = list(_relating(statements or (), span.start))
            yield Found(span, relations[0].statement if len(relations) == 1 else None, span.start)

    def _read(self, source: str) -> tuple[Statement, ...] | None:
        functions = self.functions and frozenset(name for name in self.functions if name in source)
        if len(source) <= SHORT:
            return read_short(source, functions)
        try:
            return read(source, functions=functions)
        except ReadError:
            return None


def _relating(statements: tuple[Statement, ...], offset: int) -> Iterator[Found]:
    for statement in statements:
        alternatives = isinstance(statement, Collection) and statement.bracket is Bracket.ANY
        if isinstance(statement, Relation) or alternatives:
            start, end = statement.span
            yield Found(Span(start + offset, end + offset), statement, offset)


_TEXT = re.compile(r"\\(?:text|textbf|textit|textrm|mathrm|mbox|operatorname)\s*\{([^{}]*)\}")
_ALIGNMENT = re.compile(r"(?<!\\)&|\\(?:begin|end)\{[a-z]+\*?\}")


def _in_plain_words(source: str) -> str:
    """The same formula, of the same length, with text as plain words and without marks of alignment."""
    words = _TEXT.sub(lambda match: match[1].rjust(len(match[0]) - 1) + " ", source)
    return _ALIGNMENT.sub(_blank, words)


def _follows(between: str) -> bool:
    """Whether a line goes on after what stands between it and the line before."""
    return len(between) < 120 and not between.strip(" \t\n.,•")


def _spaced(formula: str) -> str:
    """A formula in running text has no rows: what looks like one is a space that was escaped twice."""
    return formula if "\\\\" not in formula or "\\begin" in formula else _ROWS.sub(_blank, formula)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
