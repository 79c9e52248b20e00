"""What a malformed line or record does. Knows nothing of formats."""

from __future__ import annotations

from typing import Literal, get_args

from training.corpora.document import Document
from training.errors import CorpusError

__all__ = ["BadLines", "OnBadLine"]

OnBadLine = Literal["stop", "skip"]


class BadLines:
    """Decide what a malformed line does: stop with its place, or be counted and skipped."""

    def __init__(self, on_bad_line: OnBadLine = "stop", *, most_shown: int = 5) -> None:
        if on_bad_line not in get_args(OnBadLine):
            raise CorpusError(f"on_bad_line must be stop or skip; got {on_bad_line!r}")
        self.on_bad_line = on_bad_line
        self.count = 0
        self.shown: list[str] = []
        self._most_shown = most_shown

    def report(self, document: Document, place: int | str, problem: str) -> None:
        """Raise CorpusError naming file:line (or "file: record 3"), or count it."""
        where = f"{document}:{place}" if isinstance(place, int) else f"{document}: {place}"
        message = f"{where}: {problem}"
        if self.on_bad_line == "stop":
            raise CorpusError(f"{message} (--on-bad-line skip leaves such lines out)")
        self.leave_out(message)

    def leave_out(self, message: str) -> None:
        """Count what is left out either way, such as a file of a folder that is no corpus."""
        self.count += 1
        if len(self.shown) < self._most_shown:
            self.shown.append(message)
