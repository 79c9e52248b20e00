"""Score a language model as its users would: next words and keystrokes saved (design.md defines).

top-k next word: at every word boundary the target is the next word of the raw text
    ([A-Za-z0-9]+ with inner apostrophes), compared lower-cased; a hit when it is among k
    suggestions.
KSR-W@k: 100 (1 - K / sum(len + 1)); K for a word is i + 1 for the smallest typed prefix of i
    characters whose k suggestions hold the word, else len + 1. One key accepts; the length of a
    word counts the space behind it.
bits per character: nats / (ln 2 x characters); each turn is scored after the turns before it, its
    end not counted.

Only what is left out of training is scored unless told: the split `eval` where a corpus has one,
else `valid`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chatbot import LanguageModel
from chatbot.words import PLAIN_WORD
from tokenizer import join_speakers
from training.cleaning import CleaningReport, clean
from training.conversation import Conversation
from training.corpus import read
from training.errors import CorpusError
from training.splits import assign

__all__ = ["Evaluation", "evaluate_corpus"]

_TURNS = 8
"""Earlier turns that a suggestion is given."""


@dataclass(frozen=True)
class Evaluation:
    """The scores on one corpus; percentages are 0 to 100."""

    corpus: str
    split: str
    bits_per_character: float | None
    """None where no characters were scored."""
    characters: int
    top_1: float | None
    top_3: float | None
    ksr_w_3: float | None
    words: int
    """Words predicted; the three scores are None where it is 0."""


def evaluate_corpus(
    model: LanguageModel, path: Path | str, *, split: str, words: int, characters: int
) -> Evaluation:
    """Score `model` on the conversations of one split, from the first on.

    Raises CorpusError when the split is empty.
    """
    for name, value in (("words", words), ("characters", characters)):
        if value < 0:
            raise CorpusError(f"{name} must be at least 0; got {value}")
    conversations = list(clean(read([path]), CleaningReport()))
    split, chosen = _choose(conversations, split, path)
    nats, scored = _surprise(model, chosen, characters)
    hits = _Hits()
    for turns, text in _turns(chosen):
        if hits.words >= words:
            break
        for target in PLAIN_WORD.finditer(text):
            if hits.words < words:
                hits.add(model, turns[-_TURNS:], text, target)
    return Evaluation(
        Path(path).name.split(".")[0],
        split,
        nats / math.log(2) / scored if scored else None,
        scored,
        *hits.percentages(),
        hits.words,
    )


class _Hits:
    """Count what was right."""

    def __init__(self) -> None:
        self.words = self.first = self.third = self.keys = self.length = 0

    def add(self, model: LanguageModel, turns: list[str], text: str, target: re.Match[str]) -> None:
        word = target.group().lower()
        keys = len(word) + 1
        for typed in range(len(word)):
            seen = model.suggest(text[: target.start() + typed], n=3, turns=turns)
            offered = [s.text.lower() for s in seen]
            if typed == 0:
                self.first += offered[:1] == [word]
                self.third += word in offered
            if word in offered:
                keys = typed + 1
                break
        self.words += 1
        self.keys += keys
        self.length += len(word) + 1

    def percentages(self) -> tuple[float | None, float | None, float | None]:
        if not self.words:
            return None, None, None
        return (
            100 * self.first / self.words,
            100 * self.third / self.words,
            100 * (1 - self.keys / self.length),
        )


def _choose(
    conversations: list[Conversation], split: str, path: Path | str
) -> tuple[str, list[Conversation]]:
    by_split: dict[str, list[Conversation]] = {}
    for conversation in conversations:
        by_split.setdefault(assign(conversation), []).append(conversation)
    if split == "auto":
        split = "eval" if "eval" in by_split else "valid"
    if split not in by_split:
        held = ", ".join(f"{name} {len(c):,}" for name, c in by_split.items()) or "none"
        raise CorpusError(f"{path} has no conversations in split {split!r}; it has {held}")
    return split, by_split[split]


def _turns(conversations: list[Conversation]) -> Iterator[tuple[list[str], str]]:
    for conversation in conversations:
        texts = list(join_speakers(conversation.turns))
        for i, text in enumerate(texts):
            yield texts[:i], text


def _surprise(
    model: LanguageModel, conversations: list[Conversation], characters: int
) -> tuple[float, int]:
    nats, scored = 0.0, 0
    for turns, text in _turns(conversations):
        if scored >= characters:
            break
        score = model.score(text, turns)
        nats, scored = nats + score.nats, scored + score.characters
    return nats, scored
