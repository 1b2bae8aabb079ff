"""Where mathematics stands in a text: formulas between delimiters, code, annotations, and the prose around them.

Everything here runs in time linear in the length of the text, and accepts any text.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache, partial
from typing import NamedTuple

from clra.types import Span

HIDDEN = "\x0e"
"""Stands for each character of a formula in running text in `Layout.prose`; no text has any use for it."""
DISPLAYED = "\x0f"
"""Stands for each character of a displayed formula, line breaks included."""

MAX_INLINE = 1_000
MAX_DISPLAY = 8_000


class PieceKind(StrEnum):
    """What a piece of a text is."""

    INLINE = "inline"
    DISPLAY = "display"
    ANNOTATION = "annotation"
    """A calculator's note: ``<<3*4=12>>``."""
    CODE = "code"


class Piece(NamedTuple):
    """A part of a text that is not prose."""

    kind: PieceKind
    span: Span
    """With the delimiters."""
    body: Span
    """Without them."""


class Layout(NamedTuple):
    """A text with its pieces told apart."""

    pieces: tuple[Piece, ...]
    prose: str
    """The text with each character of a formula replaced by `HIDDEN` or `DISPLAYED`, and of code, annotations and
    markup by a space; bullets are ``•``, and words for signs between numbers are signs.

    It has the length of the text, so that places in one are places in the other."""


_ENVIRONMENTS = "align|aligned|alignat|equation|gather|gathered|cases|eqnarray|multline|split|array"
_CODE_TAGS = ("code", "output", "python", "interpreter", "llm-code", "llm-code-output")
"""Tags that tools set around a program and around what it printed."""
_OPENING = re.compile(
    r"\\\\|\\\$|\\\(|\\\[|\$\$|\$|<<|```|~~~|\[asy\]|\\begin\{(?P<environment>(?:"
    + _ENVIRONMENTS
    + r")\*?)\}|>>>(?= )|<(?:"
    + "|".join(_CODE_TAGS)
    + ")>"
)
_CLOSERS = {
    "\\(": "\\)",
    "\\[": "\\]",
    "$$": "$$",
    "<<": ">>",
    "```": "```",
    "~~~": "~~~",
    "[asy]": "[/asy]",
    **{f"<{tag}>": f"</{tag}>" for tag in _CODE_TAGS},
}
_KINDS = {
    "\\(": PieceKind.INLINE,
    "\\[": PieceKind.DISPLAY,
    "$$": PieceKind.DISPLAY,
    "<<": PieceKind.ANNOTATION,
    "```": PieceKind.CODE,
    "~~~": PieceKind.CODE,
    "[asy]": PieceKind.CODE,
    **{f"<{tag}>": PieceKind.CODE for tag in _CODE_TAGS},
}
_PROGRAM = re.compile(r"[ \t]*(?:python|py|tool_code)\w*[ \t]*\r?\n", re.IGNORECASE)
"""What stands behind a fence that opens a program for sure, even where the text ends before it is closed."""
_FILLERS = {PieceKind.INLINE: HIDDEN, PieceKind.DISPLAY: DISPLAYED}
_LONGEST = {
    PieceKind.INLINE: MAX_INLINE,
    PieceKind.DISPLAY: MAX_DISPLAY,
    PieceKind.ANNOTATION: 200,
    PieceKind.CODE: 1_000_000_000,
}


def in_small_letters(prose: str) -> str:
    """A text of the same length in small letters, in which cues are searched faster than without regard to case."""
    return prose.replace("İ", "I").lower()


def places_of(word: str, text: str) -> Iterator[int]:
    """Where a word begins in a text, in order."""
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + len(word))


class _Closers:
    """Finds the next closing delimiter; remembers it, so that unclosed openings do not make the scan quadratic."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.known: dict[str, int] = {}

    def after(self, closer: str, start: int) -> int:
        place = self.known.get(closer, 0)
        if -1 < place < start or closer not in self.known:
            place = self.text.find(closer, start)
            self.known[closer] = place
        return place


@lru_cache(maxsize=4)
def lay_out(text: str) -> Layout:
    """Tell formulas, code and annotations from prose."""
    pieces = tuple(_pieces(text))
    prose = []
    end = 0
    for piece in pieces:
        prose.append(text[end : piece.span.start])
        filler = _FILLERS.get(piece.kind)
        hidden = text[piece.span.start : piece.span.end]
        prose.append(filler * len(hidden) if filler else "\n".join(" " * len(line) for line in hidden.split("\n")))
        end = piece.span.end
    prose.append(text[end:])
    return Layout(pieces, _without_markup("".join(prose)))


def _pieces(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    closers = _Closers(text)
    place = 0
    while match := _OPENING.search(text, place):
        opener = match[0]
        place = match.end()
        if opener in {"\\\\", "\\$"}:
            continue
        if opener == "$":
            end = _closing_dollar(text, match.start(), closers)
            if end:
                pieces.append(Piece(PieceKind.INLINE, Span(match.start(), end), Span(match.end(), end - 1)))
                place = end
            continue
        if opener == ">>>":
            start = text.rfind("\n", 0, match.start()) + 1
            if not text[start : match.start()].strip(" \t"):
                place = _session_end(text, match.end())
                pieces.append(Piece(PieceKind.CODE, Span(start, place), Span(start, place)))
            continue
        closer = f"\\end{{{match['environment']}}}" if match["environment"] else _CLOSERS[opener]
        kind = PieceKind.DISPLAY if match["environment"] else _KINDS[opener]
        close = closers.after(closer, match.end())
        if close < 0 and opener in {"```", "~~~"} and _PROGRAM.match(text, match.end()):
            close = len(text)
        if close < 0 or close - match.end() > _LONGEST[kind]:
            continue
        if opener == "<code>" and text.find("\n", match.end(), close) < 0:
            continue
        place = min(close + len(closer), len(text))
        span = Span(match.start(), place)
        pieces.append(Piece(kind, span, span if match["environment"] else Span(match.end(), close)))
    return pieces


def _session_end(text: str, place: int) -> int:
    """The end of what is typed at a prompt and answered: the next empty line, or a fence."""
    end = _SESSION_END.search(text, place)
    return end.start() if end else len(text)


_SESSION_END = re.compile(r"\r?\n[ \t]*(?=\r?\n|```|~~~)")
_WORD = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{3,}")
_QUOTED_WORDS = re.compile(r"\\(?:text|textbf|textit|mathrm|mathbf|operatorname|mbox)\s*\{[^{}]*\}|\\[A-Za-z]+")
_SENTENCE = re.compile(r"(?<![\\{A-Za-z])[a-z]{3,} [a-z]{2,} [a-z]{2,}")


def _closing_dollar(text: str, start: int, closers: _Closers) -> int:
    """The end of the formula that the dollar sign at ``start`` opens; 0 where it is money or has no partner."""
    close = closers.after("$", start + 1)
    while close > 0 and text[close - 1] == "\\":
        close = closers.after("$", close + 1)
    if close < 0 or close - start > MAX_INLINE:
        return 0
    body = text[start + 1 : close]
    if not body.strip() or "\n\n" in body or body.startswith("<<"):
        return 0
    if body.lstrip()[0] in "0123456789.":
        return 0 if _is_money(body, text[close + 1 : close + 2]) else close + 1
    prose = _SENTENCE.search(body) and "\\text" not in body
    loose = body[-1].isspace() and not body[0].isspace() and not any(sign in body for sign in "\\^_{")
    return 0 if prose or loose else close + 1


def _is_money(body: str, following: str) -> bool:
    """Whether ``$body$following`` is an amount of money and more text up to the next amount, and not a formula."""
    formula = any(sign in body for sign in "\\^_{")
    if following.isdigit() and not formula:
        return True
    if body.rstrip()[-1] in "-+*/×÷=(":
        return True
    if _WORD.search(_QUOTED_WORDS.sub("", body)):
        return True
    return body[-1].isspace() and not body[0].isspace() and not formula


_TAGS = "think|thinking|thought|answer|reasoning|solution|step|br|p|em|strong|sub|sup|span|div|center|details|summary"
_MARKUP = (
    (("<",), re.compile(rf"</?(?:{_TAGS})\b[^<>\n]{{0,80}}>", re.IGNORECASE)),
    (("**",), re.compile(r"(?<![\w)])\*\*(?! )|(?<! )\*\*(?![\w(])")),  # but not the power in 2**3 or 2 ** 3
    (("__",), re.compile(r"(?<!\w)__|__(?!\w)")),
    (("#", ">"), re.compile(r"(?m)^[ \t]*(?:#{1,6}|>)(?=\s)")),
    (("`",), re.compile(r"`")),
    (("\\",), re.compile(r"\\(?=[*$%#])")),
)
"""Signs that set text apart, each with parts of which one is in all of them."""
_RAISED = re.compile(r"<sup>((?!st|nd|rd|th|\[)[^<>\n]{1,40})</sup>")
"""An exponent; the ends of words, as in ``4<sup>th</sup>``, and references are none."""


_SPOKEN = (
    ("times", re.compile(r"(?<=[\d)%] )times(?= [\d($])"), "*"),
    ("multiplied by", re.compile(r"(?<=[\d)%] )multiplied by(?= [\d($])"), "*"),
    ("plus", re.compile(r"(?<=[\d)%] )plus(?= [\d($])"), "+"),
    ("minus", re.compile(r"(?<=[\d)%] )minus(?= [\d($])"), "-"),
    ("divided by", re.compile(r"(?<=[\d)%] )divided by(?= [\d($])"), "/"),
    ("equal", re.compile(r"(?<=[\w)%] )(?:is equal to|equals)(?= [-\d($\\])"), "="),
    ("", re.compile(r"[xX](?:(?<=\d.)(?=[ \d$(])(?=[ ]?[$(]?\d)|(?<=[\d)] .)(?= [$(.]?[\d(]))"), "*"),
)
"""Words and letters that stand for signs between numbers, each with a part of all of them."""
_WINDOW = 80
_RESULT = re.compile(r"=[^A-Za-z=]*$")


_NAMED_FACTORS = re.compile(r"([xX])1(?!\d)[^\n]*\1[23](?!\d)")
"""``2x1 + 3x2``, where the letter is no sign."""


def _as_sign(match: re.Match[str], sign: str) -> str:
    """The sign, with spaces up to the length of the word; the word itself behind a result: ``2 + 4 = 6 times``."""
    word = match[0]
    if word in "xX" and _NAMED_FACTORS.search(_line(match.string, match.start())):
        return word
    if len(word) > 1 and sign != "=" and _RESULT.search(match.string, max(0, match.start() - 40), match.start()):
        return word
    return sign.ljust(len(word))


def _line(text: str, place: int) -> str:
    """The line around a place, no more than a window of it."""
    start = max(text.rfind("\n", 0, place) + 1, place - _WINDOW)
    end = text.find("\n", place)
    return text[start : min(end if end >= 0 else len(text), place + _WINDOW)]


_BULLET = re.compile(r"(?m)^([ \t]*)[-*+–—](?=[ \t]+\S)")


def _without_markup(prose: str) -> str:
    prose = _BULLET.sub(r"\1•", prose)
    if "<sup>" in prose:
        prose = _RAISED.sub(r"   ^(\1     )", prose)
    for parts, pattern in _MARKUP:
        if any(part in prose for part in parts):
            prose = pattern.sub(lambda match: " " * len(match[0]), prose)
    for part, pattern, sign in _SPOKEN:
        if part in prose:
            prose = pattern.sub(partial(_as_sign, sign=sign), prose)
    return prose
