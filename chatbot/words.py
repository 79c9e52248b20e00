"""What a word is, in text and in pieces. Knows characters and bytes, nothing of probability."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "PLAIN_WORD",
    "WORD",
    "WordSigns",
    "fold_quotes",
    "half_typed",
    "is_foreign",
    "is_word",
    "mixes_scripts",
]

_MARKS = "\u200c\u200d" + "".join(
    chr(i) for i in range(0x300, 0xFE00) if category(chr(i)).startswith("M")
)
"""What stands on a letter or joins letters: Python's patterns know none of it, and without it a
word of Hindi would be three."""
_LETTERS = rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*"
WORD = rf"{_LETTERS}(?:['\u2019-]{_LETTERS})*"
"""A pattern: letters and digits, inner apostrophes and hyphens."""
_WORD = re.compile(WORD)
_QUOTES = tuple(zip("\u2018\u2019\u201c\u201d\u00a0", "''\"\" ", strict=True))
PLAIN_WORD = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*")
"""The words that scores count (design.md): ASCII letters and digits, inner apostrophes."""
_LATIN = re.compile(r"[0-9A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_OTHER = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")
_HALF = re.compile(rf"{_LETTERS}(?:['\u2019-](?:{_LETTERS})?)*\Z")


def is_word(text: str) -> bool:
    """Tell whether `text` is one word: letters and digits, inner apostrophes and hyphens."""
    return _WORD.fullmatch(text) is not None


def mixes_scripts(word: str) -> bool:
    """Tell whether a word has Latin letters, or digits, and letters of another script."""
    return not word.isascii() and bool(_OTHER.search(word) and _LATIN.search(word))


def is_foreign(text: str) -> bool:
    """Tell whether more of its letters are of another script than are Latin."""
    return not text.isascii() and len(_OTHER.findall(text)) > len(_LATIN.findall(text))


def half_typed(text: str) -> str:
    """Give the word that is being typed at the end of `text`, perhaps ""."""
    # A word is short: looking at the end keeps the cost off the length of the text.
    return _half_typed(text[-128:])


@lru_cache(1024)  # one keystroke asks ten times
def _half_typed(end: str) -> str:
    found = _HALF.search(end)
    return found.group() if found else ""


def fold_quotes(text: str) -> str:
    """Make curly quotes straight, as in the training text. Keeps the length, so ranges hold."""
    if not text.isascii():
        for curly, straight in _QUOTES:  # of a long text a hundredth of what `translate` takes
            text = text.replace(curly, straight)
    return text


class WordSigns:
    """Which ids end the word before them, and which go on with it.

    A network with a head for the ends of words says which, by the characters that were letters when
    it was taught; of the others it is read off the pieces.
    """

    def __init__(self, pieces: Sequence[bytes], ends: NDArray[np.bool_] | None = None) -> None:
        if ends is None:
            ends = np.array([_ends_word(piece) for piece in pieces])
        self.ends: NDArray[np.bool_] = ends
        """(V,): control symbols, and pieces that begin with a space, a newline or a sign."""
        self.end_weights: NDArray[np.float32] = self.ends.astype(np.float32)
        """`ends` as numbers: chances @ end_weights is the probability that the word ends."""
        self.goes_on: NDArray[np.int64] = np.flatnonzero(~self.ends)
        """(G,): the other ids, pieces that may go on with the word before them."""
        self.inside: NDArray[np.int64] = np.full(len(pieces), -1)
        """(V,): where in `goes_on` an id stands; -1 for one that ends a word."""
        self.inside[self.goes_on] = np.arange(len(self.goes_on))


def _ends_word(piece: bytes) -> bool:
    if not piece:
        return True
    first = piece.decode("utf-8", "replace")[0]
    # A lone byte of a longer character may be part of a letter.
    return not (first.isalnum() or first in "'\u2019-\ufffd")
