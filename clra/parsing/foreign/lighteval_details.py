"""Details of Hugging Face's lighteval: ``details_TASK_DATE.parquet``, written with ``--save-details``.

Looked at: ``src/lighteval/logging/info_loggers.py`` (``DetailsLogger.Detail``), ``logging/evaluation_tracker.py``,
``models/model_output.py`` (``ModelResponse``) and ``tasks/requests.py`` (``Doc``), from 0.6 to 2026. Two forms: columns
``doc``, ``model_response``, ``metric`` (also written ``__doc__`` and so on), and the older flat ``example``,
``predictions``, ``gold``.

Read in batches, with pyarrow (the extra ``parquet``); nothing is unpacked to disk, and a file that says it is larger
than `_LARGEST` is refused.

Not covered: tasks that compare likelihoods hold no text, and are refused; so are files older than 0.6, in which lists
are text. A text counts as finished unless it has as many tokens as its task allows. Log-probabilities are not carried
over: the files do not tell those of sampled tokens.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from clra.errors import InputError
from clra.parsing.foreign.fields import (
    Row,
    count,
    gold_answer,
    label,
    mended,
    recorded,
    with_choices,
    with_thoughts,
)
from clra.parsing.recorded_line import RecordedProblem
from clra.types import Chain, FinishReason, Problem

FORMAT: Final = "lighteval details"
_BATCH: Final = 64
"""Rows."""
_LARGEST: Final = 1 << 32
"""Bytes of a row group, unpacked."""
_METADATA: Final = 1 << 26
"""Bytes of the description of the file."""
_NEW: Final = ("doc", "model_response")
_OLD: Final = ("example", "full_prompt", "predictions", "gold", "cont_tokens", "input_tokens")


def read_lighteval_details(path: Path) -> Iterator[RecordedProblem]:
    """Read a file row by row; it need not fit into memory.

    Raises:
        InputError: pyarrow is missing, the file cannot be read, is not of this format, or its task generates no text.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 -- an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise InputError(f"{path}: Parquet is read with pyarrow", hint="pip install 'clra[parquet]'") from error
    try:
        with parquet.ParquetFile(
            path, thrift_string_size_limit=_METADATA, thrift_container_size_limit=_METADATA >> 6
        ) as file:
            yield from _problems(path, file)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
    except (pa.ArrowException, ValueError) as error:
        raise InputError(f"{path}: recognised as Parquet; it is damaged ({error})") from error


def _problems(path: Path, file: Any) -> Iterator[RecordedProblem]:
    names = file.schema_arrow.names
    wanted = [name for name in names if name.strip("_") in _NEW] or [name for name in names if name in _OLD]
    if not {*_NEW} <= {name.strip("_") for name in wanted} and not {"example", "predictions"} <= {*wanted}:
        raise InputError(
            f"{path}: Parquet, but not {FORMAT}: expected columns doc and model_response, got {', '.join(names[:20])}"
        )
    sizes = (file.metadata.row_group(index).total_byte_size for index in range(file.metadata.num_row_groups))
    if max(sizes, default=0) > _LARGEST:
        raise InputError(f"{path}: a row group larger than {_LARGEST >> 20} MiB")
    number = 0
    for batch in file.iter_batches(batch_size=_BATCH, columns=wanted, use_threads=False):
        for fields in batch.to_pylist():
            number += 1
            named = {name.strip("_"): value for name, value in fields.items()}
            row = Row(f"{path}, row {number}", named, FORMAT)
            yield _new(row, number, _model(path)) if "doc" in named else _old(row, number, _model(path))


def _model(path: Path) -> str:
    """The folders between ``details`` and the date: ``details/ORG/NAME/DATE/details_...parquet``."""
    folders = path.absolute().parts[:-2]
    last = max((index for index, folder in enumerate(folders) if folder == "details"), default=None)
    return "" if last is None else "/".join(folders[last + 1 :])


def _new(row: Row, number: int, model: str) -> RecordedProblem:
    doc, response = row.part("doc"), row.part("model_response")
    choices = doc.fields.get("choices")
    texts = _texts(row, response, "text")
    thoughts = response.fields.get("reasonings")
    tokens = response.fields.get("output_tokens")
    limit = doc.count("generation_size")
    chains = [
        _chain(
            text,
            index,
            model,
            thoughts=_at(thoughts, index),
            tokens=_at(tokens, index),
            prompt=response.fields.get("input_tokens"),
            limit=limit,
        )
        for index, text in enumerate(texts)
    ]
    problem = Problem(
        id=doc.label("id") or str(number),
        text=with_choices(doc.text("original_query", "query"), choices),
        gold=_gold(choices, doc.fields.get("gold_index")),
    )
    return recorded(problem, chains)


def _old(row: Row, number: int, model: str) -> RecordedProblem:
    texts = _texts(row, row, "predictions")
    gold = row.fields.get("gold")
    tokens, prompts = row.fields.get("cont_tokens"), row.fields.get("input_tokens")
    problem = Problem(
        id=str(number),
        text=row.text("example", "full_prompt"),
        gold=gold_answer(label(gold[0])) if isinstance(gold, list) and len(gold) == 1 else None,
    )
    chains = [
        _chain(text, index, model, thoughts=None, tokens=_at(tokens, index), prompt=_at(prompts, index), limit=None)
        for index, text in enumerate(texts)
    ]
    return recorded(problem, chains)


def _texts(row: Row, holder: Row, key: str) -> list[str]:
    texts = holder.items(key)
    if not texts or not all(isinstance(text, str) for text in texts):
        raise row.fault(
            f'expected texts in "{key}"', "none: its task compares likelihoods, and there are no chains in it"
        )
    return texts


def _chain(text: str, index: int, model: str, *, thoughts: Any, tokens: Any, prompt: Any, limit: int | None) -> Chain:
    drawn = len(tokens) if isinstance(tokens, list) and tokens else None
    cut = drawn is not None and limit is not None and drawn >= limit
    return Chain(
        text=with_thoughts(mended(thoughts) if isinstance(thoughts, str) else "", mended(text)),
        index=index,
        model=model,
        finish_reason=FinishReason.LENGTH if cut else FinishReason.STOP,
        prompt_tokens=len(prompt) if isinstance(prompt, list) and prompt else None,
        tokens=drawn,
    )


def _gold(choices: Any, index: Any) -> str | None:
    """The choice that is right; None where several are, of which any may be meant."""
    right = index if isinstance(index, list) else [index]
    place = count(right[0]) if len(right) == 1 else None
    if place is None or not isinstance(choices, list) or place >= len(choices):
        return None
    return gold_answer(label(choices[place]))


def _at(values: Any, index: int) -> Any:
    return values[index] if isinstance(values, list) and index < len(values) else None
