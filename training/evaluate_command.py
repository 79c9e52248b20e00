"""`inkling evaluate`: score a checkpoint on conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from chatbot.checkpoint import Checkpoint, write_notes
from chatbot.cli import CheckpointOption, JsonFlag, app, clear_errors, print_json

if TYPE_CHECKING:
    from training.evaluation import Evaluation

__all__ = ["evaluate"]


@app.command()
def evaluate(
    data: Annotated[list[Path], typer.Argument(help="Corpora to score on, as for train.")],
    checkpoint: CheckpointOption = None,
    split: Annotated[
        str, typer.Option(help="train, valid, eval, or auto: what is held out.")
    ] = "auto",
    words: Annotated[int, typer.Option(help="Words to predict, per corpus; 0 skips them.")] = 1500,
    characters: Annotated[int, typer.Option(help="Characters to score, per corpus.")] = 300_000,
    save: Annotated[
        bool, typer.Option("--save", help="Put the scores into metrics.json and the card.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Score a checkpoint on conversations: bits per character, next word, keystrokes saved.

    Example: inkling evaluate mychats.txt
    """
    from chatbot import load
    from training.evaluation import evaluate_corpus

    with clear_errors():
        model = load(checkpoint)
        results = [
            evaluate_corpus(model, path, split=split, words=words, characters=characters)
            for path in data
        ]
        scores = [asdict(result) for result in results]
        if as_json:
            print_json(scores)
        else:
            Console().print(_table(results))
        if save:
            _save_scores(model.checkpoint, scores)


def _table(results: Sequence[Evaluation]) -> Table:
    table = Table("corpus", "split", "bits/char", "top-1 %", "top-3 %", "KSR-W@3 %", "words")
    for r in results:
        shares = (_figure(value, 1) for value in (r.top_1, r.top_3, r.ksr_w_3))
        table.add_row(r.corpus, r.split, _figure(r.bits_per_character, 3), *shares, f"{r.words:,}")
    return table


def _save_scores(checkpoint: Checkpoint, scores: list[dict[str, Any]]) -> None:
    from training.card import write_card

    metrics = checkpoint.metrics | {"scores": scores}
    card = write_card(checkpoint.name, checkpoint.config, metrics)
    write_notes(checkpoint.folder, metrics=metrics, card=card)


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
