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
from chatbot.words import is_foreign

__all__ = ["recent"]

_FEWEST = 3
"""Messages: one or two say little of what comes, and a question more of its answer."""


def recent(messages: Sequence[Message], *, least: int, most_characters: int) -> str:
    """Give the last `least` messages and up to as many more, each with a newline behind it.

    Where they are short they begin anew after every `least` messages only: most messages are an end
    to those before, which were read. Of more than `most_characters` only the end is given, from a
    word on. Messages in a script that no network here reads are left out, and of one or two
    messages nothing is given.
    """
    first = max(len(messages) // least - 1, 0) * least
    lines = [line for message in messages[first:] if not is_foreign(line := _text(message.words))]
    if len(lines) < _FEWEST:
        return ""
    text = "\n".join((*lines, ""))
    return text if len(text) <= most_characters else _end(text, most_characters)


def _end(text: str, most: int) -> str:
    """Give at most `most` characters, from a word on."""
    cut = text[len(text) - most - 1 :]
    return cut[min(cut.find(blank) for blank in " \n" if blank in cut) + 1 :]


def _text(words: Sequence[str]) -> str:
    """Write words and signs out again; what they were cut from may have had more between them."""
    return "".join(map(spaced, words)).replace("\n ", "\n").lstrip(" ")
