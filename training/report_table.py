"""A table of a report: what the template draws, with its cells written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Table", "written"]


@dataclass(frozen=True)
class Table:
    """A caption, a row of column heads, rows of as many cells."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    texts: int = 1
    """Columns from the left that hold words; the others hold numbers."""
    total: Sequence[str] = ()
    """A last row that sums up, or nothing."""
    lines: Sequence[tuple[str, str]] = ()
    """Colour and dash of the line that stands for a row in the figure above it, or nothing."""


def written(value: Any, digits: int = 3) -> str:
    """Write a cell: whole numbers with commas, others with `digits` decimals, None as a dash."""
    if value is None:
        return "-"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.{digits}f}"
