"""Discord: the exporter's channels, and the official package, which holds one side only."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from training.corpus import BadLines, read
from training.errors import CorpusError

SAMPLES = Path(__file__).parent / "samples" / "discord"
Said = list[list[tuple[str, str]]]
EXPORTER: dict[str, Any] = json.loads((SAMPLES / "exporter.json").read_text())


def said(path: Path, bad_lines: BadLines | None = None) -> Said:
    return [[(t.speaker, t.text) for t in c.turns] for c in read([path], bad_lines)]


def test_an_exported_channel_gives_what_people_said() -> None:
    assert said(SAMPLES / "exporter.json") == [
        [
            ("301", "Welcome @someone! Do you know @everyone here?"),
            ("302", "hi @someone, only you :wave:"),
            ("302", "!roll 2d6"),
            ("301", "raw: @someone @someone @someone in  :party: at "),
        ],
        [("302", "@Junoesque is not you, is it?\nsecond line")],
    ]


WRITTEN = [
    [("you", "good one")],
    [("you", "anyone for a game?"), ("you", "see you on thursday @someone")],
]


def test_the_package_gives_your_own_messages_in_order() -> None:
    assert said(SAMPLES / "package" / "c104" / "messages.json") == WRITTEN
    assert said(SAMPLES / "package" / "messages.csv") == [
        [("you", "good one")],
        [("you", "anyone\nfor a game?"), ("you", "see you, on thursday @someone")],
    ]


def test_the_whole_package_is_read_packed_or_not(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    shutil.copytree(SAMPLES / "package" / "c104", folder / "messages" / "c104")
    (folder / "README.txt").write_text("Welcome to your data package!\n")
    (folder / "messages" / "c105").mkdir()
    (folder / "messages" / "c105" / "messages.json").write_text("[]")
    bad_lines = BadLines()
    assert said(folder, bad_lines) == WRITTEN
    assert bad_lines.count == 1
    assert "channel.json: no corpus of a known format: JSON, an object" in bad_lines.shown[0]
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
        for file in sorted(folder.rglob("*.*")):
            archive.write(file, file.relative_to(folder))
    assert said(tmp_path / "package.zip") == WRITTEN


def test_an_empty_channel_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_text(json.dumps(EXPORTER | {"messages": [], "messageCount": 0}))
    assert said(path) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"author": None}, "'author' must be an object; got null"),
        ({"content": 5}, "'content' must be a string; got a number"),
        ({"timestamp": "yesterday"}, "'yesterday' is no date"),
        ({"mentions": 3}, "'mentions' must be a list; got a number"),
        ({"mentions": [3]}, "a mention must be an object; got a number"),
    ],
)
def test_a_bad_message_stops_with_its_number(
    tmp_path: Path, change: dict[str, Any], problem: str
) -> None:
    messages = EXPORTER["messages"]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(EXPORTER | {"messages": [messages[1], messages[1] | change]}))
    with pytest.raises(CorpusError, match=rf"a\.json: message 2: {problem}"):
        said(path)
    bad_lines = BadLines("skip")
    assert list(map(len, said(path, bad_lines))) == [1]
    assert bad_lines.count == 1


def test_bad_rows_of_the_package_stop_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"ID": 1, "Timestamp": "soon", "Contents": "hi"}]')
    with pytest.raises(CorpusError, match=r"a\.json: message 1: 'soon' is no date"):
        said(tmp_path / "a.json")
    (tmp_path / "b.csv").write_text("ID,Timestamp,Contents,Attachments\n1,2024-01-01,hi,\n2\n")
    with pytest.raises(CorpusError, match=r"b\.csv:3: the row has no Timestamp"):
        said(tmp_path / "b.csv")
