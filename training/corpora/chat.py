"""Messages of a chat, and how they become conversations. Knows no export format."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tokenizer import Turn
from training.conversation import Conversation
from training.corpora.config import ChatConfig
from training.corpora.document import Document

__all__ = ["SOMEONE", "Message", "converse", "seconds"]

SOMEONE = "@someone"
"""Stands for every person whom an export marks as mentioned: names must not be learned."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Message(NamedTuple):
    """What one person sent: who, what, and when in seconds since 1970."""

    speaker: str
    text: str
    seconds: float


def converse(
    messages: Iterable[Message], source: str, document: Document, config: ChatConfig, chat: str = ""
) -> Iterator[Conversation]:
    """Cut the messages of one chat at pauses; a turn a message, in the order given.

    The conversations carry neither the file's name nor the chat's: those are people's names.
    """
    number, turns, last = 0, list[Turn](), 0.0
    for speaker, text, at in messages:
        pause = at - last > config.pause_hours * 3600
        if turns and (pause or len(turns) == config.longest_turns):
            yield Conversation(_id(source, document, chat, number), source, tuple(turns))
            number, turns = number + 1, []
        turns.append(Turn(speaker, text))
        last = at
    if turns:
        yield Conversation(_id(source, document, chat, number), source, tuple(turns))


def seconds(value: Any) -> float:
    """Turn a moment as exports write it (ISO 8601, Unix seconds) into seconds since 1970.

    Without a time zone it is taken as UTC: only differences matter. Raises ValueError.
    """
    try:
        if isinstance(value, str) and not value.isdecimal():
            moment = datetime.fromisoformat(value)
            moment = moment.replace(tzinfo=moment.tzinfo or UTC)
            return (moment - _EPOCH).total_seconds()
        return float(value)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ValueError(f"{value!r:.60} is no date") from error


def _id(source: str, document: Document, chat: str, number: int) -> str:
    mark = hashlib.blake2b(str(document).encode(errors="replace"), digest_size=4).hexdigest()
    return f"{source}-{mark}{chat and '-' + chat}-{number}"
