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
from clra.parsing.prose.universal import Stated, universal
from clra.parsing.spans import lay_out
from clra.parsing.tree import (
    Call,
    Expression,
    Number,
    Operation,
    Relation,
    Relator,
    Statement,
    Symbol,
    Words,
    children,
    walk,
)
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


_ESCAPED_BREAK = re.compile(r"\\n(?![A-Za-z])")
"""A line break that was escaped twice; a command that begins with n has a letter behind it."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_VICINITY = 300
_FAR = 12
"""How many claims away a result can still be found that a correction makes void."""
_LARGE = 100
_NAMED = frozenset({"pi", "e", "i"})
_MEASURES = frozenset({"unit", "money"})
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
        draft = _draft(text, found, form, discourse, setting, head.link)
        key = draft.claim.formal or draft.claim.text
        if seen.get(key, -1) >= draft.claim.span.start:  # stands in a formula and again in the prose around it
            continue
        seen[key] = draft.claim.span.end
        step = bisect_right(starts, draft.claim.span.start) - 1
        drafts.append(draft._replace(claim=replace(draft.claim, step=steps[step].index if step >= 0 else 0)))
    corrected = _corrected(drafts, discourse)
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


class _Head:
    """The chain of relations that is being read: in ``V = a = b`` all sides are the value of V."""

    def __init__(self) -> None:
        self.end = Span(-1, -1)
        self.named = False
        self.link = 0

    def form_of(self, found: Found) -> Form:
        """What kind of statement the next one is, as far as that tells how a text can hold it."""
        statement = found.statement
        form = _form(statement)
        if not isinstance(statement, Relation):
            self.link = 0
            return form
        goes_on = statement.left.span == self.end or statement.left.span.start < found.span.start
        self.link = self.link + 1 if goes_on else 0
        self.named = form is Form.OPEN or (self.named and goes_on)
        self.end = statement.right.span if statement.relator in _CHAINED else Span(-1, -1)
        if self.named and form is not Form.OPEN:
            return Form.VALUE
        return Form.UNEQUAL if not goes_on and _equates_numerals(statement) else form


def _draft(text: str, found: Found, form: Form, discourse: Discourse, setting: Setting, link: int) -> _Draft:
    span = _balanced(text, found.span)
    words = text[span.start : span.end]
    statement = found.statement
    relation = statement if isinstance(statement, Relation) else None
    usual = not setting.redefines(words, statement)
    if relation is not None and usual:
        usual = not _converts(relation, words)
    if relation is not None and usual and setting.elsewhere:
        vicinity = text[max(0, span.start - _VICINITY) : span.start] + text[span.end : span.end + _VICINITY]
        usual = not may_be_elsewhere(relation, discourse.surroundings(span), vicinity)
    claim = Claim(
        text=words,
        span=span,
        kind=_KINDS.get(relation.relator, ClaimKind.OTHER) if relation else ClaimKind.OTHER,
        modality=discourse.modality(span, form),
        formal=to_text(statement) if statement is not None and usual else None,
        rounded=discourse.is_rounded(span),
    )
    if relation is None or relation.relator is not Relator.EQUAL:
        return _Draft(claim, statement, link, None)
    return _Draft(claim, statement, link, relation.left)


def _form(statement: Statement | None) -> Form:
    if statement is None or _has_letters(statement):
        return Form.OPEN
    if not isinstance(statement, Relation):
        return Form.CLOSED
    if statement.relator in {Relator.CONGRUENT, Relator.DIVIDES}:
        return Form.RESULT
    if statement.relator not in {Relator.EQUAL, Relator.ABOUT}:
        return Form.CLOSED
    vanishes = statement.right == Number(Fraction(0))  # rather an equation than a result
    computes = _is_value(statement.right) and not _is_literal(statement.left) and not vanishes
    return Form.RESULT if computes else Form.CLOSED


def _has_letters(statement: Statement) -> bool:
    waiting: list[Statement] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call | Words) or (isinstance(node, Symbol) and node.name not in _NAMED):
            return True
        measure = isinstance(node, Operation) and node.operator in _MEASURES  # its second part names the unit
        waiting.extend(children(node)[:1] if measure else children(node))
    return False


def _converts(relation: Relation, words: str) -> bool:
    """Whether two numbers are told to be the same amount in other units: ``12 inches equals 1 foot``."""
    sides = (relation.left, relation.right)
    if not all(_is_literal(side) for side in sides):
        return False
    measured = [isinstance(side, Operation) and side.operator == "unit" for side in sides]
    return "equal" in words or measured[0] is not measured[1]


def _equates_numerals(relation: Relation) -> bool:
    """Whether two different numerals are said to be equal, as no calculation does."""
    values = (_numeral(relation.left), _numeral(relation.right))
    return relation.relator is Relator.EQUAL and None not in values and values[0] != values[1]


def _numeral(node: Statement) -> Fraction | None:
    match node:
        case Number(value=value):
            return value
        case Operation(operator="neg", arguments=(Number(value=value),)):
            return -value
        case _:
            return None


def _is_value(node: Statement) -> bool:
    """Whether a term can be the outcome of a calculation: ``12``, ``8*pi/3``, ``2*sqrt(5)``."""
    parts = list(walk(node))
    return len(parts) < 9 and not any(isinstance(part, Operation) and part.operator == "add" for part in parts)


def _is_literal(node: Statement) -> bool:
    if isinstance(node, Operation) and node.operator in _MEASURES | {"neg", "percent", "degrees"}:
        return _is_literal(node.arguments[0])
    return isinstance(node, Number)


def _balanced(text: str, span: Span) -> Span:
    """The span without space at its ends, and with the brackets around it whose partners lie in it."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    depth = lowest = 0
    for sign in text[start:end]:
        depth += (sign in "([{") - (sign in ")]}")
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


def _corrected(drafts: list[_Draft], discourse: Discourse) -> set[int]:
    """The claims whose left side gets another result after words that take something back, and what they stood on."""
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
        span = drafts[earlier].claim.span
        if (cue >= 0 and cues[cue] >= span.end) or discourse.contrasts(span, draft.claim.span):
            corrected.add(earlier)
            corrected.update(_abandoned(drafts, earlier, index))
    return corrected


def _abandoned(drafts: list[_Draft], first: int, second: int) -> Iterator[int]:
    """The calculations whose results went into a claim that was corrected, and are not used after its correction."""
    later = drafts[second : second + _FAR]
    used = set().union(*(_long_numerals(draft.statement) for draft in later))
    for index in range(max(0, first - _FAR), first):
        match drafts[index].statement:
            case Relation(relator=Relator.EQUAL, right=Number(value=value)):
                if value in _long_numerals(drafts[first].statement) - used:
                    yield index


def _long_numerals(statement: Statement | None) -> set[Fraction]:
    """The numbers of a statement that would hardly stand in it by chance."""
    nodes = walk(statement) if statement is not None else ()
    return {node.value for node in nodes if isinstance(node, Number) and (node.value >= _LARGE or node.decimals)}


def _share_denials(drafts: list[_Draft], denied: set[int], prose: str) -> None:
    """Deny what a denied equation was brought about from: the equations before it with no words between."""
    for index in range(len(drafts) - 2, -1, -1):
        this, following = drafts[index], drafts[index + 1]
        if index + 1 not in denied and following.claim.modality is not Modality.NEGATED:
            continue
        between = prose[this.claim.span.end : following.claim.span.start]
        if this.left is not None and following.left is not None and "\n" in between and not _WORD.search(between):
            denied.add(index)
