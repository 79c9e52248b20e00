"""Write the step function as an int8 ONNX graph, and check it against torch on real text.

    ids (B,)  state (B, D)  wanted (R,)  ->  logits (R, V)  next_state (B, D)
                            looked (Q,)  ->  ends (Q, 1)  inside (Q, G)

`wanted` names the lanes whose logits are asked for: reading a prompt asks for none and skips the
output layer, half of the work. `looked` names those of which a search asks only whether the word
ends, and how it goes on (output_graph.py). The embedding is stored once, for input and for output.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from chatbot.errors import CheckpointError
from chatbot.model import RecurrentModel
from chatbot.output_graph import OutputGraph
from chatbot.quantised import Graph, quantise
from chatbot.runners.base import Runner
from chatbot.runners.onnx import OnnxRunner
from chatbot.runners.torch import TorchRunner

__all__ = ["ExportCheck", "export", "verify"]


@dataclass(frozen=True)
class ExportCheck:
    """How far the exported step is from torch over a real text."""

    ids: int
    """Places compared."""
    greatest_difference: float
    """Of the log-probability (nats) of an id that came next, over all places."""
    mean_difference: float
    """Mean of (torch - onnx) there: what quantisation costs, nats a token."""
    divergence: float
    """Kullback-Leibler divergence of the two distributions (nats), the mean over all places."""


def export(model: RecurrentModel) -> bytes:
    """Give the graph of one step of `model`, quantised to 8 bits."""
    config, graph = model.config, Graph()
    weights = {name: t.detach().cpu().float().numpy() for name, t in model.state_dict().items()}
    table, scale = quantise(weights["embedding.weight"].T.copy())
    graph.constant("embedding", table)
    graph.constant("embedding_scale", scale)
    value = _embed(graph)
    states = graph.split("state", config.state_parts * config.layers)
    after: list[list[str]] = []
    for layer in range(config.layers):
        given = [states[part * config.layers + layer] for part in range(config.state_parts)]
        after.append(_CELLS[config.cell](graph, value, given, _Layer(weights, layer)))
        value = graph.quantise_rows(after[-1][0])
    parts = [
        after[layer][part] for part in range(config.state_parts) for layer in range(config.layers)
    ]
    graph.add("Concat", *parts, name="next_state", axis=1)
    output = OutputGraph(graph, value, weights)
    output.add()
    inputs = [
        ("ids", TensorProto.INT64, ["B"]),
        ("state", TensorProto.FLOAT, ["B", config.state_size]),
        ("wanted", TensorProto.INT64, ["R"]),
    ]
    outputs = [
        ("logits", TensorProto.FLOAT, ["R", config.vocab_size]),
        ("next_state", TensorProto.FLOAT, ["B", config.state_size]),
    ]
    if output.has_head:
        inputs.append(("looked", TensorProto.INT64, ["Q"]))
        outputs.append(("ends", TensorProto.FLOAT, ["Q", 1]))
        outputs.append(("inside", TensorProto.FLOAT, ["Q", int((~model.ends).sum())]))
    return graph.serialise(inputs, outputs)


def verify(
    model: RecurrentModel, graph: bytes, ids: Sequence[int], *, most_divergence: float = 0.05
) -> ExportCheck:
    """Run both over `ids` and compare what they say of the id that comes next.

    Raises CheckpointError when the distributions diverge by more than `most_divergence` nats in the
    mean. The divergence weighs an id by its chance: on text that is nothing like the corpus the ids
    that came are so unlikely that eight bits may miss them by nats, and no reader would notice.
    """
    wanted = _log_probabilities(TorchRunner(model), ids)
    got = _log_probabilities(OnnxRunner(graph), ids)
    places, following = np.arange(len(ids) - 1), np.asarray(ids[1:])
    gap = (wanted - got)[places, following]
    divergence = float((np.exp(wanted) * (wanted - got)).sum(axis=1).mean())
    check = ExportCheck(len(gap), float(np.abs(gap).max()), float(gap.mean()), divergence)
    if not divergence <= most_divergence:
        raise CheckpointError(f"the exported step function is off: {asdict(check)}")
    return check


def _log_probabilities(runner: Runner, ids: Sequence[int]) -> NDArray[np.float64]:
    """Give the log-probabilities (T - 1, V) of what follows every id but the last."""
    state, found = runner.start(1), []
    for current in ids[:-1]:
        logits, state = runner.step(np.array([current]), state)
        row = logits[0].astype(np.float64)
        found.append(row - row.max() - np.log(np.exp(row - row.max()).sum()))
    return np.stack(found)


class _Layer:
    """The weights of one layer, transposed for `x W`."""

    def __init__(self, weights: dict[str, NDArray[np.float32]], layer: int) -> None:
        self.name = f"layer_{layer}"
        self.w_input = weights[f"cell.weight_ih_l{layer}"].T
        self.w_hidden = weights[f"cell.weight_hh_l{layer}"].T
        self.b_input = weights[f"cell.bias_ih_l{layer}"]
        self.b_hidden = weights[f"cell.bias_hh_l{layer}"]


def _embed(graph: Graph) -> tuple[str, str]:
    columns = graph.add("Gather", "embedding", "ids", axis=1)
    scale = graph.add("Gather", "embedding_scale", "ids", axis=0)
    return (
        graph.add("Transpose", columns, perm=[1, 0]),
        graph.add("Unsqueeze", scale, graph.last_axis),
    )


def _products(graph: Graph, x: tuple[str, str], hidden: str, layer: _Layer) -> tuple[str, str]:
    return (
        graph.linear(x, f"{layer.name}_input", layer.w_input),
        graph.linear(graph.quantise_rows(hidden), f"{layer.name}_hidden", layer.w_hidden),
    )


def _lstm(graph: Graph, x: tuple[str, str], state: list[str], layer: _Layer) -> list[str]:
    hidden, cell = state
    bias = graph.constant(f"{layer.name}_bias", layer.b_input + layer.b_hidden)
    total = graph.add("Add", graph.add("Add", *_products(graph, x, hidden, layer)), bias)
    i, f, g, o = graph.split(total, 4)
    kept = graph.add("Mul", graph.add("Sigmoid", f), cell)
    written = graph.add("Mul", graph.add("Sigmoid", i), graph.add("Tanh", g))
    cell = graph.add("Add", kept, written)
    return [graph.add("Mul", graph.add("Sigmoid", o), graph.add("Tanh", cell)), cell]


def _gru(graph: Graph, x: tuple[str, str], state: list[str], layer: _Layer) -> list[str]:
    (hidden,) = state
    from_input, from_hidden = _products(graph, x, hidden, layer)
    b_input = graph.constant(f"{layer.name}_b_input", layer.b_input)
    b_hidden = graph.constant(f"{layer.name}_b_hidden", layer.b_hidden)
    xr, xz, xn = graph.split(graph.add("Add", from_input, b_input), 3)
    hr, hz, hn = graph.split(graph.add("Add", from_hidden, b_hidden), 3)
    reset = graph.add("Sigmoid", graph.add("Add", xr, hr))
    update = graph.add("Sigmoid", graph.add("Add", xz, hz))
    new = graph.add("Tanh", graph.add("Add", xn, graph.add("Mul", reset, hn)))
    step = graph.add("Mul", update, graph.add("Sub", hidden, new))
    return [graph.add("Add", new, step)]


def _rnn(
    operation: str, graph: Graph, x: tuple[str, str], state: list[str], layer: _Layer
) -> list[str]:
    bias = graph.constant(f"{layer.name}_bias", layer.b_input + layer.b_hidden)
    total = graph.add("Add", graph.add("Add", *_products(graph, x, state[0], layer)), bias)
    return [graph.add(operation, total)]


_CELLS = {
    "lstm": _lstm,
    "gru": _gru,
    "rnn_tanh": lambda *given: _rnn("Tanh", *given),
    "rnn_relu": lambda *given: _rnn("Relu", *given),
}
