"""Any server that speaks the OpenAI chat-completions protocol: vLLM, llama.cpp, Ollama, SGLang, hosted ones.

Many servers ignore ``n``, and none takes a seed for each of the n choices, so each seed is a request of its own. How
far a seed repeats a completion is the server's affair.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import httpx

from clra.config import Settings
from clra.errors import ConfigError, ModelError, ModelUnavailableError
from clra.models.chat import Assembly, Quirk, options_named, quirk_behind, request_body, server_message
from clra.models.retry import Absence, RetryLaterError, retry_after, with_retries
from clra.models.sse import EventReader
from clra.models.turns import Turns
from clra.models.watching import Watcher
from clra.protocols import Completion, Model, SamplingParams

_START_HINT: Final = (
    "start a server, such as `vllm serve MODEL --port 8000`, `ollama serve` or"
    " `llama-server -m model.gguf --port 8080`, or check the address"
)
_ADDRESS_HINT: Final = "is the address right? It should end in /v1"
_KEY_HINT: Final = "set OPENAI_API_KEY to a key of this server"


def open_model(argument: str, settings: Settings) -> Model:
    """Open ``URL``, ``URL#MODEL``, or ``MODEL`` at the address of the settings. Nothing is sent yet.

    Several addresses, separated by commas, are servers of the same model that share the work.

    Raises:
        ConfigError: no address, or one that is none; an API key that cannot be sent.
    """
    if argument.startswith(("http://", "https://")):
        address, _, model = argument.partition("#")
    else:
        address, model = settings.base_url or "", argument.removeprefix("#")
    if not address:
        raise ConfigError(
            "the address of the model server is not known",
            hint="write openai:http://127.0.0.1:8000/v1#MODEL, or set OPENAI_BASE_URL",
        )
    addresses = address.split(",")
    servers = [
        OpenAIModel(
            each,
            model.strip(),
            api_key=settings.api_key.get_secret_value() if settings.api_key else "",
            timeout=settings.timeout,
            retries=settings.retries,
            concurrency=settings.concurrency,
            patience=settings.timeout if len(addresses) == 1 else 0.0,  # the others take over
            prompts=settings.prompts,
        )
        for each in addresses
    ]
    if len(servers) == 1:
        return servers[0]
    from clra.models.spread import SpreadModel  # noqa: PLC0415  # it stands on this module

    return SpreadModel(servers, concurrency=settings.concurrency)


@dataclass(slots=True)
class _Session:
    """One pool of connections, shared by the `sample` calls that overlap."""

    client: httpx.AsyncClient
    gate: asyncio.Semaphore
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class _RefusedError(ModelError):
    """The request is not to the server's liking: HTTP 400 or 422, or the same said in a stream."""


class OpenAIModel:
    """A model behind an OpenAI-compatible server. Fits `clra.protocols.Model`.

    Connections live only while completions are drawn, so that one model serves several event loops in turn; two at the
    same time need two models.

    Args:
        address: of the server, up to ``/v1``.
        model: its name there; the only one that is served where it is empty.
        api_key: sent with each request, where there is one.
        timeout: seconds without a byte after which a request is made anew.
        retries: attempts after the first, for each request.
        concurrency: requests at the same time.
        patience: seconds for which a server is waited for that answered before and is gone, as one that is restarted.
        prompts: name of the prompt set.
    """

    def __init__(
        self,
        address: str,
        model: str = "",
        *,
        api_key: str = "",
        timeout: float,
        retries: int,
        concurrency: int,
        patience: float = 0.0,
        prompts: str = "default",
    ) -> None:
        self._url = _server_url(address)
        self._shown = str(self._url.copy_with(username=None, password=None, query=None))
        self._model = model
        self._api_key = api_key.strip()
        if not (self._api_key.isascii() and self._api_key.isprintable()):
            raise ConfigError("the API key holds characters that cannot be sent", hint=_KEY_HINT)
        self._timeout = timeout
        self._retries = retries
        self._concurrency = concurrency
        self._session: _Session | None = None
        self._absence = Absence(self._shown, patience)
        self._turns = Turns(self._shown)
        self._reached = False
        self._quirks: set[Quirk] = set()
        self.name = f"openai:{model or self._shown}"
        self.prompts = prompts

    def __repr__(self) -> str:
        return f"OpenAIModel({self._shown!r}, {self._model!r})"

    async def sample(self, prompt: str, params: SamplingParams) -> AsyncGenerator[Completion, None]:
        """Draw one completion for each seed, each yielded as soon as it is finished.

        Where one completion cannot be had after all retries, the others are still yielded before the error is raised;
        two in a row mean that the server is gone. Log-probabilities are None where the server gives none, or not for
        every token.

        Raises:
            ConfigError: the server serves several models and none was named.
            ModelError: the server refuses, or answers outside the agreed form.
            ModelUnavailableError: nobody answers, or not in time.
        """
        async with self.connected() as session:
            if not self._model:
                self._choose(await self._served(session))
            drawing = [
                asyncio.create_task(self._draw(session, prompt, params, index)) for index in range(len(params.seeds))
            ]
            lost: list[ModelUnavailableError] = []
            failing = False
            try:
                for finished in asyncio.as_completed(drawing):
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
                for task in drawing:
                    task.cancel()
                await asyncio.gather(*drawing, return_exceptions=True)
            if lost:
                raise lost[0]

    async def aclose(self) -> None:
        """Give back the connections."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.client.aclose()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[_Session]:
        """Keep the connections open between the `sample` calls within."""
        if self._session is None:
            loopback = self._url.host in {"localhost", "127.0.0.1", "::1"}
            self._session = _Session(
                client=httpx.AsyncClient(
                    headers={"Authorization": f"Bearer {self._api_key}"} if self._api_key else {},
                    timeout=httpx.Timeout(self._timeout, connect=min(self._timeout, 20.0), pool=None),
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

    async def _draw(self, session: _Session, prompt: str, params: SamplingParams, index: int) -> Completion:
        """One completion, drawn anew as a whole after each failure that may pass."""
        seed = params.seeds[index]

        async def attempt() -> Completion:
            uncapped: set[Quirk] = set()
            while True:
                body = request_body(self._model, prompt, params, seed, self._quirks | uncapped)
                try:
                    async with self._turns.taken(session.turn):
                        assembly = await self._stream(session, body, Watcher(params, index))
                except _RefusedError as refusal:
                    quirk = quirk_behind(str(refusal), body)
                    if quirk is None:
                        if named := options_named(str(refusal), body):
                            refusal.hint = f"leave out or change what the server objects to: {', '.join(named)}"
                        raise
                    # another prompt may leave room for its cap
                    (uncapped if quirk is Quirk.NO_CAP else self._quirks).add(quirk)
                else:
                    return assembly.completion(index, seed, params)

        async with session.gate:
            return await with_retries(attempt, retries=self._retries, key=str(seed))

    async def _stream(self, session: _Session, body: Mapping[str, Any], watcher: Watcher) -> Assembly:
        assembly, events, ended = Assembly(watcher.params.confidences), EventReader(), False
        try:
            async with self._answer(session, "POST", "chat/completions", body) as response:
                kind = response.headers.get("content-type", "")
                if "json" in kind or "html" in kind:  # a server that does not stream
                    assembly.add(self._parse(await _text(response)))
                    ended = True
                else:
                    async for chunk in response.aiter_bytes():
                        for data in events.feed(chunk):
                            ended = ended or data == "[DONE]"
                            if not ended:
                                assembly.add(self._parse(data))
                                if _is_cut(assembly, watcher):
                                    return assembly
        except RetryLaterError:
            if not ended:
                raise
        if ended and not assembly.answered:
            raise ModelError(f"{self._shown} answered without any choices")
        if assembly.finish is None:
            self._turns.broke_off()
            raise RetryLaterError(f"{self._shown} broke off in the middle of an answer")
        self._turns.ended()
        return assembly

    async def _served(self, session: _Session) -> list[str]:
        """Names of the models that the server offers."""

        async def attempt() -> Any:
            async with self._answer(session, "GET", "models") as response:
                return self._parse(await _text(response)).get("data")

        listed = await with_retries(attempt, retries=self._retries, key="models")
        if not isinstance(listed, list):
            raise ModelError(f"{self._shown}/models does not list its models", hint=_ADDRESS_HINT)
        return [str(entry["id"]) for entry in listed if isinstance(entry, Mapping) and "id" in entry]

    def _choose(self, served: Sequence[str]) -> None:
        if not served:
            raise ModelError(f"{self._shown} serves no model", hint="load or pull one first")
        if len(served) > 1:
            raise ConfigError(
                f"{self._shown} serves {len(served)} models: say which",
                hint=f"write openai:{self._shown}#NAME with one of: {', '.join(served)}",
            )
        self._model = served[0]
        self.name = f"openai:{self._model}"

    @asynccontextmanager
    async def _answer(
        self, session: _Session, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """Send a request and hand out the answer to it, unread; errors of any kind become ours."""
        url = self._url.copy_with(path=f"{self._url.path}/{path}")
        try:
            async with session.client.stream(method, url, json=body) as response:
                self._reached = True
                self._absence.end()
                if response.status_code != httpx.codes.OK:
                    raise await self._refusal(session, response, body)
                yield response
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            message = f"nobody answers at {self._shown} ({error or 'timed out'})"
            if not self._reached:
                raise ModelUnavailableError(message, hint=_START_HINT) from error
            raise RetryLaterError(message, hint=_START_HINT, counts=not self._absence.is_borne()) from error
        except httpx.TimeoutException as error:
            raise RetryLaterError(
                f"{self._shown} was silent for {self._timeout:g} seconds", hint="a longer timeout may help"
            ) from error
        except httpx.RequestError as error:
            raise RetryLaterError(f"the connection to {self._shown} broke: {error or type(error).__name__}") from error

    async def _refusal(self, session: _Session, response: httpx.Response, body: Mapping[str, Any] | None) -> ModelError:
        """The error that an answer other than 200 stands for."""
        status, (message, code) = response.status_code, server_message(await _text(response))
        message = self._without_key(message)
        said = f"{self._shown} answered {status}: {message or response.reason_phrase}"
        passing = status in {408, 425, 429} or (status >= 500 and status != 501)
        if passing and code != "insufficient_quota":
            return RetryLaterError(said, after=retry_after(response.headers.get("retry-after")))
        if status in {401, 403}:
            return ModelError(said, hint=_KEY_HINT)
        if status == 404:
            return await self._not_found(session, said) if body else ModelError(said, hint=_ADDRESS_HINT)
        if status in {400, 422}:
            return _RefusedError(said)
        if 300 <= status < 400:
            return ModelError(f"{said}, to {response.headers.get('location', 'nowhere')}", hint=_ADDRESS_HINT)
        return ModelError(said)

    async def _not_found(self, session: _Session, said: str) -> ModelError:
        try:
            served = await self._served(session)
        except ModelError:
            return ModelError(said, hint=_ADDRESS_HINT)
        if self._model in served:
            return ModelError(said, hint=_ADDRESS_HINT)
        return ModelError(f"{self._shown} does not serve {self._model}", hint=f"there are: {', '.join(served)}")

    def _parse(self, text: str) -> Mapping[str, Any]:
        if text.lstrip().startswith("<"):
            raise ModelError(f"{self._shown} answered with a web page", hint=_ADDRESS_HINT)
        try:
            answer = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ModelError(
                f"{self._shown} answered with text that is not JSON: {self._without_key(text)[:80]!r}"
            ) from error
        if not isinstance(answer, Mapping):
            raise ModelError(f"{self._shown} answered outside the agreed form: expected an object, got {answer!r:.80}")
        if answer.get("error"):  # in the middle of a stream, where no status can tell
            message, code = server_message(text)
            said = f"{self._shown} answered: {self._without_key(message)}"
            raise _RefusedError(said) if code.startswith("4") and code != "429" else RetryLaterError(said)
        return answer

    def _without_key(self, text: str) -> str:
        return text.replace(self._api_key, "***") if self._api_key else text


@cache
def _certificates() -> ssl.SSLContext:
    """What servers are known by; reading it takes longer than many a completion."""
    return httpx.create_ssl_context()


def _is_cut(assembly: Assembly, watcher: Watcher) -> bool:
    """Whether who watches the completion has seen enough."""
    cut = assembly.finish is None and watcher.due(assembly.characters) and watcher.aborts(assembly.so_far())
    if cut:
        assembly.finish = "abort"
    return cut


def _server_url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address.strip().rstrip("/"))
    except httpx.InvalidURL as error:
        raise ConfigError(f"{address!r} is not an address: {error}", hint=_ADDRESS_HINT) from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise ConfigError(f"{address!r} is not an address of a server", hint="it looks like http://127.0.0.1:8000/v1")
    return url.copy_with(path=url.path.rstrip("/"), fragment=None)


async def _text(response: httpx.Response) -> str:
    return (await response.aread()).decode(errors="replace")
