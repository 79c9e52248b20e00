"""The runner for serving: ONNX Runtime over the int8 graph of export.py.

Every row is quantised by itself and the integer products are exact, so a lane's result does not
depend on the lanes beside it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from chatbot.errors import CheckpointError
from chatbot.runners.base import Floats, Ids

__all__ = ["OnnxRunner"]


class OnnxRunner:
    """Run the exported step function on `threads` threads (one is fastest for a small model)."""

    def __init__(self, model: Path | bytes, *, threads: int = 1) -> None:
        runtime: Any = onnxruntime  # its stubs leave out what it exports
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
        self._vocab_size = int(self._session.get_outputs()[0].shape[1])

    @property
    def vocab_size(self) -> int:
        return self._vocab_size

    def start(self, lanes: int) -> Floats:
        return np.zeros((lanes, self._state_size), np.float32)

    def step(self, ids: Ids, state: Floats) -> tuple[Floats, Floats]:
        return self._run(ids, state, np.arange(len(ids)))

    def advance(self, ids: Ids, state: Floats) -> Floats:
        return self._run(ids, state, np.zeros(0, np.int64))[1]

    def _run(self, ids: Ids, state: Floats, wanted: Ids) -> tuple[Floats, Floats]:
        feed = {"ids": ids, "state": state, "wanted": wanted}
        logits, after = self._session.run(["logits", "next_state"], feed)
        return logits, after
