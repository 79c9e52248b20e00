"""Measure what a personal memory gains: keystrokes saved for a person it has read, and has not.

    python -m benchmarks.adaptation chitchat.jsonl.xz qmsum_meetings.jsonl.xz

People are the speakers of held-out conversations who wrote enough. A memory learns the first 0, 20
and 100 messages of one; KSR-W@3 (design.md) is taken on words of the later ones, the same words for
all, with the conversation's last turns before them as ever. The gain is what 100 messages add to 0.

Hindsight is a bound: the memory of 100 messages, mixed in by the weight that would have been best
for each single word, none at all included. No way to choose a weight beforehand gains as much.
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
from chatbot.personal import PersonalConfig
from chatbot.words import PLAIN_WORD
from training.conversation import Conversation
from training.evaluation import held_out
from training.metrics import Suggest, Target, Written, draw_targets, keystrokes_saved

__all__ = ["Person", "hindsight", "people", "saved"]

TURNS = 8
"""Earlier turns that are given with a message, as in `training.metrics`."""
WEIGHTS = (0.01, 0.03, 0.1, 0.2, 0.4)
"""Of each of a memory's two voices, tried by `hindsight`."""


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
    model: LanguageModel,
    person: Person,
    targets: Sequence[Target],
    *,
    learned: int,
    config: PersonalConfig | None = None,
) -> float | None:
    """Give KSR-W@3 on `targets` with a memory of the person's first `learned` messages (%)."""
    return keystrokes_saved(_suggesting(model, person, learned, config), targets, 3)


def hindsight(
    model: LanguageModel, person: Person, targets: Sequence[Target], *, learned: int
) -> float:
    """Give KSR-W@3 as `saved` does, the weight best for each word chosen after the fact (%)."""
    fixed = [PersonalConfig(weight=w, least_weight=w, most_weight=w) for w in WEIGHTS]
    ways = [_suggesting(model, person, learned, config) for config in fixed]
    ways.append(_suggesting(model, person, 0, None))
    saved_keys = total = 0.0
    for target in targets:
        keys = len(target.word) + 1
        saved_keys += keys * max(keystrokes_saved(way, [target], 3) or 0.0 for way in ways)
        total += keys
    return saved_keys / total


def _suggesting(
    model: LanguageModel, person: Person, learned: int, config: PersonalConfig | None
) -> Suggest:
    memory = PersonalMemory(config=config)
    for message in person.messages[:learned]:
        model.learn(message.text, memory, message.turns)
    return lambda text, turns, n: [s.text for s in model.suggest(text, n, turns, personal=memory)]


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
    best = hindsight(model, person, targets, learned=max(options.learned))
    messages = len(person.messages)
    return {"corpus": person.corpus, "messages": messages, "ksr_w_3": scores, "hindsight": best}


def _print(rows: Sequence[dict[str, Any]], learned: Sequence[int]) -> None:
    titles = (*(f"after {n}" for n in learned), "gain", "in hindsight")
    table = Table("corpus", "people", *titles)
    for corpus in dict.fromkeys(row["corpus"] for row in rows):
        mine = [row["ksr_w_3"] for row in rows if row["corpus"] == corpus]
        means = [sum(scores[n] for scores in mine) / len(mine) for n in learned]
        best = sum(row["hindsight"] for row in rows if row["corpus"] == corpus) / len(mine)
        gains = (f"{score - means[0]:+.1f}" for score in (means[-1], best))
        table.add_row(corpus, str(len(mine)), *(f"{mean:.1f}" for mean in means), *gains)
    Console().print(table)


if __name__ == "__main__":
    main()
