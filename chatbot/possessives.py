"""What a word is without the ending of a possessive. Knows English spelling, nothing else."""

from __future__ import annotations

from chatbot.words import fold_quotes

__all__ = ["base_of"]

_PRONOUNS = {"it", "he", "she", "that", "this", "there", "here", "everyone"}
_QUESTIONS = {"who", "what", "where", "when", "why", "how"}
_SHORTENED = frozenset(_PRONOUNS | _QUESTIONS | {"let"})
"""Words behind which 's stands for "is", "has" or "us": whose "it's" goes keeps their "it"."""


def base_of(word: str) -> str:
    """Give a word in lower case, without the 's of a possessive: "Zhanna's" is of "zhanna"."""
    word = fold_quotes(word).lower()
    base = word.removesuffix("'s")
    return word if base in _SHORTENED else base
