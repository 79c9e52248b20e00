"""Count the words that were written, and say what came after what.

    written         "Have you been to Zermatt? I loved Zermatt in May."
    after "loved"   zermatt (1)
    after "to"      zermatt (1)
    anywhere        zermatt (2), you, have ...

Knows words, nothing of probabilities.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from sys import intern

import numpy as np
from numpy.typing import NDArray

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
_Numbers = NDArray[np.int32]


def cut(text: str) -> Words:
    """Cut a text into words and signs, as they are written."""
    # One string for all who write a word: most are common ones.
    return tuple(map(intern, _TOKEN.findall(fold_quotes(text))))


def spaced(word: str) -> str:
    """Write a word or sign, as `cut` gives them, as it follows another."""
    return f" {word}" if word[0].isalnum() else word


class _Index:
    """What is found in a log of words once, for all who ask."""

    def __init__(self, log: Sequence[int], lower: Sequence[int], forms: Sequence[str]) -> None:
        self.log: _Numbers = np.array(lower, np.int32)[np.array(log, np.int32)]
        """The number of each word in lower case; START is 0."""
        self.times: _Numbers = np.bincount(self.log, minlength=len(forms)).astype(np.int32)
        self.times[0] = 0
        self.size, self.kinds = int(self.times.sum()), int(np.count_nonzero(self.times))
        self.asked: tuple[Words, list[Mapping[str, int]]] | None = None
        """The last context, and what came after it: the same for every key of a word."""
        self._forms = forms

    @cached_property
    def alphabetic(self) -> _Numbers:
        """The words in their order."""
        numbers = sorted(np.flatnonzero(self.times).tolist(), key=self._forms.__getitem__)
        return np.array(numbers, np.int32)

    @cached_property
    def common(self) -> _Numbers:
        """The most frequent words."""
        words = np.flatnonzero(self.times).astype(np.int32)
        return words[np.argsort(-self.times[words], kind="stable")[:_COMMON]]


class WordCounts:
    """Counts after the words before, for contexts of 0 to `orders` - 1 words.

    They are counted when they are asked for, from a log of what was written: most contexts come
    once, and a dict for each took 600 bytes a word.
    """

    def __init__(self, *, orders: int = 3) -> None:
        self.orders = orders
        self._forms = [START]
        self._numbers = {START: 0}
        self._lower = array("i", [0])  # of each form, the number of its lower case
        self._log = array("i")  # forms; orders - 1 times START before each message
        self._index: _Index | None = None

    def add(self, words: Sequence[str]) -> None:
        """Count a message, cut into words."""
        self._log.extend((0,) * (self.orders - 1))
        self._log.extend(map(self._number, words))
        self._index = None

    @property
    def size(self) -> int:
        """Count the words and signs."""
        return self._indexed.size

    @property
    def kinds(self) -> int:
        """Count the different ones."""
        return self._indexed.kinds

    def words(self) -> list[str]:
        """Give every word and sign in lower case, in their order."""
        return [self._forms[i] for i in self._indexed.alphabetic.tolist()]

    def times(self, word: str) -> int:
        """Say how often a word, in lower case, was written."""
        number = self._numbers.get(word)
        return int(self._indexed.times[number]) if number else 0

    def spelling(self, word: str, *, begun: bool = True) -> str | None:
        """Say how a word was last written, or None where it never was.

        The capital of a sentence counts only where nothing else is known, and with `begun`; so do
        capitals alone: "AGAIN" was shouted.
        """
        number = self._numbers.get(word)
        if number is None:
            return None
        log, forms = self._log, self._forms
        at: list[int] = np.flatnonzero(self._indexed.log == number)[::-1].tolist()
        for i in at:
            form = forms[log[i]]
            is_begun = forms[log[i - 1]] in _ENDS and form[0].isupper()
            if not is_begun and not (len(form) > 1 and form.isupper()):
                return form
        return forms[log[at[0]]] if at and begun else None

    def after(self, before: Sequence[str]) -> Sequence[Mapping[str, int]]:
        """Give the words that came after the last word of `before`, after its last two ...

        For contexts of 1 to `orders` - 1 words, each with how often; START before the first word.
        """
        context = _context(before, self.orders)
        index = self._indexed
        asked = index.asked
        if asked is None or asked[0] != context:
            index.asked = asked = context, self._after(context)
        return asked[1]

    def nearest(self, before: Sequence[str]) -> tuple[int, Mapping[str, int]]:
        """Give the longest known context at the end of `before`: its words, and what followed."""
        known = [(words, seen) for words, seen in enumerate(self.after(before), 1) if seen]
        return known[-1] if known else (0, {})

    def doubled(self, word: str) -> bool:
        """Tell whether `word`, in any case, was seen twice in a row."""
        number = self._numbers.get(word.lower())
        if not number:
            return False
        here = self._indexed.log == number
        return bool((here[1:] & here[:-1]).any())

    def beginning_with(self, half: str) -> dict[str, int]:
        """Give the words that begin with `half`; where it is empty, the most common ones."""
        index = self._indexed
        found = index.common
        if half:
            words = self._forms.__getitem__
            start = bisect_left(index.alphabetic, half, key=words)
            stop = bisect_left(index.alphabetic, half + "\U0010ffff", lo=start, key=words)
            found = index.alphabetic[start:stop]
        return {self._forms[i]: int(index.times[i]) for i in found.tolist()}

    def _number(self, form: str) -> int:
        number = self._numbers.get(form)
        if number is None:
            lower = intern(form.lower())
            if lower != form:
                at = self._number(lower)
            number = self._numbers[form] = len(self._forms)
            self._forms.append(form)
            self._lower.append(number if lower == form else at)
        return number

    @property
    def _indexed(self) -> _Index:
        if self._index is None:
            self._index = _Index(self._log, self._lower, self._forms)
        return self._index

    def _after(self, context: Words) -> list[Mapping[str, int]]:
        *_, last = numbers = [self._numbers.get(word, -1) for word in context]
        log = self._indexed.log
        at = np.flatnonzero(log[:-1] == last) + 1
        at = at[log[at] > 0]  # a message that ends foretells nothing
        found = [self._tally(at)]
        for back, number in enumerate(reversed(numbers[:-1]), 2):
            at = at[log[at - back] == number]
            found.append(self._tally(at))
        return found

    def _tally(self, at: NDArray[np.int64]) -> Mapping[str, int]:
        return Counter(map(self._forms.__getitem__, self._indexed.log[at].tolist()))


def _context(before: Sequence[str], orders: int) -> Words:
    """Give the last words of a message that count, in lower case."""
    return ((START,) * (orders - 1) + tuple(word.lower() for word in before))[-orders + 1 :]
