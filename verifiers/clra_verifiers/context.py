"""The context verifier: what premises contradict or entail, by substitution, Groebner bases and Z3."""

from clra.types import Claim, Outcome, Problem, Reason, Verdict


class ContextVerifier:
    """Context verifier: what premises contradict or entail, by substitution, Groebner bases and Z3."""

    name = "context"

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
