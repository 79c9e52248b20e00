"""Spellings of words: the pieces that agree with what is typed, and the network after some.

Knows pieces and places; nothing of words or of which spelling is looked at when.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from chatbot.ahead import Ahead, Asked, Scout
from chatbot.places import Path, Place
from chatbot.runners.base import Floats, Runner
from chatbot.trie import ByteTrie
from chatbot.words import WordSigns

__all__ = ["Agreeing", "Spelling", "Spellings"]


@dataclass(eq=False, slots=True)
class Spelling:
    """A spelling whose word may go on. The most probable comes first in a heap."""

    probability: float
    spelled: bytes
    typed: bytes
    """What is still to be covered of the typed bytes."""
    path: Path
    """Its ids after the place."""
    state: Floats
    """(1, D) before the last id."""
    next: Iterator[Spelling]
    """Its less probable siblings."""

    def __lt__(self, other: Spelling) -> bool:
        return self.probability > other.probability


class Agreeing(NamedTuple):
    """The pieces that agree with typed bytes."""

    covering: Asked
    """Those that cover all of them."""
    parts: Asked
    """Those that cover a part."""
    lengths: list[int]
    """Of each part, in bytes."""


class Spellings:
    """Look at spellings with one runner. Safe for threads."""

    def __init__(
        self,
        runner: Runner,
        pieces: Sequence[bytes],
        trie: ByteTrie,
        signs: WordSigns,
        *,
        beginnings: int = 4096,
    ) -> None:
        """Keep the pieces of `beginnings` of words: the same ones are typed again and again."""
        self.pieces, self.trie, self.signs = pieces, trie, signs
        self._runner, self.scout = runner, Scout(runner, signs)
        self.agreeing = lru_cache(beginnings)(self._agreeing)

    def follow(self, place: Place, ids: Path) -> Ahead:
        """Give the network after `ids` from a place, stepped unless an earlier keystroke did."""
        found = place.places.noted(place).get(ids)
        if found is None:
            state = place.state
            for i in ids[:-1]:
                state = self._runner.advance(np.array([i]), state)
            (found,) = self.scout.look(ids[-1:], [state])
            place.places.note(place, {ids: found})
        return found

    def look_ahead(self, place: Place, spellings: Sequence[Spelling]) -> list[Ahead]:
        """Step the last id of each spelling, unless an earlier keystroke did."""
        known = place.places.noted(place)
        found = [known.get(spelling.path) for spelling in spellings]
        new = [s for s, ahead in zip(spellings, found, strict=True) if ahead is None]
        if new:
            looked = self.scout.look([s.path[-1] for s in new], [s.state for s in new])
            place.places.note(place, {s.path: a for s, a in zip(new, looked, strict=True)})
            rest = iter(looked)
            return [ahead or next(rest) for ahead in found]
        return [ahead for ahead in found if ahead is not None]

    def _agreeing(self, typed: bytes) -> Agreeing:
        parts, ask = self.trie.prefixes_of(typed), self.scout.asked
        ids = np.array([i for i, _ in parts], np.int64)
        covering = ask(self.trie.starting_with(typed))
        return Agreeing(covering, ask(ids), [length for _, length in parts])
