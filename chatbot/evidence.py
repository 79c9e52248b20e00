"""Learn how much a voice counts from how well it foretold what was written.

A step a word of expectation-maximisation for the weights of a mixture (Jelinek and Mercer 1980, who
learn them apart for places of which more or less is known, as is done here).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from chatbot.errors import OptionError

__all__ = ["Evidence", "WeightConfig", "Weights", "read_evidence"]

_MOST = 10**9
"""Words that can be judged: nobody writes more."""


class Evidence(NamedTuple):
    """What speaks for one voice."""

    credit: float = 0.0
    """The sum over words of the chance that this voice, and no other, foretold the word."""
    judged: int = 0
    """Words that were judged so."""

    def plus(self, credit: float) -> Evidence:
        """Give the evidence with one word more."""
        return Evidence(self.credit + credit, self.judged + 1)

    def share(self, first: float, words: int) -> float:
        """Give the voice's weight, where `first` was it before and is worth `words` words."""
        return (words * first + self.credit) / (words + self.judged)


@dataclass(frozen=True, kw_only=True)
class WeightConfig:
    """Say how much a person's words count at first, and how far that may change."""

    ngrams: tuple[float, ...] = (0.01, 0.02, 0.15, 0.05, 0.15, 0.4, 0.7, 0.3)
    """Share of the n-grams in a word's probability, at each `Level` of the place: about what
    expectation-maximisation gives held-out chats."""
    cache: float = 0.04
    """That of the cache over hidden states."""
    prior_words: int = 12
    """Words of evidence that each of these is worth."""
    least: float = 0.005
    most_cache: float = 0.2
    most: float = 0.85
    """Of both together: a person may always write what they never wrote. Of the rest a dialogue's
    own words have a tenth of all (`MemoryConfig`)."""


class Weights(NamedTuple):
    """How much each voice counts now."""

    config: WeightConfig
    evidence: tuple[Evidence, ...]
    """For the n-grams at each `Level`, then for the cache."""

    def at(self, level: int) -> tuple[float, float]:
        """Give the n-grams' weight at a place of a level, and the cache's."""
        config = self.config
        ngrams = self.evidence[level].share(config.ngrams[level], config.prior_words)
        cache = self.evidence[-1].share(config.cache, config.prior_words)
        ngrams, cache = max(ngrams, config.least), min(max(cache, config.least), config.most_cache)
        scale = min(1.0, config.most / (ngrams + cache))
        return scale * ngrams, scale * cache

    @property
    def average(self) -> float:
        """Give that of both together, over the places that were judged."""
        places = [self.config.prior_words + each.judged for each in self.evidence[:-1]]
        weighed = (words * sum(self.at(level)) for level, words in enumerate(places))
        return sum(weighed) / sum(places)


def read_evidence(exported: Any, voices: int) -> tuple[Evidence, ...]:
    """Take pairs of credit and judged as JSON has them. Raises OptionError for the rest."""
    if not (isinstance(exported, list) and len(exported) == voices and all(map(_is_one, exported))):
        raise OptionError(
            f"evidence must be {voices} pairs: credit, from 0 to judged, and judged;"
            f" got {exported!r:.80}"
        )
    return tuple(Evidence(float(credit), judged) for credit, judged in exported)


def _is_one(pair: Any) -> bool:
    if not (isinstance(pair, Sequence) and len(pair) == 2):
        return False
    credit, judged = pair
    numbers = type(judged) is int and type(credit) in (int, float)
    return numbers and 0 <= credit <= judged <= _MOST
