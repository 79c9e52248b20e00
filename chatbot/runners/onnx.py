"""The runner for serving: ONNX Runtime over the int8 graph of export.py.

Every row is quantised by itself and the integer products are exact, so a lane's result does not
depend on the lanes beside it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

# Since 1.29 it sends Microsoft what runs where, and keeps an id of the machine in the home, unless
# this is set before the first import. Nothing leaves the machine here.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime

from chatbot.errors import CheckpointError
from chatbot.runners.base import Floats, Ids, cannot_look

__all__ = ["OnnxRunner", "runtime"]

runtime: Any = onnxruntime
"""ONNX Runtime, told to be silent. Its stubs leave out what it exports."""
runtime.disable_telemetry_events()  # Windows knows no variable


class OnnxRunner:
    """Run the exported step function on `threads` threads (one is fastest for a small model)."""

    def __init__(self, model: Path | bytes, *, threads: int = 1) -> None:
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        source = model if isinstance(model, bytes) else str(model)
        try:
            self._session = runtime.InferenceSession(
                source, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            # ONNX Runtime's exceptions have no common base of their own.
            raise CheckpointError(f"ONNX Runtime can't load the step function: {error}") from error
        self._state_size = int(self._session.get_inputs()[1].shape[1])
        outputs = {output.name: output.shape for output in self._session.get_outputs()}
        self._vocab_size = int(outputs["logits"][1])
        self._looks = "ends" in outputs

    @property
    def vocab_size(self) -> int:
        return self._vocab_size

    def start(self, lanes: int) -> Floats:
        return np.zeros((lanes, self._state_size), np.float32)

    @property
    def looks(self) -> bool:
        return self._looks

    def step(self, ids: Ids, state: Floats) -> tuple[Floats, Floats]:
        logits, after = self._run(["logits", "next_state"], ids, state, wanted=len(ids))
        return logits, after

    def look(self, ids: Ids, state: Floats) -> tuple[Floats, Floats, Floats]:
        if not self.looks:
            raise cannot_look()
        names = ["ends", "inside", "next_state"]
        ends, inside, after = self._run(names, ids, state, looked=len(ids))
        return ends[:, 0], inside, after

    def advance(self, ids: Ids, state: Floats) -> Floats:
        (after,) = self._run(["next_state"], ids, state)
        return after

    def _run(
        self, names: list[str], ids: Ids, state: Floats, *, wanted: int = 0, looked: int = 0
    ) -> list[Floats]:
        feed = {"ids": ids, "state": state, "wanted": np.arange(wanted)}
        if self._looks:
            feed["looked"] = np.arange(looked)
        found: list[Floats] = self._session.run(names, feed)
        return found
