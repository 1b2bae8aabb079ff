"""Any server that speaks the OpenAI chat-completions protocol: vLLM, llama.cpp, Ollama, SGLang, hosted ones.

Many servers ignore ``n``, and none takes a seed for each of the n choices, so each seed is a request of its own. How
far a seed repeats a completion is the server's affair.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from functools import partial
from typing import Any, Final

from clra.config import Settings
from clra.errors import ConfigError, ModelError, RequestRefusedError
from clra.models.chat import Assembly, Quirk, options_named, quirk_behind, request_body
from clra.models.connection import Server, Session, shown_address
from clra.models.drawing import as_finished
from clra.models.retry import Absence, RetryLaterError, with_retries
from clra.models.sse import EventReader
from clra.models.turns import Turns
from clra.models.watching import Watcher
from clra.protocols import Completion, Model, SamplingParams

_CUT: Final = "abort"
"""How a completion ends that is cut off: by who watches it, or by a server that is told to stop, as vLLM says it."""


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
    absence = Absence(" or ".join(map(shown_address, addresses)), settings.timeout)
    servers = [
        OpenAIModel(
            each,
            model.strip(),
            api_key=settings.api_key.get_secret_value() if settings.api_key else "",
            timeout=settings.timeout,
            retries=settings.retries,
            concurrency=settings.concurrency,
            absence=absence,
            prompts=settings.prompts,
        )
        for each in addresses
    ]
    if len(servers) == 1:
        return servers[0]
    from clra.models.spread import SpreadModel  # noqa: PLC0415  # it stands on this module

    return SpreadModel(servers, concurrency=settings.concurrency, retries=settings.retries, absence=absence)


class OpenAIModel:
    """A model behind an OpenAI-compatible server. Fits `clra.protocols.Model`.

    Connections live only while completions are drawn, so that one model serves several event loops in turn; two at the
    same time need two models.

    Args:
        address: of the server, up to ``/v1``.
        model: its name there; the only one that is served where it is empty.
        api_key: sent with each request, where there is one.
        timeout: seconds without a byte after which a request is made anew; while the server answers others, a request
            that it has not begun to answer waits on.
        retries: attempts after the first, for each request.
        concurrency: requests at the same time.
        absence: how long the server is waited for once it answered and is gone, as one that is restarted; None: not.
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
        absence: Absence | None = None,
        prompts: str = "default",
    ) -> None:
        self._absence = absence or Absence(address, 0.0)
        self._server = Server(address, api_key=api_key, timeout=timeout, concurrency=concurrency, absence=self._absence)
        self._retries = retries
        self._turns = Turns(self._server.shown)
        self._quirks: set[Quirk] = set()
        self.model = model
        """Its name on the server; empty until it is chosen."""
        self.prompts = prompts

    def __repr__(self) -> str:
        return f"OpenAIModel({self.address!r}, {self.model!r})"

    @property
    def name(self) -> str:
        """That of the model once it is known, before that the address."""
        return f"openai:{self.model or self.address}"

    @property
    def address(self) -> str:
        """Of the server, without its secrets."""
        return self._server.shown

    @property
    def heard(self) -> float:
        """When text last came from the server, by the monotonic clock."""
        return self._server.heard

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
            if not self.model:
                await with_retries(
                    partial(self.choose, session), retries=self._retries, key="models", absence=self._absence
                )
            drawing = (self._draw(session, prompt, params, index) for index in range(len(params.seeds)))
            async with aclosing(as_finished(drawing)) as finished:
                async for completion in finished:
                    yield completion

    async def aclose(self) -> None:
        """Give back the connections."""
        await self._server.aclose()

    def connected(self) -> AbstractAsyncContextManager[Session]:
        """Keep the connections open between the calls within."""
        return self._server.connected()

    async def choose(self, session: Session) -> None:
        """Take the only model that is served, where none was named. One attempt.

        Raises:
            ConfigError: there are several.
            ModelError: there is none, or the server does not say.
        """
        if self.model:
            return
        served = await self._server.models(session)
        if not served:
            raise ModelError(f"{self.address} serves no model", hint="load or pull one first")
        if len(served) > 1:
            raise ConfigError(
                f"{self.address} serves {len(served)} models: say which",
                hint=f"write openai:{self.address}#NAME with one of: {', '.join(served)}",
            )
        self.model = served[0]

    async def attempt(self, session: Session, prompt: str, params: SamplingParams, index: int) -> Completion:
        """The completion of one of the seeds, in one attempt.

        Raises:
            RetryLaterError: another attempt may bring it.
            ModelError: as for `sample`.
        """
        seed = params.seeds[index]
        uncapped: set[Quirk] = set()
        while True:
            body = request_body(self.model, prompt, params, seed, self._quirks | uncapped)
            try:
                async with self._turns.taken(session.turn):
                    assembly = await self._stream(session, body, Watcher(params, index))
            except RequestRefusedError as refusal:
                quirk = quirk_behind(str(refusal), body)
                if quirk is None:
                    if named := options_named(str(refusal), body):
                        refusal.hint = f"leave out or change what the server objects to: {', '.join(named)}"
                    raise
                # another prompt may leave room for its cap
                (uncapped if quirk is Quirk.NO_CAP else self._quirks).add(quirk)
            else:
                return assembly.completion(index, seed, params)

    async def _draw(self, session: Session, prompt: str, params: SamplingParams, index: int) -> Completion:
        """One completion, drawn anew as a whole after each failure that may pass."""
        async with session.gate:
            return await with_retries(
                partial(self.attempt, session, prompt, params, index),
                retries=self._retries,
                key=str(params.seeds[index]),
                absence=self._absence,
            )

    async def _stream(self, session: Session, body: Mapping[str, Any], watcher: Watcher) -> Assembly:
        assembly, events, ended = Assembly(watcher.params.confidences), EventReader(), False
        try:
            async with self._server.answer(session, "POST", "chat/completions", body) as answer:
                kind = answer.headers.get("content-type", "")
                if "json" in kind or "html" in kind:  # a server that does not stream
                    assembly.add(self._server.parse(await answer.text()))
                    ended = True
                    answer.listen(begun=True)
                else:
                    async for chunk in answer.response.aiter_bytes():
                        for data in events.feed(chunk):
                            ended = ended or data == "[DONE]"
                            if not ended:
                                assembly.add(self._server.parse(data))
                                if _is_cut(assembly, watcher):
                                    return assembly
                        answer.listen(begun=assembly.pieces > 0)
        except RetryLaterError:
            if not ended:
                raise
        if ended and not assembly.answered:
            raise ModelError(f"{self.address} answered without any choices")
        if assembly.finish is None:
            self._turns.broke_off()
            raise RetryLaterError(f"{self.address} broke off in the middle of an answer")
        if assembly.finish == _CUT:
            raise RetryLaterError(f"the answer of {self.address} was cut off by the server")
        self._turns.ended()
        return assembly


def _is_cut(assembly: Assembly, watcher: Watcher) -> bool:
    """Whether who watches the completion has seen enough."""
    cut = assembly.finish is None and watcher.due(assembly.characters) and watcher.aborts(assembly.so_far())
    if cut:
        assembly.finish = _CUT
    return cut
