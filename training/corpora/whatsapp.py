"""WhatsApp's "Export chat": a .txt, or the .zip that holds it, with or without media.

Read twice: once for the order of day and month, once for the messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from training.conversation import Conversation
from training.corpora.bad_lines import BadLines
from training.corpora.chat import Message, converse
from training.corpora.config import ChatConfig
from training.corpora.document import Document
from training.corpora.whatsapp_stamp import Stamp, choose_order, read_stamp
from training.corpora.whatsapp_text import is_notice, plain_name, typed

__all__ = ["fits", "read"]

_SENDER = re.compile(r"([^:\n]{1,100}):(?:\s(.*)|)", re.DOTALL)


def fits(head: str) -> bool:
    """Tell by the first line that is not empty: an export begins with a dated message."""
    first = next((line for line in head.splitlines() if line.strip()), "")
    return read_stamp(first) is not None


def read(document: Document, bad_lines: BadLines, config: ChatConfig) -> Iterator[Conversation]:
    """Yield conversations cut at pauses; notices, media and deleted messages are left out."""
    order = choose_order(stamp for _, _, stamp in _lines(document) if stamp)
    return converse(_messages(document, order, bad_lines), "whatsapp", document, config)


def _messages(document: Document, order: str, bad_lines: BadLines) -> Iterator[Message]:
    for number, stamp in _entries(document):
        sender = _SENDER.fullmatch(stamp.rest)
        if sender is None or is_notice(sender.group(1)):
            continue
        try:
            at = stamp.seconds(order)
        except (ValueError, OverflowError) as error:
            bad_lines.report(document, number, f"no such date or time: {error}")
            continue
        text = typed(sender.group(2) or "")
        if text:
            yield Message(plain_name(sender.group(1)), text, at)


def _entries(document: Document) -> Iterator[tuple[int, Stamp]]:
    """Yield (line number, dated entry), with the lines that go on with it."""
    start, entry, more = 0, None, list[str]()
    for number, line, stamp in _lines(document):
        if stamp is None:
            more.append(line)
            continue
        if entry is not None:
            yield start, entry._replace(rest="\n".join([entry.rest, *more]))
        start, entry, more = number, stamp, []
    if entry is not None:
        yield start, entry._replace(rest="\n".join([entry.rest, *more]))


def _lines(document: Document) -> Iterator[tuple[int, str, Stamp | None]]:
    """Yield (line number, line, its head if it has one).

    A file comes from one phone: a head of the other kind is a message that somebody pasted.
    """
    bracketed: bool | None = None
    for number, line in document.lines():
        line = line.rstrip("\r\n")
        stamp = read_stamp(line)
        if stamp is not None and bracketed is None:
            bracketed = stamp.bracketed
        yield number, line, stamp if stamp is None or stamp.bracketed == bracketed else None
