"""Cut text into the tokens that an n-gram model counts, and back without loss.

    "Well, I'm in!!"   ->   Well  ,  I'm  in  !!      spaced: no no yes yes no

A token is a word (letters and digits, inner apostrophes), a run of one sign, or a newline. Spaces
are no tokens: each token says whether one stands before it. Knows text, nothing of counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["RARE", "TURN", "Token", "cut", "ends_sentence", "join"]

TURN, RARE, NEWLINE = "<turn>", "<rare>", "<newline>"
"""Stand in the text of the n-gram model for the end of a turn, a word outside its vocabulary, and
the newline between two messages of one speaker. No token of `cut` is longer than a sign here."""
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|\n|(_|[^\w\s])\1*")
_ENDS = frozenset(".!?\n\u2026")


class Token(NamedTuple):
    """One token as it was typed."""

    raw: str
    spaced: bool
    """Whether a space stands before it."""

    @property
    def is_word(self) -> bool:
        """Whether it is a word, and no sign or newline."""
        return self.raw[0].isalnum()

    @property
    def symbol(self) -> str:
        """What the n-gram model counts: case is told apart from it (spelling.py)."""
        return NEWLINE if self.raw == "\n" else self.raw.lower()


def cut(text: str) -> Iterator[Token]:
    """Yield the tokens of `text`, in which blanks are single spaces or newlines (`clean_text`)."""
    for found in _TOKEN.finditer(text):
        start = found.start()
        yield Token(found.group(), start > 0 and text[start - 1] == " ")


def join(tokens: list[Token]) -> str:
    """Put the text back together."""
    return "".join(" " * token.spaced + token.raw for token in tokens)


def ends_sentence(raw: str) -> bool:
    """Tell whether the word after this token begins a sentence."""
    return raw[0] in _ENDS
