"""One line of recorded chains; what is wrong with it is said, and where. The form: `clra.parsing.recorded`."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    Span,
    Verdict,
)

T = TypeVar("T")

HINT: Final = 'each line is {"id": "...", "problem": "...", "gold": "...", "chains": [{"text": "..."}]}'


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedProblem:
    """A problem with its chains, as they were recorded."""

    problem: Problem
    chains: tuple[Chain, ...]
    critiques: tuple[tuple[CheckedClaim, ...] | None, ...]
    """For each chain the model's verdicts on its decision-relevant claims; None where the model was not asked."""
    answers: tuple[str | None, ...] = ()
    """For each chain the answer that the recording states; empty where it states none at all."""
    selected: tuple[Mapping[str, float] | None, ...] = ()
    """For each chain `ScoredChain.selected`; empty where no model chose between the chains."""


def read_line(line: str, place: str) -> RecordedProblem:
    """Read one line.

    Args:
        line: JSON.
        place: where it stands, for who is to mend it.

    Raises:
        InputError: it is not of the form that `clra.parsing.recorded` describes.
    """
    return _Reader(place).problem(line)


def find_span(claim: str, text: str) -> Span:
    """Where a claim stands in a text word for word; ``Span(0, 0)`` where it does not."""
    start = text.find(claim)
    return Span(start, start + len(claim)) if claim and start >= 0 else NOWHERE


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
        selected = tuple(
            reader.optional(row, "selected", reader.shares) for reader, row in zip(readers, rows, strict=True)
        )
        return RecordedProblem(
            problem=problem,
            chains=chains,
            critiques=tuple(
                reader.critique(row, chain) for reader, row, chain in zip(readers, rows, chains, strict=True)
            ),
            answers=answers if any(answer is not None for answer in answers) else (),
            selected=selected if any(shares is not None for shares in selected) else (),
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
            confidences=self.optional(row, "confidences", self.finite_numbers),
            self_certainty=self.optional(row, "self_certainty", self.finite_number),
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

    def finite_number(self, key: str, value: Any) -> float:
        if not _is_number(value):
            raise self.fault(f'expected "{key}" to be a number', _kind(value))
        if not math.isfinite(value):
            raise self.fault(f'expected "{key}" to be a number', "a number beyond all use")
        return float(value)

    def finite_numbers(self, key: str, value: Any) -> tuple[float, ...]:
        return tuple(self.finite_number(key, number) for number in self.items(key, value))

    def numbers(self, key: str, value: Any) -> tuple[float, ...]:
        numbers = self.items(key, value)
        for number in numbers:
            if not _is_number(number):
                raise self.fault(f'expected "{key}" to be a list of numbers', f"{_kind(number)} in it")
        return tuple(map(float, numbers))

    def items(self, key: str, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.fault(f'expected "{key}" to be a list', _kind(value))
        return value

    def shares(self, key: str, value: Any) -> dict[str, float]:
        """What of a selector's choices fell on the chain."""
        if not isinstance(value, dict):
            raise self.fault(f'expected "{key}" to be an object', _kind(value))
        return {self.text(key, name): self.fraction(name, share) for name, share in value.items()}

    def objects(self, key: str, value: Any) -> list[dict[str, Any]]:
        rows = self.items(key, value)
        for row in rows:
            if not isinstance(row, dict):
                raise self.fault(f'expected "{key}" to be a list of objects', f"{_kind(row)} in it")
        return rows

    def one_of(self, words: type[Outcome] | type[Reason] | type[ProblemKind]) -> Callable[[str, Any], str]:
        def read(key: str, value: Any) -> str:
            if self.text(key, value) not in set(words):
                raise self.fault(f'expected "{key}" to be one of {", ".join(words)}', repr(value))
            return str(value)

        return read

    def fault(self, expected: str, got: str) -> InputError:
        return InputError(f"{self.place}: {expected}, got {got}", hint=HINT)


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
