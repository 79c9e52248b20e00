"""Files and folders take each other's place whole, and are on the disk before they do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chatbot.atomic import recover, replacing, replacing_folder


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def break_off() -> None:
        with replacing(path) as part:
            part.write_text("half of the ne")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was synced and renamed, in order, by name."""
    seen: list[tuple[str, str]] = []
    fsync, rename = os.fsync, os.replace

    def note_sync(number: int) -> None:
        seen.append(("sync", Path(os.readlink(f"/proc/self/fd/{number}")).name))
        fsync(number)

    def note_rename(source: Path, target: Path) -> None:
        seen.append(("rename", f"{source.name} {target.name}"))
        rename(source, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "replace", note_rename)
    return seen


def test_a_file_is_synced_then_named_then_its_folder_is_synced(
    tmp_path: Path, events: list[tuple[str, str]]
) -> None:
    with replacing(tmp_path / "file") as part:
        part.write_text("new")
    assert events == [
        ("sync", ".file.part"),
        ("rename", ".file.part file"),
        ("sync", tmp_path.name),
    ]


def test_a_folder_is_synced_with_all_its_files_before_it_is_named(
    tmp_path: Path, events: list[tuple[str, str]]
) -> None:
    folder = tmp_path / "folder"
    for text in ("old", "new"):
        events.clear()
        with replacing_folder(folder) as part:
            (part / "a").write_text(text)
            (part / "b").write_text(text)
        assert (folder / "a").read_text() == text
    assert set(events[:3]) == {("sync", "a"), ("sync", "b"), ("sync", ".folder.part")}
    assert events[3:] == [
        ("rename", "folder .folder.old"),
        ("rename", ".folder.part folder"),
        ("sync", tmp_path.name),
    ]
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_a_folder_that_was_not_finished_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").write_text("old")

    def break_off() -> None:
        with replacing_folder(folder) as part:
            (part / "a").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert (folder / "a").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_the_current_folder_can_be_named_by_a_dot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    recover(Path("."))
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_a_kill_between_the_two_renames_is_mended(tmp_path: Path) -> None:
    old = tmp_path / ".folder.old"
    old.mkdir()
    (old / "a").write_text("old")
    recover(tmp_path / "folder")
    assert (tmp_path / "folder" / "a").read_text() == "old"
    # After the second rename the new one is there, and what was set aside is not wanted.
    old.mkdir()
    recover(tmp_path / "folder")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]
