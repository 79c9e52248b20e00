"""Find the words that a half-typed one may have been meant to be, if a finger slipped.

    typed " teh"    p(typed | meant) x p(meant begins a word here)      one look at the chances
                    the best few are searched as if they had been typed

Knows words, nothing of memories or edits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from chatbot.context import Context
from chatbot.slips import SlipConfig, slips
from chatbot.word_search import FoundWord, WordSearch

__all__ = ["SlipSearch"]

_SEARCHED = 2
"""Ways to have slipped that are searched."""
_LEAST_SHARE = 0.05
"""A way less probable than this share of what was typed as it stands is not searched."""
_SURE = 0.002
"""What was typed is taken as it stands where that is more probable than this: no slip is."""


class SlipSearch:
    """Mend half-typed words by the same search. Safe for threads."""

    def __init__(self, search: WordSearch, config: SlipConfig) -> None:
        self._search, self.config = search, config

    def widen(
        self, context: Context, half: str, words: Mapping[str, FoundWord], mass: float, *, n: int
    ) -> tuple[dict[str, FoundWord], float]:
        """Add to the `words` found for `half`, and to their `mass`, what may have been meant.

        What is typed in full is no word of the list, but may be what was meant: it is in the mass.
        """
        if mass > _SURE or not (ways := slips(half, self.config)):
            return dict(words), mass
        lead = context.typed.removesuffix(half.encode())
        spelled = [lead + way.meant.encode() for way in ways]
        chances = self._search.trie.masses(context.place.chances, spelled)
        weighed = chances * np.array([way.probability for way in ways], np.float32)
        kept = 1 - self.config.rate
        found = {
            word: replace(each, probability=kept * each.probability) for word, each in words.items()
        }
        for i in np.argsort(-weighed)[:_SEARCHED].tolist():
            if weighed[i] > _LEAST_SHARE * kept * mass and weighed[i] > 0:
                meant = replace(context, typed=spelled[i])
                self._add(found, meant, ways[i].meant, ways[i].probability, n)
        return found, kept * mass + float(weighed.sum())

    def _add(
        self, found: dict[str, FoundWord], context: Context, meant: str, share: float, n: int
    ) -> None:
        words, _ = self._search.run(context, meant, n=n, whole=True)
        for word, each in words.items():
            # One that is found as it stands keeps its way; two slips may lead to one word.
            before = found.get(word, replace(each, probability=0.0))
            more = share * each.probability
            found[word] = replace(before, probability=before.probability + more)
