"""Measure what a personal memory gains: keystrokes saved for a person it has read, and has not.

    python -m benchmarks.adaptation chitchat.jsonl.xz qmsum_meetings.jsonl.xz

People are the speakers of held-out conversations who wrote enough. A memory learns the first 0, 20
and 100 messages of one; KSR-W@3 (design.md) is taken on words of the later ones, the same words for
all. The gain is what 100 messages add to 0; "and on" is the gain of a memory that has read them and
goes on learning, as it does in use. Three times: in a field that is told the conversation's last
turns, as the chat of `/demo` is, in one that is told what is to be answered, as a page for mail may
be, and in one that is told nothing, as a plain text area is.

`--writers chitchat-dataset` adds people across conversations, from a corpus that names who wrote
what and has the same ids: what is learned comes from conversations that are not held out, the words
from held-out ones. The bundled network was trained on most of those earlier messages too, but
on nobody's held-out conversations. `--as-one` adds a corpus whose held-out conversations count as
opened by one person, who writes about the same thing to many.

Ghost text is what a phrase before each of these words would have been: characters a word that came
true / that did not.

Hindsight is a bound: the memory of 100 messages, mixed in by the weight that would have been best
for each single word, none at all included. No way to choose a weight beforehand gains as much.
`--retrain` adds another: the whole network trained on those messages (retraining.py), alone and
with a memory besides. Behind ± stands the standard error of a gain, from one person to the next.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.adaptation_measures import FIELDS, measured
from benchmarks.adaptation_people import Person, across, as_one, people
from benchmarks.ghost_text import GhostText
from chatbot import load
from chatbot.atomic import write_json
from training.cleaning import AS_TYPED, CleaningReport, clean
from training.conversation import Conversation
from training.corpus import read
from training.errors import CorpusError
from training.evaluation import held_out

__all__ = ["main"]

OTHERS = {
    "learning_on": "and on",
    "hindsight": "hindsight",
    "retrained": "retrained",
    "retrained_and_memory": "retrained, memory",
}
"""What else is compared with no memory, and its title."""


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--writers", help="a corpus of the same ids that names who wrote what")
    parser.add_argument("--as-one", nargs="+", type=Path, default=[], help="opened by one person")
    parser.add_argument("--checkpoint", type=Path, help="the bundled one unless given")
    parser.add_argument("--learned", nargs="+", type=int, default=[0, 20, 100])
    parser.add_argument("--people", type=int, default=8, help="at most, per corpus")
    parser.add_argument("--retrain", action="store_true", help="a bound; 10 s a person")
    parser.add_argument("--words", type=int, default=1200, help="words typed, per kind of people")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/adaptation.json"))
    options = parser.parse_args()
    model, persons = load(options.checkpoint), list(_persons(options))
    learned, retrain = sorted(options.learned), options.retrain
    rows = [measured(model, person, words, learned, retrain=retrain) for person, words in persons]
    _print(rows, learned)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_json(options.out, {"people": rows})


def _persons(options: argparse.Namespace) -> Iterator[tuple[Person, int]]:
    """Give people, and how many words each shall type: those of a kind share them evenly."""
    learned, words = max(options.learned), options.words
    held = [(_name(path), held_out(path)[1]) for path in options.corpora]
    kinds = [
        _some(people(name, conversations, messages=learned + 50), options.people)
        for name, conversations in held
    ]
    if options.writers:
        kinds += [_some(k, options.people) for k in _writers(options.writers, held, options)]
    for path in options.as_one:
        kinds.append([as_one(f"{_name(path)}, as one", held_out(path)[1], earlier=learned)])
    return ((person, -(-words // len(kind))) for kind in kinds for person in kind)


def _writers(
    named: str, held: Sequence[tuple[str, list[Conversation]]], options: argparse.Namespace
) -> Iterator[Iterator[Person]]:
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
        yield across(title, conversations, shared, earlier=max(options.learned))


def _some(found: Iterable[Person], most: int) -> list[Person]:
    drawn = list(found)
    random.Random(0).shuffle(drawn)
    return drawn[:most]


def _name(path: Path) -> str:
    return path.name.split(".")[0]


def _print(rows: Sequence[dict[str, Any]], learned: Sequence[int]) -> None:
    titles = "the last turns", "the turn that is answered", "nothing"
    for field, title in zip(FIELDS, titles, strict=True):
        found = [{"corpus": row["corpus"], **row[field]} for row in rows]
        Console().print(_table(f"told {title}", found, learned))


def _table(title: str, rows: Sequence[dict[str, Any]], learned: Sequence[int]) -> Table:
    others = {name: column for name, column in OTHERS.items() if name in rows[0]}
    ghost = (f"ghost {n}" for n in (learned[0], learned[-1]))
    titles = (*(f"after {n}" for n in learned), "gain", *others.values())
    table = Table("corpus", "people", *titles, *ghost, title=title)
    for corpus in dict.fromkeys(row["corpus"] for row in rows):
        mine = [row for row in rows if row["corpus"] == corpus]
        means = [fmean(row["ksr_w_3"][n] for row in mine) for n in learned]
        scores = [[row["ksr_w_3"][learned[-1]] for row in mine]]
        scores += [[row[other] for row in mine] for other in others]
        before = [row["ksr_w_3"][learned[0]] for row in mine]
        gains = [_gain(before, after) for after in scores]
        shown = (_ghost_text(mine, n) for n in (learned[0], learned[-1]))
        table.add_row(corpus, str(len(mine)), *(f"{mean:.1f}" for mean in means), *gains, *shown)
    return table


def _gain(before: Sequence[float], after: Sequence[float]) -> str:
    """Give the mean gain of people, and its standard error where there are several."""
    gains = [a - b for a, b in zip(after, before, strict=True)]
    error = f" ±{stdev(gains) / len(gains) ** 0.5:.1f}" if len(gains) > 1 else ""
    return f"{fmean(gains):+.1f}{error}"


def _ghost_text(rows: Sequence[dict[str, Any]], learned: int) -> str:
    kinds = GhostText._fields
    return " / ".join(
        f"{fmean(row['ghost_text'][learned][each] for row in rows):.2f}" for each in kinds
    )


if __name__ == "__main__":
    main()
