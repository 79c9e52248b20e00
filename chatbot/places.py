"""Places in a dialogue: the network after some ids, and its scores of what comes next.

A place is small: two states. The scores (V floats, 65 kB with 16k pieces) are kept for the last few
places that were asked; of the others they are stepped again, so many dialogues can be kept open.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from chatbot.runners.base import Floats, Runner
from chatbot.sampling import softmax

__all__ = ["Place", "Places"]

_TAIL = 256
"""Ids that a place remembers, for the repetition penalty."""


@dataclass(frozen=True, eq=False)
class Place:
    """The network after some ids."""

    state: Floats
    """(1, D)."""
    before: Floats
    """(1, D), before the last id."""
    ids: NDArray[np.int32]
    """The last ids read, oldest first (a bounded tail)."""
    count: int
    """Ids read from the start."""
    places: Places = field(repr=False)
    serial: int = field(default_factory=itertools.count().__next__)
    """Tells places apart, for who remembers things about them."""

    @property
    def logits(self) -> Floats:
        """Scores of what comes next: (V,)."""
        return self.places.scores(self)[0]

    @property
    def chances(self) -> Floats:
        """The probability of each id that may come next: (V,)."""
        return self.places.scores(self)[1]


_Scores = tuple[Floats, Floats]
"""Logits and chances, each (V,)."""


class Places:
    """Reach places with one runner. Safe for threads."""

    def __init__(self, runner: Runner, *, scored: int) -> None:
        """Keep the scores of the last `scored` places."""
        self._runner = runner
        self._scores: LRUCache[int, _Scores] = LRUCache(scored)
        self._lock = threading.Lock()

    def read(self, ids: Sequence[int], place: Place | None) -> Place:
        """Read `ids` on from a place, or from the start. There is at least one, or a place."""
        if not ids:
            assert place is not None
            return place
        state = place.state if place else self._runner.start(1)
        for i in ids[:-1]:
            state = self._runner.advance(np.array([i]), state)
        logits, after = self._runner.step(np.array([ids[-1]]), state)
        earlier = place.ids if place else np.empty(0, np.int32)
        tail = np.concatenate([earlier, np.asarray(ids[-_TAIL:], np.int32)])[-_TAIL:]
        reached = Place(after, state, tail, (place.count if place else 0) + len(ids), self)
        self._keep(reached, logits[0])
        return reached

    def scores(self, place: Place) -> _Scores:
        """Give logits and chances after a place, stepped again where they are forgotten."""
        with self._lock:
            kept = self._scores.get(place.serial)
        if kept is None:
            logits, _ = self._runner.step(place.ids[-1:].astype(np.int64), place.before)
            kept = self._keep(place, logits[0])
        return kept

    def _keep(self, place: Place, logits: Floats) -> _Scores:
        scores = logits, softmax(logits)
        with self._lock:
            self._scores[place.serial] = scores
        return scores
