"""Many runs, half of them hostile, some at once: what went wrong, and what the worker's processes hold."""

import random
import resource
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from clra_sandbox import Execution, Limits, SandboxUnavailableError
from tests.sandbox.attacks.program import SHORT, Program
from tests.sandbox.backends import AT_ONCE, Backend
from tests.sandbox.hostile import PROGRAMS
from tests.sandbox.surroundings import Surroundings

PATIENT: Final = Limits(wall_seconds=120, cpu_seconds=120)
HURRIED: Final = 0.3
"""Seconds for programs that never end, of which a soak has many."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one process has."""

    memory: int
    """Bytes resident."""
    descriptors: int | None
    """None where the system does not tell."""


@dataclass(frozen=True, slots=True)
class Task:
    """One run of a soak, and what must come of it."""

    name: str
    code: str
    limits: Limits
    program: Program | None = None
    """The hostile one it is."""
    expected: str = ""

    def wrong(self, execution: Execution) -> bool:
        if self.program is not None:
            return not self.program.contained(execution)
        return not execution.clean or execution.stdout != self.expected


def soak(backend: Backend, around: Surroundings, *, runs: int, seed: int = 0) -> list[str]:
    """Run that many; what went wrong, one line for each."""
    tasks = _tasks(backend, runs, random.Random(seed))  # noqa: S311 -- chance chooses programs

    def run(task: Task) -> str | None:
        stdin = around.letter(task.name) if task.program else ""
        try:
            execution = backend.sandbox.run(task.code, task.limits, stdin=stdin)
        except SandboxUnavailableError as error:
            return f"{task.name}: {error}"
        return f"{task.name}: {execution}" if task.wrong(execution) else None

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return [finding for finding in threads.map(run, tasks) if finding is not None]


def _tasks(backend: Backend, runs: int, chance: random.Random) -> list[Task]:
    hostile = [program for program in PROGRAMS if backend.can_run(program) and backend.covers(program)]
    tasks = []
    for number in range(runs):
        if number % 2:
            program = chance.choice(hostile)
            limits = replace(SHORT, wall_seconds=HURRIED) if program.limits == SHORT else program.limits
            tasks.append(Task(program.name, program.text, limits, program=program))
        else:
            tasks.append(_sum(number) if backend.bare or number % 4 else _quadratic(number, chance))
    return tasks


def _sum(number: int) -> Task:
    return Task(f"sum {number}", f"print({number} ** 2 + 1)", PATIENT, expected=f"{number**2 + 1}\n")


def _quadratic(number: int, chance: random.Random) -> Task:
    low, high = sorted(chance.sample(range(-50, 50), 2))
    code = f"from sympy import *\nx = symbols('x')\nprint(solve(x**2 - {low + high} * x + {low * high}, x))"
    return Task(f"quadratic {number}", code, PATIENT, expected=f"[{low}, {high}]\n")


def holdings(backend: Backend) -> dict[int, Held]:
    """What each of its processes holds."""
    return {process: held for process in backend.processes() if (held := _held(Path("/proc") / str(process)))}


def _held(folder: Path) -> Held | None:
    try:
        pages = int((folder / "statm").read_text().split()[1])
    except (OSError, IndexError):
        return None
    try:
        descriptors = len(list((folder / "fd").iterdir()))
    except PermissionError:
        descriptors = None
    except OSError:
        return None
    return Held(pages * resource.getpagesize(), descriptors)
