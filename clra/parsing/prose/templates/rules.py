"""What a template is: a pattern over the shape of a sentence, and what a match of it states.

In a pattern ``#`` stands for one operand and ``@`` for a list of them (``◆, ◆ and ◆``). A match counts only where the
words before it leave its first operand whole and the words behind it leave its last one whole: ``3 more than the sum of
4 and 5 is 12`` and ``the sum of 4 and 5 is 2 less than 11`` state nothing here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from clra.parsing.prose.templates.sentences import MARK, WORD, Operand, Sentence, UnfitError, sentences
from clra.parsing.spans import DISPLAYED, HIDDEN, in_small_letters, lay_out, places_of
from clra.parsing.tree import Expression, Relation
from clra.types import Span

LIST = rf"{MARK}(?:, {MARK})*,? and {MARK}|{MARK}"
LINK = (
    r"(?:,? which)? (?:is|are|was|equals?|=|comes to|comes out to|amounts to|gives|makes|turns out to be|works out to)"
    r"(?: (?:simply|just|exactly|also|then|therefore|thus|hence|indeed|actually|clearly|obviously|equal to|given by"
    r"|found to be|calculated as))*:?"
)
"""What joins a quantity and its value."""


class Told(NamedTuple):
    """A statement that a sentence makes in words."""

    span: Span
    statement: Relation


class Parts:
    """What a match is made of."""

    def __init__(self, match: re.Match[str], sentence: Sentence) -> None:
        self.words = {name: word or "" for name, word in match.groupdict().items()}
        """The words of the named groups."""
        self.before = sentence.shape[: match.start()]
        """The words of the sentence before the match."""
        self.lead = sentence.lead(match.start())
        """The words before the match, of the sentence before its own too."""
        self._sentence = sentence
        self._lists: list[list[int]] = []
        """Where in the shape the operands of each group stand; they are read when they are asked for."""
        for group in range(1, match.re.groups + 1):
            if MARK in (match[group] or ""):
                start = match.start(group)
                self._lists.append([start + place for place, sign in enumerate(match[group]) if sign == MARK])

    @property
    def operands(self) -> list[Operand]:
        """The operands of all groups, in order."""
        return [self._sentence.operand(place) for group in self._lists for place in group]

    def operand(self, index: int) -> Operand:
        """The operand of the group with that index."""
        return self._sentence.operand(self._lists[index][0])

    def value(self, index: int) -> Expression:
        """The value of an operand that a result may be.

        Raises:
            UnfitError: it is not made of numbers.
        """
        return self.operand(index).value

    def number(self, index: int, *, spelled: bool = False) -> Expression:
        """The value of a whole operand.

        Args:
            index: of its group.
            spelled: whether it may be a word, as ``one`` in ``one is even`` is no number.

        Raises:
            UnfitError: it is not made of numbers, or a word may have taken a part of it.
        """
        operand = self.operand(index)
        if operand.loose or (operand.spelled and not spelled):
            raise UnfitError
        return operand.value

    def numbers(self, index: int) -> list[Expression]:
        """The values of a list.

        Raises:
            UnfitError: as `number`, of any of them.
        """
        operands = [self._sentence.operand(place) for place in self._lists[index]]
        if any(operand.loose or operand.spelled for operand in operands):
            raise UnfitError
        if len(operands) == 1 and len(operands[0].statements) > 1:
            return [Operand((item,)).value for item in operands[0].statements]
        return [operand.value for operand in operands]


State = Callable[[Parts], Sequence[Relation]]
"""What a match states.

Raises:
    UnfitError: it states nothing that can be known for sure.
"""


class Rule(NamedTuple):
    """A template."""

    words: tuple[str, ...]
    """Words of which one is in every sentence that it can match."""
    pattern: re.Pattern[str]
    state: State
    alone: bool = False
    """Whether nothing else may stand in the sentence that could restrict what it says."""


def rule(words: str, pattern: str, state: State, *, alone: bool = False) -> Rule:
    """A template of a pattern with ``#`` and ``@``."""
    written = pattern.replace("#", f"({MARK})").replace("@", f"({LIST})")
    return Rule(tuple(words.split("|")), re.compile(written), state, alone)


_VERB = re.compile(r"\b(?:is|are|was|has|have|equals?|leaves|leaving|gives|makes|divides|comes|sum to|add|can)\b|=")
_CALCULATED = re.compile(
    rf"[\d{HIDDEN}{DISPLAYED})!²³],?(?: which)? (?:is|equals|gives|makes)\b"
    rf"(?! (?!(?:simply|just|exactly|equal)\b){WORD})"
)
_SHARES = (
    *("half", "halves", "third", "fourth", "quarter", "fifth", "sixth", "eighth", "tenth"),
    *("thirds", "fourths", "quarters", "fifths", "sixths", "eighths", "tenths"),
    *("%", ")", "!", "²", "³", HIDDEN, DISPLAYED),
)
"""What an operand ends with that may be a share of another one, beside digits."""
_BEFORE = re.compile(
    r"(?:^|[,:(“\"—–→⇒>•*]|\b(?:that|this|so|since|because|then|thus|hence|therefore|note|notice|recall|know|have|get|see|find"
    r"|number|numbers|integer|value|but|now|as|while|although|and|both|also|clearly|obviously|indeed|means|implies|say"
    r"|conclude|first|finally|observe|is))$"
)
_STATED = r"\b(?:is|are|has|have|=)\b"
_GATHERS = r"\b(?:of|between|from|by|both|than|plus|minus|times|add"
_LISTED = re.compile(rf"{_GATHERS})\b(?!.*{_STATED}).*{MARK},$|{_GATHERS}|[a-z]+ing)\b(?!.*{_STATED}).*\band$")
"""The words before the last item of a list."""
_PAIRED = re.compile(rf"(?<!is )(?<!are )(?<!has )(?<!= ){MARK}(?=,? and$)")
"""The first of two items, unless it ends a statement or is one itself."""
_AFTER = re.compile(
    r"$|[)”\"—–=→⇒<>≤≥:]|[.;](?!\.)|!$|\((?!mod)"
    rf"|,(?! ?(?:\.|…|(?:and )?{MARK}(?! (?:is|has|leaves)\b)|or\b|not\b|mod))"
    r"|(?:and|so|because|since|which|while|but|thus|hence|therefore|then|giving|also|too"
    r"|as (?:well|expected|required|desired))\b"
)
_RESERVED = re.compile(
    r"\b(?:except|excluding|besides|other than|apart from|not counting|ignoring|without|unless|if|assuming|provided"
    r"|when|where|base|modulo|mod|approximately|rounded|nearest|about|negative ones)\b"
)
_RESTRICTED = re.compile(
    r"\b(?:orders?|ordered|such that|at least|at most|different|replacement|repeat\w*|repetition|each|every|identical"
    r"|adjacent|together|consecutive|next|circle|circular|table|must|cannot|if|with|without|so that|same|both|per|where"
    r"|alike|times|indistinguishable|letters|or|no|not|after|already|remaining|then)\b"
)


class Rules:
    """Templates by the words that they can be told by."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(rules)
        self._marked = any(MARK in word for template in rules for word in template.words)
        """Whether an operand alone can tell of a template."""
        self._by_word: dict[str, set[int]] = {}
        for index, template in enumerate(rules):
            for word in template.words:
                self._by_word.setdefault(word, set()).add(index)

    def told(self, text: str) -> Iterator[Told]:
        """All that the templates read in a text, in the order of its sentences."""
        layout = lay_out(text)
        small = in_small_letters(layout.prose)
        pieces = {piece.span.start: piece for piece in layout.pieces}
        spaced = " ".join(small.replace(HIDDEN, "").split())
        words = [word for word in self._by_word if MARK in word or word in spaced]
        for span in sentences(layout.prose, self._places(small, words)):
            if not _VERB.search(small, span.start, span.end):
                continue
            sentence = Sentence(text, layout.prose, small, span, pieces)
            present = set[int]().union(*(self._by_word[word] for word in words if word in sentence.shape))
            for index in sorted(present):
                yield from _stated(self._rules[index], sentence)

    def _places(self, small: str, words: Iterable[str]) -> Iterator[int]:
        """Where in a text in small letters, which holds these words, a template may match."""
        for word in words:
            yield from places_of(word, small)
        if self._marked:
            yield from (match.start() for match in _CALCULATED.finditer(small))
            yield from (place - 1 for place in places_of(" of ", small) if _is_share(small, place))


def _is_share(small: str, end: int) -> bool:
    """Whether what ends there in a text in small letters may be a share: half, a percentage."""
    return small.endswith(_SHARES, 0, end) or small[end - 1 : end].isdecimal()


def _stated(template: Rule, sentence: Sentence) -> Iterator[Told]:
    shape = sentence.shape
    for match in template.pattern.finditer(shape):
        before, after = shape[: match.start()].rstrip(), shape[match.end() :].lstrip()
        if not _is_whole(sentence, before, after):
            continue
        if template.alone and _RESTRICTED.search(f"{before} {match[0]} {after}"):
            continue
        try:
            stated = template.state(Parts(match, sentence))
        except UnfitError:
            continue
        span = sentence.span(*match.span())
        for relation in stated:
            yield Told(span, replace(relation, left=replace(relation.left, span=span), span=span))


def _is_whole(sentence: Sentence, before: str, after: str) -> bool:
    if not _BEFORE.search(before) or not _AFTER.match(after) or _RESERVED.search(after) or _LISTED.search(before):
        return False
    paired = _PAIRED.search(before)
    return paired is None or sentence.operand(paired.start()).states
