"""Count the words that were written, and say what came after what.

    written         "Have you been to Zermatt? I loved Zermatt in May."
    after "loved"   zermatt (1)
    after "to"      zermatt (1)
    anywhere        zermatt (2), you, have ...

Knows words, nothing of probabilities.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from sys import intern
from typing import Any

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
_Numbers = NDArray[Any]


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
        # In their order: one is found, and all that begin alike, and no dict takes 50 bytes a word.
        self._forms = [START]
        self._lower = _short([0], 1)  # of each form, the number of its lower case
        self._written = self._lower[:0]  # forms; orders - 1 times START before each message
        self._asked: tuple[Words, list[Mapping[str, int]]] | None = None
        """The last context, and what came after it: the same for every key of a word."""
        self._look()

    def add(self, *messages: Sequence[str]) -> None:
        """Count messages, cut into words."""
        self._name({word for message in messages for word in message})
        number = dict(zip(self._forms, range(len(self._forms)), strict=True))
        before = (0,) * (self.orders - 1)
        new = [i for words in messages for i in (*before, *map(number.__getitem__, words))]
        self._written = np.concatenate((self._written, _short(new, len(self._forms))))
        self._look()

    @property
    def forms(self) -> int:
        """Count all that has a number."""
        return len(self._forms)

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
        return [self._forms[i] for i in np.flatnonzero(self._times).tolist()]

    def times(self, word: str) -> int:
        """Say how often a word, in lower case, was written."""
        number = self.number(word)
        return int(self._times[number]) if number > 0 else 0

    def spelling(self, word: str, *, begun: bool = True) -> str | None:
        """Say how a word was last written, or None where it never was.

        The capital of a sentence counts only where nothing else is known, and with `begun`; so do
        capitals alone: "AGAIN" was shouted.
        """
        written, forms = self._written, self._forms
        number = self.number(word)
        at: list[int] = np.flatnonzero(self._log == number)[::-1].tolist()
        for i in at:
            form: str = forms[written[i]]
            is_begun = forms[written[i - 1]] in _ENDS and form[0].isupper()
            if not is_begun and not (len(form) > 1 and form.isupper()):
                return form
        return forms[written[at[0]]] if at and begun else None

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
        number = self.number(word.lower())
        here = self._log == number
        return number > 0 and bool((here[1:] & here[:-1]).any())

    def beginning_with(self, half: str) -> dict[str, int]:
        """Give the words that begin with `half`; where it is empty, the most common ones."""
        found = self._common
        if half:
            alike = self.beginning(half)
            found = alike.start + np.flatnonzero(self._times[alike])
        return {self._forms[i]: int(self._times[i]) for i in found.tolist()}

    def number(self, word: str) -> int:
        """Give the number of a word, in lower case; START has 0, what was never written -1."""
        at = bisect_left(self._forms, word)
        return at if self._forms[at : at + 1] == [word] else -1

    def numbers(self, words: Iterable[str]) -> _Numbers:
        """Give the numbers of words that were written, in any case."""
        return _short([self.number(word.lower()) for word in words], self.forms)

    def beginning(self, half: str) -> slice:
        """Give the numbers of all that begin with `half`; some may never have been written so."""
        start = bisect_left(self._forms, half)
        return slice(start, bisect_left(self._forms, half + "\U0010ffff", lo=start))

    def word(self, number: int) -> str:
        """Give the word of a number."""
        return self._forms[number]

    def _name(self, written: set[str]) -> None:
        """Give a number to each form that has none, and to its lower case."""
        lower = {intern(form.lower()) for form in written}
        new = sorted((written | lower).difference(self._forms))
        if not new:
            return
        size = len(self._forms)
        # Each number grows by the new forms before its own.
        before = np.bincount([bisect_left(self._forms, form) for form in new], minlength=size)
        moved = np.arange(size) + np.cumsum(before)[:size]
        self._forms = sorted(self._forms + new)
        size = len(self._forms)
        lowered = _short(np.zeros(size), size)
        lowered[moved] = moved[self._lower]
        for form in new:
            lowered[self.number(form)] = self.number(form.lower())
        self._lower, self._written = lowered, _short(moved[self._written], size)

    def _look(self) -> None:
        """Find once what all who ask want."""
        self._log = self._lower[self._written]
        self._times = np.bincount(self._log, minlength=len(self._forms)).astype(np.int32)
        self._times[0] = 0
        self._asked = None
        words = np.flatnonzero(self._times).astype(np.int32)
        self._common = words[np.argsort(-self._times[words], kind="stable")[:_COMMON]]

    def _after(self, context: Words) -> list[Mapping[str, int]]:
        *_, last = numbers = [self.number(word) for word in context]
        log = self._log
        at = np.flatnonzero(log[:-1] == last) + 1
        at = at[log[at] > 0]  # a message that ends foretells nothing
        found = [self._tally(at)]
        for back, number in enumerate(reversed(numbers[:-1]), 2):
            at = at[log[at - back] == number]
            found.append(self._tally(at))
        return found

    def _tally(self, at: NDArray[np.int64]) -> Mapping[str, int]:
        return Counter(map(self._forms.__getitem__, self._log[at].tolist()))


def _short(numbers: Sequence[int] | _Numbers, size: int) -> _Numbers:
    """Give numbers below `size` in as few bytes as hold them."""
    return np.asarray(numbers, np.min_scalar_type(size))


def _context(before: Sequence[str], orders: int) -> Words:
    """Give the last words of a message that count, in lower case."""
    return ((START,) * (orders - 1) + tuple(word.lower() for word in before))[-orders + 1 :]
