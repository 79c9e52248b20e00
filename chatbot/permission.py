"""Say what may be offered to someone who did not ask for it.

First: nothing that was refused there, and no word right after itself. There and further on in a
phrase, which ends before it: nothing that was forgotten, no listed word that the person did not
write first (in this turn, in one before or ever), no ending of another script, no word twice in a
row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from chatbot.draft import Draft
from chatbot.offensive import OffensiveWords
from chatbot.word_counts import cut
from chatbot.word_memory import DialogueMemory
from chatbot.words import mixes_scripts
from tokenizer import join_speakers

__all__ = ["Permission"]

_FRAGMENT = re.compile(r"(?:\d.*|[^aio])$", re.IGNORECASE)
"""What may stand after the dots of "e.g.", "a.m.", "49.99", and begins no sentence."""
_SIGNS = ",.;:!?"


@dataclass(frozen=True)
class Permission:
    """What may be offered in one draft."""

    draft: Draft
    memory: DialogueMemory
    """Of the draft's words before the half-typed one."""
    offensive: OffensiveWords

    def left_out(self, *, fresh: bool) -> frozenset[str]:
        """Give the words that may not come first, lower-cased; `fresh`: none is half typed."""
        refused = frozenset(word.lower() for word in self.draft.avoid)
        return refused | self._again() if fresh else refused

    def first(self, word: str) -> bool:
        """Tell whether `word` may be offered where the caret is."""
        return self._may_follow(self._last, word)

    def further(self, phrase: str) -> bool:
        """Tell whether the words of `phrase` that follow its first may be offered there."""
        return all(
            before.lower() != word.lower() and self._may_follow(before, word)
            for before, word in pairwise(word.rstrip(_SIGNS) for word in phrase.split(" "))
        )

    @property
    def _last(self) -> str:
        return self.memory.before[-1] if self.memory.before else ""

    def _may_follow(self, before: str, word: str) -> bool:
        personal = self.draft.personal
        if personal is not None and personal.forgot(word):
            return False
        if self.offensive.lists_pair(before, word) or (before == "." and _FRAGMENT.match(word)):
            return False
        # An ending of another script is all that a network may have for a word it can't read.
        if not (self.offensive.in_text(word) or mixes_scripts(word)):
            return True
        return (
            self.memory.wrote(word)
            or (personal is not None and personal.wrote(word))
            or any(word.lower() in map(str.lower, cut(turn)) for turn in self._own_turns)
        )

    @property
    def _own_turns(self) -> list[str]:
        """Give what the writer said before, in this dialogue: the last turn is the other's."""
        return list(join_speakers(self.draft.said))[-2::-2]

    def _again(self) -> frozenset[str]:
        """Give the word that was just written, unless somebody writes it twice in a row."""
        last, personal = self._last.lower(), self.draft.personal
        known = self.memory.doubled(last) or (personal is not None and personal.doubled(last))
        return frozenset() if known or not last else frozenset([last])
