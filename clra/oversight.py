"""Chains looked at while they are drawn, so that none goes on that cannot come to anything."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from clra.parsing.repetition import LoopDetector
from clra.types import Review

STEPS_TO_RECOVER: Final = 2
CHARACTERS_TO_RECOVER: Final = 300
"""A chain may take back what is proved false within as many further steps, or characters, whichever come first."""
_LEAST_NEW: Final = 64
_NEW_SHARE: Final = 8  # a chain is reviewed again once it has grown by this part, so that reviews cost linear time
_SENTENCE_ENDS: Final = re.compile(r".*(?:\n|[.!?](?=\s))", re.DOTALL)


class Cut(StrEnum):
    """Why a chain was cut off while it was drawn."""

    LOOPS = "loops"
    """It went round in circles (`clra.parsing.repetition`)."""
    REFUTED = "refuted"
    """It went on from a claim that is proved false."""


@dataclass(slots=True)
class _Sight:
    """What was seen of one chain."""

    loops: LoopDetector = field(default_factory=LoopDetector)
    length: int = 0
    reviewed: int = 0
    """Characters that it had when it was last reviewed."""
    reviewing: bool = False
    astray: bool = False


class Oversight:
    """Watches the chains of one problem. It belongs to the event loop that it is made in.

    Args:
        review: reads a text and checks its claims; None: claims are not checked before a chain is whole.
        at_once: most reviews at the same time; a chain that finds no place is reviewed later.
    """

    def __init__(self, review: Callable[[str], Awaitable[Review]] | None, *, at_once: int) -> None:
        self.cut: dict[int, Cut] = {}
        """Why chains were cut off, by index."""
        self._review = review
        self._at_once = at_once
        self._loop = asyncio.get_running_loop()
        self._sights: dict[int, _Sight] = {}
        self._reviews: set[asyncio.Task[None]] = set()

    def look(self, index: int, text: str) -> bool:
        """Whether the chain is to be cut off here. It may be called from any thread, and never waits."""
        sight = self._sights.get(index)
        if sight is None or len(text) < sight.length:  # drawn anew
            sight = self._sights[index] = _Sight()
        sight.length = len(text)
        if sight.astray:
            self.cut[index] = Cut.REFUTED
        elif sight.loops.loops(text):
            self.cut[index] = Cut.LOOPS
        elif self._review is not None and not sight.reviewing and _due(sight):
            sight.reviewing = True
            with suppress(RuntimeError):  # the loop was closed, and nobody waits
                self._loop.call_soon_threadsafe(self._start, sight, text)
        return index in self.cut

    @property
    def characters(self) -> int:
        """Of the chains that are being drawn, as last seen."""
        return sum(sight.length for sight in list(self._sights.values()))

    def give_up(self) -> int:
        """Forget all that is being drawn; its characters."""
        characters = self.characters
        self._sights.clear()
        return characters

    def finished(self, index: int) -> None:
        """Forget what was seen of a chain that is drawn no more."""
        self._sights.pop(index, None)

    async def aclose(self) -> None:
        """End the reviews that are still under way."""
        for task in self._reviews:
            task.cancel()
        await asyncio.gather(*self._reviews, return_exceptions=True)

    def _start(self, sight: _Sight, text: str) -> None:
        if len(self._reviews) >= self._at_once:
            sight.reviewing = False
            return
        task = asyncio.create_task(self._examine(sight, text))
        self._reviews.add(task)
        task.add_done_callback(self._reviews.discard)

    async def _examine(self, sight: _Sight, text: str) -> None:
        assert self._review is not None  # noqa: S101  # for the type checker: nothing is started without it
        try:
            if whole := _SENTENCE_ENDS.match(text):
                sight.astray = led_astray(await self._review(whole.group()))
            sight.reviewed = len(text)
        finally:
            sight.reviewing = False


def led_astray(review: Review) -> bool:
    """Whether a text asserts what is proved false, and has gone on from there without taking it back."""
    errors = [each.claim for each in review.claims if each.refuted and each.follows_error is None]
    return any(
        len(review.steps) - 1 - claim.step >= STEPS_TO_RECOVER
        or len(review.text) - claim.span.end >= CHARACTERS_TO_RECOVER
        for claim in errors
    )


def _due(sight: _Sight) -> bool:
    return sight.length >= sight.reviewed + max(_LEAST_NEW, sight.reviewed // _NEW_SHARE)
