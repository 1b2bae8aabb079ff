"""Text and steps to claims: one claim for each relation the text states, in the order of the text.

Relations are read in formulas, in calculators' notes, and in plain prose. What cannot be read for sure (a word cuts an
operand short, the sign is defined by the problem, the base of the numerals is not ten) stays a claim, with ``formal``
None. What a text takes back right after ("Wait, ...", "No, that is wrong", or the same left side with another result
after such words) is NEGATED.

Not covered: relations that are told in words only, tables, figures, and what "it" or "this" refers to.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from clra.parsing.discourse import Discourse
from clra.parsing.excerpts import excerpts
from clra.parsing.notation import to_text
from clra.parsing.relations import Found, relations_in
from clra.parsing.setting import Setting, setting_of, speaks_of_remainders
from clra.parsing.spans import HIDDEN, Layout, Piece, PieceKind, lay_out
from clra.parsing.tree import Call, Expression, Number, Relation, Relator, Statement, Symbol, Words, walk
from clra.types import Claim, ClaimKind, Modality, Problem, Span, Step

_KINDS = {
    Relator.EQUAL: ClaimKind.EQUALITY,
    Relator.ABOUT: ClaimKind.EQUALITY,
    Relator.UNEQUAL: ClaimKind.INEQUALITY,
    Relator.LESS: ClaimKind.INEQUALITY,
    Relator.LESS_EQUAL: ClaimKind.INEQUALITY,
    Relator.GREATER: ClaimKind.INEQUALITY,
    Relator.GREATER_EQUAL: ClaimKind.INEQUALITY,
    Relator.CONGRUENT: ClaimKind.CONGRUENCE,
    Relator.DIVIDES: ClaimKind.DIVISIBILITY,
    Relator.NOT_DIVIDES: ClaimKind.DIVISIBILITY,
}


_RELATION_SIGN = re.compile(
    r"[=<>≤≥≠≈≡∣∤∈⩽⩾]|\\(?:l[et]q?|leqslant|g[et]q?|geqslant|neq?|approx|equiv|simeq|mid|nmid|in|eq)(?![A-Za-z])"
)
_LEADING = re.compile(
    r"(?:[\s&]|\\quad|\\begin\{[a-z]+\*?\})*(?=[=<>≤≥≈≡]|\\(?:l[et]q?|g[et]q?|approx|equiv)(?![A-Za-z]))"
)
_MODULUS = re.compile(rf"[ \t]*,?[ \t]*\(?[ \t]*mod(?:ulo)?\.?[ \t]*(?:\d+|{HIDDEN}{{1,40}})[ \t]*\)?")


def find_claims(text: str, steps: tuple[Step, ...], problem: Problem | None = None) -> tuple[Claim, ...]:
    """Find what a text states.

    Args:
        text: the chain.
        steps: its steps, in order; a claim belongs to the last one that begins at or before it.
        problem: what the chain solves; it may define signs or a base that the chain uses.

    Returns:
        The claims in the order of their places. Never raises, whatever the text.
    """
    layout = lay_out(text)
    starts = [step.span.start for step in steps]
    discourse = Discourse(layout.prose, starts)
    setting = setting_of(text, problem)
    drafts: list[_Draft] = []
    seen: dict[str, int] = {}
    for found in sorted(_found(text, layout), key=lambda one: (one.span.start, -one.span.end)):
        draft = _draft(text, found, discourse, setting)
        key = draft.claim.formal or draft.claim.text
        if seen.get(key, -1) >= draft.claim.span.start:  # stands in a formula and again in the prose around it
            continue
        seen[key] = draft.claim.span.end
        step = bisect_right(starts, draft.claim.span.start) - 1
        drafts.append(draft._replace(claim=replace(draft.claim, step=steps[step].index if step >= 0 else 0)))
    corrected = _corrected(drafts, discourse)
    return tuple(
        replace(draft.claim, modality=Modality.NEGATED) if index in corrected else draft.claim
        for index, draft in enumerate(drafts)
    )


class _Draft(NamedTuple):
    claim: Claim
    left: Expression | None
    """The left side of an equation, to find a second result for it."""


def _found(text: str, layout: Layout) -> Iterator[Found]:
    for piece in layout.pieces:
        if piece.kind is not PieceKind.CODE:
            yield from _in_formula(text, layout, piece)
    readable = _readable(text, layout)
    for excerpt in excerpts(layout.prose):
        if excerpt.readable:
            yield from relations_in(readable[excerpt.span.start : excerpt.span.end], excerpt.span.start)
        else:
            yield Found(excerpt.span, None)


def _in_formula(text: str, layout: Layout, piece: Piece) -> Iterator[Found]:
    start, end = piece.body
    body = text[start:end]
    if not _RELATION_SIGN.search(body):
        return
    modulus = _MODULUS.match(layout.prose, piece.span.end)
    if modulus and "mod" not in body:
        body = f"{body}{' ' * (piece.span.end - end)}{_plain(text[modulus.start() : modulus.end()])}"
    yield from relations_in(body, start)


def _plain(text: str) -> str:
    return re.sub(r"\$|\\[()]", lambda match: " " * len(match[0]), text)


def _readable(text: str, layout: Layout) -> str:
    """The prose with its inline formulas put back, in brackets unless they state something themselves."""
    parts = []
    end = 0
    for piece in layout.pieces:
        if piece.kind is not PieceKind.INLINE:
            continue
        body = text[piece.body.start : piece.body.end]
        left, right = ("", "") if _RELATION_SIGN.search(body) else ("(", ")")
        parts.append(layout.prose[end : piece.span.start])
        parts.append(left.rjust(piece.body.start - piece.span.start) + body)
        parts.append(right.ljust(piece.span.end - piece.body.end))
        end = piece.span.end
    parts.append(layout.prose[end:])
    return "".join(parts)


def _draft(text: str, found: Found, discourse: Discourse, setting: Setting) -> _Draft:
    span = _trimmed(text, found.span)
    words = text[span.start : span.end]
    statement = found.statement
    closed = statement is not None and not any(isinstance(node, Symbol | Call | Words) for node in walk(statement))
    formal = None
    left = None
    if (
        statement is not None
        and not setting.redefines(words, statement)
        and not _is_modular(statement, span, discourse)
    ):
        formal = to_text(statement)
    if isinstance(statement, Relation) and statement.relator is Relator.EQUAL:
        left = statement.left
    claim = Claim(
        text=words,
        span=span,
        kind=_KINDS.get(statement.relator, ClaimKind.OTHER) if isinstance(statement, Relation) else ClaimKind.OTHER,
        modality=discourse.modality(span, closed=closed),
        formal=formal,
        rounded=discourse.is_rounded(span),
    )
    return _Draft(claim, left)


def _is_modular(statement: Statement, span: Span, discourse: Discourse) -> bool:
    """Whether an equation between numbers may be meant as a congruence, because the words around it speak of one."""
    if not isinstance(statement, Relation) or statement.relator is not Relator.EQUAL:
        return False
    sentence = discourse.sentence(span.start)
    around = discourse.prose[sentence.start : span.start] + " " + discourse.prose[span.end : sentence.end]
    return speaks_of_remainders(around)


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _corrected(drafts: list[_Draft], discourse: Discourse) -> set[int]:
    """The claims whose left side gets another result after words that take something back."""
    cues = discourse.corrections()
    corrected: set[int] = set()
    latest: dict[Expression, int] = {}
    for index, draft in enumerate(drafts):
        if draft.left is None or isinstance(draft.left, Number | Symbol):
            continue
        earlier = latest.get(draft.left)
        latest[draft.left] = index
        if earlier is None or drafts[earlier].claim.formal == draft.claim.formal:
            continue
        cue = bisect_right(cues, draft.claim.span.start) - 1
        if cue >= 0 and cues[cue] >= drafts[earlier].claim.span.end:
            corrected.add(earlier)
    return corrected
