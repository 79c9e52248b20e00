"""Number words in the order of the alphabet.

    0 ""   1 "Tea"   2 "coffee"   3 "tea"   4 "teapot"        those that begin with "te": 3 to 4

One is found by bisection, and all that begin alike stand together: a dict took 50 bytes a word.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable
from sys import intern
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Numbers", "WordNumbers", "short"]

Numbers = NDArray[Any]
"""Of words: unsigned, as narrow as they can be."""
_MANY = 8
"""A dict of all pays where more than one of so many is looked up."""


class WordNumbers:
    """Words as they are written, and their lower case; each new one moves the numbers behind it."""

    def __init__(self, first: str) -> None:
        self._words = [first]
        self.lower = short([0], 1)
        """Of each word, the number of its lower case."""

    def __len__(self) -> int:
        return len(self._words)

    def word(self, number: int) -> str:
        """Give the word of a number."""
        return self._words[number]

    def of(self, word: str) -> int:
        """Give the number of a word, -1 where it has none."""
        at = bisect_left(self._words, word)
        return at if self._words[at : at + 1] == [word] else -1

    def of_all(self, words: Iterable[str]) -> Numbers:
        """Give the numbers of words that have one."""
        words = list(words)
        distinct = set(words)
        find = self._finder(len(distinct))
        numbers = {word: find(word) for word in distinct}
        return short([numbers[word] for word in words], len(self))

    def beginning(self, half: str) -> slice:
        """Give the numbers of all that begin with `half`."""
        start = bisect_left(self._words, half)
        return slice(start, bisect_left(self._words, half + "\U0010ffff", lo=start))

    def add(self, words: Collection[str]) -> Numbers:
        """Number the words that are new, and their lower case; give where each number moved to."""
        both = {*words, *(intern(word.lower()) for word in words)}
        find = self._finder(len(both))
        new = sorted(word for word in both if find(word) < 0)
        size = len(self)
        # Each number grows by the new words before its own.
        before = np.bincount([bisect_left(self._words, word) for word in new], minlength=size)
        moved = np.arange(size) + np.cumsum(before)[:size]
        if new:
            self._words = sorted(self._words + new)
            lower = short(np.zeros(len(self)), len(self))
            lower[moved] = moved[self.lower]
            find = self._finder(len(new))
            for word in new:
                lower[find(word)] = find(word.lower())
            self.lower = lower
        return moved

    def _finder(self, asked: int) -> Callable[[str], int]:
        """Give what finds numbers as `of` does: a few by bisection, many by a dict."""
        if _MANY * asked < len(self):
            return self.of
        numbers = {word: number for number, word in enumerate(self._words)}
        return lambda word: numbers.get(word, -1)


def short(numbers: Any, size: int) -> Numbers:
    """Give numbers below `size` in as few bytes as hold them."""
    return np.asarray(numbers, np.min_scalar_type(size))
