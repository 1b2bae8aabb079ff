"""The words of clra as JSON, and back: what crosses to the workers, and what is kept on disk.

Nothing is unpickled or evaluated. Text out of a language model has been through parsers and solvers where it comes
from, so what comes back is rebuilt field by field, and whatever is not of the agreed form is refused. This module stays
light, because every worker imports it.
"""

import math
from dataclasses import fields
from typing import Any, Final

from clra.types import (
    Answer,
    Chain,
    CheckedClaim,
    CheckProgram,
    Claim,
    ClaimKind,
    FinishReason,
    Modality,
    Outcome,
    Premise,
    Problem,
    ProblemKind,
    Program,
    Reason,
    Reliability,
    Review,
    ScoredChain,
    Span,
    Step,
    Verdict,
)

_LONGEST: Final = 10_000
"""Characters of evidence or of a statement that are worth sending."""

_NONE: Final = type(None)
_ROW: Final = (list, tuple)
_NUMBER: Final = (int, float)
# shapes in place of match statements: five times as fast, and a cache holds hundreds of thousands of claims
_CLAIM: Final = (str, int, int, int, str, str, (str, _NONE), _ROW, _ROW, _ROW, (_NONE, *_ROW))
_FLAGS: Final = (bool, bool, bool)
_PREMISE: Final = (str, bool, (int, _NONE))
_VERDICT: Final = (str, str, (str, _NONE), str, str, _NUMBER, bool, (*_NUMBER, _NONE))
_CHECKED: Final = (_ROW, _ROW, (int, _NONE))


def _fits(fields: Any, shape: tuple[Any, ...]) -> bool:
    """Whether it is a row of as many fields as the shape has, each of the types that stand there."""
    return isinstance(fields, _ROW) and len(fields) == len(shape) and all(map(isinstance, fields, shape))


def pack_problem(problem: Problem) -> list[Any]:
    """The problem as JSON. The right answer stays at home: no verifier is to see it."""
    return [problem.text, problem.id, problem.kind]


def unpack_problem(fields: Any) -> Problem:
    """Rebuild what `pack_problem` packed."""
    text, name, kind = fields
    return Problem(text=text, id=name, kind=ProblemKind(kind))


def pack_step(step: Step) -> list[Any]:
    """The step as JSON."""
    return [step.index, *step.span]


def unpack_step(fields: Any) -> Step:
    """Rebuild what `pack_step` packed.

    Raises:
        ValueError: it is no step.
    """
    match fields:
        case [int(index), int(start), int(end)] if index >= 0 and 0 <= start <= end:
            return Step(index=index, span=Span(start, end))
    raise ValueError("not a step")


def pack_claim(claim: Claim) -> list[Any]:
    """The claim as JSON."""
    return [
        claim.text,
        *claim.span,
        claim.step,
        claim.kind,
        claim.modality,
        claim.formal,
        [claim.rounded, claim.universal, claim.tentative],
        claim.premises,
        claim.uses,
        claim.program,
    ]


def unpack_claim(fields: Any) -> Claim:
    """Rebuild what `pack_claim` packed.

    Raises:
        ValueError: it is no claim.
    """
    if not _fits(fields, _CLAIM):
        raise ValueError("not a claim")
    text, start, end, step, kind, modality, formal, flags, premises, uses, program = fields
    if not (0 <= start <= end and step >= 0 and _fits(flags, _FLAGS)):
        raise ValueError("not a claim")
    if not all(isinstance(index, int) and index >= 0 for index in uses):
        raise ValueError("not a claim")
    rounded, universal, tentative = flags
    return Claim(
        text=text,
        span=Span(start, end),
        step=step,
        kind=ClaimKind(kind),
        modality=Modality(modality),
        formal=formal,
        rounded=rounded,
        universal=universal,
        tentative=tentative,
        premises=tuple(map(_unpack_premise, premises)),
        uses=tuple(uses),
        program=_unpack_program(program),
    )


def _unpack_premise(fields: Any) -> Premise:
    if not _fits(fields, _PREMISE):
        raise ValueError("not a premise")
    return Premise(*fields)


def _unpack_program(fields: Any) -> Program | None:
    match fields:
        case None:
            return None
        case [str(code), str(output), str(stdin), str(call), [*before]] if all(
            isinstance(each, str) for each in before
        ):
            return Program(code, output, stdin, call, tuple(before))
    raise ValueError("not a program")


def pack_answer(answer: Answer | None) -> list[Any] | None:
    """The answer as JSON."""
    return None if answer is None else [answer.key, answer.text, *answer.span]


def unpack_answer(fields: Any) -> Answer | None:
    """Rebuild what `pack_answer` packed.

    Raises:
        ValueError: it is no answer.
    """
    match fields:
        case None:
            return None
        case [str(key), str(text), int(start), int(end)] if 0 <= start <= end:
            return Answer(key=key, text=text, span=Span(start, end))
    raise ValueError("not an answer")


def pack_verdict(verdict: Any, seconds: float) -> list[Any]:
    """What a verifier returned as JSON, with the time measured around it.

    Raises:
        TypeError: it is no verdict.
    """
    if not isinstance(verdict, Verdict):
        raise TypeError(f"the verifier returned {type(verdict).__name__}, not a Verdict")
    return [
        verdict.outcome,
        verdict.method,
        verdict.reason,
        verdict.evidence[:_LONGEST],
        verdict.statement[:_LONGEST],
        seconds,
        verdict.proof,
        verdict.probability,
    ]


def unpack_verdict(fields: Any) -> Verdict:
    """Rebuild what `pack_verdict` packed.

    Raises:
        ValueError: it is no verdict.
    """
    if not _fits(fields, _VERDICT):
        raise ValueError("not a verdict")
    outcome, method, reason, evidence, statement, seconds, proof, probability = fields
    if (outcome == Outcome.UNKNOWN) != (reason is not None) or not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError("not a verdict")
    if probability is not None and not math.isfinite(probability):
        raise ValueError("not a verdict")
    return Verdict(
        outcome=Outcome(outcome),
        method=method,
        reason=None if reason is None else Reason(reason),
        evidence=evidence,
        statement=statement,
        seconds=seconds,
        proof=proof,
        probability=probability,
    )


def pack_checked(checked: CheckedClaim) -> list[Any]:
    """The claim with its verdicts as JSON."""
    verdicts = [pack_verdict(verdict, verdict.seconds) for verdict in checked.verdicts]
    return [pack_claim(checked.claim), verdicts, checked.follows_error]


def unpack_checked(packed: Any) -> CheckedClaim:
    """Rebuild what `pack_checked` packed.

    Raises:
        ValueError: it is no checked claim.
    """
    if not _fits(packed, _CHECKED):
        raise ValueError("not a checked claim")
    claim, verdicts, follows = packed
    return CheckedClaim(claim=unpack_claim(claim), verdicts=tuple(map(unpack_verdict, verdicts)), follows_error=follows)


def pack_review(review: Review) -> dict[str, Any]:
    """What was read in a solution and found out about it as JSON; its problem and its text are packed apart.

    No check programs: only a model writes those.
    """
    return {
        "steps": [pack_step(step) for step in review.steps],
        "claims": [pack_checked(checked) for checked in review.claims],
        "answer": pack_answer(review.answer),
        "seconds": review.seconds,
    }


def unpack_review(packed: Any, problem: Problem, text: str) -> Review:
    """Rebuild what `pack_review` packed.

    Raises:
        ValueError: it is no review, or none of this text.
    """
    match packed:
        case {"steps": [*steps], "claims": [*claims], "answer": answer, "seconds": int() | float() as seconds}:
            review = Review(
                problem=problem,
                text=text,
                steps=tuple(map(unpack_step, steps)),
                claims=tuple(map(unpack_checked, claims)),
                answer=unpack_answer(answer),
                seconds=seconds,
            )
            ends = [step.span.end for step in review.steps] + [checked.claim.span.end for checked in review.claims]
            if review.answer is not None:
                ends.append(review.answer.span.end)
            if max(ends, default=0) <= len(text) and math.isfinite(seconds):
                return review
    raise ValueError("not a review")


def pack_chain(chain: Chain) -> dict[str, Any]:
    """The chain as JSON."""
    return {field.name: getattr(chain, field.name) for field in fields(chain)}


def unpack_chain(packed: Any) -> Chain:
    """Rebuild what `pack_chain` packed.

    Raises:
        ValueError: it is no chain.
    """
    match packed:
        case {"text": str(text), "index": int(), "finish_reason": str(finish)}:
            given = {field.name: packed.get(field.name) for field in fields(Chain)}
            lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
            return Chain(**given | lists | {"text": text, "finish_reason": FinishReason(finish)})
    raise ValueError("not a chain")


def pack_scored(scored: ScoredChain) -> dict[str, Any]:
    """What was read from a chain and found out about it as JSON; the chain itself is packed apart."""
    return {
        "answer": pack_answer(scored.answer),
        "claims": [pack_checked(checked) for checked in scored.claims],
        "critique": None if scored.critique is None else [pack_checked(checked) for checked in scored.critique],
        "check_programs": [pack_check_program(each) for each in scored.check_programs],
        "reliability": [scored.reliability.value, scored.reliability.calibration],
        "selected": None if scored.selected is None else dict(scored.selected),
    }


def unpack_scored(packed: Any, chain: Chain) -> ScoredChain:
    """Rebuild what `pack_scored` packed.

    Raises:
        ValueError: it is no scored chain.
    """
    match packed:
        case {
            "answer": answer,
            "claims": [*claims],
            "critique": None | [*_] as critique,
            "check_programs": [*programs],
            "reliability": [int() | float() as value, str(calibration)],
            "selected": None | dict() as selected,
        }:
            return ScoredChain(
                chain=chain,
                answer=unpack_answer(answer),
                claims=tuple(map(unpack_checked, claims)),
                critique=None if critique is None else tuple(map(unpack_checked, critique)),
                check_programs=tuple(map(unpack_check_program, programs)),
                reliability=Reliability(value=value, calibration=calibration),
                selected=selected,
            )
    raise ValueError("not a scored chain")


def pack_check_program(program: CheckProgram) -> list[Any]:
    """The check program as JSON."""
    return [program.code, program.value, program.count, program.reason, program.evidence]


def unpack_check_program(packed: Any) -> CheckProgram:
    """Rebuild what `pack_check_program` packed.

    Raises:
        ValueError: it is no check program.
    """
    match packed:
        case [str(code), None | str() as value, int(count), None | str() as reason, str(evidence)]:
            return CheckProgram(
                code=code,
                value=value,
                count=count,
                reason=None if reason is None else Reason(reason),
                evidence=evidence,
            )
    raise ValueError("not a check program")
