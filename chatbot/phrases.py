"""Go on from a word, greedily, as long as the network is sure."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from cachetools import LRUCache

from chatbot.runners.base import Runner
from chatbot.sampling import softmax
from chatbot.word_search import Ahead
from chatbot.words import WordSigns, is_word
from tokenizer import Tokenizer

__all__ = ["PhraseConfig", "Phrases", "Stage"]

_LEAST = 1e-30
"""Divided by at least: a word may be sure to go on."""


@dataclass(frozen=True, kw_only=True)
class PhraseConfig:
    """Say how far a phrase goes on."""

    most_ids: int = 12
    """Ids after its first word."""
    least_step: float = 0.2
    """It ends before an id less probable than this."""
    least_phrase: float = 0.3
    """It grows no longer once the whole would be less probable than this."""
    remembered: int = 128
    """Places in phrases that are kept for the next keystroke (V floats each)."""


class Stage(NamedTuple):
    """Where a phrase may end."""

    text: str
    probability: float
    ahead: Ahead
    """The network after it."""


class Phrases:
    """Grow words into phrases with one runner."""

    def __init__(
        self, runner: Runner, tokenizer: Tokenizer, signs: WordSigns, config: PhraseConfig
    ) -> None:
        self._runner, self._pieces, self._signs = runner, tokenizer.pieces, signs
        self.config = config
        self._known: LRUCache[tuple[int, ...], Ahead] = LRUCache(config.remembered)
        self._lock = threading.Lock()

    def stages(self, word: str, probability: float, ahead: Ahead, *, max_words: int) -> list[Stage]:
        """Add whole words to `word`, of which `probability` is known and after which is `ahead`.

        Gives the word, then each phrase on the way, the longest last: up to `max_words` words.
        """
        config, ends = self.config, self._signs.ends
        stages = [Stage(word, probability, ahead)]
        phrase, reached, path = word.encode(), probability, [ahead.serial]
        # That the first word ends here is known, and its probability has it counted.
        chances = ahead.chances * ends / max(ahead.ends, _LEAST)
        for _ in range(config.most_ids):
            best = int(chances.argmax())
            if len(path) > 1 and ends[best] and _ends_in_word(phrase):
                stages.append(Stage(phrase.decode(), reached * ahead.ends, ahead))
                if phrase.count(b" ") + 1 >= max_words:
                    break
            step, piece = float(chances[best]), self._pieces[best]
            unsure = step < config.least_step or reached * step < config.least_phrase
            if unsure or piece in (b"", b"\n"):
                break
            phrase, reached = phrase + piece, reached * step
            path.append(best)
            ahead = self._step(tuple(path), ahead)
            chances = ahead.chances
        return stages

    def _step(self, path: tuple[int, ...], before: Ahead) -> Ahead:
        """Step the last id of `path`, unless an earlier keystroke did."""
        with self._lock:
            known = self._known.get(path)
        if known is None:
            logits, state = self._runner.step(np.array(path[-1:]), before.state)
            chances = softmax(logits)[0]
            known = Ahead(chances, state, float(chances @ self._signs.end_weights))
            with self._lock:
                self._known[path] = known
        return known


def _ends_in_word(spelled: bytes) -> bool:
    try:
        return is_word(spelled.decode().rpartition(" ")[2])
    except UnicodeDecodeError:
        return False
