"""Find the words that a half-typed one may have been meant to be, if a finger slipped.

    typed " teh"    p(typed | meant) x p(meant begins a word here)      one look at the chances
                    the best few are searched as if they had been typed

Knows words, nothing of memories or edits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chatbot.context import Context
from chatbot.misspellings import corrected
from chatbot.runners.base import Floats
from chatbot.slips import Slip, SlipConfig, may_be_mended, slips
from chatbot.word_search import FoundWord, WordSearch

__all__ = ["SlipSearch"]

_SEARCHED = 2
"""Ways to have slipped that are searched."""
_LEAST_SHARE = 0.01
"""A way less probable than this share of what was typed as it stands is not searched."""
_SURE = 0.002
"""What was typed is taken as it stands where that is more probable than this: no slip is."""
_KEPT = 1024
"""Half-typed words of which the ways to have slipped are kept: the same ones are typed again."""
_NONE = np.empty(0, np.int64)


class _Ways(NamedTuple):
    """The ways to have slipped at which a piece begins."""

    slips: list[Slip]
    shares: Floats
    """p(typed | meant) of each."""
    ids: NDArray[np.int64]
    """The pieces that begin with the first, then those of the second, ..."""
    starts: NDArray[np.int64]
    """Where in `ids` those of each begin."""


class SlipSearch:
    """Mend half-typed words by the same search. Safe for threads."""

    def __init__(self, search: WordSearch, config: SlipConfig) -> None:
        self._search, self.config = search, config
        self._ways = lru_cache(_KEPT)(self._find)

    def widen(
        self, context: Context, half: str, words: Mapping[str, FoundWord], mass: float, *, n: int
    ) -> tuple[dict[str, FoundWord], float]:
        """Add to the `words` found for `half`, and to their `mass`, what may have been meant.

        What is typed in full is no word of the list, but may be what was meant: it is in the mass.
        """
        found, mass = self._mend(context, half, words, mass, n=n)
        if not self.config.rate:
            return found, mass
        if meant := corrected(half):
            lead = context.typed.removesuffix(half.encode())
            mass += self._add(found, context, lead, Slip(meant, self.config.habit), n)
        return found, mass

    def _mend(
        self, context: Context, half: str, words: Mapping[str, FoundWord], mass: float, *, n: int
    ) -> tuple[dict[str, FoundWord], float]:
        """Widen by what is one slip away."""
        if mass > _SURE or not may_be_mended(half, self.config):
            return dict(words), mass
        lead = context.typed.removesuffix(half.encode())
        ways = self._ways(lead, half)
        chances = np.add.reduceat(context.place.chances[ways.ids], ways.starts)
        weighed = chances * ways.shares
        kept = 1 - self.config.rate
        found = {
            word: replace(each, probability=kept * each.probability) for word, each in words.items()
        }
        for i in np.argsort(-weighed)[:_SEARCHED].tolist():
            if weighed[i] > _LEAST_SHARE * kept * mass and weighed[i] > 0:
                self._add(found, context, lead, ways.slips[i], n)
        return found, kept * mass + float(weighed.sum())

    def _find(self, lead: bytes, half: str) -> _Ways:
        """Find the ways to have slipped in `half`, which stands after the bytes `lead`."""
        trie = self._search.spellings.trie
        ways = slips(half, self.config, begins=lambda text: lead + text.encode() in trie)
        pieces = [trie.starting_with(lead + slip.meant.encode()) for slip in ways]
        starts = np.cumsum([0, *map(len, pieces)])[:-1]
        shares = np.array([slip.probability for slip in ways], np.float32)
        return _Ways(ways, shares, np.concatenate([_NONE, *pieces]), starts)

    def _add(
        self, found: dict[str, FoundWord], context: Context, lead: bytes, slip: Slip, n: int
    ) -> float:
        """Add what was meant by one slip; give its probability, joint with what is typed."""
        meant = replace(context, typed=lead + slip.meant.encode())
        words, mass = self._search.run(meant, slip.meant, n=n, whole=True)
        for word, each in words.items():
            # One that is found as it stands keeps its way; two slips may lead to one word.
            before = found.get(word, replace(each, probability=0.0))
            more = slip.probability * each.probability
            found[word] = replace(before, probability=before.probability + more)
        return slip.probability * mass
