"""What a run has come to, in numbers and in words."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from clra.critiques import critique_notes
from clra.metering import JUDGING
from clra.oversight import Cut
from clra.reliability import answer_reliability
from clra.stopping import confidence, counted
from clra.strategies import is_additive, lacking, majority
from clra.types import Chain, FinishReason, Reason, ScoredChain, Solution, StopReason, Tally, Usage

if TYPE_CHECKING:
    from clra.run import Run

_SETTLED = {None, StopReason.DECIDED, StopReason.CONFIDENT, StopReason.AGREED}


def solution_of(run: "Run") -> Solution:
    """The answer of a run that has ended, and all that it stands on."""
    chains, tally = run.ordered(), run.tally()
    unchosen = any(selection.ended for selection in run.selections)
    short = any((run.left, run.lost, run.unchecked, run.unjudged, run.uncomputed, unchosen))
    stopped = run.stopped if short else None
    programs = next((chain.check_programs for chain in chains if chain.check_programs), ())
    missing = {each.evidence: None for each in programs if each.reason is Reason.UNAVAILABLE}
    return Solution(
        problem=run.problem,
        answer=tally.winner.answer if tally.winner else None,
        reliability=answer_reliability(tally, chains, run.judges.calibration),
        tally=tally,
        majority=majority(chains),
        chains=chains,
        usage=_usage(run, chains),
        check_programs=programs,
        stopped=stopped,
        confidence=_sureness(run, tally, stopped),
        complete=not run.failures and not unchosen and stopped in _SETTLED,
        notes=(
            *run.failures,
            *run.refusals,
            *_notes(run, stopped),
            *(f"a check program is missing: {evidence}" for evidence in missing),
            *(note for selection in run.selections for note in selection.notes()),
            *critique_notes(chains),
        ),
    )


def _notes(run: "Run", stopped: StopReason | None) -> Iterator[str]:
    """Why there is less than was asked for; a line each."""
    if stopped is StopReason.INTERRUPTED:
        yield "sampling was interrupted"
    elif stopped is StopReason.TOKENS:
        yield f"the budget of {run.settings.max_total_tokens:,} tokens does not suffice for more"
    elif stopped is StopReason.SECONDS:
        yield f"the budget of {run.settings.max_seconds:g} seconds was used up"
    if run.unchecked:
        yield f"{_chains(run.unchecked)} not checked in time: every answer of theirs counts in full"
    if run.lost and run.late.is_set():
        yield f"{_chains(run.lost)} not even read in time"
    if run.unjudged:
        yield f"{_chains(run.unjudged)} not judged by the model"
    if run.uncomputed:
        yield f"{_chains(run.uncomputed)} not compared with check programs"
    cut = _cut(run)
    if cut[Cut.LOOPS]:
        yield f"{_chains(cut[Cut.LOOPS])} cut off: going round in circles"
    if cut[Cut.REFUTED]:
        yield f"{_chains(cut[Cut.REFUTED])} cut off: going on from a claim that is proved false"
    if not run.selections and (missing := lacking(run.vote, run.ordered())):
        yield f"this strategy lacks {missing}: what it lacks weighs nothing, and equal weights go to more chains"
    if run.settings.confidence is not None and not is_additive(run.vote):
        yield "this strategy does not add up votes, so no confidence could be placed in its answer"


def _chains(count: int) -> str:
    return "1 chain was" if count == 1 else f"{count} chains were"


def _cut(run: "Run") -> Counter[Cut]:
    """How many chains were cut off, by why."""
    return Counter(why for index, why in run.oversight.cut.items() if index in run.scored)


def _usage(run: "Run", chains: Sequence[ScoredChain]) -> Usage:
    seconds = time.perf_counter() - run.begun
    return Usage(
        prompt_tokens=run.models.prompt_tokens,
        tokens=run.models.tokens,
        chains=len(chains),
        asked=run.settings.chains,
        claims=sum(len(chain.claims) for chain in chains),
        seconds=seconds,
        stage_seconds={
            "draw": run.draw_seconds,
            "check": seconds - run.draw_seconds - run.select_seconds,
            **({"select": run.select_seconds} if run.selections else {}),
        },
        stage_tokens=run.models.stage_tokens,
        full_stage_tokens=_full_stage_tokens(run, [chain.chain for chain in chains]),
        cut={why.value: count for why, count in sorted(_cut(run).items())},
    )


def _full_stage_tokens(run: "Run", chains: Sequence[Chain]) -> dict[str, int]:
    """What K chains would have cost at the mean of the whole ones; check programs and choices stay as they are."""
    spent, total = run.models.stage_tokens, run.settings.chains
    whole = [chain.tokens for chain in chains if chain.finish_reason is not FinishReason.ABORTED]
    known = [tokens for tokens in whole if tokens is not None]
    if not known:
        return {}
    judged = max(1, len(chains) - run.unjudged - run.unchecked)
    return spent | {
        "draw": round(total * sum(known) / len(known)),
        **{stage: round(total * spent[stage] / judged) for stage in JUDGING},
    }


def _sureness(run: "Run", tally: Tally, stopped: StopReason | None) -> float | None:
    """The confidence in the winner, where one was asked for or it is certain."""
    if stopped is StopReason.DECIDED:
        return 1.0
    return confidence(counted(tally), run.left) if run.waves.by_confidence else None
