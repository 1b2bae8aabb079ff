"""Sampling from a small decoder with ONNX Runtime: one thread, one cache, one random generator for each row.

Imported only when an embedded model is opened, as numpy, onnxruntime and tokenizers take their time.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from clra.errors import ModelError, RequestRefusedError
from clra.protocols import Completion, SamplingParams
from clra.token_confidence import token_confidence
from clra.types import FinishReason

Floats: TypeAlias = npt.NDArray[np.float32]
Logprobs: TypeAlias = npt.NDArray[np.float64]
Ids: TypeAlias = npt.NDArray[np.int64]

_UNFINISHED: Final = "\ufffd"  # what the bytes of half a character decode to
_MOST_ROWS: Final = 64  # drawn together: more of them use the memory, not the core, better
_TOKENS_BETWEEN_LOOKS: Final = 16
_CACHE_INPUTS: Final = 2  # ids and positions come before the cache among the inputs, logits among the outputs


@dataclass(slots=True)
class _Row:
    """One completion in the making."""

    index: int
    seed: int
    uniforms: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """One number in [0, 1) for each token that may be drawn; filled when the row's turn comes."""
    ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    top_logprobs: list[Mapping[str, float]] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    certainty: float = 0.0
    """Self-certainty, added up over the tokens."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """How tokens are chosen, all defaults resolved."""

    temperature: float
    top_p: float
    top_k: int
    """0: from all."""


class Decoder:
    """A model folder opened for sampling. Not for two threads at a time.

    The folder holds ``model.onnx`` (with its weights in ``model.safetensors``), ``tokenizer.json``, ``config.json`` and
    ``generation_config.json``, as ``examples/train_nano/export.py`` writes them.

    Raises:
        ModelError: the folder does not hold such a model.
    """

    def __init__(self, folder: Path) -> None:
        try:
            config = json.loads((folder / "config.json").read_text("utf-8"))
            self._defaults = json.loads((folder / "generation_config.json").read_text("utf-8"))
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), _session_options(), providers=["CPUExecutionProvider"]
            )
            self.context: int = config["max_position_embeddings"]
            self.prompts: str = config.get("clra_prompts", "default")
            self._end: int = config["eos_token_id"]
            self._cache_shape = (
                1,
                config["num_key_value_heads"],
                0,
                config["hidden_size"] // config["num_attention_heads"],
            )
        except Exception as error:  # tokenizers and onnxruntime raise classes of their own, without a common root
            raise ModelError(
                f"{folder} does not hold a model that can be opened: {error}",
                hint="an embedded model is a folder as examples/train_nano/export.py writes it",
            ) from error
        self._inputs = [each.name for each in self._session.get_inputs()]

    def draw(self, prompt: str, params: SamplingParams, stopped: Callable[[], bool]) -> Iterator[Completion]:
        """Draw one completion for each seed, each yielded when it is finished; give up once ``stopped`` says so.

        Raises:
            RequestRefusedError: the prompt does not fit into the context.
        """
        ids = self._tokenizer.encode(prompt.strip() + "\n", add_special_tokens=False).ids
        room = self.context - len(ids)
        if room < 1:
            raise RequestRefusedError(
                f"the prompt has {len(ids)} tokens, and the context of this model is {self.context}",
                hint="shorten the problem, or choose a larger model",
            )
        most = room if params.max_tokens is None else min(params.max_tokens, room)
        if not params.seeds or stopped():
            return
        empty = np.zeros(self._cache_shape, np.float32)
        logits, cache = self._forward(np.array([ids], np.int64), [empty] * (len(self._inputs) - _CACHE_INPUTS), 0)
        rows = [_Row(index, seed) for index, seed in enumerate(params.seeds)]
        for begin in range(0, len(rows), _MOST_ROWS):
            yield from self._draw_together(
                rows[begin : begin + _MOST_ROWS], logits, cache, len(ids), most, params, stopped
            )

    def _draw_together(
        self,
        rows: list[_Row],
        logits: Floats,
        cache: list[Floats],
        prompt_tokens: int,
        most: int,
        params: SamplingParams,
        stopped: Callable[[], bool],
    ) -> Iterator[Completion]:
        """Go on from a prompt's logits and cache, one row of a batch for each completion."""
        choice = self._choice(params)
        for row in rows:
            row.uniforms = np.random.Generator(np.random.PCG64(row.seed)).random(most)
        logits = np.repeat(logits, len(rows), axis=0)
        cache = [np.repeat(part, len(rows), axis=0) for part in cache]
        for step in range(most):
            drawn = _draw_tokens(logits, choice, np.array([row.uniforms[step] for row in rows]))
            self._note(rows, drawn, logits, params)
            reasons = [self._finished(row, params.stop, last=step + 1 == most) for row in rows]
            if params.watch is not None and (step + 1) % _TOKENS_BETWEEN_LOOKS == 0:
                reasons = [reason or self._looked_at(row, params) for row, reason in zip(rows, reasons, strict=True)]
            for row, reason in zip(rows, reasons, strict=True):
                if reason is not None:
                    yield self._completion(row, reason, params, prompt_tokens)
            kept = [at for at, reason in enumerate(reasons) if reason is None]
            if not kept or stopped():
                return
            if len(kept) < len(rows):
                rows = [rows[at] for at in kept]
                drawn, cache = drawn[kept], [part[kept] for part in cache]
            logits, cache = self._forward(drawn[:, None], cache, prompt_tokens + step)

    def _choice(self, params: SamplingParams) -> _Choice:
        def given(name: str, neutral: float) -> Any:
            value = getattr(params, name)
            return self._defaults.get(name, neutral) if value is None else value

        return _Choice(
            temperature=float(given("temperature", 1.0)),
            top_p=float(given("top_p", 1.0)),
            top_k=max(0, int(given("top_k", 0))),
        )

    def _forward(self, ids: Ids, cache: Sequence[Floats], past: int) -> tuple[Floats, list[Floats]]:
        """Logits of the next token, shape (rows, vocabulary), and the cache that now holds ``ids`` too."""
        positions = np.arange(past, past + ids.shape[1], dtype=np.int64)
        feed = dict(zip(self._inputs, [ids, positions, *cache], strict=True))
        logits, *grown = self._session.run(None, feed)
        return logits, grown

    def _note(self, rows: Sequence[_Row], drawn: Ids, logits: Floats, params: SamplingParams) -> None:
        """Write the drawn tokens down, with what is wanted of their probabilities."""
        for row, token in zip(rows, drawn.tolist(), strict=True):
            row.ids.append(token)
        if params.logprobs is None and params.confidences is None:
            return
        shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
        logprobs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        if params.logprobs is not None:
            self._note_logprobs(rows, drawn, logprobs, params.logprobs)
        if params.confidences is not None:
            _note_confidences(rows, logprobs, params.confidences)

    def _note_logprobs(self, rows: Sequence[_Row], drawn: Ids, logprobs: Logprobs, wanted: int) -> None:
        for at, row in enumerate(rows):
            row.logprobs.append(float(logprobs[at, drawn[at]]))
            if wanted:
                likeliest = np.argsort(-logprobs[at], kind="stable")[:wanted].tolist()
                # where two tokens have the same text, the likelier one stays
                row.top_logprobs.append(
                    {self._shown(token): float(logprobs[at, token]) for token in reversed(likeliest)}
                )

    def _shown(self, token: int) -> str:
        return self._tokenizer.decode([token], skip_special_tokens=False)

    def _text(self, row: _Row) -> str:
        return self._tokenizer.decode(row.ids, skip_special_tokens=True)

    def _finished(self, row: _Row, stop: Sequence[str], *, last: bool) -> FinishReason | None:
        if row.ids[-1] == self._end or (stop and _stop_position(self._text(row), stop) is not None):
            return FinishReason.STOP
        return FinishReason.LENGTH if last else None

    def _looked_at(self, row: _Row, params: SamplingParams) -> FinishReason | None:
        """ABORTED if who watches the row has seen enough."""
        text = self._text(row).rstrip(_UNFINISHED)
        return FinishReason.ABORTED if params.watch is not None and params.watch(row.index, text) else None

    def _completion(self, row: _Row, reason: FinishReason, params: SamplingParams, prompt_tokens: int) -> Completion:
        text = self._text(row)
        if reason is FinishReason.ABORTED:
            text = text.rstrip(_UNFINISHED)
        return Completion(
            index=row.index,
            text=text[: _stop_position(text, params.stop)],
            seed=row.seed,
            finish_reason=reason,
            prompt_tokens=prompt_tokens,
            tokens=len(row.ids),
            logprobs=None if params.logprobs is None else tuple(row.logprobs),
            top_logprobs=tuple(row.top_logprobs) if params.logprobs else None,
            confidences=None if params.confidences is None else tuple(row.confidences),
            self_certainty=None if params.confidences is None else row.certainty / len(row.ids),
        )


def _note_confidences(rows: Sequence[_Row], logprobs: Logprobs, likeliest: int) -> None:
    """Token confidence, and the divergence of the uniform distribution from the row's, of which nothing is left out."""
    highest = -np.partition(-logprobs, min(likeliest, logprobs.shape[1]) - 1, axis=1)[:, :likeliest]
    certainties = -logprobs.mean(axis=1) - np.log(logprobs.shape[1])
    for row, tops, certainty in zip(rows, highest, certainties.tolist(), strict=True):
        row.confidences.append(token_confidence(tops.tolist()))
        row.certainty += certainty


def _session_options() -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def _stop_position(text: str, stop: Sequence[str]) -> int | None:
    """Where the first of the stop strings begins; None where there is none."""
    return min((at for at in (text.find(each) for each in stop if each) if at >= 0), default=None)


def _draw_tokens(logits: Floats, choice: _Choice, uniforms: npt.NDArray[np.float64]) -> Ids:
    """One token for each row, by inverting the cumulative distribution at the row's uniform number.

    Temperature first, then the ``top_k`` likeliest, then of these the fewest that hold ``top_p`` of the probability.
    """
    if choice.temperature <= 0 or choice.top_k == 1:
        greedy: Ids = logits.argmax(axis=1)
        return greedy
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    weights = np.exp(shifted / choice.temperature)
    if not choice.top_k and choice.top_p >= 1:
        return _invert(weights, uniforms)
    order = np.argsort(-weights, axis=1, kind="stable")
    weights = np.take_along_axis(weights, order, axis=1)
    if choice.top_k:
        weights[:, choice.top_k :] = 0
    if choice.top_p < 1:
        before = np.cumsum(weights, axis=1) - weights
        weights[before >= choice.top_p * weights.sum(axis=1, keepdims=True)] = 0
    chosen: Ids = np.take_along_axis(order, _invert(weights, uniforms)[:, None], axis=1)[:, 0]
    return chosen


def _invert(weights: npt.NDArray[np.float64], uniforms: npt.NDArray[np.float64]) -> Ids:
    """The first column at which the cumulative weight passes the uniform share of the whole."""
    cumulative = np.cumsum(weights, axis=1)
    targets = uniforms[:, None] * cumulative[:, -1:]
    found: Ids = np.minimum((cumulative <= targets).sum(axis=1), weights.shape[1] - 1)
    return found
