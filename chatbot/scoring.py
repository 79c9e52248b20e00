"""How surprised the network is by a text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.context import ContextCache
from chatbot.runners.base import Runner
from chatbot.sampling import log_softmax
from tokenizer import Tokenizer, Turn

__all__ = ["Score", "score"]

_WORDS = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*")


@dataclass(frozen=True)
class Score:
    """The surprise of a text, and what it is measured over."""

    nats: float
    """-log p of the text's ids, natural logarithm."""
    characters: int
    words: int
    """[A-Za-z0-9]+ with inner apostrophes."""

    @property
    def bits_per_character(self) -> float:
        """nats / (ln 2 x characters of the raw text); 0 for an empty text.

        Per character, because ids and words differ between systems and characters don't.
        """
        return self.nats / (math.log(2) * self.characters) if self.characters else 0.0


def score(
    runner: Runner,
    cache: ContextCache,
    tokenizer: Tokenizer,
    text: str,
    turns: Sequence[Turn | str],
) -> Score:
    """Score `text` as the turn after `turns`; the end of the turn is not counted."""
    place = cache.read(turns, "")
    state, logits, nats = place.state, place.logits, 0.0
    for i in tokenizer.encode(text):
        nats -= float(log_softmax(logits)[i])
        rows, state = runner.step(np.array([i]), state)
        logits = rows[0]
    return Score(nats, len(text), len(_WORDS.findall(text)))
