"""Hundreds of runs, half of them hostile, several at once: every answer right, and the worker as it was at the start.

2,000 runs: ``python tests/benchmarks/bench_sandbox.py --soak 2000``.
"""

from tests.sandbox.backends import Backend
from tests.sandbox.soak import PATIENT, holdings, soak
from tests.sandbox.surroundings import Surroundings

RUNS = 200
GROWTH = 16 << 20
"""Bytes by which a process may grow: what is touched for the first time, not what is kept of each run."""


def test_soak(backend: Backend, around: Surroundings):
    assert backend.sandbox.run("print(1)", PATIENT).stdout == "1\n"
    before = holdings(backend)
    assert soak(backend, around, runs=RUNS) == []
    assert around.damage() == []
    after = holdings(backend)
    assert after.keys() == before.keys(), "a worker was replaced, or something stayed behind"
    for process, held in after.items():
        assert held.descriptors == before[process].descriptors
        assert held.memory < before[process].memory + GROWTH
