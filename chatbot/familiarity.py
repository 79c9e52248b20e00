"""Say how well n-grams know a place: the better, the more what they expect there counts.

    written thrice   "Kind regards, Ivan"
    typed            "See you. Kind regards, "   SURE       "They regards "   ONE

Knows counts, nothing of weights.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from chatbot.word_counts import WordCounts

__all__ = ["Habit", "Level", "habit"]

_SHARES = (0.5, 0.7, 0.8)
"""Of what may follow, the word that mostly did (Witten 1991, method C): one that came alone has
more than the first from its second time on, than the next from its third, the last its fifth."""


class Level(IntEnum):
    """How well a place is known."""

    NEW = 0
    """The word before was never seen."""
    ONE = 1
    """It was, but not after the one before it."""
    ONE_SURE = 2
    """So, and mostly before the same word, three times at least."""
    ONCE = 3
    """Two words or more were seen together: once, or before other words each time."""
    TWICE = 4
    """Mostly before the same, twice at least."""
    SURE = 5
    """Mostly before the same, three times at least."""
    ALWAYS = 6
    """So, five times at least and hardly ever before another."""
    START = 7
    """The start of a message."""


class Habit(NamedTuple):
    """What is known of a place."""

    level: Level
    word: str = ""
    """The word or sign that mostly followed there, in lower case."""
    share: float = 0.0
    """Its probability there."""


def habit(counts: WordCounts, before: Sequence[str]) -> Habit:
    """Say what is known of the place after the words `before` of a message."""
    if not before:
        return Habit(Level.START)
    words, seen = counts.nearest(before)
    if not words:
        return Habit(Level.NEW)
    word = max(seen, key=seen.__getitem__)
    share = seen[word] / (sum(seen.values()) + len(seen))
    if words == 1:
        level = Level.ONE_SURE if share > _SHARES[1] else Level.ONE
    else:
        level = Level(Level.ONCE + bisect_left(_SHARES, share))
    return Habit(level, word, share)
