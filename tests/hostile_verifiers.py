"""Verifiers that misbehave in every way the pool must survive, and a few that behave. Workers import this file by name.

What a claim's text says picks the misbehaviour, so that one pool can meet all of them.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from typing import Any

from clra.types import Answer, Claim, ClaimKind, Outcome, Problem, Reason, Span, Step, Verdict


def confirmed(**fields: Any) -> Verdict:
    return Verdict(outcome=Outcome.CONFIRMED, method="test", **fields)


def note(claim: Claim, problem: Problem) -> None:
    """Write a claim down in the file that the problem's id names."""
    if problem.id.startswith("/"):
        with open(problem.id, "a") as log:  # noqa: PTH123 -- one short append
            log.write(f"{os.getpid()} {claim.text}\n")


class Truthful:
    """Confirms most, refutes "no ...", declines "pass"; keeps a log in the file that the problem's id names."""

    name = "truthful"

    def accepts(self, claim: Claim) -> bool:
        return claim.text != "pass"

    def verify(self, claim: Claim, problem: Problem) -> Verdict:
        note(claim, problem)
        if claim.text.startswith("slow"):
            time.sleep(0.2)
        if claim.text.startswith("no"):
            return Verdict(outcome=Outcome.REFUTED, method="test", evidence="it says no")
        if claim.text.startswith("open"):
            return Verdict(outcome=Outcome.UNKNOWN, method="test", reason=Reason.SOLVER_UNKNOWN)
        return confirmed(statement=claim.text)


class Echo:
    """Tells what a verifier can see."""

    name = "echo"

    def accepts(self, claim: Claim) -> bool:
        return True

    def verify(self, claim: Claim, problem: Problem) -> Verdict:
        return confirmed(evidence=repr(claim), statement=repr(problem))


class Hostile:
    name = "hostile"

    def accepts(self, claim: Claim) -> bool:
        if claim.text == "raise in accepts":
            raise RuntimeError("not even this")
        return True

    def verify(self, claim: Claim, problem: Problem) -> Any:
        note(claim, problem)
        deed = getattr(self, claim.text.split(" #")[0].replace(" ", "_"), None)
        return deed() if deed else confirmed()

    def loop(self) -> None:
        while True:
            pass

    def sleep(self) -> None:
        time.sleep(1000)

    def loop_in_c(self) -> None:
        pow(7, 10**9)

    def stop_itself(self) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)

    def ignore_signals(self) -> None:
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        self.loop()

    def memory_at_once(self) -> None:
        bytearray(1 << 40)

    def memory_bit_by_bit(self) -> None:
        hoard = []
        while True:
            hoard.append(bytearray(1 << 20))

    def exit(self) -> None:
        os._exit(3)

    def system_exit(self) -> None:
        raise SystemExit(4)

    def segfault(self) -> None:
        ctypes.string_at(0)

    def abort(self) -> None:
        os.abort()

    def raise_error(self) -> None:
        raise ValueError("first line\nsecond line")

    def raise_unprintable(self) -> None:
        class Unprintable(Exception):  # noqa: N818 -- it is what it is
            def __str__(self) -> str:
                raise RuntimeError("not even this")

        raise Unprintable

    def interrupt(self) -> None:
        raise KeyboardInterrupt

    def recurse(self) -> None:
        self.recurse()

    def recurse_in_c(self) -> None:
        nest: tuple[Any, ...] = ()
        for _ in range(500_000):
            nest = (nest,)
        hash(nest)

    def rubbish(self) -> str:
        return "CONFIRMED"

    def rubbish_outcome(self) -> Verdict:
        return Verdict(outcome="SURELY", method="test")  # type: ignore[arg-type] -- the very point

    def rubbish_evidence(self) -> Verdict:
        return confirmed(evidence=threading.Lock())

    def unknown_without_reason(self) -> Verdict:
        return Verdict(outcome=Outcome.UNKNOWN, method="test")

    def endless_evidence(self) -> Verdict:
        return confirmed(evidence="e" * 50_000_000)

    def not_text(self) -> Verdict:
        return confirmed(evidence="\ud800 and \0")

    def print_much(self) -> Verdict:
        print("x" * 1_000_000)  # noqa: T201 -- the very point
        print('["verdict", []]', file=sys.stderr)  # noqa: T201
        os.write(1, b'["verdict", []]\n')
        os.write(2, b'["verdict", []]\n')
        return confirmed()

    def read_stdin(self) -> Verdict:
        return confirmed(evidence=repr(sys.stdin.read()))

    def write_into_protocol(self) -> Verdict:
        for number in range(3, 64):
            try:
                os.write(number, b'{"not": "the protocol"}\n')
            except OSError:
                continue
        return confirmed()

    def forge(self) -> Verdict:
        for number in range(3, 64):
            try:
                os.write(number, b'["verdict", ["CONFIRMED", "test", "crashed", "", "", -1, 1]]\n')
            except OSError:
                continue
        return confirmed()

    def nest_deeply(self) -> Verdict:
        for number in range(3, 64):
            try:
                os.write(number, b"[" * 200_000 + b"\n")
            except OSError:
                continue
        return confirmed()

    def close_everything(self) -> Verdict:
        os.closerange(0, 64)
        self.loop()
        return confirmed()

    def leave_a_thread(self) -> Verdict:
        threading.Thread(target=time.sleep, args=(1000,)).start()
        return confirmed()

    def leave_a_child(self) -> Verdict:
        if (child := os.fork()) == 0:
            time.sleep(1000)
            os._exit(0)
        return confirmed(evidence=str(child))


class NotAVerifier:
    pass


class RaisesAtStart:
    def __init__(self) -> None:
        raise OSError("its engine is not installed")


class DiesAtStart:
    def __init__(self) -> None:
        os._exit(7)


class HangsAtStart:
    def __init__(self) -> None:
        time.sleep(1000)


def read_solution(
    text: str, steps: tuple[Step, ...] | None, problem: Problem
) -> tuple[tuple[Step, ...], tuple[Claim, ...], Answer | None]:
    """Read one step to a line, and what stands between semicolons as a claim."""
    steps = _split_steps(text) if steps is None else steps
    return steps, _find_claims(text, steps), _final_answer(text)


def _split_steps(text: str) -> tuple[Step, ...]:
    """One step to a line."""
    steps, start = [], 0
    for index, line in enumerate(text.split("\n")):
        steps.append(Step(index=index, span=Span(start, start + len(line))))
        start += len(line) + 1
    return tuple(steps)


def _find_claims(text: str, steps: tuple[Step, ...]) -> tuple[Claim, ...]:
    """What stands between semicolons is a claim; the reader itself misbehaves where the text says so."""
    if text == "hang the reader":
        time.sleep(1000)
    if text == "crash the reader":
        os._exit(5)
    if text == "fail the reader":
        raise ValueError("cannot read this")
    if text == "misplace a claim":
        return (Claim(text=text, span=Span(0, len(text) + 1)),)
    claims = []
    for step in steps:
        start = step.span.start
        for part in text[step.span.start : step.span.end].split(";"):
            said = part.strip()
            if said:
                at = text.index(said, start)
                claims.append(
                    Claim(text=said, span=Span(at, at + len(said)), step=step.index, kind=ClaimKind.OTHER, formal=said)
                )
            start += len(part) + 1
    return tuple(claims)


def _final_answer(text: str) -> Answer | None:
    """The last word."""
    words = text.split()
    if not words:
        return None
    at = text.rindex(words[-1])
    return Answer(key=words[-1], text=words[-1], span=Span(at, at + len(words[-1])))
