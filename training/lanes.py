"""Lay conversations into lanes: B streams that are read side by side, a window at a time.

    lane 0   |bos hi ... eos|bos so ... eos|bos ...        each lane takes the next conversation
    lane 1   |bos one long conversation goes on ...        that is dealt when it has read its own
    lane 2   |bos ... eos|bos ... eos|bos ... eos|
              <--- T ---><--- T --->                       the state is carried over the cuts

Knows ids and the order; knows nothing of the network.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.mixture import Mixture
from training.pack import Shard

__all__ = ["Lanes"]


class Lanes:
    """Read a shard in windows. Its state is one row and one offset a lane, and the mixture's."""

    def __init__(self, shard: Shard, mixture: Mixture, *, lanes: int, window: int) -> None:
        self._shard, self._mixture, self._window = shard, mixture, window
        self.cursors = np.full((lanes, 2), -1, np.int64)
        """(B, 2): row of the conversation and how many of its ids were inputs already."""

    def next(self, progress: float) -> NDArray[np.int64]:
        """Give the next windows (B, T + 1): inputs are [:, :-1], targets [:, 1:].

        The last id of a window is the first of the next, so every id is predicted once.
        """
        batch = np.empty((len(self.cursors), self._window + 1), np.int64)
        for lane, cursor in enumerate(self.cursors):
            self._fill(batch[lane], cursor, progress)
        return batch

    def _fill(self, window: NDArray[np.int64], cursor: NDArray[np.int64], progress: float) -> None:
        filled = 0
        while filled < len(window):
            if cursor[0] < 0:
                cursor[:] = self._mixture.draw(progress), 0
            ids = self._shard.conversation(int(cursor[0]))
            part = ids[cursor[1] : cursor[1] + len(window) - filled]
            window[filled : filled + len(part)] = part
            filled += len(part)
            cursor[1] += len(part)
            if cursor[1] >= len(ids) and filled < len(window):
                cursor[0] = -1
        cursor[1] -= 1
