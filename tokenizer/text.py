"""Cut raw text into the segments that sentencepiece may see, and back.

Knows nothing of ids. Three characters need care, so that any text round-trips:

    newline     ends a segment: each line is encoded apart and begins with its own space, so
                that a word has one spelling at the start of a line and inside it
    U+2581      sentencepiece's own sign for a space: typed ones travel as bytes
    surrogates  a lone one is no character and becomes U+FFFD
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["SPACE_SIGN", "mend", "segments", "settle", "units"]

SPACE_SIGN = "\u2581"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SEGMENT = re.compile(f"(\n|{SPACE_SIGN})")
_UNIT = re.compile(r" ?[^\W\d_]+(?:['\u2019][^\W\d_]+)*| ?\d| ?[^\w\s]| ?_|\s")


def mend(text: str) -> str:
    """Replace what is not a Unicode character (lone surrogates) by U+FFFD."""
    if _LONE_SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def segments(text: str, *, mid_line: bool = False) -> Iterator[str]:
    """Yield the lines of `text`, each non-empty one led by a space, and "\\n" or U+2581 apart.

    With `mid_line=True` the text goes on where another ended, so its first line gets no space.
    """
    fresh_line = not mid_line
    for part in _SEGMENT.split(text):
        if part == "\n":
            yield part
            fresh_line = True
            continue
        if part:
            if fresh_line:
                yield " " + part if part != SPACE_SIGN else " "
            if part == SPACE_SIGN or not fresh_line:
                yield part
            fresh_line = False


def units(segment: str) -> list[str]:
    """Split a segment into words, digits, signs and spaces: the units of the word tokenizer."""
    return _UNIT.findall(segment)


def settle(text: str) -> tuple[str, bytes]:
    """Split a text that is being typed into what is settled and the bytes of its last word.

    Pieces never cross a space, so the ids of the settled part can't change whatever is typed next.
    The rest is given as bytes, led by the space of its spelling ("I am goi" -> "I am", b" goi";
    "I am " -> "I am", b" "; "" -> "", b""): a constraint on the ids to come, not yet ids.
    """
    cut = max(text.rfind(" "), text.rfind("\n"))
    if cut >= 0 and text[cut] == "\n":
        settled, rest = text[: cut + 1], text[cut + 1 :]
    else:
        settled, rest = text[: max(cut, 0)], text[max(cut, 0) :]
    fresh_line = not settled or settled.endswith("\n")
    lead = " " if fresh_line and rest else ""
    return settled, mend(lead + rest).encode()
