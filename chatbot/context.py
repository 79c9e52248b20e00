"""Read a dialogue into a state, and remember states so that no text is read twice.

    "I like tea, do you "        settled "I like tea, do you"  typed " "
    "I like tea, do you lik"     settled "I like tea, do you"  typed " lik"     the same state
    "I like tea, do you like c"  settled "... do you like"     typed " c"       one word further

The settled part of a text never changes its ids, so its state is looked up; what is missing is
read from the longest settled part that is known. Cost a keystroke: the new word.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cachetools import LRUCache

from chatbot.places import Place, Places
from chatbot.runners.base import Runner
from chatbot.words import fold_quotes, half_typed
from tokenizer import Tokenizer, Turn, join_speakers, settle

__all__ = ["Context", "ContextCache"]


@dataclass(frozen=True, eq=False)
class Context:
    """A dialogue that is being continued: what is settled was read, what is typed constrains."""

    place: Place
    settled: str
    """The settled part of the last turn; its end, where that is long."""
    typed: bytes
    """What the ids to come must begin with."""
    read: bytes = b""
    """Bytes after the settled part that the place has read already: the start of a long word."""

    @property
    def fresh_line(self) -> bool:
        """Whether the next id begins a line, so that its leading space is no text."""
        return not self.typed and (not self.settled or self.settled.endswith("\n"))

    def is_glued(self, half: str) -> bool:
        """Tell whether the half-typed word stands right behind another one: "Hello,h"."""
        lead = self.typed.decode("utf-8", "replace").removesuffix(half)
        return any(map(str.isalnum, lead)) or not (lead or self.fresh_line)


class ContextCache:
    """Read dialogues, with a bounded memory of the places between words. Safe for threads."""

    def __init__(
        self,
        runner: Runner,
        tokenizer: Tokenizer,
        *,
        places: int = 1024,
        scored: int = 64,
        most_ids: int = 1024,
        most_characters: int = 8192,
        look_back: int = 12,
        longest_word: int = 64,
    ) -> None:
        """Keep `places` places, the scores of `scored`; read the last `most_ids` of a dialogue.

        A turn is cut to its last `most_characters`. `look_back` words are tried for a known place.
        A word of more than `longest_word` bytes no longer constrains: it is read as it stands.
        """
        self._reader, self._tokenizer = Places(runner, scored=scored), tokenizer
        self._places: LRUCache[_Key, Place] = LRUCache(places)
        self._lock = threading.Lock()
        self._most_ids, self._most_characters = most_ids, most_characters
        self._look_back, self._longest_word = look_back, longest_word

    def open(
        self, turns: Sequence[Turn | str], text: str, *, window: bool = False, lead: str = ""
    ) -> Context:
        """Read the earlier `turns` and what is settled of `text`, the turn being written.

        `lead` are lines of that turn before it, each ended by a newline.

        With `window` a long text's place is known by its end alone: who types may send a window
        that moves on, and a key costs no more in a long text than in a short one; several spaces
        are read as one. Without, the same text gives the same place, whoever wrote what before.
        """
        # Twice what is read at most.
        text = fold_quotes(text[-2 * self._most_characters :] if window else text)
        if window and "  " in text:
            text = _SPACES.sub(" ", text)
        settled, typed = settle(text)
        if len(typed) > self._longest_word:
            # A web address, say: only the word at its end still constrains.
            half = half_typed(text)
            typed = half.encode()
            if len(typed) > self._longest_word:
                half, typed = "", b""
            settled = text[: len(text) - len(half)]
        return Context(self.read(turns, lead + settled, window=window), settled, typed)

    def read(self, turns: Sequence[Turn | str], settled: str, *, window: bool = False) -> Place:
        """Give the place after `settled`, written as the turn after `turns`.

        Of a dialogue longer than the bounds only the end is read, unless it was read as it grew.
        """
        texts = (*(fold_quotes(text) for text in join_speakers(turns)), settled)
        end = _WINDOW_KEY if window else None
        ids, place = self._missing(texts, end)
        if place is not None and not ids:
            return place
        if place is None or len(ids) > self._most_ids:
            ids, place = self._render(texts), None
        place = self._reader.read(ids, place)
        with self._lock:
            self._places[_key(texts, end)] = place
        return place

    def spell(self, context: Context) -> Context:
        """Read the typed bytes as the tokenizer spells them, all but the last piece of them."""
        text = context.typed.decode("utf-8", "replace")
        ids = self._tokenizer.encode(text, mid_line=True)
        if len(ids) < 2:
            return context
        last = self._tokenizer.pieces[ids[-1]]
        read = context.typed[: len(context.typed) - len(last)]
        return replace(
            context, place=self._reader.read(ids[:-1], context.place), typed=last, read=read
        )

    def ids_of(self, context: Context, half: str, word: str) -> tuple[int, ...]:
        """Spell `word` as the tokenizer does, in place of its half-typed beginning."""
        lead = context.typed.decode("utf-8", "replace").removesuffix(half)
        return tuple(self._tokenizer.encode(lead + word, mid_line=not context.fresh_line))

    def _render(self, texts: tuple[str, ...]) -> list[int]:
        ids = self._tokenizer.render([self._tail(text) for text in texts], complete=False)
        return ids[-self._most_ids :]

    def _tail(self, text: str) -> str:
        if len(text) <= self._most_characters:
            return text
        text = text[-self._most_characters :]
        return text[text.find(" ") + 1 :]

    def _missing(self, texts: tuple[str, ...], end: int | None) -> tuple[list[int], Place | None]:
        """Find the longest known beginning of a dialogue; give the ids after it, and its place."""
        rest: list[int] = []
        for i in range(len(texts) - 1, max(len(texts) - 1 - _TURNS_BACK, -1), -1):
            text = texts[i]
            for known in _prefixes(text, self._look_back):
                with self._lock:
                    place = self._places.get(_key((*texts[:i], known), end))
                if place is not None:
                    if len(text) - len(known) > self._most_characters:
                        return [], None
                    if len(known) == len(text):
                        return rest, place
                    mid_line = bool(known) and not known.endswith("\n")
                    ids = self._tokenizer.encode(text[len(known) :], mid_line=mid_line)
                    return ids + rest, place
            if len(text) > self._most_characters:
                break
            rest = [self._tokenizer.turn, *self._tokenizer.encode(text), *rest]
        return [], None


_SPACES = re.compile(" {2,}")
_Key = tuple[int, int]
_TURNS_BACK = 4
"""Turns searched for a known place: a chat moves on by two, the answer and the next message."""


_WINDOW_KEY = 1024
"""Characters at the end of the last turn by which a window's place is known."""


def _key(texts: tuple[str, ...], end: int | None) -> _Key:
    # A keyed 64-bit hash and the length, so that a cache of long texts stays small.
    *before, last = texts
    if end is not None:
        last = last[-end:]
    return hash((*before, last)), len(last)


def _prefixes(text: str, most: int) -> Iterator[str]:
    """Yield `text`, then what stands before each of its last words; "" last."""
    for _ in range(most):
        yield text
        if not text:
            return
        cut = max(text.rfind(" "), text.rfind("\n"), 0)
        # The start of a line is a place of its own, as its first word is spelled with a space.
        text = text[: cut + 1] if text[cut] == "\n" and cut + 1 < len(text) else text[:cut]
    yield ""
