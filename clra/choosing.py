"""The model choosing between the chains of a problem that are drawn and checked, as far as the budgets go."""

import time
from collections.abc import Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from clra.errors import ModelError
from clra.protocols import Selector
from clra.selection import Selection
from clra.stopping import agreed
from clra.types import ScoredChain, StopReason
from clra.waiting import unless

if TYPE_CHECKING:
    from clra.run import Run

_WHY: Final = {
    StopReason.SECONDS: "the time is up",
    StopReason.TOKENS: "the tokens are used up",
    StopReason.INTERRUPTED: "interrupted",
    StopReason.FAILED: "the model failed",
}


async def let_model_choose(run: "Run") -> None:
    """Let the model choose between the chains of a run where its strategy counts that."""
    begun = time.perf_counter()
    for selector in run.judges.selectors:
        selection = Selection(selector.name, selector.votes)
        run.selections.append(selection)
        voting = [chain for chain in run.ordered() if chain.votes]
        if run.late.is_set():
            selection.ended = _why_not_asked(run)
        elif not voting:
            continue
        elif agreed(voting):
            selection.agree(voting)
        else:
            await _ask(run, selector, selection, voting)
        shared = selection.shares([run.scored[index] for index in sorted(run.scored)])
        run.scored = {chain.chain.index: chain for chain in shared}
    if run.selections:
        run.select_seconds = time.perf_counter() - begun
        run.tell()


async def _ask(run: "Run", selector: Selector, selection: Selection, voting: Sequence[ScoredChain]) -> None:
    """Count the choices of one selector until all are made, a budget is used up, or the run is interrupted."""
    if why := _why_not_asked(run):
        selection.ended = why
        return
    run.halted.clear()
    choosing = selector.select(run.models.select, run.problem, voting, seed=run.settings.seed)
    async with aclosing(choosing) as choices:
        try:
            while (choice := await unless(run.halted, anext(choices, None))) is not None:
                selection.add(choice)
                run.keep_to_tokens()
        except ModelError as error:
            run.halt(StopReason.FAILED)
            run.fail(error)
    if selection.made < selection.votes:
        selection.ended = _why_not_asked(run)


def _why_not_asked(run: "Run") -> str:
    """Why the model is asked nothing more once all is drawn; empty where it may be.

    Tokens that did not suffice for another chain may suffice for this, and that enough were drawn is no reason.
    """
    reasons, most = run.halts - {StopReason.TOKENS}, run.settings.max_total_tokens
    if most is not None and run.tokens() >= most:
        reasons.add(StopReason.TOKENS)
    return next((why for reason, why in _WHY.items() if reason in reasons), "")
