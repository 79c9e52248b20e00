"""How much ghost text comes true: what is shown before a word, nothing of it typed yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chatbot import LanguageModel, PersonalMemory
from training.metrics import Target

__all__ = ["GhostText", "ghost_text"]

THRESHOLD = 0.3
"""Less probable phrases are not shown, and a phrase has so many words at most: the widget's own
figures (widget/src/options.ts)."""
WORDS = 4


class GhostText(NamedTuple):
    """Characters of ghost text a word, on average."""

    right: float
    """Of phrases that were what was written, whole words and in any case."""
    wrong: float
    """Of the other phrases that were shown."""


def ghost_text(
    model: LanguageModel, targets: Sequence[Target], personal: PersonalMemory | None
) -> GhostText:
    """Show a phrase before each of `targets`, and see what is written there."""
    right = wrong = 0
    for target in targets:
        written = target.written
        before, rest = written.text[: target.start], written.text[target.start :].lower()
        offer = model.offer(before, 3, written.turns, WORDS, personal)
        if offer.phrase is None or offer.phrase.probability < THRESHOLD:
            continue
        phrase = offer.phrase.text.lower()
        if rest.startswith(phrase) and not rest[len(phrase) : len(phrase) + 1].isalnum():
            right += len(phrase)
        else:
            wrong += len(phrase)
    return GhostText(right / len(targets), wrong / len(targets))
