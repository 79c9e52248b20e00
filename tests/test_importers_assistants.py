"""Conversations with assistants: OpenAI's messages, ShareGPT, ChatGPT's own export."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from training.corpus import BadLines, read
from training.errors import CorpusError

SAMPLES = Path(__file__).parent / "samples" / "assistants"
Said = list[list[tuple[str, str]]]


def said(path: Path, bad_lines: BadLines | None = None) -> Said:
    return [[(t.speaker, t.text) for t in c.turns] for c in read([path], bad_lines)]


OPENAI = [
    [("user", "What rhymes with moon?"), ("assistant", "Soon.")],
    [("user", "What is in this picture?\nOne word."), ("assistant", "Kite.")],
]
SHAREGPT = [
    [
        ("human", "How do I boil an egg?"),
        ("gpt", "Eight minutes in boiling water."),
        ("human", "And soft?"),
        ("gpt", "Five."),
    ],
    [("human", "Time in Lima?"), ("gpt", "Noon.")],
]
CHATGPT = [
    [
        ("user", "Why is my starter flat?"),
        ("assistant", "It may be too cold. Keep it at 25 degrees."),
        ("user", "Like this?"),
        ("assistant", "Yes, bubbles at last!"),
    ],
    [("user", "Hello, can you hear me?"), ("assistant", "Loud and clear.")],
]
ALL = [("openai.json", OPENAI), ("sharegpt.json", SHAREGPT), ("conversations.json", CHATGPT)]


@pytest.mark.parametrize(("name", "expected"), ALL)
def test_every_export_gives_its_turns(name: str, expected: Said) -> None:
    assert said(SAMPLES / name) == expected


@pytest.mark.parametrize(("name", "expected"), ALL)
def test_a_record_a_line_or_alone_is_the_same(tmp_path: Path, name: str, expected: Said) -> None:
    records = json.loads((SAMPLES / name).read_text())
    lines = "\n".join(map(json.dumps, records))
    for ending in ("jsonl", "json", "ndjson", "txt", "backup"):
        path = tmp_path / f"lines.{ending}"
        path.write_text(lines)
        assert said(path) == expected
    array = tmp_path / "array.jsonl"
    array.write_text(json.dumps(records))
    assert said(array) == expected
    alone = tmp_path / "alone.json"
    alone.write_text(json.dumps(records[0], indent=2))
    assert said(alone) == expected[:1]
    alone.write_text("\n".join(json.dumps(r, indent=2) for r in records))
    assert said(alone) == expected


def test_chatgpt_without_a_current_node_reads_the_last_branch(tmp_path: Path) -> None:
    records = json.loads((SAMPLES / "conversations.json").read_text())
    del records[0]["current_node"]
    records[1]["current_node"] = "gone"
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps(records))
    assert said(path) == CHATGPT


def test_chatgpt_parents_in_a_circle_end(tmp_path: Path) -> None:
    records = json.loads((SAMPLES / "conversations.json").read_text())[1:]
    records[0]["mapping"]["u1"]["parent"] = "a1"
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps(records))
    assert said(path) == CHATGPT[1:]


def test_chatgpts_zip_is_read_and_its_other_files_are_not(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.write(SAMPLES / "conversations.json", "conversations.json")
        archive.writestr("user.json", '{"id": "user-1", "email": "a@example.com"}')
        archive.writestr("message_feedback.json", '[{"id": "f", "rating": "thumbs_up"}]')
        archive.writestr("chat.html", "<html></html>")
    bad_lines = BadLines()
    assert said(tmp_path / "export.zip", bad_lines) == CHATGPT
    assert bad_lines.count == 0


def test_sources_ids_and_splits_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    records = json.loads((SAMPLES / "openai.json").read_text())
    records[1] |= {"source": "kites", "split": "eval"}
    path.write_text(json.dumps(records))
    first, second = read([path])
    assert (first.id, first.source, first.split) == ("mine.json:1", "mine", None)
    assert (second.id, second.source, second.split) == ("weather", "kites", "eval")
    (voice,) = list(read([SAMPLES / "conversations.json"]))[1:]
    assert voice.source == "chatgpt"


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (5, "a conversation must be an object; got a number"),
        ({"messages": [{"role": "user"}]}, "no 'content' key"),
        (
            {"messages": [{"role": "assistant", "content": None}]},
            "a string or a list of parts; got null",
        ),
        ({"messages": [{"role": "user", "content": [{"text": 1}]}]}, "'text' must be a string"),
        ({"messages": ["hi"]}, "a message must be an object; got a string"),
        ({"conversations": [{"from": "human"}]}, "no 'value' key"),
        ({"conversations": [{"value": "hi"}]}, "no 'from' key"),
        ({"conversations": {}}, "'conversations' must be a list; got an object"),
        ({"mapping": []}, "'mapping' must be an object; got a list"),
        ({"mapping": {"a": 5}, "current_node": "a"}, "a node of 'mapping' must be an object"),
        ({"mapping": {"a": {"message": {"author": {}}}}}, "no 'role' key"),
        ({"title": "x"}, "it has 'title'"),
    ],
)
def test_a_bad_record_stops_with_its_number(tmp_path: Path, record: Any, problem: str) -> None:
    good = json.loads((SAMPLES / "openai.json").read_text())[0]
    path = tmp_path / "a.json"
    path.write_text(json.dumps([good, record, good]))
    with pytest.raises(CorpusError, match=rf"a\.json: record 2: .*{problem}"):
        said(path)
    bad_lines = BadLines("skip")
    assert said(path, bad_lines) == [OPENAI[0], OPENAI[0]]
    assert bad_lines.count == 1


def test_an_array_that_breaks_off_gives_what_stands_before(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text((SAMPLES / "openai.json").read_text()[:-10])
    with pytest.raises(CorpusError, match=r"a\.json: after record 1: not JSON"):
        said(path)
    assert said(path, BadLines("skip")) == OPENAI[:1]
