"""Say which words come next by where the network stood when they were written before.

    now  h          then  h1 "tea"  h2 "Zermatt"  h3 "tea" ...
    p(word) ~ sum over the places where it was written of exp(sharpness cos(h, h_i))

The continuous cache of Grave 2016 (arXiv:1612.04426), with angles for dot products, because the
keys are shrunk (hidden_keys.py).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from sys import intern

import numpy as np

from chatbot.expectation import Expectation
from chatbot.hidden_keys import SIZE, Keys
from chatbot.runners.base import Floats

__all__ = ["StateCache"]

_COMMON = 64
"""Words given where nothing is typed: the others can't win."""


class StateCache:
    """Words, each with the key of the place where it was written. Never changes."""

    def __init__(
        self,
        words: Sequence[str],
        keys: Sequence[bytes],
        *,
        sharpness: float,
        sure_words: float,
    ) -> None:
        """Take words and signs as they were written, oldest first, and SIZE bytes of each.

        `keys` may come in pieces: they are not copied, but kept as they are. Signs say nothing.
        With `sure_words` words it says half of what it would with many.
        """
        spelled = {intern(word.lower()): word for word in words if word[0].isalnum()}
        self._words = sorted(spelled)
        self._spelled = [spelled[word] for word in self._words]
        number = {word: i for i, word in enumerate(self._words)}
        sign = len(number)
        self._at = np.array([number.get(word.lower(), sign) for word in words], np.int32)
        self._pieces, self._sharpness = keys, sharpness
        self._lengths = np.maximum(np.linalg.norm(self._keys, axis=1), 1e-12)
        known = int((self._at < sign).sum())
        self._share = known / (known + sure_words)

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
        return Expectation(found, float(agreeing.sum()), self._spelling)

    def chance(self, key: Keys, word: str) -> float:
        """Give the probability of `word`, in any case, at the place of `key` (1, SIZE)."""
        at = self._find(word)
        return float(self._chances(key)[at]) if at is not None else 0.0

    def _find(self, word: str) -> int | None:
        lower = word.lower()
        at = bisect_left(self._words, lower)
        return at if self._words[at : at + 1] == [lower] else None

    def _spelling(self, word: str) -> str:
        at = self._find(word)
        return word if at is None else self._spelled[at]

    @property
    def _keys(self) -> Floats:
        keys = np.frombuffer(b"".join(self._pieces), np.int8)
        return keys.reshape(-1, SIZE).astype(np.float32)

    def _chances(self, key: Keys) -> Floats:
        """Give the probability of each of the sorted words."""
        if not self._words:
            return np.zeros(0, np.float32)
        now = key[0].astype(np.float32)
        now /= max(float(np.linalg.norm(now)), 1e-12)
        alike = (self._keys @ now) / self._lengths
        weights = np.exp(self._sharpness * (alike - alike.max()))
        sums = np.bincount(self._at, weights, minlength=len(self._words) + 1)[:-1]
        shares: Floats = (self._share * sums / sums.sum()).astype(np.float32)
        return shares
