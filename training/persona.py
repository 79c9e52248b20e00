"""Read our own dialogues: what Inkling says about its name, what it is, and what it can't do.

They are in training/persona_corpus, written for it by hand, in the format of any txt corpus: a
theme a file, a turn a line, an empty line between dialogues. A person speaks first.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from tokenizer import Turn
from training.conversation import Conversation, Split

__all__ = ["PERSONA", "persona_folder", "read_persona"]

PERSONA = "persona"
"""Stands for these dialogues wherever a path is asked for, and is their source in a mixture."""
_SPEAKERS = ("person", "inkling")
_EMPTY_LINES = re.compile(r"\n\s*\n")
_ONE_HELD_OUT_IN = 20
"""Fewer than of a person's corpus (training.splits): every fact here is said in few dialogues."""


def read_persona() -> Iterator[Conversation]:
    """Yield every dialogue, file by file by name; about one in twenty is split valid."""
    for file in sorted(persona_folder().glob("*.txt")):
        yield from _dialogues(file.name, file.read_text("utf-8"))


def persona_folder() -> Path:
    """Say where the dialogues lie."""
    return Path(str(resources.files("training").joinpath("persona_corpus")))


def _dialogues(name: str, text: str) -> Iterator[Conversation]:
    for number, block in enumerate(_EMPTY_LINES.split(text.strip()), 1):
        turns = tuple(Turn(_SPEAKERS[i % 2], t) for i, t in enumerate(block.splitlines()))
        # By the text, so that it stays the same when dialogues are added.
        held_out = zlib.crc32(block.encode()) % _ONE_HELD_OUT_IN == 0
        split: Split = "valid" if held_out else "train"
        yield Conversation(f"{PERSONA}/{name}:{number}", PERSONA, turns, split)
