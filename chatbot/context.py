"""Read a dialogue into a state, and remember states so that no text is read twice.

    "I like tea, do you "        settled "I like tea, do you"  typed " "
    "I like tea, do you lik"     settled "I like tea, do you"  typed " lik"     the same state
    "I like tea, do you like c"  settled "... do you like"     typed " c"       one word further

The settled part of a text never changes its ids, so its state is looked up; what is missing is
read from the longest settled part that is known. Cost a keystroke: the new word.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from cachetools import LRUCache

from chatbot.runners.base import Floats, Runner
from chatbot.sampling import softmax
from tokenizer import Tokenizer, Turn, join_speakers, settle

__all__ = ["Context", "ContextCache", "Place"]


@dataclass(frozen=True, eq=False)
class Place:
    """The network after some ids."""

    state: Floats
    """(1, D)."""
    logits: Floats
    """(V,): scores of what comes next."""
    ids: tuple[int, ...]
    """The last ids read, oldest first (a bounded tail)."""
    count: int
    """Ids read from the start."""

    serial: int = field(default_factory=itertools.count().__next__)
    """Tells places apart, for who remembers things about them."""

    @cached_property
    def chances(self) -> Floats:
        """The probability of each id that may come next: (V,)."""
        return softmax(self.logits)


@dataclass(frozen=True, eq=False)
class Context:
    """A dialogue that is being continued: what is settled was read, what is typed constrains."""

    place: Place
    settled: str
    """The settled part of the last turn."""
    typed: bytes
    """What the ids to come must begin with."""


class ContextCache:
    """Read dialogues, with a bounded memory of the places between words. Safe for threads."""

    def __init__(
        self,
        runner: Runner,
        tokenizer: Tokenizer,
        *,
        places: int = 256,
        most_ids: int = 1024,
        most_characters: int = 8192,
        look_back: int = 12,
        longest_word: int = 64,
    ) -> None:
        """Keep `places` places; read at most the last `most_ids` of a dialogue.

        A turn is cut to its last `most_characters`. `look_back` words are tried for a known place.
        A word of more than `longest_word` bytes no longer constrains: it is read as it stands.
        """
        self._runner, self._tokenizer = runner, tokenizer
        self._places: LRUCache[_Key, Place] = LRUCache(places)
        self._lock = threading.Lock()
        self._most_ids, self._most_characters = most_ids, most_characters
        self._look_back, self._longest_word = look_back, longest_word

    def open(self, turns: Sequence[Turn | str], text: str) -> Context:
        """Read the earlier `turns` and what is settled of `text`, the turn being written."""
        settled, typed = settle(text)
        if len(typed) > self._longest_word:
            settled, typed = text, b""
        return Context(self.read(turns, settled), settled, typed)

    def read(self, turns: Sequence[Turn | str], settled: str) -> Place:
        """Give the place after `settled`, written as the turn after `turns`."""
        before = tuple(join_speakers(turns))
        known, place = self._longest_known(before, settled)
        if place is not None and known == settled:
            return place
        if place is not None and len(settled) - len(known) <= self._most_characters:
            ids = self._tokenizer.encode(settled[len(known) :], mid_line=bool(known))
        elif len(settled) <= self._most_characters and self._knows(before):
            place = self.read(before[:-1], before[-1])
            ids = [self._tokenizer.turn, *self._tokenizer.encode(settled)]
        else:
            place, ids = None, self._render(before, settled)
        place = self._read(ids, place)
        with self._lock:
            self._places[_key(before, settled)] = place
        return place

    def _render(self, before: tuple[str, ...], settled: str) -> list[int]:
        texts = [self._tail(text) for text in (*before, settled)]
        ids = self._tokenizer.render(texts, complete=False)
        return ids[-self._most_ids :]

    def _tail(self, text: str) -> str:
        if len(text) <= self._most_characters:
            return text
        text = text[-self._most_characters :]
        return text[text.find(" ") + 1 :]

    def _knows(self, before: tuple[str, ...]) -> bool:
        """Tell whether the turns before were read, or nearly."""
        if not before:
            return False
        known, place = self._longest_known(before[:-1], before[-1])
        return place is not None and len(before[-1]) - len(known) <= self._most_characters

    def _longest_known(self, before: tuple[str, ...], settled: str) -> tuple[str, Place | None]:
        prefix = settled
        for _ in range(self._look_back):
            with self._lock:
                place = self._places.get(_key(before, prefix))
            if place is not None:
                return prefix, place
            if not prefix:
                break
            prefix = prefix[: max(prefix.rfind(" "), prefix.rfind("\n"), 0)]
        return "", None

    def _read(self, ids: Sequence[int], place: Place | None) -> Place:
        state = place.state if place else self._runner.start(1)
        if not ids:
            assert place is not None
            return place
        for i in ids[:-1]:
            state = self._runner.advance(np.array([i]), state)
        logits, state = self._runner.step(np.array([ids[-1]]), state)
        tail = (*(place.ids if place else ()), *ids)[-_TAIL:]
        return Place(state, logits[0], tail, (place.count if place else 0) + len(ids))


_Key = tuple[int, int]
_TAIL = 256
"""Ids that a place remembers, for the repetition penalty."""


def _key(before: tuple[str, ...], settled: str) -> _Key:
    # A keyed 64-bit hash and the length, so that a cache of long texts stays small.
    return hash((before, settled)), len(settled)
