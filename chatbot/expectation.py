"""Say which words come next and how likely, by what was written.

A cache (Kuhn 1990; Grave 2016, arXiv:1612.04426) over words, with no training: counts after the two
words before, after the one before, and anywhere. What an order has not seen is left to the shorter
one, by its share of new words (Witten 1991, method C). Its probabilities sum to less than one: the
fewer words it has, the less it says. Knows words and counts, nothing of networks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from chatbot.word_counts import WordCounts

__all__ = ["Expectation", "Remembered", "Voice", "expect"]

_FEW = 10
"""Counted as words that were never seen: two words foretell no third."""


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


def expect(layers: Sequence[WordCounts], before: Sequence[str], half: str) -> Expectation:
    """Say which words that begin with `half` come after `before`; the layers' counts are added.

    Case does not count. `half` alone is no suggestion, but is counted in the mass.
    """
    half, left, mass = half.lower(), 1.0, 0.0
    chances: defaultdict[str, float] = defaultdict(float)

    def add(agreeing: Mapping[str, int], of: int, total: float) -> float:
        for word, count in agreeing.items():
            chances[word] += left * count / total
        return left * of / total

    orders = list(zip(*(layer.after(before) for layer in layers), strict=True))
    for known in filter(any, reversed(orders)):
        new = len(set().union(*known))
        total = sum(sum(seen.values()) for seen in known) + new
        for seen in known:
            agreeing = {word: n for word, n in seen.items() if word.startswith(half)}
            mass += add(agreeing, sum(agreeing.values()), total)
        left *= new / total
    new = _kinds(layers) + _FEW
    total = sum(layer.size for layer in layers) + new
    for layer in layers:
        agreeing = layer.beginning_with(half)
        # A word comes twice in a row only where it was seen so.
        again = agreeing.pop(before[-1].lower(), 0) if before else 0
        # With nothing typed not all words were looked at, but all agree.
        mass += add(agreeing, sum(agreeing.values()) if half else layer.size - again, total)
    words = {word: p for word, p in chances.items() if word[0].isalnum() and word != half}
    return Expectation(words, mass, partial(_spelling, layers))


def _kinds(layers: Sequence[WordCounts]) -> int:
    """Count the different words of all layers."""
    if len(layers) == 1:  # a large one is alone, and is not gone through
        return layers[0].kinds
    return len({word for layer in layers for word in layer.words()})


def _spelling(layers: Sequence[WordCounts], word: str) -> str:
    newest = layers[::-1]
    found = (layer.spelling(word, begun=begun) for begun in (False, True) for layer in newest)
    return next((written for written in found if written is not None), word)
