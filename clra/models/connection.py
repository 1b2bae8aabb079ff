"""The way to one server: requests and answers, and every failure of either as one of our errors."""

import asyncio
import json
import math
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import httpx

from clra.errors import ConfigError, ModelError, ModelUnavailableError, RequestRefusedError
from clra.models.chat import server_message
from clra.models.retry import Absence, RetryLaterError, retry_after

QUIET: Final = 1.0
"""Seconds. A server from which text came that recently is not gone: it turns this one request away."""

_START_HINT: Final = (
    "start a server, such as `vllm serve MODEL --port 8000`, `ollama serve` or"
    " `llama-server -m model.gguf --port 8080`, or check the address"
)
_ADDRESS_HINT: Final = "is the address right? It should end in /v1"
_KEY_HINT: Final = "set OPENAI_API_KEY to a key of this server"


@dataclass(slots=True)
class Session:
    """One pool of connections, shared by the calls that overlap."""

    client: httpx.AsyncClient
    gate: asyncio.Semaphore
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Server:
    """A server of the OpenAI protocol, and what its answers have told of it.

    Args:
        address: up to ``/v1``.
        api_key: sent with each request, where there is one.
        timeout: seconds without a byte after which a request is given up.
        concurrency: requests at the same time.
        absence: ended by every answer.

    Raises:
        ConfigError: the address is none, or the key cannot be sent.
    """

    def __init__(self, address: str, *, api_key: str, timeout: float, concurrency: int, absence: Absence) -> None:
        self._url = server_url(address)
        self._api_key = api_key.strip()
        if not (self._api_key.isascii() and self._api_key.isprintable()):
            raise ConfigError("the API key holds characters that cannot be sent", hint=_KEY_HINT)
        self._concurrency = concurrency
        self._absence = absence
        self._session: Session | None = None
        self._reached = False
        self.timeout = timeout
        self.longest_connect = min(timeout, 20.0)
        self.shown = shown_address(address)
        self.heard = -math.inf
        """When text last came from it, on any request, by the monotonic clock."""

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Session]:
        """Keep the connections open between the calls within."""
        if self._session is None:
            loopback = self._url.host in {"localhost", "127.0.0.1", "::1"}
            self._session = Session(
                client=httpx.AsyncClient(
                    headers={"Authorization": f"Bearer {self._api_key}"} if self._api_key else {},
                    timeout=httpx.Timeout(None, connect=self.longest_connect),
                    limits=httpx.Limits(max_connections=None, max_keepalive_connections=self._concurrency),
                    trust_env=not loopback,  # no proxy stands before this machine
                    verify=_certificates(),
                ),
                gate=asyncio.Semaphore(self._concurrency),
            )
        session = self._session
        session.users += 1
        try:
            yield session
        finally:
            session.users -= 1
            if not session.users:
                if self._session is session:  # not closed in the meantime
                    self._session = None
                await session.client.aclose()

    async def aclose(self) -> None:
        """Give back the connections."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.client.aclose()

    @asynccontextmanager
    async def answer(
        self, session: Session, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> AsyncIterator["_Answer"]:
        """Send a request and hand out the answer to it, unread.

        Raises:
            RequestRefusedError: the request is at fault.
            RetryLaterError: another attempt may be answered.
            ModelUnavailableError: nobody answers, and nobody ever did.
            ModelError: the server refuses.
        """
        url = self._url.copy_with(path=f"{self._url.path}/{path}")
        try:
            answer = _Answer(self)
            async with answer.limited(), session.client.stream(method, url, json=body) as answer.response:
                self._reached = True
                if answer.status != httpx.codes.OK:
                    raise await self._refusal(session, answer, body)
                self._absence.end()
                yield answer
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            message = f"nobody answers at {self.shown} ({error or 'timed out'})"
            if not self._reached:
                raise ModelUnavailableError(message, hint=_START_HINT) from error
            raise RetryLaterError(message, hint=_START_HINT, gone=True) from error
        except TimeoutError as error:
            raise RetryLaterError(
                f"{self.shown} was silent for {self.timeout:g} seconds", hint="a longer timeout may help"
            ) from error
        except httpx.RequestError as error:
            raise RetryLaterError(f"the connection to {self.shown} broke: {error or type(error).__name__}") from error

    async def models(self, session: Session) -> list[str]:
        """Names of the models that it offers, asked once.

        Raises:
            ModelError: as for `answer`, or it does not list them.
        """
        async with self.answer(session, "GET", "models") as answer:
            listed = self.parse(await answer.text()).get("data")
        if not isinstance(listed, list):
            raise ModelError(f"{self.shown}/models does not list its models", hint=_ADDRESS_HINT)
        return [str(entry["id"]) for entry in listed if isinstance(entry, Mapping) and "id" in entry]

    def parse(self, text: str) -> Mapping[str, Any]:
        """The object that an answer, or an event of one, consists of.

        Raises:
            RequestRefusedError: it says that the request is at fault.
            RetryLaterError: it tells of another failure.
            ModelError: it is no object.
        """
        if text.lstrip().startswith("<"):
            raise ModelError(f"{self.shown} answered with a web page", hint=_ADDRESS_HINT)
        try:
            answer = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ModelError(
                f"{self.shown} answered with text that is not JSON: {self._without_key(text)[:80]!r}"
            ) from error
        if not isinstance(answer, Mapping):
            raise ModelError(f"{self.shown} answered outside the agreed form: expected an object, got {answer!r:.80}")
        if answer.get("error"):  # in the middle of a stream, where no status can tell
            message, code = server_message(text)
            said = f"{self.shown} answered: {self._without_key(message)}"
            raise RequestRefusedError(said) if code.startswith("4") and code != "429" else RetryLaterError(said)
        return answer

    async def _refusal(self, session: Session, answer: "_Answer", body: Mapping[str, Any] | None) -> ModelError:
        """The error that an answer other than 200 stands for."""
        headers, status, (message, code) = answer.headers, answer.status, server_message(await answer.text())
        said = f"{self.shown} answered {status}: {self._without_key(message) or answer.response.reason_phrase}"
        passing = status in {408, 425, 429} or (status >= 500 and status != 501)
        if passing and code != "insufficient_quota":
            after = retry_after(headers.get("retry-after"))
            return RetryLaterError(said, after=after, gone=after is None and self._is_restarting(status))
        if status in {401, 403}:
            return ModelError(said, hint=_KEY_HINT)
        if status == 404:
            return await self._not_found(session, said, str(body["model"])) if body else _misplaced(said)
        if status in {400, 422}:
            return RequestRefusedError(said)
        if 300 <= status < 400:
            return _misplaced(f"{said}, to {headers.get('location', 'nowhere')}")
        return ModelError(said)

    def _is_restarting(self, status: int) -> bool:
        """Whether this status of a server that answered before says that it loads its model."""
        return status in {502, 503} and QUIET <= time.monotonic() - self.heard < math.inf

    async def _not_found(self, session: Session, said: str, model: str) -> ModelError:
        try:
            offered = await self.models(session)
        except ModelError:
            return _misplaced(said)
        if model in offered:
            return _misplaced(said)
        return ModelError(f"{self.shown} does not serve {model}", hint=f"there are: {', '.join(offered)}")

    def _without_key(self, text: str) -> str:
        return text.replace(self._api_key, "***") if self._api_key else text


class _Answer:
    """The answer to one request; `TimeoutError` ends a silence that is too long.

    Until its own text begins, the request may stand in the server's queue, behind others whose text is heard: that is
    no silence. From then on only its own bytes count.
    """

    response: httpx.Response
    _limit: asyncio.Timeout
    _next_look: asyncio.TimerHandle

    def __init__(self, server: Server) -> None:
        self._server = server
        self._heard = time.monotonic() + server.longest_connect
        self._begun = False

    @asynccontextmanager
    async def limited(self) -> AsyncIterator[None]:
        """The time in which it is waited for and read."""
        async with asyncio.timeout(None) as self._limit:
            self._look()
            try:
                yield
            finally:
                self._next_look.cancel()

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """What it says of itself."""
        return self.response.headers

    def listen(self, *, begun: bool) -> None:
        """Bytes came; ``begun`` says whether text of a completion is among those that came by now."""
        self._heard, self._begun = time.monotonic(), begun
        if begun:
            self._server.heard = self._heard

    async def text(self) -> str:
        """All of it."""
        chunks = []
        async for chunk in self.response.aiter_bytes():
            self.listen(begun=False)
            chunks.append(chunk)
        return b"".join(chunks).decode(errors="replace")

    def _look(self) -> None:
        heard = self._heard if self._begun else max(self._heard, self._server.heard)
        left = heard + self._server.timeout - time.monotonic()
        loop = asyncio.get_running_loop()
        if left > 0:
            self._next_look = loop.call_later(left, self._look)
        else:
            self._limit.reschedule(loop.time())


def server_url(address: str) -> httpx.URL:
    """The address as a URL, without a slash at its end.

    Raises:
        ConfigError: it is none of a server.
    """
    try:
        url = httpx.URL(address.strip().rstrip("/"))
    except httpx.InvalidURL as error:
        raise ConfigError(f"{address!r} is not an address: {error}", hint=_ADDRESS_HINT) from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise ConfigError(f"{address!r} is not an address of a server", hint="it looks like http://127.0.0.1:8000/v1")
    return url.copy_with(path=url.path.rstrip("/"), fragment=None)


def shown_address(address: str) -> str:
    """The address without its secrets.

    Raises:
        ConfigError: it is none of a server.
    """
    return str(server_url(address).copy_with(username=None, password=None, query=None))


def _misplaced(said: str) -> ModelError:
    return ModelError(said, hint=_ADDRESS_HINT)


@cache
def _certificates() -> ssl.SSLContext:
    """What servers are known by; reading it takes longer than many a completion."""
    return httpx.create_ssl_context()
