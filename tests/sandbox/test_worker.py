import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from clra_sandbox import Ending, Execution, Limits, SandboxUnavailableError
from clra_sandbox import worker as worker_module
from clra_sandbox.worker import Run, Worker
from tests.sandbox.channels import ScriptedChannel, answer, echo, silence

PATIENCE = 120.0


class Started:
    """A worker on a scripted channel, and what it told."""

    def __init__(self, channel: ScriptedChannel) -> None:
        self.channel = channel
        self.changes: queue.Queue[Worker] = queue.Queue()
        self.worker = Worker(lambda: channel, on_change=self.changes.put)

    def up(self) -> "Started":
        self.changes.get(timeout=PATIENCE)
        return self

    def run(self, code: str = "pass", limits: Limits | None = None) -> Future[Execution]:
        run = Run(code, limits or Limits(), "in", Future())
        number = self.worker.take(run)
        assert number is not None
        self.worker.send(number)
        return run.future


@pytest.fixture
def start() -> Iterator[Callable[..., Started]]:
    started: list[Started] = []

    def start(*arguments: Any, **options: Any) -> Started:
        started.append(Started(ScriptedChannel(*arguments, **options)))
        return started[-1]

    yield start
    for one in started:
        one.worker.end()
        one.worker.join(PATIENCE)
        assert one.channel.closed.is_set()


def test_a_request_says_all_and_an_answer_comes_back(start: Callable[..., Started]):
    one = start().up()
    limits = Limits(wall_seconds=1.5, cpu_seconds=2.5, memory=3, output=4, threads=True)
    assert one.run("code", limits).result(PATIENCE) == Execution(
        ending=Ending.FINISHED, exit_code=0, stdout="code", wall_seconds=0.1, cpu_seconds=0.1, peak_memory=1
    )
    sent = {"code": "code", "stdin": "in", "wall": 1.5, "cpu": 2.5, "memory": 3, "output": 4, "threads": True}
    assert one.channel.requests == [{"id": 1, **sent}]
    ready = one.worker.ready
    assert ready is not None
    assert (ready.layers, ready.landlock, ready.missing) == ({"seccomp"}, 7, {"absent": "ModuleNotFoundError"})


def test_answers_find_their_programs_in_any_order(start: Callable[..., Started]):
    one = start(silence).up()
    first, second = one.run("first"), one.run("second")
    assert one.worker.load == 2
    one.channel.say(answer(2, out="second"))
    assert second.result(PATIENCE).stdout == "second"
    assert not first.done()
    one.channel.say(answer(1, ending="killed", exit=None, signal=9))
    assert first.result(PATIENCE) == Execution(
        ending=Ending.KILLED, signal=9, wall_seconds=0.1, cpu_seconds=0.1, peak_memory=1
    )
    assert one.worker.load == 0


def test_a_silent_worker_is_ended_and_its_programs_are_lost(
    start: Callable[..., Started], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(worker_module, "_TICK", 0.01)
    monkeypatch.setattr(worker_module, "GRACE", 0.05)
    one = start(silence).up()
    other = one.run(limits=Limits(wall_seconds=1000.0))
    late = one.run(limits=Limits(wall_seconds=0.05))
    for future in (late, other):
        lost = future.result(PATIENCE)
        assert (lost.ending, lost.clean, lost.exit_code) == (Ending.KILLED, False, None)
        assert lost.stderr == "the worker stopped answering"
    assert one.worker.ended
    assert one.worker.failure is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x04null",
        b"\x00\x00\x00\x02{}",
        b'\x00\x00\x00\x0a{"id": 99}',
    ],
)
def test_a_worker_that_ends_or_answers_nonsense_is_lost(start: Callable[..., Started], data: bytes):
    one = start(lambda channel, request: channel.write(data)).up()
    lost = one.run().result(PATIENCE)
    assert (lost.ending, lost.stderr.startswith("the worker was lost")) == (Ending.KILLED, True)


def test_an_unknown_ending_is_never_taken_for_a_good_one(start: Callable[..., Started]):
    one = start(lambda channel, request: channel.say(answer(request["id"], ending="fine"))).up()
    assert one.run().result(PATIENCE).ending is Ending.KILLED


def test_a_worker_that_does_not_take_requests_is_lost(start: Callable[..., Started]):
    def refuse(channel: ScriptedChannel, request: dict[str, Any]) -> None:
        raise TimeoutError

    assert start(refuse).up().run().result(PATIENCE).ending is Ending.KILLED


@pytest.mark.parametrize(
    ("first", "words", "message"),
    [
        (b"", "no namespaces\n", "the sandbox worker did not start: no namespaces"),
        (b"", "", "the sandbox worker did not start: it ended"),
        (b"\x00\x00\x00\x02{}", "", "the sandbox worker did not start"),
        (b"not a frame", "ImportError", "the sandbox worker did not start: ImportError"),
    ],
)
def test_one_that_does_not_start_says_why(start: Callable[..., Started], first: bytes, words: str, message: str):
    one = start(first=first, words=words).up()
    assert one.worker.ended
    assert message in str(one.worker.failure)
    assert one.worker.take(Run("", Limits(), "", Future())) is None


@pytest.mark.parametrize("error", [OSError("no process"), SandboxUnavailableError("no engine", hint="start it")])
def test_a_channel_that_cannot_be_opened(error: Exception):
    def fail() -> ScriptedChannel:
        raise error

    ended = threading.Event()
    worker = Worker(fail, on_change=lambda worker: ended.set())
    assert ended.wait(PATIENCE)
    assert str(error) in str(worker.failure)
    worker.join(PATIENCE)


def test_one_that_is_never_up(start: Callable[..., Started], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(worker_module, "_TICK", 0.01)
    channel = ScriptedChannel(first=b"\x00")
    ended = threading.Event()
    worker = Worker(lambda: channel, on_change=lambda worker: ended.set(), start_seconds=0.05)
    assert ended.wait(PATIENCE)
    assert "it was not up within 0.05 s" in str(worker.failure)
    worker.join(PATIENCE)


def test_a_retired_worker_ends_its_programs_and_leaves(start: Callable[..., Started], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(worker_module, "_TICK", 0.01)
    one = start(silence).up()
    last = one.run()
    one.worker.retire()
    assert one.worker.take(Run("", Limits(), "", Future())) is None
    assert not one.channel.closed.wait(0.1)
    one.channel.say(answer(1))
    assert last.result(PATIENCE).clean
    assert one.channel.closed.wait(PATIENCE)


def test_an_ended_worker_loses_its_programs(start: Callable[..., Started]):
    one = start(silence).up()
    run = one.run()
    one.worker.end()
    assert run.result(PATIENCE).ending is Ending.KILLED


def test_a_channel_is_opened_and_closed_in_a_thread_that_outlives_it(start: Callable[..., Started]):
    opened: list[threading.Thread] = []

    def open_channel() -> ScriptedChannel:
        opened.append(threading.current_thread())
        return ScriptedChannel(echo)

    up = threading.Event()
    worker = Worker(open_channel, on_change=lambda worker: up.set())
    assert up.wait(PATIENCE)
    assert opened[0] is not threading.current_thread()
    assert opened[0].is_alive()
    worker.end()
    worker.join(PATIENCE)
    assert not opened[0].is_alive()


class ClosedChannel(ScriptedChannel):
    """Notes whether it was used after its end, when its descriptor may be another file's."""

    def __init__(self) -> None:
        super().__init__(silence)
        self.misused = False
        self.sending = threading.Event()
        self.go_on = threading.Event()

    def send(self, data: bytes) -> None:
        self.sending.set()
        self.go_on.wait(PATIENCE)
        self.misused |= self.closed.is_set()


def test_a_channel_is_not_closed_while_something_is_sent():
    channel = ClosedChannel()
    started = Started(channel).up()
    runs: list[Future[Execution]] = []
    sender = threading.Thread(target=lambda: runs.append(started.run()))
    sender.start()
    assert channel.sending.wait(PATIENCE)
    channel.write(b"")  # the server has ended
    assert not channel.closed.wait(0.3)
    channel.go_on.set()
    sender.join(PATIENCE)
    assert runs[0].result(PATIENCE).ending is Ending.KILLED
    assert channel.closed.wait(PATIENCE)
    assert not channel.misused


def test_nothing_is_sent_to_a_channel_that_was_closed(start: Callable[..., Started]):
    started = start(silence).up()
    run = Run("pass", Limits(), "", Future())
    number = started.worker.take(run)
    assert number is not None
    started.worker.end()
    assert run.future.result(PATIENCE).ending is Ending.KILLED
    started.worker.join(PATIENCE)
    started.worker.send(number)
    assert started.channel.requests == []


def test_a_program_that_was_taken_and_never_sent_is_missed(
    start: Callable[..., Started], monkeypatch: pytest.MonkeyPatch
):
    """As where an interrupt comes between the two."""
    monkeypatch.setattr(worker_module, "GRACE", 0.1)
    started = start(echo).up()
    run = Run("pass", Limits(wall_seconds=0.1), "", Future())
    assert started.worker.take(run) is not None
    assert run.future.result(PATIENCE).ending is Ending.KILLED


def test_half_a_frame_ends_the_worker(start: Callable[..., Started]):
    """As where an interrupt comes while a frame is sent: what followed would be read as its other half."""

    def interrupt(channel: ScriptedChannel, request: dict[str, Any]) -> None:
        raise KeyboardInterrupt

    started = start(interrupt).up()
    with pytest.raises(KeyboardInterrupt):
        started.run()
    started.worker.join(PATIENCE)
    assert started.worker.ended


@pytest.mark.parametrize("when", ["opened", "serving", "closed"])
def test_whatever_goes_wrong_is_heard_of(when: str):
    """Else those who wait for the worker would wait for ever."""

    class Broken(ScriptedChannel):
        def receive(self, timeout: float) -> bytes:
            if when == "serving":
                raise RuntimeError("broken")
            return super().receive(timeout)

        def close(self) -> None:
            if when == "closed":
                raise RuntimeError("broken")

    def open_channel() -> ScriptedChannel:
        if when == "opened":
            raise RuntimeError("broken")
        return Broken(silence)

    changes: queue.Queue[Worker] = queue.Queue()
    worker = Worker(open_channel, on_change=changes.put)
    changes.get(timeout=PATIENCE)
    run = Run("pass", Limits(), "", Future())
    if worker.take(run) is not None:
        worker.end()
        assert run.future.result(PATIENCE).ending is Ending.KILLED
        changes.get(timeout=PATIENCE)
    worker.join(PATIENCE)
    assert worker.ended
    assert (worker.failure is None) == (when == "closed")
