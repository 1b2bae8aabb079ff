"""Several servers of one model, the least busy one first: data parallelism without a cluster."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing
from functools import partial
from typing import Final

from clra.errors import ConfigError, ModelUnavailableError
from clra.models.drawing import as_finished
from clra.models.openai import OpenAIModel
from clra.models.retry import Absence, RetryLaterError, with_retries
from clra.protocols import Completion, SamplingParams

LISTING: Final = 2.0
"""Seconds in which a server usually says what it serves."""
LOOK_AGAIN: Final = 30.0
"""Seconds for which a server that failed is passed over, while another one is up."""


class SpreadModel:
    """Servers that offer the same model, used as one. Fits `clra.protocols.Model`.

    What a server fails to bring is drawn elsewhere at once, under the same seed. It gets nothing more until text is
    heard from it again, but for one request every `LOOK_AGAIN` seconds. A request has failed where no server brings it.

    Args:
        servers: at least one.
        concurrency: requests to each of them at the same time.
        retries: attempts after the first, for each request; in each of them every server may be asked.
        absence: how long they are waited for once they answered and all are gone.
    """

    def __init__(self, servers: Sequence[OpenAIModel], *, concurrency: int, retries: int, absence: Absence) -> None:
        self._servers = tuple(servers)
        self._concurrency = concurrency
        self._retries = retries
        self._absence = absence
        self._busy: Counter[OpenAIModel] = Counter()
        self._failed: dict[OpenAIModel, float] = {}
        """When each that failed last did so, or was looked at again, by the monotonic clock."""
        self.prompts = self._servers[0].prompts

    @property
    def name(self) -> str:
        """That of the model once it is known, before that the first address."""
        return next((server for server in self._servers if server.model), self._servers[0]).name

    async def sample(self, prompt: str, params: SamplingParams) -> AsyncGenerator[Completion, None]:
        """Draw one completion for each seed, each yielded as soon as it is finished.

        Where one completion cannot be had after all retries, the others are still yielded before the error is raised;
        two in a row mean that the servers are gone.

        Raises:
            ConfigError: no model was named, and a server offers several, or another one than the others.
            ModelError: a server refuses, or answers outside the agreed form.
            ModelUnavailableError: none of them answers.
        """
        gate = asyncio.Semaphore(self._concurrency * len(self._servers))
        async with AsyncExitStack() as connections:
            for server in self._servers:
                await connections.enter_async_context(server.connected())
            if not self._is_known():
                await self._choose_model()
            self._require_one_model()
            drawing = (self._draw(prompt, params, index, gate) for index in range(len(params.seeds)))
            async with aclosing(as_finished(drawing)) as finished:
                async for completion in finished:
                    yield completion

    async def aclose(self) -> None:
        """Give back the connections."""
        for server in self._servers:
            await server.aclose()

    async def _draw(self, prompt: str, params: SamplingParams, index: int, gate: asyncio.Semaphore) -> Completion:
        async with gate:
            return await with_retries(
                partial(self._attempt, prompt, params, index),
                retries=self._retries,
                key=str(params.seeds[index]),
                absence=self._absence,
            )

    async def _attempt(self, prompt: str, params: SamplingParams, index: int) -> Completion:
        """The completion of one of the seeds, from whichever server brings it."""
        errors: list[ModelUnavailableError] = []
        left = list(self._servers)
        while left:
            server = self._next(left)
            left.remove(server)
            looking = self._is_down(server)
            self._busy[server] += 1
            try:
                async with server.connected() as session, session.gate:
                    if left and not looking and self._is_down(server):  # it failed while this waited at its gate
                        continue
                    await server.choose(session)
                    self._require_one_model()
                    return await server.attempt(session, prompt, params, index)
            except ModelUnavailableError as error:
                self._failed[server] = time.monotonic()
                errors.append(error)
            finally:
                self._busy[server] -= 1
        raise min(errors, key=_hopelessness)

    async def _choose_model(self) -> None:
        """Let the servers say which model they serve; once one has, slow ones are asked when they are used."""
        waiting = {asyncio.create_task(self._choose(server)) for server in self._servers}
        asking = tuple(waiting)
        try:
            while waiting:
                _, waiting = await asyncio.wait(waiting, timeout=LISTING)
                if self._is_known():
                    break
            for task in asking:
                if task.done():
                    task.result()
        finally:
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)

    def _is_known(self) -> bool:
        """Whether it is known which model is served."""
        return any(server.model for server in self._servers)

    async def _choose(self, server: OpenAIModel) -> None:
        """Let a server that is up say which model it serves; one that is not is asked when it is."""
        if server.model or self._is_passed_over(server):
            return
        try:
            async with server.connected() as session:
                await server.choose(session)
        except ModelUnavailableError:
            self._failed[server] = time.monotonic()

    def _require_one_model(self) -> None:
        served = {server.address: server.model for server in self._servers if server.model}
        if len(set(served.values())) > 1:
            raise ConfigError(
                "the servers offer different models: "
                + ", ".join(f"{address} serves {model}" for address, model in served.items()),
                hint="let all of them serve the same, or leave the others out",
            )

    def _next(self, left: Sequence[OpenAIModel]) -> OpenAIModel:
        """The least busy of those that are up; where none is, of all."""
        up = [server for server in left if not self._is_passed_over(server)]
        server = min(up or left, key=self._busy.__getitem__)
        if self._is_down(server):
            self._failed[server] = time.monotonic()  # one look is enough
        return server

    def _is_down(self, server: OpenAIModel) -> bool:
        """Whether it failed, and has not been heard since."""
        return self._failed.get(server, -math.inf) > server.heard

    def _is_passed_over(self, server: OpenAIModel) -> bool:
        return self._is_down(server) and time.monotonic() - self._failed[server] < LOOK_AGAIN


def _hopelessness(error: ModelUnavailableError) -> tuple[bool, bool, float]:
    """Least where another attempt is likeliest to help, and soonest."""
    if not isinstance(error, RetryLaterError):
        return True, True, 0.0
    return False, error.gone, error.after or 0.0
