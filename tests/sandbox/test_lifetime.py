"""Workers that die, hang or are orphaned: no verdict comes of it, nothing stays behind, and the next run works."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from clra_sandbox import Ending, Execution, Limits, SandboxUnavailableError
from clra_sandbox.native import NativeSandbox
from tests.sandbox.backends import descendants

PATIENT: Final = Limits(wall_seconds=120, cpu_seconds=120)
LOOP: Final = "while True: pass"

HOST: Final = """
import sys
from threading import Thread
from clra_sandbox import Limits
from clra_sandbox.native import NativeSandbox

LIMITS = Limits(wall_seconds=600, cpu_seconds=600)
sandbox = NativeSandbox(level=sys.argv[1], preload=(), workers=2)
for _ in range(4):
    Thread(target=sandbox.run, args=("while True: pass", LIMITS), daemon=True).start()
while sandbox.run("print(42)").stdout != "42\\n":
    pass
print("ready", flush=True)
input()
"""


@dataclass(frozen=True)
class Own:
    """A sandbox of the test's own, and how to tell its processes from others'."""

    sandbox: NativeSandbox
    others: set[int]

    def processes(self) -> set[int]:
        return descendants(os.getpid()) - self.others

    def signal(self, number: signal.Signals) -> None:
        """To all of them, the programs that run included."""
        for process in self.processes():
            with suppress(ProcessLookupError):  # it may end with the one before it
                os.kill(process, number)

    def begin(self, threads: ThreadPoolExecutor, limits: Limits) -> Future[Execution]:
        """A program that loops, once it does."""
        before = self.processes()  # one that has just ended may be among them
        run = threads.submit(self.sandbox.run, LOOP, limits)
        assert wait_until(lambda: bool(self.processes() - before))
        return run


@pytest.fixture(params=("full", "lite"))
def own(request: pytest.FixtureRequest) -> Iterator[Own]:
    others = descendants(os.getpid())
    try:
        sandbox = NativeSandbox(level=request.param, preload=())
    except SandboxUnavailableError as error:
        pytest.skip(f"{error} ({error.hint})")
    with closing(sandbox):
        yield Own(sandbox, others)


def wait_until(holds: Callable[[], bool], seconds: float = 120.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_worker_that_hangs(own: Own):
    """Stopped from outside, it neither answers nor ends; the watchdog ends it."""
    assert own.sandbox.run("print(1)", PATIENT).stdout == "1\n"
    with ThreadPoolExecutor(1) as threads:
        run = own.begin(threads, Limits(wall_seconds=5.0))
        own.signal(signal.SIGSTOP)
        lost = run.result(120)
    assert lost.ending is Ending.KILLED
    assert not lost.clean
    assert own.sandbox.run("print(42)", PATIENT).stdout == "42\n"


def test_worker_that_is_killed(own: Own):
    assert own.sandbox.run("print(1)", PATIENT).stdout == "1\n"
    with ThreadPoolExecutor(1) as threads:
        run = own.begin(threads, PATIENT)
        own.signal(signal.SIGKILL)
        lost = run.result(120)
    assert lost.ending is Ending.KILLED
    for n in range(3):
        assert own.sandbox.run(f"print({n})", PATIENT).stdout == f"{n}\n"


def test_closing_ends_what_runs(own: Own):
    with ThreadPoolExecutor(1) as threads:
        run = own.begin(threads, PATIENT)
        own.sandbox.close()
        assert run.result(120).ending is Ending.KILLED
    assert wait_until(lambda: not own.processes())


def test_closing_is_for_good(own: Own):
    own.sandbox.close()
    own.sandbox.close()
    with pytest.raises(SandboxUnavailableError):
        own.sandbox.run("print(42)")
    with pytest.raises(SandboxUnavailableError):
        asyncio.run(own.sandbox.arun("print(42)"))


def test_nothing_is_left_open(own: Own):
    """As many descriptors of the host after closing as before opening."""
    own.sandbox.close()
    before = open_descriptors()
    for _ in range(3):
        with closing(NativeSandbox(level=own.sandbox.level, preload=())) as sandbox:
            assert sandbox.run("print(42)", PATIENT).stdout == "42\n"
    assert open_descriptors() == before
    assert wait_until(lambda: not own.processes())


def test_killed_host_leaves_nothing(own: Own):
    """SIGKILL, so that nothing of the host's own can tidy up, while programs loop in two workers."""
    level = own.sandbox.level
    host = subprocess.Popen([sys.executable, "-c", HOST, level], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with host:
        assert host.stdout.readline() == b"ready\n"
        assert wait_until(lambda: len(descendants(host.pid)) >= 2 + 4), "two workers and four programs"
        below = descendants(host.pid)
        host.kill()
    assert wait_until(lambda: not any(alive(process) for process in below))


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def alive(process: int) -> bool:
    try:
        return b"\nState:\tZ" not in Path(f"/proc/{process}/status").read_bytes()
    except OSError:
        return False


def test_readme_example(own: Own):
    readme = (Path(__file__).parents[2] / "sandbox" / "README.md").read_text("utf-8")
    example = readme.split("```python\n")[1].split("```")[0]
    exec(compile(example, "sandbox/README.md", "exec"), {})  # noqa: S102 -- the project's own
