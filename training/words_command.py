"""Give a checkpoint of an older version, which has none, a lexicon of the words it has read.

python -m training.words_command old/checkpoint runs/mine/pack new/checkpoint
"""

from __future__ import annotations

import typer

from chatbot.checkpoint import check_free, open_checkpoint, write_lexicon
from chatbot.cli import clear_errors
from chatbot.lexicon import Lexicon
from training.head_command import BaseArgument, OutArgument, PackArgument
from training.known_words import known_words
from training.pack import open_pack

__all__ = ["command"]

command = typer.Typer(add_completion=False)


@command.command()
def main(base: BaseArgument, pack: PackArgument, out: OutArgument) -> None:
    """Give a checkpoint a lexicon; what it had is kept."""
    with clear_errors():
        checkpoint, packed = open_checkpoint(base), open_pack(pack)
        check_free(out)
        write_lexicon(checkpoint, out, Lexicon.of(known_words(packed), more=checkpoint.lexicon))


if __name__ == "__main__":
    command()
