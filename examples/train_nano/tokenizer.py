"""The tokenizer: byte-level BPE with the Qwen2 split pattern, every digit a token of its own.

The pattern is Qwen2's so that servers that know `Qwen2ForCausalLM` tokenize alike.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from clra.prompts import Task
from examples.train_nano.problems import training_exercises
from examples.train_nano.tasks import example

END = "<|im_end|>"
PADDING = "<|endoftext|>"
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CHAT_TEMPLATE = (
    "{% for message in messages %}{% if message['role'] == 'user' %}{{ message['content'] | trim }}\n"
    "{% elif message['role'] == 'assistant' %}{{ message['content'] }}" + END + "{% endif %}{% endfor %}"
)


def corpus(size: int, seed: int = 12345) -> Iterator[str]:
    """Texts of all three tasks to learn the merges from."""
    rng = random.Random(seed)
    for exercise in islice(training_exercises(rng), size):
        first: Task = "claims" if rng.random() < 0.1 else "solve"
        for made in (example(exercise.draft, first, rng), example(exercise.draft, "judge", rng)):
            yield made.prompt + made.completion


def train_tokenizer(vocabulary: int = 1024, texts: int = 12000) -> PreTrainedTokenizerFast:
    """Learn the merges; the same arguments give the same tokenizer."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[PADDING, "<|im_start|>", END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus(texts), trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PADDING,
        model_max_length=512,
        clean_up_tokenization_spaces=False,
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast
