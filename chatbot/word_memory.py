"""Remember the words of a dialogue: what was said once is likely to be said again.

    said        "Have you been to Zermatt? I loved Zermatt in May."
    typed next  "When were you in "      after "in": may      anywhere: zermatt, you, have ...

A cache (Kuhn 1990; Grave 2016, arXiv:1612.04426) over words, with no training: counts after the two
words before, after the one before, and anywhere. What an order has not seen is left to the shorter
one, by its share of new words (Witten 1991, method C). Its probabilities sum to less than one: the
fewer words it has, the less it says. Knows texts, nothing of networks.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cachetools import LRUCache

from chatbot.words import fold_quotes
from tokenizer import Turn, join_speakers

__all__ = ["MemoryConfig", "Remembered", "WordMemories", "WordMemory"]

_TOKEN = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*|[.,!?;:\n]")
_START = ""
"""Stands before the first word of a turn."""


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
    """Dialogues whose counts are kept for the next keystroke."""


@dataclass(frozen=True)
class Remembered:
    """A word that was said, and how likely it is to be said next."""

    text: str
    """As it was last written."""
    probability: float
    """Joint with what is typed: of all the memory expects next."""


class WordMemory:
    """Count words as they are said, on top of what an older memory counted."""

    def __init__(self, *, orders: int = 3, older: WordMemory | None = None) -> None:
        self._counts: list[dict[tuple[str, ...], dict[str, int]]] = [{} for _ in range(orders)]
        self._written: dict[str, str] = {}
        self._older = older
        self.begin_turn()

    def begin_turn(self) -> None:
        """Forget which words came last: a turn begins."""
        self._before = (_START,) * (len(self._counts) - 1)

    def read(self, text: str) -> None:
        """Count the words of `text`, which goes on from what was read of this turn."""
        for token in _TOKEN.findall(fold_quotes(text)):
            word = token.lower()
            for order, counts in enumerate(self._counts):
                seen = counts.setdefault(self._context(order), {})
                seen[word] = seen.get(word, 0) + 1
            self._written[word] = token
            self._before = (*self._before, word)[1:]

    def expect(self, half: str) -> tuple[list[Remembered], float]:
        """Give the words that begin with `half` and their probability, and that of all of them.

        Case does not count. `half` alone is no suggestion, but is counted in the second figure.
        """
        half, left = half.lower(), 1.0
        chances: defaultdict[str, float] = defaultdict(float)
        for order in reversed(range(len(self._counts))):
            if seen := self._seen(order, self._context(order)):
                total = sum(seen.values()) + len(seen)
                for word, count in seen.items():
                    if word.startswith(half):
                        chances[word] += left * count / total
                left *= len(seen) / total
        return [
            Remembered(self._spelling(word), chance)
            for word, chance in chances.items()
            if word[0].isalnum() and word != half
        ], sum(chances.values())

    def _context(self, order: int) -> tuple[str, ...]:
        return self._before[len(self._before) - order :]

    def _seen(self, order: int, context: tuple[str, ...]) -> dict[str, int]:
        """Count what came after `context`, here and in what is older."""
        here = self._counts[order].get(context, {})
        before = self._older._seen(order, context) if self._older else {}
        if not (here and before):
            return here or before
        return before | {word: n + before.get(word, 0) for word, n in here.items()}

    def _spelling(self, word: str) -> str:
        if word in self._written or self._older is None:
            return self._written[word]
        return self._older._spelling(word)


class WordMemories:
    """Keep the memories of the dialogues that go on. Safe for threads."""

    def __init__(self, config: MemoryConfig) -> None:
        self.config = config
        self._kept: LRUCache[int, WordMemory] = LRUCache(config.dialogues)
        self._lock = threading.Lock()

    def open(self, turns: Sequence[Turn | str], text: str) -> WordMemory:
        """Give the memory of `turns`, and of the turn being written up to its half-typed word."""
        text = _end(text, self.config.most_characters)
        said = tuple(self._recent(turns, self.config.most_characters - len(text)))
        older = self._recall(said) if said else None
        memory = WordMemory(orders=self.config.orders, older=older)
        memory.read(text)
        return memory

    def _recall(self, said: tuple[str, ...]) -> WordMemory:
        """Give the memory of earlier turns: it is the same for every key of a message."""
        with self._lock:
            memory = self._kept.get(hash(said))
        if memory is None:
            memory = WordMemory(orders=self.config.orders)
            for text in said:
                memory.begin_turn()
                memory.read(text)
            with self._lock:
                self._kept[hash(said)] = memory
        return memory

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
