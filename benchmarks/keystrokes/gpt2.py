"""A Transformer of GPT-2 small's shape with a key-value cache, for ONNX Runtime: what others serve.

    ids (1, T)  positions (1, T)  cache of P places  ->  logits (1, V) after the last id, the cache

Pre-norm blocks, learned positions, tied embedding (Radford 2019). Its weights are random: they take
as long as trained ones, and no word of it is looked at. Everything else is as fast as this runtime
has it: weights in 8 bits by its own dynamic quantisation (`DynamicQuantizeMatMul`, faster here than
the row-wise scheme of `chatbot.quantised`; 7 bits are used, as it advises where a processor has no
VNNI), attention by `GroupQueryAttention`, which writes new keys and values into the cache in place,
and scores for the last id alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from chatbot.atomic import replacing
from chatbot.quantised import Graph

__all__ = ["Shape", "write_graph"]

_CONTRIB = "com.microsoft"
_LEVELS = 63
"""Of 7 bits with a sign: two products of 8-bit numbers would overflow AVX2's 16-bit sums."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """GPT-2 small."""

    layers: int = 12
    width: int = 768
    """Numbers an id, between blocks; a feed-forward layer has four times as many."""
    heads: int = 12
    vocabulary: int = 50_257
    places: int = 1024
    """Ids it can look back at; the cache has room for them."""

    @property
    def head_width(self) -> int:
        """Numbers a head."""
        return self.width // self.heads


def write_graph(path: Path, shape: Shape, *, int8: bool = True, seed: int = 0) -> None:
    """Write the graph of one pass with random weights, in 8 bits or else in fp32."""
    path.parent.mkdir(parents=True, exist_ok=True)
    model = _Builder(shape, int8=int8, seed=seed).model()
    onnx.checker.check_model(model)
    with replacing(path) as part:
        part.write_bytes(model.SerializeToString())


class _Builder:
    """Adds the network's nodes, from the ids to the scores."""

    def __init__(self, shape: Shape, *, int8: bool, seed: int) -> None:
        self.shape, self.int8 = shape, int8
        self.graph, self.chance = Graph(), np.random.default_rng(seed)

    def model(self) -> onnx.ModelProto:
        """Give the whole as a model."""
        shape, graph = self.shape, self.graph
        value = self._embed()
        for layer in range(shape.layers):
            value = graph.add("Add", value, self._attend(layer, self._norm(value)))
            value = graph.add("Add", value, self._feed(self._norm(value)))
        last = graph.add("Gather", value, self._constant(np.array(-1)), axis=1)
        graph.add("Identity", self._product(self._norm(last), "embedding"), name="logits")
        cache: list[str | int | None] = ["B", shape.heads, shape.places, shape.head_width]
        names = [f"{kind}_{layer}" for layer in range(shape.layers) for kind in ("key", "value")]
        port = helper.make_tensor_value_info
        inputs = [
            port("ids", TensorProto.INT64, ["B", "T"]),
            port("positions", TensorProto.INT64, ["B", "T"]),
            port("last_place", TensorProto.INT32, ["B"]),
            port("total", TensorProto.INT32, []),
            *(port(name, TensorProto.FLOAT, cache) for name in names),
        ]
        outputs = [
            port("logits", TensorProto.FLOAT, ["B", shape.vocabulary]),
            *(port(f"new_{name}", TensorProto.FLOAT, cache) for name in names),
        ]
        constants = [numpy_helper.from_array(v, name) for name, v in graph.constants.items()]
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(_CONTRIB, 1)]
        model = helper.make_model(
            helper.make_graph(graph.nodes, "pass", inputs, outputs, constants),
            opset_imports=opsets,
            producer_name="inkling benchmarks",
        )
        model.ir_version = 10
        return model

    def _embed(self) -> str:
        graph, shape = self.graph, self.shape
        self._weight("embedding", shape.width, shape.vocabulary)
        columns = graph.add("Gather", "embedding", "ids", axis=1)
        found = graph.add("Transpose", columns, perm=[1, 2, 0])
        if self.int8:
            scale = graph.add("Gather", "embedding_scale", "ids", axis=0)
            scale = graph.add("Unsqueeze", scale, graph.last_axis)
            found = graph.add("Mul", graph.add("Cast", found, to=TensorProto.FLOAT), scale)
        places = self._constant(self._random(shape.places, shape.width))
        return graph.add("Add", found, graph.add("Gather", places, "positions"))

    def _attend(self, layer: int, value: str) -> str:
        graph, width = self.graph, self.shape.width
        three = self._linear(value, width, 3 * width)
        attended = f"attended_{layer}"
        cache = [f"key_{layer}", f"value_{layer}"]
        node = helper.make_node(
            "GroupQueryAttention",
            [three, "", "", *cache, "last_place", "total"],
            [attended, *(f"new_{name}" for name in cache)],
            domain=_CONTRIB,
            num_heads=self.shape.heads,
            kv_num_heads=self.shape.heads,
        )
        graph.nodes.append(node)
        return self._linear(attended, width, width)

    def _feed(self, value: str) -> str:
        width = self.shape.width
        inner = self._linear(value, width, 4 * width)
        return self._linear(self.graph.add("FastGelu", inner, domain=_CONTRIB), 4 * width, width)

    def _norm(self, value: str) -> str:
        ones, zeros = np.ones(self.shape.width, np.float32), np.zeros(self.shape.width, np.float32)
        return self.graph.add(
            "LayerNormalization", value, self._constant(ones), self._constant(zeros), axis=-1
        )

    def _linear(self, value: str, given: int, wanted: int) -> str:
        name = f"weight_{len(self.graph.constants)}"
        self._weight(name, given, wanted)
        return self._product(value, name, bias=self._constant(self._random(wanted)))

    def _product(self, value: str, name: str, *, bias: str = "") -> str:
        if not self.int8:
            product = self.graph.add("MatMul", value, name)
            return self.graph.add("Add", product, bias) if bias else product
        given = [value, name, f"{name}_scale", f"{name}_zero", *([bias] if bias else [])]
        return self.graph.add("DynamicQuantizeMatMul", *given, domain=_CONTRIB)

    def _weight(self, name: str, given: int, wanted: int) -> None:
        weight = self._random(given, wanted)
        if self.int8:
            scale = np.abs(weight).max(axis=0) / _LEVELS
            self.graph.constant(f"{name}_scale", scale)
            self.graph.constant(f"{name}_zero", np.zeros(wanted, np.int8))
            weight = np.round(weight / scale).astype(np.int8)
        self.graph.constant(name, weight)

    def _random(self, *size: int) -> NDArray[np.float32]:
        return 0.02 * self.chance.standard_normal(size, dtype=np.float32)

    def _constant(self, value: NDArray[np.generic]) -> str:
        return self.graph.constant(f"constant_{len(self.graph.constants)}", value)
