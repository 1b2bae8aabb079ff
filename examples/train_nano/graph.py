"""The decoder as an ONNX graph, written node by node, with its weights left in the safetensors file.

Inputs: `input_ids` int64 [rows, length]; `positions` int64 [length]; for each layer `past_key.N` and `past_value.N`,
float32 [rows, key-value heads, past, head size]. Outputs: `logits` float32 [rows, vocabulary] of the last position; the
grown caches. All rows stand at the same positions, so there is no padding.

A safetensors file is an 8-byte length, a JSON header and the raw tensors: ONNX external data can point into it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

OPSET = 17
_TYPES = {"F16": TensorProto.FLOAT16, "F32": TensorProto.FLOAT}


class Graph:
    """Collects nodes, weights and constants; each operation returns the name of its result."""

    def __init__(self, weights: Path) -> None:
        self._file = weights.name
        with weights.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            self._header: dict[str, Any] = json.loads(file.read(size))
        self._data_start = 8 + size
        self._weights: dict[str, str] = {}
        self._constants: dict[str, str] = {}
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = []

    def op(self, kind: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        """Append a node with one result."""
        return self.ops(kind, *inputs, count=1, names=[name] if name else None, **attributes)[0]

    def ops(
        self, kind: str, *inputs: str, count: int, names: Sequence[str] | None = None, **attributes: Any
    ) -> list[str]:
        """Append a node with several results."""
        results = list(names) if names else [f"v{len(self.nodes)}_{k}" for k in range(count)]
        self.nodes.append(helper.make_node(kind, list(inputs), results, **attributes))
        return results

    def constant(self, value: Any, dtype: Any = np.int64) -> str:
        """A small constant, stored once."""
        array = np.asarray(value, dtype)
        key = f"{array.dtype}{array.shape}{array.tobytes().hex()}"
        if key not in self._constants:
            self._constants[key] = f"c{len(self._constants)}"
            self.initializers.append(numpy_helper.from_array(array, self._constants[key]))
        return self._constants[key]

    def weight(self, name: str) -> str:
        """A tensor of the safetensors file, as float32."""
        if name not in self._weights:
            entry = self._header[name]
            begin, end = entry["data_offsets"]
            tensor = TensorProto(name=name, data_type=_TYPES[entry["dtype"]], dims=entry["shape"])
            tensor.data_location = TensorProto.EXTERNAL
            where = {"location": self._file, "offset": self._data_start + begin, "length": end - begin}
            for key, value in where.items():
                tensor.external_data.add(key=key, value=str(value))
            self.initializers.append(tensor)
            plain = entry["dtype"] == "F32"
            self._weights[name] = name if plain else self.op("Cast", name, to=TensorProto.FLOAT)
        return self._weights[name]

    def linear(self, x: str, name: str, *, bias: bool = False) -> str:
        """Give x [n, in] @ weight [out, in] transposed, plus the bias if there is one."""
        inputs = [x, self.weight(f"{name}.weight")]
        if bias:
            inputs.append(self.weight(f"{name}.bias"))
        return self.op("Gemm", *inputs, transB=1)

    def normed(self, x: str, name: str, epsilon: float) -> str:
        """Root-mean-square norm over the last axis."""
        squared = self.op("Pow", x, self.constant(2.0, np.float32))
        mean = self.op("ReduceMean", squared, axes=[-1], keepdims=1)
        root = self.op("Sqrt", self.op("Add", mean, self.constant(epsilon, np.float32)))
        return self.op("Mul", self.op("Div", x, root), self.weight(f"{name}.weight"))


def decoder_graph(weights: Path, config: dict[str, Any]) -> ModelProto:
    """The whole graph of a Qwen2 decoder with tied embeddings."""
    graph = Graph(weights)
    layers, heads, kv_heads = (config[k] for k in ("num_hidden_layers", "num_attention_heads", "num_key_value_heads"))
    head = config["hidden_size"] // heads
    theta = (config.get("rope_parameters") or config)["rope_theta"]
    epsilon = config["rms_norm_eps"]

    frequencies = graph.constant(theta ** (-np.arange(0, head, 2) / head)[None], np.float32)
    places = graph.op("Cast", graph.op("Unsqueeze", "positions", graph.constant([1])), to=TensorProto.FLOAT)
    angles = graph.op("MatMul", places, frequencies)
    cosine, sine = graph.op("Cos", angles), graph.op("Sin", angles)
    cosines = graph.op("Concat", cosine, cosine, axis=-1)
    sines = graph.op("Concat", graph.op("Neg", sine), sine, axis=-1)
    mask = _causal_mask(graph)

    size = config["hidden_size"]
    embedded = graph.op("Gather", graph.weight("model.embed_tokens.weight"), "input_ids")
    batch = graph.op("Shape", "input_ids")
    x = graph.op("Reshape", embedded, graph.constant([-1, size]))
    inputs, outputs = [], []
    for layer in range(layers):
        at = f"model.layers.{layer}"
        y = graph.normed(x, f"{at}.input_layernorm", epsilon)

        def split(name: str, count: int, *, source: str = y, layer_name: str = at) -> str:
            made = graph.linear(source, f"{layer_name}.self_attn.{name}", bias=True)
            shape = graph.op("Concat", batch, graph.constant([count, head]), axis=0)
            return graph.op("Transpose", graph.op("Reshape", made, shape), perm=[0, 2, 1, 3])

        query = _rotated(graph, split("q_proj", heads), cosines, sines)
        key = _rotated(graph, split("k_proj", kv_heads), cosines, sines)
        past = [f"past_key.{layer}", f"past_value.{layer}"]
        grown = [f"key.{layer}", f"value.{layer}"]
        graph.op("Concat", past[0], key, axis=2, name=grown[0])
        graph.op("Concat", past[1], split("v_proj", kv_heads), axis=2, name=grown[1])
        attended = _attention(graph, query, grown, mask, (heads, kv_heads, head))
        x = graph.op("Add", x, graph.linear(attended, f"{at}.self_attn.o_proj"))
        y = graph.normed(x, f"{at}.post_attention_layernorm", epsilon)
        gate = graph.linear(y, f"{at}.mlp.gate_proj")
        gated = graph.op("Mul", graph.op("Mul", gate, graph.op("Sigmoid", gate)), graph.linear(y, f"{at}.mlp.up_proj"))
        x = graph.op("Add", x, graph.linear(gated, f"{at}.mlp.down_proj"))
        inputs += [_declared(name, ["rows", kv_heads, "past", head]) for name in past]
        outputs += [_declared(name, ["rows", kv_heads, "whole", head]) for name in grown]

    shaped = graph.op("Reshape", x, graph.op("Concat", batch, graph.constant([size]), axis=0))
    last = graph.op("Gather", shaped, graph.constant(-1), axis=1)
    last = graph.normed(last, "model.norm", epsilon)
    graph.op("Gemm", last, graph.weight("model.embed_tokens.weight"), transB=1, name="logits")
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["rows", "length"])
    positions = helper.make_tensor_value_info("positions", TensorProto.INT64, ["length"])
    made = helper.make_graph(
        graph.nodes,
        "decoder",
        [ids, positions, *inputs],
        [_declared("logits", ["rows", config["vocab_size"]]), *outputs],
        graph.initializers,
    )
    opsets = [helper.make_opsetid("", OPSET)]
    return helper.make_model(made, opset_imports=opsets, ir_version=8, producer_name="clra")


def _declared(name: str, shape: list[Any]) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _causal_mask(graph: Graph) -> str:
    """Zero where a key may be seen, a large negative number where it lies ahead; shape [length, past + length]."""
    end = graph.op("Add", graph.op("Gather", "positions", graph.constant(-1)), graph.constant(1))
    keys = graph.op("Range", graph.constant(0), end, graph.constant(1))
    ahead = graph.op("Greater", keys, graph.op("Unsqueeze", "positions", graph.constant([1])))
    return graph.op("Where", ahead, graph.constant(-1e9, np.float32), graph.constant(0.0, np.float32))


def _rotated(graph: Graph, x: str, cosines: str, sines: str) -> str:
    """Rotary position embedding of x [rows, heads, length, head size]."""
    first, second = graph.ops("Split", x, count=2, axis=-1)
    swapped = graph.op("Concat", second, first, axis=-1)
    return graph.op("Add", graph.op("Mul", x, cosines), graph.op("Mul", swapped, sines))


def _attention(graph: Graph, query: str, cache: list[str], mask: str, sizes: tuple[int, int, int]) -> str:
    """Grouped-query attention, each group's heads in an axis of their own; result [rows * length, all heads]."""
    heads, kv_heads, head = sizes
    grouped = graph.op("Reshape", query, graph.constant([0, kv_heads, heads // kv_heads, -1, head]))
    keys, values = (graph.op("Unsqueeze", part, graph.constant([2])) for part in cache)
    scaled = graph.op("Mul", grouped, graph.constant(head**-0.5, np.float32))
    scores = graph.op("MatMul", scaled, graph.op("Transpose", keys, perm=[0, 1, 2, 4, 3]))
    shares = graph.op("Softmax", graph.op("Add", scores, mask), axis=-1)
    mixed = graph.op("Transpose", graph.op("MatMul", shares, values), perm=[0, 3, 1, 2, 4])
    return graph.op("Reshape", mixed, graph.constant([-1, heads * head]))
