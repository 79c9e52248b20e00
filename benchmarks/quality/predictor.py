"""What a system must do to stand on the scoreboard.

A predictor is warm when it is given over, and keeps no more of one call for the next than it would
in use. Texts are cleaned: single spaces, straight quotes. `turns` are what was said before, oldest
first, by two speakers in turn, the last 8 at most; the system may use as much of them as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

__all__ = ["Guess", "Maker", "Predictor", "Ranking", "UnsupportedError"]


class UnsupportedError(Exception):
    """Raised by a predictor for what it can't do; the table shows "-"."""


class Guess(NamedTuple):
    """A suggested word or phrase."""

    text: str
    """The whole of it, what was typed of it included, in the case it should be written in."""
    probability: float | None
    """Of this text, given what was typed; None where the system does not tell."""


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """How a system ranks replies: (log p(reply | turns) - anywhere x log p(reply)) / characters.

    `anywhere` takes from replies that are likely after anything (maximum mutual information, Li
    2016, arXiv:1510.03055). Each system has the values that rank best for it on other corpora
    (`python -m benchmarks.quality.ranking`).
    """

    anywhere: float = 0.0
    """Weight of log p(reply) without turns before it."""
    per_character: bool = False
    """Whether to divide by the characters of the reply."""


class Predictor(Protocol):
    """A system on the scoreboard."""

    @property
    def name(self) -> str:
        """What the table calls it."""
        ...

    @property
    def megabytes(self) -> float:
        """Size of the files that prediction loads (MB of a million bytes)."""
        ...

    @property
    def ranking(self) -> Ranking:
        """How its probabilities rank replies best."""
        ...

    def suggest(
        self, text: str, turns: Sequence[str], *, n: int, max_words: int = 1
    ) -> Sequence[Guess]:
        """Give up to n whole words that `text`, a turn being typed, may go on with, best first.

        A text that ends in letters ends in a half-typed word; each guess then goes on from it and
        is not that word alone. After a space or at the start, the next word. Words as a list shows
        them: letters, digits and inner apostrophes. With `max_words` N above 1: phrases of exactly
        N words (the half-typed one is the first), signs between them allowed, each with its
        probability.
        """
        ...

    def nats(self, text: str, turns: Sequence[str]) -> float:
        """Give -log p(text | turns) of a whole turn, its end left out, every character counted.

        It must be a probability: over all texts it may not sum to more than one.
        """
        ...


Maker = Callable[[], Predictor]
"""Builds a predictor; raises `MissingError`, which names the command that makes what it needs."""
