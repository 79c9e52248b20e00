"""Find how each system ranks replies best, on corpora that the scoreboard does not show.

    python -m benchmarks.quality.ranking

Prints hits@1/20 for each way of ranking (predictor.Ranking), the mean over the corpora. The best
of each system is what it has on the scoreboard.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.quality.metrics import Question, draw_questions, first_of_twenty
from benchmarks.quality.missing import MissingError
from benchmarks.quality.predictor import Predictor, Ranking, UnsupportedError
from benchmarks.quality.systems import BUILT, TRANSFORMER, systems
from training.errors import TrainingError
from training.evaluation import held_out
from training.metrics import written

CORPORA = ("casino", "sgd", "ubuntu_irc_disentangled")
WAYS = [
    Ranking(anywhere=anywhere, per_character=per_character)
    for anywhere in (0.0, 0.25, 0.5, 0.75, 1.0)
    for per_character in (False, True)
]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row a way of ranking, a column a system."""
    options = _options(arguments)
    try:
        asked = [_questions(options.data / f"{c}.jsonl.xz", options.replies) for c in CORPORA]
    except TrainingError as error:
        raise SystemExit(f"benchmarks.quality.ranking: {error}") from error
    makers = systems(built=options.built, transformer=options.transformer)
    table = Table("of log p(reply)", "per character", box=box.SIMPLE_HEAD)
    columns = []
    for name in options.systems or makers:
        try:
            columns.append(hits(makers[name](), asked))
            table.add_column(name, justify="right")
        except (MissingError, UnsupportedError) as error:
            Console(stderr=True).print(f"{name}: {error}", highlight=False, markup=False)
    for way, *shares in zip(WAYS, *columns, strict=True):
        less, divided = f"- {way.anywhere:.2f}", "yes" if way.per_character else "no"
        table.add_row(less, divided, *(f"{share:.1f}" for share in shares))
    Console().print(table)


def hits(predictor: Predictor, asked: Sequence[Sequence[Question]]) -> list[float]:
    """Give hits@1/20 by each way, the mean over the sets of questions."""

    @cache
    def weigh(text: str, turns: tuple[str, ...]) -> float:
        return predictor.nats(text, turns)

    def share(questions: Sequence[Question], way: Ranking) -> float:
        return first_of_twenty(lambda x, turns: weigh(x, tuple(turns)), questions, way) or 0.0

    return [statistics.mean(share(questions, way) for questions in asked) for way in WAYS]


def _questions(path: Path, count: int) -> list[Question]:
    _, conversations = held_out(path, "valid")
    return draw_questions([written([c]) for c in conversations], count=count)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.ranking", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--systems", nargs="+", choices=list(systems()))
    parser.add_argument("--built", type=Path, default=BUILT)
    parser.add_argument("--transformer", type=Path, default=TRANSFORMER)
    parser.add_argument("--replies", type=int, default=100, help="a corpus")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
