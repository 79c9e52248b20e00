"""What a person wrote last, to be read again: what they go on from where nothing else is known.

    written     "Hi Ana"  "Two tents ."  "We leave on Friday ,"  "see you there"
    read again  "Hi Ana", "Two tents.", "We leave on Friday,", "see you there"

A field often says nothing of the conversation it is part of, and a page may not know. A person's
own last messages then stand in for it. Knows words, no memory and no network.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.messages import Message

__all__ = ["recent"]


def recent(messages: Sequence[Message], *, least: int, most_characters: int) -> tuple[str, ...]:
    """Give the last `least` messages and up to as many more, oldest first, as texts.

    They begin anew only after every `least` messages: most messages are an end to those before,
    which were read. Of more than `most_characters` only the end is given.
    """
    first = max(len(messages) // least - 1, 0) * least
    texts, room = list[str](), most_characters
    for message in reversed(messages[first:]):
        text = _text(message.words)
        texts.append(text if len(text) <= room else text[-room:].partition(" ")[2])
        room -= len(text)
        if room <= 0:
            break
    return tuple(reversed(texts))


def _text(words: Sequence[str]) -> str:
    """Write words and signs out again; what they were cut from may have had more between them."""
    written = "".join(f" {word}" if word[0].isalnum() else word for word in words)
    return written.replace("\n ", "\n").lstrip(" ")
