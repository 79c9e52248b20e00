"""Remember the words of a dialogue: what was said once is likely to be said again."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cachetools import LRUCache

from chatbot.expectation import Expectation, expect
from chatbot.word_counts import WordCounts, cut
from tokenizer import Turn, join_speakers

__all__ = ["DialogueMemory", "MemoryConfig", "WordMemories"]

_BEFORE = 256
"""Characters in which the few words that a context takes are looked for."""


@dataclass(frozen=True, kw_only=True)
class MemoryConfig:
    """Say how much of a dialogue counts, and how much it counts."""

    weight: float = 0.1
    """Share of the memory in a word's probability, 0 to 1; the network has the rest."""
    orders: int = 3
    """Words that are looked at together: 3 counts a word after the two before it."""
    most_characters: int = 2048
    """Of the dialogue's end; what is older is forgotten."""
    dialogues: int = 256
    """Dialogues, and turns being written, whose counts are kept for the next keystroke."""


@dataclass(frozen=True)
class DialogueMemory:
    """The words of earlier turns, and those of the turn being written."""

    layers: tuple[WordCounts, ...]
    before: tuple[str, ...]
    """The last words of the turn being written, up to the half-typed one."""

    def expect(self, half: str) -> Expectation:
        """Give the words that may come next and begin with `half`."""
        return expect(self.layers, self.before, half)

    def chance(self, word: str) -> float:
        """Give the probability that `word` comes next."""
        return self.expect(word).exact

    def wrote(self, word: str) -> bool:
        """Tell whether the turn being written holds `word` already, in any case."""
        return self.layers[-1].times(word.lower()) > 0

    def doubled(self, word: str) -> bool:
        """Tell whether `word` was seen twice in a row, in any turn."""
        return any(layer.doubled(word) for layer in self.layers)


class WordMemories:
    """Keep the memories of the dialogues that go on. Safe for threads."""

    def __init__(self, config: MemoryConfig) -> None:
        self.config = config
        self._kept: LRUCache[int, WordCounts] = LRUCache(config.dialogues)
        self._lock = threading.Lock()

    def open(self, turns: Sequence[Turn | str], text: str) -> DialogueMemory:
        """Give the memory of `turns`, and of the turn being written up to its half-typed word."""
        text = _end(text, self.config.most_characters)
        said = tuple(self._recent(turns, self.config.most_characters - len(text)))
        here = self._recall((text,))
        before = cut(text[-_BEFORE:])
        return DialogueMemory((self._recall(said), here) if said else (here,), before)

    def _recall(self, said: tuple[str, ...]) -> WordCounts:
        """Count the words of turns, once: they are the same for every key of a word, or message."""
        key = hash(said)
        with self._lock:
            counts = self._kept.get(key)
        if counts is None:
            counts = WordCounts(orders=self.config.orders)
            counts.add(*map(cut, said))
            with self._lock:
                self._kept[key] = counts
        return counts

    def _recent(self, turns: Sequence[Turn | str], room: int) -> Iterator[str]:
        """Give the last `room` characters of what was said, oldest first."""
        kept = list[str]()
        for text in reversed(list(join_speakers(turns))):
            if room <= 0:
                break
            kept.append(_end(text, room))
            room -= len(text)
        return reversed(kept)


def _end(text: str, most: int) -> str:
    return text if len(text) <= most else text[-most:].partition(" ")[2]
