"""Measure what is suggested in the middle of a text, where a word was taken out.

    python -m benchmarks.insertion chitchat.jsonl.xz topical_chat_validtest.jsonl.xz

The words are those of `training.metrics`, save the last of a turn; each is asked for before its
first letter. Three ways, word by word in one run, each with its own model: what stands behind the
caret is not told; told; told, and only the eight likeliest words before are weighed by it.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.environment import commit, machine
from chatbot import LanguageModel, open_checkpoint
from chatbot.atomic import write_json
from chatbot.following import FollowingConfig
from chatbot.runners import OnnxRunner
from training.evaluation import held_out
from training.metrics import Target, draw_targets, written

__all__ = ["Tally", "compare", "inner_targets"]

LEAST_BEHIND = 6
"""Characters that stand behind a word at least."""


@dataclass
class Tally:
    """What one way found."""

    ranks: list[int | None] = field(default_factory=list)
    """Of each target among three suggestions, from 0."""
    ms: list[float] = field(default_factory=list)

    def top(self, k: int) -> float:
        """Give the percentage of targets among the first k suggestions."""
        return 100 * sum(rank is not None and rank < k for rank in self.ranks) / len(self.ranks)


def inner_targets(targets: Sequence[Target]) -> list[Target]:
    """Leave out the words behind which their turn ends, or nearly."""
    return [each for each in targets if len(each.written.text) - each.end >= LEAST_BEHIND]


def compare(checkpoint: str | Path, targets: Sequence[Target]) -> dict[str, Tally]:
    """Ask for every target in each way."""
    opened = open_checkpoint(checkpoint)

    def fresh(following: FollowingConfig | None = None) -> LanguageModel:
        return LanguageModel(opened, OnnxRunner(opened.step_function), following=following)

    few = fresh(FollowingConfig(candidates=8))
    ways = {"not told": (fresh(), False), "told": (fresh(), True), "told, of 8": (few, True)}
    tallies = {name: Tally() for name in ways}
    for target in targets:
        for name, (model, tells) in ways.items():
            _ask(model, target, target.written.text[target.end :] if tells else "", tallies[name])
    return tallies


def _ask(model: LanguageModel, target: Target, after: str, tally: Tally) -> None:
    start = time.perf_counter()
    found = model.suggest(target.typed(0), 3, target.turns, after=after)
    tally.ms.append(1000 * (time.perf_counter() - start))
    words = [each.text.lower() for each in found]
    tally.ranks.append(words.index(target.word) if target.word in words else None)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--checkpoint", default="default")
    parser.add_argument("--words", type=int, default=500, help="drawn per corpus")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/insertion.json"))
    options = parser.parse_args()
    targets = list[Target]()
    for path in options.corpora:
        _, conversations = held_out(path)
        targets += inner_targets(draw_targets(written(conversations), words=options.words))
    rows = {
        name: {"top_1": t.top(1), "top_3": t.top(3), "ms_p50": statistics.median(t.ms)}
        for name, t in compare(options.checkpoint, targets).items()
    }
    table = Table("what stands behind", "top-1 %", "top-3 %", "ms p50")
    for name, row in rows.items():
        table.add_row(name, *(f"{each:.1f}" for each in row.values()))
    Console().print(table)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_json(
        options.out, {"machine": machine(), "commit": commit(), "words": len(targets), "ways": rows}
    )


if __name__ == "__main__":
    main()
