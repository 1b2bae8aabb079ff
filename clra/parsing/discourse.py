"""How a text holds what it says: asserted, assumed, wanted, denied, asked, rounded, or taken back right after.

The cues are words of the sentence a claim stands in and of the beginning of the next one. An arithmetical statement
without letters is held to be asserted in more places than one with letters: "we need 3 * 4 = 13 boxes" asserts its
arithmetic, "we need x * y = 12" asserts nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable

from clra.parsing.spans import HIDDEN
from clra.types import Modality, Span

_REACH = 240
"""Characters before or after a claim that are searched for cues."""

_BOUNDARY = re.compile(
    rf"[.!?][\"'”’)\]*]*(?=\s+[A-Z(\[\\$*\d\-–—•<{HIDDEN}]|\s*\n|\s*\Z)"
    r"|;(?=\s)"
    r"|\n[ \t]*\n"
    r"|(?<=[^A-Za-z,:(=+\s\-])[ \t]*\n"
    r"|\n(?=[ \t]*(?:[-*•]\s|\(?\w{1,2}[.)]\s|[A-Z#]))"
)
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|cf|approx|resp|w\.l\.o\.g|eq|no|fig|st|dr|mr|mrs|ms)\.$", re.IGNORECASE
)

_RESET = re.compile(
    r"[,;:]|\b(?:then|so|thus|hence|therefore|since|because|as|but|means?|implies|gives?|get|gets|yields?|have|and)\b",
    re.IGNORECASE,
)
"""Where one clause ends and the next begins, as far as cues reach."""

_DENIED_BEFORE = re.compile(
    r"\b(?:not|cannot|never|neither|nor|impossible|instead of|rather than|false|wrong|incorrect|mistake\w*|erroneous\w*"
    r"|contradict\w*|unlike|without)\b|n['’]t\b",
    re.IGNORECASE,
)
_FLAW = (
    r"(?:a contradiction|contradict\w*|impossible|absurd|false|wrong|incorrect|invalid|untrue|inconsistent|nonsense|"
    r"extraneous|not (?:possible|true|valid|correct|right|equal|the case|what|so|consistent|satisf\w+|a solution))"
)
_DENIED_AFTER = re.compile(
    r"[\s,)(—–-]*(?:(?:but|and|which|this|that|it|so|clearly|obviously|however),?\s+)*"
    rf"(?:is|are|was|would be|['’]s)?\s*(?:clearly |obviously |actually |also )?{_FLAW}"
    r"|[^.;]{0,60}\b(?:contradict\w*|impossible|absurd|no (?:real |integer |such )?solutions?|extraneous|reject\w*"
    r"|discard\w*)\b"
    r"|[^.;]{0,30}\b(?:fails|(?:does|do|is|are|did|was)(?:n['’]t| not) (?:work|hold|satisfy|match|equal|true|correct"
    r"|right|valid|possible|the same|fit|check))\b",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"[\s*_\"“(\[—–-]*(?:(?:but|oh|ah|hmm+|ok(?:ay)?|and|so|well)\b[\s,.!…-]*)*(?:"
    r"wait|oops|hold on|hmm|actually\b|sorry|correction|scratch that|my (?:mistake|bad|error)|not quite"
    r"|no[,.!:;\s—-]+(?!solution|real|integer|other|more|such|one|need|matter)"
    r"|let me (?:re(?:do|calc|comp|con|ver|think|try|eval|count)\w*|correct|fix|try again)"
    r"|let['’]?s (?:re(?:do|calc|comp|consider|think|try|eval|count)\w*|correct)"
    r"|(?:that|this|it|which)(?:['’]s| is| was| can['’]?t| cannot| does| doesn['’]t| isn['’]t)(?: not| be|n['’]t)*\s+"
    rf"(?:{_FLAW}|right[.,]|correct[.,])"
    r"|i (?:made|need to correct|mis\w+)|there (?:is|was|['’]s) an? (?:mistake|error)"
    rf"|{_FLAW})",
    re.IGNORECASE,
)
_GOAL = re.compile(
    r"\b(?:show|prove|verify|check|determine|see|test|decide|ask\w*|wonder\w*|find out|know)\s+(?:that|whether|if)\b|"
    r"\bsuch that\b|\bso that\b|\bgoal\b|\bwhether\b",
    re.IGNORECASE,
)
_GOAL_OF_LETTERS = re.compile(
    r"\b(?:want|need|needs|wish|would like|aim|try|trying|must|should|required?|requires|solve|solving|find"
    r"|looking for|condition|satisf\w+|in order)\b",
    re.IGNORECASE,
)
_ASSUMED = re.compile(
    r"\b(?:if|suppos\w+|assum\w+|unless|imagine|pretend|were|guess\w*|maybe|perhaps|might|may be|would|could|otherwise|"
    r"hypothe\w+|for contradiction|possib\w+|either|e\.g)\b",
    re.IGNORECASE,
)
_ASSUMED_OF_LETTERS = re.compile(
    r"\b(?:let(?!['’]?s)|where|when\w*|case|given|consider|say|set|setting|take|taking|define[ds]?|denotes?|for|with|"
    r"choose|pick|plug\w*|substitut\w+|represents?)\b",
    re.IGNORECASE,
)
_ROUNDED = re.compile(
    rf"\bapprox\w*|\broughly\b|\bround(?:s|ed|ing)?\b|\bnearest\b|\bestimat\w+|\balmost\b|\bnearly\b|\bclose to\b|"
    rf"\b(?:about|around)\s+[\d$.\\{HIDDEN}]|\bdecimal (?:places?|approx\w*)|\bsignificant (?:figures|digits)",
    re.IGNORECASE,
)


class Discourse:
    """The sentences of a text, and what they do with the claims in them."""

    def __init__(self, prose: str, breaks: Iterable[int] = ()) -> None:
        """Cut a text into sentences.

        Args:
            prose: the text with its formulas hidden.
            breaks: further places where a sentence ends for sure, such as the ends of steps.
        """
        self.prose = prose
        ends = {match.end() for match in _BOUNDARY.finditer(prose) if not _is_abbreviated(prose, match)}
        self.starts = [0, *sorted({place for place in {*ends, *breaks} if 0 < place < len(prose)})]

    def sentence(self, place: int) -> Span:
        """The sentence that a place lies in."""
        index = bisect_right(self.starts, place) - 1
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.prose)
        return Span(self.starts[index], end)

    def modality(self, span: Span, *, closed: bool) -> Modality:
        """How the text holds the claim at a span.

        Args:
            span: of the claim.
            closed: whether the claim is one about numbers, without letters.
        """
        span = self._whole(span)
        sentence = self.sentence(span.start)
        end = max(sentence.end, span.end)
        before = self.prose[max(sentence.start, span.start - _REACH) : span.start]
        after = self.prose[span.end : min(end, span.end + _REACH)]
        following = self.prose[end : end + 120]
        if after.rstrip(" \t\n\"'”’)*").endswith("?"):
            return Modality.QUESTION
        clause = _RESET.split(before)[-1]
        if _DENIED_BEFORE.search(clause) or _DENIED_AFTER.match(after):
            return Modality.NEGATED
        if _TAKEN_BACK.match(after) or _TAKEN_BACK.match(following):
            return Modality.NEGATED
        if _GOAL.search(clause) or (not closed and _GOAL_OF_LETTERS.search(clause)):
            return Modality.GOAL
        if _ASSUMED.search(clause) or (not closed and _ASSUMED_OF_LETTERS.search(clause)):
            return Modality.ASSUMED
        return Modality.ASSERTED

    def _whole(self, span: Span) -> Span:
        """The span with the rest of the formula it lies in."""
        start, end = span
        while start > 0 and self.prose[start - 1] == HIDDEN:
            start -= 1
        while end < len(self.prose) and self.prose[end] == HIDDEN:
            end += 1
        return Span(start, end)

    def is_rounded(self, span: Span) -> bool:
        """Whether the sentence of a claim speaks of rounding."""
        sentence = self.sentence(span.start)
        start, end = max(sentence.start, span.start - _REACH), min(max(sentence.end, span.end), span.end + _REACH)
        return _ROUNDED.search(self.prose, start, end) is not None

    def corrections(self) -> list[int]:
        """The beginnings of the sentences that take something back."""
        return [start for start in self.starts if _TAKEN_BACK.match(self.prose, start, start + 120)]


def _is_abbreviated(prose: str, match: re.Match[str]) -> bool:
    return match[0] == "." and _ABBREVIATION.search(prose, max(0, match.end() - 8), match.end()) is not None
