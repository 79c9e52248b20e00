"""The shape of a JSON file: which paths its first values have. Knows no format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from training.corpora import json_stream
from training.corpora.document import Document

__all__ = ["Shape", "look"]

T = TypeVar("T")
_EVENTS = 300_000
"""Values looked at before giving up: an account's contacts may stand before its chats."""


@dataclass
class Shape:
    """Paths as ijson names them: "item.messages.item.role" for [{"messages": [{"role": ..."""

    first: dict[str, Any] = field(default_factory=dict)
    """Path -> the first value seen there; None for what holds values itself."""
    over: bool = False
    """Whether the whole file was seen."""
    problem: str = ""
    """Why the file could not be read on, if so."""

    def described(self) -> str:
        """Say what was seen, for a person."""
        paths = [path.removeprefix("item.") for path in self.first if path not in ("", "item")]
        names = list(dict.fromkeys(path.split(".")[0] for path in paths))
        keys = f"with {', '.join(map(repr, names[:8]))}" if names else "without keys"
        kind = "an array" if "item" in self.first else "an object"
        return f"JSON, {kind} {keys}" + (f" ({self.problem})" if self.problem else "")


def look(
    document: Document, tests: Sequence[tuple[Callable[[Shape], bool], T]]
) -> tuple[T | None, Shape]:
    """Read on until one of the tests holds, and give what stands beside it; None if none does."""
    shape = Shape()
    with document.open() as file:
        try:
            for count, (path, event, value) in enumerate(json_stream.events(file)):
                if event in ("map_key", "end_map", "end_array") or path in shape.first:
                    continue
                shape.first[path] = value
                if found := _passed(tests, shape):
                    return found, shape
                if count > _EVENTS:
                    break
            else:
                shape.over = True
        except json_stream.BrokenJsonError as error:
            shape.problem = str(error)
    return _passed(tests, shape), shape


def _passed(tests: Sequence[tuple[Callable[[Shape], bool], T]], shape: Shape) -> T | None:
    return next((given for test, given in tests if test(shape)), None)
