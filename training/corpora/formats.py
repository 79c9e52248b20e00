"""Which format a document is, by what it holds; its ending decides only where nothing else can."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.conversation import Conversation
from training.corpora import (
    csv_rows,
    discord_exporter,
    discord_package,
    plain_text,
    records,
    shape,
    telegram,
    whatsapp,
)
from training.corpora.bad_lines import BadLines
from training.corpora.config import ChatConfig
from training.corpora.document import Document
from training.errors import CorpusError

__all__ = ["ENDINGS", "Format", "UnknownFormatError", "recognise"]

ENDINGS = (".jsonl", ".ndjson", ".json", ".txt", ".csv", ".zip")
"""What a corpus in a folder ends in, perhaps with .xz or .gz behind."""
KNOWN = (
    "jsonl or json of turns, OpenAI-style messages, ShareGPT or ChatGPT's conversations.json; "
    "a WhatsApp chat (txt or zip); Telegram's result.json; DiscordChatExporter's json; "
    "messages.json or messages.csv of Discord's data package; csv with a column 'text'; "
    "plain text (.txt, a line a turn)"
)
_LINES = (".jsonl", ".ndjson")


class UnknownFormatError(CorpusError):
    """Report a document that is no corpus of a known format."""

    def __init__(self, what: Document | Path, seen: str) -> None:
        super().__init__(f"can't tell what {what} is: {seen}. Known: {KNOWN}")
        self.short = f"{what}: no corpus of a known format: {seen}"
        """For a file among many, where it is left out."""


@dataclass(frozen=True)
class Format:
    """How a document is read."""

    read: Callable[[Document, BadLines, ChatConfig], Iterator[Conversation]]
    is_export: bool = False
    """Written by an app: beside it in an archive lie other things, which are no corpora."""


_WHATSAPP = Format(whatsapp.read, is_export=True)
_JSON_LINES, _JSON_VALUES = Format(records.read_lines), Format(records.read_values)
_JSON_ARRAY = Format(records.read_array)
_CHATGPT = Format(records.read_array, is_export=True)
_CSV, _PLAIN = Format(csv_rows.read), Format(plain_text.read)
_DISCORD_CSV = Format(discord_package.read_csv, is_export=True)


def _paths(test: Callable[[Mapping[str, Any], bool], bool]) -> Callable[[shape.Shape], bool]:
    return lambda seen: test(seen.first, seen.over)


def _is_record(first: Mapping[str, Any], prefix: str, over: bool) -> bool:
    """Tell records by their keys; "messages" alone may be another format's, unless all was seen."""
    wanted = ("messages.item.role", "conversations.item", "mapping", "turns")
    lists = ("messages", "conversations") if over else ()
    return any(prefix + path in first for path in (*wanted, *lists))


_JSON: tuple[tuple[Callable[[shape.Shape], bool], Format], ...] = (
    (_paths(telegram.fits), Format(telegram.read, is_export=True)),
    (_paths(discord_exporter.fits), Format(discord_exporter.read, is_export=True)),
    (_paths(discord_package.fits), Format(discord_package.read_json, is_export=True)),
    (lambda seen: "item.mapping" in seen.first, _CHATGPT),
    (lambda seen: _is_record(seen.first, "item.", seen.over), _JSON_ARRAY),
    (lambda seen: _is_record(seen.first, "", seen.over), _JSON_VALUES),
)


def recognise(document: Document) -> Format:
    """Return the format of a document. Raises UnknownFormatError, or CorpusError for bad bytes."""
    head = document.head()
    if whatsapp.fits(head):
        return _WHATSAPP
    if head.lstrip()[:1] in ("{", "["):
        found = _recognise_json(document)
        if isinstance(found, Format):
            return found
        seen = found
    else:
        seen = _as_text(head)
    return _by_ending(document, head, seen)


def _recognise_json(document: Document) -> Format | str:
    found, seen = shape.look(document, _JSON)
    if found is _JSON_VALUES and _is_lines(document):
        return _JSON_LINES
    if found is None and seen.over and list(seen.first) == [""]:
        return _JSON_ARRAY if document.head().lstrip()[:1] == "[" else seen.described()
    if found is None and seen.problem and set(seen.first) <= {"", "item"}:
        return f"{_as_text(document.head())} ({seen.problem})"
    return found or seen.described()


def _as_text(head: str) -> str:
    return f"text that begins {head.strip()[:40]!r}" if head.strip() else "it is empty"


def _is_lines(document: Document) -> bool:
    """Tell a record a line, whose malformed lines can be skipped, from one over several lines."""
    if document.ending in _LINES:
        return True
    first = next((line for _, line in document.lines() if line.strip()), "")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _by_ending(document: Document, head: str, seen: str) -> Format:
    if document.ending in _LINES:
        return _JSON_LINES
    columns = csv_rows.columns(head)
    if document.ending != ".txt" and "text" in columns:
        return _CSV
    if document.ending != ".txt" and {"ID", *discord_package.COLUMNS} <= set(columns):
        return _DISCORD_CSV
    if document.ending == ".csv":
        names = ", ".join(columns) or "none"
        needed = "a csv corpus needs a column 'text' (and may have 'speaker' and 'conversation')"
        raise UnknownFormatError(document, f"{needed}; its columns are {names}")
    if document.ending == ".txt":
        return _PLAIN
    raise UnknownFormatError(document, seen)
