"""Tell listed offensive words (offensive.txt, which says why and what is not in it)."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from importlib import resources
from typing import Literal, get_args

from chatbot.errors import OptionError

__all__ = ["KINDS", "Kind", "OffensiveWords", "listed_words"]

Kind = Literal["slurs", "swearing", "sexual", "harm"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class OffensiveWords:
    """The listed words and pairs of words of some kinds; of all kinds unless told."""

    def __init__(self, kinds: Collection[str] = KINDS) -> None:
        if unknown := sorted(set(kinds) - set(KINDS)):
            raise OptionError(f"kinds must be of {', '.join(KINDS)}; got {', '.join(unknown)}")
        self.kinds: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind in kinds)
        self._pattern = _pattern(self.kinds)
        words = (word for kind in self.kinds for word in listed_words(kind))
        self._pairs = frozenset(word for word in words if " " in word)

    def in_text(self, text: str) -> bool:
        """Say whether `text` holds a listed word or pair, in any case."""
        return self._pattern.search(text) is not None

    def lists_pair(self, before: str, word: str) -> bool:
        """Say whether `word` after the word `before` is a listed pair, in any case."""
        return f"{before} {word}".lower() in self._pairs


@cache
def listed_words(kind: Kind) -> tuple[str, ...]:
    """Give the words of a kind: lower-case; a star at the end stands for any ending."""
    lines = resources.files("chatbot").joinpath("offensive.txt").read_text("utf-8").splitlines()
    start = lines.index(f"[{kind}]") + 1
    words = []
    for line in lines[start:]:
        if line.startswith("["):
            break
        if line.strip() and not line.startswith("#"):
            words.append(line.strip())
    return tuple(words)


@cache
def _pattern(kinds: tuple[Kind, ...]) -> re.Pattern[str]:
    words = [word for kind in kinds for word in listed_words(kind)]
    forms = (re.escape(w.removesuffix("*")) + r"\w*" * w.endswith("*") for w in words)
    # Without a kind nothing is listed: a pattern that never matches.
    return re.compile(rf"\b(?:{'|'.join(forms) or '(?!)'})\b", re.IGNORECASE)
