"""How tokens are written: their case and the spaces between them, each with its probability.

The n-gram model counts lower-cased tokens, so that "You" and "you" teach it one word. What it does
not say is said here, by counts over the same text, so that a raw text has one probability:

    p(text) = product over tokens of   p(symbol | 4 before)            the n-gram model
                                     x p(letters | rare)               a 5-gram model of letters
                                     x p(case | word, place)           `Casing`
                                     x p(space before | two tokens)    `Spacing`

The place is the start of a sentence or inside one, written by somebody who begins sentences with a
capital or by somebody who does not: "i" and "hello" are common there (`Hand`). Knows tokens,
nothing of histories.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from benchmarks.quality.ngram_text import Token, ends_sentence

__all__ = ["Casing", "Hand", "Spacing"]

_PRIOR = 1.0
"""Pretended counts of the general habit, added to those of one word."""


class Hand:
    """Follow one writer's tokens: where the next one stands, and how sentences begin."""

    def __init__(self, *, small: bool = False) -> None:
        self._before: Token | None = None
        self.small = small
        """Whether the last sentence began with a small letter."""

    @property
    def place(self) -> int:
        """0 to 3: inside a sentence or at its start (+ 2), capitals at starts or none (+ 1)."""
        return 2 * self._starts + self.small

    def read(self, tokens: Iterable[Token]) -> Hand:
        """Go on to what comes after `tokens`; gives itself."""
        for token in tokens:
            if self._starts and token.raw[0].isalpha():
                self.small = token.raw[0].islower()
            self._before = token
        return self

    def begin(self) -> Hand:
        """Go on to the writer's next turn; gives itself."""
        self._before = None
        return self

    @property
    def _starts(self) -> bool:
        return self._before is None or ends_sentence(self._before.raw)


class Casing:
    """Count the forms of each word, for each of the four places of a `Hand`."""

    def __init__(self) -> None:
        self.forms: tuple[dict[str, Counter[str]], ...] = ({}, {}, {}, {})
        self.shapes: tuple[Counter[str], ...] = (Counter(), Counter(), Counter(), Counter())

    def add(self, raw: str, place: int) -> None:
        """Count one word."""
        self.forms[place].setdefault(raw.lower(), Counter())[raw] += 1
        self.shapes[place][_shape(raw)] += 1

    def best(self, word: str, place: int, *, typed: str = "") -> str:
        """Write a lower-cased word as it is mostly written, beginning with what is typed."""
        forms = self.forms[place].get(word, {word: 1})
        fitting = {form: count for form, count in forms.items() if form.startswith(typed)}
        if fitting:
            return max(fitting, key=lambda form: fitting[form])
        if len(typed) > 1 and typed.isupper():
            return word.upper()
        return typed + word[len(typed) :]

    def log(self, raw: str, place: int) -> float:
        """Give log p(raw | its lower-cased word, its place)."""
        shapes, shape = self.shapes[place], _shape(raw)
        general = (shapes[shape] + 1) / (shapes.total() + len(_SHAPES))
        if raw.lower() == raw.upper():
            return 0.0
        if shape == "mixed":
            general *= 0.5 ** len(raw)
        forms = self.forms[place].get(raw.lower(), Counter())
        return math.log((forms[raw] + _PRIOR * general) / (forms.total() + _PRIOR))

    def state(self, words: Collection[str]) -> dict[str, Any]:
        """Give what is to be saved: the forms of `words` (lower-cased) that were seen twice."""
        forms = [
            {w: {f: c for f, c in fs.items() if c > 1} for w, fs in side.items() if w in words}
            for side in self.forms
        ]
        return {"forms": forms, "shapes": self.shapes}

    @classmethod
    def load(cls, state: dict[str, Any]) -> Casing:
        """Take up what `state` gave."""
        casing = cls()
        for i, side in enumerate(state["forms"]):
            casing.forms[i].update({word: Counter(forms) for word, forms in side.items()})
            casing.shapes[i].update(state["shapes"][i])
        return casing


class Spacing:
    """Count whether a space stands between two tokens; all words are one kind of token."""

    def __init__(self) -> None:
        self.counts: dict[str, list[int]] = {}

    def add(self, before: Token | None, token: Token) -> None:
        """Count one place."""
        if not _line_starts(before):
            self.counts.setdefault(_kinds(before, token), [0, 0])[token.spaced] += 1

    def log(self, before: Token | None, token: Token) -> float:
        """Give log p(a space or none | the tokens around it); a line never begins with one."""
        if _line_starts(before):
            return 0.0
        counts = self.counts.get(_kinds(before, token), [0, 0])
        return math.log((counts[token.spaced] + 0.5) / (sum(counts) + 1))

    def state(self) -> dict[str, list[int]]:
        """Give what is to be saved: the pairs that were seen twice."""
        return {kinds: counts for kinds, counts in self.counts.items() if sum(counts) > 1}

    @classmethod
    def load(cls, state: dict[str, list[int]]) -> Spacing:
        """Take up what `state` gave."""
        spacing = cls()
        spacing.counts.update(state)
        return spacing


_SHAPES = ("lower", "capital", "upper", "mixed")


def _shape(raw: str) -> str:
    """Name how a word is cased; one that could be two of them is the first."""
    lower = raw.lower()
    if raw == lower:
        return "lower"
    if raw == lower[:1].upper() + lower[1:]:
        return "capital"
    return "upper" if raw == raw.upper() else "mixed"


def _line_starts(before: Token | None) -> bool:
    return before is None or before.raw == "\n"


def _kinds(before: Token | None, token: Token) -> str:
    assert before is not None
    return " ".join("w" if each.is_word else each.raw for each in (before, token))
