"""Print the scoreboard as one table, and write it as JSON with all that it depends on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks import environment
from benchmarks.quality.missing import MissingError
from benchmarks.quality.scoreboard import Row
from chatbot.atomic import write_json

__all__ = ["COLUMNS", "Column", "print_table", "read_rows", "write_results"]


@dataclass(frozen=True)
class Column:
    """A column of the table: one score, or several told apart by slashes."""

    title: str
    keys: tuple[str, ...]
    digits: int


COLUMNS = (
    Column("bits/\nchar", ("bits_per_character",), 3),
    Column("perp./\nword", ("perplexity_per_word",), 0),
    Column("next word %\ntop-1/3/5", ("top_1", "top_3", "top_5"), 1),
    Column("MRR\n@10", ("mrr_10",), 3),
    Column("KSR-W %\n@1/3/5", ("ksr_w_1", "ksr_w_3", "ksr_w_5"), 1),
    Column("KSR-F\n@3 %", ("ksr_f_3",), 1),
    Column("EM@2 % at\n10/25/50 %", ("em_2_at_10", "em_2_at_25", "em_2_at_50"), 0),
    Column("EM@3 % at\n10/25/50 %", ("em_3_at_10", "em_3_at_25", "em_3_at_50"), 0),
    Column("hits@\n1/20 %", ("hits_1_20",), 1),
    Column("MB", ("megabytes",), 1),
    Column("ms a\nkey", ("milliseconds",), 2),
)
_QUESTIONS = ("words", "characters", "replies", "seed")
"""Arguments that say what is asked."""
_WIDTH = 160
"""Characters that the whole table needs; narrower terminals would break its rows."""


def print_table(rows: Sequence[Row], missing: Sequence[MissingError], console: Console) -> None:
    """Print a row a corpus and system; a system that is missing says what makes it."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    table.add_column("corpus\n  system", no_wrap=True)
    for column in COLUMNS:
        table.add_column(column.title, justify="right", vertical="bottom", no_wrap=True)
    for number, row in enumerate(rows):
        if number == 0 or rows[number - 1].corpus != row.corpus:
            table.add_section()
            table.add_row(f"[bold]{row.corpus} ({row.split})[/]")
        cells = [_cell(row.scores, column) for column in COLUMNS]
        table.add_row(f"  {row.system}", *cells)
    console.width = max(console.width, _WIDTH)
    console.print(table)
    for error in missing:
        line = f"{error.system}: -  ({error})"
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def write_results(
    path: Path, rows: Sequence[Row], missing: Sequence[MissingError], arguments: Mapping[str, Any]
) -> None:
    """Write every score unrounded, and machine, date, versions, commit and arguments."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(
        path,
        {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": environment.machine(),
            "versions": environment.versions(),
            "commit": environment.commit(),
            "arguments": {name: str(value) for name, value in arguments.items()},
            "missing": {error.system: str(error) for error in missing},
            "rows": [asdict(row) for row in rows],
        },
    )


def read_rows(path: Path, arguments: Mapping[str, Any]) -> list[Row]:
    """Read the rows that were written for the same questions; none if they were others."""
    if not path.exists():
        return []
    written = json.loads(path.read_text(encoding="utf-8"))
    alike = all(written["arguments"].get(name) == str(arguments[name]) for name in _QUESTIONS)
    return [Row(**row) for row in written["rows"]] if alike else []


def _cell(scores: Mapping[str, float | None], column: Column) -> str:
    values = [scores.get(key) for key in column.keys]
    if all(value is None for value in values):
        return "-"
    return "/".join("-" if v is None else f"{v:.{column.digits}f}" for v in values)
