"""Print the scoreboard: `python -m benchmarks.quality`. Trains nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from benchmarks.quality import scoreboard
from benchmarks.quality.missing import MissingError
from benchmarks.quality.predictor import Predictor
from benchmarks.quality.report import print_table, read_rows, write_results
from benchmarks.quality.scoreboard import Amounts, Row
from benchmarks.quality.systems import BUILT, TRANSFORMER, inkling, named, systems
from training.errors import TrainingError

CORPORA = {
    "chitchat": "valid",
    "self_dialogue": "valid",
    "topical_chat_validtest": "eval",
    "persuasion_for_good": "eval",
}
RESULTS = Path(__file__).parents[1] / "results" / "quality.json"
_err = Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every system that is there on every corpus, print the table, write the JSON."""
    options = _options(arguments)
    rows: list[Row] = []
    kept = read_rows(options.json, vars(options)) if options.keep else []
    try:
        amounts = Amounts(
            words=options.words,
            characters=options.characters,
            replies=options.replies,
            keys=options.keys,
            seed=options.seed,
        )
        predictors, missing = _load(options)
        for corpus in options.corpora:
            path = options.data / f"{corpus}.jsonl.xz"
            rows += _rows(path, CORPORA[corpus], predictors, amounts, kept)
            if options.json:
                write_results(options.json, rows, missing, vars(options))
    except TrainingError as error:
        raise SystemExit(f"benchmarks.quality: {error}") from error
    print_table(rows, missing, Console())


def _rows(
    path: Path,
    split: str,
    predictors: Sequence[Predictor],
    amounts: Amounts,
    kept: Sequence[Row],
) -> list[Row]:
    with _err.status(f"reading {path.name}") as status:
        asked = scoreboard.material(path, split, amounts)
        rows = []
        for predictor in predictors:
            status.update(f"{asked.corpus}: {predictor.name}")
            same = (row for row in kept if _place(row) == (asked.corpus, predictor.name))
            rows.append(next(same, None) or scoreboard.score(predictor, asked))
        status.update(f"{asked.corpus}: timing keystrokes")
        taken = scoreboard.milliseconds(predictors, asked)
    for row, value in zip(rows, taken, strict=True):
        row.scores["milliseconds"] = value
    return rows


def _place(row: Row) -> tuple[str, str]:
    return row.corpus, row.system


def _load(options: argparse.Namespace) -> tuple[list[Predictor], list[MissingError]]:
    makers = systems(
        built=options.built, checkpoint=options.checkpoint, transformer=options.transformer
    )
    chosen = options.systems or list(makers)
    predictors, missing = [], []
    ours = [partial(inkling, folder) for folder in options.also]
    for make in [makers[name] for name in chosen] + ours + options.predictor:
        try:
            predictors.append(make())
        except MissingError as error:
            missing.append(error)
            _err.print(str(error), highlight=False, markup=False)
    return predictors, missing


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality", description=(__doc__ or "").splitlines()[0]
    )
    default = Amounts()
    add = parser.add_argument
    add("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    add("--corpora", nargs="+", choices=CORPORA, default=list(CORPORA))
    add("--systems", nargs="+", choices=list(systems()), help="all of them unless named")
    add("--predictor", action="append", type=_named, default=[], metavar="MODULE:FUNCTION")
    add("--checkpoint", type=Path, help="ours; the bundled one unless given")
    add("--also", nargs="+", type=Path, default=[], help="more checkpoints of ours")
    add("--built", type=Path, default=BUILT, help="what benchmarks.quality.prepare built")
    add("--transformer", type=Path, default=TRANSFORMER, help="what benchmarks.transformer trained")
    add("--words", type=int, default=default.words, help="words predicted, per corpus")
    add("--characters", type=int, default=default.characters, help="characters weighed, per corpus")
    add("--replies", type=int, default=default.replies, help="replies ranked, per corpus")
    add("--keys", type=int, default=default.keys, help="keystrokes timed, per corpus")
    add("--seed", type=int, default=default.seed, help="of the words and replies drawn")
    add("--keep", action="store_true", help="take the scores that --json holds; time all anew")
    add("--json", type=Path, default=RESULTS, help="where the figures are written")
    return parser.parse_args(arguments)


def _named(path: str) -> object:
    try:
        return named(path)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    main(sys.argv[1:])
