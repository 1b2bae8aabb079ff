"""Every sandbox against every hostile program: nothing gets through, and afterwards nothing is different."""

import time
from pathlib import Path

import pytest

from clra_sandbox import Ending, Execution, Layer, Limits
from tests.sandbox.attacks.program import Program
from tests.sandbox.backends import Backend, run_all
from tests.sandbox.hostile import BY_NAME, PROGRAMS
from tests.sandbox.surroundings import Surroundings

PATIENT = Limits(wall_seconds=120, cpu_seconds=120)
NOT_COVERED = {"lite": {"stat_secret", "target_of_link"}}
"""By backend: what is known to get through, and written down in the threat model."""

CANARY = """
import builtins, decimal, fractions, gc, json, math, os, random, sys
assert builtins.len("four") == 4 and print is builtins.print
assert math.pi > 3.14 and math.sqrt(4) == 2
assert json.dumps([7]) == "[7]" and fractions.Fraction(1, 2) * 2 == 1
assert "CLRA_SPOILT" not in os.environ and "/tmp" not in sys.path
assert sys.get_int_max_str_digits() == 4300 and sys.getrecursionlimit() == 1000
assert gc.isenabled() and 0 < random.random() != 0.5
assert decimal.getcontext().prec == 28
assert 3 + 4 == 7 and sum([3, 4]) + 1 == 8
if "sympy" in sys.modules:
    import numpy, sympy
    x = sympy.Symbol("x")
    assert sympy.solve(x**2 - 5 * x + 6) == [2, 3] and sympy.Integer(3) + 4 == 7
    assert round(numpy.linalg.det(numpy.array([[3.0, 1.0], [1.0, 2.0]]))) == 5
print(6 * 7)
"""


@pytest.fixture(scope="module")
def processes_before(backend: Backend) -> set[int]:
    """Of the sandbox, once it is warm."""
    assert backend.sandbox.run("print(1)", PATIENT).stdout == "1\n"
    return settled(backend)


def settled(backend: Backend) -> set[int]:
    """Its processes, once the last run has been tidied up."""
    found = backend.processes()
    while (later := backend.processes()) != found:
        found = later
    return found


@pytest.fixture(scope="module")
def outcomes(backend: Backend, around: Surroundings, processes_before: set[int]) -> dict[str, Execution | Exception]:
    return run_all(backend.sandbox, [program for program in PROGRAMS if backend.can_run(program)], around)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_contained(program: Program, backend: Backend, outcomes: dict[str, Execution | Exception]):
    if not backend.can_run(program):
        pytest.skip(f"no {program.needs} here")
    if program.name in NOT_COVERED.get(backend.name, ()):
        pytest.xfail("written down as not covered")
    execution = outcomes[program.name]
    assert isinstance(execution, Execution), execution
    assert program.contained(execution), execution


def test_layers(backend: Backend):
    assert backend.sandbox.layers == backend.layers


def test_computes_rightly_afterwards(backend: Backend, outcomes: dict[str, Execution | Exception]):
    """Whatever the programs before it did to the interpreter, to the packages or to small numbers."""
    execution = backend.sandbox.run(CANARY, PATIENT)
    assert (execution.ending, execution.stdout) == (Ending.FINISHED, "42\n"), execution


def test_host_is_as_it_was(around: Surroundings, outcomes: dict[str, Execution | Exception]):
    assert around.damage() == []


def test_no_process_left(backend: Backend, outcomes: dict[str, Execution | Exception], processes_before: set[int]):
    """What a run started ends with it, and no worker had to be replaced."""
    deadline = time.monotonic() + PATIENT.wall_seconds
    while (left := backend.processes()) != processes_before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == processes_before


def test_not_covered_is_true(around: Surroundings, backend: Backend, outcomes: dict[str, Execution | Exception]):
    """What the threat model admits does get through: else it claims too little."""
    names = NOT_COVERED.get(backend.name, set())
    assert all("ESCAPED" in outcomes[name].stdout for name in names)
    assert names == {program.name for program in PROGRAMS if not backend.covers(program)}


def test_enough_programs():
    assert len(BY_NAME) == len(PROGRAMS) >= 75


def test_threat_model_says_how_many():
    readme = Path(__file__).parents[2] / "sandbox" / "README.md"
    assert f"{len(PROGRAMS)} hostile programs" in readme.read_text("utf-8")


def test_every_layer_is_attacked():
    assert set(Layer) <= {line for program in PROGRAMS for line in program.stopped_by}
