"""Give a checkpoint of an older version, which has none, a head for the ends of words.

python -m training.head_command old/checkpoint runs/mine/pack new/checkpoint
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from chatbot.checkpoint import Checkpoint, check_free, open_checkpoint, save_checkpoint
from chatbot.cli import clear_errors
from chatbot.export import export, verify
from chatbot.model import RecurrentModel
from chatbot.model_config import HEAD_SIZE
from training.card import write_card
from training.errors import TrainingError
from training.heldout import choose, score
from training.pack import Pack, open_pack
from training.word_end import HeadRecipe, add_head

__all__ = ["BaseArgument", "OutArgument", "PackArgument", "command"]

BaseArgument = Annotated[
    str, typer.Argument(help="The checkpoint: a folder or a bundled one's name.")
]
PackArgument = Annotated[Path, typer.Argument(help="The packed corpus of the run that made it.")]
OutArgument = Annotated[Path, typer.Argument(help="The checkpoint to write.")]
_SCORED_IDS = 200_000
_VERIFIED_IDS = 2_000
_err = Console(stderr=True)
command = typer.Typer(add_completion=False)


@command.command()
def main(
    base: BaseArgument,
    pack: PackArgument,
    out: OutArgument,
    size: Annotated[int, typer.Option(min=1, help="Rows of the head, a stage.")] = HEAD_SIZE,
    ids: Annotated[int, typer.Option(min=1, help="Read of the training text.")] = HeadRecipe.ids,
) -> None:
    """Give a checkpoint that has none a head for the ends of words."""
    with clear_errors():
        checkpoint, packed, recipe = open_checkpoint(base), open_pack(pack), HeadRecipe(ids=ids)
        if packed.tokenizer.pieces != checkpoint.tokenizer.pieces:
            raise TrainingError(f"{pack} was encoded with another vocabulary than {base}'s")
        if checkpoint.config.end_size:
            raise TrainingError(f"{base} has a head already")
        check_free(out)
        model = add_head(checkpoint.model(), packed, size, recipe, like=None)
        _save(checkpoint, model, packed, out, recipe)


def _save(
    checkpoint: Checkpoint, model: RecurrentModel, pack: Pack, out: Path, recipe: HeadRecipe
) -> None:
    graph = export(model)
    shard = pack.valid if len(pack.valid.ids) else pack.train
    check = verify(model, graph, [int(i) for i in shard.ids[:_VERIFIED_IDS]])
    metrics: dict[str, Any] = checkpoint.metrics | {
        "export": asdict(check),
        "parameters": sum(p.numel() for p in model.parameters()),
        "word_end": asdict(recipe),
    }
    if rows := choose(pack.valid, tokens=_SCORED_IDS):
        before, after = (score(each, pack, rows) for each in (checkpoint.model(), model))
        metrics["held_out"] = asdict(after)
        said = f"{before.bits_per_character:.4f} -> {after.bits_per_character:.4f}"
        _err.print(f"{said} bits per character on what was held out", highlight=False)
    save_checkpoint(
        out,
        name=checkpoint.name,
        model=model,
        tokenizer=checkpoint.tokenizer,
        step_function=graph,
        metrics=metrics,
        card=write_card(checkpoint.name, model.config, metrics),
        opening=checkpoint.opening,
        created=checkpoint.created,
        lexicon=checkpoint.lexicon,
    )


if __name__ == "__main__":
    command()
