"""Decide which conversation comes next: how often each corpus is drawn, as the run goes on.

Every corpus is shuffled and dealt to its end before it is shuffled again, so no conversation
comes a third time before all came twice. The order is a function of the seed and of how many were
dealt: that is all there is to save.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from training.pack import Pack, Shard

__all__ = ["CHAT_MIXTURE", "Mixture"]

CHAT_MIXTURE: Mapping[str, tuple[float, float]] = {
    # corpus: share of ids at the start of the run, at its end. Long transcripts teach words
    # early; typed chat comes last, as it is what people do with Inkling. Single sentences end at
    # nothing: a small share of ids is a large share of beginnings, and an empty page began "Tom".
    # Task dialogues end at nothing too: after "hello" the network offered hotels for good.
    "changelog_podcasts": (0.30, 0.02),
    "qmsum_meetings": (0.05, 0.01),
    "masc_text": (0.03, 0.01),
    "self_dialogue": (0.16, 0.30),
    "chitchat": (0.12, 0.41),
    "topical_chat_validtest": (0.04, 0.10),
    "sgd": (0.07, 0.0),
    "star": (0.03, 0.0),
    "tatoeba_eng_sentences": (0.08, 0.0),
    "goemotions_comments": (0.05, 0.02),
    "ubuntu_irc_disentangled": (0.03, 0.02),
    "casino": (0.01, 0.02),
    "taskmaster3_part": (0.01, 0.0),
    "taskmaster4": (0.01, 0.0),
    # What they say of themselves must not outweigh what Inkling says of itself.
    "ms_personality_chat": (0.005, 0.015),
    "chatterbot": (0.005, 0.015),
    "persona": (0.0, 0.03),
}


class Mixture:
    """Deal the conversations of a pack, by source and by progress."""

    def __init__(self, pack: Pack, *, seed: int, shares: Mapping[str, tuple[float, float]]) -> None:
        self._seed = seed
        self._rows = [_rows_of(pack.train, i) for i in range(len(pack.sources))]
        tokens = np.array([pack.train.index[rows, 1].sum() for rows in self._rows], float)
        counts = np.array([max(len(rows), 1) for rows in self._rows], float)
        natural = tokens / tokens.sum()
        ends = np.array([shares.get(s, (n, n)) for s, n in zip(pack.sources, natural, strict=True)])
        ends[tokens == 0] = 0
        # A share counts ids; conversations of a corpus are drawn by share over their mean length.
        self._draws = ends / np.maximum(tokens / counts, 1)[:, None]
        self.dealt = np.zeros(len(pack.sources), np.int64)
        """Conversations dealt of each source; with the seed, the whole state of this object."""
        self._orders: dict[int, tuple[int, NDArray[np.int64]]] = {}

    def draw(self, progress: float) -> int:
        """Give the row (in the train index) of the next conversation, at `progress` 0 to 1."""
        weights = self._draws[:, 0] + (self._draws[:, 1] - self._draws[:, 0]) * min(progress, 1.0)
        chance = np.random.default_rng((self._seed, int(self.dealt.sum()))).random()
        source = int(np.searchsorted(np.cumsum(weights), chance * weights.sum(), side="right"))
        source = min(source, len(weights) - 1)
        row = self._row(source, int(self.dealt[source]))
        self.dealt[source] += 1
        return row

    def passes(self) -> list[float]:
        """Say how many times each source was dealt in full."""
        return [float(d / max(len(r), 1)) for d, r in zip(self.dealt, self._rows, strict=True)]

    def _row(self, source: int, place: int) -> int:
        rows = self._rows[source]
        lap = place // len(rows)
        if source not in self._orders or self._orders[source][0] != lap:
            order = np.random.default_rng((self._seed, source, lap)).permutation(rows)
            self._orders[source] = (lap, order)
        return int(self._orders[source][1][place % len(rows)])


def _rows_of(shard: Shard, source: int) -> NDArray[np.int64]:
    return np.flatnonzero(shard.index[:, 2] == source).astype(np.int64)
