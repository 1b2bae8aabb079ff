"""One hostile program: its text, what must be seen of it, and which lines of defence stop it."""

import ast
import functools
import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from clra_sandbox import Ending, Execution, Layer, Limits

TOOLS: Final = (Path(__file__).parent / "tools.py").read_text("utf-8")
ORDINARY: Final = Limits(wall_seconds=100.0, cpu_seconds=30.0)
"""For programs that end by themselves, on a busy machine too."""
SHORT: Final = Limits(wall_seconds=0.7, cpu_seconds=30.0)
"""For programs that would never end."""
SMALL: Final = Limits(wall_seconds=100.0, cpu_seconds=30.0, memory=64 << 20)
"""For programs that take memory bit by bit."""


class Always(StrEnum):
    """What stands whichever layers hold."""

    SUPERVISOR = "supervisor"
    """The server's deadline, its cap on output and SIGKILL."""
    PROCESS = "a process per run"
    NO_PRIVILEGES = "no privileges"
    """An unprivileged user, no capabilities, not dumpable, no new privileges."""


Line = Layer | Always
Seen = Callable[[Execution], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One hostile program."""

    name: str
    text: str
    seen: Seen
    """What must be seen of it, wherever a line stands that stops it."""
    stopped_by: frozenset[Line]
    """Each of them stops it alone."""
    limits: Limits = ORDINARY
    harmless: bool = False
    """Whether it may run where nothing stops it: it takes no more than it needs to know that it could."""
    needs: str = ""
    """A module outside the standard library."""

    def contained(self, execution: Execution) -> bool:
        return "ESCAPED" not in execution.stdout and self.seen(execution)


def refused(execution: Execution) -> bool:
    """It tried, was refused, and said so."""
    return execution.clean and execution.stdout.startswith("CONTAINED")


def refused_or_killed(execution: Execution) -> bool:
    return refused(execution) or execution.ending is Ending.KILLED


def ends(*endings: Ending) -> Seen:
    return lambda execution: execution.ending in endings


def exits(code: int, *, says: str = "") -> Seen:
    """It finished with this exit code, and with this text on one of its streams."""
    return lambda execution: (
        execution.ending is Ending.FINISHED
        and execution.exit_code == code
        and says in execution.stdout + execution.stderr
    )


def prints(text: str) -> Seen:
    return lambda execution: execution.clean and execution.stdout == text


def either(*seen: Seen) -> Seen:
    return lambda execution: any(each(execution) for each in seen)


def attack(
    *stopped_by: Line, seen: Seen = refused, limits: Limits = ORDINARY, harmless: bool = False
) -> Callable[[Callable[[], object]], Program]:
    """A function that tries something and raises OSError where it is refused: a program that says which it was."""
    return lambda function: _program(function, "attempt({name})", frozenset(stopped_by), seen, limits, harmless)


def abuse(
    *stopped_by: Line, seen: Seen, limits: Limits = SHORT, needs: str = ""
) -> Callable[[Callable[[], object]], Program]:
    """A function that misbehaves: a program that calls it."""
    return lambda function: _program(function, "{name}()", frozenset(stopped_by), seen, limits, False, needs)


def _program(
    function: Callable[[], object],
    main: str,
    stopped_by: frozenset[Line],
    seen: Seen,
    limits: Limits,
    harmless: bool,
    needs: str = "",
) -> Program:
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    body = "\n".join(source.splitlines()[definition.lineno - 1 :])
    imports = _imports(function.__module__)
    name = function.__name__
    return Program(
        name=name,
        text=f"{TOOLS}\n{imports}\n\n\n{body}\n\n\n{main.format(name=name)}\n",
        seen=seen,
        stopped_by=stopped_by,
        limits=limits,
        harmless=harmless,
        needs=needs,
    )


@functools.cache
def _imports(module: str) -> str:
    """What a module of attacks imports of the standard library, for its functions to stand alone."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    found = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    ours = ("tests", "clra_sandbox")
    return "\n".join(ast.unparse(node) for node in found if not getattr(node, "module", "").startswith(ours))
