"""Say how well n-grams know a place: the better, the more what they expect there counts.

    written thrice   "Kind regards, Ivan"
    typed            "See you. Kind regards, "   SURE       "They regards "   ONE

Knows counts, nothing of weights.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from enum import IntEnum

from chatbot.word_counts import WordCounts

__all__ = ["Level", "level_of"]

_SHARES = (0.5, 0.7)
"""Of the words that may follow, those that have followed (Witten 1991, method C)."""


class Level(IntEnum):
    """How well a place is known."""

    NEW = 0
    """The word before was never seen."""
    ONE = 1
    """It was, but not after the one before it."""
    ONCE = 2
    """Two words or more were seen together: once, or always before another word."""
    TWICE = 3
    """Mostly before the same, twice at least."""
    SURE = 4
    """Three times at least before the same."""
    START = 5
    """The start of a message."""


def level_of(counts: WordCounts, before: Sequence[str]) -> Level:
    """Give the level of the place after the words `before` of a message."""
    if not before:
        return Level.START
    words, seen = counts.nearest(before)
    if words < 2:
        return Level(words)
    total = sum(seen.values())
    return Level(Level.ONCE + bisect_left(_SHARES, total / (total + len(seen))))
