"""JSON records, one a conversation: on lines, in an array, or one after another.

A record has "turns" (our own), "messages" (OpenAI), "conversations" (ShareGPT) or "mapping"
(ChatGPT), and may have "id", "source" and "split".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, get_args

from tokenizer import Turn
from training.conversation import Conversation, Split
from training.corpora import chatgpt, json_stream, openai_messages, sharegpt, turns
from training.corpora.bad_lines import BadLines
from training.corpora.checks import within
from training.corpora.config import ChatConfig
from training.corpora.document import Document

__all__ = ["KEYS", "read_array", "read_lines", "read_values"]

_TURNS: dict[str, Callable[[Mapping[str, Any]], Iterator[Turn]]] = {
    "messages": openai_messages.turns,
    "conversations": sharegpt.turns,
    "mapping": chatgpt.turns,
    "turns": turns.turns,
}
KEYS = tuple(_TURNS)
"""A record has one of these."""


def read_lines(document: Document, bad_lines: BadLines, _: ChatConfig) -> Iterator[Conversation]:
    """Read JSON lines: a record a line."""
    for number, line in document.lines():
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            problem = f"not JSON: {error.msg} at column {error.colno}"
            bad_lines.report(document, number, problem)
        except (RecursionError, ValueError) as error:
            deep = isinstance(error, RecursionError)
            bad_lines.report(document, number, "JSON nested too deeply" if deep else str(error))
        else:
            yield from _parsed(record, document, number, number, bad_lines)


def read_array(document: Document, bad_lines: BadLines, _: ChatConfig) -> Iterator[Conversation]:
    """Read a JSON array of records, one record in memory at a time."""
    yield from _streamed(document, "item", bad_lines)


def read_values(document: Document, bad_lines: BadLines, _: ChatConfig) -> Iterator[Conversation]:
    """Read a record, or several one after another, on any number of lines."""
    yield from _streamed(document, "", bad_lines, many=True)


def _streamed(
    document: Document, path: str, bad_lines: BadLines, *, many: bool = False
) -> Iterator[Conversation]:
    found: Iterable[tuple[int, Any]] = json_stream.records(
        document, path, bad_lines, many=many, called="record"
    )
    for number, record in found:
        yield from _parsed(record, document, number, f"record {number}", bad_lines)


def _parsed(
    record: Any, document: Document, number: int, place: int | str, bad_lines: BadLines
) -> Iterator[Conversation]:
    try:
        conversation = _parse(record, document, number)
    except ValueError as error:
        bad_lines.report(document, place, str(error))
    else:
        yield conversation


def _parse(record: Any, document: Document, number: int) -> Conversation:
    record = within(record, dict, "a conversation")
    key = next((key for key in KEYS if key in record), None)
    if key is None:
        has = ", ".join(map(repr, list(record)[:8])) or "none"
        raise ValueError(f"no {', '.join(map(repr, KEYS[:-1]))} or {KEYS[-1]!r} key; it has {has}")
    split = record.get("split")
    if split is not None and split not in get_args(Split):
        raise ValueError(f"split must be one of {', '.join(get_args(Split))}; got {split!r}")
    name = str(record.get("id", f"{document.name}:{number}"))
    source = str(record.get("source", "chatgpt" if key == "mapping" else document.source))
    return Conversation(name, source, tuple(_TURNS[key](record)), split)
