"""How long commands take, beside `import sympy` in a fresh interpreter in the same run.

usage: python tests/benchmarks/bench_commands.py
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNS = 5
COMMANDS = {
    "python -c 'import sympy'": [sys.executable, "-c", "import sympy"],
    "clra --help": [sys.executable, "-m", "clra", "--help"],
    "clra solve --help": [sys.executable, "-m", "clra", "solve", "--help"],
    "clra equal 1/2 0.5": [sys.executable, "-m", "clra", "equal", "1/2", "0.5"],
    "clra verify (3 steps)": [
        *(sys.executable, "-m", "clra", "verify", "examples/student/solution.txt"),
        *("--problem", "examples/student/problem.txt"),
    ],
    "clra solve (32 chains)": [sys.executable, "-m", "clra", "solve", "examples/problems/field.txt"],
}


def seconds(command: list[str]) -> float:
    """Median wall time of a command, in seconds."""
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def main() -> None:
    """Print the table."""
    measured = {name: seconds(command) for name, command in COMMANDS.items()}
    base = next(iter(measured.values()))
    for name, taken in measured.items():
        print(f"{name:28} {taken:6.2f} s   {taken / base:5.2f} x")


if __name__ == "__main__":
    main()
