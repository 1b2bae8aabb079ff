"""vLLM inside this process: ``vllm:MODEL``, where MODEL is a folder or a name that vLLM can load.

The engine is started at the first completion, in a thread with an event loop of its own, so that one model serves
several event loops in turn; its weights live in processes that vLLM starts and that end with `VLLMModel.aclose`.
Each seed is a request of its own, whose prompt the prefix cache shares.

What is not covered: reasoning parsers (thoughts stay in the text, in the model's own tags), adapters, images.
"""

import asyncio
import contextlib
import itertools
import json
import os
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from clra.config import Settings
from clra.errors import ConfigError, ModelError, ModelUnavailableError, RequestRefusedError
from clra.models.watching import Watcher
from clra.protocols import Completion, SamplingParams
from clra.token_confidence import token_confidence
from clra.types import FinishReason

_INSTALL_HINT: Final = "pip install 'clra[vllm]', or serve the model elsewhere and use openai:URL"
_FINISH: Final = {"stop": FinishReason.STOP, "length": FinishReason.LENGTH, "abort": FinishReason.ABORTED}
_TOKENS_BETWEEN_OUTPUTS: Final = 16
_ON_CPU: Final[dict[str, Any]] = {
    "enforce_eager": True,
    "gpu_memory_utilization": 0.3,  # vLLM reads the memory of one NUMA node only, and finds too little by default
    "enable_chunked_prefill": False,  # a prompt that is cut into pieces and has a seed kills the engine of vLLM 0.32
}

CARDS: Final[dict[str, dict[str, Any]]] = {
    "vibethinker-3b": {"temperature": 1.0, "top_p": 0.95, "top_k": -1, "max_model_len": 65_536},
}
"""Settings of model cards (VibeThinker-3B report, arXiv 2606.16140, section 3.1); others come with their models."""


def open_model(argument: str, settings: Settings) -> "VLLMModel":
    """Open the model ``argument``. Nothing is loaded yet.

    Raises:
        ConfigError: no model is named.
        ModelError: vLLM is not installed.
    """
    if not argument:
        raise ConfigError("vllm: which model?", hint="write vllm:FOLDER or vllm:NAME")
    try:
        import vllm  # noqa: F401, PLC0415  # heavy, and an extra
    except ImportError as error:
        raise ModelError(f"vLLM cannot be imported: {error}", hint=_INSTALL_HINT) from error
    return VLLMModel(argument, settings.vllm)


class VLLMModel:
    """A model in an engine of this process. Fits `clra.protocols.Model`.

    Args:
        model: a folder, or a name that vLLM can load.
        options: for vLLM's ``AsyncEngineArgs``, such as ``tensor_parallel_size`` or ``data_parallel_size``.
    """

    def __init__(self, model: str, options: Mapping[str, Any] | None = None) -> None:
        self._model = model
        self._options = dict(options or {})
        self._card = next((card for name, card in CARDS.items() if name in model.lower()), {})
        self._thread: _LoopThread | None = None
        self._engine: asyncio.Future[Any] | None = None
        self._numbers = itertools.count()
        self._closed = False
        self.name = f"vllm:{Path(model).name or model}"
        config = _config_of(Path(model))
        self.prompts = str(config.get("clra_prompts", "default"))
        self._full_precision = (config.get("dtype") or config.get("torch_dtype")) == "float32"

    async def sample(self, prompt: str, params: SamplingParams) -> AsyncGenerator[Completion, None]:
        """Draw one completion for each seed, each yielded as soon as it is finished.

        Closing the iterator aborts the requests that are still running.

        Raises:
            ModelError: the request is not to vLLM's liking, such as a prompt longer than the context.
            ModelUnavailableError: the engine cannot be started, or has died.
        """
        if self._closed:
            raise ModelError(f"{self.name} was closed")
        if self._thread is None:
            self._thread = _LoopThread("clra-vllm")
        thread, loop = self._thread, asyncio.get_running_loop()
        arrived: asyncio.Queue[Completion | BaseException | None] = asyncio.Queue()

        def arrive(item: Completion | BaseException | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed, and nobody waits
                loop.call_soon_threadsafe(arrived.put_nowait, item)

        drawing = thread.submit(self._draw_all(prompt, params, arrive))
        try:
            while (item := await arrived.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            drawing.cancel()

    async def aclose(self) -> None:
        """End the engine and give its memory back; takes a few seconds."""
        self._closed = True
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.to_thread(self._shut_down, thread)

    def _shut_down(self, thread: "_LoopThread") -> None:
        async def end() -> None:
            engine, self._engine = self._engine, None
            if engine is not None and engine.done() and not engine.exception():
                engine.result().shutdown()
            await asyncio.sleep(0)  # lets what the engine cancelled end

        thread.submit(end()).result()
        thread.close()

    async def _draw_all(self, prompt: str, params: SamplingParams, arrive: Callable[[Any], None]) -> None:
        """Draw on the engine's loop; what comes, and at last None or an error, is handed over."""
        try:
            engine = await self._started()
            tokens = _prompt_tokens(engine, prompt)
            tasks = [
                asyncio.ensure_future(self._draw(engine, tokens, params, index)) for index in range(len(params.seeds))
            ]
            try:
                for finished in asyncio.as_completed(tasks):
                    arrive(await finished)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        except Exception as error:  # noqa: BLE001  # it is raised where somebody waits
            arrive(error if isinstance(error, (ModelError, ConfigError)) else self._explained(error))
        else:
            arrive(None)

    async def _draw(self, engine: Any, tokens: list[int], params: SamplingParams, index: int) -> Completion:
        options = self._sampling(engine, params, params.seeds[index])
        requests = engine.generate({"prompt_token_ids": tokens}, options, f"clra-{next(self._numbers)}")
        output, watcher = _Output(params), Watcher(params, index)
        async with aclosing(requests):  # what is not read to its end is aborted
            async for request in requests:
                output.add(request.outputs[0])
                if output.finish_reason is None and watcher.due(len(output.text)) and watcher.aborts(output.text):
                    output.finish_reason = "abort"
                    break
        if output.finish_reason is None:
            raise ModelError(f"{self.name} gave no completion")
        return _completion(output, index, prompt_tokens=len(tokens))

    async def _started(self) -> Any:
        """The engine; whoever comes first starts it."""
        if self._engine is None:
            self._engine = asyncio.ensure_future(self._start())
        return await asyncio.shield(self._engine)

    async def _start(self) -> Any:
        from vllm.engine.arg_utils import AsyncEngineArgs  # noqa: PLC0415  # heavy, and an extra
        from vllm.platforms import current_platform  # noqa: PLC0415
        from vllm.v1.engine.async_llm import AsyncLLM  # noqa: PLC0415

        defaults: dict[str, Any] = {
            "enable_prefix_caching": True,
            "disable_log_stats": True,
            "stream_interval": _TOKENS_BETWEEN_OUTPUTS,
        }
        if current_platform.is_cpu():
            defaults |= _ON_CPU
            if self._full_precision:
                defaults["dtype"] = "float32"  # vLLM would round to bfloat16, which a GPU is faster with
            os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")  # GiB
        if "max_model_len" in self._card:
            defaults["max_model_len"] = self._card["max_model_len"]
        try:
            return AsyncLLM.from_engine_args(AsyncEngineArgs(model=self._model, **(defaults | self._options)))
        except TypeError as error:
            raise ConfigError(
                f"vLLM does not take these options: {error}", hint="see CLRA_VLLM, or [vllm] in clra.toml"
            ) from error
        except Exception as error:
            raise ModelUnavailableError(f"vLLM cannot load {self._model}: {error}") from error

    def _sampling(self, engine: Any, params: SamplingParams, seed: int) -> Any:
        """The request's parameters: what was asked, else what the card or the model's own configuration says."""
        from vllm import SamplingParams as EngineParams  # noqa: PLC0415  # heavy, and an extra
        from vllm.sampling_params import RequestOutputKind, StructuredOutputsParams  # noqa: PLC0415

        own = {**engine.model_config.get_diff_sampling_param(), **self._card}
        asked = {"temperature": params.temperature, "top_p": params.top_p, "top_k": params.top_k}
        chosen = {name: own.get(name) if value is None else value for name, value in asked.items()}
        return EngineParams(
            **{name: value for name, value in chosen.items() if value is not None},
            seed=seed,
            max_tokens=params.max_tokens,
            stop=list(params.stop),
            logprobs=_asked_logprobs(params),
            # what comes bit by bit need not be held until the end
            output_kind=RequestOutputKind.FINAL_ONLY
            if params.watch is None and params.confidences is None
            else RequestOutputKind.DELTA,
            structured_outputs=None
            if params.json_schema is None
            else StructuredOutputsParams(json=dict(params.json_schema), disable_any_whitespace=True),
        )

    def _explained(self, error: Exception) -> ModelError:
        from vllm.v1.engine.exceptions import EngineDeadError  # noqa: PLC0415  # heavy, and an extra

        if isinstance(error, EngineDeadError):
            return ModelUnavailableError(f"the engine of {self.name} has died")
        cause = error.__cause__ or error
        return RequestRefusedError(f"{self.name}: {cause}")


@dataclass(slots=True)
class _Output:
    """What a request has come to, put together from one output or many."""

    params: SamplingParams
    text: str = ""
    token_ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    top_logprobs: list[dict[str, float]] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    finish_reason: str | None = None

    def add(self, output: Any) -> None:
        """Go on by what is new."""
        self.text += output.text
        self.token_ids += output.token_ids
        self.finish_reason = output.finish_reason
        for token, row in zip(output.token_ids, output.logprobs or [], strict=False):
            self.logprobs.append(row[token].logprob)
            if self.params.logprobs:
                self.top_logprobs.append(_top(row, self.params.logprobs))
            if self.params.confidences is not None:
                # the sampled token is in the row even where it is not among the likeliest
                likeliest = [each.logprob for each in row.values() if each.rank <= self.params.confidences]
                self.confidences.append(token_confidence(likeliest))


class _LoopThread:
    """A thread that runs an event loop until it is closed."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, None]) -> "Future[None]":
        """Run a coroutine there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """End the loop and the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _config_of(folder: Path) -> dict[str, Any]:
    """The model's own configuration; empty where the model is no folder."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def _prompt_tokens(engine: Any, prompt: str) -> list[int]:
    """The prompt as one user's turn in the model's chat template; as it is where the model has none."""
    tokenizer = engine.renderer.tokenizer
    if not getattr(tokenizer, "chat_template", None):
        return list(tokenizer.encode(prompt))
    turns = [{"role": "user", "content": prompt}]
    return list(tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=True, return_dict=False))


def _asked_logprobs(params: SamplingParams) -> int | None:
    """How many of the likeliest tokens at each position the engine is to tell of, besides the sampled one."""
    if params.logprobs is None and params.confidences is None:
        return None
    return max(params.logprobs or 0, params.confidences or 0)


def _completion(output: _Output, index: int, *, prompt_tokens: int) -> Completion:
    params, tokens = output.params, len(output.token_ids)
    told = len(output.logprobs) == tokens
    return Completion(
        index=index,
        text=output.text,
        seed=params.seeds[index],
        finish_reason=_FINISH.get(output.finish_reason or "", FinishReason.UNKNOWN),
        prompt_tokens=prompt_tokens,
        tokens=tokens,
        logprobs=tuple(output.logprobs) if told and params.logprobs is not None else None,
        top_logprobs=tuple(output.top_logprobs) if told and params.logprobs else None,
        confidences=tuple(output.confidences) if told and params.confidences is not None else None,
    )


def _top(row: Mapping[int, Any], count: int) -> dict[str, float]:
    """The likeliest tokens at one position; the sampled one is in the row even where it is not among them."""
    return {entry.decoded_token or "": entry.logprob for entry in row.values() if entry.rank <= count}
