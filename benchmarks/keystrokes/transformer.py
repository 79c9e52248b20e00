"""What a completion on GPT-2 does at each key, at the least: read what is new, score what follows.

The ids read so far stay in the cache. At a key the ids of the dialogue are compared with them, and
those that differ (the word being typed is spelled anew at almost every key) are read in one pass,
with the scores of the last; the three best ids are taken from these. It is the least that such a
system can do: whole words, which ours gives, would need more passes, and are not asked of it. Our
tokenizer spells the text: GPT-2's own is not installed, and would make ids of the same kind.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.keystrokes.gpt2 import Shape
from chatbot.runners.onnx import runtime
from tokenizer import Tokenizer

__all__ = ["CachedTransformer", "TransformerTypist"]


class CachedTransformer:
    """Run the graph of gpt2.py; remembers what it read last, and its keys and values."""

    def __init__(self, graph: Path, shape: Shape) -> None:
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = runtime.InferenceSession(
            str(graph), options, providers=["CPUExecutionProvider"]
        )
        self._binding = self._session.io_binding()
        self._read: list[int] = []
        self._places = shape.places
        size = (1, shape.heads, shape.places, shape.head_width)
        for layer in range(shape.layers):
            for name in (f"key_{layer}", f"value_{layer}"):
                # One memory for what goes in and what comes out: nothing is copied at a pass.
                cache = runtime.OrtValue.ortvalue_from_numpy(np.zeros(size, np.float32))
                self._binding.bind_ortvalue_input(name, cache)
                self._binding.bind_ortvalue_output(f"new_{name}", cache)
        scores = np.zeros((1, shape.vocabulary), np.float32)
        self._logits = runtime.OrtValue.ortvalue_from_numpy(scores)
        self._binding.bind_ortvalue_output("logits", self._logits)
        self.passes: list[tuple[int, float]] = []
        """Ids read and milliseconds of every pass."""

    def read(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Read `ids` as far as they are new, the last in any case; give the scores (V,) after it.

        Of more ids than there are places the end is read; it moves in halves of the places, so that
        not every id means to read all again.
        """
        half = self._places // 2
        ids = list(ids[max(0, len(ids) // half - 1) * half :])
        known = min(_alike(ids, self._read), len(ids) - 1)
        logits = self._pass(ids[known:], known)
        self._read = ids
        return logits

    def _pass(self, ids: Sequence[int], place: int) -> NDArray[np.float32]:
        end = place + len(ids)
        feed = {
            "ids": np.array([ids], np.int64),
            "positions": np.arange(place, end, dtype=np.int64)[None],
            "last_place": np.array([end - 1], np.int32),
            "total": np.array(end, np.int32),
        }
        begun = time.perf_counter()
        for name, value in feed.items():
            self._binding.bind_cpu_input(name, value)
        self._session.run_with_iobinding(self._binding)
        self.passes.append((len(ids), 1000 * (time.perf_counter() - begun)))
        logits: NDArray[np.float32] = self._logits.numpy()[0]
        return logits


class TransformerTypist:
    """Answers keys with it."""

    def __init__(self, network: CachedTransformer, tokenizer: Tokenizer) -> None:
        self._network, self._tokenizer = network, tokenizer

    def __call__(self, text: str, turns: list[str]) -> list[int]:
        """Give the three best ids."""
        ids = self._tokenizer.render([*turns, text], complete=False)
        logits = self._network.read(ids)
        best = np.argpartition(logits, -3)[-3:]
        return [int(i) for i in best[np.argsort(-logits[best])]]


def _alike(one: Sequence[int], other: Sequence[int]) -> int:
    """Count the ids that both begin with."""
    return next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
