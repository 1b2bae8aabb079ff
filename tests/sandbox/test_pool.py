import asyncio
import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from clra_sandbox import Ending, Limits, SandboxUnavailableError
from clra_sandbox import pool as pool_module
from clra_sandbox.pool import Pool
from tests.sandbox.channels import ScriptedChannel, answer, echo, silence

PATIENCE = 120.0


class Servers:
    """Scripted fork servers, as a pool opens them."""

    def __init__(self) -> None:
        self.opened: list[ScriptedChannel] = []
        self.on_request: Callable[[ScriptedChannel, dict[str, Any]], None] = echo
        self.refuse: OSError | None = None

    def __call__(self) -> ScriptedChannel:
        if self.refuse is not None:
            raise self.refuse
        self.opened.append(ScriptedChannel(self._hear))
        return self.opened[-1]

    def seen(self) -> list[list[str]]:
        """The programs that each was sent."""
        return [[request["code"] for request in channel.requests] for channel in self.opened]

    def waiting(self) -> list[int]:
        """How many programs each was sent."""
        return [len(codes) for codes in self.seen()]

    def _hear(self, channel: ScriptedChannel, request: dict[str, Any]) -> None:
        self.on_request(channel, request)


@pytest.fixture
def servers() -> Iterator[Servers]:
    opened = Servers()
    yield opened
    assert all(channel.closed.wait(PATIENCE) for channel in opened.opened)


def eventually(seen: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_programs_run_from_threads_and_loops(servers: Servers):
    async def some() -> list[str]:
        return [run.stdout for run in await asyncio.gather(*(pool.arun(str(number)) for number in range(20)))]

    with closing(Pool(servers, workers=2)) as pool, ThreadPoolExecutor(3) as threads:
        loops = [threads.submit(asyncio.run, some()) for _ in range(3)]
        assert pool.run("here").stdout == "here"
        assert [loop.result(PATIENCE) for loop in loops] == [[str(number) for number in range(20)]] * 3


def test_the_least_loaded_gets_the_next_and_the_rest_waits(servers: Servers):
    servers.on_request = silence
    with closing(Pool(servers, workers=2, concurrency=2)) as pool:
        runs = [pool.submit(str(number)) for number in range(5)]
        assert servers.waiting() == [2, 2]
        first = servers.opened[1]
        first.say(answer(first.requests[0]["id"]))
        eventually(lambda: servers.waiting() == [2, 3])
        assert first.requests[-1]["code"] == "4"
        assert sum(run.done() for run in runs) == 1


def test_a_lost_worker_is_replaced_and_its_program_not_run_again(servers: Servers):
    def die_on_bomb(channel: ScriptedChannel, request: dict[str, Any]) -> None:
        if request["code"] == "bomb":
            channel.kill()
        else:
            echo(channel, request)

    servers.on_request = die_on_bomb
    with closing(Pool(servers, concurrency=1)) as pool:
        bomb, after = pool.submit("bomb"), pool.submit("after")
        assert bomb.result(PATIENCE).ending is Ending.KILLED
        assert after.result(PATIENCE).stdout == "after"
        assert servers.seen() == [["bomb"], ["after"]]


def test_a_worker_that_cannot_be_replaced_makes_the_sandbox_unavailable_until_one_can(servers: Servers):
    with closing(Pool(servers, concurrency=1)) as pool:
        servers.on_request = silence
        lost, waiting = pool.submit("lost"), pool.submit("waiting")
        servers.refuse = OSError("no more processes")
        servers.opened[0].kill()
        assert lost.result(PATIENCE).ending is Ending.KILLED
        with pytest.raises(SandboxUnavailableError, match="no more processes"):
            waiting.result(PATIENCE)
        with pytest.raises(SandboxUnavailableError, match="no more processes"):
            pool.run("again")
        servers.refuse, servers.on_request = None, echo
        assert pool.run("at last").stdout == "at last"


def test_a_host_without_threads_is_told_so(servers: Servers, monkeypatch: pytest.MonkeyPatch):
    def no_thread(*arguments: Any, **options: Any) -> Any:
        raise RuntimeError("can't start new thread")

    with closing(Pool(servers, concurrency=1)) as pool:
        servers.on_request = silence
        lost, waiting = pool.submit("lost"), pool.submit("waiting")
        with monkeypatch.context() as patched:
            patched.setattr(pool_module, "Worker", no_thread)
            servers.opened[0].kill()
            assert lost.result(PATIENCE).ending is Ending.KILLED
            with pytest.raises(SandboxUnavailableError, match="can't start new thread"):
                waiting.result(PATIENCE)
            with pytest.raises(SandboxUnavailableError, match="can't start new thread"):
                pool.run("again")
        servers.on_request = echo
        assert pool.run("at last").stdout == "at last"


def test_a_worker_is_replaced_after_so_many_programs(servers: Servers):
    with closing(Pool(servers, runs_per_worker=3)) as pool:
        assert [pool.run(str(number)).stdout for number in range(8)] == [str(number) for number in range(8)]
        assert servers.waiting() == [3, 3, 2]


def test_opening_waits_for_all_and_says_what_failed(servers: Servers):
    with closing(Pool(servers, workers=3)) as pool:
        assert len(pool.ready) == 3
    servers.refuse = OSError("out of everything")
    with pytest.raises(SandboxUnavailableError, match="out of everything"):
        Pool(servers)


@pytest.mark.parametrize("counts", [{"workers": 0}, {"concurrency": 0}, {"runs_per_worker": -1}])
def test_counts_are_positive(servers: Servers, counts: dict[str, int]):
    with pytest.raises(ValueError, match="at least one"):
        Pool(servers, **counts)


@pytest.mark.parametrize(
    "limits",
    [
        Limits(wall_seconds=0),
        Limits(wall_seconds=float("inf")),
        Limits(cpu_seconds=float("nan")),
        Limits(cpu_seconds=-1),
        Limits(memory=0),
        Limits(memory=1 << 60),
        Limits(output=0),
        Limits(output=1 << 30),
    ],
)
def test_limits_that_cannot_be_kept_are_refused(servers: Servers, limits: Limits):
    with closing(Pool(servers)) as pool:
        with pytest.raises(ValueError, match="must be positive"):
            pool.run("x", limits)
        assert servers.waiting() == [0]


def test_a_program_too_long_for_a_frame_is_an_outcome(servers: Servers):
    with closing(Pool(servers)) as pool:
        assert pool.run("#" * (1 << 23)).stderr == "the program is too long to be sent"
        assert pool.run("\U0001f600" * (1 << 21)).clean


def test_closing_ends_what_runs_and_refuses_what_waits(servers: Servers):
    servers.on_request = silence
    pool = Pool(servers, concurrency=1)
    running, waiting = pool.submit("running"), pool.submit("waiting")
    pool.close()
    assert running.result(PATIENCE).ending is Ending.KILLED
    with pytest.raises(SandboxUnavailableError, match="closed"):
        waiting.result(PATIENCE)
    with pytest.raises(SandboxUnavailableError, match="closed"):
        pool.run("late")
    pool.close()
    assert len(servers.opened) == 1


def test_a_cancelled_task_that_waits_is_never_sent(servers: Servers):
    servers.on_request = silence

    async def cancel_the_second() -> None:
        running = asyncio.create_task(pool.arun("running"))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(pool.arun("waiting"))
        await asyncio.sleep(0)
        waiting.cancel()
        last = asyncio.create_task(pool.arun("last"))
        await asyncio.sleep(0)
        servers.on_request = echo
        servers.opened[0].say(answer(1))
        assert (await running).clean
        assert (await last).stdout == "last"
        assert waiting.cancelled()

    with closing(Pool(servers, concurrency=1)) as pool:
        asyncio.run(cancel_the_second())
        assert [request["code"] for request in servers.opened[0].requests] == ["running", "last"]


def test_a_cancelled_task_that_runs_is_abandoned(servers: Servers):
    servers.on_request = silence

    async def cancel() -> None:
        task = asyncio.create_task(pool.arun("running"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with closing(Pool(servers)) as pool:
        asyncio.run(cancel())
        servers.opened[0].say(answer(1))
        servers.on_request = echo
        assert pool.run("after").stdout == "after"


def _in_a_fork(pool: Pool, outcome: Any) -> None:
    try:
        pool.run("x")
    except SandboxUnavailableError as error:
        outcome.send((str(error), error.hint))
    pool.close()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12 on: that there are threads is the point
def test_a_forked_process_is_told_to_open_its_own(servers: Servers):
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    with closing(Pool(servers)) as pool, closing(ours), closing(theirs):
        process = fork.Process(target=_in_a_fork, args=(pool, theirs))
        process.start()
        assert ours.poll(PATIENCE)
        message, hint = ours.recv()
        process.join(PATIENCE)
        assert process.exitcode == 0
        assert ("another process" in message, "own in each process" in hint) == (True, True)
        assert pool.run("still").stdout == "still"
