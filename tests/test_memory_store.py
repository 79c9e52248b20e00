"""The file of people's memories: whole after any kill, untouched by reading."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot import PersonalMemory
from chatbot.errors import StoreError
from chatbot.memory_store import MemoryStore


def learned(text: str) -> PersonalMemory:
    memory = PersonalMemory()
    memory.learn(text)
    return memory


def test_what_was_saved_is_there_in_the_next_process(tmp_path: Path) -> None:
    first = MemoryStore(tmp_path / "deep" / "m.sqlite3")
    first.save("ana", learned("Dear Zhanna"))
    first.save("ben", learned("other words"))
    first.close()
    second = MemoryStore(tmp_path / "deep" / "m.sqlite3")
    assert second.load("ana").export() == learned("Dear Zhanna").export()
    assert not second.load("nobody").words()
    assert not second.load("ana").undo(), "what an earlier process did is done"


def test_reading_makes_and_changes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite3"
    assert not MemoryStore(path).load("ana").words()
    assert not path.exists()
    store = MemoryStore(path)
    store.save("ana", learned("Dear Zhanna"))
    store.close()
    before = hashlib.sha256(path.read_bytes()).digest()
    reader = MemoryStore(path)
    assert reader.load("ana").wrote("zhanna")
    assert not reader.load("ben").words()
    reader.close()
    assert hashlib.sha256(path.read_bytes()).digest() == before


def test_only_the_person_who_runs_it_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite3"
    MemoryStore(path).save("ana", learned("Dear Zhanna"))
    assert path.stat().st_mode & 0o077 == 0


def test_without_a_file_it_lasts_as_long_as_the_process() -> None:
    store = MemoryStore(None)
    store.save("ana", learned("Dear Zhanna"))
    assert store.load("ana").wrote("zhanna")


def test_a_file_that_is_no_store_is_told(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite3"
    path.write_text("this is no database" * 100)
    with pytest.raises(StoreError, match=f"can't keep memories in {path}: file is not a database"):
        MemoryStore(path).load("ana")
    with pytest.raises(StoreError, match=r"can't keep memories in .*/x"):
        MemoryStore(path / "x").save("ana", PersonalMemory())


def test_a_kill_costs_nothing_that_was_saved(tmp_path: Path) -> None:
    worker = """
import sys
from pathlib import Path
from chatbot import PersonalMemory
from chatbot.memory_store import MemoryStore
store, memory = MemoryStore(Path(sys.argv[1])), PersonalMemory()
for i in range(100_000):
    memory.learn(f"word{i}")
    store.save("ana", memory)
    print(i, flush=True)
"""
    path = tmp_path / "m.sqlite3"
    with subprocess.Popen(
        [sys.executable, "-c", worker, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(40)]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
    last = int([line for line in said if line.endswith("\n")][-1])
    kept = {word.text for word in MemoryStore(path).load("ana").words()}
    assert kept >= {f"word{i}" for i in range(last + 1)}
