"""The words of clra as plain dictionaries, for JSON. Scripts outside the project rely on these fields."""

from typing import Any

from clra.parsing.formal import latex
from clra.parsing.recorded import critique_row
from clra.types import CheckedClaim, CheckProgram, Program, Review, ScoredChain, Solution, Tally


def claim_record(checked: CheckedClaim, *, base: int = 0) -> dict[str, Any]:
    """One claim with the verdict that settles it; ``start`` and ``end`` count characters from ``base``."""
    claim = checked.claim
    verdict = checked.telling
    return {
        "step": claim.step,
        "start": claim.span.start - base,
        "end": claim.span.end - base,
        "text": claim.text,
        "formal": claim.formal,
        "kind": claim.kind.value,
        "modality": claim.modality.value,
        "outcome": checked.outcome.value,
        "method": verdict.method if verdict else None,
        "reason": checked.reason.value if checked.reason else None,
        "evidence": verdict.evidence if verdict else "",
        "follows_error": checked.follows_error,
    }


def detailed_claim_record(checked: CheckedClaim) -> dict[str, Any]:
    """One claim with how it was read, what it was checked against, and every verdict on it."""
    claim = checked.claim
    return claim_record(checked) | {
        "latex": latex(claim),
        "rounded": claim.rounded,
        "universal": claim.universal,
        "tentative": claim.tentative,
        "premises": [
            {"formal": premise.formal, "universal": premise.universal, "claim": premise.source}
            for premise in claim.premises
        ],
        "uses": list(claim.uses),
        "program": _program_record(claim.program),
        "verdicts": [
            {
                "outcome": verdict.outcome.value,
                "method": verdict.method,
                "reason": verdict.reason.value if verdict.reason else None,
                "evidence": verdict.evidence,
                "proof": verdict.proof,
                "seconds": verdict.seconds,
            }
            for verdict in checked.verdicts
        ],
    }


def _program_record(program: Program | None) -> dict[str, Any] | None:
    """A program with what it is said to do; ``before`` counts the chain's earlier programs."""
    if program is None:
        return None
    return {
        "code": program.code,
        "output": program.output,
        "stdin": program.stdin,
        "call": program.call,
        "before": len(program.before),
    }


def review_record(review: Review) -> dict[str, Any]:
    """One checked solution, as ``clra verify --json`` prints it."""
    return {
        "id": review.problem.id,
        "first_error": review.first_error,
        "answer": review.answer.text if review.answer else None,
        "steps": [{"start": step.span.start, "end": step.span.end} for step in review.steps],
        "claims": [detailed_claim_record(claim) for claim in review.claims],
        "seconds": review.seconds,
    }


def solution_record(solution: Solution) -> dict[str, Any]:
    """One solved problem, as ``clra solve --json`` prints it."""
    usage = solution.usage
    return {
        "answer": solution.answer.text if solution.answer else None,
        "reliability": solution.reliability.value,
        "calibration": solution.reliability.calibration,
        "strategy": solution.tally.strategy,
        "tally": _tally_rows(solution.tally),
        "majority": _tally_rows(solution.majority),
        "usage": {
            "prompt_tokens": usage.prompt_tokens,
            "tokens": usage.tokens,
            "chains": usage.chains,
            "claims": usage.claims,
            "seconds": usage.seconds,
            "stage_seconds": dict(usage.stage_seconds),
            "stage_tokens": dict(usage.stage_tokens),
            "asked": usage.asked,
            "full_tokens": usage.full_tokens,
            "full_stage_tokens": dict(usage.full_stage_tokens),
            "share": usage.share,
            "cut": dict(usage.cut),
        },
        "check_programs": [check_program_record(program) for program in solution.check_programs],
        "chains": [chain_record(chain) for chain in solution.chains],
        "stopped": solution.stopped.value if solution.stopped else None,
        "confidence": solution.confidence,
        "complete": solution.complete,
        "notes": list(solution.notes),
    }


def chain_record(scored: ScoredChain) -> dict[str, Any]:
    """One scored chain; a superset of the recorded-chains format."""
    chain = scored.chain
    record: dict[str, Any] = {
        "index": chain.index,
        "text": chain.text,
        "model": chain.model,
        "seed": chain.seed,
        "finish_reason": chain.finish_reason.value,
        "tokens": chain.tokens,
        "answer": scored.answer.text if scored.answer else None,
        "votes": scored.votes,
        "reliability": scored.reliability.value,
        "claims": [claim_record(claim) for claim in scored.claims],
    }
    if scored.critique is not None:
        record["critique"] = [critique_row(claim) for claim in scored.critique]
    if scored.selected is not None:
        record["selected"] = dict(scored.selected)
    return record


def check_program_record(program: CheckProgram) -> dict[str, Any]:
    """One program that a model wrote to compute the answer anew; ``value`` is what it computes, as JSON."""
    return {
        "value": program.value,
        "count": program.count,
        "reason": program.reason.value if program.reason else None,
        "evidence": program.evidence,
        "code": program.code,
    }


def _tally_rows(tally: Tally) -> list[dict[str, Any]]:
    return [{"answer": row.answer.text, "weight": row.weight, "chains": list(row.chains)} for row in tally.rows]
