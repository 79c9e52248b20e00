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

import re
from collections.abc import Sequence

from chatbot.messages import Message
from chatbot.word_counts import spaced
from chatbot.words import is_foreign

__all__ = ["recent"]

_BLANK = re.compile("[ \n]")
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
    # A word has a character at least: those before so many are not given.
    ends = (_text(message.words[-most_characters:]) for message in messages[first:])
    lines = [line for line in ends if not is_foreign(line)]
    if len(lines) < _FEWEST:
        return ""
    text = "\n".join((*lines, ""))
    if len(text) <= most_characters:
        return text
    return _BLANK.split(text[-most_characters - 1 :], maxsplit=1)[1]


def _text(words: Sequence[str]) -> str:
    """Write words and signs out again; what they were cut from may have had more between them."""
    return "".join(map(spaced, words)).replace("\n ", "\n").lstrip(" ")
