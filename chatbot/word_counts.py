"""Count the words that were written, and say what came after what.

    written         "Have you been to Zermatt? I loved Zermatt in May."
    after "loved"   zermatt (1)
    after "to"      zermatt (1)
    anywhere        zermatt (2), you, have ...

Knows words, nothing of probabilities.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from sys import intern

import numpy as np
from numpy.typing import NDArray

from chatbot.word_numbers import Numbers, WordNumbers, short
from chatbot.words import WORD, fold_quotes

__all__ = ["START", "WordCounts", "cut", "spaced"]

START = ""
"""Stands before the first word of a turn."""
_TOKEN = re.compile(rf"{WORD}|[.,!?;:\n]")
_ENDS = frozenset((START, *".!?\n"))
"""What stands before the first word of a sentence."""
_COMMON = 64
"""Words looked at where nothing is typed and no context is known: the others can't win."""

Words = tuple[str, ...]


def cut(text: str) -> Words:
    """Cut a text into words and signs, as they are written."""
    # One string for all who write a word: most are common ones.
    return tuple(map(intern, _TOKEN.findall(fold_quotes(text))))


def spaced(word: str) -> str:
    """Write a word or sign, as `cut` gives them, as it follows another."""
    return f" {word}" if word[0].isalnum() else word


class WordCounts:
    """Counts after the words before, for contexts of 0 to `orders` - 1 words.

    They are counted when they are asked for, from a log of what was written: most contexts come
    once, and a dict for each took 600 bytes a word.
    """

    def __init__(self, *, orders: int = 3) -> None:
        self.orders = orders
        self.numbers = WordNumbers(START)
        """Of all that was written; START has 0."""
        self._written = short([], 1)  # orders - 1 times START before each message
        self._asked: tuple[Words, list[Mapping[str, int]]] | None = None
        """The last context, and what came after it: the same for every key of a word."""
        self._look()

    def add(self, *messages: Sequence[str]) -> None:
        """Count messages, cut into words."""
        moved = self.numbers.add({word for message in messages for word in message})
        before = (START,) * (self.orders - 1)
        new = self.numbers.of_all(word for words in messages for word in (*before, *words))
        self._written = np.concatenate((moved[self._written].astype(new.dtype), new))
        self._look()

    @property
    def size(self) -> int:
        """Count the words and signs."""
        return int(self._times.sum())

    @property
    def kinds(self) -> int:
        """Count the different ones."""
        return int(np.count_nonzero(self._times))

    def words(self) -> list[str]:
        """Give every word and sign in lower case, in their order."""
        return [self.numbers.word(i) for i in np.flatnonzero(self._times).tolist()]

    def times(self, word: str) -> int:
        """Say how often a word, in lower case, was written."""
        number = self.numbers.of(word)
        return int(self._times[number]) if number > 0 else 0

    def spelling(self, word: str, *, begun: bool = True) -> str | None:
        """Say how a word was last written, or None where it never was.

        The capital of a sentence counts only where nothing else is known, and with `begun`; so do
        capitals alone: "AGAIN" was shouted.
        """
        written, form_of = self._written, self.numbers.word
        number = self.numbers.of(word)
        at: list[int] = np.flatnonzero(self._log == number)[::-1].tolist()
        for i in at:
            form = form_of(written[i])
            is_begun = form_of(written[i - 1]) in _ENDS and form[0].isupper()
            if not is_begun and not (len(form) > 1 and form.isupper()):
                return form
        return form_of(written[at[0]]) if at and begun else None

    def after(self, before: Sequence[str]) -> Sequence[Mapping[str, int]]:
        """Give the words that came after the last word of `before`, after its last two ...

        For contexts of 1 to `orders` - 1 words, each with how often; START before the first word.
        """
        context = _context(before, self.orders)
        asked = self._asked  # another thread may put another in its place
        if asked is None or asked[0] != context:
            self._asked = asked = context, self._after(context)
        return asked[1]

    def nearest(self, before: Sequence[str]) -> tuple[int, Mapping[str, int]]:
        """Give the longest known context at the end of `before`: its words, and what followed."""
        known = [(words, seen) for words, seen in enumerate(self.after(before), 1) if seen]
        return known[-1] if known else (0, {})

    def doubled(self, word: str) -> bool:
        """Tell whether `word`, in any case, was seen twice in a row."""
        number = self.numbers.of(word.lower())
        here = self._log == number
        return number > 0 and bool((here[1:] & here[:-1]).any())

    def beginning_with(self, half: str) -> dict[str, int]:
        """Give the words that begin with `half`; where it is empty, the most common ones."""
        if half:
            alike = self.numbers.beginning(half)
            found = alike.start + np.flatnonzero(self._times[alike])
        else:
            found = self._most_common()
        return {self.numbers.word(i): int(self._times[i]) for i in found.tolist()}

    def _look(self) -> None:
        """Find once what all who ask want."""
        self._log = self.numbers.lower[self._written]
        self._times = np.bincount(self._log, minlength=len(self.numbers)).astype(np.int32)
        self._times[0] = 0
        self._asked = None
        self._common: Numbers | None = None

    def _most_common(self) -> Numbers:
        """Give the most common words; of those that are as common, what was written first."""
        if self._common is None:
            first = np.zeros(len(self.numbers), np.int32)
            first[self._log[::-1]] = np.arange(len(self._log))[::-1]
            words = np.flatnonzero(self._times).astype(np.int32)
            self._common = words[np.lexsort((first[words], -self._times[words]))[:_COMMON]]
        return self._common

    def _after(self, context: Words) -> list[Mapping[str, int]]:
        *_, last = numbers = [self.numbers.of(word) for word in context]
        log = self._log
        at = np.flatnonzero(log[:-1] == last) + 1
        at = at[log[at] > 0]  # a message that ends foretells nothing
        found = [self._tally(at)]
        for back, number in enumerate(reversed(numbers[:-1]), 2):
            at = at[log[at - back] == number]
            found.append(self._tally(at))
        return found

    def _tally(self, at: NDArray[np.int64]) -> Mapping[str, int]:
        return Counter(map(self.numbers.word, self._log[at].tolist()))


def _context(before: Sequence[str], orders: int) -> Words:
    """Give the last words of a message that count, in lower case."""
    return ((START,) * (orders - 1) + tuple(word.lower() for word in before))[-orders + 1 :]
