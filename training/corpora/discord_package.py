"""Discord's own data package ("Request all of my data"): messages.json or messages.csv a channel.

It holds only what you wrote yourself, none of the answers. So each conversation is one side alone,
which the tokenizer joins into a single turn: from it a model learns how you write, which helps
completion and suggestions, but not how to answer. For dialogue export the channel with
DiscordChatExporter.

A channel is held in memory while it is put in order, as some packages go backwards in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from training.conversation import Conversation
from training.corpora import csv_rows, json_stream
from training.corpora.bad_lines import BadLines
from training.corpora.chat import Message, converse, seconds
from training.corpora.checks import take, within
from training.corpora.config import ChatConfig
from training.corpora.discord_exporter import without_codes
from training.corpora.document import Document

__all__ = ["COLUMNS", "fits", "read_csv", "read_json"]

COLUMNS = ("Timestamp", "Contents")
_YOU = "you"


def fits(first: Mapping[str, Any], over: bool) -> bool:
    """Tell by the paths and first values of a JSON file (`shape.Shape`)."""
    return {"item.ID", "item.Contents"} <= first.keys()


def read_json(
    document: Document, bad_lines: BadLines, config: ChatConfig
) -> Iterator[Conversation]:
    """Yield what you wrote in a channel, cut at pauses."""
    found = json_stream.records(document, "item", bad_lines, called="message")
    rows = ((f"message {number}", value) for number, value in found)
    return _conversations(rows, document, bad_lines, config)


def read_csv(document: Document, bad_lines: BadLines, config: ChatConfig) -> Iterator[Conversation]:
    """Yield what you wrote in a channel, cut at pauses."""
    rows = csv_rows.rows(document, COLUMNS, bad_lines)
    return _conversations(rows, document, bad_lines, config)


def _conversations(
    rows: Iterable[tuple[int | str, Any]],
    document: Document,
    bad_lines: BadLines,
    config: ChatConfig,
) -> Iterator[Conversation]:
    messages = []
    for place, row in rows:
        try:
            message = _message(row)
        except ValueError as error:
            bad_lines.report(document, place, str(error))
            continue
        if message.text.strip():
            messages.append(message)
    messages.sort(key=lambda message: message.seconds)
    yield from converse(messages, "discord", document, config)


def _message(value: Any) -> Message:
    row = within(value, dict, "a message")
    text = without_codes(take(row, "Contents", str))
    return Message(_YOU, text, seconds(row.get("Timestamp")))
