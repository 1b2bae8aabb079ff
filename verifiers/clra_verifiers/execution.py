"""Claims checked by running programs in a sandbox.

What a chain says its programs print is compared with what they do print (`clra_verifiers.outputs`). Programs that a
model writes compute the answer anew (`clra_verifiers.recomputation`). Of a programming problem, the program that a
chain submits is tried instead (`clra_verifiers.behaviours`).
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from clra.config import Settings
from clra.parsing.examples import Example
from clra.parsing.programming import is_programming
from clra.protocols import Model
from clra.types import CheckedClaim, Outcome, Program, Reason, Review, ScoredChain, Verdict
from clra_sandbox import SandboxUnavailableError
from clra_verifiers.behaviours import Behaviours, settle
from clra_verifiers.outputs import Run, judge_output
from clra_verifiers.passing import passes
from clra_verifiers.recomputation import Recomputation
from clra_verifiers.running import Budget, BudgetSpentError, Runner


class ExecutionVerifier:
    """Runs what can be run. Fits `clra.protocols.Checker`."""

    name = "execution"

    def __init__(self, settings: Settings) -> None:
        self._runner = Runner(settings)
        self._seconds = settings.chain_program_seconds
        self._behaviours = Behaviours(self._runner.run, settings)
        self._recomputation = Recomputation(settings, self._runner.run)

    async def check(self, review: Review, model: Model | None, *, seed: int) -> Review:
        """Judge the claims about the chain's own programs; let a model write others that compute its answer anew."""
        begun = time.perf_counter()
        run = Budget(self._runner.run, self._seconds)
        if is_programming(review.problem):
            tried = await self._behaviours.check(review, model, run)
            return replace(tried, seconds=review.seconds + time.perf_counter() - begun)
        claims = await asyncio.gather(*(self._check_claim(checked, run) for checked in review.claims))
        review = replace(review, claims=tuple(claims))
        if model is not None:
            review = await self._recomputation.check(review, model, seed)
        return replace(review, seconds=review.seconds + time.perf_counter() - begun)

    async def passes(self, code: str, tests: Sequence[Example]) -> bool | None:
        """Whether a program passes the tests of a benchmark; None where no sandbox holds on this machine."""
        try:
            return await passes(code, tests, self._runner.run)
        except SandboxUnavailableError:
            return None

    def settle(self, chains: Sequence[ScoredChain]) -> Sequence[ScoredChain]:
        """Key chains by what their programs do on the inputs that count."""
        return settle(chains)

    async def aclose(self) -> None:
        """End the sandbox."""
        await self._recomputation.aclose()
        await self._behaviours.aclose()
        await self._runner.aclose()

    async def _check_claim(self, checked: CheckedClaim, run: Run) -> CheckedClaim:
        if checked.claim.program is None:
            return checked
        verdict = await self._verdict(checked.claim.program, run, rounded=checked.claim.rounded)
        return replace(checked, verdicts=(*checked.verdicts, verdict))

    async def _verdict(self, program: Program, run: Run, *, rounded: bool) -> Verdict:
        begun = time.perf_counter()
        try:
            verdict = await judge_output(program, run, rounded=rounded)
        except BudgetSpentError as spent:
            verdict = Verdict(outcome=Outcome.UNKNOWN, method=self.name, reason=Reason.TIMED_OUT, evidence=str(spent))
        except SandboxUnavailableError as error:
            verdict = Verdict(
                outcome=Outcome.UNKNOWN, method=self.name, reason=Reason.UNAVAILABLE, evidence=error.explanation
            )
        return replace(verdict, seconds=time.perf_counter() - begun)
