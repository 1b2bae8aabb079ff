"""What a model's reply to the question whether a claim holds says, and how likely it was to say so."""

import math
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from clra.protocols import Completion
from clra_verifiers.replies import without_thoughts

TOP_LOGPROBS: Final = 5
_LAST_WORD: Final = re.compile(r"(\bnot\s+)?\b(yes|no|true|false)\W*$", re.IGNORECASE)
_FIRST_WORD: Final = re.compile(r"\W*(yes|no|true|false)\s*(?:[.,:;!–—-]|$)", re.IGNORECASE)
_MEANING: Final = {"yes": True, "true": True, "no": False, "false": False}


class Judgement(NamedTuple):
    """One vote of a model on a claim."""

    holds: bool | None
    """None where the reply says neither yes nor no."""
    likely: float | None = None
    """Probability of yes against no where the reply says it, under the model before temperature; None where unknown."""

    @property
    def probability(self) -> float | None:
        """The same, 1 or 0 where it is unknown; None where the vote cannot be read."""
        if self.holds is None or self.likely is not None:
            return self.likely if self.holds is not None else None
        return float(self.holds)


def judgement(reply: Completion) -> Judgement:
    """Read a reply; one that was cut off says something only where it is a single word."""
    if reply.finish_reason.cuts_off and reply.text.strip().lower() not in _MEANING:
        return Judgement(None)
    return Judgement(read_judgement(reply.text), _probability_of_yes(reply))


def read_judgement(reply: str) -> bool | None:
    """Whether a reply ends in yes or in no; None where it does neither.

    Only the last word of the last line counts, or its first word ("No, since 3 is odd"), and for want of both the first
    word of the reply, as some models answer first and explain after. "No counterexample was found" says neither.
    """
    lines = _lines(reply)
    if not lines:
        return None
    if last := _LAST_WORD.search(lines[-1]):
        return _MEANING[last[2].lower()] is not bool(last[1])
    first = _FIRST_WORD.match(lines[-1]) or _FIRST_WORD.match(lines[0])
    return _MEANING[first[1].lower()] if first else None


def _lines(reply: str) -> list[str]:
    return [line for line in re.sub(r"[*_`]", "", without_thoughts(reply)).splitlines() if line.strip()]


def _probability_of_yes(reply: Completion) -> float | None:
    """Probability of yes against no at the last token that is one of them, where that is what the reply ends with."""
    lines = _lines(reply.text)
    last = _LAST_WORD.search(lines[-1]) if lines else None
    if last is None or last[1]:
        return None
    for top in reversed(reply.top_logprobs or ()):
        yes, no = _mass(top, meaning=True), _mass(top, meaning=False)
        if yes + no > 0.5:
            return yes / (yes + no)
    return None


def _mass(top: Mapping[str, float], *, meaning: bool) -> float:
    tokens = {token: _MEANING.get(token.strip(" \n.*").lower()) for token in top}
    return sum(math.exp(logprob) for token, logprob in top.items() if tokens[token] is meaning)
