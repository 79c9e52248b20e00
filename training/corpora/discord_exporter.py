"""DiscordChatExporter's JSON: a file a channel.

Left out: joins, pins, calls and other notices, bots, and messages without text. The exporter writes
"@name" for a mention and lists who was meant, or leaves Discord's own "<@123>".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from training.conversation import Conversation
from training.corpora import json_stream
from training.corpora.bad_lines import BadLines
from training.corpora.chat import SOMEONE, Message, converse, seconds
from training.corpora.checks import take, within
from training.corpora.config import ChatConfig
from training.corpora.document import Document

__all__ = ["fits", "read", "without_codes"]

_SAID = ("Default", "Reply")
_PEOPLE = re.compile(r"<@[!&]?\d+>")
_EMOJI = re.compile(r"<a?(:\w+:)\d+>")
_OTHER_CODES = re.compile(r"<(?:#\d+|t:-?\d+(?::\w)?|/[^<>:\n]+:\d+|id:\w+)>")


def fits(first: Mapping[str, Any], over: bool) -> bool:
    """Tell by the paths and first values of a JSON file (`shape.Shape`)."""
    return {"guild.id", "channel.id", "messages"} <= first.keys()


def read(document: Document, bad_lines: BadLines, config: ChatConfig) -> Iterator[Conversation]:
    """Yield the conversations of a channel, cut at pauses."""
    return converse(_messages(document, bad_lines), "discord", document, config)


def without_codes(text: str) -> str:
    """Replace what Discord writes in <> by what people see; people become SOMEONE."""
    return _OTHER_CODES.sub("", _EMOJI.sub(r"\1", _PEOPLE.sub(SOMEONE, text)))


def _messages(document: Document, bad_lines: BadLines) -> Iterator[Message]:
    found = json_stream.records(document, "messages.item", bad_lines, called="message")
    for number, value in found:
        try:
            message = _message(value)
        except ValueError as error:
            bad_lines.report(document, f"message {number}", str(error))
            continue
        if message is not None:
            yield message


def _message(value: Any) -> Message | None:
    message = within(value, dict, "a message")
    author = take(message, "author", dict)
    if take(message, "type", str) not in _SAID or author.get("isBot"):
        return None
    text = without_codes(_without_names(take(message, "content", str), message.get("mentions")))
    speaker = str(author.get("id", author.get("name")))
    return Message(speaker, text, seconds(message.get("timestamp"))) if text.strip() else None


def _without_names(text: str, mentions: Any) -> str:
    """Replace "@name" for everybody listed as mentioned, the longest name first."""
    people = [within(p, dict, "a mention") for p in within(mentions or [], list, "'mentions'")]
    names = {p.get(key) for p in people for key in ("nickname", "name")}
    known = sorted((n for n in names if isinstance(n, str) and n), key=len, reverse=True)
    if not known:
        return text
    return re.sub(f"@(?:{'|'.join(map(re.escape, known))})(?!\\w)", SOMEONE, text)
