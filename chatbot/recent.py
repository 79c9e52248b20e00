"""What a person wrote last, to be read again: what they go on from where little else is known.

    written         "Hi Ana"    "Two tents (red)."   "see you on Friday"   what is being written
    read as         Hi Ana      Two tents red.       see you on Friday     ...
                    one turn, a message a line

A field often tells nothing of the conversation it is part of, or only the turn to be answered. The
person's own last messages then stand before what they write now, or before that turn. As lines of
one turn: several would be answered, "How are you?" with "I'm doing well".
Knows words, no memory and no network.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.messages import Message
from chatbot.word_counts import spaced

__all__ = ["recent"]

_FEWEST = 3
"""Messages: one or two say little of what comes, and a question more of its answer."""


def recent(messages: Sequence[Message], *, least: int, most_characters: int) -> str:
    """Give the last `least` messages and up to as many more, each with a newline behind it.

    Where they are short they begin anew after every `least` messages only: most messages are an end
    to those before, which were read. Of more than `most_characters` only the end is given, and
    nothing of one or two messages.
    """
    if len(messages) < _FEWEST:
        return ""
    first = max(len(messages) // least - 1, 0) * least
    lines, room = list[str](), most_characters
    for message in reversed(messages[first:]):
        lines.append(_text(message.words) + "\n")
        room -= len(lines[-1])
        if room <= 0:
            break
    text = "".join(reversed(lines))
    return text if room >= 0 else text[len(text) - most_characters :].partition(" ")[2]


def _text(words: Sequence[str]) -> str:
    """Write words and signs out again; what they were cut from may have had more between them."""
    return "".join(map(spaced, words)).replace("\n ", "\n").lstrip(" ")
