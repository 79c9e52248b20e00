"""Read conversations from what people have: jsonl (xz, gz), txt, csv, a folder of them, a package.

Yields one conversation at a time, so a corpus larger than memory works. Knows formats; knows
nothing of cleaning, splits or ids.
"""

from __future__ import annotations

import csv
import gzip
import json
import lzma
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TextIO, cast, get_args

from tokenizer import Turn
from training.conversation import Conversation, Split
from training.errors import CorpusError

__all__ = ["CHITCHAT", "BadLines", "OnBadLine", "find_files", "read"]

CHITCHAT = "chitchat-dataset"
"""Stands for the PyPI package of that name wherever a path is asked for."""
LONGEST = 64
"""Turns after which a txt or csv conversation without an end is cut, so that some can be held out
and none fills the memory."""
OnBadLine = Literal["stop", "skip"]
_ENDINGS = (".jsonl", ".txt", ".csv")
_ROLES_LEFT_OUT = ("system", "tool", "developer")


class BadLines:
    """Decide what a malformed line does: stop with its place, or be counted and skipped."""

    def __init__(self, on_bad_line: OnBadLine = "stop", *, most_shown: int = 5) -> None:
        if on_bad_line not in get_args(OnBadLine):
            raise CorpusError(f"on_bad_line must be stop or skip; got {on_bad_line!r}")
        self.on_bad_line = on_bad_line
        self.count = 0
        self.shown: list[str] = []
        self._most_shown = most_shown

    def report(self, path: Path, line: int, problem: str) -> None:
        """Raise CorpusError naming file:line, or count the line."""
        message = f"{path}:{line}: {problem}"
        if self.on_bad_line == "stop":
            raise CorpusError(f"{message} (--on-bad-line skip leaves such lines out)")
        self.count += 1
        if len(self.shown) < self._most_shown:
            self.shown.append(message)


def read(paths: Sequence[Path | str], bad_lines: BadLines | None = None) -> Iterator[Conversation]:
    """Yield every conversation of `paths`: files, folders, or `chitchat-dataset`.

    Raises CorpusError for a path that is missing, unreadable or of an unknown kind.
    """
    bad_lines = bad_lines or BadLines()
    for path in paths:
        if str(path) == CHITCHAT:
            yield from _read_chitchat()
            continue
        for file in find_files(Path(path)):
            yield from _READERS[_ending(file)](file, bad_lines)


def find_files(path: Path) -> list[Path]:
    """List the corpus files at `path` (itself, or a folder's, sorted by name)."""
    if not path.exists():
        raise CorpusError(f"no corpus at {path}: there is no such file or folder")
    if path.is_dir():
        files = sorted(f for f in path.iterdir() if _ending(f))
        if not files:
            raise CorpusError(f"no corpus in {path}: it holds no file ending in {_known()}")
        return files
    if not _ending(path):
        raise CorpusError(f"can't tell what {path} is: a corpus ends in {_known()}")
    return [path]


def _known() -> str:
    return ", ".join(_ENDINGS) + " (or those with .xz or .gz behind)"


def _ending(path: Path) -> str:
    suffixes = [s for s in path.suffixes[-2:] if s not in (".xz", ".gz")]
    return suffixes[-1] if suffixes and suffixes[-1] in _ENDINGS else ""


def _source(path: Path) -> str:
    return path.name.split(".")[0]


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    openers: dict[str, Callable[..., Any]] = {".xz": lzma.open, ".gz": gzip.open}
    opener = openers.get(path.suffix, open)
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield cast(TextIO, file)
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path} is not UTF-8 text: {error}") from error
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise CorpusError(f"can't read {path}: {error}") from error


def _read_jsonl(path: Path, bad_lines: BadLines) -> Iterator[Conversation]:
    with _open(path) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                yield _parse(json.loads(line), path, number)
            except json.JSONDecodeError as error:
                bad_lines.report(path, number, f"not JSON: {error.msg} at column {error.colno}")
            except RecursionError:
                bad_lines.report(path, number, "JSON nested too deeply")
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                bad_lines.report(path, number, _why(error))


def _why(error: Exception) -> str:
    return f"no {error.args[0]!r} key" if isinstance(error, KeyError) else str(error)


def _parse(record: Any, path: Path, number: int) -> Conversation:
    if not isinstance(record, dict):
        raise ValueError(f"a conversation must be a JSON object; got {type(record).__name__}")
    if "messages" in record:
        turns = [
            _turn(m["role"], m["content"])
            for m in record["messages"]
            if m["role"] not in _ROLES_LEFT_OUT
        ]
    else:
        turns = [_turn(t["speaker"], t["text"]) for t in record["turns"]]
    split = record.get("split")
    if split is not None and split not in get_args(Split):
        raise ValueError(f"split must be one of {', '.join(get_args(Split))}; got {split!r}")
    name = str(record.get("id", f"{path.name}:{number}"))
    return Conversation(name, str(record.get("source", _source(path))), tuple(turns), split)


def _turn(speaker: Any, text: Any) -> Turn:
    if not isinstance(text, str):
        raise ValueError(f"the text of a turn must be a string; got {type(text).__name__}")
    return Turn(str(speaker), text)


def _read_txt(path: Path, _: BadLines) -> Iterator[Conversation]:
    """Take each line as a turn by alternating speakers; an empty line ends the conversation."""
    lines: list[str] = []
    with _open(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                lines.append(line.rstrip("\r\n"))
            if lines and (not line.strip() or len(lines) == LONGEST):
                yield _alternating(lines, path, number)
                lines = []
    if lines:
        yield _alternating(lines, path, number)


def _alternating(lines: list[str], path: Path, number: int) -> Conversation:
    turns = tuple(Turn("AB"[i % 2], text) for i, text in enumerate(lines))
    return Conversation(f"{path.name}:{number}", _source(path), turns)


def _read_csv(path: Path, bad_lines: BadLines) -> Iterator[Conversation]:
    """Take columns text (needed), speaker and conversation; rows of one conversation follow on."""
    with _open(path) as file:
        rows = csv.DictReader(file)
        if rows.fieldnames is None or "text" not in rows.fieldnames:
            raise CorpusError(
                f"{path}:1: a csv corpus needs a column 'text' (and may have 'speaker' and "
                f"'conversation'); its columns are {', '.join(rows.fieldnames or ['none'])}"
            )
        name, turns = None, list[Turn]()
        for row in _rows(rows, path, bad_lines):
            new = row.get("conversation")
            if turns and (new != name or len(turns) == LONGEST):
                yield Conversation(f"{path.name}:{rows.line_num}", _source(path), tuple(turns))
                turns = []
            name = new
            turns.append(Turn(row.get("speaker") or "AB"[len(turns) % 2], row["text"]))
        if turns:
            yield Conversation(f"{path.name}:{rows.line_num}", _source(path), tuple(turns))


def _rows(rows: csv.DictReader[str], path: Path, bad_lines: BadLines) -> Iterator[dict[str, str]]:
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            bad_lines.report(path, rows.line_num, f"not csv: {error}")
            continue
        if row["text"] is None:
            bad_lines.report(path, rows.line_num, "the row has no text")
        else:
            yield row


def _read_chitchat() -> Iterator[Conversation]:
    """Read the PyPI package chitchat-dataset (MIT; Myers, Etchart and Fulda 2020)."""
    try:
        data = resources.files("chitchat_dataset").joinpath("dataset.json").read_text("utf-8")
    except ModuleNotFoundError as error:
        raise CorpusError(
            f"{CHITCHAT} is not installed: python -m pip install {CHITCHAT}"
        ) from error
    for name, conversation in json.loads(data).items():
        parts = (part for message in conversation["messages"] for part in message)
        turns = tuple(Turn(part["sender"], part["text"]) for part in parts)
        yield Conversation(f"chitchat-{name}", "chitchat", turns)


_READERS: dict[str, Callable[[Path, BadLines], Iterator[Conversation]]] = {
    ".jsonl": _read_jsonl,
    ".txt": _read_txt,
    ".csv": _read_csv,
}
