"""Outputs of NVIDIA's NeMo-Skills: ``output.jsonl``, and ``output-rsSEED.jsonl`` for each random seed.

Looked at: ``nemo_skills/inference/generate.py``, ``inference/model/base.py`` (what a generation holds),
``evaluation/evaluator/math.py`` and the tests of ``utils.parse_reasoning``, main branch of 2026.

A row is one generation for one problem, with all fields of the problem. Where reasoning was parsed away, the whole
text is ``_full_generation``.

Not covered: a ``generation_key`` other than ``generation``; conversations (``messages``) in place of a problem.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from clra.parsing.foreign.fields import (
    Row,
    confidences,
    count,
    finish_reason,
    gold_answer,
    label,
    mended,
    numbers,
    read_rows,
    recorded,
    shape,
    with_choices,
    with_thoughts,
)
from clra.parsing.recorded_line import RecordedProblem
from clra.types import Chain, Problem

FORMAT: Final = "NeMo-Skills output"
_SEED: Final = re.compile(r"-rs(\d{1,9})(?!\d)")


def is_nemo_output(row: Mapping[str, Any]) -> bool:
    """Whether a row of JSON lines is of this format."""
    return "generation" in row and "chains" not in row


def read_nemo_outputs(path: Path) -> Iterator[RecordedProblem]:
    """Read the generations of a file, one at a time, each as a chain of its own; the seed is that of the file's name.

    Raises:
        InputError: the file cannot be read, or a line is not of this format.
    """
    named = _SEED.search(path.name)
    seed = int(named[1]) if named else None
    for number, row in enumerate(read_rows(path, FORMAT), start=1):
        problem = Problem(
            id=row.label("id", "problem_id", "question_id") or str(number),
            text=with_choices(row.text("problem", "question"), row.fields.get("choices")),
            gold=gold_answer(row.label("expected_answer")),
        )
        yield recorded(problem, [_chain(row, seed)])


def _chain(row: Row, seed: int | None) -> Chain:
    whole = row.fields.get("_full_generation")
    text = whole if isinstance(whole, str) else row.fields.get("generation")
    if not isinstance(text, str):
        raise row.fault('expected "generation" to be a string', shape(text))
    thoughts = row.fields.get("reasoning_content")
    usage = row.part("usage")
    return Chain(
        text=with_thoughts(mended(thoughts) if isinstance(thoughts, str) else "", mended(text)),
        model=label(row.fields.get("model")) or "",
        seed=seed,
        finish_reason=finish_reason(row.fields.get("finish_reason")),
        prompt_tokens=row.count("num_input_tokens") or usage.count("prompt_tokens"),
        tokens=count(row.fields.get("num_generated_tokens")),
        logprobs=numbers(row.fields.get("logprobs")),
        confidences=confidences(row.fields.get("top_logprobs")),
    )
