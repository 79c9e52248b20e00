"""The scores of a report: a run's own, and a comparison from a file, however its JSON is made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from training.errors import TrainingError
from training.report_record import Record
from training.report_table import Table, written

__all__ = ["read_scoreboard", "tables"]

_COLUMNS = {
    "corpus": "corpus",
    "split": "split",
    "bits_per_character": "bits per character",
    "top_1": "top-1 %",
    "top_3": "top-3 %",
    "ksr_w_3": "KSR-W@3 %",
    "words": "words",
}
_DIGITS = {"bits_per_character": 3, "mrr_10": 3, "milliseconds": 2}
_MEASURES = {
    "top_": "top-",
    "mrr_": "MRR@",
    "ksr_w_": "KSR-W@",
    "ksr_f_": "KSR-F@",
    "em_": "EM@",
    "hits_": "hits@",
}
"""How the beginnings of keys are written."""
_MOST_COLUMNS = 40


def tables(record: Record) -> list[Table]:
    """Give the checkpoint's scores: of whole held-out text, and as people meet it."""
    found = []
    if held_out := record.metrics.get("held_out"):
        bits = held_out.get("by_source", {})
        rows = [(source, written(value)) for source, value in bits.items()]
        whole = ("all", written(held_out.get("bits_per_character")))
        caption = "Bits per character of the checkpoint on what was held out"
        found.append(Table(caption, ("corpus", "bits per character"), rows, total=whole))
    if scores := record.metrics.get("scores"):
        cells = [[written(s.get(k), _DIGITS.get(k, 1)) for k in _COLUMNS] for s in scores]
        caption = "As people meet it: next words right, keystrokes saved (int8 step function)"
        found.append(Table(caption, tuple(_COLUMNS.values()), cells, texts=2))
    return found


def read_scoreboard(path: Path) -> list[Table]:
    """Read tables from a JSON file such as `python -m benchmarks.quality` writes.

    Any list of objects in it is a table. Where there is none, objects that hold figures are rows,
    named by where they stand. Raises TrainingError for a file that is missing or holds neither.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TrainingError(f"no scoreboard at {path}: {error.strerror}") from error
    except ValueError as error:
        raise TrainingError(f"the scoreboard {path} is not JSON: {error}") from error
    parts = value if isinstance(value, dict) else {path.stem: value}
    found = list(_lists(parts, path.stem))
    if not found and (rows := list(_rows(parts))):
        found = [_table(path.stem, rows)]
    if not found:
        raise TrainingError(
            f"the scoreboard {path} holds no table: no list of objects, and no objects of figures"
        )
    return [*found, *_missing(parts.get("missing"))]


def _lists(parts: Mapping[str, Any], title: str) -> Iterator[Table]:
    for name, part in parts.items():
        if isinstance(part, list) and (rows := [row for row in part if isinstance(row, dict)]):
            yield _table(title if name == "rows" else name, rows)


def _missing(systems: Any) -> Iterator[Table]:
    """Say what was not measured, and why."""
    if isinstance(systems, dict) and systems:
        rows = [(name, written(reason)) for name, reason in systems.items()]
        yield Table("Not measured", ("system", "why"), rows, texts=2)


def _rows(value: Mapping[str, Any], *, path: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    """Find objects that hold figures, however deep; what is beside them on the way is left."""
    for key, part in value.items():
        if isinstance(part, dict):
            if any(_is_figure(each) for each in part.values()):
                yield {"": " / ".join((*path, key)), **part}
            else:
                yield from _rows(part, path=(*path, key))


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    flat = [dict(_flatten(row)) for row in rows]
    columns = list(dict.fromkeys(key for row in flat for key in row))
    # Words to the left, so that a row begins with what it is of.
    words = [c for c in columns if not any(_is_figure(row.get(c)) for row in flat)]
    ordered = [*words, *(c for c in columns if c not in words)][:_MOST_COLUMNS]
    cells = [[written(row.get(c), _DIGITS.get(c, 1)) for c in ordered] for row in flat]
    heads = [_title(column) for column in ordered]
    return Table(_title(name), heads, cells, texts=max(len(words), 1))


def _title(key: str) -> str:
    for start, short in _MEASURES.items():
        if key.startswith(start):
            return short + key.removeprefix(start).replace("_", " ")
    return key.replace("_", " ")


def _flatten(row: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in row.items():
        if isinstance(value, dict):
            yield from _flatten(value, "" if key == "scores" else f"{before}{key} ")
        elif isinstance(value, list):
            yield f"{before}{key}", ", ".join(written(each, 1) for each in value)
        else:
            yield f"{before}{key}", value


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
