"""Measure what a personal memory gains: keystrokes saved for a person it has read, and has not.

    python -m benchmarks.adaptation chitchat.jsonl.xz qmsum_meetings.jsonl.xz

People are the speakers of held-out conversations who wrote enough. A memory learns the first 0, 20
and 100 messages of one; KSR-W@3 (design.md) is taken on words of the later ones, the same words for
all, with the conversation's last turns before them as ever. The gain is what 100 messages add to 0.

`--writers chitchat-dataset` adds people across conversations, from a corpus that names who wrote
what and has the same ids: what is learned comes from conversations that are not held out, the words
from held-out ones. The bundled network was trained on most of those earlier messages too, but
on nobody's held-out conversations. `--as-one` adds a corpus whose held-out conversations count as
opened by one person, who writes about the same thing to many.

Ghost text is what a phrase before each of these words would have been: characters a word that came
true / that did not.

Hindsight is a bound: the memory of 100 messages, mixed in by the weight that would have been best
for each single word, none at all included. No way to choose a weight beforehand gains as much.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.adaptation_people import Person, across, as_one, people
from benchmarks.ghost_text import GhostText, ghost_text
from chatbot import LanguageModel, PersonalMemory, load
from chatbot.atomic import write_json
from chatbot.evidence import WeightConfig
from chatbot.familiarity import Level
from chatbot.personal import PersonalConfig
from training.cleaning import AS_TYPED, CleaningReport, clean
from training.conversation import Conversation
from training.corpus import read
from training.errors import CorpusError
from training.evaluation import held_out
from training.metrics import Suggest, Target, draw_targets, keystrokes_saved

__all__ = ["hindsight", "saved"]

WEIGHTS = (0.01, 0.03, 0.1, 0.2, 0.4)
"""Of each of a memory's two voices, tried by `hindsight`."""


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
    ways = [_suggesting(model, person, learned, _fixed(weight)) for weight in WEIGHTS]
    ways.append(_suggesting(model, person, 0, None))
    saved_keys = total = 0.0
    for target in targets:
        keys = len(target.word) + 1
        saved_keys += keys * max(keystrokes_saved(way, [target], 3) or 0.0 for way in ways)
        total += keys
    return saved_keys / total


def _fixed(weight: float) -> PersonalConfig:
    """Give both voices this weight, wherever and whatever was learned."""
    weights = WeightConfig(
        ngrams=(weight,) * len(Level),
        cache=weight,
        prior_words=10**9,
        least=0.0,
        most_cache=weight,
    )
    return PersonalConfig(weights=weights)


def _memory(
    model: LanguageModel, person: Person, learned: int, config: PersonalConfig | None = None
) -> PersonalMemory:
    memory = PersonalMemory(config=config)
    for message in person.messages[:learned]:
        model.learn(message.text, memory, message.turns)
    return memory


def _suggesting(
    model: LanguageModel, person: Person, learned: int, config: PersonalConfig | None
) -> Suggest:
    memory = _memory(model, person, learned, config)
    return lambda text, turns, n: [s.text for s in model.suggest(text, n, turns, personal=memory)]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--writers", help="a corpus of the same ids that names who wrote what")
    parser.add_argument("--as-one", nargs="+", type=Path, default=[], help="opened by one person")
    parser.add_argument("--checkpoint", type=Path, help="the bundled one unless given")
    parser.add_argument("--learned", nargs="+", type=int, default=[0, 20, 100])
    parser.add_argument("--people", type=int, default=8, help="at most, per corpus")
    parser.add_argument("--words", type=int, default=150, help="words typed, per person")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/adaptation.json"))
    options = parser.parse_args()
    model, persons = load(options.checkpoint), list(_persons(options))
    rows = [_measure(model, person, words, options.learned) for person, words in persons]
    _print(rows, options.learned)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_json(options.out, {"people": rows})


def _persons(options: argparse.Namespace) -> Iterator[tuple[Person, int]]:
    """Give people, and how many words each shall type: who stands for many, those of many."""
    learned, words = max(options.learned), options.words
    held = [(_name(path), held_out(path)[1]) for path in options.corpora]
    for name, conversations in held:
        found = people(name, conversations, messages=learned + 50)
        yield from ((person, words) for person in _some(found, options.people))
    if options.writers:
        found = _writers(options.writers, held, options)
        yield from ((person, words) for person in found)
    for path in options.as_one:
        person = as_one(f"{_name(path)}, as one", held_out(path)[1], earlier=learned)
        yield person, words * options.people


def _writers(
    named: str, held: Sequence[tuple[str, list[Conversation]]], options: argparse.Namespace
) -> Iterator[Person]:
    # As held_out normalises them; a conversation that repeats another would be on both sides.
    conversations = list(clean(read([named]), CleaningReport(), AS_TYPED))
    known = {conversation.id for conversation in conversations}
    ids = [(name, {conversation.id for conversation in c} & known) for name, c in held]
    if not any(shared for _, shared in ids):
        raise CorpusError(
            f"{named} must share ids with held-out conversations of "
            f"{', '.join(name for name, _ in held)}; of its {len(known):,} it shares none"
        )
    for name, shared in ids:
        title = f"{name}, across conversations"
        found = across(title, conversations, shared, earlier=max(options.learned))
        yield from _some(found, options.people)


def _some(found: Iterable[Person], most: int) -> list[Person]:
    drawn = list(found)
    random.Random(0).shuffle(drawn)
    return drawn[:most]


def _name(path: Path) -> str:
    return path.name.split(".")[0]


def _measure(
    model: LanguageModel, person: Person, words: int, learned: Sequence[int]
) -> dict[str, Any]:
    targets = draw_targets(person.messages[max(learned) :], words=words)
    return {
        "corpus": person.corpus,
        "messages": len(person.messages),
        "words": len(targets),
        "ksr_w_3": {n: saved(model, person, targets, learned=n) for n in learned},
        "hindsight": hindsight(model, person, targets, learned=max(learned)),
        "ghost_text": {
            n: ghost_text(model, targets, _memory(model, person, n))._asdict() for n in learned
        },
    }


def _print(rows: Sequence[dict[str, Any]], learned: Sequence[int]) -> None:
    ghost = (f"ghost {n}" for n in (learned[0], learned[-1]))
    titles = (*(f"after {n}" for n in learned), "gain", "in hindsight", *ghost)
    table = Table("corpus", "people", *titles)
    kinds = GhostText._fields
    for corpus in dict.fromkeys(row["corpus"] for row in rows):
        mine = [row for row in rows if row["corpus"] == corpus]
        means = [fmean(row["ksr_w_3"][n] for row in mine) for n in learned]
        best = fmean(row["hindsight"] for row in mine)
        gains = (f"{score - means[0]:+.1f}" for score in (means[-1], best))
        shown = (
            " / ".join(f"{fmean(row['ghost_text'][n][each] for row in mine):.2f}" for each in kinds)
            for n in (learned[0], learned[-1])
        )
        scores = (f"{mean:.1f}" for mean in means)
        table.add_row(corpus, str(len(mine)), *scores, *gains, *shown)
    Console().print(table)


if __name__ == "__main__":
    main()
