"""Shrink hidden states to short keys: states that are alike keep alike keys.

A random projection keeps angles (Johnson and Lindenstrauss 1984), so the top layer's hidden state
of H floats (2,560 bytes for H = 640) becomes 64 numbers of four bits, two a byte. Knows states, not
words.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chatbot.runners.base import Floats

__all__ = [
    "NUMBERS",
    "OLDER_SIZE",
    "SIZE",
    "HiddenKeys",
    "Key",
    "Keys",
    "pack",
    "shrunk",
    "unpack",
]

NUMBERS = 64
"""Of a key. On two corpora of people's messages 64 lost 0.01 nats a word against all of H."""
SIZE = NUMBERS // 2
"""Bytes a key."""
OLDER_SIZE = NUMBERS
"""Bytes of one as it was before: a number a byte."""
_MOST = 7
"""A number is from -7 to 7."""
_SEED = 0

Keys = NDArray[np.uint8]
"""(n, SIZE)."""
_BYTES = np.arange(256)
_PAIRS = np.stack((_BYTES // 16, _BYTES % 16), axis=1).astype(np.float32) - 8
"""The two numbers of each byte."""


class Key(NamedTuple):
    """Where a text stands, as the network sees it."""

    network: str
    """Whose hidden state it was: only keys of one network compare."""
    numbers: Keys
    """(1, SIZE)."""


class HiddenKeys:
    """Make keys from the states of one network."""

    def __init__(self, *, network: str, layers: int, hidden_size: int) -> None:
        self.network = network
        self._top = slice((layers - 1) * hidden_size, layers * hidden_size)
        # RandomState's stream is frozen, so keys outlive a new version of NumPy.
        random = np.random.RandomState(_SEED)
        self._projection = random.randn(hidden_size, NUMBERS).astype(np.float32)

    def of(self, states: Floats) -> Keys:
        """Give the keys (B, SIZE) of states (B, D)."""
        return pack(states[:, self._top] @ self._projection)

    def key(self, state: Floats) -> Key:
        """Give the key of one state (1, D)."""
        return Key(self.network, self.of(state))


def pack(numbers: Floats) -> Keys:
    """Give the keys (n, SIZE) that have about the angles of `numbers` (n, NUMBERS)."""
    largest = np.maximum(np.abs(numbers).max(axis=1, keepdims=True), 1e-12)
    short: Keys = (np.round(_MOST * numbers / largest) + 8).astype(np.uint8)
    return 16 * short[:, ::2] + short[:, 1::2]


def unpack(keys: Keys) -> Floats:
    """Give the numbers (n, NUMBERS) of keys (n, SIZE)."""
    numbers: Floats = _PAIRS[keys].reshape(-1, NUMBERS)
    return numbers


def shrunk(older: bytes) -> bytes:
    """Give keys of OLDER_SIZE bytes as keys of SIZE."""
    numbers = np.frombuffer(older, np.int8).reshape(-1, NUMBERS)
    return pack(numbers.astype(np.float32)).tobytes()
