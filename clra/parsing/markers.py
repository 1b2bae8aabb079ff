"""Where a text says what its answer is: boxes, tags, JSON, ``####``, and phrases such as ``the final answer is``.

Everything here looks at a bounded stretch of text and runs in time linear in it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from clra.parsing.spans import in_small_letters, places_of
from clra.types import Span

LONGEST_VALUE = 1_500
MOST_PHRASES = 20
_BOX = re.compile(r"(?<!\\)\\{1,4}(?:boxed|fbox|framebox)(?![A-Za-z])\s*")
_UNBRACED = re.compile(r"-?\d[\d.,]*\d|-?\d|\\[A-Za-z]+(?:\{[^{}]{0,50}\}){0,2}|[A-Za-z]")
_TAG = re.compile(r"<answer>", re.IGNORECASE)
_JSON = re.compile(r"[\"'](?:final[ _]?)?answer[\"']\s*:\s*", re.IGNORECASE)
_HASHES = re.compile(r"(?m)^[ \t]*####[ \t]*(?=[-+$\\(\[{.\d])")
_PHRASE = re.compile(
    r"""(?ix)
    (?<![A-Za-z])
    (?: (?:final|correct|right|best|required|numerical|numeric|my|our)[\ ]+ ){0,3}
    (?: answers?(?![A-Za-z]) | (?:correct|right|best)[\ ](?:option|choice)(?![A-Za-z]) )
    (?: [\ ]+(?:to|for|of)[\ ][^.\n:=$\\]{1,80}? )?
    [*_"\ ]{0,4}
    (?: [\ ]*:[*_"]{0,3} | [\ ]*=(?!=)
      | [\ ]+(?:is|are|would[\ ]be|should[\ ]be|must[\ ]be|will[\ ]be|comes[\ ]to)(?![A-Za-z])[\ ]*:?
      | (?=[*_\ ]{0,4}(?:\$|\\\[|\\\()) | (?=[*_]{0,4}[ \t]*\n) )
    """
)
_PHRASED = ("answer", "option", "choice")
"""Words of which one is in every phrase."""
_LINE_OF_ANSWER = re.compile(r"(?m)^[ \t]*A:[ \t]*(?=\S)")
_SKIPPED = re.compile(r"[\s*_`\"“]*(?:\\\"[\s*_`]*)?")
_GAP_SIGNS = re.compile(
    r"\\text(?:rm|bf)?\s*\{([^{}]*)\}|\\(?:q?quad|[,;:! ()\[\]])|[\s$,;:.*&]+|[A-Za-z]\w*_?\{?\w?\}?\s*=\s*$"
)
_GAP_WORD = re.compile(r"\([a-z]\)|[A-Za-z]+")
_JOINING = frozenset({"and", "or"})
_NOT_JOINING = frozenset(
    {"is", "are", "be", "so", "thus", "hence", "therefore", "then", "which", "gives", "let", "answer"}
)
_CLOSED_BY = {"$": "$", "\\(": "\\)", "\\[": "\\]", "$$": "$$"}
_SIGN = re.compile(r"\\\\|\\\(|\\\)|\\\[|\\\]|\\.|\$\$|\$|[{}]|\n|[.!?](?=[\s*_\"”)]|\\\"|$)")


class Marked(NamedTuple):
    """A stretch of text that is said to be the answer."""

    text: str
    span: Span
    certain: bool = True
    """Whether the marker can mean nothing else (a box, a tag), or is a phrase that prose may hold by chance."""


def marked_answers(text: str, start: int = 0) -> list[Marked]:
    """Every stretch from ``start`` on that is marked as an answer, in the order of where they end."""
    found: list[Marked] = []
    if "box" in text:
        found += _boxes(text, start)
    small = text[start:].lower()
    if "answer" in small:
        found += [*_tags(text, start), *_json_values(text, start)]
    if any(word in small for word in _PHRASED):
        found += _behind(_phrases(text, start), text)
    found += _lines(text, start)
    return sorted(found, key=lambda marked: (marked.span.end, marked.certain))


# -- boxes


def _boxes(text: str, start: int) -> list[Marked]:
    """Boxed answers; those that one sentence joins are one list."""
    partners = _partners(text, start)
    singles: list[tuple[Span, Span]] = []
    for match in _BOX.finditer(text, start):
        if text[match.end() : match.end() + 1] == "{":
            end = partners.get(match.end())
            if end is None:
                line = text.find("\n", match.end())
                end = len(text) if line < 0 else line
            inside, whole = Span(match.end() + 1, end), Span(match.start(), min(end + 1, len(text)))
        elif value := _UNBRACED.match(text, match.end()):
            inside, whole = Span(value.start(), value.end()), Span(match.start(), value.end())
        else:
            continue
        if singles and whole.start < singles[-1][0].end:
            singles.pop()  # a box within a box: the inner one is the answer
        singles.append((whole, inside))
    groups: list[list[tuple[Span, Span]]] = []
    for box in singles:
        if groups and _joined(text[groups[-1][-1][0].end : box[0].start]):
            groups[-1].append(box)
        else:
            groups.append([box])
    return [
        Marked(
            ", ".join(text[inside.start : inside.end].strip() for _, inside in group),
            Span(group[0][0].start, group[-1][0].end),
        )
        for group in groups
    ]


def _partners(text: str, start: int) -> dict[int, int]:
    """The closing brace of each opening one."""
    partners: dict[int, int] = {}
    waiting: list[int] = []
    for match in re.finditer(r"\\\\(?=[A-Za-z{}])|\\[{}]|[{}]", text[start:]):
        place = start + match.start()
        if match[0] == "{":
            waiting.append(place)
        elif match[0] == "}" and waiting:
            partners[waiting.pop()] = place
    return partners


def _joined(gap: str) -> bool:
    """Whether two boxes with this between them are parts of one answer."""
    if len(gap) > 80 or "\n\n" in gap:
        return False
    words = [word.lower() for word in _GAP_WORD.findall(_GAP_SIGNS.sub(lambda match: f" {match[1] or ''} ", gap))]
    if "=" in _GAP_SIGNS.sub("", gap):
        return False
    return not words or (len(words) <= 4 and bool(_JOINING & set(words)) and not _NOT_JOINING & set(words))


# -- tags and JSON


def _tags(text: str, start: int) -> Iterator[Marked]:
    lower = text.lower()
    for match in _TAG.finditer(text, start):
        end = lower.find("</answer>", match.end(), match.end() + LONGEST_VALUE)
        if end < 0:
            line = text.find("\n", match.end())
            end = line if 0 <= line < match.end() + LONGEST_VALUE else min(len(text), match.end() + LONGEST_VALUE)
        yield Marked(text[match.end() : end], Span(match.start(), end))


def _json_values(text: str, start: int) -> Iterator[Marked]:
    for match in _JSON.finditer(text, start):
        place = match.end()
        quote = text[place : place + 1]
        if quote in ('"', "'"):
            value = re.compile(rf"{quote}((?:[^{quote}\\]|\\.){{0,{LONGEST_VALUE}}}){quote}", re.DOTALL).match(
                text, place
            )
            if value:
                plain = re.sub(r"\\([\"/\\])", r"\1", value[1])
                yield Marked(plain, Span(match.start(), value.end()))
        elif value := re.compile(r"\[[^\[\]{}]{0,300}\]|[^\s,{}\"]{1,100}").match(text, place):
            yield Marked(value[0], Span(match.start(), value.end()))


# -- phrases


def _lines(text: str, start: int) -> Iterator[Marked]:
    if "####" in text:
        for match in _HASHES.finditer(text, start):
            yield _value_at(text, match.start(), match.end(), certain=True)
    if "A:" in text:
        yield from _behind(_LINE_OF_ANSWER.finditer(text, start), text)


def _phrases(text: str, start: int) -> Iterator[re.Match[str]]:
    """The phrases that announce an answer; each is in one line, and only lines with a word of theirs are searched."""
    small = in_small_letters(text)
    end = start
    for place in sorted(place for word in _PHRASED for place in places_of(word, small)):
        if place >= end:
            begin = max(end, small.rfind("\n", end, place) + 1)
            end = small.find("\n", place) + 1 or len(text)
            yield from _PHRASE.finditer(text, begin, end)


def _behind(matches: Iterable[re.Match[str]], text: str) -> Iterator[Marked]:
    """The values behind the last matches."""
    for match in [*matches][-MOST_PHRASES:]:
        place = _SKIPPED.match(text, match.end())
        yield _value_at(text, match.start(), place.end() if place else match.end(), certain=False)


def _value_at(text: str, start: int, place: int, *, certain: bool) -> Marked:
    """What stands from a place to the end of its sentence."""
    end = sentence_end(text, place)
    if text[place:end].rstrip("*_ ").endswith(":"):  # "we get:", and the value on the next line
        skipped = _SKIPPED.match(text, end)
        place = skipped.end() if skipped else end
        end = sentence_end(text, place)
    return Marked(text[place:end].strip(), Span(start, end), certain)


def sentence_end(text: str, place: int) -> int:
    """The end of the sentence or line that a place is in; what stands in a formula or braces ends none."""
    closer = ""
    depth = 0
    last = min(len(text), place + LONGEST_VALUE)
    for match in _SIGN.finditer(text, place, last):
        sign = match[0]
        if closer:
            if sign == closer:
                closer = ""
        elif sign in _CLOSED_BY and _closes(text, sign, match.end(), last):
            closer = _CLOSED_BY[sign]
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
        elif sign == "\n" or (depth <= 0 and sign in ".!?" and not _goes_on(text, match.start())):
            return match.start()
    return last


def _closes(text: str, sign: str, place: int, last: int) -> bool:
    """Whether a formula that opens here closes again; one within a line does so before the line ends."""
    close = text.find(_CLOSED_BY[sign], place, last)
    return close >= 0 and (sign in {"$$", "\\["} or "\n" not in text[place:close])


_ABBREVIATION = re.compile(r"(?:\b(?:i\.e|e\.g|approx|vs|cf|No|resp|Mr|Mrs|Dr|St)|\b[A-Z]|\d!)$")


def _goes_on(text: str, place: int) -> bool:
    """Whether the full stop belongs to an abbreviation, or the exclamation mark to a factorial."""
    if text[place] == "!" and place and (text[place - 1].isdigit() or text[place - 1] in ")n"):
        return True
    return text[place] == "." and bool(_ABBREVIATION.search(text, max(0, place - 8), place))
