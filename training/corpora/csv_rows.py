"""csv: a row a turn. Columns text (needed), speaker and conversation."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from tokenizer import Turn
from training.conversation import Conversation
from training.corpora.bad_lines import BadLines
from training.corpora.config import ChatConfig
from training.corpora.document import Document
from training.corpora.plain_text import LONGEST
from training.errors import CorpusError

__all__ = ["columns", "read", "rows"]


def columns(head: str) -> list[str]:
    """Give the names in the first row of a csv file, none where there is no such row."""
    try:
        return next(csv.reader(head.splitlines()[:1]), [])
    except csv.Error:
        return []


def read(document: Document, bad_lines: BadLines, _: ChatConfig) -> Iterator[Conversation]:
    """Take a row as a turn; rows of one conversation follow on. Without speakers they alternate."""
    name, turns, number = None, list[Turn](), 0
    for number, row in rows(document, ("text",), bad_lines):
        new = row.get("conversation")
        if turns and (new != name or len(turns) == LONGEST):
            yield Conversation(f"{document.name}:{number}", document.source, tuple(turns))
            turns = []
        name = new
        turns.append(Turn(row.get("speaker") or "AB"[len(turns) % 2], row["text"]))
    if turns:
        yield Conversation(f"{document.name}:{number}", document.source, tuple(turns))


def rows(
    document: Document, needed: Sequence[str], bad_lines: BadLines
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, row); a row without one of the `needed` columns is a bad line."""
    table = csv.DictReader(line for _, line in document.lines())
    try:
        names = table.fieldnames or []
    except csv.Error as error:
        raise CorpusError(f"{document}:1: not csv: {error}") from error
    if missing := [name for name in needed if name not in names]:
        raise CorpusError(f"{document}:1: no column {missing[0]!r}; there are {', '.join(names)}")
    while True:
        try:
            row = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            bad_lines.report(document, table.line_num, f"not csv: {error}")
            continue
        empty = next((name for name in needed if row[name] is None), None)
        if empty:
            bad_lines.report(document, table.line_num, f"the row has no {empty}")
        else:
            yield table.line_num, row
