"""Write files so that a power cut leaves the old one or the new one, never half of one."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["recover", "replacing", "replacing_folder", "write_json"]


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write to; on success it is synced to disk and takes the place of `path`."""
    part = _beside(path, "part")
    try:
        yield part
        _sync(part)
        os.replace(part, path)
        _sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """Give a new folder to fill with files; on success it is synced and takes `folder`'s place.

    A kill between the old one's leaving and the new one's coming is mended by `recover`.
    """
    part, old = _beside(folder, "part"), _beside(folder, "old")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        yield part
        for path in (*part.iterdir(), part):
            _sync(path)
        recover(folder)
        if folder.exists():
            os.replace(folder, old)
        os.replace(part, folder)
        _sync(folder.parent)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def recover(folder: Path) -> None:
    """Bring back what `replacing_folder` had set aside when it was killed."""
    if not folder.absolute().name:
        return  # the root of a disk has nothing beside it
    old = _beside(folder, "old")
    if old.is_dir() and not folder.exists():
        os.replace(old, folder)
    shutil.rmtree(old, ignore_errors=True)


def write_json(path: Path, value: Any) -> None:
    """Write indented JSON atomically."""
    with replacing(path) as part:
        part.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _beside(path: Path, name: str) -> Path:
    path = path.absolute()  # "." has no name of its own
    return path.with_name(f".{path.name}.{name}")


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
