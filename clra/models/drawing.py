"""Completions that are drawn side by side, each handed out as it is finished."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterable
from typing import Any

from clra.errors import ModelUnavailableError
from clra.protocols import Completion


async def as_finished(drawing: Iterable[Coroutine[Any, Any, Completion]]) -> AsyncGenerator[Completion, None]:
    """Yield the completions in the order in which they are finished; closing it cancels the others.

    Where one cannot be had, the others are still yielded before the error is raised; two in a row mean that nobody is
    there.

    Raises:
        ModelUnavailableError: some completion could not be had.
        ClraError: any other failure of one ends them all at once.
    """
    tasks = [asyncio.create_task(each) for each in drawing]
    lost: list[ModelUnavailableError] = []
    failing = False
    try:
        for finished in asyncio.as_completed(tasks):
            try:
                completion = await finished
            except ModelUnavailableError as error:
                if failing:
                    raise
                lost.append(error)
                failing = True
            else:
                failing = False
                yield completion
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if lost:
        raise lost[0]
