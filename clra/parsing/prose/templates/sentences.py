"""Sentences with their operands told apart: ``the gcd of ◆ and ◆ is ◆``, in small letters and single spaces.

An operand is a formula, or as long a stretch of plain signs as is one number for sure: ``1,200``, ``2^3*5``, ``20%``,
``(4)(3)``, ``fifteen``, ``two thirds``.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from clra.parsing.forms import spelled_number
from clra.parsing.mathematics.vocabulary import words
from clra.parsing.reader import read
from clra.parsing.spans import DISPLAYED, HIDDEN, Piece
from clra.parsing.tree import (
    Call,
    Collection,
    Expression,
    Matrix,
    Number,
    Operation,
    ReadError,
    Relation,
    Relator,
    Statement,
    Symbol,
    Words,
    walk,
)
from clra.types import Span

MARK = "\x10"
"""Stands for an operand in `Sentence.shape`."""

_LONGEST = 600
_LEAD = 200
_BOUNDARY = re.compile(
    rf"[.?!; \t\n](?:(?<=[.?!])(?<![\d)]!)(?=[\"”’)*\]]*\s)|(?<=;)"
    rf"|(?<=\n)(?:(?<![\s{DISPLAYED}]\n)(?!\s*{DISPLAYED})|(?<={DISPLAYED}\n)\s*(?=[A-Z#*•]))"
    rf"|(?=[ \t]*\n)(?<=[ \t])"
    rf"(?:(?<![\s{DISPLAYED}].)[ \t]*\n(?!\s*{DISPLAYED})|(?<={DISPLAYED}.)[ \t]*\n\s*(?=[A-Z#*•])))"
)
"""It names all characters that it can begin with first, so that it is tried at no other."""
_NUMERAL = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_GROUP = r"\((?=[^()]*\d)[-−+*/^×·÷\d .,]{1,60}\)"
_PRIMARY = rf"(?:\$?{_NUMERAL}[xyztn]?(?![A-Za-z])|[xyztn](?![A-Za-z'’])|{_GROUP}|(?:√|sqrt ?){_GROUP}|√{_NUMERAL})"
_SIGNED = rf"{_PRIMARY}(?:\^[-−]?(?:\d+|{_GROUP})|[²³⁴⁵⁶⁷⁸⁹]|!(?=[ ]?[-+*/)=^,;])| ?%)*"
_PLAIN = rf"[-−]?{_SIGNED}(?:(?> *(?:\*\*|[-−+*/×·÷⋅]) *)[-−]?{_SIGNED}|{_GROUP})*"
_SMALL = "one|two|three|four|five|six|seven|eight|nine"
_SPELLED = (
    rf"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:{_SMALL}))?|ten|eleven|twelve|thirteen"
    rf"|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|{_SMALL}"
)
_FRACTION = rf"(?:(?:a|{_SMALL})[- ])?half|halves|(?:a|{_SMALL})[- ](?:third|fourth|quarter|fifth|sixth|eighth|tenth)s?"
WORD = rf"(?!(?:sqrt|hal[fv]|{_SMALL}|ten|elev|twel|thir|fif|twenty|fort)[a-z]*)[a-z]{{2,}}"
_PIECE = re.compile(
    rf"(?P<words>{WORD}(?: {WORD})*)"
    rf"|(?P<formula>{HIDDEN}+|{DISPLAYED}+)"
    rf"|(?P<plain>(?<![\w.\\])(?<!\d,)(?>{_PLAIN})(?![\w°]|[.,:]\d|-[A-Za-z]|['’]))"
    rf"|(?P<fraction>(?<![\w-])(?>{_FRACTION})(?![\w-]))"
    rf"|(?P<spelled>(?<![\w-])(?>{_SPELLED})(?![\w-]))"
    r"|(?P<space>\s+)|(?P<other>[A-Za-z]+|\d[\w.,]*|.)"
)
_ARITHMETIC = words(
    "add mul neg div pow root factorial double_factorial binomial abs floor ceil mod gcd lcm permutations percent money"
)


class UnfitError(Exception):
    """A template does not apply to the operands it was matched with."""


class Operand:
    """A formula or a number in a sentence."""

    def __init__(self, statements: tuple[Statement, ...], *, loose: bool = False, spelled: bool = False) -> None:
        self.statements = statements
        self.loose = loose
        """Whether it is a calculation in plain text, of which a word beside it may take a part only."""
        self.spelled = spelled
        """Whether it is a word."""

    @property
    def states(self) -> bool:
        """Whether it is a statement."""
        return any(isinstance(statement, Relation) for statement in self.statements)

    @property
    def sides(self) -> tuple[Expression, ...]:
        """What the operand says to be equal, in order; an expression is one side.

        Raises:
            UnfitError: it is not one expression or one chain of equations.
        """
        sides: list[Expression] = []
        for statement in self.statements:
            match statement:
                case Relation(relator=Relator.EQUAL, left=left, right=right):
                    sides += [right] if sides and sides[-1] == left else [left, right]
                case Relation():
                    raise UnfitError
                case _:
                    sides.append(statement)
        if not sides or (len(self.statements) > 1 and len(sides) != len(self.statements) + 1):
            raise UnfitError
        return tuple(sides)

    @property
    def value(self) -> Expression:
        """The first side that is a calculation with numbers.

        Raises:
            UnfitError: there is none.
        """
        found = next((side for side in self.sides if is_closed(side)), None)
        if found is None:
            raise UnfitError
        return found


def is_closed(tree: Expression) -> bool:
    """Whether a term is made of numbers and arithmetic alone, pi included."""
    for node in walk(tree):
        match node:
            case Operation(operator=operator):
                if operator not in _ARITHMETIC:
                    return False
            case Symbol(name=name):
                if name not in {"pi", "$"}:
                    return False
            case Call() | Words() | Collection() | Matrix():
                return False
    return True


class _Parts(NamedTuple):
    """What a sentence is made of."""

    shape: str
    spans: list[tuple[int, int]]
    starts: list[int]
    """Where in the shape each part begins, and the characters of the text that it stands for."""
    kinds: dict[int, str]
    """The kinds of the operands, by where they stand in the shape."""


class Sentence:
    """A sentence as its words and its operands."""

    def __init__(self, text: str, prose: str, small: str, span: Span, pieces: Mapping[int, Piece]) -> None:
        """Take a sentence apart.

        Args:
            text: what it is a sentence of.
            prose: the text with its formulas hidden.
            small: the prose in small letters.
            span: where the sentence stands.
            pieces: the formulas of the text, by where they begin.
        """
        self._text = text
        self._prose = prose
        self._span = span
        self._pieces = pieces

        self._parts = self._take_apart(small)
        self.shape = self._parts.shape
        """Its words in small letters, with a mark for each operand and single spaces."""

    def _take_apart(self, small: str) -> _Parts:
        shape: list[str] = []
        spans: list[tuple[int, int]] = []
        starts: list[int] = []
        kinds: dict[int, str] = {}
        length = 0
        for match in _PIECE.finditer(small, self._span.start, self._span.end):
            kind = match.lastgroup or ""
            if kind in {"words", "other"}:
                sign = match[0]
            elif kind == "space":
                sign = " "
            else:
                sign = MARK
                kinds[length] = kind
            spans.append(match.span())
            starts.append(length)
            shape.append(sign)
            length += len(sign)
        return _Parts("".join(shape), spans, starts, kinds)

    def span(self, start: int, end: int) -> Span:
        """The characters of the text that whole words of the shape stand for."""
        return Span(self._word(start).start, self._word(end - 1).end)

    def _word(self, place: int) -> Span:
        """The characters of the word, the space or the operand at a place of the shape."""
        index = bisect_right(self._parts.starts, place) - 1
        span = Span(*self._parts.spans[index])
        written = self._prose[span.start : span.end]
        if " " not in written or self._parts.starts[index] in self._parts.kinds:
            return span
        offset = place - self._parts.starts[index]
        start = written.rfind(" ", 0, offset + 1) + 1
        if start > offset:  # the space itself
            return Span(span.start + offset, span.start + start)
        end = written.find(" ", offset)
        return Span(span.start + start, span.end if end < 0 else span.start + end)

    def operand(self, place: int) -> Operand:
        """The operand at a place of the shape."""
        kind, span = self._parts.kinds[place], self._word(place)
        written = self._prose[span.start : span.end]
        match kind:
            case "formula":
                statements = self._formula(span)
            case "fraction" | "spelled":
                number = spelled_number(re.sub(r"^a[- ]", "one ", written.lower()))
                statements = () if number is None else (_numeral(number, span),)
            case _:
                statements = _read(written, span.start)
        return Operand(statements, loose=kind == "plain" and " " in written, spelled=kind == "spelled")

    def lead(self, place: int) -> str:
        """The words before a place of the shape, from some way before the sentence."""
        start = self._span.start
        return self._prose[max(0, start - _LEAD) : start].lower() + self.shape[:place]

    def _formula(self, span: Span) -> tuple[Statement, ...]:
        piece = self._pieces.get(span.start)
        if piece is None or piece.span.end != span.end:
            return ()
        return _read(self._text[piece.body.start : piece.body.end], piece.body.start)


def _numeral(value: Fraction, span: Span) -> Expression:
    above, below = Number(Fraction(value.numerator), span=span), Number(Fraction(value.denominator), span=span)
    return above if value.denominator == 1 else Operation("div", (above, below), span)


def _read(source: str, offset: int) -> tuple[Statement, ...]:
    try:
        return read(source, offset=offset)
    except ReadError:
        return ()


@lru_cache(maxsize=4)
def _ends(prose: str) -> list[int]:
    return [*(match.end() for match in _BOUNDARY.finditer(prose)), len(prose)]


def sentences(prose: str, places: Iterable[int]) -> Iterator[Span]:
    """The sentences that these places of a text lie in, in order, without those that are too long for a template."""
    ends = _ends(prose)
    for index in sorted({bisect_right(ends, place) for place in places}):
        span = Span(ends[index - 1] if index else 0, ends[index])
        if span.end - span.start <= _LONGEST:
            yield span
