"""Measure what a personal memory gains: keystrokes saved for a person it has read, and has not.

    python -m benchmarks.adaptation chitchat.jsonl.xz qmsum_meetings.jsonl.xz

People are the speakers of held-out conversations who wrote enough. A memory learns the first 0, 20
and 100 messages of one; KSR-W@3 (design.md) is taken on words of the later ones, the same words for
all, with the conversation's last turns before them as ever. The gain is what 100 messages add to 0.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from chatbot import LanguageModel, PersonalMemory, load
from chatbot.atomic import write_json
from chatbot.words import PLAIN_WORD
from training.conversation import Conversation
from training.evaluation import held_out
from training.metrics import Target, Written, draw_targets, keystrokes_saved

__all__ = ["Person", "people", "saved"]

TURNS = 8
"""Earlier turns that are given with a message, as in `training.metrics`."""


@dataclass(frozen=True)
class Person:
    """What one speaker of a conversation wrote, oldest first, each with what was said before."""

    corpus: str
    messages: list[Written]


def people(
    corpus: str, conversations: Sequence[Conversation], *, messages: int
) -> Iterator[Person]:
    """Give every speaker who wrote at least `messages` messages with a word in them."""
    for conversation in conversations:
        texts = [turn.text for turn in conversation.turns]
        by_speaker: dict[str, list[Written]] = {}
        for i, turn in enumerate(conversation.turns):
            if PLAIN_WORD.search(turn.text):
                before = tuple(texts[max(0, i - TURNS) : i])
                by_speaker.setdefault(turn.speaker, []).append(Written(before, turn.text))
        yield from (Person(corpus, m) for m in by_speaker.values() if len(m) >= messages)


def saved(
    model: LanguageModel, person: Person, targets: Sequence[Target], *, learned: int
) -> float | None:
    """Give KSR-W@3 on `targets` with a memory of the person's first `learned` messages (%)."""
    memory = PersonalMemory()
    for message in person.messages[:learned]:
        model.learn(message.text, memory, message.turns)

    def suggest(text: str, turns: Sequence[str], n: int) -> list[str]:
        return [s.text for s in model.suggest(text, n, turns, personal=memory)]

    return keystrokes_saved(suggest, targets, 3)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--checkpoint", type=Path, help="the bundled one unless given")
    parser.add_argument("--learned", nargs="+", type=int, default=[0, 20, 100])
    parser.add_argument("--people", type=int, default=8, help="at most, per corpus")
    parser.add_argument("--words", type=int, default=150, help="words typed, per person")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/adaptation.json"))
    options = parser.parse_args()
    model, rows = load(options.checkpoint), list[dict[str, Any]]()
    for path in options.corpora:
        _, conversations = held_out(path)
        least = max(options.learned) + 50
        found = list(people(path.name.split(".")[0], conversations, messages=least))
        random.Random(0).shuffle(found)
        rows += [_measure(model, person, options) for person in found[: options.people]]
    _print(rows, options.learned)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_json(options.out, {"words": options.words, "people": rows})


def _measure(model: LanguageModel, person: Person, options: argparse.Namespace) -> dict[str, Any]:
    later = person.messages[max(options.learned) :]
    targets = draw_targets(later, words=options.words)
    scores = {n: saved(model, person, targets, learned=n) for n in options.learned}
    return {"corpus": person.corpus, "messages": len(person.messages), "ksr_w_3": scores}


def _print(rows: Sequence[dict[str, Any]], learned: Sequence[int]) -> None:
    table = Table("corpus", "people", *(f"after {n}" for n in learned), "gain")
    for corpus in dict.fromkeys(row["corpus"] for row in rows):
        mine = [row["ksr_w_3"] for row in rows if row["corpus"] == corpus]
        means = [sum(scores[n] for scores in mine) / len(mine) for n in learned]
        cells = (f"{mean:.1f}" for mean in means)
        table.add_row(corpus, str(len(mine)), *cells, f"{means[-1] - means[0]:+.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
