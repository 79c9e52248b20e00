"""Know how English words are often written wrong (misspellings.txt): "recieve", "dont", "im".

A finger that slips is `slips.py`; this is what people write because they write it so. Whether
"well" is meant or "we'll" is for the network to say.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

__all__ = ["corrected"]


def corrected(typed: str) -> str | None:
    """Give how the half-typed word `typed` is written right, if its beginning is a listed one.

    A capital at its start is kept; all capitals, and other mixtures, are taken as they are.
    """
    if not (typed.islower() or typed.istitle()):
        return None
    low, listed = typed.lower(), _listed()
    for length in range(len(low), 1, -1):
        right = listed.get(low[:length])
        if right is not None and (length == len(low) or "'" not in right):
            whole = right + low[length:]
            return whole[0].upper() + whole[1:] if typed.istitle() else whole
    return None


@cache
def _listed() -> dict[str, str]:
    lines = resources.files("chatbot").joinpath("misspellings.txt").read_text("utf-8").splitlines()
    return dict(line.split() for line in lines if not line.startswith("#"))
