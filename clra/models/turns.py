"""Servers that draw one answer at a time, and break it off when they are asked for another.

The server of llama-cpp-python is one, as it comes. It looks like any other until answers overlap.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Final

_LOG = logging.getLogger(__name__)

_ENOUGH: Final = 3
"""Answers that broke off beside others, at least as many as go on, before one of such came to its end: no accident."""


class Turns:
    """Whether requests must wait for each other, found out as answers come.

    Args:
        server: how the user knows it.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._under_way = self._broken = self._whole = 0
        self._needed = False

    @asynccontextmanager
    async def taken(self, turn: asyncio.Lock) -> AsyncIterator[None]:
        """The time in which a request may be under way."""
        async with turn if self._needed else nullcontext():
            self._under_way += 1
            try:
                yield
            finally:
                self._under_way -= 1

    def ended(self) -> None:
        """An answer came to its end."""
        self._whole += self._under_way > 1

    def broke_off(self) -> None:
        """An answer ended in the middle, by the server's will."""
        self._broken += self._under_way > 1
        if not self._needed and self._broken >= max(_ENOUGH, self._under_way) and not self._whole:
            self._needed = True
            _LOG.warning("%s breaks answers off when it is asked for more: asking one at a time", self._server)
