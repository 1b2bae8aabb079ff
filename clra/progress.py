"""Going through much, one by one: how much is done is told, and it ends early where that is asked."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def counted_off(
    items: Iterable[T], on_progress: Callable[[int], None] | None, stop: asyncio.Event | None = None
) -> Iterator[T]:
    """The items, up to where ``stop`` is set; once the next one is asked for, the one before is done and told."""
    for done, item in enumerate(items, start=1):
        if stop is not None and stop.is_set():
            return
        yield item
        if on_progress is not None:
            on_progress(done)
