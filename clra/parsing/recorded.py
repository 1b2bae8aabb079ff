"""Recorded chains: JSON lines, plain or gzip, one problem a line.

::

    {"id", "problem", "gold"?, "kind"?, "chains": [{"text", "model"?, "answer"?, "finish_reason"?, "tokens"?,
     "logprobs"?, "confidences"?, "self_certainty"?, "seed"?, "prompt_tokens"?,
     "critique"?: [{"claim", "outcome", "evidence"?, "method"?, "reason"?, "probability"?,
                    "proved"?: {"outcome", "method", "evidence"?}}]}]}

Other keys are passed over, and null is as good as leaving a key out. A chain without ``finish_reason`` ended by itself.
``critique`` holds the model's verdicts on the chain's decision-relevant claims; ``probability`` is that of yes, and
``proved`` what overrules the model.
"""

import gzip
import json
import math
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import Any, Final, TypeVar

from clra.errors import InputError
from clra.types import (
    NOWHERE,
    Chain,
    CheckedClaim,
    Claim,
    FinishReason,
    Outcome,
    Problem,
    ProblemKind,
    Reason,
    Solution,
    Span,
    Verdict,
)

T = TypeVar("T")

_HINT: Final = 'each line is {"id": "...", "problem": "...", "gold": "...", "chains": [{"text": "..."}]}'
_GZIP_MAGIC: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedProblem:
    """A problem with its chains, as they were recorded."""

    problem: Problem
    chains: tuple[Chain, ...]
    critiques: tuple[tuple[CheckedClaim, ...] | None, ...]
    """For each chain the model's verdicts on its decision-relevant claims; None where the model was not asked."""
    answers: tuple[str | None, ...] = ()
    """For each chain the answer that the recording states; empty where it states none at all."""


def read_recorded(path: str | Path) -> Iterator[RecordedProblem]:
    """Read a file problem by problem; it need not fit into memory.

    Raises:
        InputError: there is no such file, it holds no problem, or a line is not of the form above.
    """
    number = 0
    found = False
    with _opened(path) as lines:
        while True:
            number += 1
            with _complaints(f"{path}, line {number}"):
                line = lines.readline()
                if not line:
                    break
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                if not text:
                    continue
                recorded = _Reader(f"{path}, line {number}").problem(text)
            found = True
            yield recorded
    if not found:
        raise InputError(f"{path}: expected recorded chains, but the file is empty", hint=_HINT)


def write_recorded(path: str | Path, problems: Iterable[RecordedProblem]) -> None:
    """Write a file that `read_recorded` reads back; gzip where the name ends in ``.gz``.

    Of each claim of a critique the model's verdict and the proof that overrules it are kept.

    Raises:
        InputError: the file cannot be written.
    """
    try:
        with Path(path).open("wb") as file:
            if Path(path).suffix == ".gz":
                # neither name nor time: equal chains make equal files
                with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                    packed.writelines(map(recorded_line, problems))
            else:
                file.writelines(map(recorded_line, problems))
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error


def as_recorded(solution: Solution) -> RecordedProblem:
    """The chains of a solved problem, with the answers that were read from them."""
    return RecordedProblem(
        problem=solution.problem,
        chains=tuple(scored.chain for scored in solution.chains),
        critiques=tuple(scored.critique for scored in solution.chains),
        answers=tuple(scored.answer.text if scored.answer else None for scored in solution.chains),
    )


def find_span(claim: str, text: str) -> Span:
    """Where a claim stands in a text word for word; ``Span(0, 0)`` where it does not."""
    start = text.find(claim)
    return Span(start, start + len(claim)) if claim and start >= 0 else NOWHERE


@contextmanager
def _opened(path: str | Path) -> Iterator[BufferedIOBase]:
    try:
        with Path(path).open("rb") as file:
            yield gzip.GzipFile(fileobj=file) if file.peek(2).startswith(_GZIP_MAGIC) else file
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error


@contextmanager
def _complaints(place: str) -> Iterator[None]:
    """Turn what may happen while a line is fetched into an InputError that names the line."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise InputError(f"{place}: expected UTF-8, got byte 0x{error.object[error.start]:02x}") from error
    except EOFError as error:
        raise InputError(f"{place}: the compressed file is cut short") from error
    except (zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{place}: the compressed file is damaged ({error})") from error


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one object of a line and knows where it stands."""

    place: str

    def problem(self, line: str) -> RecordedProblem:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise self.fault("expected JSON", f"{line[:40]!r} ({error})") from error
        if not isinstance(row, dict):
            raise self.fault("expected an object", _kind(row))
        problem = Problem(
            id=self.required(row, "id", self.label),
            text=self.required(row, "problem", self.text),
            gold=self.optional(row, "gold", self.label) or None,
            kind=ProblemKind(self.optional(row, "kind", self.one_of(ProblemKind)) or ProblemKind.OPEN),
        )
        if not problem.text.strip():
            raise self.fault('expected "problem" to be a text', "an empty one")
        rows = self.required(row, "chains", self.objects)
        readers = [_Reader(f"{self.place}, chain {index + 1}") for index in range(len(rows))]
        chains = tuple(reader.chain(row, index) for index, (reader, row) in enumerate(zip(readers, rows, strict=True)))
        answers = tuple(reader.optional(row, "answer", reader.label) for reader, row in zip(readers, rows, strict=True))
        return RecordedProblem(
            problem=problem,
            chains=chains,
            critiques=tuple(
                reader.critique(row, chain) for reader, row, chain in zip(readers, rows, chains, strict=True)
            ),
            answers=answers if any(answer is not None for answer in answers) else (),
        )

    def chain(self, row: dict[str, Any], index: int) -> Chain:
        return Chain(
            text=self.required(row, "text", self.text),
            index=index,
            model=self.optional(row, "model", self.text) or "",
            seed=self.optional(row, "seed", self.whole),
            finish_reason=_finish_reason(self.optional(row, "finish_reason", self.text)),
            prompt_tokens=self.optional(row, "prompt_tokens", self.count),
            tokens=self.optional(row, "tokens", self.count),
            logprobs=self.optional(row, "logprobs", self.numbers),
            confidences=self.optional(row, "confidences", self.numbers),
            self_certainty=self.optional(row, "self_certainty", self.number),
        )

    def critique(self, row: dict[str, Any], chain: Chain) -> tuple[CheckedClaim, ...] | None:
        rows = self.optional(row, "critique", self.objects)
        if rows is None:
            return None
        return tuple(_Reader(f"{self.place}, claim {index + 1}").claim(row, chain) for index, row in enumerate(rows))

    def claim(self, row: dict[str, Any], chain: Chain) -> CheckedClaim:
        text = self.required(row, "claim", self.text)
        outcome = Outcome(self.required(row, "outcome", self.one_of(Outcome)))
        reason = self.optional(row, "reason", self.one_of(Reason)) or Reason.NOT_TRANSLATED
        verdict = Verdict(
            outcome=outcome,
            method=self.optional(row, "method", self.text) or f"model:{chain.model}",
            reason=Reason(reason) if outcome is Outcome.UNKNOWN else None,
            evidence=self.optional(row, "evidence", self.text) or "",
            proof=False,
            probability=self.optional(row, "probability", self.fraction),
        )
        proved = self.optional(row, "proved", self.proof)
        verdicts = (verdict,) if proved is None else (verdict, proved)
        return CheckedClaim(claim=Claim(text=text, span=find_span(text, chain.text)), verdicts=verdicts)

    def proof(self, key: str, value: Any) -> Verdict:
        """What calculation found of a claim that the model judged."""
        if not isinstance(value, dict):
            raise self.fault(f'expected "{key}" to be an object', _kind(value))
        outcome = Outcome(self.required(value, "outcome", self.one_of(Outcome)))
        if outcome is Outcome.UNKNOWN:
            raise self.fault(f'expected "{key}" to be an outcome that is known', outcome.value)
        return Verdict(
            outcome=outcome,
            method=self.required(value, "method", self.text),
            evidence=self.optional(value, "evidence", self.text) or "",
        )

    def required(self, row: dict[str, Any], key: str, read: Callable[[str, Any], T]) -> T:
        if key not in row:
            raise self.fault(f'expected "{key}"', f"only {', '.join(map(repr, row)) or 'an empty object'}")
        return read(key, row[key])

    def optional(self, row: dict[str, Any], key: str, read: Callable[[str, Any], T]) -> T | None:
        return None if row.get(key) is None else read(key, row[key])

    def text(self, key: str, value: Any) -> str:
        if not isinstance(value, str):
            raise self.fault(f'expected "{key}" to be a string', _kind(value))
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise self.fault(f'expected "{key}" to be a string', "half a character (a lone surrogate)") from error
        return value

    def label(self, key: str, value: Any) -> str:
        """A short text that data sets also write as a number."""
        return str(value) if _is_number(value) else self.text(key, value)

    def whole(self, key: str, value: Any) -> int:
        if not isinstance(value, int) or not _is_number(value):
            raise self.fault(f'expected "{key}" to be a whole number', _kind(value))
        return value

    def count(self, key: str, value: Any) -> int:
        if self.whole(key, value) < 0:
            raise self.fault(f'expected "{key}" to be 0 or more', str(value))
        return self.whole(key, value)

    def fraction(self, key: str, value: Any) -> float:
        if not _is_number(value) or not 0 <= value <= 1:
            raise self.fault(f'expected "{key}" to be a number from 0 to 1', repr(value))
        return float(value)

    def number(self, key: str, value: Any) -> float:
        if not _is_number(value):
            raise self.fault(f'expected "{key}" to be a number', _kind(value))
        return float(value)

    def numbers(self, key: str, value: Any) -> tuple[float, ...]:
        if not isinstance(value, list):
            raise self.fault(f'expected "{key}" to be a list', _kind(value))
        for number in value:
            if not _is_number(number):
                raise self.fault(f'expected "{key}" to be a list of numbers', f"{_kind(number)} in it")
        return tuple(map(float, value))

    def objects(self, key: str, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise self.fault(f'expected "{key}" to be a list', _kind(value))
        for row in value:
            if not isinstance(row, dict):
                raise self.fault(f'expected "{key}" to be a list of objects', f"{_kind(row)} in it")
        return value

    def one_of(self, words: type[Outcome] | type[Reason] | type[ProblemKind]) -> Callable[[str, Any], str]:
        def read(key: str, value: Any) -> str:
            if self.text(key, value) not in set(words):
                raise self.fault(f'expected "{key}" to be one of {", ".join(words)}', repr(value))
            return str(value)

        return read

    def fault(self, expected: str, got: str) -> InputError:
        return InputError(f"{self.place}: {expected}, got {got}", hint=_HINT)


def _finish_reason(word: str | None) -> FinishReason:
    """What other programs write and we do not know is UNKNOWN, which casts no vote."""
    if word is None:
        return FinishReason.STOP
    return FinishReason(word) if word in set(FinishReason) else FinishReason.UNKNOWN


def _is_number(value: Any) -> bool:
    if isinstance(value, float):
        return not math.isnan(value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def _kind(value: Any) -> str:
    """What a JSON value is, in words."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and not _is_number(value):
        return "a number beyond all use"
    kinds = {str: "a string", bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), "null")


def recorded_line(recorded: RecordedProblem) -> bytes:
    """One line of such a file, with its line break."""
    problem = recorded.problem
    answers = recorded.answers or (None,) * len(recorded.chains)
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
                ),
            }
            for chain, critique, answer in zip(recorded.chains, recorded.critiques, answers, strict=True)
        ],
    }
    return json.dumps(row, ensure_ascii=False).encode(errors="replace") + b"\n"


def critique_row(checked: CheckedClaim) -> dict[str, Any]:
    """One claim of a critique, with the model's verdict on it and the proof that overrules it."""
    opinion = next((verdict for verdict in checked.verdicts if not verdict.proof), None)
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
