"""The chat-completions form: what is asked, and how a completion is put together from what comes back."""

import json
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from clra.errors import ModelError
from clra.protocols import Completion, SamplingParams
from clra.token_confidence import token_confidence
from clra.types import FinishReason

_FINISH: Final = {
    "stop": FinishReason.STOP,
    "eos": FinishReason.STOP,
    "eos_token": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "max_tokens": FinishReason.LENGTH,
    "abort": FinishReason.ABORTED,
}

# vLLM says that the context length, or max_model_len, is exceeded
_TOO_LONG: Final = re.compile(r"context|max_model_len|max_tokens.* too large", re.IGNORECASE)
_MESSAGE_CHARS: Final = 500
_TOKENS_A_CHUNK: Final = 16
"""A chunk of its own for each token costs a server, and who reads it, more than a small model takes to draw it."""


class Quirk(StrEnum):
    """How a server wants the same request put differently."""

    NO_EXTENSIONS = "nothing but what OpenAI knows"
    NO_STREAM_OPTIONS = "no stream_options"
    RENAMED_CAP = "max_completion_tokens for max_tokens"
    NO_CAP = "no max_tokens"
    """The cap and the prompt together are longer than the context, so the context itself is the tighter cap."""


def request_body(
    model: str, prompt: str, params: SamplingParams, seed: int, quirks: Collection[Quirk] = ()
) -> dict[str, Any]:
    """One streamed completion for one seed; what is left to the model's default is not mentioned.

    ``stream_interval`` and ``continuous_usage_stats``, the tokens so far in every chunk, are extensions of vLLM's.
    """
    extended = Quirk.NO_EXTENSIONS not in quirks
    usage = {"include_usage": True} | ({"continuous_usage_stats": True} if extended else {})
    told = params.logprobs is not None or params.confidences is not None
    cap = "max_completion_tokens" if Quirk.RENAMED_CAP in quirks else "max_tokens"
    optional: dict[str, Any] = {
        "temperature": params.temperature,
        "top_p": params.top_p,
        "top_k": params.top_k,
        cap: None if Quirk.NO_CAP in quirks else params.max_tokens,
        "stop": list(params.stop) or None,
        "logprobs": True if told else None,
        # llama-cpp-python tells of no token where it is asked for none beside it
        "top_logprobs": max(params.logprobs or 0, params.confidences or 0, 1) if told else None,
        "stream_options": None if Quirk.NO_STREAM_OPTIONS in quirks else usage,
        "stream_interval": _TOKENS_A_CHUNK if extended else None,
        "response_format": None
        if params.json_schema is None
        else {
            "type": "json_schema",
            "json_schema": {"name": "completion", "schema": dict(params.json_schema), "strict": True},
        },
    }
    return {
        "model": model,
        "messages": [{"role": "user", "content": prompt}],
        "seed": seed,
        "stream": True,
        **{name: value for name, value in optional.items() if value is not None},
    }


def quirk_behind(message: str, body: Mapping[str, Any]) -> Quirk | None:
    """What to put differently after this refusal; None where the request itself is at fault."""
    if "stream_interval" in body and re.search("stream_interval|continuous_usage_stats", message):
        return Quirk.NO_EXTENSIONS
    if "stream_options" in message and "stream_options" in body:
        return Quirk.NO_STREAM_OPTIONS
    if body.keys() & {"max_tokens", "max_completion_tokens"} and _TOO_LONG.search(message):
        return Quirk.NO_CAP
    if "max_tokens" in body and "max_completion_tokens" in message:
        return Quirk.RENAMED_CAP
    return None


def server_message(text: str) -> tuple[str, str]:
    """What an error's body says, under ``error.message``, ``error``, ``message`` or ``detail``, and its code."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        page = text.lstrip().startswith("<")
        return ("a web page" if page else " ".join(text.split())[:_MESSAGE_CHARS]), ""
    error = answer.get("error", answer) if isinstance(answer, Mapping) else answer
    code = ""
    if isinstance(error, Mapping):
        code = str(error.get("code") or error.get("type") or "")
        error = error.get("message") or error.get("detail") or error
    return (error if isinstance(error, str) else json.dumps(error, ensure_ascii=False))[:_MESSAGE_CHARS], code


def options_named(message: str, body: Mapping[str, Any]) -> list[str]:
    """The optional parameters of the request that a refusal names."""
    optional = sorted(body.keys() - {"model", "messages", "stream"})
    return [name for name in optional if re.search(rf"\b{name}\b", message)]


@dataclass(slots=True)
class Assembly:
    """A completion in the making, fed with the chunks of a stream or with one whole answer."""

    likeliest: int | None = None
    """Tokens at each position over which confidence is taken, in place of their log-probabilities."""
    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    top_logprobs: list[Mapping[str, float]] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    usage: Mapping[str, Any] = field(default_factory=dict)
    finish: str | None = None
    """The server's word for why the text ended; None while it has not."""
    answered: bool = False
    """Whether any choice came at all."""
    characters: int = 0
    """Of text and reasoning."""
    pieces: int = 0
    """In which text and reasoning came."""

    def add(self, chunk: Mapping[str, Any]) -> None:
        """Take in one chunk.

        Raises:
            ModelError: it is not of the agreed form.
        """
        usage = chunk.get("usage")
        if isinstance(usage, Mapping):
            self.usage = usage
        choices = chunk.get("choices")
        if choices is None:
            return
        if not isinstance(choices, list) or not all(isinstance(choice, Mapping) for choice in choices):
            raise _malformed("choices", "a list of objects", choices)
        for choice in choices:
            if choice.get("index", 0) in (0, None):
                self._add_choice(choice)

    def so_far(self) -> str:
        """The thoughts, in ``<think>`` tags, and the text."""
        self.text, self.reasoning = ["".join(self.text)], ["".join(self.reasoning)]
        text, reasoning = _mended(self.text), _mended(self.reasoning)
        thoughts = f"<think>{reasoning}" if reasoning else ""
        return f"{thoughts}</think>\n{text}" if thoughts and text else thoughts + text

    def completion(self, index: int, seed: int, params: SamplingParams) -> Completion:
        """The finished completion.

        Of one that was aborted few servers tell the tokens: elsewhere they are counted by log-probabilities, or else by
        the pieces in which the text came, which are then single tokens.

        Raises:
            ModelError: JSON of a schema was asked for, and the text is not JSON.
        """
        text, reasoning = _mended(self.text), _mended(self.reasoning)
        finish_reason = _FINISH.get(self.finish or "", FinishReason.UNKNOWN)
        if params.json_schema is not None and finish_reason is FinishReason.STOP:
            _require_json(text)
        tokens = self._count("completion_tokens")
        if tokens is None and finish_reason is FinishReason.ABORTED:
            tokens = max(len(self.logprobs), self.pieces)
        logprobs = tuple(self.logprobs) or None
        # some servers leave out the thoughts; only the token that ends the text may be missing
        if logprobs is not None and tokens is not None and len(logprobs) < tokens - 1:
            logprobs = None
        tops = tuple(self.top_logprobs) if params.logprobs and logprobs is not None else None
        sure = tuple(self.confidences) if logprobs is not None and len(self.confidences) == len(logprobs) else None
        return Completion(
            index=index,
            text=text,
            reasoning=reasoning,
            seed=seed,
            finish_reason=finish_reason,
            prompt_tokens=self._count("prompt_tokens"),
            tokens=len(self.logprobs) if tokens is None and logprobs is not None else tokens,
            logprobs=None if params.logprobs is None else logprobs,
            top_logprobs=tops,
            confidences=sure,
        )

    def _add_choice(self, choice: Mapping[str, Any]) -> None:
        self.answered = True
        message = choice.get("delta") or choice.get("message") or {}
        if not isinstance(message, Mapping):
            raise _malformed("delta", "an object", message)
        text = _text(message, "content")
        reasoning = _text(message, "reasoning_content") or _text(message, "reasoning")
        self.text.append(text)
        self.reasoning.append(reasoning)
        self.characters += len(text) + len(reasoning)
        self.pieces += bool(text or reasoning)
        logprobs = choice.get("logprobs")
        if isinstance(logprobs, Mapping) and isinstance(logprobs.get("content"), list):
            for token in logprobs["content"]:
                self._add_token(token)
        if isinstance(choice.get("finish_reason"), str):
            self.finish = choice["finish_reason"]

    def _add_token(self, token: Any) -> None:
        try:
            self.logprobs.append(_number(token["logprob"]))
            others = [(other["token"], _number(other["logprob"])) for other in token.get("top_logprobs") or ()]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _malformed("logprobs", "tokens with their log-probabilities", token) from error
        if self.likeliest is None:
            # two tokens may read alike, such as halves of a character: the likelier one stays
            self.top_logprobs.append(dict(sorted(others, key=lambda other: other[1])))
        elif others:
            highest = sorted((logprob for _, logprob in others), reverse=True)
            self.confidences.append(token_confidence(highest[: self.likeliest]))

    def _count(self, name: str) -> int | None:
        count = self.usage.get(name)
        return count if isinstance(count, int) else None


def _number(value: Any) -> float:
    number = float(value)
    if math.isnan(number):
        raise ValueError("not a number")
    return number


def _text(message: Mapping[str, Any], name: str) -> str:
    value = message.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _malformed(name, "a string", value)
    return value


def _mended(pieces: Sequence[str]) -> str:
    """Join the pieces; a character whose surrogates came in two of them becomes whole again."""
    text = "".join(pieces)
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _require_json(text: str) -> None:
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(
            "the server was asked for JSON of a schema and answered with other text",
            hint="it may not know response_format; vLLM, llama.cpp and Ollama do",
        ) from error


def _malformed(name: str, expected: str, got: Any) -> ModelError:
    return ModelError(
        f'the server answered outside the agreed form: expected "{name}" to be {expected}, got {got!r:.80}'
    )
