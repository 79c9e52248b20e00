"""Matrix products in 8-bit integers, as nodes of an ONNX graph.

    x (B, K) --row by row--> q = round(x / s) + 128, s = max|x| / 127     s is (B, 1)
    W (K, N) --column by column, once--> Q, t                              t is (N,)
    x W  ~  (q - 128)(Q - 128) * s * t

Both sides are unsigned with zero point 128: on processors without VNNI ONNX Runtime's unsigned x
signed kernel saturates its 16-bit sums, and signed x signed was 20 times slower (measured on a
Zen 3 core); unsigned x unsigned is exact and as fast as either. A row has its own scale, so what
stands beside it in a batch can't change it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

__all__ = ["Graph", "quantise"]

_ZERO = 128


def quantise(weight: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Quantise W (K, N) to integers around 128 and one scale a column (N,)."""
    scale = np.maximum(np.abs(weight).max(axis=0), 1e-12) / 127
    integers = np.clip(np.round(weight / scale) + _ZERO, 1, 255)
    return integers.astype(np.uint8), scale.astype(np.float32)


class Graph:
    """Collect nodes and constants; every method adds operations and names their output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self._names = itertools.count()
        self.constants: dict[str, NDArray[Any]] = {
            "zero_point": np.array(_ZERO, np.uint8),
            "zero_point_float": np.array(_ZERO, np.float32),
            "levels": np.array(127, np.float32),
            "tiny": np.array(1e-12, np.float32),
        }

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Add a constant under `name`."""
        self.constants[name] = value
        return name

    def add(self, operation: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Add a node of one output."""
        output = name or f"{operation.lower()}_{next(self._names)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [output], **attributes))
        return output

    def split(self, value: str, parts: int, *, axis: int = 1) -> list[str]:
        """Cut a value into equal parts."""
        outputs = [f"split_{next(self._names)}" for _ in range(parts)]
        node = helper.make_node("Split", [value], outputs, axis=axis, num_outputs=parts)
        self.nodes.append(node)
        return outputs

    def if_any(self, rows: str, build: Callable[[], None], outputs: Mapping[str, int]) -> None:
        """Run the nodes that `build` adds only where `rows` names any; `outputs` are theirs.

        These are fp32 (rows, columns), given as name: columns; else they have no rows.
        """
        around, self.nodes = self.nodes, []
        build()
        asked, self.nodes = self.nodes, around
        none = [
            helper.make_node(
                "Constant",
                [],
                [f"no_{name}"],
                value=numpy_helper.from_array(np.zeros((0, columns), np.float32)),
            )
            for name, columns in outputs.items()
        ]
        branches = {
            "then_branch": helper.make_graph(asked, "asked", [], [_rows(n) for n in outputs]),
            "else_branch": helper.make_graph(none, "none", [], [_rows(f"no_{n}") for n in outputs]),
        }
        count = self.add("Size", rows)
        wanted = self.add("Greater", count, self.constant("nought", np.array(0, np.int64)))
        names = [name.removesuffix("_asked") for name in outputs]
        self.nodes.append(helper.make_node("If", [wanted], names, **branches))

    def quantise_rows(self, value: str) -> tuple[str, str]:
        """Quantise (B, K) row by row: the integers (B, K) and the scales (B, 1)."""
        largest = self.add("ReduceMax", self.add("Abs", value), self.last_axis, keepdims=1)
        scale = self.add("Div", self.add("Max", largest, "tiny"), "levels")
        rounded = self.add("Round", self.add("Div", value, scale))
        shifted = self.add("Add", rounded, "zero_point_float")
        return self.add("Cast", shifted, to=TensorProto.UINT8), scale

    @property
    def last_axis(self) -> str:
        return self.constant("last_axis", np.array([-1], np.int64))

    def product(self, integers: str, scale: str, weight: str, weight_scale: str) -> str:
        """Multiply quantised (B, K) by the constant `weight` (K, N): (B, N) in fp32."""
        sums = self.add("MatMulInteger", integers, weight, "zero_point", "zero_point")
        scaled = self.add("Mul", self.add("Cast", sums, to=TensorProto.FLOAT), scale)
        return self.add("Mul", scaled, weight_scale)

    def linear(self, value: tuple[str, str], name: str, weight: NDArray[np.float32]) -> str:
        """Multiply a quantised value by W (K, N), quantised here."""
        integers, scale = quantise(weight)
        w, s = self.constant(name, integers), self.constant(f"{name}_scale", scale)
        return self.product(*value, w, s)

    def serialise(self, inputs: list[Any], outputs: list[Any]) -> bytes:
        """Give the checked graph as bytes; ports are (name, element type, shape)."""
        graph = helper.make_graph(
            self.nodes,
            "step",
            [helper.make_tensor_value_info(*port) for port in inputs],
            [helper.make_tensor_value_info(*port) for port in outputs],
            [numpy_helper.from_array(value, name) for name, value in self.constants.items()],
        )
        opset = [helper.make_opsetid("", 18)]
        model = helper.make_model(graph, opset_imports=opset, producer_name="inkling")
        model.ir_version = 10
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString())


def _rows(name: str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
