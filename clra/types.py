"""The words of clra. Every other module speaks in them.

All of it is plain, immutable data: it compares by value, pickles, and holds no behaviour beyond reading itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Span(NamedTuple):
    """Characters ``start`` (included) to ``end`` (excluded) of a text."""

    start: int
    end: int


NOWHERE = Span(0, 0)


class ProblemKind(StrEnum):
    """What form the answer of a problem takes."""

    NUMBER = "number"
    EXPRESSION = "expression"
    CHOICE = "choice"
    PROGRAM = "program"
    OPEN = "open"


class FinishReason(StrEnum):
    """Why a chain ended."""

    STOP = "stop"
    LENGTH = "length"
    ABORTED = "aborted"
    UNKNOWN = "unknown"

    @property
    def cuts_off(self) -> bool:
        """Whether the text does not end by itself."""
        return self in {FinishReason.LENGTH, FinishReason.ABORTED}


class StopReason(StrEnum):
    """Why fewer chains were drawn than were asked for."""

    DECIDED = "decided"
    """The rest could not have changed the winner."""
    CONFIDENT = "confident"
    """The wanted confidence was reached."""
    AGREED = "agreed"
    """All chains of a window gave the same answer."""
    TOKENS = "tokens"
    """The budget of tokens was used up."""
    SECONDS = "seconds"
    """The budget of seconds was used up."""
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    """The model failed in the middle."""


class ClaimKind(StrEnum):
    """The form of a claim's statement."""

    EQUALITY = "equality"
    INEQUALITY = "inequality"
    CONGRUENCE = "congruence"
    DIVISIBILITY = "divisibility"
    ANSWER = "answer"
    """The chain's final answer, as a statement about what the problem asks for."""
    PROGRAM = "program"
    """What a program of the chain prints or returns."""
    OTHER = "other"


class Modality(StrEnum):
    """How a chain holds a claim: only what it asserts can make it wrong."""

    ASSERTED = "asserted"
    ASSUMED = "assumed"
    GOAL = "goal"
    NEGATED = "negated"
    QUESTION = "question"


class Outcome(StrEnum):
    """What is known of a claim. UNKNOWN is not false."""

    CONFIRMED = "CONFIRMED"
    REFUTED = "REFUTED"
    UNKNOWN = "UNKNOWN"


class Reason(StrEnum):
    """Why an outcome is UNKNOWN."""

    NOT_APPLICABLE = "not applicable"
    NOT_TRANSLATED = "not translated"
    CONTEXTUAL = "depends on context"
    TIMED_OUT = "timed out"
    SOLVER_UNKNOWN = "solver unknown"
    CRASHED = "crashed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is to be solved."""

    text: str
    id: str = ""
    kind: ProblemKind = ProblemKind.OPEN
    gold: str | None = None
    """The right answer, where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One sampled text. Reasoning that a server sends apart stands in ``<think>`` tags at its head."""

    text: str
    index: int = 0
    model: str = ""
    seed: int | None = None
    finish_reason: FinishReason = FinishReason.STOP
    prompt_tokens: int | None = None
    tokens: int | None = None
    """Tokens of the text; None where the server does not tell."""
    logprobs: tuple[float, ...] | None = None
    """Natural-log probability of each sampled token, shape ``(tokens,)``; None where the server gives none."""
    confidences: tuple[float, ...] | None = None
    """Token confidence, shape ``(tokens,)``: minus the mean natural-log probability of the likeliest tokens at each
    position (DeepConf, arXiv 2508.15260); None where the server gives no alternatives."""
    self_certainty: float | None = None
    """Mean over tokens of the Kullback-Leibler divergence of the uniform distribution from that of the next token, in
    nats: minus the mean log-probability of all tokens, minus the logarithm of how many they are (arXiv 2502.18581).
    None where the whole distribution is not at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A numbered part or paragraph of a chain."""

    index: int
    span: Span


class Premise(NamedTuple):
    """A statement that a claim is to be checked against."""

    formal: str
    """In the notation of `clra.parsing.notation`."""
    universal: bool = False
    """It defines a function or a sequence: it holds whatever the letters in the brackets of its left side stand for."""
    source: int | None = None
    """Index of the claim of the same chain that says so; None where the problem does. No verdict depends on it."""


class Program(NamedTuple):
    """A program of a chain, and what it is said to do. It is never run outside a sandbox."""

    code: str
    """Python, as the chain wrote it."""
    output: str
    """What it is said to print or, where it is called, to return, as a Python literal or JSON."""
    stdin: str = ""
    """What it reads."""
    call: str = ""
    """The call that is meant, such as ``two_sum([2, 7], 9)``; empty where the whole program is run."""
    before: tuple[str, ...] = ()
    """The chain's earlier programs, which may have left names that this one uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One atomic statement of a chain."""

    text: str
    span: Span
    """Where it stands in the chain's text."""
    step: int = 0
    kind: ClaimKind = ClaimKind.OTHER
    modality: Modality = Modality.ASSERTED
    formal: str | None = None
    """How it was read, in the notation of `clra.parsing.notation`; None where it could not be read."""
    rounded: bool = False
    """The chain says "about" or "rounded", so decimals stand for an interval."""
    universal: bool = False
    """The chain says it of all values of its letters, as when it expands or factors: one counterexample refutes it."""
    tentative: bool = False
    """It stands in a case, a trial or an instance: that it contradicts its premises is no error."""
    premises: tuple[Premise, ...] = ()
    """What it must agree with: statements of the problem, and what the chain has introduced."""
    uses: tuple[int, ...] = ()
    """Indices of the earlier claims of the same chain that it stands on, in order."""
    program: Program | None = None
    """What a claim of kind PROGRAM is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one method found out about one claim."""

    outcome: Outcome
    method: str
    reason: Reason | None = None
    """Set when, and only when, the outcome is UNKNOWN."""
    evidence: str = ""
    """A proof note or counterexample that a person can check."""
    statement: str = ""
    """The formal statement that was checked."""
    seconds: float = 0.0
    proof: bool = True
    """False for an opinion, such as a model's; an opinion never overrules a proof."""
    probability: float | None = None
    """Of an opinion: how likely it holds the claim to be true, in [0, 1]; None where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedClaim:
    """A claim with every verdict on it."""

    claim: Claim
    verdicts: tuple[Verdict, ...] = ()
    follows_error: int | None = None
    """Index of the refuted claim of the same chain that this one stands on, directly or not; else None."""

    @property
    def deciding(self) -> Verdict | None:
        """The verdict that settles the claim: a proof before an opinion, a refutation before a confirmation."""
        decided = [verdict for verdict in self.verdicts if verdict.outcome is not Outcome.UNKNOWN]
        rank = {Outcome.REFUTED: 0, Outcome.CONFIRMED: 1}
        return min(decided, key=lambda verdict: (not verdict.proof, rank[verdict.outcome]), default=None)

    @property
    def opinion(self) -> Verdict | None:
        """The first verdict that is no proof, such as a model's; None where there is none."""
        return next((verdict for verdict in self.verdicts if not verdict.proof), None)

    @property
    def telling(self) -> Verdict | None:
        """The verdict to show: the deciding one, or else the first that there is."""
        return self.deciding or next(iter(self.verdicts), None)

    @property
    def outcome(self) -> Outcome:
        """The outcome of the deciding verdict; UNKNOWN where there is none."""
        return self.deciding.outcome if self.deciding else Outcome.UNKNOWN

    @property
    def reason(self) -> Reason | None:
        """Why nothing is known of the claim; None where it is settled."""
        if self.outcome is not Outcome.UNKNOWN:
            return None
        unread = Reason.NOT_TRANSLATED if self.claim.formal is None else Reason.NOT_APPLICABLE
        return next((verdict.reason for verdict in self.verdicts if verdict.reason is not None), unread)

    @property
    def refuted(self) -> bool:
        """Whether the chain asserts this claim and it is proved false."""
        verdict = self.deciding
        return (
            self.claim.modality is Modality.ASSERTED
            and verdict is not None
            and verdict.proof
            and verdict.outcome is Outcome.REFUTED
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The final answer of a chain."""

    key: str
    """Canonical form: two answers are the same answer exactly when their keys are equal."""
    text: str
    """As the chain wrote it."""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckProgram:
    """A program that a model wrote to compute the answer of a problem anew, and what came of running it."""

    code: str
    """Empty where the model gave none."""
    value: str | None = None
    """What it computes, as JSON; None where nothing can be made of it."""
    count: int = 1
    """How many of the model's programs are textually equal to it. Together they are one vote."""
    reason: Reason | None = None
    """Why nothing can be made of it; None where there is a value."""
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """A number in [0, 1] that says how far a chain or an answer can be relied on."""

    value: float
    calibration: str = "uncalibrated"
    """How the number was fitted to be read as a probability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredChain:
    """A chain with what was read from it and found out about it."""

    chain: Chain
    answer: Answer | None
    claims: tuple[CheckedClaim, ...] = ()
    critique: tuple[CheckedClaim, ...] | None = None
    """The chain's M decision-relevant claims under the model's verdicts; None where the model was not asked."""
    check_programs: tuple[CheckProgram, ...] = ()
    """What the answer was compared with: the same programs for every chain of a problem."""
    reliability: Reliability = Reliability(value=0.5)
    selected: Mapping[str, float] | None = None
    """Selector -> the share of its choices that fell on this chain, in [0, 1]: how often a model that was shown the
    chains of the problem side by side picked it. None where no model was asked."""

    @property
    def votes(self) -> bool:
        """Whether the chain may vote: it has an answer and was not cut off."""
        return self.answer is not None and self.chain.finish_reason is FinishReason.STOP

    @property
    def refuted(self) -> tuple[CheckedClaim, ...]:
        """The asserted claims that are proved false."""
        return tuple(claim for claim in self.claims if claim.refuted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """The weight that one chain gives to one answer."""

    answer: Answer
    weight: float
    chain: int
    """Index of the chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyRow:
    """One answer with all that was given to it."""

    answer: Answer
    weight: float
    chains: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """All answers in order, the winner first."""

    strategy: str
    rows: tuple[TallyRow, ...]

    @property
    def winner(self) -> TallyRow | None:
        """The first row; None where no chain voted."""
        return self.rows[0] if self.rows else None

    @property
    def share(self) -> float:
        """The winner's share of the whole weight, in [0, 1]; an even share where all weights are zero."""
        total = sum(row.weight for row in self.rows)
        if not self.rows:
            return 0.0
        return self.rows[0].weight / total if total > 0 else 1 / len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a run cost."""

    prompt_tokens: int = 0
    tokens: int = 0
    """Generated in all stages. Of chains that were given up while they were drawn, and of those for which the server
    tells none, they are estimated from the characters."""
    chains: int = 0
    asked: int = 0
    """K, the chains of the full budget."""
    claims: int = 0
    seconds: float = 0.0
    stage_seconds: Mapping[str, float] = field(default_factory=dict)
    stage_tokens: Mapping[str, int] = field(default_factory=dict)
    full_stage_tokens: Mapping[str, int] = field(default_factory=dict)
    """What K chains would have cost at the mean of those that were drawn to their own end; empty without such."""
    cut: Mapping[str, int] = field(default_factory=dict)
    """Chains that were cut off while they were drawn, by why: ``loops``, ``refuted``."""

    @property
    def full_tokens(self) -> int:
        """What the full budget would have cost in all stages."""
        return sum(self.full_stage_tokens.values())

    @property
    def share(self) -> float | None:
        """Tokens spent against the full budget; None where nothing is known of it."""
        return self.tokens / self.full_tokens if self.full_tokens else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The chosen answer and all that it stands on."""

    problem: Problem
    answer: Answer | None
    reliability: Reliability
    tally: Tally
    majority: Tally
    """Plain self-consistency over the same chains, to compare with."""
    chains: tuple[ScoredChain, ...]
    usage: Usage
    check_programs: tuple[CheckProgram, ...] = ()
    """The programs that a model wrote to compute the answer anew; empty where it was not asked."""
    stopped: StopReason | None = None
    """Why fewer chains were drawn than were asked for; None where all were."""
    confidence: float | None = None
    """The posterior probability that the answer is that of the full budget (`clra.stopping`), where one was asked for
    or the rest could not change it."""
    complete: bool = True
    """False where sampling was cut short: by a budget, by Ctrl-C, or by a model that failed in the middle. A vote that
    was settled before the last chain is complete."""
    notes: tuple[str, ...] = ()
    """What the reader should know, such as why sampling ended early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One solution, claim by claim."""

    problem: Problem
    text: str
    steps: tuple[Step, ...]
    claims: tuple[CheckedClaim, ...]
    answer: Answer | None
    seconds: float = 0.0
    check_programs: tuple[CheckProgram, ...] = ()
    """What the answer was compared with; empty where no model takes part."""

    @property
    def first_error(self) -> int | None:
        """Index of the first step that holds a refuted claim; None where nothing is refuted."""
        return min((checked.claim.step for checked in self.claims if checked.refuted), default=None)
