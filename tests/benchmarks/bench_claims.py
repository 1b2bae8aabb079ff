"""How fast claims are read and decided: clra's exact tiers beside math-verify's parser with SymPy, in the same run.

Run it as ``python tests/benchmarks/bench_claims.py [STEPS.jsonl[.gz]] [CLAIMS]`` after ``pip install 'clra[bench]'``;
rows are ``{"problem", "steps": [str]}`` as for ``clra verify --batch``, or recorded chains; without a file the recorded
chains in examples/. One process, its processor time, no pool: ``clra`` reads whole solutions, finds their claims
and judges them; ``math-verify`` is handed both sides of equations that clra found, parses each and asks
``simplify(left - right) == 0``, with five seconds for each equation.
"""

import gzip
import json
import logging
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clra.parsing.solution import read_solution
from clra.types import Claim, ClaimKind, Problem, Span, Step
from clra_verifiers.exact import ExactVerifier

EXAMPLE = Path(__file__).parents[2] / "examples" / "chains.jsonl.gz"
PATIENCE = 5.0  # seconds for one equation


def solutions(path: Path) -> Iterator[tuple[Problem, str, tuple[Step, ...] | None]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            problem = Problem(text=row["problem"])
            if "chains" in row:
                yield from ((problem, chain["text"], None) for chain in row["chains"])
                continue
            start, steps = 0, []
            for index, step in enumerate(row["steps"]):
                steps.append(Step(index=index, span=Span(start, start + len(step))))
                start += len(step) + 2
            yield problem, "\n\n".join(row["steps"]), tuple(steps)


def ours(path: Path) -> tuple[list[Claim], dict[str, float], Counter[str]]:
    """The claims, the seconds by stage, and the outcomes."""
    verifier = ExactVerifier()
    claims: list[Claim] = []
    seconds = {"read": 0.0, "decide": 0.0}
    outcomes: Counter[str] = Counter()
    for problem, text, steps in solutions(path):
        begun = time.process_time()
        found = read_solution(text, steps, problem).claims
        read = time.process_time()
        outcomes.update(verifier.verify(claim, problem).outcome.value for claim in found if verifier.accepts(claim))
        seconds["decide"] += time.process_time() - read
        seconds["read"] += read - begun
        claims += found
    return claims, seconds, outcomes


def theirs(equations: list[tuple[str, str]]) -> tuple[float, Counter[str]]:
    """The seconds, and what came out: true, false, or no answer."""
    from math_verify import parse
    from sympy import simplify

    def sides(text: str) -> Any:
        found = parse(f"${text}$", parsing_timeout=None)
        return found[0] if found and not isinstance(found[0], str) else None

    logging.disable()  # it warns of each call without a time limit of its own

    def ring(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, ring)
    outcomes: Counter[str] = Counter()
    begun = time.process_time()
    for left, right in equations:
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        try:
            parts = sides(left), sides(right)
            outcomes["no answer" if None in parts else str(simplify(parts[0] - parts[1]) == 0)] += 1
        except TimeoutError:
            outcomes["timed out"] += 1
        except Exception:  # noqa: BLE001 -- whatever it raises is no answer
            outcomes["no answer"] += 1
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return time.process_time() - begun, outcomes


def _told(outcomes: Counter[str]) -> str:
    return ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.most_common())


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLE
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    claims, seconds, outcomes = ours(path)
    readable = [
        claim for claim in claims if claim.kind is ClaimKind.EQUALITY and claim.formal and claim.text.count("=") == 1
    ]
    chosen = random.Random(0).sample(readable, min(count, len(readable)))
    pairs = [(left.strip(" $"), right.strip(" $.")) for left, right in (claim.text.split("=") for claim in chosen)]
    their_seconds, their_outcomes = theirs([pair for pair in pairs if all(pair)])
    rate, their_rate = len(claims) / sum(seconds.values()), sum(their_outcomes.values()) / their_seconds
    stages = ", ".join(f"{name} {taken:.1f} s" for name, taken in seconds.items())
    print(f"clra          {rate:10,.0f} claims/s   {len(claims):,} claims ({stages})   {_told(outcomes)}")
    asked = sum(their_outcomes.values())
    print(f"math-verify   {their_rate:10,.0f} claims/s   {asked:,} claims   {_told(their_outcomes)}")
    print(f"ratio         {rate / their_rate:10,.0f}")


if __name__ == "__main__":
    main()
