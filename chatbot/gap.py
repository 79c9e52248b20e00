"""Say whether a space is due: whether the word that follows a text needs one first.

    "Hello," -> "Hello, you"     "so good 😊" -> "so good 😊 Thank"     "me@gmail." -> no gap

Knows characters, nothing of words and probability.
"""

from __future__ import annotations

import re
from unicodedata import category

__all__ = ["space_is_due"]

_LOOKED = 512
"""Characters at the end of a text that are looked at, however long it is."""
_CLOSING = frozenset(".,;:!?)]}%\u2026\u201d\u00bb")
_ADDRESS = re.compile(r"(?:\bwww\.|@|://)\S*\Z|\d:\Z")
"""A web or mail address, or a time, goes on after a sign."""
_PICTURES = frozenset(("So", "Sk"))


def space_is_due(text: str) -> bool:
    """Tell whether a word that follows `text` needs a space first."""
    end = text[-_LOOKED:]
    last = end[-1:]
    if last in _CLOSING:
        return bool(last) and _ADDRESS.search(end) is None
    if last == '"':
        line = end.rpartition("\n")[2]
        return line.count(last) % 2 == 0  # it closes what another one opened
    return not last.isascii() and (last == "\ufe0f" or category(last) in _PICTURES)
