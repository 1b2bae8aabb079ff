"""Add a verifier of your own: where a problem asks "how many", a result that is no whole number >= 0 is wrong.

A verifier is a class without arguments that offers `name`, `accepts` and `verify`; nothing is subclassed. It runs in
a worker process that may be killed at any time, so it is named by its import path. Installed packages register theirs
under the entry-point group ``clra.verifiers`` and are named by that name.

usage: python examples/own_verifier.py
"""

import re
import sys
from fractions import Fraction
from pathlib import Path

import clra

RESULT = re.compile(r"(?P<letter>[a-z]) = (?P<value>-?\d+(?:/\d+)?)")


class CountVerifier:
    """Refutes ``n = -3`` and ``n = 7/2`` where the problem asks how many."""

    name = "count"

    def accepts(self, claim: clra.Claim) -> bool:
        """Take equations between a letter and a number."""
        return claim.formal is not None and RESULT.fullmatch(claim.formal) is not None

    def verify(self, claim: clra.Claim, problem: clra.Problem) -> clra.Verdict:
        """Refute what cannot be a count; leave everything else open."""
        result = RESULT.fullmatch(claim.formal or "")
        if result is None or "how many" not in problem.text.lower():
            return clra.Verdict(outcome=clra.Outcome.UNKNOWN, method=self.name, reason=clra.Reason.NOT_APPLICABLE)
        value = Fraction(result["value"])
        if value >= 0 and value.denominator == 1:
            return clra.Verdict(outcome=clra.Outcome.UNKNOWN, method=self.name, reason=clra.Reason.CONTEXTUAL)
        return clra.Verdict(
            outcome=clra.Outcome.REFUTED,
            method=self.name,
            evidence=f"{result['letter']} is a count, and {value} is none",
            statement=claim.formal or "",
        )


def main() -> None:
    """Check a solution with the built-in verifier and this one."""
    sys.path.insert(0, str(Path(__file__).parent))
    review = clra.verify(
        "How many coins n are left if 2n + 9 = 3?",
        "Subtract 9: 2n = 3 - 9 = -6. Divide by 2: n = -3.",
        verifiers=["exact", "own_verifier:CountVerifier"],
    )
    for checked in review.claims:
        if checked.refuted and checked.deciding is not None:
            print(f"{checked.claim.text}: {checked.deciding.evidence} ({checked.deciding.method})")


if __name__ == "__main__":
    main()
