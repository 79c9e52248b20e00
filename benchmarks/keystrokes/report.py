"""Print what the parts found as tables, and keep it as JSON, a part at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks import environment
from benchmarks.keystrokes.figures import SHARES, Figure, Found, Timing
from chatbot.atomic import write_json

__all__ = ["print_tables", "write_results"]


def print_tables(found: Mapping[str, Found], console: Console) -> None:
    """Print milliseconds in one table and single figures in another, aims beside them."""
    timings = [timing for part in found.values() for timing in part.timings]
    figures = [(name, figure) for name, part in found.items() for figure in part.figures]
    if timings:
        table = Table("milliseconds a key (aim)", "keys", *SHARES, box=box.SIMPLE_HEAD)
        for timing in timings:
            table.add_row(timing.name, f"{timing.keys:,}", *_cells(timing))
        console.print(table)
    if figures:
        table = Table("part", "figure", "", "aim", box=box.SIMPLE_HEAD)
        for name, figure in figures:
            table.add_row(name, figure.name, *_values(figure))
        console.print(table)


def write_results(path: Path, found: Mapping[str, Found], arguments: Mapping[str, Any]) -> None:
    """Put what was found in place of what `path` holds of the same parts; others stay.

    Every part says on which machine, versions and commit it ran, and when.
    """
    ran = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": environment.machine(),
        "versions": environment.versions("playwright")
        | {"chromium": environment.debian_version("chromium")},
        "commit": environment.commit(),
        "arguments": {name: str(value) for name, value in arguments.items()},
    }
    kept = json.loads(path.read_text(encoding="utf-8")).get("parts", {}) if path.exists() else {}
    parts = kept | {name: ran | asdict(part) for name, part in found.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, {"parts": parts})


def _cells(timing: Timing) -> list[str]:
    cells = []
    for label in SHARES:
        value, aim = timing.milliseconds.get(label), timing.aims.get(label)
        cells.append("-" if value is None else f"{value:.2f}" + (f" ({aim:g})" if aim else ""))
    return cells


def _values(figure: Figure) -> tuple[str, str]:
    aim = "" if figure.aim is None else f"at most {figure.aim:g}"
    return f"{figure.value:,.2f} {figure.unit}".strip(), aim
