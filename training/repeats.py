"""Count what was seen before, in bounded memory, and tell when two turns are nearly the same."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

__all__ = ["BoundedCounter", "mark", "near_form"]

_WORD = re.compile(r"\w+(?:'\w+)*")
_DIGITS = re.compile(r"\d+")


class BoundedCounter:
    """Count keys, forgetting the rarest when `most` are held: memory does not grow with a corpus.

    Forgetting can only let a repeat through, never take a first occurrence for a repeat (lossy
    counting, Manku and Motwani 2002). A key costs about 100 bytes.
    """

    def __init__(self, *, most: int = 1_000_000) -> None:
        self._most = most
        self._counts: dict[int, int] = {}

    def add(self, key: int) -> int:
        """Count one more of `key`; returns how many of it are known now."""
        if len(self._counts) >= self._most and key not in self._counts:
            self._forget()
        self._counts[key] = self._counts.get(key, 0) + 1
        return self._counts[key]

    def _forget(self) -> None:
        least = 1
        while len(self._counts) > self._most // 2:
            self._counts = {k: c for k, c in self._counts.items() if c > least}
            least *= 2


def near_form(text: str) -> str:
    """Give what near-duplicates share: lower-case words, numbers as 0, no punctuation."""
    return " ".join(_WORD.findall(_DIGITS.sub("0", text.lower())))


def mark(texts: Iterable[str]) -> int:
    """Give a 64-bit mark of texts, the same on every machine."""
    data = "\0".join(texts).encode()
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
