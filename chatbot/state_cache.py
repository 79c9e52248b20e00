"""Say which words come next by where the network stood when they were written before.

    now  h          then  h1 "tea"  h2 "Zermatt"  h3 "tea" ...
    p(word) ~ sum over the places where it was written of exp(sharpness cos(h, h_i))

The continuous cache of Grave 2016 (arXiv:1612.04426), with angles for dot products, because the
keys are shrunk (hidden_keys.py).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from chatbot.hidden_keys import Keys
from chatbot.runners.base import Floats
from chatbot.word_counts import Expectation

__all__ = ["StateCache"]

_COMMON = 64
"""Words given where nothing is typed: the others can't win."""


class StateCache:
    """Words, each with the key of the place where it was written. Never changes."""

    def __init__(
        self, words: Sequence[str], keys: Keys, *, sharpness: float, sure_words: float
    ) -> None:
        """Take words as they were written, oldest first, and their keys (n, SIZE).

        With `sure_words` words it says half of what it would with many.
        """
        self._spelled = {word.lower(): word for word in words}
        self._words = sorted(self._spelled)
        number = {word: i for i, word in enumerate(self._words)}
        self._at = np.array([number[word.lower()] for word in words], np.int64)
        self._keys, self._sharpness = keys, sharpness
        self._lengths = np.maximum(np.linalg.norm(keys.astype(np.float32), axis=1), 1e-12)
        self._share = len(words) / (len(words) + sure_words)

    def expect(self, key: Keys, half: str) -> Expectation:
        """Give the words that begin with `half`, at the place of `key` (1, SIZE)."""
        half = half.lower()
        chances = self._chances(key)
        start = bisect_left(self._words, half)
        stop = bisect_left(self._words, half + "\U0010ffff")
        agreeing = chances[start:stop]
        best = np.arange(len(agreeing))
        if not half and len(best) > _COMMON:
            best = np.argpartition(-agreeing, _COMMON)[:_COMMON]
        found = {self._words[start + i]: float(agreeing[i]) for i in best.tolist()}
        found.pop(half, None)
        return Expectation(found, float(agreeing.sum()), lambda word: self._spelled.get(word, word))

    def chance(self, key: Keys, word: str) -> float:
        """Give the probability of `word`, in any case, at the place of `key` (1, SIZE)."""
        if not self._words or word.lower() not in self._spelled:
            return 0.0
        return float(self._chances(key)[bisect_left(self._words, word.lower())])

    def _chances(self, key: Keys) -> Floats:
        """Give the probability of each of the sorted words."""
        if not self._words:
            return np.zeros(0, np.float32)
        now = key[0].astype(np.float32)
        now /= max(float(np.linalg.norm(now)), 1e-12)
        alike = (self._keys.astype(np.float32) @ now) / self._lengths
        weights = np.exp(self._sharpness * (alike - alike.max()))
        sums = np.bincount(self._at, weights, minlength=len(self._words))
        shares: Floats = (self._share * sums / sums.sum()).astype(np.float32)
        return shares
