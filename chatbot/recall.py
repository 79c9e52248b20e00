"""Go on from a word as the person went on before: what somebody always writes is one key away.

    written seven times  "Kind regards, Ivan Petrov"
    typed "Kind r"   regards 1.00   regards, Ivan Petrov 0.41, which saves more: so that is shown

Each word and sign is as probable as the person's n-grams and the network hold it to be together,
by the weight that the n-grams have earned at such a place. It ends where the person did not go on
in the same way twice, with a sentence, and before a number, which may be a card's or a telephone's.
What the network alone would go on with is phrases.py.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from cachetools import LRUCache

from chatbot.ahead import Ahead, Scout
from chatbot.personal import PersonalMemory
from chatbot.phrases import PhraseConfig, Stage
from chatbot.word_counts import cut, spaced
from tokenizer import Tokenizer

__all__ = ["Recall", "expected_words"]

_LEAST = 1e-30
"""Divided by at least: a word may be sure to go on."""


class Recall:
    """Grow words into phrases of one person's. Safe for threads."""

    def __init__(self, scout: Scout, tokenizer: Tokenizer, config: PhraseConfig) -> None:
        self._scout, self._tokenizer, self._config = scout, tokenizer, config
        self._known: LRUCache[tuple[int, str], tuple[float, Ahead]] = LRUCache(config.remembered)
        self._lock = threading.Lock()

    def stages(
        self, first: Stage, before: Sequence[str], personal: PersonalMemory, *, max_words: int
    ) -> list[Stage]:
        """Add whole words to `first`, which follows the words `before`: it, then each phrase."""
        stages, text, probability, ahead = [first], first.text, first.probability, first.ahead
        said = [*before, first.text]
        while len(stages) < max_words and (more := personal.going_on(said)) is not None:
            is_word = more.text[0].isalnum()
            if not (more.text.isalpha() if is_word else more.text == ","):
                break
            written = spaced(more.text)
            chance, ahead = self._follow(ahead, written)
            chance *= ahead.ends if is_word else 1.0
            probability *= more.weight * more.chance + (1.0 - more.weight) * chance
            text, said = text + written, [*said, more.text]
            if not self._config.may_say(text, probability):
                break
            if is_word:
                stages.append(Stage(text, probability, ahead))
        return stages

    def weigh(
        self, stages: Sequence[Stage], before: Sequence[str], personal: PersonalMemory
    ) -> list[Stage]:
        """Give the network's phrases: less probable where the person goes on otherwise."""
        first, *longer = stages
        more = personal.going_on([*before, first.text])
        if more is None or not longer:
            return list(stages)
        (said, *_) = cut(longer[0].text[len(first.text) :])
        left = 1.0 if said.lower() == more.text.lower() else 1.0 - more.weight
        weighed = (stage._replace(probability=left * stage.probability) for stage in longer)
        return [first, *(s for s in weighed if self._config.may_say(s.text, s.probability))]

    def _follow(self, ahead: Ahead, written: str) -> tuple[float, Ahead]:
        """Give the probability that `written` follows a word, which has ended, and the place."""
        key = ahead.serial, written
        with self._lock:
            known = self._known.get(key)
        if known is None:
            chance = 1.0 / max(ahead.ends, _LEAST)
            for i in self._tokenizer.encode(written, mid_line=True):
                chance *= float(self._scout.chances([ahead])[0][i])
                (ahead,) = self._scout.step([i], [ahead.state])
            known = min(chance, 1.0), ahead
            with self._lock:
                self._known[key] = known
        return known


def expected_words(stages: Sequence[Stage]) -> float:
    """Say how many words a phrase saves: more, or surer ones."""
    return len(stages[-1].text.split(" ")) * stages[-1].probability
