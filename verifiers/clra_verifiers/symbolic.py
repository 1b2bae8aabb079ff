"""The symbolic verifier: calculus, matrices and solution sets, by SymPy."""

from clra.types import Claim, Outcome, Problem, Reason, Verdict


class SymbolicVerifier:
    """Symbolic verifier: calculus, matrices and solution sets, by SymPy."""

    name = "symbolic"

    def accepts(self, claim: Claim) -> bool:
        """Whether there is something to calculate with."""
        del claim
        return False

    def verify(self, claim: Claim, problem: Problem) -> Verdict:
        """Judge one claim."""
        del problem
        return Verdict(
            outcome=Outcome.UNKNOWN, method=self.name, reason=Reason.NOT_APPLICABLE, statement=claim.formal or ""
        )
