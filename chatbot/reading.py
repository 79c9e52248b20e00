"""Read a message that somebody wrote, as their personal memory will want it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chatbot.context import ContextCache
from chatbot.hidden_keys import SIZE, HiddenKeys
from chatbot.messages import Reading
from chatbot.runners.base import Runner
from chatbot.scoring import ReadWord, read_words
from chatbot.word_memory import WordMemories
from tokenizer import Tokenizer, Turn

__all__ = ["Reader"]


class Reader:
    """Read messages with one runner. Safe for threads."""

    def __init__(
        self,
        runner: Runner,
        contexts: ContextCache,
        tokenizer: Tokenizer,
        memories: WordMemories,
        keys: HiddenKeys,
    ) -> None:
        self._network = runner, contexts, tokenizer
        self._memories, self._keys = memories, keys

    def read(self, text: str, turns: Sequence[Turn | str], *, lead: str = "") -> Reading:
        """Say how probable each word of a message was after `turns`, and where the network stood.

        `lead` are lines of the same turn before it.

        The dialogue's own words count too, as they do in a suggestion: a personal memory earns its
        weight by what it adds to both.
        """
        words = read_words(*self._network, text, turns, lead=lead)
        states = [word.state for word in words]
        keys = self._keys.of(np.concatenate(states)) if states else np.zeros((0, SIZE), np.uint8)
        return Reading([self._mixed(each, text, turns) for each in words], keys, self._keys.network)

    def _mixed(self, read: ReadWord, text: str, turns: Sequence[Turn | str]) -> float:
        weight = self._memories.config.weight
        memory = self._memories.open(turns, text[: read.start])
        return (1 - weight) * read.chance + weight * memory.chance(read.text)
