"""What the commands share: flags, files, Ctrl-C, and JSON on standard output."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer

from clra.errors import InputError
from clra.types import ProblemKind

T = TypeVar("T")

MOST_CHARACTERS: Final = 200_000
"""Of a problem or a solution; more than that is some other file."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines, nothing else.")]
Model = Annotated[str | None, typer.Option(help="NAME or NAME:ARGUMENT, such as openai:http://127.0.0.1:8000/v1.")]
Verifiers = Annotated[list[str] | None, typer.Option("--verifier", help="Verifier to use; may be given repeatedly.")]
Jobs = Annotated[int | None, typer.Option(help="Worker processes that check claims; one for each core by default.")]
Kind = Annotated[
    ProblemKind | None, typer.Option(help="What the answer is; program, where the problem's text does not say so.")
]
Calibration = Annotated[Path | None, typer.Option(help="File of `clra calibrate`; that of this package by default.")]
Seed = Annotated[int | None, typer.Option(help="The same seed repeats the run.")]

Chains = Annotated[int | None, typer.Option("--chains", "-n", help="K, the number of chains to draw.")]
StrategyName = Annotated[str | None, typer.Option(help="How chains vote; `clra plugins` lists them.")]
Temperature = Annotated[float | None, typer.Option(help="Sampling temperature.")]
TopP = Annotated[float | None, typer.Option(help="Nucleus sampling.")]
MaxTokens = Annotated[int | None, typer.Option(help="Most tokens of one chain.")]
CheckPrograms = Annotated[
    int | None, typer.Option(help="Programs that the model writes to compute the answer anew; run in the sandbox.")
]
CheckClaims = Annotated[
    int | None, typer.Option(help="Open claims of each chain for which it writes as many programs each.")
]
Confidence = Annotated[
    float | None, typer.Option(help="Stop once the answer is that of all K chains with this probability.")
]
Window = Annotated[int | None, typer.Option(help="Draw in windows of so many chains; stop once all of one agree.")]
LogProbs = Annotated[
    bool | None, typer.Option("--logprobs", help="Record token probabilities, for strategies that use them.")
]
AbortRefuted = Annotated[
    bool | None, typer.Option("--abort-refuted", help="Cut chains off that go on from a claim proved false.")
]
MaxTotalTokens = Annotated[int | None, typer.Option(help="Most tokens of all stages together, for one problem.")]
MaxSeconds = Annotated[float | None, typer.Option(help="Most seconds for one problem; what is there by then decides.")]


def run(work: Callable[[asyncio.Event], Awaitable[T]]) -> T:
    """Run to the end; the first Ctrl-C asks for what there is so far, the second one breaks off."""

    async def supervised() -> T:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()

        def interrupt() -> None:
            stop.set()
            loop.remove_signal_handler(signal.SIGINT)

        loop.add_signal_handler(signal.SIGINT, interrupt)
        return await work(stop)

    return asyncio.run(supervised())


def problem_text(path: Path | None, text: str | None) -> str:
    """The problem of a file, or the one that was given on the command line.

    Raises:
        InputError: there is none, or both are given.
    """
    if (path is None) == (text is None):
        raise InputError("expected a problem: a file, - for standard input, or --text 'the problem'")
    if path is not None:
        return read_text(path)
    if not (text or "").strip():
        raise InputError("--text is empty; expected a problem")
    return text or ""


def read_text(path: Path) -> str:
    """Read a small text file, or standard input for ``-``.

    Raises:
        InputError: it is missing, a directory, empty, too large, or not text.
    """
    with complaining(path):
        raw = sys.stdin.buffer.read(4 * MOST_CHARACTERS + 1) if str(path) == "-" else _head(path)
    name = "standard input" if str(path) == "-" else str(path)
    if len(raw) > 4 * MOST_CHARACTERS:
        raise InputError(f"{name}: expected a text of at most {MOST_CHARACTERS:,} characters, it is larger")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}, line {line}: expected UTF-8 text, found other bytes") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(f"{name}, line {line}: expected text, found a NUL byte (a binary file?)")
    if not text.strip():
        raise InputError(f"{name}: expected a text, it is empty")
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"{name}: expected at most {MOST_CHARACTERS:,} characters, it has {len(text):,}")
    return text


def expect_writable(path: Path | None) -> None:
    """See that a file can be written, which is better known before the work than after it; None is no file.

    Raises:
        InputError: it cannot.
    """
    if path is not None:
        with complaining(path), path.open("ab"):
            pass


def named(strategies: str | None) -> list[str] | None:
    """The strategies of a list with commas; None where none is given."""
    return None if strategies is None else [name.strip() for name in strategies.split(",")]


@contextlib.contextmanager
def complaining(path: Path) -> Iterator[None]:
    """Turn what the system says of a file into an InputError."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{path}: {(error.strerror or str(error)).lower()}") from None


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4 * MOST_CHARACTERS + 1)


def print_json(value: Any) -> None:
    """Print JSON for machines."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
