"""One solved problem as JSON for the page of `clra.html_report`: what its script draws once the problem is opened.

Spans count UTF-16 units, as the script's strings do. What is cut off, so that a page stays of a size that opens, is
counted beside it.
"""

import bisect
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from clra.graph_layout import Layout, laid_out
from clra.parsing.formal import latex
from clra.types import (
    NOWHERE,
    Answer,
    Chain,
    CheckedClaim,
    CheckProgram,
    Claim,
    Program,
    ScoredChain,
    Solution,
    Span,
    Tally,
    Verdict,
)

MOST_CHARACTERS: Final = 120_000
"""Of a chain or a problem."""
MOST_CLAIMS: Final = 400
"""Of a chain: the refuted ones first, then those that stand on them, then by their place."""
MOST_LINKED: Final = 150
"""Claims in the drawing of a chain's graph."""
MOST_NOTE: Final = 4_000
"""Characters of a piece of evidence, a statement, a program or its output."""


class Solved(NamedTuple):
    """A solution, and which answer would have been right."""

    solution: Solution
    right: frozenset[str] | None = None
    """Keys of the right answer; None where it is not known. Programs that behave alike may have several."""
    repeat: int = 0

    @property
    def status(self) -> str:
        """``right``, ``wrong``, ``undecided`` (no answer), or ``open``: the right answer is not known."""
        if self.solution.answer is None:
            return "undecided"
        right = self.is_right(self.solution.answer)
        return "open" if right is None else "right" if right else "wrong"

    def is_right(self, answer: Answer) -> bool | None:
        """Whether this answer is right; None where that is not known."""
        return None if self.right is None else answer.key in self.right


def problem_record(solved: Solved) -> dict[str, Any]:
    """All that is shown of one problem."""
    solution, usage = solved.solution, solved.solution.usage
    return {
        **_clipped("text", solution.problem.text, MOST_CHARACTERS),
        "gold": _note(solution.problem.gold),
        "tally": _tally_rows(solution.tally, solved),
        "majority": _tally_rows(solution.majority, solved),
        "strategy": solution.tally.strategy,
        "programs": [_check_program(program) for program in solution.check_programs],
        "notes": [_note(note) for note in solution.notes],
        "stopped": solution.stopped,
        "confidence": solution.confidence,
        "usage": {"chains": usage.chains, "asked": usage.asked, "tokens": usage.tokens, "seconds": usage.seconds},
        "chains": [_chain_record(scored, solved) for scored in solution.chains],
    }


def _tally_rows(tally: Tally, solved: Solved) -> list[dict[str, Any]]:
    whole = sum(max(0.0, row.weight) for row in tally.rows)
    return [
        {
            "key": row.answer.key,
            "answer": _note(row.answer.text),
            "weight": row.weight,
            "share": max(0.0, row.weight) / whole if whole else 0.0,
            "chains": len(row.chains),
            "right": solved.is_right(row.answer),
        }
        for row in tally.rows
    ]


def _chain_record(scored: ScoredChain, solved: Solved) -> dict[str, Any]:
    chain, answer = scored.chain, scored.answer
    shown = _most_telling(scored.claims)
    units = _Units(chain.text[:MOST_CHARACTERS])
    return {
        "index": chain.index,
        **_clipped("text", chain.text, MOST_CHARACTERS),
        "answer": None if answer is None else _note(answer.text),
        "key": None if answer is None else answer.key,
        "votes": scored.votes,
        "right": None if answer is None else solved.is_right(answer),
        "about": _about(chain, scored),
        "counts": _counts(scored.claims),
        "claims": [_claim_record(index, scored.claims[index], units) for index in shown],
        "claims_cut": len(scored.claims) - len(shown),
        "graph": _graph(scored.claims, shown),
        "critique": [_claim_record(index, each, units) for index, each in enumerate(scored.critique or ())],
    }


def _about(chain: Chain, scored: ScoredChain) -> dict[str, Any]:
    """What is told of a chain in a line."""
    selected = scored.selected or {}
    return {
        "reliability": scored.reliability.value,
        "model": chain.model,
        "seed": chain.seed,
        "finish_reason": chain.finish_reason,
        "tokens": chain.tokens,
        "selected": {name: round(share, 4) for name, share in selected.items()},
    }


def _counts(claims: Iterable[CheckedClaim]) -> dict[str, int]:
    """How many claims have which mark."""
    counts = {"confirmed": 0, "refuted": 0, "unknown": 0}
    for checked in claims:
        counts[checked.outcome.lower()] += 1
    return counts


def _most_telling(claims: Sequence[CheckedClaim]) -> list[int]:
    """Indices of the claims that are shown, in order."""
    indices = range(len(claims))
    if len(claims) <= MOST_CLAIMS:
        return list(indices)

    def rank(index: int) -> tuple[bool, bool, int]:
        return not claims[index].refuted, claims[index].follows_error is None, index

    return sorted(sorted(indices, key=rank)[:MOST_CLAIMS])


def _graph(claims: Sequence[CheckedClaim], shown: Sequence[int]) -> dict[str, Any]:
    """The drawing of the graph over the claims that are shown; ``unlinked`` and ``cut`` are not in it."""
    known = set(shown)
    links = [(used, index) for index in shown for used in claims[index].claim.uses if used in known and used < index]
    linked = sorted({index for link in links for index in link})
    kept = set(linked[:MOST_LINKED])
    layout: Layout = laid_out([link for link in links if kept.issuperset(link)])
    return {
        "places": layout.places,
        "links": layout.links,
        "columns": layout.columns,
        "rows": layout.rows,
        "unlinked": len(shown) - len(linked),
        "cut": len(linked) - len(layout.places),
    }


def _claim_record(index: int, checked: CheckedClaim, units: "_Units") -> dict[str, Any]:
    claim, telling = checked.claim, checked.telling
    start, end = units.span(claim.span)
    return {
        "i": index,
        "start": start,
        "end": end,
        "step": claim.step,
        "text": _note(claim.text),
        "kind": claim.kind,
        "modality": claim.modality,
        "formal": _note(claim.formal),
        "latex": None if claim.formal is None else _latex(claim.formal),
        "outcome": checked.outcome.lower(),
        "error": checked.refuted,
        "method": telling.method if telling else None,
        "reason": checked.reason,
        "evidence": _note(telling.evidence) if telling else "",
        "follows": checked.follows_error,
        "uses": claim.uses,
        "traits": [trait for trait in ("rounded", "universal", "tentative") if getattr(claim, trait)],
        "premises": [
            {
                "formal": _note(premise.formal),
                "latex": _latex(premise.formal),
                "universal": premise.universal,
                "claim": premise.source,
            }
            for premise in claim.premises
        ],
        "verdicts": [_verdict_record(verdict) for verdict in checked.verdicts],
        "program": _program_record(claim.program),
    }


def _verdict_record(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.lower(),
        "method": verdict.method,
        "reason": verdict.reason,
        "evidence": _note(verdict.evidence),
        "statement": _note(verdict.statement),
        "seconds": round(verdict.seconds, 4),
        "proof": verdict.proof,
        "probability": verdict.probability,
    }


def _program_record(program: Program | None) -> dict[str, Any] | None:
    if program is None:
        return None
    return {
        "code": _note(program.code),
        "call": _note(program.call),
        "stdin": _note(program.stdin),
        "output": _note(program.output),
    }


def _check_program(program: CheckProgram) -> dict[str, Any]:
    return {
        "code": _note(program.code),
        "value": _note(program.value),
        "count": program.count,
        "reason": program.reason,
        "evidence": _note(program.evidence),
    }


@lru_cache(maxsize=100_000)
def _latex(formal: str) -> str | None:
    """The formal reading in LaTeX; chains of a problem share most of theirs."""
    return latex(Claim(text="", span=NOWHERE, formal=formal)) if len(formal) <= MOST_NOTE else None


def _note(text: str | None) -> str | None:
    """At most `MOST_NOTE` characters, and how many are left out."""
    if text is None or len(text) <= MOST_NOTE:
        return text
    return f"{text[:MOST_NOTE]}… ({len(text) - MOST_NOTE:,} more characters)"


def _clipped(name: str, text: str, most: int) -> dict[str, Any]:
    return {name: text[:most], f"{name}_cut": max(0, len(text) - most)}


class _Units:
    """Converts places in a text, counted in characters, to UTF-16 units."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._wide = [] if text.isascii() else [place for place, char in enumerate(text) if ord(char) > 0xFFFF]

    def span(self, span: Span) -> tuple[int, int]:
        """The span, as far as it lies within the text."""
        return self._unit(span.start), self._unit(span.end)

    def _unit(self, place: int) -> int:
        place = min(place, self._length)
        return place + bisect.bisect_left(self._wide, place)
