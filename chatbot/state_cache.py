"""Say which words come next by where the network stood when they were written before.

    now  h          then  h1 "tea"  h2 "Zermatt"  h3 "tea" ...
    p(word) ~ sum over the places where it was written of exp(sharpness cos(h, h_i))

The continuous cache of Grave 2016 (arXiv:1612.04426), with angles for dot products, because the
keys are shrunk (hidden_keys.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chatbot.expectation import Expectation
from chatbot.hidden_keys import SIZE, Keys, unpack
from chatbot.runners.base import Floats
from chatbot.word_counts import START, WordCounts

__all__ = ["StateCache"]

_COMMON = 64
"""Words given where nothing is typed: the others can't win."""


class StateCache:
    """Words, each with the key of the place where it was written.

    Holds for as long as nothing is added to the counts it was made with.
    """

    def __init__(
        self,
        words: Sequence[str],
        keys: Sequence[bytes],
        *,
        counts: WordCounts,
        sharpness: float,
        sure_words: float,
    ) -> None:
        """Take words and signs as they were written, and SIZE bytes of each.

        `keys` may come in pieces: they are not copied, but kept as they are. Signs say nothing.
        `counts` have the words, and know how they are spelled. With `sure_words` words it says half
        of what it would with many.
        """
        self._counts, self._pieces, self._sharpness = counts, keys, sharpness
        self._at = counts.numbers.of_all(w.lower() if w[0].isalnum() else START for w in words)
        known = int(np.count_nonzero(self._at))
        self._share = known / (known + sure_words)
        self._asked: tuple[bytes, Floats] | None = None

    def expect(self, key: Keys, half: str) -> Expectation:
        """Give the words that begin with `half`, at the place of `key` (1, SIZE)."""
        half = half.lower()
        alike = self._counts.numbers.beginning(half)
        chances = self._chances(key)[alike]
        best = np.flatnonzero(chances)
        if not half and len(best) > _COMMON:
            best = np.argpartition(-chances, _COMMON)[:_COMMON]
        found = {
            self._counts.numbers.word(alike.start + i): float(chances[i]) for i in best.tolist()
        }
        found.pop(half, None)
        return Expectation(found, float(chances.sum()), self._spelling)

    def chance(self, key: Keys, word: str) -> float:
        """Give the probability of `word`, in any case, at the place of `key` (1, SIZE)."""
        at = self._counts.numbers.of(word.lower())
        return float(self._chances(key)[at]) if at > 0 else 0.0

    def _spelling(self, word: str) -> str:
        return self._counts.spelling(word) or word

    def _chances(self, key: Keys) -> Floats:
        """Give the probability of the word of each number."""
        if self._asked is None or self._asked[0] != key.tobytes():
            self._asked = key.tobytes(), self._chances_at(key)
        return self._asked[1]

    def _chances_at(self, key: Keys) -> Floats:
        now = unpack(key)[0]
        kept = unpack(np.frombuffer(b"".join(self._pieces), np.uint8).reshape(-1, SIZE))
        lengths = np.sqrt(np.einsum("ij,ij->i", kept, kept))
        alike = kept @ now / np.maximum(lengths * np.linalg.norm(now), 1e-12)
        weights = np.exp(self._sharpness * (alike - alike.max(initial=-1)))
        sums = np.bincount(self._at, weights, minlength=len(self._counts.numbers))
        sums[0] = 0  # signs
        chances: Floats = (self._share * sums / max(sums.sum(), 1e-12)).astype(np.float32)
        return chances
