"""What the scores mean, over anything that suggests words or weighs text (design.md defines them).

A system is two functions here: `Suggest` and `Weigh`. Knows no model, file or table; the same code
scores our checkpoint in `inkling evaluate` and every system in `python -m benchmarks.quality`.

A target is a word of held-out text: [A-Za-z0-9]+ with inner apostrophes. What is right is compared
lower-cased, save where KSR-F asks for the very characters. Percentages are 0 to 100; a score over
nothing is None.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from chatbot.words import PLAIN_WORD
from tokenizer import join_speakers
from training.conversation import Conversation

__all__ = [
    "Suggest",
    "Surprise",
    "Target",
    "Weigh",
    "Written",
    "draw_targets",
    "keystrokes_saved",
    "keystrokes_saved_in_full",
    "reciprocal_rank",
    "surprise",
    "top_k",
    "written",
]

Suggest = Callable[[str, Sequence[str], int], Sequence[str]]
"""(what is typed of a turn, earlier turns, n) -> up to n whole words, the best first."""
Weigh = Callable[[str, Sequence[str]], float]
"""(a turn, earlier turns) -> its nats, -log p(turn | earlier turns), the turn's end left out."""
_TURNS = 8
"""Earlier turns that a system is given."""


@dataclass(frozen=True)
class Written:
    """A turn that somebody wrote, and what was said before."""

    turns: tuple[str, ...]
    """Oldest first, the last 8 at most."""
    text: str


@dataclass(frozen=True)
class Target:
    """A word to be predicted: characters `start` to `end` of a turn."""

    written: Written
    start: int
    end: int
    first: int
    """Where the keys of this word begin: its start, or 0 for the first word of a turn."""
    last: int
    """Where the next word begins, or the end of the turn."""

    @property
    def raw(self) -> str:
        """The word as it was written."""
        return self.written.text[self.start : self.end]

    @property
    def word(self) -> str:
        """The word lower-cased."""
        return self.raw.lower()

    @property
    def turns(self) -> tuple[str, ...]:
        """What was said before."""
        return self.written.turns

    def typed(self, length: int) -> str:
        """Give the turn up to and with the first `length` characters of the word."""
        return self.written.text[: self.start + length]


def written(conversations: Iterable[Conversation]) -> list[Written]:
    """List every turn of `conversations` with what was said before; speakers alternate."""
    found = []
    for conversation in conversations:
        texts = list(join_speakers(conversation.turns))
        found += [Written(tuple(texts[max(0, i - _TURNS) : i]), t) for i, t in enumerate(texts)]
    return found


def draw_targets(turns: Sequence[Written], *, words: int, seed: int = 0) -> list[Target]:
    """Draw whole turns at random until they hold `words` words; the last turn is cut.

    Turns from all over the corpus, because the words of one dialogue are much alike: the first
    1,500 words of a corpus may be six dialogues. The same seed draws the same.
    """
    targets: list[Target] = []
    for i in random.Random(seed).sample(range(len(turns)), len(turns)):
        targets += islice(_targets(turns[i]), words - len(targets))
        if len(targets) >= words:
            break
    return targets


def _targets(turn: Written) -> Iterable[Target]:
    spans = [found.span() for found in PLAIN_WORD.finditer(turn.text)]
    nexts = [*(start for start, _ in spans[1:]), len(turn.text)] if spans else []
    for i, ((start, end), last) in enumerate(zip(spans, nexts, strict=True)):
        yield Target(turn, start, end, start if i else 0, last)


def top_k(suggest: Suggest, targets: Sequence[Target], k: int) -> float | None:
    """Give the percentage of targets among k suggestions asked for before their first letter."""
    hits = [t.word in _lower(suggest(t.typed(0), t.turns, k)[:k]) for t in targets]
    return _percent(sum(hits), len(hits))


def reciprocal_rank(suggest: Suggest, targets: Sequence[Target], n: int = 10) -> float | None:
    """MRR@n: the mean of 1 / rank of the target among n suggestions, 0 when absent; 0 to 1."""
    if not targets:
        return None
    total = 0.0
    for target in targets:
        offered = _lower(suggest(target.typed(0), target.turns, n)[:n])
        total += 1 / (1 + offered.index(target.word)) if target.word in offered else 0.0
    return total / len(targets)


def keystrokes_saved(suggest: Suggest, targets: Sequence[Target], k: int) -> float | None:
    """KSR-W@k: 100 (1 - K / sum(len + 1)).

    K for a word is i + 1 for the smallest typed prefix of i >= 0 characters whose k suggestions
    hold it, else len + 1: the space behind it is a key too, and accepting types it. A word may be
    offered again after it was refused. Punctuation is left out of both sums.
    """
    keys = 0
    for target in targets:
        accepted = _accepted(suggest, target, k, _lower, target.word)
        keys += len(target.word) + 1 if accepted is None else accepted + 1
    return _saved(keys, sum(len(target.word) + 1 for target in targets))


def keystrokes_saved_in_full(suggest: Suggest, targets: Sequence[Target], k: int) -> float | None:
    """KSR-F@k: 100 (1 - K / characters of the raw text), case and punctuation included.

    Accepting costs one key and types the space that follows; where a sign follows instead the space
    takes itself back, as phones do, and saves nothing. Wrong case is a miss. The end of a turn
    (the key that sends it) is left out.
    """
    keys = characters = 0
    for target in targets:
        text = target.written.text
        characters += target.last - target.first
        accepted = _accepted(suggest, target, k, list, target.raw)
        if accepted is None:
            keys += target.last - target.first
        else:
            after = target.last - target.end - text[target.end : target.last].startswith(" ")
            keys += target.start - target.first + accepted + 1 + after
    return _saved(keys, characters)


def _accepted(
    suggest: Suggest,
    target: Target,
    k: int,
    fold: Callable[[Sequence[str]], list[str]],
    word: str,
) -> int | None:
    """Give the characters typed when the target is first offered, or None."""
    for typed in range(target.end - target.start):
        if word in fold(suggest(target.typed(typed), target.turns, k)[:k]):
            return typed
    return None


@dataclass(frozen=True)
class Surprise:
    """What a text cost, and what it is measured over."""

    nats: float
    characters: int
    words: int

    @property
    def bits_per_character(self) -> float | None:
        """nats / (ln 2 x characters of the raw text), which no tokenizer changes."""
        return self.nats / (math.log(2) * self.characters) if self.characters else None

    @property
    def perplexity_per_word(self) -> float | None:
        """exp(nats / words): all nats, of spaces, signs and case too, so any system compares."""
        return math.exp(self.nats / self.words) if self.words else None


def surprise(weigh: Weigh, turns: Sequence[Written], *, characters: int) -> Surprise:
    """Weigh each turn after those before it, from the first on, until `characters` are weighed."""
    nats, count, words = 0.0, 0, 0
    for turn in turns:
        if count >= characters:
            break
        nats += weigh(turn.text, turn.turns)
        count += len(turn.text)
        words += len(PLAIN_WORD.findall(turn.text))
    return Surprise(nats, count, words)


def _lower(words: Sequence[str]) -> list[str]:
    return [word.lower() for word in words]


def _percent(part: float, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _saved(keys: int, without: int) -> float | None:
    return 100 * (1 - keys / without) if without else None
