"""Go on from a word as long as the network is sure: a beam search that is scored word by word.

"how a|"   are  0.97   are you  0.92   are you doing  0.55     a word more at each stage
                                       are you today  0.11     the beam follows a few ways
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from cachetools import LRUCache

from chatbot.ahead import Ahead, Scout
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
    beam: int = 3
    """Ways that are followed side by side."""
    least_step: float = 0.2
    """It ends before an id less probable than this."""
    least_phrase: float = 0.3
    """It grows no longer once the whole would be less probable than this."""
    doubt: float = 0.06
    """Share by which a phrase says less of its chance with each word after the first. The best of
    several ways is chosen for being probable, so it is less so: without, two words that said 50 %
    were right 41 to 48 % of the time in five corpora, three of 48 % 28 to 50 %."""
    remembered: int = 128
    """Places in phrases that are kept for the next keystroke (V floats each)."""

    def said(self, phrase: str, probability: float) -> float:
        """Give what a phrase says of its chance."""
        said: float = min(probability, 1.0) * (1.0 - self.doubt) ** (_words(phrase) - 1)
        return said

    def may_say(self, phrase: str, probability: float) -> bool:
        """Tell whether that is enough for a phrase."""
        return self.said(phrase, probability) >= self.least_phrase


class Stage(NamedTuple):
    """Where a phrase may end."""

    text: str
    probability: float
    ahead: Ahead
    """The network after it."""


@dataclass(frozen=True)
class _Way:
    """A beginning of a phrase, perhaps in the middle of a word."""

    spelled: bytes
    probability: float
    """That the text goes on so, whatever comes after."""
    path: tuple[int, ...]
    """What tells its first word's place apart, then the ids after that."""
    ahead: Ahead
    stages: tuple[Stage, ...]
    """Where it might have ended, the longest last."""


class Phrases:
    """Grow words into phrases. Safe for threads."""

    def __init__(
        self, scout: Scout, tokenizer: Tokenizer, signs: WordSigns, config: PhraseConfig
    ) -> None:
        self._scout, self._pieces, self._signs = scout, tokenizer.pieces, signs
        self.config = config
        self._known: LRUCache[tuple[int, ...], Ahead] = LRUCache(config.remembered)
        self._lock = threading.Lock()

    def stages(self, word: str, probability: float, ahead: Ahead, *, max_words: int) -> list[Stage]:
        """Add whole words to `word`, of which `probability` is known and after which is `ahead`.

        Gives the word, then each phrase on the way to the best one, that last: the longest of up to
        `max_words` words, of these the most probable.
        """
        best: tuple[Stage, ...] = (Stage(word, probability, ahead),)
        beam = [_Way(word.encode(), probability, (ahead.serial,), ahead, best)]
        for _ in range(self.config.most_ids):
            beam = self._grow(beam, max_words)
            best = max([best, *(way.stages for way in beam)], key=_merit)
            if _words(best[-1].text) == max_words:
                beam = [way for way in beam if way.probability > best[-1].probability]
            if not beam:
                break
        return list(best)

    def _grow(self, beam: Sequence[_Way], max_words: int) -> list[_Way]:
        """Put one id more to the ways, all in one batch: to the most probable that may go on."""
        longer = [more for way in beam for more in self._more(way, max_words)]
        longer.sort(key=lambda more: -more[1])
        chosen = longer[: self.config.beam]
        aheads = self._look_ahead([(*way.path, i) for way, _, i in chosen], [w for w, *_ in chosen])
        grown = []
        for (way, reached, i), ahead in zip(chosen, aheads, strict=True):
            spelled, stages = way.spelled + self._pieces[i], way.stages
            p = reached * ahead.ends
            if _ends_in_word(spelled) and self.config.may_say(spelled.decode(), p):
                stage = Stage(spelled.decode(), p, ahead)
                # "do" was no word of a way that goes on to "doing".
                kept = (each for each in stages if _words(each.text) < _words(stage.text))
                stages = (*kept, stage)
            grown.append(_Way(spelled, reached, (*way.path, i), ahead, stages))
        return grown

    def _more(self, way: _Way, max_words: int) -> Iterator[tuple[_Way, float, int]]:
        """Give the ids that may come next, each with the probability of the way with it."""
        config, signs = self.config, self._signs
        if way.probability < config.least_phrase:
            return
        (chances,) = self._scout.chances([way.ahead])
        if len(way.path) == 1:
            # That the first word ends here is known, and its probability has it counted.
            chances = chances * signs.ends / max(way.ahead.ends, _LEAST)
        complete = _words(way.stages[-1].text) == max_words
        full = way.spelled.count(b" ") + 1 == max_words  # though its last word may be none yet
        for i in np.argpartition(-chances, config.beam)[: config.beam].tolist():
            step = float(chances[i])
            reached = way.probability * step
            sure = step >= config.least_step and reached >= config.least_phrase
            piece = self._pieces[i]
            over = (complete and signs.ends[i]) or (full and piece.startswith(b" "))
            if sure and not over and piece not in (b"", b"\n"):
                yield way, reached, i

    def _look_ahead(self, paths: Sequence[tuple[int, ...]], before: Sequence[_Way]) -> list[Ahead]:
        """Step the last id of each path, unless an earlier keystroke did."""
        with self._lock:
            known = {path: self._known[path] for path in paths if path in self._known}
        new = [i for i, path in enumerate(paths) if path not in known]
        if new:
            befores = [before[i].ahead.state for i in new]
            stepped = self._scout.step([paths[i][-1] for i in new], befores)
            known |= {paths[i]: ahead for i, ahead in zip(new, stepped, strict=True)}
        with self._lock:
            self._known.update(known)
        return [known[path] for path in paths]


def _merit(stages: tuple[Stage, ...]) -> tuple[int, float]:
    return _words(stages[-1].text), stages[-1].probability


def _words(phrase: str) -> int:
    return phrase.count(" ") + 1


def _ends_in_word(spelled: bytes) -> bool:
    try:
        return is_word(spelled.decode().rpartition(" ")[2])
    except UnicodeDecodeError:
        return False
