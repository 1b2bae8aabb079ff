"""Completions and solutions as JSON, and back: what the run store keeps.

As in `clra.packing`, nothing is unpickled or evaluated; what comes back is rebuilt field by field.
"""

import base64
import struct
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from clra.packing import (
    pack_answer,
    pack_chain,
    pack_check_program,
    unpack_answer,
    unpack_chain,
    unpack_check_program,
)
from clra.protocols import Completion
from clra.types import (
    Chain,
    FinishReason,
    Problem,
    ProblemKind,
    Reliability,
    ScoredChain,
    Solution,
    StopReason,
    Tally,
    TallyRow,
    Usage,
)


def pack_completion(completion: Completion) -> dict[str, Any]:
    """The completion as JSON. Which of the asked seeds it belonged to is left out: that is the request's affair."""
    packed = {field.name: getattr(completion, field.name) for field in fields(completion) if field.name != "index"}
    if completion.top_logprobs is not None:
        packed["top_logprobs"] = [dict(position) for position in completion.top_logprobs]
    return _with_doubles(packed)


def unpack_completion(packed: Any) -> Completion:
    """Rebuild what `pack_completion` packed, with the index 0.

    Raises:
        ValueError: it is no completion.
    """
    match packed:
        case {
            "text": str(text),
            "reasoning": str(reasoning),
            "seed": None | int() as seed,
            "finish_reason": str(finish),
            "prompt_tokens": None | int() as prompt_tokens,
            "tokens": None | int() as tokens,
            "top_logprobs": None | [*_] as tops,
            **rest,
        }:
            known = {field.name for field in fields(Completion)}
            others = {name: _tupled(_numbers(value)) for name, value in rest.items() if name in known}
            return Completion(
                index=0,
                text=text,
                reasoning=reasoning,
                seed=seed,
                finish_reason=FinishReason(finish),
                prompt_tokens=prompt_tokens,
                tokens=tokens,
                top_logprobs=None if tops is None else tuple(map(_weights, tops)),
                **others,
            )
    raise ValueError("not a completion")


def pack_whole_chain(chain: Chain) -> dict[str, Any]:
    """The chain as JSON, its numbers in little space."""
    return _with_doubles(pack_chain(chain))


def unpack_whole_chain(packed: Any) -> Chain:
    """Rebuild what `pack_whole_chain` packed.

    Raises:
        ValueError: it is no chain.
    """
    match packed:
        case {
            "text": str(text),
            "index": int(index),
            "model": str(model),
            "finish_reason": str(finish),
            **rest,
        }:
            numbers = {name: _numbers(value) for name, value in rest.items()}
            return unpack_chain({"text": text, "index": index, "model": model, "finish_reason": finish, **numbers})
    raise ValueError("not a chain")


def pack_whole_problem(problem: Problem) -> list[Any]:
    """The problem with its right answer as JSON."""
    return [problem.text, problem.id, problem.kind, problem.gold]


def unpack_whole_problem(packed: Any) -> Problem:
    """Rebuild what `pack_whole_problem` packed.

    Raises:
        ValueError: it is no problem.
    """
    match packed:
        case [str(text), str(name), str(kind), None | str() as gold]:
            return Problem(text=text, id=name, kind=ProblemKind(kind), gold=gold)
    raise ValueError("not a problem")


def pack_solution(solution: Solution) -> dict[str, Any]:
    """The solution as JSON; its problem and its chains are packed apart."""
    usage = solution.usage
    return {
        "answer": pack_answer(solution.answer),
        "reliability": [solution.reliability.value, solution.reliability.calibration],
        "tally": _pack_tally(solution.tally),
        "majority": _pack_tally(solution.majority),
        "usage": {field.name: _plain(getattr(usage, field.name)) for field in fields(usage)},
        "check_programs": [pack_check_program(each) for each in solution.check_programs],
        "stopped": solution.stopped,
        "confidence": solution.confidence,
        "complete": solution.complete,
        "notes": solution.notes,
    }


def unpack_solution(packed: Any, problem: Problem, chains: tuple[ScoredChain, ...]) -> Solution:
    """Rebuild what `pack_solution` packed.

    Raises:
        ValueError: it is no solution.
    """
    match packed:
        case {
            "answer": answer,
            "reliability": [int() | float() as value, str(calibration)],
            "tally": tally,
            "majority": majority,
            "usage": dict(usage),
            "check_programs": [*programs],
            "stopped": None | str() as stopped,
            "confidence": None | int() | float() as confidence,
            "complete": bool(complete),
            "notes": [*notes],
        } if all(isinstance(note, str) for note in notes):
            return Solution(
                problem=problem,
                answer=unpack_answer(answer),
                reliability=Reliability(value=value, calibration=calibration),
                tally=_unpack_tally(tally),
                majority=_unpack_tally(majority),
                chains=chains,
                usage=_unpack_usage(usage),
                check_programs=tuple(map(unpack_check_program, programs)),
                stopped=None if stopped is None else StopReason(stopped),
                confidence=confidence,
                complete=complete,
                notes=tuple(notes),
            )
    raise ValueError("not a solution")


def _pack_tally(tally: Tally) -> list[Any]:
    return [tally.strategy, [[pack_answer(row.answer), row.weight, row.chains] for row in tally.rows]]


def _unpack_tally(packed: Any) -> Tally:
    match packed:
        case [str(strategy), [*rows]]:
            return Tally(strategy=strategy, rows=tuple(map(_unpack_row, rows)))
    raise ValueError("not a tally")


def _unpack_row(packed: Any) -> TallyRow:
    match packed:
        case [[*_] as answer, int() | float() as weight, [*chains]] if all(isinstance(each, int) for each in chains):
            named = unpack_answer(answer)
            if named is not None:
                return TallyRow(answer=named, weight=weight, chains=tuple(chains))
    raise ValueError("not a row of a tally")


def _unpack_usage(packed: dict[str, Any]) -> Usage:
    known = {field.name for field in fields(Usage)}
    values: dict[str, Any] = {
        name: _weights(value) if isinstance(value, dict) else _number(value)
        for name, value in packed.items()
        if name in known
    }
    return Usage(**values)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _number(value: Any) -> Any:
    match value:
        case bool():
            pass
        case int() | float():
            return value
    raise ValueError("not a number")


def _with_doubles(packed: dict[str, Any]) -> dict[str, Any]:
    """Write sequences of numbers as the bytes of doubles: in JSON those of a long chain take a while."""
    return {name: _doubles(value) if isinstance(value, tuple) else value for name, value in packed.items()}


def _doubles(values: tuple[float, ...]) -> dict[str, str]:
    return {"doubles": base64.b64encode(struct.pack(f"<{len(values)}d", *values)).decode()}


def _numbers(value: Any) -> Any:
    """None, a number, or the numbers that `_doubles` packed."""
    match value:
        case {"doubles": str(text)}:
            data = base64.b64decode(text, validate=True)
            count, odd = divmod(len(data), struct.calcsize("<d"))
            if not odd:
                return list(struct.unpack(f"<{count}d", data))
        case None:
            return None
    return _number(value)


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _weights(value: Any) -> dict[str, Any]:
    """Names with a number each."""
    match value:
        case dict():
            return {name: _number(number) for name, number in value.items()}
    raise ValueError("not names with numbers")
