"""A small language model inside this process, on one CPU core: ``clra-nano``, or any folder of the same layout.

What is not covered: answers by a JSON schema, and chat templates other than "the prompt, then a line break". The same
seed repeats a completion as long as the same seeds are asked together: in other company sums are rounded otherwise.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clra.config import Settings
from clra.errors import ModelError
from clra.protocols import Completion, SamplingParams

if TYPE_CHECKING:
    from clra.models.decoding import Decoder

BUILT_IN: Final = Path(__file__).parent / "clra_nano"


def open_model(argument: str, settings: Settings) -> "EmbeddedModel":
    """Open the model folder ``argument``, or clra-nano where none is named.

    Raises:
        ModelError: the folder does not hold a model that can be opened.
    """
    del settings
    return EmbeddedModel(Path(argument) if argument else BUILT_IN)


class EmbeddedModel:
    """A model folder, sampled in a thread of its own. Fits `clra.protocols.Model`.

    What is asked at the same time is drawn one request after the other.

    Raises:
        ModelError: the folder does not hold a model that can be opened.
    """

    def __init__(self, folder: str | Path = BUILT_IN) -> None:
        folder = Path(folder)
        if not folder.is_dir():
            raise ModelError(f"there is no folder {folder}", hint="write embedded:FOLDER, or choose clra-nano")
        self._decoder: Decoder | None = _load(folder)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="clra-embedded")
        self.name = "clra-nano" if folder == BUILT_IN else f"embedded:{folder.name}"
        self.prompts = self._decoder.prompts

    async def sample(self, prompt: str, params: SamplingParams) -> AsyncGenerator[Completion, None]:
        """Draw one completion for each seed, each yielded as soon as it is finished.

        Closing the iterator stops the drawing within one token.

        Raises:
            ModelError: a JSON schema is asked for, the prompt does not fit, or the model was closed.
        """
        decoder = self._decoder
        if decoder is None:
            raise ModelError(f"{self.name} was closed")
        if params.json_schema is not None:
            raise ModelError(
                f"{self.name} cannot answer by a JSON schema", hint="ask in plain words, or choose a larger model"
            )
        loop, stopped = asyncio.get_running_loop(), threading.Event()
        arrived: asyncio.Queue[Completion | None] = asyncio.Queue()

        def work() -> None:
            for completion in decoder.draw(prompt, params, stopped.is_set):
                arrive(completion)

        def arrive(completion: Completion | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed, and nobody waits
                loop.call_soon_threadsafe(arrived.put_nowait, completion)

        job = self._thread.submit(work)
        job.add_done_callback(lambda _: arrive(None))
        try:
            while (completion := await arrived.get()) is not None:
                yield completion
            if job.cancelled():
                raise ModelError(f"{self.name} was closed")
            job.result()  # raises what went wrong in the thread
        finally:
            stopped.set()
            if not job.cancel() and not job.done():
                with contextlib.suppress(Exception):  # nobody waits for the rest any more
                    await asyncio.wrap_future(job)

    async def aclose(self) -> None:
        """Give back the memory and the thread."""
        self._decoder = None
        self._thread.shutdown(wait=False, cancel_futures=True)


def _load(folder: Path) -> "Decoder":
    from clra.models.decoding import Decoder  # noqa: PLC0415  # numpy and onnxruntime are slow to import

    return Decoder(folder)
