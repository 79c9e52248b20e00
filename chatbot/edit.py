"""Make an edit of a word or phrase: what to put where, in the case and spacing of what is typed.

    "See you Wh"    "WHERE"  ->  "Where" over 8 to 10        "Hello,"   "you"  ->  " you" at 6

Knows the text on both sides of the caret, nothing of where words come from.
"""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.draft import Draft
from chatbot.following import is_inside_word
from chatbot.gap import space_is_due
from chatbot.words import fold_quotes, half_typed

__all__ = ["Suggestion", "edit", "goes_on"]


@dataclass(frozen=True)
class Suggestion:
    """An edit: put `insert` where `replace` is. Characters count as Python's do (code points)."""

    text: str
    """The whole word or phrase, what was typed of it included."""
    insert: str
    """What to put there: `text`, with a space where one is due before or after it."""
    replace: tuple[int, int]
    """The range of the text that `insert` takes the place of: the half-typed word."""
    probability: float
    """Of this word or phrase, given what was typed."""


def edit(draft: Draft, phrase: str, probability: float) -> Suggestion:
    """Put a phrase where the half-typed word of a draft stands.

    What stands already stays as it was typed, unless a slip is mended: quotes may differ from the
    network's.
    """
    text, typed = draft.text, half_typed(draft.text)
    whole = _in_case(typed, phrase) if goes_on(phrase, fold_quotes(typed)) else phrase
    lead = " " if space_is_due(text) else ""
    trail = " " if is_inside_word(draft.after) else ""
    return Suggestion(whole, lead + whole + trail, (len(text) - len(typed), len(text)), probability)


def goes_on(word: str, half: str) -> bool:
    """Tell whether `word` begins with `half`, in any case."""
    return word.lower().startswith(half.lower())


def _in_case(typed: str, phrase: str) -> str:
    """Go on from `typed` in its case where the word's is another: "Wh", "WHERE" make "Where"."""
    word, space, more = phrase[len(typed) :].partition(" ")
    if fold_quotes(typed) != phrase[: len(typed)]:
        if len(typed) > 1 and typed.isupper():
            word = word.upper()
        elif word.isupper():
            word = word.lower()
    return typed + word + space + more
