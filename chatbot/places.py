"""Places in a dialogue: the network after some ids, and its scores of what comes next.

A place is small: two states. The scores (V floats, 65 kB with 16k pieces) are kept for the last few
places that were asked; of the others they are stepped again, so many dialogues can be kept open.

    " how are"  the search looked ahead: " yo" -> ..., " you" -> ...       noted
    " how are you "  is read from the note, with no step
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from chatbot.ahead import Ahead
from chatbot.runners.base import Floats, Runner
from chatbot.sampling import softmax

__all__ = ["Path", "Place", "Places"]

Path = tuple[int, ...]
"""Ids after a place."""

_TAIL = 256
"""Ids that a place remembers, for the repetition penalty."""
_LOOKED = 8
"""Ids that a look ahead is long at most: that many are tried at once."""


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
        return self.places.logits(self)

    @property
    def chances(self) -> Floats:
        """The probability of each id that may come next: (V,)."""
        return self.places.chances(self)


class _Scores(NamedTuple):
    chances: Floats
    logits: Floats | None
    """None where only the chances were noted."""


_NONE: Mapping[Path, Ahead] = {}


class Places:
    """Reach places with one runner. Safe for threads."""

    def __init__(self, runner: Runner, *, scored: int, noted: int = 32, looks: int = 32) -> None:
        """Keep the scores of the last `scored` places, and the last `looks` ahead of `noted`."""
        self._runner, self._most_looks = runner, looks
        self._scores: LRUCache[int, _Scores] = LRUCache(scored)
        self._looks: LRUCache[int, dict[Path, Ahead]] = LRUCache(noted)
        self._lock = threading.Lock()

    def note(self, place: Place, found: Mapping[Path, Ahead]) -> None:
        """Remember what somebody found who looked ahead from a place: it may be read next."""
        with self._lock:
            looks = self._looks.setdefault(place.serial, {})
            looks.update(found)
            for path in list(looks)[: -self._most_looks]:
                del looks[path]

    def noted(self, place: Place) -> Mapping[Path, Ahead]:
        """Give what is remembered of looks ahead from a place."""
        with self._lock:
            return self._looks.get(place.serial, _NONE)

    def read(self, ids: Sequence[int], place: Place | None) -> Place:
        """Read `ids` on from a place, or from the start. There is at least one, or a place."""
        if not ids:
            assert place is not None
            return place
        known, look = self._noted(ids, place)
        if look is not None and known == len(ids):
            before, state = look.before, look.state
            scores = None if look.chances is None else _Scores(look.chances, None)
        else:
            before = look.state if look else place.state if place else self._runner.start(1)
            for i in ids[known:-1]:
                before = self._runner.advance(np.array([i]), before)
            logits, state = self._runner.step(np.array([ids[-1]]), before)
            scores = _Scores(softmax(logits[0]), logits[0])
        earlier = place.ids if place else np.empty(0, np.int32)
        tail = np.concatenate([earlier, np.asarray(ids[-_TAIL:], np.int32)])[-_TAIL:]
        reached = Place(state, before, tail, (place.count if place else 0) + len(ids), self)
        if scores is not None:
            self._keep(reached, scores)
        return reached

    def chances(self, place: Place) -> Floats:
        """Give the probabilities after a place, stepped again where they are forgotten."""
        with self._lock:
            kept = self._scores.get(place.serial)
        return kept.chances if kept else self._score(place).chances

    def logits(self, place: Place) -> Floats:
        """Give the scores after a place, stepped again where they are forgotten."""
        with self._lock:
            kept = self._scores.get(place.serial)
        if kept is None or kept.logits is None:
            kept = self._score(place)
        assert kept.logits is not None
        return kept.logits

    def _noted(self, ids: Sequence[int], place: Place | None) -> tuple[int, Ahead | None]:
        """Find how many of `ids` somebody looked ahead to, and what was there."""
        looks = self.noted(place) if place is not None else _NONE
        for known in range(min(len(ids), _LOOKED), 0, -1):
            look = looks.get(tuple(ids[:known]))
            if look is not None:
                return known, look
        return 0, None

    def _score(self, place: Place) -> _Scores:
        logits, _ = self._runner.step(place.ids[-1:].astype(np.int64), place.before)
        return self._keep(place, _Scores(softmax(logits[0]), logits[0]))

    def _keep(self, place: Place, scores: _Scores) -> _Scores:
        with self._lock:
            self._scores[place.serial] = scores
        return scores
