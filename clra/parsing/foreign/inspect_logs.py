"""Logs of the UK AI Security Institute's inspect_ai: ``.eval`` (a zip archive of JSON) and ``.json``.

Looked at: ``src/inspect_ai/log/_log.py`` (``EvalLog``, ``EvalSample``), ``log/_recorders/eval.py`` (members of the
archive: ``header.json``, ``_journal/start.json``, ``samples/ID_epoch_EPOCH.json``), ``log/_condense.py`` (attachments)
and ``model/_model_output.py``, log version 2, from 0.3.40 to 2026.

The epochs of a sample are its chains, and so are the choices of an output. Archives are read sample by sample, in
memory; nothing is extracted. A ``.json`` log is read as a whole.

Not covered: the turns before the last of a conversation; several targets, of which any is right (the right answer then
counts as unknown); archives compressed with Zstandard before Python 3.14. An epoch that failed without an output is no
chain.
"""

import json
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from clra.errors import InputError
from clra.parsing.foreign.fields import (
    Row,
    confidences,
    finish_reason,
    gold_answer,
    label,
    mended,
    numbers,
    recorded,
    with_choices,
    with_thoughts,
)
from clra.parsing.recorded_line import RecordedProblem
from clra.types import Chain, FinishReason, Problem

FORMAT: Final = "an inspect_ai log"
_HEADERS: Final = ("header.json", "_journal/start.json", "start.json")
_FOLDER: Final = "samples/"
_MEMBERS: Final = 1_000_000
_LARGEST: Final = 256 << 20
"""Bytes of one member."""
_UNSUSPICIOUS: Final = 16 << 20
_RATIO: Final = 500
"""A member past `_UNSUSPICIOUS` that is packed more tightly was made to fill the memory."""
_LARGEST_LOG: Final = 1 << 30
"""Bytes of a ``.json`` log."""


def is_inspect_log(row: Mapping[str, Any]) -> bool:
    """Whether a JSON object is of this format."""
    return isinstance(row.get("eval"), dict) and ("samples" in row or "status" in row)


def read_inspect_log(path: Path) -> Iterator[RecordedProblem]:
    """Read a ``.json`` log.

    Raises:
        InputError: the file cannot be read, or is not of this format.
    """
    try:
        if path.stat().st_size > _LARGEST_LOG:
            raise InputError(
                f"{path}: larger than {_LARGEST_LOG >> 20} MiB", hint="write .eval logs, which are streamed"
            )
        log = Row(str(path), json.loads(path.read_text("utf-8")), FORMAT)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: recognised as {FORMAT}; expected JSON ({error})") from error
    samples: dict[str, list[Row]] = defaultdict(list)
    for number, sample in enumerate(log.objects("samples"), start=1):
        row = Row(f"{path}, sample {number}", sample, FORMAT)
        samples[_name(row)].append(row)
    if not samples:
        raise log.fault('expected "samples"', "none: was it written with --no-log-samples?")
    model = log.part("eval").label("model") or ""
    yield from (_problem(name, epochs, model) for name, epochs in samples.items())


def read_inspect_archive(path: Path) -> Iterator[RecordedProblem]:
    """Read an ``.eval`` log sample by sample; it need not fit into memory.

    Raises:
        InputError: the file cannot be read, is not of this format, or was made to fill the memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _problems(path, archive)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:  # the last two from its directory
        raise InputError(f"{path}: the archive is damaged ({error})") from error


def _problems(path: Path, archive: zipfile.ZipFile) -> Iterator[RecordedProblem]:
    members = {member.filename: member for member in archive.infolist()[:_MEMBERS]}
    epochs: dict[str, list[zipfile.ZipInfo]] = defaultdict(list)
    for name, member in members.items():
        if name.startswith(_FOLDER) and name.endswith(".json"):
            epochs[name.removeprefix(_FOLDER).rpartition("_epoch_")[0]].append(member)
    if not epochs:
        raise InputError(
            f"{path}: a zip archive, but not {FORMAT} with samples: expected members like samples/1_epoch_1.json",
            hint="was it written with --no-log-samples?",
        )
    header = next((members[name] for name in _HEADERS if name in members), None)
    model = _read(path, archive, header).part("eval").label("model") if header else None
    for name in sorted(epochs, key=lambda name: (not name.isdecimal(), name.zfill(20) if name.isdecimal() else name)):
        rows = [_read(path, archive, member) for member in epochs[name]]
        yield _problem(_name(rows[0]), rows, model or "")


def _read(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Row:
    """One member, in memory."""
    place = f"{path}, {member.filename}"
    if member.file_size > _LARGEST:
        raise InputError(f"{place}: larger than {_LARGEST >> 20} MiB")
    if member.file_size > max(_UNSUSPICIOUS, _RATIO * member.compress_size):
        raise InputError(
            f"{place}: packed more tightly than any log: {member.compress_size} bytes for {member.file_size}"
        )
    try:
        with archive.open(member) as file:
            found = json.loads(file.read(_LARGEST))
    except NotImplementedError as error:
        raise InputError(
            f"{place}: compressed in a way that this Python cannot read ({error})",
            hint="inspect log convert LOG --to json --output-dir FOLDER",
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: recognised as {FORMAT}; expected JSON ({error})") from error
    except (zlib.error, EOFError, RuntimeError) as error:  # RuntimeError: encrypted
        raise InputError(f"{place}: cannot be unpacked ({error})") from error
    return Row(place, found if isinstance(found, dict) else {}, FORMAT)


def _name(sample: Row) -> str:
    name = sample.label("id")
    if name is None:
        raise sample.fault('expected "id"', f"only {', '.join(map(repr, sample.fields)) or 'an empty object'}")
    return name


def _problem(name: str, epochs: Iterable[Row], model: str) -> RecordedProblem:
    """A sample with its epochs in order."""
    rows = sorted(epochs, key=lambda row: row.count("epoch") or 0)
    first = rows[0]
    text = _input(first)
    different = next((row for row in rows if _input(row) != text), None)
    if different is not None:
        raise different.fault(f"expected the input of the other epochs of sample {name!r}", "another one")
    target = first.fields.get("target")
    if isinstance(target, list):
        target = target[0] if len(target) == 1 else None
    chains = [chain for row in rows for chain in _chains(row, model)]
    return recorded(
        Problem(id=name, text=text, gold=gold_answer(label(target))),
        (replace(chain, index=index) for index, chain in enumerate(chains)),
    )


def _input(sample: Row) -> str:
    """What the user asks, last, with the options that are offered."""
    found = sample.fields.get("input")
    if isinstance(found, list):
        asked = [message for message in found if isinstance(message, dict) and message.get("role") == "user"]
        found = _message(asked[-1], sample) if asked else None
    if not isinstance(found, str) or not found.strip():
        raise sample.fault('expected "input" to be a text or messages', "no text of a user")
    return with_choices(mended(_resolved(found, sample)), sample.fields.get("choices"))


def _chains(sample: Row, model: str) -> Iterator[Chain]:
    output = sample.part("output")
    choices = [Row(output.place, choice, FORMAT) for choice in output.objects("choices")]
    usage = output.part("usage") if len(choices) == 1 else Row(output.place, {}, FORMAT)
    for choice in choices:
        tokens = choice.part("logprobs").objects("content")
        yield Chain(
            text=mended(_message(choice.part("message").fields, sample)),
            model=output.label("model") or model,
            finish_reason=_finish(sample, choice),
            prompt_tokens=usage.count("input_tokens"),
            tokens=usage.count("output_tokens"),
            logprobs=numbers([token.get("logprob") for token in tokens]) if tokens else None,
            confidences=confidences([_likeliest(token) for token in tokens]),
        )


def _finish(sample: Row, choice: Row) -> FinishReason:
    if sample.fields.get("error"):
        return FinishReason.ABORTED
    if sample.fields.get("limit"):
        return FinishReason.LENGTH
    return finish_reason(choice.fields.get("stop_reason"))


def _likeliest(token: Mapping[str, Any]) -> list[Any]:
    listed = token.get("top_logprobs")
    return [each.get("logprob") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _message(message: Mapping[str, Any], sample: Row) -> str:
    """The text of a message, its reasoning in ``<think>`` tags at its head."""
    content = message.get("content")
    thoughts = message.get("reasoning")
    if isinstance(content, str):
        return with_thoughts(thoughts if isinstance(thoughts, str) else "", _resolved(content, sample))
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if part.get("type") == "text"]
    reasoning = [
        part.get("summary") if part.get("redacted") else part.get("reasoning")
        for part in parts
        if part.get("type") == "reasoning"
    ]
    told, thought = (
        "".join(_resolved(each, sample) for each in listed if isinstance(each, str)) for listed in (texts, reasoning)
    )
    return with_thoughts(thought, told)


def _resolved(text: str, sample: Row) -> str:
    """The text, or what was attached to the sample in its place."""
    for protocol in ("attachment://", "tc://"):
        if text.startswith(protocol):
            attached = sample.part("attachments").fields.get(text.removeprefix(protocol))
            return attached if isinstance(attached, str) else text
    return text
