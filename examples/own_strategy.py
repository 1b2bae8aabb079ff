"""Add a strategy of your own: a plain function from scored chains to a tally.

Installed packages register theirs under the entry-point group ``clra.strategies``; a function can also be passed as
it is.

usage: python examples/own_strategy.py [PROBLEM.txt]
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import clra
from clra.strategies import tally

DEFAULT = Path(__file__).parent / "problems" / "field.txt"


def unanimous_pairs(chains: Sequence[clra.ScoredChain]) -> clra.Tally:
    """Chains vote with their reliability, but an answer that stands alone gets nothing."""
    votes = [
        clra.Vote(answer=chain.answer, weight=chain.reliability.value, chain=chain.chain.index)
        for chain in chains
        if chain.votes and chain.answer is not None
    ]
    shared = {vote.answer.key for vote in votes if sum(other.answer.key == vote.answer.key for other in votes) > 1}
    return tally("unanimous-pairs", (vote for vote in votes if vote.answer.key in shared))


def main(path: Path) -> None:
    """Print the tally of this strategy."""
    solution = clra.solve(path.read_text(encoding="utf-8"), strategy=unanimous_pairs, chains=16)
    for row in solution.tally.rows:
        print(f"{row.answer.text}: weight {row.weight:.2f} from {len(row.chains)} chains")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
