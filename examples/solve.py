"""Solve a problem from Python and look at what decided.

usage: python examples/solve.py [PROBLEM.txt]
"""

import sys
from pathlib import Path

import clra

DEFAULT = Path(__file__).parent / "problems" / "field.txt"


def main(path: Path) -> None:
    """Print the answer, plain majority's answer, and every false claim with its evidence."""
    solution = clra.solve(path.read_text(encoding="utf-8"), chains=32, seed=0)
    if solution.answer is None:
        sys.exit("no chain gave an answer")
    print(f"answer {solution.answer.text}, reliability {solution.reliability.value:.2f}")
    if solution.majority.winner is not None:
        print(f"plain majority: {solution.majority.winner.answer.text}")
    for chain in solution.chains:
        for checked in chain.refuted:
            print(f"chain {chain.chain.index}: {checked.deciding.evidence if checked.deciding else ''}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
