"""How a text holds what it says: asserted, assumed, wanted, denied, asked, rounded, or taken back right after.

The cues are words of the sentence a claim stands in and of the beginning of the next one. An arithmetical statement
without letters is held to be asserted in more places than one with letters: "we need 3 * 4 = 13 boxes" asserts its
arithmetic, "we need x * y = 12" asserts nothing. But an equation between numbers that comes of putting a candidate in
("Plugging in 1 we get 1 = 3 + 4") is a test.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from enum import Enum
from functools import cached_property, lru_cache
from typing import NamedTuple

from clra.parsing.prose.retraction import (
    CHECKED,
    CONTRASTED,
    DENIED,
    DENIED_BEFORE,
    DENIED_OR_REJECTED,
    DOUBTED,
    RETRACTED,
    TAKEN_BACK,
)
from clra.parsing.spans import DISPLAYED, HIDDEN, in_small_letters
from clra.types import Modality, Span

_FORMULA = re.compile(rf"([{HIDDEN}{DISPLAYED}])\1*")
_FILLERS = frozenset({HIDDEN, DISPLAYED})
_REACH = 240
"""Characters before or after a claim that are searched for cues."""
_FOLLOWING = 160
"""Characters behind a sentence in which it may be taken back."""

_BOUNDARY = re.compile(
    rf"[.!?;\n \t](?:(?<=[.!?])[\"'”’)\]*]*(?=\s+[A-Z(\[\\$*\d\-–—•<{HIDDEN}{DISPLAYED}]|\s*\n|\s*\Z)"
    r"|(?<=;)(?=\s)"
    r"|(?<=\n)(?:[ \t]*\n|(?<=[^A-Za-z,:(=+\s\-]\n)|(?=[ \t]*(?:[-*•]\s|\(?\w{1,2}[.)]\s|[A-Z#])))"
    r"|(?=[ \t]*\n)(?<=[^A-Za-z,:(=+\s\-][ \t])[ \t]*\n)"
)
"""It names all characters that it can begin with first, so that it is tried at no other."""
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|cf|approx|resp|w\.l\.o\.g|eq|no|fig|st|dr|mr|mrs|ms)\.$")

_RESET = re.compile(
    r"[,;:]|\b(?:then|so|thus|hence|therefore|since|because|as|but|means?|implies|gives?|get|gets|yields?|have|and)\b",
)
"""Where one clause ends and the next begins, as far as cues reach."""

_BLAMED = re.compile(
    r"(?:[A-Z]\w+ (?:is|was) (?:wrong|mistaken|incorrect)\b"
    r"|(?i:explain|find|identify|spot|correct|describe|what is|what was|where is)"
    r" (?:his|her|their|the|[A-Z]\w+['’]s?) (?:error|mistake)\b)"
)
"""What the next sentence says of somebody who stated something."""
_MISTAKEN = re.compile(
    r"\W*(?:an?\s+|the\s+)?(?:common\s+|typical\s+)?(?:incorrect|wrong|false|mistake|error|typo)(?:\s+\w+){0,2}\s*:\W*$",
)
"""A sentence that opens with these words shows what is not so."""
_REPORTED = re.compile(
    r"\b(?!(?:i|we|you|it|this|that|which|also|so|formula|theorem|rule|law|identity|property|definition|already|just|then|and"
    r"|have|can|could|to|be|\w+ly)\b)[a-z]+\s+"
    r"(?:says?|said|thinks?|thought|claim(?:s|ed)|believe[sd]?|argue[sd]?|writes?|wrote|answered)\b(?:\s+that\b)?[\s:,\"“]*$",
)
"""Somebody else states it."""
_COUNTERFACTUAL = re.compile(
    r"\bif (?:we|i|you|one|someone)\b[^.;:]*\bwould (?:wrongly |incorrectly |then |just )?(?:get|obtain)\b[^.;:,]*$",
)
"""What another way to calculate would come to."""
_HOPELESS = re.compile(
    r"[^.\n]{0,80}\b(?:no (?:real |integer |common |such )?solutions?|contradict\w*|inconsistent|parallel|never meet"
    r"|impossible)\b",
)
"""What follows from an equation between numbers that cannot hold."""
_GOAL = re.compile(
    r"\b(?:(?:show|prove|determine|decide|ask\w*|wonder\w*|find out)\s+(?:that|whether|if)"
    r"|such that|so that|goal|whether|(?:check|test|see|verify) if)\b",
)
_GOAL_OF_LETTERS = re.compile(
    r"\b(?:want|need|needs|wish|would like|aim|try|trying|must|should|required?|requires|solve|solving|find"
    r"|looking for|condition|satisf\w+|in order)\b",
)
_ASSUMED = re.compile(
    r"\b(?:if|suppos\w+|assum\w+|unless|imagine|pretend|guess\w*|hypothe\w+|for contradiction|for example if)\b",
)
_ASSUMED_OF_NUMBERS = re.compile(r"\b(?:were|maybe|perhaps|might|may be|would|could|otherwise|possibly|either|e\.g)\b")
"""These leave open an equation between numbers, but not the result of a calculation."""
_ASSUMED_OF_LETTERS = re.compile(
    r"\b(?:let(?!['’]?s)|where|when\w*|case|given|consider|say|set|setting|take|taking|define[ds]?|denotes?|for|with|"
    r"choose|pick|plug\w*|substitut\w+|represents?)\b",
)
_ENTAILED = re.compile(
    r"\b(?:would|could|might) (?:\w+ly |then |also )?(?:mean|imply|give|yield|lead to|force|require|become)\b[^.;:]*$",
)
"""So do these, which begin a clause of their own."""
_REQUIRED = re.compile(r"\b(?:needs?|must|should|required?|requires|want|condition|requirement|inequality)\b")
_REQUIRED_AFTER = re.compile(r"\W*(?:must|should|needs? to|has to|have to)\b")
"""What is demanded of numbers is not yet said of them."""
_HOPELESS_BEFORE = re.compile(r"\b(?:inconsistent|contradict\w*|impossible|no solutions?)\b[^.;:\n]{0,20}:\s*$")
_TESTED = re.compile(
    r"\b(?:plug\w*|substitut\w*|check\w*|test\w*|try|trying|verify\w*|satisf\w+|set|setting|equat(?:e|ing)|both sides"
    r"|(?:equality|inequality|condition) holds"
    r"|coefficients?)\b",
)
"""An equation between numbers after these words comes of a candidate put in, or of an equation that may be false."""
_DERIVED = re.compile(r"\b(?:simplifie[sd](?: \w+)? to|reduce[sd]? to|becomes?|turns? into|equivalent|same as)\b")
"""An equation between numbers after these words is as true as the one before it."""
_OF_EQUATION = re.compile(
    r"\b(?:(?:simplif\w+|expand\w*|solv\w+) (?:the|this|that|our) (?:\w+ )?equation"
    r"|equation\b[^.;]{0,40} (?:becomes|gives|reads)\b"
    r"|(?:check|test|verify)(?:ing)? (?:the|this|that|each|both|our) (?:\w+ ){0,2}(?:equation|condition|inequality)"
    r"|into (?:the|this|that|our|both|each)\b[^.;:]{0,30}\bequations?\b|original equation\b)",
)
"""The same, for an equation that could be a calculation and its result."""
_CONDITIONAL = re.compile(
    r"\bif (?:(?:this|that|it|which|so)(?: (?:claim|statement|equation|equality))? )?(?:(?:is|was|were|be) )?"
    r"(?:indeed )?(?:true|correct|so|valid|the case|holds?|held)\b"
    r"[,\s]*(?:then|we (?:get|have|would have|would get))?[\s,:]*$",
)
"""What is said under a condition that the words before state: ``If true, then``."""
_ROUNDED = re.compile(
    rf"\bapprox\w*|\broughly\b|\bround(?:s|ed|ing)?\b|\bnearest\b|\bestimat\w+|\balmost\b|\bnearly\b|\bclose to\b|"
    rf"\b(?:about|around)\s+[\d$.\\{HIDDEN}{DISPLAYED}]|\bdecimal (?:places?|approx\w*)|"
    r"\bsignificant (?:figures|digits)",
)
_ROUNDING = (
    "approx", "rough", "round", "nearest", "estimat", "almost", "nearly", "close to", "about", "decimal", "significant",
)  # fmt: skip
"""Parts of words of which one is in each of these."""


class _Cue(NamedTuple):
    """What tells how a claim is held."""

    pattern: re.Pattern[str]
    words: tuple[str, ...]
    """Parts of words of which one is in whatever it matches."""


_CUES_BEFORE = (
    _Cue(_REPORTED, ("say", "said", "think", "thought", "claim", "believe", "argue", "write", "wrote", "answered")),
    _Cue(_COUNTERFACTUAL, ("would",)),
    _Cue(_CONDITIONAL, ("if",)),
    _Cue(_HOPELESS_BEFORE, ("inconsistent", "contradict", "impossible", "no solution")),
)
_WANTED = _Cue(_GOAL, ("that", "whether", "if", "goal"))
_EQUATED = _Cue(_OF_EQUATION, ("equation", "condition", "inequality"))
_CUES_AFTER = (_Cue(_HOPELESS, ("solution", "contradict", "inconsistent", "parallel", "meet", "impossible")),)


class Form(Enum):
    """What kind of statement a claim is, as far as that tells how a text can hold it."""

    OPEN = "with letters, or not read"
    CLOSED = "between numbers"
    RESULT = "a calculation and its result"
    VALUE = "one more value of what was named at the head of the chain"
    UNEQUAL = "two different numerals said to be equal"
    """Nobody calculates that: it is what an impossible system comes to, a label, or what is left of a cut operand."""


class Discourse:
    """The sentences of a text, and what they do with the claims in them."""

    def __init__(self, prose: str, breaks: Iterable[int] = ()) -> None:
        """Cut a text into sentences.

        Args:
            prose: the text with its formulas hidden.
            breaks: further places where a sentence ends for sure, such as the ends of steps.
        """
        self.prose = prose
        self.small = in_small_letters(prose)
        self.formulas, ends = _cut(prose)
        self.starts = [0, *sorted({place for place in {*ends, *breaks} if 0 < place < len(prose)})]
        self._cues_before = _spoken_of(_CUES_BEFORE, self.small)
        self._cues_after = _spoken_of(_CUES_AFTER, self.small)
        self._rounds = any(word in self.small for word in _ROUNDING)
        """Whether the text may speak of rounding at all."""
        self._modalities: dict[tuple[Span, Form], Modality] = {}
        self._taken_back: dict[int, bool] = {}

    def sentence(self, place: int) -> Span:
        """The sentence that a place lies in."""
        index = bisect_right(self.starts, place) - 1
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.prose)
        return Span(self.starts[index], end)

    def modality(self, span: Span, form: Form) -> Modality:
        """How the text holds the claim at a span; the claims of one formula are held alike."""
        key = self._whole(span), form
        if key not in self._modalities:
            self._modalities[key] = self._modality(*key)
        return self._modalities[key]

    def _modality(self, span: Span, form: Form) -> Modality:
        """How the text holds what stands in whole formulas."""
        sentence = self.sentence(span.start)
        end = max(sentence.end, span.end)
        before = self.small[max(sentence.start, span.start - _REACH) : span.start]
        after = " ".join(self.small[span.end : min(end, span.end + _REACH)].split())
        following = " ".join(self.small[end : end + _FOLLOWING].split())
        if after.rstrip(" \t\n\"'”’)*").endswith("?") or after.startswith("?"):
            return Modality.QUESTION
        clause = _RESET.split(before)[-1]
        calculated = form in {Form.RESULT, Form.VALUE}
        denied = DENIED if calculated else DENIED_OR_REJECTED
        if DENIED_BEFORE.search(clause) or denied.match(after):
            return Modality.NEGATED
        taken = RETRACTED if calculated else TAKEN_BACK
        if (len(after) > 1 and taken.match(after)) or taken.match(following):  # mostly it is a full stop
            return Modality.NEGATED
        opening = self.small[sentence.start : min(span.start, sentence.start + _REACH)]
        if _MISTAKEN.match(opening) or _BLAMED.match(" ".join(self.prose[end : end + _FOLLOWING].split())):
            return Modality.NEGATED
        unequal = form is Form.UNEQUAL and not self.is_rounded(span)
        if unequal or any(_is_said(cue, before) for cue in self._cues_before):
            return Modality.ASSUMED
        if not calculated and self._cues_after and any(map(self._is_hopeless, (after, following))):
            return Modality.ASSUMED
        if _is_said(_WANTED, clause) or (form is Form.OPEN and _GOAL_OF_LETTERS.search(clause)):
            return Modality.GOAL
        if _ASSUMED.search(clause) or (form is Form.OPEN and _ASSUMED_OF_LETTERS.search(clause)):
            return Modality.ASSUMED
        if not calculated and (_ASSUMED_OF_NUMBERS.search(clause) or _ENTAILED.search(before)):
            return Modality.ASSUMED
        if form is Form.CLOSED and (_REQUIRED.search(clause) or _REQUIRED_AFTER.match(after)):
            return Modality.GOAL
        lead = self._lead(sentence, span)
        told = before if before.strip() else lead
        if form is Form.CLOSED and (_DERIVED.search(told) or _TESTED.search(lead)):
            return Modality.ASSUMED
        if form is Form.RESULT and _is_said(_EQUATED, told):
            return Modality.ASSUMED
        return Modality.ASSERTED

    def _is_hopeless(self, text: str) -> bool:
        return any(cue.pattern.match(text) for cue in _spoken_of(self._cues_after, text))

    def _lead(self, sentence: Span, span: Span) -> str:
        """The text before a span from the beginning of the sentence before its own."""
        start = self.sentence(sentence.start - 1).start if sentence.start else 0
        return self.small[max(start, span.start - _REACH) : span.start]

    def _whole(self, span: Span) -> Span:
        """The span with the rest of the formulas it begins and ends in."""
        return Span(self._formula_at(span.start, span.start).start, self._formula_at(span.end - 1, span.end).end)

    def _formula_at(self, place: int, otherwise: int) -> Span:
        if self.prose[place : place + 1] not in _FILLERS:
            return Span(otherwise, otherwise)
        index = bisect_right(self.formulas, Span(place, len(self.prose))) - 1
        if index >= 0 and self.formulas[index].end > place:
            return self.formulas[index]
        return Span(otherwise, otherwise)

    def surroundings(self, span: Span) -> str:
        """The words around a claim in its sentence."""
        sentence = self.sentence(span.start)
        start, end = max(sentence.start, span.start - _REACH), min(max(sentence.end, span.end), span.end + _REACH)
        return f"{self.prose[start : span.start]} {self.prose[span.end : end]}"

    def is_rounded(self, span: Span) -> bool:
        """Whether the sentence of a claim speaks of rounding."""
        if not self._rounds:
            return False
        sentence = self.sentence(span.start)
        start, end = max(sentence.start, span.start - _REACH), min(max(sentence.end, span.end), span.end + _REACH)
        return _ROUNDED.search(self.small, start, end) is not None

    def corrects(self, first: Span, second: Span) -> bool:
        """Whether a sentence between two statements takes something back or begins to do something again."""
        if bisect_left(self._doubts, first.end) < bisect_right(self._doubts, second.start):
            return True
        between = range(bisect_left(self.starts, first.end), bisect_right(self.starts, second.start))
        return any(map(self._takes_back, between))

    @cached_property
    def _doubts(self) -> list[int]:
        """The places, in order, of words that doubt what was calculated."""
        return [match.start() for match in DOUBTED.finditer(self.small)]

    def _takes_back(self, index: int) -> bool:
        """Whether the sentence of that number begins by taking something back."""
        if index not in self._taken_back:
            opening = " ".join(self.small[self.starts[index] : self.starts[index] + _FOLLOWING].split())
            self._taken_back[index] = bool(TAKEN_BACK.match(opening) or CHECKED.match(opening))
        return self._taken_back[index]

    def contrasts(self, first: Span, second: Span) -> bool:
        """Whether the words between two statements set one against the other."""
        near = second.start - first.end <= _REACH and self.sentence(second.start).start <= self.sentence(first.end).end
        return near and CONTRASTED.search(self.small, first.end, second.start) is not None


def _spoken_of(cues: Iterable[_Cue], text: str) -> list[_Cue]:
    """The cues of which a word is in a text."""
    return [cue for cue in cues if any(word in text for word in cue.words)]


def _is_said(cue: _Cue, text: str) -> bool:
    return any(word in text for word in cue.words) and cue.pattern.search(text) is not None


@lru_cache(maxsize=4)
def _cut(prose: str) -> tuple[list[Span], frozenset[int]]:
    """The formulas of a text, and where its sentences end."""
    formulas = [Span(*match.span()) for match in _FORMULA.finditer(prose)]
    return formulas, frozenset(match.end() for match in _BOUNDARY.finditer(prose) if not _is_abbreviated(prose, match))


def _is_abbreviated(prose: str, match: re.Match[str]) -> bool:
    return match[0] == "." and _ABBREVIATION.search(prose[max(0, match.end() - 9) : match.end()].lower()) is not None
