"""Worker processes as their pool sees them: started, lent out, spoken to, killed.

A worker is a fresh interpreter that runs `clra.judge`, not a fork: the parent may have threads, its ``__main__`` is not
run again, and it works alike from a script, a REPL, standard input and pytest. POSIX only.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from clra.types import Reason

_MAIN = "import sys; sys.path[:] = sys.argv[2:]; from clra.judge import main; main()"
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",  # what hangs on the order of a set comes out alike in every run
    "OMP_NUM_THREADS": "1",  # the pool is what runs in parallel
    "OPENBLAS_NUM_THREADS": "1",
}
_CHUNK = 1 << 18
_LONGEST_LINE = 1 << 26
_GRACE = 0.02  # seconds to fetch what arrived in time while the event loop was busy with something else
_STALL = 1.0  # seconds after the deadline by which an answer that has begun must be whole
_REAP_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What verifiers may use up."""

    claim_seconds: float = 2.0
    """For one verifier on one claim."""
    chain_seconds: float = 10.0
    """For reading one solution and all verdicts on it; waiting for a free worker does not count."""
    start_seconds: float = 120.0
    """For the import of one verifier."""
    memory: int = 1 << 30
    """Bytes of address space that a worker may take over what its imports took (Linux only)."""
    judgements: int = 20_000
    """After so many a worker is replaced by a fresh one, whatever has leaked in it."""


class LostError(Exception):
    """The worker is gone, and with it the answer that was awaited."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class Worker:
    """One worker process. Whoever is told that it is lost finds it killed already."""

    def __init__(
        self, process: subprocess.Popen[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self._lines: deque[bytearray] = deque()
        self._rest = bytearray()
        self.verifiers: set[str] = set()
        """Names of the verifiers that it could load."""
        self.served = 0
        """How many readings and judgements it was asked for."""

    @classmethod
    async def start(cls, search_path: Sequence[str]) -> "Worker":
        """Start a process that looks for modules where this one does, and in ``search_path``.

        Raises:
            LostError: the system does not let it start.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = subprocess.Popen(  # noqa: ASYNC220, S603 -- takes about 1 ms; this interpreter, a constant program
                    [sys.executable, "-P", "-c", _MAIN, str(theirs.fileno()), *map(str, search_path), *sys.path],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,  # Ctrl-C in the terminal is the parent's to handle
                    env={**os.environ, **_ENVIRONMENT},
                )
        except OSError as error:
            ours.close()
            raise LostError(Reason.UNAVAILABLE, f"no worker process can be started: {error}") from error
        try:
            return cls(process, *await asyncio.open_unix_connection(sock=ours, limit=_CHUNK))
        except BaseException:
            ours.close()
            _end(process)
            raise

    @property
    def alive(self) -> bool:
        """Whether it can be given more to do."""
        return self._process.returncode is None and not self._reader.at_eof()

    def send(self, message: Mapping[str, Any]) -> None:
        """Ask for something; answers come in the order of what was asked."""
        self._writer.write(json.dumps(message).encode() + b"\n")

    async def receive(self, seconds: float) -> list[Any]:
        """The next answer.

        Raises:
            LostError: none came in time, or the process has ended, or it wrote what is no answer.
        """
        if not self._lines:
            await self._fill(seconds)
        try:
            message = json.loads(self._lines.popleft())
        except (ValueError, RecursionError):
            raise self.distrusted() from None
        if not isinstance(message, list):
            raise self.distrusted()
        return message

    async def _fill(self, seconds: float) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while not self._lines:
            try:
                chunk = await self._read(deadline)
            except TimeoutError:
                self.kill()
                raise LostError(Reason.TIMED_OUT, f"no answer within {seconds:.3g} s") from None
            except OSError:
                chunk = b""
            if not chunk:
                raise LostError(Reason.CRASHED, f"the worker process ended with {self.kill()}")
            self._rest += chunk
            if b"\n" in chunk:
                *lines, self._rest = self._rest.split(b"\n")
                self._lines.extend(lines)
            elif len(self._rest) > _LONGEST_LINE:
                raise self.distrusted()

    async def _read(self, deadline: float) -> bytes:
        try:
            async with asyncio.timeout_at(deadline):
                return await self._reader.read(_CHUNK)
        except TimeoutError:
            if asyncio.get_running_loop().time() > deadline + _STALL and self._rest:
                raise
            async with asyncio.timeout(_GRACE):
                return await self._reader.read(_CHUNK)

    def distrusted(self) -> LostError:
        """Kill it because it wrote what is no answer; the error to raise."""
        self.kill()
        return LostError(Reason.CRASHED, "the worker process answered outside the agreed form")

    def kill(self) -> str:
        """End the process with all that it started; how it ended. Killing it again does nothing."""
        if self._process.returncode is None:
            _end(self._process)
            self._writer.transport.abort()
        status = self._process.returncode
        if status is None or status >= 0:
            return f"exit status {status}"
        return f"signal {signal.Signals(-status).name}"


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all of its session, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):  # else it hangs in the kernel and dies when it wakes
        process.wait(timeout=_REAP_SECONDS)


class Crew:
    """The workers of a pool, started when they are needed and replaced when they are lost."""

    def __init__(self, verifiers: Mapping[str, str], size: int, limits: Limits, search_path: Sequence[str]) -> None:
        self.unavailable: dict[str, str] = {}
        """Verifiers that could not be loaded, with what stood in the way. They are not tried again."""
        self._verifiers = verifiers
        self._limits = limits
        self._search_path = search_path
        self._suspects: set[str] = set()  # their last import took the process down, which may have had another cause
        self._slots = asyncio.Semaphore(size)
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self._closed = False

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Worker]:
        """A worker with its verifiers loaded, as soon as one is free. A borrower that is cancelled costs it its life.

        Raises:
            LostError: no process can be started.
            RuntimeError: the crew is dismissed.
        """
        async with self._slots:
            worker = await self._take()
            sound = False
            try:
                yield worker
                sound = worker.alive and worker.served < self._limits.judgements
            finally:
                if sound and not self._closed:
                    self._idle.append(worker)
                else:
                    self._drop(worker)
            self._refuse_when_closed()

    def dismiss(self) -> None:
        """Kill all of them, for good."""
        self._closed = True
        self._idle.clear()
        for worker in tuple(self._workers):
            self._drop(worker)

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise RuntimeError("the pool is closed")

    def _drop(self, worker: Worker) -> None:
        worker.kill()
        self._workers.discard(worker)

    async def _take(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            self._drop(worker)
        while True:
            self._refuse_when_closed()
            worker = await Worker.start(self._search_path)
            self._workers.add(worker)
            try:
                await self._load(worker)
            except LostError:
                self._drop(worker)
                self._refuse_when_closed()  # else it was killed while it came up
                raise
            except BaseException:
                self._drop(worker)
                raise
            if worker.alive and not self._closed:
                return worker
            self._drop(worker)  # a verifier brought it down: once more, and then without that one

    async def _load(self, worker: Worker) -> None:
        try:
            await worker.receive(self._limits.start_seconds)
        except LostError as lost:
            raise LostError(Reason.UNAVAILABLE, f"no worker process comes up: {lost}") from None
        wanted = {name: path for name, path in self._verifiers.items() if name not in self.unavailable}
        worker.send({"load": wanted, "memory": self._limits.memory})
        for name in wanted:
            try:
                match await worker.receive(self._limits.start_seconds):
                    case ["loaded", None]:
                        worker.verifiers.add(name)
                        self._suspects.discard(name)
                    case ["loaded", str(trouble)]:
                        self.unavailable[name] = trouble
                    case _:
                        raise worker.distrusted()
            except LostError as lost:
                if name in self._suspects:
                    self.unavailable[name] = f"its import failed twice: {lost}"
                self._suspects.add(name)
                return
