"""Lay conversations into lanes: B streams that are read side by side, a window at a time.

    lane 0   |bos hi ... eos|bos so ... eos|bos ...        each lane takes the next conversation
    lane 1   |bos one long conversation goes on ...        that is dealt when it has read its own
    lane 2   |bos ... eos|bos ... eos|bos ... eos|
              <--- T ---><--- T --->                       the state is carried over the cuts

Several processes deal the same lanes alike and read only their own rows of them.

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

    def __init__(
        self, shard: Shard, mixture: Mixture, *, lanes: int, window: int, rows: range | None = None
    ) -> None:
        self._shard, self._mixture, self._window = shard, mixture, window
        self._rows = range(lanes) if rows is None else rows
        self.cursors = np.full((lanes, 2), -1, np.int64)
        """(B, 2): row of the conversation and how many of its ids were inputs already."""

    def next(self, progress: float) -> NDArray[np.int64]:
        """Give the next windows of `rows` (B, T + 1): inputs are [:, :-1], targets [:, 1:].

        The last id of a window is the first of the next, so every id is predicted once.
        """
        batch = np.empty((len(self._rows), self._window + 1), np.int64)
        for lane, cursor in enumerate(self.cursors):
            own = batch[lane - self._rows.start] if lane in self._rows else None
            self._fill(own, cursor, progress)
        return batch

    def _fill(
        self, window: NDArray[np.int64] | None, cursor: NDArray[np.int64], progress: float
    ) -> None:
        """Move one cursor on by a window, and copy the ids where there is a window to fill."""
        filled, size = 0, self._window + 1
        while filled < size:
            if cursor[0] < 0:
                cursor[:] = self._mixture.draw(progress), 0
            row, start = int(cursor[0]), int(cursor[1])
            length = int(self._shard.index[row, 1])
            end = min(start + size - filled, length)
            if window is not None:
                ids = self._shard.conversation(row)
                window[filled : filled + end - start] = ids[start:end]
            filled += end - start
            cursor[1] = end
            if end == length and filled < size:
                cursor[0] = -1
        cursor[1] -= 1
