"""Know how English words are often written wrong (misspellings.txt): "recieve", "dont", "im".

A finger that slips is `slips.py`; this is what people write because they write it so. Whether
"well" is meant or "we'll" is for the network to say.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import resources

__all__ = ["corrected"]


@lru_cache(8192)  # the words of a list are asked for at every key
def corrected(typed: str) -> str | None:
    """Give how the word `typed`, perhaps half typed, is written right, if it is a listed one.

    A capital at its start is kept; all capitals, and other mixtures, are taken as they are.
    """
    low, (words, beginnings) = typed.lower(), _listed()
    if typed not in (low, _capital(low)):
        return None
    cuts = ((low[:length], low[length:]) for length in range(len(low), 2, -1))
    longest = (beginnings[begun] + rest for begun, rest in cuts if begun in beginnings)
    right = words.get(low) or next(longest, None)
    if right is None:
        return None
    return right if typed == low else _capital(right)


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


@cache
def _listed() -> tuple[dict[str, str], dict[str, str]]:
    """Give what is right for whole words, and for beginnings of words."""
    lines = resources.files("chatbot").joinpath("misspellings.txt").read_text("utf-8").splitlines()
    words, beginnings = dict[str, str](), dict[str, str]()
    for line in lines:
        if not line.startswith("#"):
            wrong, right = line.split()
            (beginnings if wrong.endswith("*") else words)[wrong.removesuffix("*")] = right
    return words, beginnings
