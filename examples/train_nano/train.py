"""Train clra-nano on CPU for a given wall-clock time. A usable checkpoint is written every few minutes.

OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 nice -n 10 python -m examples.train_nano.train build/nano --minutes 70
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import time
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy
from transformers import GenerationConfig, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from examples.train_nano.batches import Batch, batches
from examples.train_nano.tokenizer import train_tokenizer

WARM_UP = 150
"""Steps."""
FLOOR = 0.01
"""The learning rate at the end, as a share of its peak."""


def new_model(tokenizer: PreTrainedTokenizerFast, layers: int) -> Qwen2ForCausalLM:
    """A fresh model of the shape clra-nano has."""
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=448,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        initializer_range=0.04,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = Qwen2ForCausalLM(config)
    model.generation_config = GenerationConfig(eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id)
    return model


def optimizers(model: Qwen2ForCausalLM, peak: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, AdamW for embeddings, norms and biases."""
    inner = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
    embedding = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" in name]
    flat = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": embedding, "weight_decay": 0.01}, {"params": flat, "weight_decay": 0.0}]
    muon = torch.optim.Muon(inner, lr=peak * 5, weight_decay=0.02, momentum=0.95, adjust_lr_fn="original")
    return [muon, torch.optim.AdamW(groups, lr=peak, betas=(0.9, 0.98), fused=True)]


def weighted_loss(model: Qwen2ForCausalLM, made: Batch) -> torch.Tensor:
    """Cross-entropy over the tokens to learn; only those go through the output layer."""
    taught = made.weights > 0
    with torch.autocast("cpu", torch.bfloat16):
        hidden = model.model(input_ids=made.ids).last_hidden_state[taught]
        logits = model.lm_head(hidden)
    losses = cross_entropy(logits.float(), made.targets[taught], reduction="none")
    weights = made.weights[taught]
    return (losses * weights).sum() / weights.sum()


def rate_at(share: float, step: int) -> float:
    """Warm-up by steps, then a cosine to `FLOOR` by wall-clock share."""
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, share)))
    return min(1.0, (step + 1) / WARM_UP) * (FLOOR + (1 - FLOOR) * cosine)


def save(model: Qwen2ForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write the folder whole or not at all, so that a reader never meets half a checkpoint."""
    fresh = folder.with_name(folder.name + ".new")
    model.save_pretrained(fresh)
    tokenizer.save_pretrained(fresh)
    if folder.exists():
        shutil.rmtree(folder)
    fresh.rename(folder)


def train(folder: Path, *, minutes: float, size: int, peak: float, layers: int, seed: int, begin: float) -> None:
    """Train until the time is up; the last checkpoint is in `folder`.

    With `begin` over 0 the checkpoint in `folder` is trained on from that share of the schedule.
    """
    torch.set_num_threads(2)
    torch.manual_seed(seed)
    if begin:
        tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
        model = Qwen2ForCausalLM.from_pretrained(folder, dtype=torch.float32).train()
    else:
        tokenizer = train_tokenizer()
        model = new_model(tokenizer, layers)
    print(f"{model.num_parameters():,} parameters, {len(tokenizer)} tokens", flush=True)
    steppers = optimizers(model, peak)
    bases = [[group["lr"] for group in stepper.param_groups] for stepper in steppers]
    source = batches(tokenizer.backend_tokenizer, tokenizer.eos_token_id, size, seed)
    started = saved = time.monotonic()
    tokens, summed = 0, 0.0
    for step, made in enumerate(source, WARM_UP if begin else 0):
        seconds = time.monotonic() - started
        if seconds >= minutes * 60:
            break
        for stepper, base in zip(steppers, bases, strict=True):
            for group, rate in zip(stepper.param_groups, base, strict=True):
                group["lr"] = rate * rate_at(begin + (1 - begin) * seconds / minutes / 60, step)
        loss = weighted_loss(model, made)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for stepper in steppers:
            stepper.step()
            stepper.zero_grad(set_to_none=True)
        tokens, summed = tokens + made.ids.numel(), summed + loss.item()
        if step % 100 == 99:
            speed, load = tokens / seconds, os.getloadavg()[0]
            print(
                f"step {step + 1} tokens {tokens:,} loss {summed / 100:.4f} {seconds:.0f} s {speed:,.0f} tokens/s "
                f"load {load:.1f}",
                flush=True,
            )
            summed = 0.0
        if time.monotonic() - saved > 300:
            save(model, tokenizer, folder)
            saved = time.monotonic()
    save(model, tokenizer, folder)
    print(f"done: {tokens:,} tokens in {time.monotonic() - started:.0f} s", flush=True)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=70)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--peak", type=float, default=4e-3, help="learning rate of AdamW; Muon gets five times that")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--begin", type=float, default=0.0, help="go on with the checkpoint from this share of the time"
    )
    given = parser.parse_args()
    train(
        given.folder,
        minutes=given.minutes,
        size=given.batch,
        peak=given.peak,
        layers=given.layers,
        seed=given.seed,
        begin=given.begin,
    )


if __name__ == "__main__":
    main()
