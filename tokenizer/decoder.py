"""Turn a stream of ids into text that can be shown at once.

Knows two traps: a character may span several ids (bytes), and the space that leads each line
belongs to the spelling, not to the text.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizer.model import Tokenizer

__all__ = ["IncrementalDecoder"]


class IncrementalDecoder:
    """Decode one id at a time: the pieces of text joined are the text of the ids joined.

    With `mid_line=True` the ids continue a line, so the leading space of the first is text; then
    `skip` bytes are known already (a half-typed word) and left out.
    """

    def __init__(self, tokenizer: Tokenizer, *, mid_line: bool = False, skip: int = 0) -> None:
        self._pieces = tokenizer.pieces
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._fresh_line = not mid_line
        self._skip = skip

    def push(self, i: int) -> str:
        """Take one id and return the text that is now certain, perhaps ""."""
        piece = self._pieces[i]
        if not piece:
            return ""
        if self._fresh_line and piece.startswith(b" "):
            piece = piece[1:]
            self._fresh_line = False
        else:
            self._fresh_line = piece == b"\n"
        skipped = min(self._skip, len(piece))
        self._skip -= skipped
        return self._utf8.decode(piece[skipped:])

    def flush(self) -> str:
        """Return what is left of an unfinished character, as U+FFFD."""
        return self._utf8.decode(b"", final=True)
