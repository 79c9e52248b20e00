"""Find the pieces that agree with the bytes a person typed.

    typed " hel"   agree: " h", " he", " hel" (and go on with "el", "l", "")
                          " hell", " hello", " helmet" ... (they cover all that was typed)

A trie over the bytes of the vocabulary: the pieces are kept sorted, so those below a node are a
range, and a node is known by all the bytes that lead to it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["ByteTrie"]


class ByteTrie:
    """Look up ids by what their bytes begin with. Ids without bytes (control) are left out."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        order = sorted((piece, i) for i, piece in enumerate(pieces) if piece)
        self._sorted = [piece for piece, _ in order]
        self._ids = np.array([i for _, i in order], np.int64)
        self._nodes = {b"": (0, len(order))}
        for place, piece in enumerate(self._sorted):
            for length in range(1, len(piece) + 1):
                start, _ = self._nodes.get(piece[:length], (place, place))
                self._nodes[piece[:length]] = start, place + 1

    def __contains__(self, prefix: bytes) -> bool:
        """Tell whether any piece begins with `prefix`."""
        return prefix in self._nodes

    def starting_with(self, prefix: bytes) -> NDArray[np.int64]:
        """Give the ids whose bytes begin with `prefix` (the equal ones too)."""
        start, stop = self._nodes.get(prefix, (0, 0))
        return self._ids[start:stop]

    def prefixes_of(self, typed: bytes) -> list[tuple[int, int]]:
        """Give (id, length) of the pieces that are a proper prefix of `typed`."""
        found = []
        for length in range(1, len(typed)):
            prefix = typed[:length]
            start, stop = self._nodes.get(prefix, (0, 0))
            if start == stop:
                break
            while start < stop and self._sorted[start] == prefix:
                found.append((int(self._ids[start]), length))
                start += 1
        return found

    def agreeing(self, typed: bytes) -> NDArray[np.int64]:
        """Give every id that may come next when `typed` is still to be spelled."""
        shorter = [i for i, _ in self.prefixes_of(typed)]
        return np.concatenate([self.starting_with(typed), np.array(shorter, np.int64)])
