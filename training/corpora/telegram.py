"""Telegram Desktop's result.json: one chat ("Export chat history") or a whole account.

Left out: service messages, what has no text (stickers, media), what was written elsewhere
(forwards, messages through a bot), and in an account what is no dialogue (channels, bots).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from training.conversation import Conversation
from training.corpora import json_stream
from training.corpora.bad_lines import BadLines
from training.corpora.chat import SOMEONE, Message, converse, seconds
from training.corpora.checks import called, take, within
from training.corpora.config import ChatConfig
from training.corpora.document import Document

__all__ = ["fits", "read"]

_CHATS = ("chats.list.item", "left_chats.list.item")
_MESSAGES = ("messages.item", *(f"{chat}.messages.item" for chat in _CHATS))
_TYPES = tuple(f"{chat}.type" for chat in _CHATS)
_NO_DIALOGUE = ("public_channel", "private_channel", "bot_chat", "replies", "verification_codes")
_KINDS = (
    *_NO_DIALOGUE,
    "personal_chat",
    "saved_messages",
    "private_group",
    "private_supergroup",
    "public_supergroup",
)
_MENTIONS = ("mention", "mention_name")


def fits(first: Mapping[str, Any], over: bool) -> bool:
    """Tell by the paths and first values of a JSON file (`shape.Shape`)."""
    if {"messages.item.date", "messages.item.type"} <= first.keys():
        return True
    is_chat = {"id", "type", "messages"} <= first.keys() and first["type"] in _KINDS
    return is_chat or "chats.list" in first or "left_chats.list" in first


def read(document: Document, bad_lines: BadLines, config: ChatConfig) -> Iterator[Conversation]:
    """Yield conversations of one chat after another, cut at pauses."""
    for chat, found in groupby(_messages(document, bad_lines), key=lambda each: each[0]):
        yield from converse(
            (message for _, message in found), "telegram", document, config, str(chat)
        )


def _messages(document: Document, bad_lines: BadLines) -> Iterator[tuple[int, Message]]:
    """Yield (number of the chat, message)."""
    chat, number, is_dialogue = 0, 0, True
    for path, value in json_stream.values(document, (*_MESSAGES, *_TYPES), _CHATS, bad_lines):
        if path in _CHATS:
            chat, is_dialogue = chat + 1, True
        elif path in _TYPES:
            is_dialogue = value not in _NO_DIALOGUE
        else:
            number += 1
            try:
                message = _message(value) if is_dialogue else None
            except ValueError as error:
                bad_lines.report(document, f"message {number}", str(error))
                continue
            if message is not None:
                yield chat, message


def _message(value: Any) -> Message | None:
    message = within(value, dict, "a message")
    if take(message, "type", str) != "message":
        return None
    if any(message.get(key) is not None for key in ("forwarded_from", "via_bot")):
        return None
    text = _text(message.get("text", message.get("text_entities", "")))
    speaker = message.get("from_id", message.get("from"))
    at = message.get("date_unixtime", message.get("date"))
    return Message(str(speaker), text, seconds(at)) if text.strip() else None


def _text(text: Any) -> str:
    """Join a text's pieces: strings, and entities of which mentions become SOMEONE."""
    if isinstance(text, str):
        return text
    if not isinstance(text, list):
        raise ValueError(f"'text' must be a string or a list; got {called(text)}")
    return "".join(piece if isinstance(piece, str) else _entity(piece) for piece in text)


def _entity(piece: Any) -> str:
    entity = within(piece, dict, "a piece of 'text'")
    text = take(entity, "text", str)
    return SOMEONE if entity.get("type") in _MENTIONS else text
