"""Telegram Desktop's result.json: one chat and a whole account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from training.corpus import BadLines, read
from training.errors import CorpusError

SAMPLES = Path(__file__).parent / "samples" / "telegram"
Said = list[list[tuple[str, str]]]


def said(path: Path, bad_lines: BadLines | None = None) -> Said:
    return [[(t.speaker, t.text) for t in c.turns] for c in read([path], bad_lines)]


def test_one_chat_gives_what_its_people_typed() -> None:
    assert said(SAMPLES / "single_chat.json") == [
        [
            ("user11", "That was quick. Did you see the tram strike?"),
            ("user22", "Yes again. See https://example.org/tram"),
            ("user22", "Ask @someone or @someone, she knows"),
            ("user11", "Then we walk"),
            ("user11", "The view from here"),
        ],
        [("user22", "Walked. My feet!"), ("user11", "same\now()")],
    ]


def test_an_account_gives_its_dialogues_apart() -> None:
    found = list(read([SAMPLES / "account.json"]))
    assert [[t.text for t in c.turns] for c in found] == [
        [
            "That was quick. Did you see the tram strike?",
            "Yes again. See https://example.org/tram",
        ],
        ["hey, is the tram running?", "no :("],
        ["buy lamp oil"],
        ["Hello singers"],
    ]
    assert {c.source for c in found} == {"telegram"}
    assert len({c.id for c in found}) == 4


def test_a_channel_alone_is_read(tmp_path: Path) -> None:
    account = json.loads((SAMPLES / "account.json").read_text())
    channel = next(c for c in account["chats"]["list"] if c["type"] == "public_channel")
    path = tmp_path / "result.json"
    path.write_text(json.dumps(channel))
    assert said(path) == [[("channel9", "Strike until Monday.")]]


def chat(*messages: Any) -> str:
    return json.dumps({"name": "x", "type": "personal_chat", "id": 1, "messages": list(messages)})


GOOD = {"id": 1, "type": "message", "date": "2024-01-01T10:00:00", "from_id": "user1", "text": "hi"}


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (5, "a message must be an object; got a number"),
        ({"id": 2}, "no 'type' key"),
        (GOOD | {"date": "soon"}, "'soon' is no date"),
        (GOOD | {"date": None}, "None is no date"),
        (GOOD | {"text": 5}, "'text' must be a string or a list; got a number"),
        (GOOD | {"text": [{"type": "bold"}]}, "no 'text' key"),
        (GOOD | {"text": [None]}, "a piece of 'text' must be an object; got null"),
    ],
)
def test_a_bad_message_stops_with_its_number(tmp_path: Path, message: Any, problem: str) -> None:
    path = tmp_path / "result.json"
    path.write_text(chat(GOOD, message, GOOD))
    with pytest.raises(CorpusError, match=rf"result\.json: message 2: {problem}"):
        said(path)
    bad_lines = BadLines("skip")
    assert said(path, bad_lines) == [[("user1", "hi"), ("user1", "hi")]]
    assert bad_lines.count == 1


def test_a_file_that_breaks_off_gives_what_stands_before(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(chat(GOOD, GOOD, GOOD)[:-60])
    with pytest.raises(CorpusError, match=r"result\.json: after message 2: not JSON"):
        said(path)
    assert said(path, BadLines("skip")) == [[("user1", "hi"), ("user1", "hi")]]


def test_a_chat_without_messages_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(chat())
    assert said(path) == []


def test_an_export_is_not_held_in_memory(tmp_path: Path) -> None:
    """A file of 40 MB is read within a fifth of that."""
    import tracemalloc

    path = tmp_path / "result.json"
    record = json.dumps(GOOD | {"text": "word " * 800})
    with path.open("w") as file:
        file.write('{"name": "x", "type": "personal_chat", "id": 1, "messages": [')
        for i in range(10_000):
            file.write("," * (i > 0) + record)
        file.write("]}")
    assert path.stat().st_size > 40_000_000
    tracemalloc.start()
    turns = sum(len(c.turns) for c in read([path]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert turns == 10_000
    assert peak < 8_000_000
