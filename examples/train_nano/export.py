"""Turn a training checkpoint into a model folder.

Its one weight file, in half precision, is read by transformers, vLLM and ONNX Runtime alike.

python -m examples.train_nano.export build/nano clra/models/clra_nano
"""

from __future__ import annotations

import argparse
import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from examples.train_nano.graph import decoder_graph

PROMPTS = "nano"
"""The prompt set of `clra.prompts` that the model was trained with."""


def export(checkpoint: Path, folder: Path) -> None:
    """Write the whole folder, then check it against transformers."""
    folder.mkdir(parents=True, exist_ok=True)
    model = AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.float32)
    model.generation_config.do_sample = True
    model.generation_config.temperature = 0.8
    model.half().save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    shutil.copyfile(checkpoint / "tokenizer.json", folder / "tokenizer.json")
    tokenizer_config = json.loads((checkpoint / "tokenizer_config.json").read_text("utf-8"))
    # inside this file every version of transformers finds it
    tokenizer_config["chat_template"] = (checkpoint / "chat_template.jinja").read_text("utf-8")
    tokenizer_config["tokenizer_class"] = "PreTrainedTokenizerFast"  # the name that older versions know too
    write_json(folder / "tokenizer_config.json", tokenizer_config)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    # half precision is for the file only: whoever loads it computes in single precision unless told otherwise
    config |= {"dtype": "float32", "clra_prompts": PROMPTS}
    write_json(folder / "config.json", config)
    graph = decoder_graph(folder / "model.safetensors", config)
    onnx.save(graph, folder / "model.onnx")
    print(f"largest difference of a logit: {largest_difference(folder):.1e}")


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write in a form that is the same on every run."""
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", "utf-8")


def largest_difference(folder: Path) -> float:
    """The largest difference of a logit between transformers and the graph, over a prefill and single steps.

    Raises:
        ValueError: it is over 1e-4, or the chat template does not give the prompt and a line break.
    """
    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    text = "Find x if 12x + 34 = 250.\nSo 12x=250-34=216. Then x=216/12=18. Answer: 18"
    asked = tokenizer.apply_chat_template([{"role": "user", "content": text.partition("\n")[0]}], tokenize=False)
    if asked != text.partition("\n")[0] + "\n":
        raise ValueError(f"the chat template gives {asked!r}")
    ids = np.array([tokenizer(text)["input_ids"]] * 2)
    with torch.no_grad():
        expected = model(input_ids=torch.tensor(ids)).logits.numpy()
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    shape = session.get_inputs()[2].shape
    cache = [np.zeros((len(ids), shape[1], 0, shape[3]), np.float32)] * (len(names) - 2)
    differences = []
    cuts = [0, 7, *range(8, ids.shape[1] + 1)]
    for begin, end in pairwise(cuts):
        feed = [ids[:, begin:end], np.arange(begin, end), *cache]
        logits, *cache = session.run(None, dict(zip(names, feed, strict=True)))
        differences.append(float(np.abs(logits - expected[:, end - 1]).max()))
    if max(differences) > 1e-4:
        raise ValueError(f"logits differ by {differences}")
    return max(differences)


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    export(given.checkpoint, given.folder)


if __name__ == "__main__":
    main()
