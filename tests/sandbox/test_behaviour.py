"""Every sandbox does the same with ordinary programs. After the self-check of inspect_ai: one suite, each backend."""

import asyncio
import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from clra_sandbox import Ending, Execution, Limits, Sandbox, SandboxUnavailableError
from tests.sandbox.backends import Backend

PATIENT = Limits(wall_seconds=120, cpu_seconds=60)

PRINTS = {
    "print(6 * 7)": "42\n",
    "print(input()); print(input())": "first line\nzweite Zeile: ∫ α² 𝔽\n",
    "import sys; print(sys.stdin.read(), end='')": "first line\nzweite Zeile: ∫ α² 𝔽\n",
    "import sys; print(len(list(sys.stdin)))": "2\n",
    "print('∑ ∈ ℕ → 日本語 🙂')": "∑ ∈ ℕ → 日本語 🙂\n",
    "print(ascii('\\x00'), '\\x00')": "'\\x00' \x00\n",
    "print('no newline', end='')": "no newline",
    "print(__name__, __builtins__.__name__)": "__main__ builtins\n",
    "if __name__ == '__main__':\n    print('script')": "script\n",
    "import sys; print(len(sys.argv), sys.stdout.encoding, sys.stdin.encoding)": "1 utf-8 utf-8\n",
    "import sys; print(sys.orig_argv)": "['clra-sandbox']\n",
    "from __future__ import annotations\nx: nonsense = 1\nprint(x)": "1\n",
    "def f(n): return n and n + f(n - 1)\nprint(f(500))": "125250\n",
    "class A:\n    b = 2\n    c = [b for _ in range(1)] if 0 else 3\nprint(A.c)": "3\n",
    "import __main__; x = 5; print(__main__.x)": "5\n",
    "global_name = 1\ndef f():\n    return global_name\nprint(f())": "1\n",
    "import atexit; atexit.register(print, 'at the end'); print('first')": "first\nat the end\n",
    "import sys; sys.stdout.write('a'); sys.stderr.write('b')": "a",
    "print(hash('a string') == hash('a ' + 'string'), {1, 2, 3})": "True {1, 2, 3}\n",
    "raise SystemExit": "",
    "raise SystemExit(0)": "",
}

FAILS = {
    "raise SystemExit(3)": (3, ""),
    "raise SystemExit('said')": (1, "said\n"),
    "import os; os._exit(7)": (7, ""),
    "import sys; sys.exit(300)": (300 & 0xFF, ""),
    "assert 1 == 2, 'not equal'": (1, "AssertionError: not equal"),
    "def f():\n    return 1 / 0  # here\n\nf()": (1, "return 1 / 0  # here"),
    "def f():\n    raise ValueError('α')\nf()": (1, "line 3, in <module>"),
    "import no_such_module": (1, "ModuleNotFoundError: No module named 'no_such_module'"),
    "print(": (1, "SyntaxError: '(' was never closed"),
    "x = 1\n  y = 2": (1, "IndentationError"),
    "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e": (1, "direct cause"),
    "input(); input(); input()": (1, "EOFError"),
}

ENDINGS = {
    Ending.WALL: ("print('begun', flush=True)\nwhile True: pass", Limits(wall_seconds=3, cpu_seconds=30)),
    Ending.CPU: ("print('begun', flush=True)\nwhile True: pass", Limits(wall_seconds=600, cpu_seconds=1)),
    Ending.MEMORY: ("print('begun', flush=True)\nx = bytearray(1 << 30)", PATIENT),
    Ending.OUTPUT: ("print('begun', flush=True)\nwhile True: print('x' * 1000)", PATIENT),
    Ending.KILLED: ("print('begun', flush=True)\nimport signal; signal.raise_signal(signal.SIGKILL)", PATIENT),
}

DETERMINISTIC = """
import random
print(random.random(), random.sample(range(1000), 5), hash("text"), list({"a", "b", "c", "d", "e"}))
"""
DETERMINISTIC_ARRAYS = """
import numpy, networkx, sympy
print(numpy.random.rand(3), numpy.random.permutation(20))
print(list(networkx.gnp_random_graph(8, 0.5).edges), sympy.symbols("a b c") and sorted(map(str, sympy.S("x+y+z").args)))
"""


@pytest.mark.parametrize("code", PRINTS)
def test_prints(code: str, sandbox: Sandbox):
    execution = sandbox.run(code, PATIENT, stdin="first line\nzweite Zeile: ∫ α² 𝔽\n")
    assert (execution.clean, execution.stdout) == (True, PRINTS[code]), execution


@pytest.mark.parametrize("code", FAILS)
def test_fails(code: str, sandbox: Sandbox):
    exit_code, says = FAILS[code]
    execution = sandbox.run(code, PATIENT, stdin="one\ntwo\n")
    assert (execution.ending, execution.exit_code, execution.signal) == (Ending.FINISHED, exit_code, None)
    assert says in execution.stderr
    assert not execution.clean


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_limit_has_its_own_ending(ending: Ending, sandbox: Sandbox):
    code, limits = ENDINGS[ending]
    execution = sandbox.run(code, limits)
    assert execution.ending is ending, execution
    assert execution.stdout.startswith("begun\n")
    assert not execution.clean


def test_traceback_does_not_show_the_sandbox(sandbox: Sandbox):
    trace = sandbox.run("1 / 0", PATIENT).stderr
    assert trace.count("File ") == 1
    assert trace.startswith("Traceback (most recent call last):\n")


@pytest.mark.parametrize(("stream", "descriptor"), [("stdout", 1), ("stderr", 2)])
def test_output_is_cut_at_its_limit(stream: str, descriptor: int, sandbox: Sandbox):
    limits = Limits(output=1000, wall_seconds=120)
    exact = sandbox.run(f"import os; os.write({descriptor}, b'x' * 1000)", limits)
    assert (exact.ending, len(getattr(exact, stream))) == (Ending.FINISHED, 1000)
    over = sandbox.run(f"import os; os.write({descriptor}, b'x' * 1001)", limits)
    assert (over.ending, len(getattr(over, stream))) == (Ending.OUTPUT, 1000)


def test_output_is_cut_between_characters(sandbox: Sandbox):
    execution = sandbox.run("print('€' * 1000)", Limits(output=1000, wall_seconds=120))
    assert execution.ending is Ending.OUTPUT
    assert set(execution.stdout) == {"€"}
    assert len(execution.stdout) == 333


def test_large_output_within_its_limit(sandbox: Sandbox):
    execution = sandbox.run("print('x' * 4_000_000)", Limits(output=4_100_000, wall_seconds=120))
    assert (execution.clean, len(execution.stdout)) == (True, 4_000_001)


def test_output_too_long_to_tell(sandbox: Sandbox):
    """Bytes that take six times their length on the way to the host must not cost another run its answer."""
    flood = "import os\nfor stream in (1, 2):\n    for _ in range(8): os.write(stream, bytes(1 << 20))"
    with ThreadPoolExecutor(1) as threads:
        beside = threads.submit(sandbox.run, "import time; time.sleep(1); print(42)", PATIENT)
        with contextlib.suppress(ValueError, SandboxUnavailableError):
            sandbox.run(flood, Limits(output=9 << 20, wall_seconds=120))
        assert beside.result().stdout == "42\n"


def test_many_hungry_programs(sandbox: Sandbox):
    """Each within its own limit. Where together they are too many for the machine, some end so, and say it."""
    code = "x = bytearray(400 << 20)\nimport time; time.sleep(0.5)\nprint(len(x) >> 20)"
    with ThreadPoolExecutor(4) as threads:
        executions = list(threads.map(lambda _: sandbox.run(code, PATIENT), range(4)))
    for execution in executions:
        assert (execution.clean, execution.stdout) == (True, "400\n") or execution.ending is Ending.MEMORY, execution
    assert sandbox.run("print(42)", PATIENT).stdout == "42\n"


def test_large_input(sandbox: Sandbox):
    execution = sandbox.run("import sys; print(len(sys.stdin.read()))", PATIENT, stdin="é" * 3_000_000)
    assert execution.stdout == "3000000\n"


def test_what_was_used_is_told(sandbox: Sandbox):
    execution = sandbox.run("x = bytearray(100 << 20)\nwhile __import__('time').process_time() < 0.3: pass", PATIENT)
    assert execution.clean
    assert 0.1 < execution.cpu_seconds < execution.wall_seconds + 0.1 < PATIENT.wall_seconds
    assert 100 << 20 < execution.peak_memory < 2 << 30


def test_memory_is_counted_beyond_the_worker(sandbox: Sandbox):
    limits = Limits(memory=200 << 20, wall_seconds=120)
    assert sandbox.run("x = bytearray(100 << 20); print('fits')", limits).stdout == "fits\n"
    assert sandbox.run("x = bytearray(250 << 20); print('fits')", limits).ending is Ending.MEMORY


@pytest.mark.parametrize(("threads", "says"), [(True, "42\n"), (False, "RuntimeError: can't start new thread")])
def test_threads_only_when_allowed(threads: bool, says: str, sandbox: Sandbox):
    code = "import threading\nt = threading.Thread(target=print, args=(42,))\nt.start()\nt.join()"
    execution = sandbox.run(code, Limits(threads=threads, wall_seconds=120))
    assert says in (execution.stdout if threads else execution.stderr)


def test_a_thread_is_waited_for(sandbox: Sandbox):
    code = "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), print('late'))).start()"
    assert sandbox.run(code, Limits(threads=True, wall_seconds=120)).stdout == "late\n"


def test_runs_go_on_at_once(sandbox: Sandbox):
    """Each begins before the other ends, by the one clock that both see."""
    code = "import time; print(time.monotonic()); time.sleep(3); print(time.monotonic())"
    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(lambda _: sandbox.run(code, PATIENT), (1, 2)))
    (one, one_ends), (other, other_ends) = (map(float, execution.stdout.split()) for execution in both)
    assert max(one, other) < min(one_ends, other_ends)


def test_runs_at_once_see_nothing_of_each_other(sandbox: Sandbox):
    """What the interpreter of one still holds of the other, whose text and input are known only to it."""
    secret = "the text of the " + "other program"
    holder = f"import sys, time\nmine = {secret!r}\nprint(sys.stdin.read(), flush=True)\ntime.sleep(1.5)"
    searcher = """
import gc, sys
frame, held = sys._getframe(), gc.get_objects()
while frame := frame.f_back:
    held.append(dict(frame.f_locals))
wanted = [" ".join(("the", word, "of the", "other program")) for word in ("text", "input")]
print(sum(word in repr(each)[:100_000] for each in held if isinstance(each, (dict, list, tuple)) for word in wanted))
"""
    # the searcher's own list of words is found twice or so; a run beside it must change nothing
    alone = sandbox.run(searcher, PATIENT)
    with ThreadPoolExecutor(1) as threads:
        beside = threads.submit(sandbox.run, holder, PATIENT, stdin="the input of the " + "other program")
        time.sleep(0.5)
        found = sandbox.run(searcher, PATIENT)
        assert beside.result().stdout == "the input of the other program\n"
    assert (found.clean, found.stdout) == (True, alone.stdout)


def test_many_more_than_fit_at_once(sandbox: Sandbox):
    with ThreadPoolExecutor(16) as threads:
        executions = list(threads.map(lambda n: sandbox.run(f"print({n} ** 2)", PATIENT), range(60)))
    assert [execution.stdout for execution in executions] == [f"{n**2}\n" for n in range(60)]


def test_runs_repeat(sandbox: Sandbox):
    runs = {sandbox.run(DETERMINISTIC, PATIENT).stdout for _ in range(3)}
    assert len(runs) == 1
    assert runs != {""}


def test_packages_repeat(backend: Backend):
    if backend.bare:
        pytest.skip("no packages here")
    runs = {backend.sandbox.run(DETERMINISTIC_ARRAYS, PATIENT).stdout for _ in range(3)}
    assert len(runs) == 1
    assert runs != {""}


def test_runs_as_coroutines(sandbox: Sandbox):
    async def gathered() -> list[Execution]:
        return await asyncio.gather(*(sandbox.arun(f"print({n})", PATIENT) for n in range(8)))

    assert [execution.stdout for execution in asyncio.run(gathered())] == [f"{n}\n" for n in range(8)]
    assert len(asyncio.run(gathered())) == 8, "a second event loop"


def test_an_abandoned_run_disturbs_nobody(sandbox: Sandbox):
    async def abandon() -> str:
        task = asyncio.create_task(sandbox.arun("import time; time.sleep(60)", Limits(wall_seconds=3)))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return (await sandbox.arun("print(42)", PATIENT)).stdout

    assert asyncio.run(abandon()) == "42\n"
    time.sleep(3.5)  # until the abandoned run has ended and its answer has come in vain
    assert sandbox.run("print(43)", PATIENT).stdout == "43\n"


def test_a_coroutine_does_not_block_its_loop(sandbox: Sandbox):
    async def both() -> int:
        run = asyncio.create_task(sandbox.arun("import time; time.sleep(2)", PATIENT))
        ticks = 0
        while not run.done():
            await asyncio.sleep(0.01)
            ticks += 1
        return ticks

    assert asyncio.run(both()) > 3, "the loop stood still until the program had ended"


@pytest.mark.parametrize("limits", [Limits(wall_seconds=1e-6), Limits(memory=1), Limits(output=1)])
def test_tiny_limits(limits: Limits, sandbox: Sandbox):
    """They end runs, not the sandbox."""
    assert not sandbox.run("x = bytearray(50 << 20)\nprint(x[0], flush=True)\nwhile True: pass", limits).clean
    assert sandbox.run("print(42)", PATIENT).stdout == "42\n"


@pytest.mark.parametrize(
    "limits", [Limits(wall_seconds=0), Limits(memory=-1), Limits(output=0), Limits(cpu_seconds=float("nan"))]
)
def test_limits_are_positive(limits: Limits, backend: Backend):
    if backend.name == "plain-user":
        pytest.skip("another process raises it")
    with pytest.raises(ValueError, match="positive"):
        backend.sandbox.run("print(42)", limits)


def test_repeats_on_every_backend(request: pytest.FixtureRequest, backend: Backend):
    """The same numbers wherever the program ran."""
    seen = request.config.stash.setdefault(SEEN, {})
    code = "import random; print(random.random(), hash('x'))"
    seen[backend.name] = backend.sandbox.run(code, PATIENT).stdout
    assert len(set(seen.values())) == 1, seen


SEEN = pytest.StashKey[dict[str, str]]()
