"""Read conversations from what people have: files, folders, zip archives, a package.

Yields one conversation at a time, so a corpus larger than memory works. Knows where to look and
which reader to call (training.corpora); knows nothing of cleaning, splits or ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from training.conversation import Conversation
from training.corpora import chitchat
from training.corpora.bad_lines import BadLines, OnBadLine
from training.corpora.chitchat import CHITCHAT
from training.corpora.config import ChatConfig
from training.corpora.document import Document, documents
from training.corpora.formats import ENDINGS, Format, UnknownFormatError, recognise
from training.corpora.plain_text import LONGEST
from training.errors import CorpusError
from training.persona import PERSONA, read_persona

__all__ = [
    "CHITCHAT",
    "LONGEST",
    "PERSONA",
    "BadLines",
    "ChatConfig",
    "OnBadLine",
    "check_paths",
    "find_files",
    "read",
]


def read(
    paths: Sequence[Path | str],
    bad_lines: BadLines | None = None,
    *,
    chats: ChatConfig | None = None,
) -> Iterator[Conversation]:
    """Yield every conversation of `paths`: files, folders, `chitchat-dataset`, `persona`.

    Raises CorpusError for a path that is missing, unreadable or of an unknown kind. In a folder or
    an archive files of an unknown kind are left out and counted in `bad_lines`.
    """
    bad_lines, chats = bad_lines or BadLines(), chats or ChatConfig()
    for path in paths:
        if str(path) == CHITCHAT:
            yield from chitchat.read()
        elif str(path) == PERSONA:
            yield from read_persona()
        else:
            yield from _read_path(Path(path), bad_lines, chats)


def check_paths(paths: Sequence[Path | str]) -> None:
    """Raise CorpusError for the first of `paths` where `read` would find no file."""
    for path in paths:
        if str(path) not in (CHITCHAT, PERSONA):
            find_files(Path(path))


def find_files(path: Path) -> list[Path]:
    """List the corpus files at `path`: itself, or those in a folder and its folders, by name."""
    if not path.exists():
        raise CorpusError(f"no corpus at {path}: there is no such file or folder")
    if not path.is_dir():
        return [path]
    found = sorted(f for f in path.rglob("*") if f.is_file())
    files = [f for f in found if _may_be_corpus(f.relative_to(path).as_posix())]
    if not files:
        raise CorpusError(
            f"no corpus in {path}: it holds no file ending in {', '.join(ENDINGS)} "
            "(or those with .xz or .gz behind)"
        )
    return files


def _may_be_corpus(name: str) -> bool:
    """Go by the name: hidden files, what a Mac adds to archives, and README are no corpora."""
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    ending = PurePosixPath(path.name.removesuffix(".xz").removesuffix(".gz")).suffix.lower()
    return not hidden and ending in ENDINGS and path.stem.lower() != "readme"


def _read_path(path: Path, bad_lines: BadLines, chats: ChatConfig) -> Iterator[Conversation]:
    problem: CorpusError | None = None
    found = False
    for file in find_files(path):
        with documents(file) as held:
            try:
                chosen = _choose(file, held, bad_lines)
            except UnknownFormatError as error:
                if not path.is_dir():
                    raise
                bad_lines.leave_out(error.short)
                problem = problem or error
                continue
            found = True
            for document, kind in chosen:
                yield from kind.read(document, bad_lines, chats)
    if problem and not found:
        raise CorpusError(f"no corpus in {path}: {problem}")


def _choose(file: Path, held: list[Document], bad_lines: BadLines) -> list[tuple[Document, Format]]:
    """Pair documents with their formats; of an archive with an app's export, that export alone."""
    if not held or held[0].archive is None:
        return [(document, recognise(document)) for document in held]
    chosen, unknown = [], list[UnknownFormatError]()
    for document in held:
        if _may_be_corpus(document.member):
            try:
                chosen.append((document, recognise(document)))
            except UnknownFormatError as error:
                unknown.append(error)
    if exports := [(document, kind) for document, kind in chosen if kind.is_export]:
        return exports
    if not chosen:
        names = ", ".join(document.member for document in held[:5]) or "nothing"
        raise UnknownFormatError(file, f"an archive of {names}")
    for problem in unknown:
        bad_lines.leave_out(problem.short)
    return chosen
