"""The network after a spelling: what a search knows of it, and how it learns more.

A search asks first only whether the word ends there and how it goes on, which costs a part of a
step (`Runner.look`). All V chances are asked for where somebody goes on to the next word.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chatbot.runners.base import Floats, Runner
from chatbot.sampling import softmax
from chatbot.words import WordSigns

__all__ = ["Ahead", "Asked", "Ranked", "Scout", "ranked"]


_FEW = 32
"""Ids that are sorted as they are: arrays pay for more."""


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
    ranked: Ranked | None = field(default=None, repr=False)
    """What `Scout.going_on` gave: a key later nothing is sorted again."""


class Ranked(NamedTuple):
    """Ids and the probability of each, the best first."""

    ids: list[int]
    chances: list[float]


class Asked(NamedTuple):
    """Ids of which the chances will be asked again and again."""

    ids: NDArray[np.int64]
    inside: NDArray[np.int64] | None
    """Their places in `Ahead.inside`; None where one of them ends a word."""


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

    def asked(self, ids: NDArray[np.int64]) -> Asked:
        """Find out once where the chances of `ids` will stand."""
        inside = self._signs.inside[ids]
        return Asked(ids, None if np.minimum.reduce(inside, initial=0) < 0 else inside)

    def some(self, ahead: Ahead, asked: Asked) -> Floats:
        """Give some chances after a spelling; most often these ids all go on with its word."""
        if ahead.chances is None and asked.inside is not None:
            return ahead.inside[asked.inside]
        return self.chances([ahead])[0][asked.ids]

    def going_on(self, ahead: Ahead, least: float) -> Ranked:
        """Give the ids that go on with the word and are more probable than `least`.

        `least` is the same in every call.
        """
        if ahead.ranked is None:
            ahead.ranked = ranked(self._signs.goes_on, ahead.inside, least)
        return ahead.ranked

    def chances(self, aheads: Sequence[Ahead]) -> list[Floats]:
        """Give all chances (V,) after each, in one batch where some are not known yet."""
        new = [ahead for ahead in aheads if ahead.chances is None]
        if new:
            ids = np.array([ahead.last for ahead in new])
            logits, _ = self._runner.step(ids, np.concatenate([ahead.before for ahead in new]))
            for ahead, row in zip(new, logits, strict=True):
                ahead.chances = softmax(row)
        return [ahead.chances for ahead in aheads if ahead.chances is not None]


def ranked(ids: NDArray[np.int64], chances: Floats, least: float) -> Ranked:
    """Sort the `ids` that are more probable than `least`."""
    if len(ids) > _FEW:
        likely = np.flatnonzero(chances > least)
        ids, chances = ids[likely], chances[likely]
    pairs = zip(chances.tolist(), ids.tolist(), strict=True)
    best = sorted((pair for pair in pairs if pair[0] > least), reverse=True)
    return Ranked([i for _, i in best], [chance for chance, _ in best])
