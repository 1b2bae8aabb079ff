"""Hosts with odd settings: what a process inherits must neither weaken the sandbox nor change a verdict."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from clra_sandbox import Ending, Limits, SandboxUnavailableError
from clra_sandbox.launch import Launch
from clra_sandbox.pool import Pool
from clra_sandbox.pooled import ENVIRONMENT
from tests.sandbox.backends import descendants

HOST: Final = """\
import ctypes, json, os, resource, signal, sys, tempfile
answers = os.dup(1)
exec(sys.argv[2])
from clra_sandbox import Limits
from clra_sandbox.launch import Launch
from clra_sandbox.pool import Pool
pool = Pool(Launch(level=sys.argv[1]))
patient = Limits(wall_seconds=120.0)
runs = [
    pool.run(
        "import os; print(hash('a') == {hash}, sorted(os.environ) == {environment}, input())", patient, stdin="in"
    ),
    pool.run("bytearray(1 << 40)", patient),
    pool.run("while True: pass", Limits(cpu_seconds=1.0, wall_seconds=600.0)),
    pool.run("import os; os.abort()", patient),
]
pool.close()
os.write(answers, json.dumps([[run.ending, run.exit_code, run.signal, run.stdout] for run in runs]).encode())
"""
ODDITIES: Final = {
    "as usual": "",
    "ends of children ignored": "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
    "all signals ignored": """
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
""",
    "all signals blocked": "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())",
    "files for nobody": "os.umask(0o777)",
    "few descriptors": "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))",
    "little memory": "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))",
    "no standard streams": "for stream in range(3): os.close(stream)",
    "no folder": "os.chdir(tempfile.mkdtemp()); os.rmdir(os.getcwd())",
    "no new privileges": "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)",
    "hostile environment": """
os.environ.update(
    LD_PRELOAD="/none.so", LD_LIBRARY_PATH="/none", PYTHONHASHSEED="7", PYTHONHOME="/none", PYTHONPATH="/none",
    PYTHONSTARTUP="/none", PYTHONMALLOC="debug", PYTHONWARNINGS="error", PYTHONOPTIMIZE="2", TMPDIR="/none",
)
""",
}


@pytest.fixture(params=("full", "lite"))
def level(request: pytest.FixtureRequest) -> str:
    try:
        Pool(Launch(level=request.param)).close()
    except SandboxUnavailableError as error:
        pytest.skip(f"{error} ({error.hint})")
    return request.param


@pytest.mark.parametrize("oddity", ODDITIES)
def test_verdicts_are_the_same(oddity: str, level: str):
    seeded = subprocess.run(
        [sys.executable, "-c", "print(hash('a'))"],
        env={"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted(ENVIRONMENT)
    host = HOST.replace("{hash}", seeded.stdout.strip()).replace("{environment}", repr(names))
    ended = subprocess.run(
        [sys.executable, "-c", host, level, ODDITIES[oddity]], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    computed, memory, loop, abort = json.loads(ended.stdout)
    assert computed == [Ending.FINISHED, 0, None, "True True in\n"]
    assert memory == [Ending.MEMORY, 1, None, ""]
    assert loop[0] == Ending.CPU
    assert abort == [Ending.KILLED, None, 6, ""]


REFUSED: Final = {
    "no files at all": "resource.setrlimit(resource.RLIMIT_NOFILE, (5, 5))",
    "files without length": "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))",
}


@pytest.mark.parametrize("oddity", REFUSED)
def test_what_cannot_work_is_refused(oddity: str, level: str):
    host = f"""
import os, resource, sys
from clra_sandbox import SandboxUnavailableError
from clra_sandbox.native import NativeSandbox
{REFUSED[oddity]}
try:
    NativeSandbox(level={level!r}, preload=())
except SandboxUnavailableError:
    print("refused")
"""
    ended = subprocess.run([sys.executable, "-c", host], stdout=subprocess.PIPE, text=True, check=False)
    assert ended.stdout == "refused\n"


def test_interpreter_is_the_same_for_all_threads():
    """Until Python 3.12 threads that ask `sysconfig` at once get half an answer; each trial takes a new process."""
    trial = """
import sys, threading
sys.setswitchinterval(1e-6)
from clra_sandbox.interpreter import interpreter
found, start = [], threading.Barrier(4)
threads = [threading.Thread(target=lambda: (start.wait(), found.append(interpreter()))) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(set(found)))
"""
    seen = [
        subprocess.run([sys.executable, "-c", trial], capture_output=True, text=True, check=True).stdout
        for _ in range(12)
    ]
    assert set(seen) == {"1\n"}


def test_workers_are_the_first_to_go_when_memory_is_used_up(level: str):
    others = descendants(os.getpid())
    with contextlib.closing(Pool(Launch(level=level))):
        own = descendants(os.getpid()) - others
        assert own
        assert {Path(f"/proc/{process}/oom_score_adj").read_text() for process in own} == {"1000\n"}


SMALL_THREADS: Final = """
import ctypes, os
libc = ctypes.CDLL(None)
settings = ctypes.create_string_buffer(64)
libc.pthread_attr_init(settings)
libc.pthread_attr_setstacksize(settings, ctypes.c_size_t(16 << 10))
thread, count = ctypes.c_ulong(), 0
sleep = ctypes.cast(libc.sleep, ctypes.c_void_p)
while count < 6000 and not libc.pthread_create(ctypes.byref(thread), settings, sleep, ctypes.c_void_p(60)):
    count += 1
os.write(1, str(count).encode())
os._exit(0)
"""


def test_threads_are_counted_for_root_too(level: str):
    """Where only root can read Python, programs of "lite" still open files as user 0, for whom nothing is counted."""
    with contextlib.closing(Pool(Launch(level=level))) as pool:
        execution = pool.run(SMALL_THREADS, Limits(wall_seconds=120.0, threads=True))
    assert execution.clean, execution
    assert int(execution.stdout) < 4200
