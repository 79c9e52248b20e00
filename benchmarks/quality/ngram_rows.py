"""What may come after a history, by an n-gram model: every word at once, and phrases.

Knows ids and chances, nothing of letters or case. V vocabulary.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from cachetools import LRUCache

from benchmarks.quality.ngram_table import Floats, NgramTable
from benchmarks.quality.ngram_text import RARE

__all__ = ["Path", "Row", "Rows", "largest"]

Path = tuple[int, ...]
_INNER = (",", ".", "!", "?", "...")
"""Signs that a phrase may have between its words: they stand behind a word, before a space."""
_LIKELY = 1e-3
_REMEMBERED = 256
"""Rows kept from one keystroke to the next."""


@dataclass(frozen=True, eq=False)
class Row:
    """The chances after one history."""

    words: Floats
    """(V,): of each word; 0 for signs and what else is no word."""
    signs: tuple[tuple[int, float], ...]
    """Of the signs that may stand inside a phrase."""
    rare: float
    """Of a word outside the vocabulary."""


class Rows:
    """Look rows up, and search phrases."""

    def __init__(self, table: NgramTable, *, beam: int) -> None:
        self._table, self._beam = table, beam
        self._not_words = np.flatnonzero([not word[0].isalnum() for word in table.words])
        self._signs = [table.ids[sign] for sign in _INNER if sign in table.ids]
        self._rare = table.ids[RARE]
        self._rows: LRUCache[Path, Row] = LRUCache(_REMEMBERED)

    def row(self, history: Path) -> Row:
        """Give the chances after a history; longer than the model's, only its end counts."""
        history = history[1 - self._table.order :]
        if history not in self._rows:
            chances = np.exp(self._table.row(history))
            signs = tuple((i, float(chances[i])) for i in self._signs)
            rare = float(chances[self._rare])
            chances[self._not_words] = 0
            self._rows[history] = Row(chances, signs, rare)
        found: Row = self._rows[history]
        return found

    def phrases(
        self, history: Path, first: list[tuple[int, float]], words: int
    ) -> dict[Path, float]:
        """Go on from each first word to phrases of `words` words; give their probabilities.

        A beam over words and signs. Phrases of the same words count as one, the most probable way
        of writing it, with the sum of all ways: "yes, I" and "yes I".
        """
        going: list[tuple[Path, float, int]] = [((i,), p, 1) for i, p in first[: self._beam]]
        done: list[tuple[Path, float]] = []
        for _ in range(2 * words):
            done += [(path, p) for path, p, count in going if count == words]
            longer = [
                ((*path, i), p * chance, count + is_word)
                for path, p, count in going
                if count < words
                for i, chance, is_word in self._next(history, path)
            ]
            going = sorted(longer, key=lambda way: -way[1])[: self._beam]
        return self._merged(done)

    def _next(self, history: Path, path: Path) -> list[tuple[int, float, bool]]:
        row = self.row(history + path)
        ways = [(i, float(row.words[i]), True) for i in largest(row.words, self._beam)]
        # One sign after another is no way between two words.
        return ways if path[-1] in self._signs else ways + [(i, p, False) for i, p in row.signs]

    def _merged(self, ways: list[tuple[Path, float]]) -> dict[Path, float]:
        same: defaultdict[Path, list[tuple[float, Path]]] = defaultdict(list)
        for path, p in ways:
            same[tuple(i for i in path if i not in self._signs)].append((p, path))
        return {max(ways)[1]: sum(p for p, _ in ways) for ways in same.values()}


def largest(values: Floats, n: int) -> list[int]:
    """Give the places of the n largest positive values, the largest first."""
    places = np.flatnonzero(values > _LIKELY)
    if len(places) < n:
        places = np.flatnonzero(values > 0)
    if len(places) > n:
        places = places[np.argpartition(-values[places], n)[:n]]
    return [int(i) for i in places[np.argsort(-values[places], kind="stable")]]
