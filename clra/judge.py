"""The worker process: it reads solutions and judges claims, and may be killed at any time.

It talks with its pool (`clra.verification`) over one socket, in JSON, one message to a line. Nothing that a worker
sends is unpickled or evaluated: text out of a language model has been through parsers and solvers here, so what comes
back is rebuilt field by field. This module stays light, because every worker imports it before anything else.

From the pool::

    {"load": {name: "module:attr", ...}, "memory": bytes}
    {"read": "module:attr" of read_solution, "problem", "text", "steps": [...] | null}
    {"judge": [[claim, [name, ...]], ...], "problem"}

From the worker, in the order of what was asked, each as soon as it is known::

    ["ready"]                                    once, when it is up
    ["loaded", null | why not]                   for each name
    ["reading", [step, ...], [claim, ...], answer | null]    or ["raised", what, seconds]
    ["verdict", [...]]                           for each claim and name, or
    ["declined", n]                              for the next n of them, or
    ["raised", what, seconds]                    the verifier raised or returned rubbish
    ["exhausted", what, seconds]                 the same, and this worker is not to be used again
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from clra.packing import (
    pack_answer,
    pack_claim,
    pack_step,
    pack_verdict,
    unpack_claim,
    unpack_problem,
    unpack_step,
    unpack_verdict,
)
from clra.types import Claim, Problem

_PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>


def resolve(path: str) -> Any:
    """The object at an import path ``module:attr``."""
    module, _, attribute = path.partition(":")
    return getattr(importlib.import_module(module), attribute)


def explain(error: BaseException) -> str:
    """An exception in one line."""
    name = type(error).__name__
    try:
        lines = str(error).splitlines()
    except Exception:  # noqa: BLE001 -- whatever its __str__ does, the name is still to be told
        lines = []
    return f"{name}: {lines[0]}"[:500] if lines else name


class Judge:
    """One worker's side of the conversation."""

    def __init__(self, incoming: Iterable[bytes], send: Callable[[bytes], object]) -> None:
        self._incoming = incoming
        self._write = send
        self._verifiers: dict[str, Any] = {}

    def serve(self) -> None:
        """Answer until the pool hangs up."""
        self._send(["ready"])
        for line in self._incoming:
            match json.loads(line):
                case {"load": paths, "memory": memory}:
                    self._load(paths)
                    _limit_memory(memory)
                case {"read": path, "problem": problem, "text": text, "steps": steps}:
                    self._send(_read(path, unpack_problem(problem), text, steps))
                case {"judge": items, "problem": fields}:
                    self._judge_all(items, unpack_problem(fields))

    def _judge_all(self, items: list[Any], problem: Problem) -> None:
        declined = 0
        for fields, names in items:
            claim = unpack_claim(fields)
            for name in names:
                if (message := _accept(self._verifiers[name], claim)) is None:
                    declined += 1
                    continue
                if declined:
                    self._send(["declined", declined])
                    declined = 0
                self._send(message or _judge(self._verifiers[name], claim, problem))
            if declined:  # what takes long on the next claim is not to be charged to this one
                self._send(["declined", declined])
                declined = 0

    def _send(self, message: list[Any]) -> None:
        self._write(json.dumps(message).encode() + b"\n")

    def _load(self, paths: dict[str, str]) -> None:
        for name, path in paths.items():
            trouble = None
            try:
                verifier = resolve(path)()
                if not (callable(verifier.accepts) and callable(verifier.verify)):
                    trouble = f"{path} is not a verifier"
                self._verifiers[name] = verifier
            except BaseException as error:  # noqa: BLE001 -- a plug-in that exits while it is loaded is one that cannot be had
                trouble = explain(error)
            self._send(["loaded", trouble])
        gc.freeze()  # what the imports built stays: not to be searched through again and again


def _read(path: str, problem: Problem, text: str, given: list[Any] | None) -> list[Any]:
    started = perf_counter()
    try:
        steps, claims, answer = resolve(path)(text, None if given is None else tuple(map(unpack_step, given)), problem)
        return ["reading", list(map(pack_step, steps)), list(map(pack_claim, claims)), pack_answer(answer)]
    except BaseException as error:  # noqa: BLE001 -- the boundary: whatever the reader does becomes data
        return ["raised", explain(error), perf_counter() - started]


def _accept(verifier: Any, claim: Claim) -> list[Any] | None:
    """Nothing to say if the verifier takes the claim, None if it declines it."""
    started = perf_counter()
    try:
        return [] if verifier.accepts(claim) else None
    except BaseException as error:  # noqa: BLE001 -- the boundary: whatever the verifier does becomes data
        return [_trouble(error), explain(error), perf_counter() - started]


def _judge(verifier: Any, claim: Claim, problem: Problem) -> list[Any]:
    started = perf_counter()
    try:
        fields = pack_verdict(verifier.verify(claim, problem), perf_counter() - started)
        unpack_verdict(fields)  # a verifier that returns rubbish is told apart from a worker that went astray
    except BaseException as error:  # noqa: BLE001 -- the boundary: whatever the verifier does becomes data
        return [_trouble(error), explain(error), perf_counter() - started]
    return ["verdict", fields]


def _trouble(error: BaseException) -> str:
    return "exhausted" if isinstance(error, MemoryError) else "raised"


def _limit_memory(extra: int) -> None:
    """Let the address space grow by so many bytes over what the imports took. Without /proc there is no limit."""
    with contextlib.suppress(OSError):
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 -- pathlib would have to be imported
            taken = int(statm.read().split()[0]) * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (taken + extra if most < 0 else min(taken + extra, most), most))


def _detach() -> None:
    """Leave Ctrl-C to the parent, leave no core file, and die with the parent even in the middle of an endless loop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 -- needed here only

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Serve the pool whose socket has the number in ``sys.argv[1]``; never returns."""
    _detach()
    channel = socket.socket(fileno=int(sys.argv[1]))
    channel.set_inheritable(False)
    status = 1
    try:
        Judge(channel.makefile("rb"), channel.sendall).serve()
        status = 0
    finally:
        os._exit(status)  # threads that a verifier left behind must not keep the process
