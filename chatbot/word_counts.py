"""Count the words that were written, and say which come next and how likely.

    written     "Have you been to Zermatt? I loved Zermatt in May."
    after "in"  may          anywhere: zermatt (2), you, have ...

A cache (Kuhn 1990; Grave 2016, arXiv:1612.04426) over words, with no training: counts after the two
words before, after the one before, and anywhere. What an order has not seen is left to the shorter
one, by its share of new words (Witten 1991, method C). Its probabilities sum to less than one: the
fewer words it has, the less it says. Knows words, nothing of networks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import nlargest
from typing import NamedTuple

from chatbot.words import WORD, fold_quotes

__all__ = ["START", "Expectation", "Remembered", "Voice", "WordCounts", "cut", "expect", "spaced"]

START = ""
"""Stands before the first word of a turn."""
_TOKEN = re.compile(rf"{WORD}|[.,!?;:\n]")
_ENDS = frozenset((START, *".!?\n"))
"""What stands before the first word of a sentence."""
_COMMON = 64
"""Words looked at where nothing is typed and no context is known: the others can't win."""
_FEW = 10
"""Counted as words that were never seen: two words foretell no third."""

Words = tuple[str, ...]


@dataclass(frozen=True)
class Remembered:
    """A word that was written, and how likely it is to be written next."""

    text: str
    """As it was last written."""
    probability: float
    """Joint with what is typed: of all that is expected next."""


@dataclass(frozen=True)
class Expectation:
    """The words that agree with what is typed."""

    chances: Mapping[str, float]
    """The probability of each word, in lower case."""
    mass: float
    """The probability of all that agrees with it, what is typed as a whole word too."""
    spelling: Callable[[str], str]
    """Says how a word is written: asked for the few that are shown."""

    @property
    def exact(self) -> float:
        """The probability of what is typed as a whole word."""
        return max(self.mass - sum(self.chances.values()), 0.0)

    @property
    def words(self) -> list[Remembered]:
        """Give the words as they are written."""
        return [Remembered(self.spelling(word), p) for word, p in self.chances.items()]


class Voice(NamedTuple):
    """A memory's share in a mix."""

    weight: float
    """0 to 1; the network has what all voices leave."""
    expectation: Expectation
    whole: bool = False
    """Whether it knows what is typed as a whole word. A dialogue is too short to: ghost text was
    surer with it, not right as often (`benchmarks.calibration`: an error of 0.031 for 0.028)."""


def cut(text: str) -> Words:
    """Cut a text into words and signs, as they are written."""
    return tuple(_TOKEN.findall(fold_quotes(text)))


def spaced(word: str) -> str:
    """Write a word or sign, as `cut` gives them, as it follows another."""
    return f" {word}" if word[0].isalnum() else word


class WordCounts:
    """Counts after the words before, for contexts of 0 to `orders` - 1 words."""

    def __init__(self, *, orders: int = 3) -> None:
        self.orders = orders
        self._counts: list[dict[Words, dict[str, int]]] = [{} for _ in range(orders)]
        self._written: dict[str, str] = {}
        self._begun: dict[str, str] = {}  # with a capital that may be the sentence's
        self._size = 0
        self._sorted: list[str] | None = None
        self._common: list[str] | None = None

    def add(self, words: Sequence[str]) -> None:
        """Count a message, cut into words."""
        for context, word in self._places(words):
            seen = self._counts[len(context)].setdefault(context, {})
            seen[word] = seen.get(word, 0) + 1
        for before, word in zip((START, *words), words, strict=False):
            kept = self._begun if before in _ENDS and word[0].isupper() else self._written
            kept[word.lower()] = word
        self._changed(len(words))

    def remove(self, words: Sequence[str]) -> None:
        """Take back a message that was added."""
        for context, word in self._places(words):
            counts = self._counts[len(context)]
            counts[context][word] -= 1
            if not counts[context][word]:
                del counts[context][word]
            if not counts[context]:
                del counts[context]
        self._changed(-len(words))

    def anywhere(self) -> dict[str, int]:
        """Give every word in lower case and how often it was written."""
        return self._counts[0].get((), {})

    def spelling(self, word: str, *, begun: bool = True) -> str | None:
        """Say how a word was last written, or None where it never was.

        The capital of a sentence counts only where nothing else is known, and with `begun`.
        """
        return self._written.get(word) or (self._begun.get(word) if begun else None)

    def seen(self, context: Words) -> dict[str, int]:
        """Give the words that came after `context`, and how often."""
        return self._counts[len(context)].get(context, {})

    def nearest(self, before: Sequence[str]) -> tuple[int, dict[str, int]]:
        """Give the longest known context at the end of `before`: its words, and what followed."""
        last = _context(before, self.orders)
        for words in range(self.orders - 1, 0, -1):
            if seen := self.seen(last[self.orders - 1 - words :]):
                return words, seen
        return 0, {}

    def doubled(self, word: str) -> bool:
        """Tell whether `word`, in any case, was seen twice in a row."""
        return word.lower() in self.seen((word.lower(),))

    def total(self, context: Words) -> int:
        """Count all that came after `context`."""
        return sum(self.seen(context).values()) if context else self._size

    def beginning_with(self, half: str) -> list[str]:
        """Give the words that begin with `half`; where it is empty, the most common ones."""
        if not half:
            if self._common is None:
                anywhere = self.anywhere()
                self._common = nlargest(_COMMON, anywhere, key=anywhere.__getitem__)
            return self._common
        if self._sorted is None:
            self._sorted = sorted(self.anywhere())
        start = bisect_left(self._sorted, half)
        stop = bisect_left(self._sorted, half + "\U0010ffff")
        return self._sorted[start:stop]

    def _places(self, words: Sequence[str]) -> Iterator[tuple[Words, str]]:
        """Give each word of a message in lower case, after each of its contexts."""
        before = (START,) * (self.orders - 1)
        for written in words:
            word = written.lower()
            for start in range(self.orders):
                yield before[start:], word
            before = (*before, word)[1:]

    def _changed(self, words: int) -> None:
        self._size += words
        self._sorted = self._common = None


def expect(layers: Sequence[WordCounts], before: Sequence[str], half: str) -> Expectation:
    """Say which words that begin with `half` come after `before`; the layers' counts are added.

    Case does not count. `half` alone is no suggestion, but is counted in the mass.
    """
    half, left, mass = half.lower(), 1.0, 0.0
    orders = layers[0].orders
    last = _context(before, orders)
    chances: defaultdict[str, float] = defaultdict(float)
    for order in reversed(range(orders)):
        context = last[orders - 1 - order :]
        known = [layer for layer in layers if layer.seen(context)]
        if known:
            kinds = _kinds(known, context)
            new = kinds if context else kinds + _FEW
            total = sum(layer.total(context) for layer in known) + new
            for layer in known:
                seen = layer.seen(context)
                found = seen if context else layer.beginning_with(half)
                agreeing = {word: seen[word] for word in found if word.startswith(half)}
                # A word comes twice in a row only where it was seen so.
                again = agreeing.pop(before[-1].lower(), 0) if before and not context else 0
                for word, count in agreeing.items():
                    chances[word] += left * count / total
                # With nothing typed not all words were looked at, but all agree.
                count = sum(agreeing.values()) if half else layer.total(context) - again
                mass += left * count / total
            left *= new / total
    words = {word: p for word, p in chances.items() if word[0].isalnum() and word != half}
    return Expectation(words, mass, partial(_spelling, layers))


def _context(before: Sequence[str], orders: int) -> Words:
    """Give the last words of a message that count, in lower case."""
    return ((START,) * (orders - 1) + tuple(word.lower() for word in before))[-orders + 1 :]


def _kinds(layers: Sequence[WordCounts], context: Words) -> int:
    """Count the different words after `context`."""
    if len(layers) == 1:  # a large one is alone, and is not gone through
        return len(layers[0].seen(context))
    return len(set().union(*(layer.seen(context) for layer in layers)))


def _spelling(layers: Sequence[WordCounts], word: str) -> str:
    newest = layers[::-1]
    found = (layer.spelling(word, begun=begun) for begun in (False, True) for layer in newest)
    return next((written for written in found if written is not None), word)
