"""What every runner does: one step of the network for many lanes at once.

B lanes, V vocabulary, D numbers of state a lane. Arrays are NumPy's, so that who calls needs
no torch. A lane's state is one row: rows can be kept, stacked and sent.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Ids", "Runner", "cannot_look"]

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]


def cannot_look() -> NotImplementedError:
    """Give the error of a network that can't `look`."""
    return NotImplementedError("the network has no head for the ends of words: it can't look")


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

    @property
    def looks(self) -> bool:
        """Whether the network can `look`: whether it has a head for the ends of words."""
        return False

    def look(self, ids: Ids, state: Floats) -> tuple[Floats, Floats, Floats]:
        """Read one id a lane and ask only whether its word ends, and how it goes on if not.

        Gives the probability that it ends (B,), those of the G ids that go on with it (B, G), in
        their order, and the state (B, D): a part of what `step` says, for a part of its cost.
        """
        raise cannot_look()

    def advance(self, ids: Ids, state: Floats) -> Floats:
        """Read one id a lane without asking what follows: the output layer is left out."""
        ...
