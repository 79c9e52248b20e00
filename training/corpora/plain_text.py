"""Plain text: a line a turn by alternating speakers, an empty line between conversations."""

from __future__ import annotations

from collections.abc import Iterator

from tokenizer import Turn
from training.conversation import Conversation
from training.corpora.bad_lines import BadLines
from training.corpora.config import ChatConfig
from training.corpora.document import Document

__all__ = ["LONGEST", "read"]

LONGEST = 64
"""Turns after which a txt or csv conversation without an end is cut, so that some can be held out
and none fills the memory."""


def read(document: Document, _: BadLines, __: ChatConfig) -> Iterator[Conversation]:
    """Take each line as a turn by alternating speakers; an empty line ends the conversation."""
    lines: list[str] = []
    for number, line in document.lines():
        if line.strip():
            lines.append(line.rstrip("\r\n"))
        if lines and (not line.strip() or len(lines) == LONGEST):
            yield _alternating(lines, document, number)
            lines = []
    if lines:
        yield _alternating(lines, document, number)


def _alternating(lines: list[str], document: Document, number: int) -> Conversation:
    turns = tuple(Turn("AB"[i % 2], text) for i, text in enumerate(lines))
    return Conversation(f"{document.name}:{number}", document.source, turns)
