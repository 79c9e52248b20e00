"""Keep people's memories in one SQLite file, so that they outlive the process.

A memory is written whole, as JSON, in a transaction that is on disk when `save` returns (WAL,
synchronous=FULL): a kill costs what was not saved, and never what was.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from chatbot.errors import StoreError
from chatbot.personal import PersonalMemory

__all__ = ["MemoryStore"]

_TABLE = "CREATE TABLE IF NOT EXISTS memories (session TEXT PRIMARY KEY, memory TEXT NOT NULL)"
_SELECT = "SELECT memory FROM memories WHERE session = ?"
_SAVE = "INSERT OR REPLACE INTO memories VALUES (?, ?)"


class MemoryStore:
    """Memories by session, in the file at `path`, which the first save makes. Safe for threads.

    With no path they are kept in the process alone. Raises StoreError, from every method, where
    the file can't be read or written.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def load(self, session: str) -> PersonalMemory:
        """Give the memory of a session, an empty one where there is none. Writes nothing."""
        memory = PersonalMemory()
        with self._lock:
            connection = self._open(make=False)
            row = self._run(connection, _SELECT, session) if connection else None
        if row:
            memory.restore(json.loads(row[0]))
            memory.forget_changes()
        return memory

    def save(self, session: str, memory: PersonalMemory) -> None:
        """Put a memory in place of what the session had."""
        text = json.dumps(memory.export(), ensure_ascii=False, separators=(",", ":"))
        with self._lock:
            connection = self._open(make=True)
            assert connection is not None
            self._run(connection, _SAVE, session, text)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open(self, *, make: bool) -> sqlite3.Connection | None:
        if self._connection is None and (make or (self.path and self.path.exists())):
            try:
                self._connection = _connect(self.path)
            except (OSError, sqlite3.Error) as error:
                raise StoreError(f"can't keep memories in {self.path}: {error}") from error
        return self._connection

    def _run(self, connection: sqlite3.Connection, sql: str, *values: str) -> tuple[str] | None:
        try:
            with connection, closing(connection.execute(sql, values)) as cursor:
                row: tuple[str] | None = cursor.fetchone()
                return row
        except sqlite3.Error as error:
            raise StoreError(f"can't keep memories in {self.path}: {error}") from error


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    connection = sqlite3.connect(path or ":memory:", check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    with connection:
        connection.execute(_TABLE)
    return connection
