"""Formulas written in plain text, without delimiters: ``so 5 × 12 = 60 minutes``.

A *run* is as long a stretch of one line as could be mathematics. It is cut where a list goes on or a bracket of the
prose closes, and what remains is an excerpt if it holds a relation. A run ends where a word begins, and that word may
have cut an operand short: in ``half of 12 + 8 = 14`` the left side is not ``12 + 8``. Such an operand is left out.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from clra.parsing.prose.edges import begins_line, ends_whole, phrase_before, starts_whole
from clra.parsing.prose.tokens import Token, runs
from clra.types import Span

MAX_RUN = 1_500


class Excerpt(NamedTuple):
    """A stretch of prose that holds one relation or more."""

    span: Span
    readable: bool = True
    """False where a word cut an operand short, so that the relation cannot be read from the signs alone."""
    goes_on: bool = False
    """Whether it begins with its relation sign, and a line with it: its left side is the end of the line before."""


def excerpts(prose: str) -> Iterator[Excerpt]:
    """The relations that stand in the prose itself, formulas beside them included."""
    for run in runs(prose):
        if not any(token.kind == "relation" for token in run) or run[-1].end - run[0].start > MAX_RUN:
            continue
        for segment in _segments(run):
            yield from _excerpts(segment, prose)


def _segments(run: list[Token]) -> Iterator[list[Token]]:
    """Cut a run at commas and arrows outside of brackets, and at brackets without a partner."""
    partners = _partners(run)
    depth = 0
    segment: list[Token] = []
    for index, token in enumerate(run):
        paired = index in partners
        if paired and token.kind == "close":
            depth -= 1
        alone = token.kind in {"open", "close"} and not paired
        if alone or (depth == 0 and token.kind in {"comma", "arrow"}):
            yield segment
            segment = []
        else:
            segment.append(token)
        if paired and token.kind == "open":
            depth += 1
    yield segment


def _partners(run: list[Token]) -> set[int]:
    """The indexes of the brackets that have a partner."""
    paired: set[int] = set()
    waiting: list[int] = []
    for index, token in enumerate(run):
        if token.kind == "open":
            waiting.append(index)
        elif token.kind == "close" and waiting:
            paired.update((waiting.pop(), index))
    return paired


class _Chain(NamedTuple):
    """A segment cut at its relation signs."""

    operands: list[list[Token]]
    starts: list[int]
    ends: list[int]

    def span(self, first: int, last: int) -> Span:
        """From one operand to another."""
        return Span(self.starts[first], self.ends[last])


def _chain(segment: list[Token]) -> _Chain | None:
    operands: list[list[Token]] = [[]]
    signs: list[Token] = []
    depth = 0
    for token in segment:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.kind == "relation":
            signs.append(token)
            operands.append([])
        else:
            operands[-1].append(token)
    if not signs:
        return None
    starts = [operands[0][0].start if operands[0] else signs[0].start]
    starts += [operand[0].start if operand else sign.end for sign, operand in zip(signs, operands[1:], strict=True)]
    ends = [operand[-1].end if operand else sign.start for sign, operand in zip(signs, operands, strict=False)]
    return _Chain(operands, starts, [*ends, segment[-1].end])


def _excerpts(segment: list[Token], prose: str) -> Iterator[Excerpt]:
    chain = _chain(segment)
    if chain is None:
        return
    final = len(chain.operands) - 1
    if any(_is_mixed(operand) for operand in chain.operands):
        yield Excerpt(chain.span(0, final), readable=False)
        return
    low = 0 if starts_whole(chain.operands[0], prose) else 1
    high = final if ends_whole(chain.operands[-1], prose) else final - 1
    if not chain.operands[0] and high > 0 and begins_line(prose, chain.starts[0]):
        yield Excerpt(chain.span(0, high), goes_on=True)
        low = high
    elif low > 0:
        start = chain.starts[0] - len(phrase_before(prose, chain.starts[0]))
        yield Excerpt(Span(start, chain.ends[1]), readable=False)
    if high < final and (final > 1 or low == 0):
        yield Excerpt(chain.span(final - 1, final), readable=False)
    if high > low:
        yield Excerpt(chain.span(low, high))


_OPERANDS = frozenset({"formula", "number", "letter", "command", "function", "unit"})


def _is_mixed(operand: list[Token]) -> bool:
    """Whether a delimited formula stands right beside a sign without an operator between: ``$x$ 3``."""
    kinds = [token.kind for token in operand]
    return any("formula" in pair and pair[0] in _OPERANDS and pair[1] in _OPERANDS for pair in pairwise(kinds))


def last_operand(text: str) -> str:
    """What stands behind the last relation sign of a formula; empty where that is not plain."""
    last = list(runs(text))[-1:]
    chain = next((_chain(segment) for segment in reversed([*_segments(last[0])]) if segment), None) if last else None
    if chain is None or text[chain.ends[-1] :].strip(" \t\n.,;\\"):
        return ""
    return text[chain.starts[-1] : chain.ends[-1]]


def pairs(text: str) -> Iterator[Span]:
    """Each two neighbouring operands of each chain in a text, whatever stands around them."""
    for run in runs(text):
        for segment in _segments(run):
            chain = _chain(segment)
            if chain is not None:
                yield from (chain.span(index, index + 1) for index in range(len(chain.operands) - 1))
