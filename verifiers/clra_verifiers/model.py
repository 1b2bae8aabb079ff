"""The model as its own critic: of a chain's decision-relevant claims, each is tried to be falsified.

This is the verification of the published method (VibeThinker-3B report, arXiv 2606.16140, section 3.1), with prompts of
our own. The claims are those with which the chain ends; a chain that ends with none is asked about afterwards. Each is
judged by itself, given the problem and what the claim stands on.

What is not covered: nothing is proved. The verdicts are opinions of a model about its own work, they are often wrong in
the same direction, and what a claim stands on is known only where it stands in the chain nearly word for word.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from clra.errors import ModelError, RequestRefusedError
from clra.metering import as_stage
from clra.parsing.listed import split_list
from clra.parsing.recorded import find_span
from clra.parsing.restated import premises_of, proof_on
from clra.prompts import PromptSet, prompt_set
from clra.protocols import Completion, Model, SamplingParams
from clra.seeds import derived_seed
from clra.types import Chain, CheckedClaim, Claim, Outcome, Problem, Reason, Verdict
from clra_verifiers.asking import Asker, repaired, repairs
from clra_verifiers.claimlists import SCHEMA, read_claims
from clra_verifiers.judgements import TOP_LOGPROBS, Judgement, judgement
from clra_verifiers.replies import without_thoughts

VOTES: Final = 4
"""Votes on each claim in the graded form."""
_EVIDENCE_CHARS: Final = 240
_NO_CLAIMS: Final = "no list of claims was found in it"
_NO_VERDICT: Final = "its last line is neither yes nor no"
_OUTCOMES: Final = {True: Outcome.CONFIRMED, False: Outcome.REFUTED, None: Outcome.UNKNOWN}


class ModelVerifier:
    """The published form: each claim is judged once, yes or no. Fits `clra.protocols.Critic`.

    Opinions alone are counted, as published. Where one contradicts a proof, its evidence says so.
    """

    name = "model"

    def __init__(self) -> None:
        self._asker = Asker()

    async def review(
        self, model: Model, problem: Problem, chain: Chain, *, seed: int, claims: Sequence[CheckedClaim] = ()
    ) -> tuple[CheckedClaim, ...]:
        """Judge the at most 5 claims on which the chain's answer depends, all at the same time.

        A reply without a yes or no leaves its claim UNKNOWN, and so does a model that fails on it. A chain for which
        the model names no claim gets an empty critique; what that means for its reliability is the strategy's to say.

        Raises:
            ModelError: the model fails, or refuses to name the claims.
        """
        case = _Case(self._asker, model, prompt_set(model.prompts), problem, chain, tuple(claims), seed)
        named = await case.named_claims()
        verdicts = await asyncio.gather(*(self._judge(case, claim) for claim in named))
        return tuple(
            CheckedClaim(claim=claim, verdicts=(verdict,)) for claim, verdict in zip(named, verdicts, strict=True)
        )

    async def _judge(self, case: "_Case", claim: Claim) -> Verdict:
        begun = time.perf_counter()
        try:
            reply = (await case.replies(claim, votes=1))[0]
        except RequestRefusedError as error:
            return case.unavailable(error, begun)
        vote = judgement(reply)
        likely = "" if vote.likely is None else f"; p(yes) = {vote.likely:.2f}"
        opinion = Verdict(
            outcome=_OUTCOMES[vote.holds],
            method=case.method,
            reason=Reason.NOT_TRANSLATED if vote.holds is None else None,
            evidence=f"{case.source}; {case.said(reply)}{likely}",
            seconds=time.perf_counter() - begun,
            proof=False,
            probability=vote.likely,
        )
        return _contradicted(opinion, proof_on(claim, case.claims))


class GradedModelVerifier:
    """The graded form: several votes on each claim, and proofs before opinions. Fits `clra.protocols.Critic`.

    The probability that a claim holds is the mean of its votes, each of which counts with the log-probability of its
    yes where the model gives it. A claim that is proved true or false has the proof as a verdict too, which decides.
    """

    name = "model-graded"

    def __init__(self, votes: int = VOTES) -> None:
        self._asker = Asker()
        self._votes = votes

    async def review(
        self, model: Model, problem: Problem, chain: Chain, *, seed: int, claims: Sequence[CheckedClaim] = ()
    ) -> tuple[CheckedClaim, ...]:
        """Judge the at most 5 claims on which the chain's answer depends, all at the same time.

        A claim without a vote that can be read is UNKNOWN, and so is one with a tie.

        Raises:
            ModelError: the model fails, or refuses to name the claims.
        """
        case = _Case(self._asker, model, prompt_set(model.prompts), problem, chain, tuple(claims), seed)
        named = await case.named_claims()
        opinions = await asyncio.gather(*(self._judge(case, claim) for claim in named))
        checked = []
        for claim, opinion in zip(named, opinions, strict=True):
            proof = proof_on(claim, case.claims)
            verdicts = (opinion,) if proof is None else (_contradicted(opinion, proof), proof)
            checked.append(CheckedClaim(claim=claim, verdicts=verdicts))
        return tuple(checked)

    async def _judge(self, case: "_Case", claim: Claim) -> Verdict:
        begun = time.perf_counter()
        try:
            replies = await case.replies(claim, votes=self._votes)
        except RequestRefusedError as error:
            return case.unavailable(error, begun)
        votes = [judgement(reply) for reply in replies]
        read = [vote.probability for vote in votes if vote.probability is not None]
        likely = sum(read) / len(read) if read else None
        holds = None if likely is None or likely == 0.5 else likely > 0.5
        telling = next((reply for reply, vote in zip(replies, votes, strict=True) if vote.holds is holds), replies[0])
        reason = Reason.NOT_TRANSLATED if likely is None else Reason.SOLVER_UNKNOWN
        shown = "" if likely is None else f"; p(yes) = {likely:.2f}"
        return Verdict(
            outcome=_OUTCOMES[holds],
            method=case.method,
            reason=reason if holds is None else None,
            evidence=f"{case.source}; votes: {_counted(votes, self._votes)}{shown}; {case.said(telling)}",
            seconds=time.perf_counter() - begun,
            proof=False,
            probability=likely,
        )


@dataclass(frozen=True, slots=True)
class _Case:
    """One chain before its critic."""

    asker: Asker
    model: Model
    prompts: PromptSet
    problem: Problem
    chain: Chain
    claims: tuple[CheckedClaim, ...]
    """What was read in the chain."""
    seed: int

    @property
    def method(self) -> str:
        return f"model:{self.model.name}"

    @property
    def source(self) -> str:
        return f"{self.prompts.name} prompts, version {self.prompts.version}"

    def said(self, reply: Completion) -> str:
        return f'{self.model.name} said: "{_shortened(without_thoughts(reply.text))}"'

    def unavailable(self, error: ModelError, begun: float) -> Verdict:
        return Verdict(
            outcome=Outcome.UNKNOWN,
            method=self.method,
            reason=Reason.UNAVAILABLE,
            evidence=f"{self.source}; {error}",
            seconds=time.perf_counter() - begun,
            proof=False,
        )

    async def named_claims(self) -> tuple[Claim, ...]:
        """The chain's decision-relevant claims: those that it ends with, or else those that the model then names."""
        listed = split_list(self.chain.text)
        texts = read_claims(listed.claims or "", cut_off=self.chain.finish_reason.cuts_off)
        if not texts:
            texts = await self._asked_claims(without_thoughts(listed.body))
        return tuple(Claim(text=text, span=find_span(text, self.chain.text)) for text in texts)

    async def _asked_claims(self, solution: str) -> list[str]:
        if not solution:
            return []
        prompt = self.prompts.render("claims", problem=self.problem.text, solution=solution)
        seeds = (derived_seed(self.seed, "claims"),)
        params = SamplingParams(seeds=seeds, json_schema=SCHEMA if self.prompts.json_claims else None)
        with as_stage("extract"):
            reply = (await self.asker.draw(self.model, prompt, params))[0]
        texts = read_claims(reply.text, cut_off=reply.finish_reason.cuts_off)
        if texts or not repairs(self.prompts, reply):
            return texts
        with as_stage("extract"):
            return read_claims((await self._repaired(prompt, reply, _NO_CLAIMS)).text)

    async def replies(self, claim: Claim, votes: int) -> list[Completion]:
        """What the model says of a claim, once for each vote, or less often where it fails in the middle.

        Raises:
            ModelError: it says nothing.
        """
        premises = "\n".join(f"- {premise}" for premise in premises_of(claim, self.claims))
        prompt = self.prompts.render(
            "judge", problem=self.problem.text, claim=claim.text, premises=premises or "- the problem alone"
        )
        seeds = tuple(derived_seed(self.seed, claim.text, vote) for vote in range(votes))
        params = SamplingParams(seeds=seeds, logprobs=TOP_LOGPROBS)
        drawn = await self.asker.draw(self.model, prompt, params)
        return list(await asyncio.gather(*(self._readable(prompt, reply) for reply in drawn)))

    async def _readable(self, prompt: str, reply: Completion) -> Completion:
        """A judgement, asked for in other words where it is none."""
        if judgement(reply).holds is not None or not repairs(self.prompts, reply):
            return reply
        return await self._repaired(prompt, reply, _NO_VERDICT)

    async def _repaired(self, prompt: str, reply: Completion, fault: str) -> Completion:
        return await repaired(self.model, self.prompts, asked=prompt, reply=reply, fault=fault, seed=self.seed)


def _contradicted(opinion: Verdict, proof: Verdict | None) -> Verdict:
    """An opinion, with the proof that it contradicts in its evidence."""
    if proof is None or opinion.outcome in {proof.outcome, Outcome.UNKNOWN}:
        return opinion
    truth = "true" if proof.outcome is Outcome.CONFIRMED else "false"
    why = f" ({_shortened(proof.evidence)})" if proof.evidence else ""
    return replace(opinion, evidence=f"{opinion.evidence}; but {proof.method} proves it {truth}{why}")


def _counted(votes: Sequence[Judgement], asked: int) -> str:
    """Votes by what they say."""
    counts = Counter({True: "yes", False: "no", None: "unread"}[vote.holds] for vote in votes)
    counts["missing"] = asked - len(votes)
    return ", ".join(f"{counts[word]} {word}" for word in ("yes", "no", "unread", "missing") if counts[word] > 0)


def _shortened(reply: str) -> str:
    """The end of a reply, where its reasons and its answer stand, on one line."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", reply).split())  # a terminal obeys control characters
    return line if len(line) <= _EVIDENCE_CHARS else f"…{line[-_EVIDENCE_CHARS:]}"
