"""Small recordings in the forms that other programs write, made up here."""

import json
import zipfile


def lines(path, *rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def harness_sample(**changes):
    """A row of lm-evaluation-harness, as ``--log_samples`` writes it for a task with two repeats."""
    return {
        "doc_id": 0,
        "doc": {"question": "What is 3 + 4?", "answer": "3 + 4 = 7\n#### 7"},
        "target": "3 + 4 = 7\n#### 7",
        "arguments": {"gen_args_0": {"arg_0": "Q: What is 3 + 4?\nA:", "arg_1": {"until": ["Q:"], "do_sample": True}}},
        "resps": [["3 + 4 = 7. The answer is 7.", "3 + 4 = 8. The answer is 8."]],
        "filtered_resps": ["7"],
        "filter": "strict-match",
        "metrics": ["exact_match"],
        "doc_hash": "0" * 64,
        "exact_match": 1.0,
        **changes,
    }


def inspect_sample(name=1, epoch=1, text="3 + 4 = 7", **changes):
    """A sample of inspect_ai."""
    return {
        "id": name,
        "epoch": epoch,
        "input": "What is 3 + 4?",
        "target": "7",
        "messages": [
            {"role": "user", "content": "What is 3 + 4? Think first."},
            {"role": "assistant", "content": text},
        ],
        "output": {
            "model": "org/small",
            "choices": [{"message": {"role": "assistant", "content": text}, "stop_reason": "stop"}],
            "completion": text,
            "usage": {"input_tokens": 20, "output_tokens": 5, "total_tokens": 25},
        },
        "scores": {"match": {"value": "C"}},
        "attachments": {},
        **changes,
    }


def inspect_header():
    return {"version": 2, "status": "success", "eval": {"task": "sums", "model": "org/of-the-header"}}


def archive(path, *samples, header=True, compression=zipfile.ZIP_DEFLATED):
    """An ``.eval`` log."""
    with zipfile.ZipFile(path, "w", compression) as packed:
        packed.writestr("_journal/start.json", json.dumps({"version": 2, "eval": {"model": "org/of-the-journal"}}))
        for sample in samples:
            packed.writestr(f"samples/{sample['id']}_epoch_{sample['epoch']}.json", json.dumps(sample, indent=2))
        packed.writestr("summaries.json", "[]")
        if header:
            packed.writestr("header.json", json.dumps(inspect_header()))
    return path


def lighteval_detail(**changes):
    """A row of lighteval's details, of the later form."""
    return {
        "doc": {
            "id": "0",
            "query": "Solve: what is 3 + 4?",
            "original_query": "What is 3 + 4?",
            "choices": ["7"],
            "gold_index": [0],
            "generation_size": 4,
            "specific": {"level": 1},
        },
        "metric": {"pass@k": 1.0},
        "model_response": {
            "input_tokens": [1, 2, 3],
            "text": ["It is 7.", "It is probab"],
            "output_tokens": [[4, 5, 6], [4, 5, 6, 7]],
            "reasonings": ["3 + 4 = 7", None],
            "logprobs": [],
        },
        **changes,
    }


def parquet(path, *rows):
    import pyarrow as pa
    from pyarrow import parquet as tables

    path.parent.mkdir(parents=True, exist_ok=True)
    tables.write_table(pa.Table.from_pylist(list(rows)), path)
    return path


def nemo_output(generation="3 + 4 = 7", **changes):
    """A row of NeMo-Skills, after evaluation."""
    return {
        "generation": generation,
        "num_generated_tokens": 5,
        "num_input_tokens": 30,
        "finish_reason": "stop",
        "problem": "What is 3 + 4?",
        "expected_answer": 7,
        "predicted_answer": "7",
        "symbolic_correct": True,
        "generation_start_time": 1.5,
        **changes,
    }
