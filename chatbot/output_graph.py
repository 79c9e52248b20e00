"""The output layer as nodes of the step function's graph: what is asked of it, and no more.

    hidden (B, H) --wanted--> features --> scores of all V ids ----------------> logits (R, V)
                 --looked--> features --> the head: p(the word ends) ----------> ends (Q,)
                                      `-> scores of the G ids that go on ------> inside (Q, G)

The second line is there for networks with a head for the ends of words; it reads a fifth of the
rows. Each line runs only where it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.quantised import Graph

__all__ = ["OutputGraph"]

_NEVER = np.float32(-1e9)
"""Added to the scores of ids that are left out."""


@dataclass(frozen=True)
class OutputGraph:
    """Adds the output layer to a graph."""

    graph: Graph
    value: tuple[str, str]
    """The quantised hidden state (B, H) and its scales (B, 1)."""
    weights: Mapping[str, NDArray[np.float32]]

    @property
    def has_head(self) -> bool:
        return "ends" in self.weights

    def add(self) -> None:
        """Add everything that can be asked."""
        vocab_size = len(self.weights["bias"])
        self.graph.constant("bias", self.weights["bias"])
        self.graph.if_any("wanted", self._score, {"logits_asked": vocab_size})
        if self.has_head:
            self.graph.constant("first", np.zeros(1, np.int64))
            inside = np.flatnonzero(self.weights["ends"] == 0)
            self.graph.constant("inside_ids", inside)
            # The runtime does these once, when it loads the graph.
            for name, of, axis in (("weight", "embedding", 1), ("scale", "embedding_scale", 0)):
                self.graph.add("Gather", of, "inside_ids", axis=axis, name=f"inside_{name}")
            self.graph.add("Gather", "bias", "inside_ids", axis=0, name="inside_bias")
            outputs = {"ends_asked": 1, "inside_asked": len(inside)}
            self.graph.if_any("looked", self._look, outputs)

    def _score(self) -> None:
        graph, features = self.graph, self._features("wanted")
        scores = graph.add("Add", graph.product(*features, "embedding", "embedding_scale"), "bias")
        if self.has_head:
            scores = self._in_two_stages(scores, self._ending(features))
        graph.add("Identity", scores, name="logits_asked")

    def _look(self) -> None:
        graph, features = self.graph, self._features("looked")
        ending = self._ending(features)
        graph.add("Sigmoid", ending, name="ends_asked")
        scores = graph.product(*features, "inside_weight", "inside_scale")
        chances = graph.add("Softmax", graph.add("Add", scores, "inside_bias"), axis=1)
        going_on = graph.add("Sigmoid", graph.add("Neg", ending))
        graph.add("Mul", chances, going_on, name="inside_asked")

    def _features(self, rows: str) -> tuple[str, str]:
        """Project the hidden state of `rows`: quantised (R, E) and its scales."""
        graph, weights = self.graph, self.weights
        chosen = (
            graph.add("Gather", self.value[0], rows),
            graph.add("Gather", self.value[1], rows),
        )
        if "projection.weight" not in weights:
            return chosen
        projected = graph.linear(chosen, "projection", weights["projection.weight"].T)
        bias = graph.constant("projection_bias", weights["projection.bias"])
        return graph.quantise_rows(graph.add("Add", projected, bias))

    def _ending(self, features: tuple[str, str]) -> str:
        """Give the log-odds that the word ends: (R, 1)."""
        graph, weights = self.graph, self.weights
        scores = graph.linear(features, "head", weights["word_end.weight"].T)
        biased = graph.add("Add", scores, graph.constant("head_bias", weights["word_end.bias"]))
        return graph.add("Sub", *(self._log_sum(part, "first") for part in graph.split(biased, 2)))

    def _in_two_stages(self, scores: str, ending: str) -> str:
        """Raise or lower the ids that go on with a word until together they are as likely as said.

        By operations that do one row after another: others round a number by what stands beside it.
        """
        graph, ends = self.graph, self.weights["ends"] != 0
        mask = graph.constant("that_go_on", np.where(ends, np.float32(0), _NEVER))
        one_id = graph.constant("one_that_ends", np.flatnonzero(ends)[:1])
        of_ending = self._log_sum(graph.add("Add", scores, mask), one_id)
        going_on = graph.add("Gather", scores, "inside_ids", axis=1)
        of_going_on = self._log_sum(going_on, "first")
        # The log-odds of the two stages, less what the one softmax said of them.
        said = graph.add("Sub", of_ending, of_going_on)
        shift = graph.add("Sub", said, ending)
        moved = graph.add("Mul", shift, graph.constant("going_on", (~ends).astype(np.float32)))
        return graph.add("Add", scores, moved)

    def _log_sum(self, scores: str, column: str) -> str:
        """Give the log of the sum of powers (R, 1), read off one `column` that counts.

        ReduceLogSumExp would say it at once, and takes ten times as long.
        """
        graph = self.graph
        logs = graph.add("Gather", graph.add("LogSoftmax", scores, axis=1), column, axis=1)
        return graph.add("Sub", graph.add("Gather", scores, column, axis=1), logs)
