"""The network after a spelling: what a search knows of it, and how it learns more.

A search asks first only whether the word ends there and how it goes on, which costs a part of a
step (`Runner.look`). All V chances are asked for where somebody goes on to the next word.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from chatbot.runners.base import Floats, Runner
from chatbot.sampling import softmax
from chatbot.words import WordSigns

__all__ = ["Ahead", "Scout"]


@dataclass(eq=False)
class Ahead:
    """The network after a spelling."""

    state: Floats
    """(1, D)."""
    before: Floats
    """(1, D), before the last id."""
    last: int
    """The last id."""
    ends: float
    """The probability that the word ends here."""
    inside: Floats
    """(G,): the probability of each id that goes on with the word, in the order of `goes_on`."""
    chances: Floats | None = None
    """(V,): that of every id that may come next; None until somebody asks (`Scout.chances`)."""
    serial: int = field(default_factory=itertools.count().__next__)
    """Tells these apart, for who remembers things about them."""
    ranked: NDArray[np.int64] | None = field(default=None, repr=False)
    """What `going_on` gave."""

    def going_on(self, least: float) -> NDArray[np.int64]:
        """Give the places in `inside` that are more probable than `least`, the best first.

        The same in every call: a key later nothing is sorted again.
        """
        if self.ranked is None:
            likely = np.flatnonzero(self.inside > least)
            self.ranked = likely[np.argsort(-self.inside[likely])]
        return self.ranked


class Scout:
    """Look at spellings with one runner."""

    def __init__(self, runner: Runner, signs: WordSigns) -> None:
        self._runner, self._signs = runner, signs

    def look(self, ids: Sequence[int], befores: Sequence[Floats]) -> list[Ahead]:
        """Read one id after each of the states `befores`, (1, D) each."""
        if not self._runner.looks:
            return self.step(ids, befores)
        ends, inside, after = self._runner.look(np.array(ids), np.concatenate(befores))
        # Copies, or who keeps a row would keep the batch.
        return [
            Ahead(after[i : i + 1].copy(), befores[i], last, float(ends[i]), inside[i].copy())
            for i, last in enumerate(ids)
        ]

    def step(self, ids: Sequence[int], befores: Sequence[Floats]) -> list[Ahead]:
        """Do as `look` does, and learn all chances."""
        logits, after = self._runner.step(np.array(ids), np.concatenate(befores))
        found = []
        for i, last in enumerate(ids):
            chances = softmax(logits[i])
            ends, inside = float(chances @ self._signs.end_weights), chances[self._signs.goes_on]
            found.append(Ahead(after[i : i + 1].copy(), befores[i], last, ends, inside, chances))
        return found

    def some(self, ahead: Ahead, ids: NDArray[np.int64]) -> Floats:
        """Give the chances of `ids` after a spelling; most often these all go on with its word."""
        if ahead.chances is None:
            inside = self._signs.inside[ids]
            if inside.size == 0 or inside.min() >= 0:
                return ahead.inside[inside]
        return self.chances([ahead])[0][ids]

    def chances(self, aheads: Sequence[Ahead]) -> list[Floats]:
        """Give all chances (V,) after each, in one batch where some are not known yet."""
        new = [ahead for ahead in aheads if ahead.chances is None]
        if new:
            ids = np.array([ahead.last for ahead in new])
            logits, _ = self._runner.step(ids, np.concatenate([ahead.before for ahead in new]))
            for ahead, row in zip(new, logits, strict=True):
                ahead.chances = softmax(row)
        return [ahead.chances for ahead in aheads if ahead.chances is not None]
