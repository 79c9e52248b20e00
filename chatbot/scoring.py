"""How surprised the network is by a text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from chatbot.context import ContextCache
from chatbot.places import Place
from chatbot.runners.base import Floats, Runner
from chatbot.sampling import log_softmax
from chatbot.word_counts import cut
from chatbot.words import PLAIN_WORD, fold_quotes
from tokenizer import Tokenizer, Turn

__all__ = ["ReadWord", "Score", "nats_after", "read_words", "score"]


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
    """Score `text` as the turn after `turns`; the end of the turn is not counted.

    Takes a step an id, so its time grows with the text.
    """
    (nats,) = nats_after(runner, cache.read(turns, ""), [tokenizer.encode(text)])
    return Score(nats, len(text), len(PLAIN_WORD.findall(text)))


class ReadWord(NamedTuple):
    """A word or sign of a text, as the network met it."""

    text: str
    start: int
    """Its first character in the text."""
    chance: float
    """Its probability, spelled as the tokenizer does; that it ends there is not counted."""
    state: Floats
    """(1, D), before it."""


def read_words(
    runner: Runner,
    cache: ContextCache,
    tokenizer: Tokenizer,
    text: str,
    turns: Sequence[Turn | str],
    *,
    lead: str = "",
) -> list[ReadWord]:
    """Read `text` as the turn after `turns`: each word and sign of it (`word_counts.cut`).

    `lead` are lines of the same turn before it. Takes a step an id.
    """
    text = fold_quotes(text)
    ids, place = tokenizer.encode(text), cache.read(turns, lead)
    logits, states, logs = place.logits[None], [place.state], list[float]()
    for i in ids:
        logs.append(float(log_softmax(logits)[0, i]))
        logits, state = runner.step(np.array([i]), states[-1])
        states.append(state)
    ends = np.cumsum([len(tokenizer.pieces[i]) for i in ids])
    spelled = b"".join(tokenizer.pieces[i] for i in ids)
    found, in_text, in_bytes = list[ReadWord](), 0, 0
    for word in cut(text):
        start = spelled.index(word.encode(), in_bytes)
        in_bytes, at = start + len(word.encode()), text.index(word, in_text)
        in_text = at + len(word)
        # The pieces that end in the word, or first behind its start.
        first, last = np.searchsorted(ends, [start, in_bytes - 1], side="right")
        chance = math.exp(sum(logs[first : last + 1]))
        found.append(ReadWord(word, at, chance, states[first]))
    return found


def nats_after(runner: Runner, place: Place, texts: Sequence[Sequence[int]]) -> list[float]:
    """Give the nats of several texts, as ids, after one place: a batch a step."""
    nats = [0.0] * len(texts)
    live = [lane for lane, ids in enumerate(texts) if ids]
    logits = np.repeat(place.logits[None], len(live), axis=0)
    state = np.repeat(place.state, len(live), axis=0)
    for step in range(max(map(len, texts), default=0)):
        ids = np.array([texts[lane][step] for lane in live])
        chosen = log_softmax(logits)[np.arange(len(live)), ids]
        for lane, value in zip(live, chosen, strict=True):
            nats[lane] -= float(value)
        going = [row for row, lane in enumerate(live) if len(texts[lane]) > step + 1]
        live = [live[row] for row in going]
        if live:
            logits, state = runner.step(ids[going], state[going])
    return nats
