"""Read JSON of any size a value at a time (ijson). Knows documents, no format.

The memory taken is that of the largest value asked for, not of the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import IO, Any

import ijson  # type: ignore[import-untyped]

from training.corpora.bad_lines import BadLines
from training.corpora.document import Document

__all__ = ["BrokenJsonError", "events", "records", "values"]

DEEPEST = 100
"""Levels of nesting after which JSON is taken as broken: each costs memory for its path."""
_STARTS, _ENDS = ("start_map", "start_array"), ("end_map", "end_array")


class BrokenJsonError(ValueError):
    """Report JSON that can't be read on; the message is for a person."""


def events(file: IO[bytes], *, many: bool = False) -> Iterator[tuple[str, str, Any]]:
    """Yield (path, event, value) as ijson.parse does; `many`: values may follow one another.

    Raises BrokenJsonError.
    """
    with _clear_errors():
        yield from ijson.parse(_shallow(ijson.basic_parse(file, multiple_values=many)))


def records(
    document: Document, path: str, bad_lines: BadLines, *, many: bool = False, called: str
) -> Iterator[tuple[int, Any]]:
    """Yield (number from 1, value) of every value at `path`; what is `called` is for messages.

    Where the JSON breaks off, that is reported and the rest left out.
    """
    number = 0
    with document.open() as file:
        try:
            with _clear_errors():
                for number, value in enumerate(ijson.items(events(file, many=many), path), 1):
                    yield number, value
        except BrokenJsonError as error:
            bad_lines.report(document, f"after {called} {number}", str(error))


def values(
    document: Document, paths: Collection[str], starts: Collection[str], bad_lines: BadLines
) -> Iterator[tuple[str, Any]]:
    """Yield (path, value) for every value at one of `paths`, in the order of the file.

    For an object that begins at one of `starts` (path, None) is yielded: its values follow. What
    is at `paths` and holds values itself is a message: they are counted.
    """
    seen = 0
    with document.open() as file:
        try:
            for path, value in _build(file, paths, starts):
                seen += isinstance(value, dict | list)
                yield path, value
        except BrokenJsonError as error:
            bad_lines.report(document, f"after message {seen}", str(error))


def _build(
    file: IO[bytes], paths: Collection[str], starts: Collection[str]
) -> Iterator[tuple[str, Any]]:
    builder, within = None, ""
    for path, event, value in events(file):
        if builder is not None:
            builder.event(event, value)
            if path == within and event in _ENDS:
                yield path, builder.value
                builder = None
        elif event in _STARTS and path in paths:
            builder, within = ijson.ObjectBuilder(), path
            builder.event(event, value)
        elif event == "start_map" and path in starts:
            yield path, None
        elif event not in ("map_key", *_ENDS, *_STARTS) and path in paths:
            yield path, value


def _shallow(parsed: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    depth = 0
    for event in parsed:
        if event[0] in _STARTS:
            depth += 1
            if depth > DEEPEST:
                raise BrokenJsonError(f"not JSON of a corpus: more than {DEEPEST} levels deep")
        elif event[0] in _ENDS:
            depth -= 1
        yield event


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except BrokenJsonError:
        raise
    except ijson.JSONError as error:
        # Only the first line: those below it quote the file.
        message = str(error.args[0] if error.args else error)
        raise BrokenJsonError(f"not JSON: {_first_line(message)}") from error
    except (ArithmeticError, ValueError) as error:  # a number out of all bounds
        raise BrokenJsonError(f"not JSON: {_first_line(str(error))}") from error


def _first_line(message: str) -> str:
    return message.removeprefix("b'").replace("\\n", "\n").split("\n")[0].strip()
