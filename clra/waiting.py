"""Waiting that can be cut short."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def unless(event: asyncio.Event, awaited: Awaitable[T]) -> T | None:
    """Wait for something, or until the event is set: then it is cancelled, and None comes back."""
    waiting, early = asyncio.ensure_future(awaited), asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({waiting, early}, return_when=asyncio.FIRST_COMPLETED)
        return waiting.result() if waiting.done() else None
    finally:
        for each in (waiting, early):
            each.cancel()
        await asyncio.gather(waiting, early, return_exceptions=True)
