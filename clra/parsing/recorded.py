"""Recorded chains: JSON lines, plain or gzip, one problem a line.

::

    {"id", "problem", "gold"?, "kind"?, "chains": [{"text", "model"?, "answer"?, "finish_reason"?, "tokens"?,
     "logprobs"?, "confidences"?, "self_certainty"?, "seed"?, "prompt_tokens"?, "selected"?: {SELECTOR: share},
     "critique"?: [{"claim", "outcome", "evidence"?, "method"?, "reason"?, "probability"?,
                    "proved"?: {"outcome", "method", "evidence"?}}]}]}

Other keys are passed over, and null is as good as leaving a key out. A chain without ``finish_reason`` ended by itself.
``critique`` holds the model's verdicts on the chain's decision-relevant claims; ``probability`` is that of yes, and
``proved`` what overrules the model. ``selected`` says of each selector which share of its choices fell on the chain.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from clra.errors import InputError
from clra.parsing.lines import packing, read_lines
from clra.parsing.recorded_line import HINT, RecordedProblem, find_span, read_line
from clra.types import CheckedClaim, Outcome, ProblemKind, Solution

__all__ = [
    "RecordedProblem",
    "as_recorded",
    "critique_row",
    "find_span",
    "read_recorded",
    "recorded_line",
    "write_recorded",
]


def read_recorded(path: str | Path) -> Iterator[RecordedProblem]:
    """Read a file problem by problem; it need not fit into memory.

    Raises:
        InputError: there is no such file, it holds no problem, or a line is not of the form above.
    """
    found = False
    for line in read_lines(path):
        yield read_line(line.text, line.place)
        found = True
    if not found:
        raise InputError(f"{path}: expected recorded chains, but the file is empty", hint=HINT)


def write_recorded(path: str | Path, problems: Iterable[RecordedProblem]) -> None:
    """Write a file that `read_recorded` reads back; gzip where the name ends in ``.gz``.

    Of each claim of a critique the model's verdict and the proof that overrules it are kept.

    Raises:
        InputError: the file cannot be written.
    """
    try:
        with Path(path).open("wb") as file:
            if Path(path).suffix == ".gz":
                with packing(file) as packed:
                    packed.writelines(map(recorded_line, problems))
            else:
                file.writelines(map(recorded_line, problems))
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error


def as_recorded(solution: Solution) -> RecordedProblem:
    """The chains of a solved problem, with the answers that were read from them."""
    selected = tuple(scored.selected for scored in solution.chains)
    return RecordedProblem(
        problem=solution.problem,
        chains=tuple(scored.chain for scored in solution.chains),
        critiques=tuple(scored.critique for scored in solution.chains),
        answers=tuple(scored.answer.text if scored.answer else None for scored in solution.chains),
        selected=selected if any(shares is not None for shares in selected) else (),
    )


def recorded_line(recorded: RecordedProblem) -> bytes:
    """One line of such a file, with its line break."""
    problem = recorded.problem
    answers = recorded.answers or (None,) * len(recorded.chains)
    chosen = recorded.selected or (None,) * len(recorded.chains)
    row = {
        "id": problem.id,
        "problem": problem.text,
        **_given(gold=problem.gold, kind=None if problem.kind is ProblemKind.OPEN else problem.kind.value),
        "chains": [
            {
                "text": chain.text,
                **_given(
                    model=chain.model or None,
                    answer=answer,
                    finish_reason=chain.finish_reason.value,
                    seed=chain.seed,
                    prompt_tokens=chain.prompt_tokens,
                    tokens=chain.tokens,
                    logprobs=chain.logprobs,
                    confidences=chain.confidences,
                    self_certainty=chain.self_certainty,
                    critique=None if critique is None else [critique_row(claim) for claim in critique],
                    selected=None if selected is None else dict(selected),
                ),
            }
            for chain, critique, answer, selected in zip(
                recorded.chains, recorded.critiques, answers, chosen, strict=True
            )
        ],
    }
    return json.dumps(row, ensure_ascii=False).encode(errors="replace") + b"\n"


def critique_row(checked: CheckedClaim) -> dict[str, Any]:
    """One claim of a critique, with the model's verdict on it and the proof that overrules it."""
    opinion = checked.opinion
    proof = checked.deciding if checked.deciding is not None and checked.deciding.proof else None
    row: dict[str, Any] = {"claim": checked.claim.text, "outcome": Outcome.UNKNOWN.value}
    if opinion is not None:
        row["outcome"] = opinion.outcome.value
        row |= _given(
            evidence=opinion.evidence or None,
            method=opinion.method,
            reason=opinion.reason,
            probability=opinion.probability,
        )
    if proof is not None:
        row["proved"] = {"outcome": proof.outcome.value, "method": proof.method, "evidence": proof.evidence}
    return row


def _given(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
