"""Type the turns of a corpus key by key, and time whoever is asked. Knows no system."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tokenizer import join_speakers
from training.cleaning import CleaningReport, clean
from training.conversation import Conversation
from training.corpus import read
from training.errors import CorpusError
from training.splits import assign

__all__ = [
    "Ask",
    "Typed",
    "held_out_text",
    "percentile",
    "replay",
    "time_key",
    "type_turn",
    "typed_turns",
]

Ask = Callable[[str, list[str]], object]
"""Suggests for a text that is being typed, after earlier turns."""


class Typed(NamedTuple):
    """A turn, and what was said before it."""

    turns: list[str]
    text: str


def typed_turns(path: Path, keys: int) -> list[Typed]:
    """Take held-out turns until `keys` characters are to be typed. Raises CorpusError for none."""
    found, total = list[Typed](), 0
    for conversation in _held_out(path):
        texts = list(join_speakers(conversation.turns))
        for i, text in enumerate(texts[:12]):
            found.append(Typed(texts[max(0, i - 4) : i], text))
            total += len(text)
        if total >= keys:
            break
    if not found:
        raise CorpusError(f"{path} holds no conversation out of training: nothing to type")
    return found


def held_out_text(path: Path, characters: int) -> str:
    """Join the held-out turns to a text of so many characters; a small corpus comes again."""
    turns = (turn.text for conversation in _held_out(path) for turn in conversation.turns)
    text = " ".join(turns) + " "
    if not text.strip():
        raise CorpusError(f"{path} holds no conversation out of training: nothing to type")
    return (text * (characters // len(text) + 1))[:characters]


def type_turn(ask: Ask, turns: list[str], text: str) -> list[float]:
    """Give the milliseconds of every keystroke of one turn."""
    return [time_key(ask, turns, text[:end]) for end in range(1, len(text) + 1)]


def time_key(ask: Ask, turns: list[str], text: str) -> float:
    """Give the milliseconds of one keystroke."""
    begun = time.perf_counter()
    ask(text, turns)
    return 1000 * (time.perf_counter() - begun)


def replay(ways: Mapping[str, Ask], typed: Sequence[Typed]) -> dict[str, list[float]]:
    """Type every turn for each of `ways`, one after another; give each one's milliseconds.

    The first turn warms up. Before each other turn the key before it is asked for again, untimed:
    what another way has put in the processor's caches meanwhile is not this one's cost.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    names = list(ways)
    for number, turn in enumerate(typed):
        # Another one begins each turn, so that none always follows the same.
        for name in names[number % len(names) :] + names[: number % len(names)]:
            if number:
                ways[name](typed[number - 1].text, typed[number - 1].turns)
            taken = type_turn(ways[name], turn.turns, turn.text)
            times[name] += taken if number else []
    return times


def _held_out(path: Path) -> Iterator[Conversation]:
    conversations = clean(read([path]), CleaningReport())
    return (each for each in conversations if assign(each) != "train")


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value below which `share` of the sorted values lie."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
