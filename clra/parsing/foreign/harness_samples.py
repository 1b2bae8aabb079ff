"""Samples of EleutherAI's lm-evaluation-harness: ``samples_TASK_DATE.jsonl``, written with ``--log_samples``.

Looked at: ``lm_eval/evaluator.py`` (what a sample holds) and ``lm_eval/loggers/evaluation_tracker.py``
(``save_results_samples``: nested lists become strings, ``arguments`` becomes ``gen_args_0: arg_0, arg_1``) of 0.4.x.

A row is one document under one filter; ``resps`` holds, for each request, the list of what was generated, one entry
for each of the task's ``repeats``. The same texts stand again under every further filter: the first row of a document
counts. Names of models stand in the folder only: ``ORG__NAME/samples_...``.

Not covered: tasks that compare the likelihoods of given continuations hold no text, and are refused. The file tells
neither tokens nor log-probabilities, nor whether a text was cut off: all count as finished. What a filter extracted is
not used. Few-shot examples of a prompt stand in the problem only where the document has no field that we know.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from clra.parsing.foreign.fields import Row, gold_answer, mended, read_rows, recorded, with_choices
from clra.parsing.recorded_line import RecordedProblem
from clra.types import Chain, Problem

FORMAT: Final = "lm-evaluation-harness samples"
_TEXTS: Final = ("problem", "question", "query", "prompt", "input", "text")
"""Fields of a document that may hold the problem, in order, in any case of letters."""


def is_harness_sample(row: Mapping[str, Any]) -> bool:
    """Whether a row of JSON lines is of this format."""
    return "resps" in row and ("doc" in row or "arguments" in row)


def read_harness_samples(path: Path) -> Iterator[RecordedProblem]:
    """Read a file document by document; it need not fit into memory.

    Raises:
        InputError: the file cannot be read, a line is not of this format, or its task generates no text.
    """
    organisation, mark, model = path.absolute().parent.name.partition("__")
    seen: set[str] = set()
    for number, row in enumerate(read_rows(path, FORMAT)):
        name = row.label("doc_id") or str(number)
        if name not in seen:
            seen.add(name)
            yield _document(row, name, f"{organisation}/{model}" if mark else "")


def _document(row: Row, name: str, model: str) -> RecordedProblem:
    texts = [text for texts in row.items("resps") for text in (texts if isinstance(texts, list) else [texts])]
    if _compares_likelihoods(row) or not all(isinstance(text, str) for text in texts):
        raise row.fault(
            "expected a task that generates text (output_type generate_until)",
            "one that compares the likelihoods of given continuations: there are no chains in it",
        )
    problem = Problem(id=name, text=_problem_text(row), gold=gold_answer(row.label("target")))
    return recorded(problem, (Chain(text=mended(text), index=index, model=model) for index, text in enumerate(texts)))


def _compares_likelihoods(row: Row) -> bool:
    """Of a request for text the second argument holds settings; of one for a likelihood, a continuation."""
    arguments = _arguments(row)
    return len(arguments) > 1 and isinstance(arguments[1], str)


def _arguments(row: Row) -> list[Any]:
    """The arguments of the first request; older files hold them as a list."""
    requests = row.fields.get("arguments")
    if isinstance(requests, dict):
        first = requests.get("gen_args_0")
        return list(first.values()) if isinstance(first, dict) else []
    first = requests[0] if isinstance(requests, list) and requests else []
    return first if isinstance(first, list) else []


def _problem_text(row: Row) -> str:
    document = row.part("doc")
    fields = {key.lower(): value for key, value in document.fields.items()}
    for key in _TEXTS:
        text = fields.get(key)
        if isinstance(text, str) and text.strip():
            return with_choices(mended(text), fields.get("choices", fields.get("options")))
    arguments = _arguments(row)
    prompt = arguments[0][0] if arguments and isinstance(arguments[0], list) and arguments[0] else arguments[:1]
    prompt = prompt[0] if isinstance(prompt, list) and prompt else prompt
    if isinstance(prompt, str) and prompt.strip():
        return mended(_last_request(prompt))
    raise row.fault(f"expected the problem in the document, as one of {', '.join(_TEXTS)}, or in the prompt", "neither")


def _last_request(prompt: str) -> str:
    """What the user says last, where the prompt is a conversation as JSON."""
    try:
        messages = json.loads(prompt)
    except (ValueError, RecursionError):
        return prompt
    said = [
        message["content"]
        for message in (messages if isinstance(messages, list) else ())
        if isinstance(message, dict) and message.get("role") == "user" and isinstance(message.get("content"), str)
    ]
    return said[-1] if said else prompt
