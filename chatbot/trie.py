"""Find the pieces that agree with the bytes a person typed.

    typed " hel"   agree: " h", " he", " hel" (and go on with "el", "l", "")
                          " hell", " hello", " helmet" ... (they cover all that was typed)

A trie over the bytes of the vocabulary, kept as one sorted list: the pieces below a node are a
range, found by two binary searches.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray

__all__ = ["ByteTrie"]


class ByteTrie:
    """Look up ids by what their bytes begin with. Ids without bytes (control) are left out."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        order = sorted((piece, i) for i, piece in enumerate(pieces) if piece)
        self._sorted = [piece for piece, _ in order]
        self._ids = np.array([i for _, i in order], np.int64)
        self._longest = max(map(len, self._sorted), default=0)

    def starting_with(self, prefix: bytes) -> NDArray[np.int64]:
        """Give the ids whose bytes begin with `prefix` (the equal ones too)."""
        return self._ids[self._range(prefix)]

    def prefixes_of(self, typed: bytes) -> list[tuple[int, int]]:
        """Give (id, length) of the pieces that are a proper prefix of `typed`."""
        found = []
        for length in range(1, min(len(typed), self._longest + 1)):
            start = bisect_left(self._sorted, typed[:length])
            while start < len(self._sorted) and self._sorted[start] == typed[:length]:
                found.append((int(self._ids[start]), length))
                start += 1
        return found

    def agreeing(self, typed: bytes) -> NDArray[np.int64]:
        """Give every id that may come next when `typed` is still to be spelled."""
        shorter = [i for i, _ in self.prefixes_of(typed)]
        return np.concatenate([self.starting_with(typed), np.array(shorter, np.int64)])

    def letters_after(self, prefix: bytes) -> str:
        """Give the letters from a to z that lead on from `prefix` towards some piece."""
        within = self._range(prefix)
        return "".join(
            letter
            for letter in ascii_lowercase
            if self._has(prefix + letter.encode(), within.start, within.stop)
        )

    def _has(self, prefix: bytes, start: int, stop: int) -> bool:
        place = bisect_left(self._sorted, prefix, start, stop)
        return place < stop and self._sorted[place].startswith(prefix)

    def _range(self, prefix: bytes) -> slice:
        start = bisect_left(self._sorted, prefix)
        # The first string that is greater than every string with this prefix.
        above = prefix.rstrip(b"\xff")
        if not above:
            return slice(start, len(self._sorted))
        after = above[:-1] + bytes([above[-1] + 1])
        return slice(start, bisect_left(self._sorted, after))
