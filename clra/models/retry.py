"""Trying again: after exponential pauses with jitter, longer ones where the server asks for them."""

import asyncio
import logging
import math
import time
import zlib
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

from clra.errors import ModelUnavailableError

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

FIRST_PAUSE: Final = 0.5
"""Seconds before the second attempt, doubled for each one after it."""
LONGEST_PAUSE: Final = 60.0
"""Seconds; a server that asks for more is asked again after this."""
BETWEEN_LOOKS: Final = 5.0
"""Most seconds between two looks for a server that is gone."""


class RetryLaterError(ModelUnavailableError):
    """A failure that another attempt may cure."""

    def __init__(self, message: str, *, after: float | None = None, gone: bool = False, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.after = after
        """Seconds that the server asks to wait."""
        self.gone = gone
        """Whether the server answered before and is not there now: it may be waited for."""


class Absence:
    """How long a server is gone that answered before, as one that is restarted; the user is told of it.

    Args:
        server: how the user knows it.
        patience: seconds for which it is waited for.
    """

    def __init__(self, server: str, patience: float) -> None:
        self._server = server
        self._patience = patience
        self._since: float | None = None

    def is_borne(self) -> bool:
        """Nobody answers: whether there is patience left."""
        now = time.monotonic()
        if self._since is None:
            self._since = now
            if self._patience:
                _LOG.warning("nobody answers at %s any more: trying for %g seconds", self._server, self._patience)
        return now - self._since < self._patience

    def end(self) -> None:
        """The server answers."""
        if self._since is not None:
            self._since = None
            if self._patience:
                _LOG.warning("%s answers again", self._server)


async def with_retries(attempt: Callable[[], Awaitable[T]], *, retries: int, key: str, absence: Absence) -> T:
    """Call ``attempt`` until it succeeds, at most ``1 + retries`` times beside those while the server is waited for.

    Args:
        attempt: raises `RetryLaterError` for what another attempt may cure; any other error ends the matter.
        retries: attempts after the first.
        key: spreads the pauses of requests that fail together; equal keys pause equally long.
        absence: says whether a server that is gone is waited for.

    Raises:
        ModelUnavailableError: the last attempt failed too.
    """
    failed = tried = 0
    while True:
        try:
            return await attempt()
        except RetryLaterError as error:
            tried += 1
            waiting = error.gone and absence.is_borne()
            failed += not waiting
            if failed > retries:
                tries = f" (tried {tried} times)" if tried > 1 else ""
                raise ModelUnavailableError(f"{error}{tries}", hint=error.hint) from error
            wait = pause(tried, error.after, key=key)
            if waiting:
                wait = min(wait, BETWEEN_LOOKS)
            _LOG.info("attempt %d failed, next in %.1f s: %s", tried, wait, error)
        await asyncio.sleep(wait)


def pause(failed: int, asked: float | None, *, key: str) -> float:
    """Seconds to wait after ``failed`` attempts, or longer where the server asks for it by ``asked``."""
    jitter = zlib.crc32(f"{key}/{failed}".encode()) / 2**32
    ours = min(FIRST_PAUSE * 2.0 ** min(failed - 1, 32), LONGEST_PAUSE) * (1 + jitter) / 2
    return max(ours, min(asked or 0.0, LONGEST_PAUSE))


def retry_after(header: str | None) -> float | None:
    """Seconds from now that a ``Retry-After`` header asks for: a number or an HTTP date (RFC 9110, 10.2.3)."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(header).timestamp() - time.time()
        except ValueError:
            return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None
