"""The words that a network has read: which of those that it spells are words at all.

    "I moved to Hanoi"   the network goes on letter by letter: Hanoia 0.85, Hanoid, Hanoids
                         of 2,271 offered words that it had never read 29 were meant

A Bloom filter (Bloom 1970, doi:10.1145/362686.362692): ten bits a word whatever its length, which
say "never" for sure and "yes" wrongly of one word in a hundred. Words can't be read out of it.
Knows words, nothing of networks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from zlib import crc32

from chatbot.errors import CheckpointError

__all__ = ["Lexicon"]

_BITS_A_WORD = 10
_ASKED = 7
"""Bits a word sets: the best number for ten bits a word."""
_LEAST_BYTES = 128
_NEW_ENDINGS = tuple(map(re.compile, ("(?<![s'])'s$", "(?<![s'])s$", "ed$", "d$")))
"""A word that was read may end so for the first time: simile-s, deplore-d. A name may not."""


class Lexicon:
    """A set of words, whatever their case, that can only be asked."""

    def __init__(self, bits: bytes) -> None:
        """Take what `bits` gave. Raises CheckpointError where there are none."""
        if not bits:
            raise CheckpointError("a lexicon must have at least one byte; got none")
        self.bits = bits

    @classmethod
    def of(cls, words: Collection[str], *, more: Lexicon | None = None) -> Lexicon:
        """Make one of `words`, and of those in `more`."""
        size = max(len(words) * _BITS_A_WORD // 8, _LEAST_BYTES)
        # Side by side: what was at x is at x and at every place that x is the rest of.
        bits = bytearray(more.bits * -(-size // len(more.bits)) if more else size)
        made = cls(bytes(bits))
        for word in words:
            for at in made._places(word.lower()):
                bits[at >> 3] |= 1 << (at & 7)
        made.bits = bytes(bits)
        return made

    def knows(self, word: str) -> bool:
        """Tell whether the word was read, or is one that was with a new ending."""
        if word.lower() in self:
            return True
        stems = (ending.sub("", word) for ending in _NEW_ENDINGS)
        return word.islower() and any(stem != word and stem in self for stem in stems)

    def __contains__(self, word: str) -> bool:
        return all(self.bits[at >> 3] >> (at & 7) & 1 for at in self._places(word))

    def _places(self, word: str) -> Iterator[int]:
        # Two hashes make all the others (Kirsch & Mitzenmacher 2006, doi:10.1007/11841036_42).
        spelled = word.encode("utf-8", "replace")
        first, second, bits = crc32(spelled), crc32(spelled[::-1]) | 1, 8 * len(self.bits)
        return ((first + i * second) % bits for i in range(_ASKED))
