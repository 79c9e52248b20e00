"""Give a checkpoint of an older version, which has none, a lexicon of the words it has read.

python -m training.words_command old/checkpoint runs/mine/pack new/checkpoint
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chatbot.checkpoint import check_free, open_checkpoint, save_checkpoint
from chatbot.cli import clear_errors
from chatbot.lexicon import Lexicon
from training.known_words import known_words
from training.pack import open_pack

__all__ = ["command"]

command = typer.Typer(add_completion=False)


@command.command()
def main(
    base: Annotated[str, typer.Argument(help="The checkpoint: a folder or a bundled one's name.")],
    pack: Annotated[Path, typer.Argument(help="The packed corpus of the run that made it.")],
    out: Annotated[Path, typer.Argument(help="The checkpoint to write.")],
) -> None:
    """Give a checkpoint a lexicon; what it had is kept."""
    with clear_errors():
        checkpoint, packed = open_checkpoint(base), open_pack(pack)
        check_free(out)
        save_checkpoint(
            out,
            name=checkpoint.name,
            model=checkpoint.model(),
            tokenizer=checkpoint.tokenizer,
            step_function=checkpoint.step_function.read_bytes(),
            metrics=checkpoint.metrics,
            card=(checkpoint.folder / "README.md").read_text(encoding="utf-8"),
            opening=checkpoint.opening,
            created=checkpoint.created,
            lexicon=Lexicon.of(known_words(packed), more=checkpoint.lexicon),
        )


if __name__ == "__main__":
    command()
