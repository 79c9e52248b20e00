"""What every runner does: one step of the network for many lanes at once.

B lanes, V vocabulary, D numbers of state a lane. Arrays are NumPy's, so that who calls needs
no torch. A lane's state is one row: rows can be kept, stacked and sent.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Ids", "Runner"]

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]


class Runner(Protocol):
    """Advance lanes by one id. State is an argument and a return value; a runner keeps none."""

    @property
    def vocab_size(self) -> int:
        """V, ids."""
        ...

    def start(self, lanes: int) -> Floats:
        """Give the state (B, D) before any text."""
        ...

    def step(self, ids: Ids, state: Floats) -> tuple[Floats, Floats]:
        """Read one id a lane: ids (B,), state (B, D) -> logits (B, V), state (B, D)."""
        ...

    def advance(self, ids: Ids, state: Floats) -> Floats:
        """Read one id a lane without asking what follows: the output layer is left out."""
        ...
