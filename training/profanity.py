"""Tell turns with listed words (profanity.txt, which says why and what is not in it)."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

__all__ = ["is_profane", "listed_words"]


def is_profane(text: str) -> bool:
    """Say whether `text` holds a listed word, in any case."""
    return _pattern().search(text) is not None


@cache
def listed_words() -> tuple[str, ...]:
    """Give the list: lower-case words; a star at the end stands for any ending."""
    lines = resources.files("training").joinpath("profanity.txt").read_text("utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def _pattern() -> re.Pattern[str]:
    forms = (re.escape(w.removesuffix("*")) + r"\w*" * w.endswith("*") for w in listed_words())
    return re.compile(rf"\b(?:{'|'.join(forms)})\b", re.IGNORECASE)
