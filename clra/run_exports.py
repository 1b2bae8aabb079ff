"""A run as a file that other programs read: JSON lines in the form of recorded chains, or Parquet."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clra.errors import ConfigError, InputError, StoreError
from clra.parsing.lines import packing
from clra.parsing.recorded import as_recorded, recorded_line
from clra.progress import counted_off
from clra.records import chain_record, detailed_claim_record, solution_record
from clra.run_tables import gold_key
from clra.store import RunStore, StoredSolution
from clra.types import ScoredChain

if TYPE_CHECKING:
    import pyarrow as pa

_FORMS: Final = "expected a name that ends in .jsonl, .jsonl.gz or .parquet"


def export_run(store: RunStore, path: Path, *, on_progress: Callable[[int], None] | None = None) -> int:
    """Write all tasks that are done; the number of them. The file is there as a whole or not at all.

    Args:
        store: the run.
        path: ``.jsonl`` or ``.jsonl.gz``: a line for each task, as `clra.parsing.recorded` reads it, with the full
            records beside; ``.parquet``: a row for each chain.
        on_progress: called with the number of tasks that are written.

    Raises:
        InputError: the name says no form, or the file cannot be written.
        ConfigError: Parquet was asked for, and pyarrow is not installed.
        StoreError: the run cannot be read, or nothing is solved in it.
    """
    write = _form(path)
    if not store.solved():
        raise StoreError(f"{store.path}: no problem is solved yet", hint="`clra eval` goes on with it")
    part = path.with_name(f"{path.name}.part")
    try:
        with ExitStack() as failing:
            failing.callback(part.unlink, missing_ok=True)
            count = write(part, counted_off(store.solutions(), on_progress))
            part.replace(path)
            failing.pop_all()
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error
    return count


def task_record(stored: StoredSolution) -> dict[str, Any]:
    """One task: its problem and chains as they are recorded, and beside that what was found out about them."""
    solution = stored.solution
    row: dict[str, Any] = json.loads(recorded_line(as_recorded(solution)))
    for chain, scored in zip(row["chains"], solution.chains, strict=True):
        chain.update(chain_record(scored), claims=[detailed_claim_record(claim) for claim in scored.claims])
    found = solution_record(solution)
    del found["chains"]
    return row | {"position": stored.position, "repeat": stored.repeat, "solution": found}


def _form(path: Path) -> Callable[[Path, Iterator[StoredSolution]], int]:
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        return lambda part, solutions: _write_lines(part, solutions, packed=path.suffix == ".gz")
    if path.suffix == ".parquet":
        try:
            import pyarrow.parquet  # noqa: PLC0415  # an extra
        except ImportError:
            raise ConfigError("Parquet needs pyarrow", hint="pip install 'clra[parquet]'") from None
        del pyarrow
        return _write_parquet
    raise InputError(f"{path}: {_FORMS}")


def _write_lines(path: Path, solutions: Iterator[StoredSolution], *, packed: bool) -> int:
    count = 0
    with path.open("wb") as file, packing(file) if packed else file as lines:
        for count, stored in enumerate(solutions, start=1):  # noqa: B007  # it is what comes back
            lines.write(json.dumps(task_record(stored), ensure_ascii=False).encode(errors="replace") + b"\n")
    return count


def _write_parquet(path: Path, solutions: Iterator[StoredSolution]) -> int:
    import pyarrow as pa  # noqa: PLC0415  # an extra
    from pyarrow import parquet  # noqa: PLC0415

    schema, count = _schema(pa), 0
    with parquet.ParquetWriter(path, schema) as writer:
        for count, stored in enumerate(solutions, start=1):  # noqa: B007
            rows = [_row(stored, scored) for scored in stored.solution.chains]
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    return count


def _schema(arrow: Any) -> "pa.Schema":
    text, whole, real, numbers = arrow.string(), arrow.int64(), arrow.float64(), arrow.list_(arrow.float64())
    kinds = {
        "id": text, "position": whole, "repeat": whole, "problem": text, "gold": text, "kind": text,
        "index": whole, "text": text, "model": text, "seed": whole, "finish_reason": text,
        "prompt_tokens": whole, "tokens": whole, "logprobs": numbers, "confidences": numbers, "self_certainty": real,
        "answer": text, "answer_key": text, "right": arrow.bool_(), "votes": arrow.bool_(), "reliability": real,
        "claims": text, "critique": text, "selected": text,
        "solution": text, "solution_reliability": real, "strategy": text,
    }  # fmt: skip
    return arrow.schema(kinds.items())


def _row(stored: StoredSolution, scored: ScoredChain) -> dict[str, Any]:
    """One chain; claims, critique and selected are JSON."""
    chain, answer, solution = scored.chain, scored.answer, stored.solution
    key, record = gold_key(solution.problem), chain_record(scored)
    row = {
        "id": solution.problem.id,
        "position": stored.position,
        "repeat": stored.repeat,
        "problem": solution.problem.text,
        "gold": solution.problem.gold,
        "kind": solution.problem.kind.value,
        "index": chain.index,
        "text": chain.text,
        "model": chain.model,
        "seed": chain.seed,
        "finish_reason": chain.finish_reason.value,
        "prompt_tokens": chain.prompt_tokens,
        "tokens": chain.tokens,
        "logprobs": chain.logprobs,
        "confidences": chain.confidences,
        "self_certainty": chain.self_certainty,
        "answer": answer.text if answer else None,
        "answer_key": answer.key if answer else None,
        "right": None if key is None else answer is not None and answer.key == key,
        "votes": scored.votes,
        "reliability": scored.reliability.value,
        "claims": json.dumps([detailed_claim_record(claim) for claim in scored.claims]),
        "critique": json.dumps(record["critique"]) if "critique" in record else None,
        "selected": None if scored.selected is None else json.dumps(dict(scored.selected)),
        "solution": solution.answer.text if solution.answer else None,
        "solution_reliability": solution.reliability.value,
        "strategy": solution.tally.strategy,
    }
    return {name: _whole_characters(value) if isinstance(value, str) else value for name, value in row.items()}


def _whole_characters(text: str) -> str:
    """The text with half characters replaced, which Parquet does not take."""
    return text.encode(errors="replace").decode()
