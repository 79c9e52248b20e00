"""Messages as a personal memory keeps them: words, and where the network stood before each."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterator, Sequence
from sys import intern
from typing import Any, NamedTuple

from chatbot.errors import OptionError
from chatbot.hidden_keys import OLDER_SIZE, SIZE, Keys, shrunk
from chatbot.word_counts import cut
from chatbot.words import fold_quotes

__all__ = [
    "Message",
    "Reading",
    "export_messages",
    "is_list_of_texts",
    "newest",
    "read_messages",
]


class Reading(NamedTuple):
    """What the network made of a message: of each of its words and signs, in order."""

    chances: Sequence[float]
    """How probable each was."""
    keys: Keys
    """(n, SIZE): where the network stood before each."""
    network: str
    """Whose states the keys are."""


class Message(NamedTuple):
    """A message, or a part of one, cut into words and signs."""

    words: tuple[str, ...]
    keys: bytes = b""
    """SIZE bytes a word, or nothing."""

    def without(self, left_out: Collection[int]) -> Iterator[Message]:
        """Cut at the words that are left out, by their index: what stood beside one was never
        together.
        """
        if self.words and not left_out:
            yield self
            return
        start = 0
        for i in range(len(self.words) + 1):
            if i == len(self.words) or i in left_out:
                if i > start:
                    keys = self.keys[SIZE * start : SIZE * i]
                    yield Message(self.words[start:i], keys)
                start = i + 1


def newest(messages: Sequence[Message], *, words: int, keys: int) -> tuple[Message, ...]:
    """Drop the oldest messages where there are more than `words`, and keys where more than `keys`.

    The last message always stays.
    """
    kept, total = list[Message](), 0
    for message in reversed(messages):
        total += len(message.words)
        if total > words and kept:
            break
        kept.append(message._replace(keys=b"") if message.keys and total > keys else message)
    return tuple(reversed(kept))


def export_messages(messages: Sequence[Message]) -> dict[str, Any]:
    """Give messages as JSON can hold them."""
    return {
        "messages": [list(message.words) for message in messages],
        "keys": [base64.b64encode(message.keys).decode() for message in messages],
    }


def read_messages(words: Any, keys: Any, *, older_keys: bool = False) -> tuple[Message, ...]:
    """Take what `export_messages` gave, or gave when keys were longer (`shrunk`).

    Raises OptionError for the rest.
    """
    if not (isinstance(words, list) and all(map(_is_list_of_words, words))):
        raise OptionError("messages and forgotten words of a memory must be lists of words")
    if not isinstance(keys, list) or len(keys) != len(words):
        raise OptionError("keys of a memory must be a list of texts, one a message")
    size = OLDER_SIZE if older_keys else SIZE
    read = [_read(each, encoded, size) for each, encoded in zip(words, keys, strict=True)]
    return tuple(message for message in read if message.words)


def is_list_of_texts(value: Any) -> bool:
    """Tell whether `value` is a list of texts."""
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_list_of_words(value: Any) -> bool:
    """Tell whether each of a list is one word or sign, as `cut` gives them."""
    if not is_list_of_texts(value):
        return False
    # Of a whole message at once: a person may have thousands of words.
    text = fold_quotes(" ".join(value))
    found = cut(text)
    return len(found) == len(value) and " ".join(found) == text


def _read(words: list[str], encoded: Any, size: int) -> Message:
    try:
        keys = base64.b64decode(encoded, validate=True)
    except (TypeError, ValueError, binascii.Error):
        keys = b"?"
    if keys and len(keys) != size * len(words):
        raise OptionError(
            f"keys of a memory must be base64 of {size} bytes a word, or empty; got {encoded!r:.40}"
        )
    return Message(tuple(map(intern, words)), keys if size == SIZE else shrunk(keys))
