"""A document: a file, packed (xz, gz) or not, or a member of a zip archive. Knows no format."""

from __future__ import annotations

import codecs
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import IO, Any

from training.errors import CorpusError

__all__ = ["HEAD", "LONGEST_LINE", "Document", "documents"]

HEAD = 1 << 16
"""Bytes that a format is recognised by, where the beginning is enough."""
LONGEST_LINE = 1 << 25
"""Characters after which a line is refused, so that a file without line ends can't fill the
memory."""
_PACKED = (".xz", ".gz")
_BROKEN = (OSError, EOFError, lzma.LZMAError, zlib.error, zipfile.BadZipFile)


@dataclass(frozen=True)
class Document:
    """What one reader reads, from its beginning, as often as it likes."""

    path: Path
    member: str = ""
    """Name inside the archive at `path`."""
    archive: zipfile.ZipFile | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.path}/{self.member}" if self.member else str(self.path)

    @property
    def name(self) -> str:
        """The file name, without .xz or .gz."""
        name = PurePosixPath(self.member).name if self.member else self.path.name
        return name.removesuffix(".xz").removesuffix(".gz")

    @property
    def ending(self) -> str:
        """.json, .txt, ... in lower case; "" where there is none."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def source(self) -> str:
        """The name up to its first dot: what the corpus is called."""
        return self.name.split(".")[0]

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open it unpacked, behind a byte order mark. Raises CorpusError when it is broken."""
        try:
            with self._opened() as file:
                if file.peek(3)[:3] == codecs.BOM_UTF8:
                    file.read(3)
                yield file
        except _BROKEN as error:
            raise CorpusError(f"can't read {self}: {error}") from error

    def head(self) -> str:
        """Give the first characters. Raises CorpusError when they are not UTF-8."""
        with self.open() as file:
            data = file.read(HEAD)
        try:
            return codecs.getincrementaldecoder("utf-8")().decode(data)
        except UnicodeDecodeError as error:
            raise CorpusError(f"{self} is not UTF-8 text: {error}") from error

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield (number from 1, line with its end). Raises CorpusError for an endless line."""
        with self.open() as file:
            try:
                text = TextIOWrapper(file, encoding="utf-8", newline="")
                number = 0
                while line := text.readline(LONGEST_LINE):
                    number += 1
                    if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
                        raise CorpusError(
                            f"{self}:{number}: a line may have {LONGEST_LINE:,} characters at "
                            "most; this one is longer"
                        )
                    yield number, line
            except UnicodeDecodeError as error:
                raise CorpusError(f"{self} is not UTF-8 text: {error}") from error

    def _opened(self) -> Any:
        if self.archive is not None:
            return _open_member(self, self.archive)
        openers: dict[str, Callable[..., Any]] = {".xz": lzma.open, ".gz": gzip.open}
        return openers.get(self.path.suffix.lower(), open)(self.path, "rb")


def _open_member(document: Document, archive: zipfile.ZipFile) -> IO[bytes]:
    try:
        return archive.open(document.member)
    except (RuntimeError, NotImplementedError, KeyError) as error:  # a password, a rare packing
        raise CorpusError(f"can't read {document}: {error}") from error


@contextmanager
def documents(path: Path) -> Iterator[list[Document]]:
    """Give what `path` holds: itself, or the files of the zip archive that it is."""
    if not _is_archive(path):
        yield [Document(path)]
        return
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise CorpusError(f"can't read {path}: {error}") from error
    with archive:
        names = sorted(i.filename for i in archive.infolist() if not i.is_dir())
        yield [Document(path, name, archive) for name in names]


def _is_archive(path: Path) -> bool:
    """Go by the signature, and by the ending so that a broken archive is called one."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04" or path.suffix.lower() == ".zip"
    except OSError as error:
        raise CorpusError(f"can't read {path}: {error}") from error
