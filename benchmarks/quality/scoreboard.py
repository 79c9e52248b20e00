"""Put every predictor through the same questions. Knows columns and rows, no system.

All systems see the same words, characters and replies of a corpus. Milliseconds are taken last, on
the same keystrokes, turn by turn one system after another, so that a busy moment of the machine
falls on all of them.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from cachetools import LRUCache

from benchmarks.keystrokes import type_turn
from benchmarks.quality.metrics import Question, draw_questions, exact_match, first_of_twenty
from benchmarks.quality.predictor import Guess, Predictor, UnsupportedError
from training.errors import TrainingError
from training.evaluation import held_out
from training.metrics import (
    Suggest,
    Target,
    Weigh,
    Written,
    draw_targets,
    keystrokes_saved,
    keystrokes_saved_in_full,
    reciprocal_rank,
    surprise,
    top_k,
    written,
)

__all__ = ["COVERAGES", "Amounts", "Material", "Row", "material", "milliseconds", "score"]

COVERAGES = (0.1, 0.25, 0.5)
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """How much of each corpus is measured."""

    words: int = 1500
    """Words predicted, letter by letter where need be."""
    characters: int = 60_000
    """Characters weighed."""
    replies: int = 300
    """Replies ranked among twenty."""
    keys: int = 1000
    """Keystrokes timed."""
    seed: int = 0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value < 0:
                raise TrainingError(f"{name} must be at least 0; got {value}")


@dataclass(frozen=True)
class Material:
    """What is asked on one corpus."""

    corpus: str
    split: str
    turns: Sequence[Written]
    targets: Sequence[Target]
    questions: Sequence[Question]
    amounts: Amounts


@dataclass
class Row:
    """What one system scored on one corpus; None where it can't be said."""

    corpus: str
    split: str
    system: str
    scores: dict[str, float | None] = field(default_factory=dict)
    words: int = 0
    """Words predicted."""


def material(path: Path, split: str, amounts: Amounts) -> Material:
    """Read a corpus and draw what is asked. Raises CorpusError when the split is empty."""
    split, conversations = held_out(path, split)
    dialogues = [written([conversation]) for conversation in conversations]
    turns = [turn for dialogue in dialogues for turn in dialogue]
    return Material(
        path.name.split(".")[0],
        split,
        turns,
        draw_targets(turns, words=amounts.words, seed=amounts.seed),
        draw_questions(dialogues, count=amounts.replies, seed=amounts.seed),
        amounts,
    )


def score(predictor: Predictor, asked: Material) -> Row:
    """Measure all but the milliseconds."""
    words, targets = _words(predictor), asked.targets
    row = Row(asked.corpus, asked.split, predictor.name, words=len(targets))
    cost = _or_none(
        lambda: surprise(predictor.nats, asked.turns, characters=asked.amounts.characters)
    )
    row.scores |= {
        "bits_per_character": cost.bits_per_character if cost else None,
        "perplexity_per_word": cost.perplexity_per_word if cost else None,
    }
    for k in (1, 3, 5):
        row.scores[f"top_{k}"] = top_k(words, targets, k)
    row.scores["mrr_10"] = reciprocal_rank(words, targets)
    for k in (1, 3, 5):
        row.scores[f"ksr_w_{k}"] = keystrokes_saved(words, targets, k)
    row.scores["ksr_f_3"] = keystrokes_saved_in_full(words, targets, 3)
    row.scores |= _phrases(predictor, targets)
    weigh = _remembering(predictor.nats)
    row.scores["hits_1_20"] = _or_none(
        lambda: first_of_twenty(weigh, asked.questions, predictor.ranking)
    )
    row.scores["megabytes"] = predictor.megabytes
    return row


def milliseconds(predictors: Sequence[Predictor], asked: Material) -> list[float | None]:
    """Give the median of a keystroke for each system, three words asked for after every key."""
    times: list[list[float]] = [[] for _ in predictors]
    turns = list(dict.fromkeys(target.written for target in asked.targets))
    for number, turn in enumerate(turns):
        if number and len(times[0]) >= asked.amounts.keys:
            break
        for place in range(len(predictors)):
            # Another one begins each turn, so that none always finds a cold cache.
            i = (place + number) % len(predictors)
            ask = _asking(predictors[i])
            taken = type_turn(ask, list(turn.turns), turn.text)
            times[i] += taken if number else []  # the first turn warms up
    return [statistics.median(taken) if taken else None for taken in times]


def _asking(predictor: Predictor) -> Callable[[str, list[str]], object]:
    return lambda text, turns: predictor.suggest(text, turns, n=3)


def _words(predictor: Predictor) -> Suggest:
    """Ask for words as the metrics do; the same question, asked for two scores, is asked once."""
    known: LRUCache[tuple[str, tuple[str, ...], int], list[str]] = LRUCache(100_000)

    def suggest(text: str, turns: Sequence[str], n: int) -> list[str]:
        key = (text, tuple(turns), n)
        if key not in known:
            known[key] = [guess.text for guess in predictor.suggest(text, turns, n=n)]
        found: list[str] = known[key]
        return found

    return suggest


def _phrases(predictor: Predictor, targets: Sequence[Target]) -> dict[str, float | None]:
    def phrases(text: str, turns: Sequence[str], words: int) -> Sequence[Guess]:
        return predictor.suggest(text, turns, n=3, max_words=words)

    scores: dict[str, float | None] = {}
    for words in (2, 3):
        names = [f"em_{words}_at_{round(100 * c)}" for c in COVERAGES]
        try:
            found = exact_match(phrases, targets, words=words, coverages=COVERAGES)
        except UnsupportedError:
            found = [None] * len(names)
        scores |= dict(zip(names, found, strict=True))
    return scores


def _remembering(weigh: Weigh) -> Weigh:
    """Weigh replies without turns before them once: they are candidates of many questions."""
    alone: dict[str, float] = {}

    def remembering(text: str, turns: Sequence[str]) -> float:
        if turns:
            return weigh(text, turns)
        if text not in alone:
            alone[text] = weigh(text, ())
        return alone[text]

    return remembering


def _or_none(measure: Callable[[], _T]) -> _T | None:
    try:
        return measure()
    except UnsupportedError:
        return None
