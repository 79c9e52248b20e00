"""Score a language model as its users would, on one corpus: `metrics.py` says what is counted.

Only what is left out of training is scored unless told: the split `eval` where a corpus has one,
else `valid`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chatbot import LanguageModel
from training.cleaning import CleaningReport, clean
from training.conversation import Conversation
from training.corpus import read
from training.errors import CorpusError
from training.metrics import draw_targets, keystrokes_saved, surprise, top_k, written
from training.splits import assign

__all__ = ["Evaluation", "evaluate", "evaluate_corpus", "held_out"]


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
    """Score `model` on one split: `words` words drawn from all over it, and its first `characters`.

    Raises CorpusError when the split is empty.
    """
    for name, value in (("words", words), ("characters", characters)):
        if value < 0:
            raise CorpusError(f"{name} must be at least 0; got {value}")
    split, conversations = held_out(path, split)
    name = Path(path).name.split(".")[0]
    return evaluate(
        model, conversations, corpus=name, split=split, words=words, characters=characters
    )


def evaluate(
    model: LanguageModel,
    conversations: Iterable[Conversation],
    *,
    corpus: str,
    split: str,
    words: int,
    characters: int,
) -> Evaluation:
    """Score `model` on conversations; `corpus` and `split` are what the result calls them."""
    turns = written(conversations)
    targets = draw_targets(turns, words=words)

    @cache  # top-3 and the first key of KSR-W@3 ask the same
    def suggest(text: str, before: tuple[str, ...], n: int) -> list[str]:
        return [s.text for s in model.suggest(text, n=n, turns=before)]

    cost = surprise(lambda t, before: model.score(t, before).nats, turns, characters=characters)
    return Evaluation(
        corpus=corpus,
        split=split,
        bits_per_character=cost.bits_per_character,
        characters=cost.characters,
        top_1=top_k(suggest, targets, 1),
        top_3=top_k(suggest, targets, 3),
        ksr_w_3=keystrokes_saved(suggest, targets, 3),
        words=len(targets),
    )


def held_out(path: Path | str, split: str = "auto") -> tuple[str, list[Conversation]]:
    """Read the cleaned conversations of one split; `auto` is `eval` where there is one.

    Returns the split's name too. Raises CorpusError when it has no conversation.
    """
    by_split: dict[str, list[Conversation]] = {}
    for conversation in clean(read([path]), CleaningReport()):
        by_split.setdefault(assign(conversation), []).append(conversation)
    if split == "auto":
        split = "eval" if "eval" in by_split else "valid"
    if split not in by_split:
        held = ", ".join(f"{name} {len(c):,}" for name, c in by_split.items()) or "none"
        raise CorpusError(f"{path} has no conversations in split {split!r}; it has {held}")
    return split, by_split[split]
