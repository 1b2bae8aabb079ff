"""Text and steps to claims: one claim for each relation the text states, in the order of the text.

Relations are read in formulas, in calculators' notes, and in plain prose. What cannot be read for sure (a word cuts an
operand short, the sign is defined by the problem, the base of the numerals is not ten) stays a claim, with ``formal``
None. What a text takes back right after ("Wait, ...", "No, that is wrong", or the same left side with another result
after such words) is NEGATED. Two different numerals said to be equal (``0 = 4``) are ASSUMED unless they go on with a
chain: no calculation ends so, but an impossible system does, and so does an operand that was cut in a way not foreseen.

Not covered: relations that are told in words only, tables, figures, and what "it" or "this" refers to.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from clra.parsing.notation import to_text
from clra.parsing.prose.discourse import Discourse, Form
from clra.parsing.prose.relations import Found, Source, functions_defined_in
from clra.parsing.prose.setting import Setting, may_be_elsewhere, setting_of
from clra.parsing.prose.shapes import (
    converts,
    equates_numerals,
    form_of,
    has_letters,
    long_numerals,
    numeral,
    rounded_numerals,
)
from clra.parsing.prose.universal import Stated, universal
from clra.parsing.reader import remember
from clra.parsing.spans import lay_out
from clra.parsing.tree import (
    Expression,
    Number,
    Relation,
    Relator,
    Statement,
    Symbol,
)
from clra.types import NOWHERE, Claim, ClaimKind, Modality, Problem, Span, Step

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


_EQUATED = re.compile(r"(?:(?!≡|\\equiv|mod)[^=])*=(?:(?!≡|\\equiv|mod)[^=])*")
"""An equality that stands in a chain of congruences, and is read as one: ``13 = 2*5 + 3``, before ``≡ 3 (mod 5)``."""
_LOOSE_BOX = re.compile(r"(?:\s[-–—]|[\d)\]}]|(?<![A-Za-z\\])[A-Za-z])\s*\\{1,4}(?:boxed|fbox)")
"""An answer behind a dash or a term, as in ``1+1 = 2 \\boxed{2}``, or one that is taken away or a factor."""
_ESCAPED_BREAK = re.compile(r"\\n(?![A-Za-z])")
"""A line break that was escaped twice; a command that begins with n has a letter behind it."""
_ROUNDED_NOTE = re.compile(r"<<[^<>]*=\s*-?\d*\.\d*[1-9]\d*>>\s*-?\d+(?![.\d])")
"""A calculator's note with a decimal, and the whole number that is made of it."""
_DERIVING = re.compile(
    r"[\s,;:]*(?:which|this|that|it|and)\s+(?:\w+ly )?"
    r"(?:simplif(?:ies|y)|reduces?|becomes?|means?|gives?|is equivalent)\b"
)
"""What leads from an equation to one that says the same."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_BRACKET = re.compile(r"[()\[\]{}]")
_VICINITY = 300
_FAR = 12
"""How many claims away a result can still be found that a correction makes void."""
_CHAINED = frozenset({Relator.EQUAL, Relator.ABOUT, Relator.CONGRUENT})


def find_claims(text: str, steps: tuple[Step, ...], problem: Problem | None = None) -> tuple[Claim, ...]:
    """Find what a text states.

    Args:
        text: the chain.
        steps: its steps, in order; a claim belongs to the last one that begins at or before it.
        problem: what the chain solves; it may define signs or a base that the chain uses.

    Returns:
        The claims in the order of their places. Never raises, whatever the text.
    """
    text = _ESCAPED_BREAK.sub("\n ", text)
    layout = lay_out(text)
    source = Source(text, layout, functions_defined_in(text, problem))
    starts = [step.span.start for step in steps]
    discourse = Discourse(layout.prose, starts)
    setting = setting_of(text, problem)
    drafts: list[_Draft] = []
    seen: dict[str, int] = {}
    head = _Head()
    for found in sorted(source.relations(), key=lambda one: (one.span.start, -one.span.end)):
        form = head.form_of(found)
        span = _balanced(text, found.span)
        place = bisect_right(starts, span.start) - 1
        step = steps[place].index if place >= 0 else 0
        draft = _draft(text, found, span, step, form, discourse, setting, head.link)
        key = draft.claim.formal or draft.claim.text
        if seen.get(key, -1) >= draft.claim.span.start:  # stands in a formula and again in the prose around it
            continue
        seen[key] = draft.claim.span.end
        drafts.append(draft)
    drafts = _loosened(drafts)
    corrected = _corrected(drafts, discourse)
    drafts = _trials(drafts, layout.prose)
    _share_denials(drafts, corrected, layout.prose)
    claims = tuple(
        replace(draft.claim, modality=Modality.NEGATED) if index in corrected else draft.claim
        for index, draft in enumerate(drafts)
    )
    stated = [
        Stated(
            claim.span, draft.statement, draft.link, claim.modality is Modality.ASSERTED and claim.formal is not None
        )
        for claim, draft in zip(claims, drafts, strict=True)
    ]
    general = universal(stated, text, discourse, lambda: _given(problem))
    return tuple(replace(claim, universal=True) if index in general else claim for index, claim in enumerate(claims))


def _given(problem: Problem | None) -> list[Statement | None]:
    """The relations of the problem."""
    if problem is None:
        return []
    source = Source(problem.text, lay_out(problem.text), functions_defined_in("", problem))
    return [found.statement for found in source.relations()]


class _Draft(NamedTuple):
    claim: Claim
    statement: Statement | None
    link: int
    """How many relations of its chain stand before it."""
    left: Expression | None
    """The left side of an equation."""


def _kind(relation: Relation | None, words: str) -> ClaimKind:
    if relation is None:
        return ClaimKind.OTHER
    if relation.relator is Relator.CONGRUENT and _EQUATED.fullmatch(words):
        return ClaimKind.EQUALITY
    return _KINDS.get(relation.relator, ClaimKind.OTHER)


class _Head:
    """The chain of relations that is being read: in ``V = a = b`` all sides are the value of V."""

    def __init__(self) -> None:
        self.end = Span(-1, -1)
        self.named = False
        self.link = 0

    def form_of(self, found: Found) -> Form:
        """What kind of statement the next one is, as far as that tells how a text can hold it."""
        statement = found.statement
        form = form_of(statement)
        if not isinstance(statement, Relation):
            self.link = 0
            return form
        left = _moved(statement.left.span, found.offset)
        goes_on = left == self.end or left.start < found.span.start
        self.link = self.link + 1 if goes_on else 0
        self.named = form is Form.OPEN or (self.named and goes_on)
        self.end = _moved(statement.right.span, found.offset) if statement.relator in _CHAINED else Span(-1, -1)
        if self.named and form is not Form.OPEN:
            return Form.VALUE
        return Form.UNEQUAL if not goes_on and equates_numerals(statement) else form


def _moved(span: Span, offset: int) -> Span:
    return span if span == NOWHERE else Span(span.start + offset, span.end + offset)


def _draft(
    text: str, found: Found, span: Span, step: int, form: Form, discourse: Discourse, setting: Setting, link: int
) -> _Draft:
    words = text[span.start : span.end]
    statement = found.statement
    relation = statement if isinstance(statement, Relation) else None
    usual = not setting.redefines(words, statement) and not ("box" in words and _LOOSE_BOX.search(words))
    if relation is not None and usual:
        usual = not converts(relation, words)
    if relation is not None and usual and setting.elsewhere:
        vicinity = text[max(0, span.start - _VICINITY) : span.start] + text[span.end : span.end + _VICINITY]
        usual = not may_be_elsewhere(relation, discourse.surroundings(span), vicinity)
    formal = to_text(statement) if statement is not None and usual else None
    if relation is not None and formal is not None:
        remember(formal, relation)
    claim = Claim(
        text=words,
        span=span,
        step=step,
        kind=_kind(relation, words),
        modality=discourse.modality(span, form),
        formal=formal,
        rounded=discourse.is_rounded(span) or _ROUNDED_NOTE.search(words) is not None,
    )
    if relation is None or relation.relator is not Relator.EQUAL:
        return _Draft(claim, statement, link, None)
    return _Draft(claim, statement, link, relation.left)


def _balanced(text: str, span: Span) -> Span:
    """The span without space at its ends, and with the brackets around it whose partners lie in it."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    depth = lowest = 0
    for sign in _BRACKET.findall(text, start, end):
        depth += 1 if sign in "([{" else -1
        lowest = min(lowest, depth)
    for _ in range(-lowest):
        before = text[:start].rstrip(" ")[-1:]
        if before not in {"(", "[", "{"}:
            break
        start = text.rfind(before, 0, start)
    for _ in range(depth - lowest):
        after = text[end : end + 3].lstrip(" ")[:1]
        if after not in {")", "]", "}"}:
            break
        end = text.find(after, end) + 1
    return Span(start, end)


def _trials(drafts: list[_Draft], prose: str) -> list[_Draft]:
    """What is brought about from an equation between numbers that is tried out is tried out too.

    It is known by a numeral that it shares with the one before: ``20 = 4 + sqrt(9)`` becomes ``20 = 4 + 3``.
    What comes to two different numerals with no words between, ``13 = 10``, has been tried.
    """
    tried: list[_Draft] = []
    for draft in drafts:
        before = tried[-1] if tried else None
        if before is not None and before.claim.modality is Modality.ASSUMED and _is_transformed(before, draft):
            tried.append(_assumed(draft))
        else:
            tried.append(draft)
    hopeless = False
    for index in range(len(tried) - 2, -1, -1):
        this, following = tried[index], tried[index + 1]
        between = prose[this.claim.span.end : following.claim.span.start]
        hopeless = (hopeless or _is_hopeless(following)) and _is_transformed(following, this)
        hopeless = hopeless and not _WORD.search(between)
        if hopeless:
            tried[index] = _assumed(this)
    return tried


def _assumed(draft: _Draft) -> _Draft:
    return draft._replace(claim=replace(draft.claim, modality=Modality.ASSUMED))


def _is_hopeless(draft: _Draft) -> bool:
    alone = draft.claim.modality is Modality.ASSUMED and draft.link == 0
    return alone and isinstance(draft.statement, Relation) and equates_numerals(draft.statement)


def _is_transformed(neighbour: _Draft, draft: _Draft) -> bool:
    """Whether an asserted equation between numbers shares a numeral as its side with the one before it or behind it."""
    match neighbour.statement, draft.statement:
        case Relation() as first, Relation() as second:
            asserted = draft.claim.modality is Modality.ASSERTED and draft.link == 0
            alike = first.relator is second.relator is Relator.EQUAL and not (has_letters(first) or has_letters(second))
            near = draft.claim.span.start - neighbour.claim.span.end < _VICINITY
            return (
                asserted
                and alike
                and near
                and (_is_shared(first.left, second.left) or _is_shared(first.right, second.right))
            )
        case _:
            return False


def _is_shared(first: Expression, second: Expression) -> bool:
    return first == second and numeral(first) is not None


def _loosened(drafts: list[_Draft]) -> list[_Draft]:
    """Large whole numbers that were got by rounding make what is calculated with them rounded too."""
    near: set[Fraction] = set()
    loosened = []
    for draft in drafts:
        statement = draft.statement
        rounded = draft.claim.rounded or (near and not near.isdisjoint(rounded_numerals(statement)))
        loosened.append(draft._replace(claim=replace(draft.claim, rounded=True)) if rounded else draft)
        if isinstance(statement, Relation) and statement.relator is Relator.ABOUT:
            near |= rounded_numerals(statement.right)
    return loosened


def _corrected(drafts: list[_Draft], discourse: Discourse) -> set[int]:
    """The claims whose left side gets another result after words that take something back, and what they stood on."""
    corrected: set[int] = set()
    latest: dict[Expression, int] = {}
    for index, draft in enumerate(drafts):
        if draft.left is None or isinstance(draft.left, Number | Symbol):
            continue
        earlier = latest.get(draft.left)
        latest[draft.left] = index
        if earlier is None or drafts[earlier].claim.formal == draft.claim.formal:
            continue
        span = drafts[earlier].claim.span
        if discourse.corrects(span, draft.claim.span) or discourse.contrasts(span, draft.claim.span):
            corrected.add(earlier)
            corrected.update(_abandoned(drafts, earlier, index))
    return corrected


def _abandoned(drafts: list[_Draft], first: int, second: int) -> Iterator[int]:
    """The calculations whose results went into a claim that was corrected, and are not used after its correction."""
    later = drafts[second : second + _FAR]
    used = set().union(*(long_numerals(draft.statement) for draft in later))
    for index in range(max(0, first - _FAR), first):
        match drafts[index].statement:
            case Relation(relator=Relator.EQUAL, right=Number(value=value)):
                if value in long_numerals(drafts[first].statement) - used:
                    yield index


def _share_denials(drafts: list[_Draft], denied: set[int], prose: str) -> None:
    """Deny what a denied equation was brought about from: those before it with no words, or such as say so, between."""
    for index in range(len(drafts) - 2, -1, -1):
        this, following = drafts[index], drafts[index + 1]
        if index + 1 not in denied and following.claim.modality is not Modality.NEGATED:
            continue
        between = prose[this.claim.span.end : following.claim.span.start]
        listed = following.left is not None and "\n" in between and not _WORD.search(between)
        derived = _DERIVING.match(prose, this.claim.span.end, following.claim.span.end) is not None
        if this.left is not None and (listed or derived):
            denied.add(index)
