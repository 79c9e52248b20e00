"""Formats are told by what a file holds, and what is none is named; nothing ends in a traceback."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tokenizer import TokenizerConfig
from training.conversation import Conversation
from training.corpora import document
from training.corpus import BadLines, find_files, read
from training.errors import CorpusError
from training.pack import write_pack

SAMPLES = Path(__file__).parent / "samples"
FILES = sorted(f for f in SAMPLES.rglob("*.*") if f.name not in ("channel.json", "index.json"))
JSON_FILES = [f for f in FILES if f.suffix == ".json"]


def texts(path: Path, bad_lines: BadLines | None = None) -> list[list[str]]:
    return [[turn.text for turn in c.turns] for c in read([path], bad_lines)]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name)
def test_a_file_is_known_whatever_its_name(file: Path, tmp_path: Path) -> None:
    expected = texts(file)
    assert expected
    for name in ("export", "export.bak", f"EXPORT{file.suffix.upper()}"):
        path = tmp_path / name
        shutil.copy(file, path)
        assert texts(path) == expected
    path.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert texts(path) == expected


def test_a_folder_may_hold_a_mix(tmp_path: Path) -> None:
    for number, file in enumerate(FILES):
        shutil.copy(file, tmp_path / f"{number:02}{file.suffix}")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "plain.txt").write_text("hello\nhi\n")
    (tmp_path / ".hidden.txt").write_text("left alone")
    (tmp_path / "ReadMe.txt").write_text("left alone")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "other.json").write_text('{"left": "out"}')
    bad_lines = BadLines()
    expected = [conversation for file in FILES for conversation in texts(file)]
    assert texts(tmp_path, bad_lines) == [*expected, ["hello", "hi"]]
    assert bad_lines.count == 1
    assert (
        "other.json: no corpus of a known format: JSON, an object with 'left'" in bad_lines.shown[0]
    )
    assert len(find_files(tmp_path)) == len(FILES) + 2


def test_exports_can_be_packed_and_name_nobody(tmp_path: Path) -> None:
    pack = write_pack([SAMPLES], tmp_path / "pack", tokenizer=TokenizerConfig(vocab_size=400))
    assert set(pack.sources) == {"chatgpt", "discord", "openai", "sharegpt", "telegram", "whatsapp"}
    learned = pack.tokenizer.decode([int(i) for s in (pack.train, pack.valid) for i in s.ids])
    assert "the long way round the lake" in learned
    assert "@someone" in learned
    for name in ("Mira", "Ashdown", "Priya", "Brandt", "Falk", "Otto", "bea_k", "Juno Max", "4477"):
        assert name not in learned
    facts = (tmp_path / "pack" / "pack.json").read_text()
    assert "Mira" not in facts


def test_an_archive_of_corpora_is_read_like_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "mine.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "hello\nhi\n")
        archive.writestr("deep/b.csv", "text\nhello\nhi\n")
        archive.writestr("c.json", '{"left": "out"}')
    bad_lines = BadLines()
    assert texts(path, bad_lines) == [["hello", "hi"]] * 2
    assert [shown.split(":")[0] for shown in bad_lines.shown] == [f"{path}/c.json"]


@pytest.mark.parametrize(
    ("name", "content", "seen"),
    [
        ("a.pdf", "%PDF-1.7", "text that begins '%PDF-1.7'"),
        ("a.json", "", "it is empty"),
        ("a.json", "{}", "JSON, an object without keys"),
        ("a.json", "[1, 2]", "JSON, an array without keys"),
        ("a.json", '{"user": {"id": 1}, "x": 2}', "JSON, an object with 'user', 'x'. Known"),
        ("a.json", '[{"user": 1}, {"age": 2}]', "JSON, an array with 'user', 'age'. Known"),
        ("a.json", '{"user": ', "text that begins .*premature EOF"),
        ("a.csv", "a;b\n1;2\n", "its columns are a;b"),
        ("a", "hello\nhi\n", "text that begins 'hello"),
        ("a.toml", "[tool]\nx = 1\n", r"text that begins '\[tool\]"),
        ("a.json", "[" * 200_000, "more than 100 levels deep"),
    ],
)
def test_what_is_no_corpus_is_named_with_what_is_known(
    tmp_path: Path, name: str, content: str, seen: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(CorpusError, match=seen) as error:
        texts(path)
    assert "WhatsApp" in str(error.value)
    assert name in str(error.value)


def test_a_folder_or_archive_without_a_corpus_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"left": "out"}')
    with pytest.raises(CorpusError, match=r"no corpus in .*can't tell what .*a\.json is"):
        texts(tmp_path)
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1.jpg", b"\xff\xd8")
    with pytest.raises(CorpusError, match=r"photos\.zip is: an archive of 1\.jpg. Known"):
        texts(path)
    path.write_bytes(b"PK\x03\x04 not an archive")
    with pytest.raises(CorpusError, match="can't read .*photos.zip"):
        texts(path)


def test_a_broken_or_locked_member_is_named(tmp_path: Path) -> None:
    path = tmp_path / "chat.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "hello\nhi\n" * 100)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"hello", b"jello", 1))
    with pytest.raises(CorpusError, match=r"can't read .*chat\.zip/a\.txt.*CRC"):
        texts(path)
    locked = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[data.index(signature) + offset] |= 1  # the flag of encryption
    path.write_bytes(bytes(locked))
    with pytest.raises(CorpusError, match=r"can't read .*a\.txt.*encrypted"):
        texts(path)


def test_an_endless_line_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "LONGEST_LINE", 100)
    path = tmp_path / "a.txt"
    path.write_text(f"{'x' * 99}\n{'x' * 200}\n")
    with pytest.raises(CorpusError, match=r"a\.txt:2: a line may have 100 characters at most"):
        texts(path)


def read_or_refuse(path: Path) -> None:
    """Read in both ways: the outcome is conversations of strings, or a CorpusError."""
    for how in ("stop", "skip"):
        try:
            for conversation in read([path], BadLines(how)):  # type: ignore[arg-type]
                assert isinstance(conversation, Conversation)
                for turn in conversation.turns:
                    assert isinstance(turn.text, str)
                    assert isinstance(turn.speaker, str)
        except CorpusError:
            continue


damaging = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=6
)


@damaging
@given(st.sampled_from(FILES), edits, st.sampled_from(["", ".json", ".jsonl", ".txt", ".csv"]))
def test_no_damage_to_the_bytes_is_a_traceback(
    tmp_path_factory: pytest.TempPathFactory,
    file: Path,
    changes: list[tuple[float, int, bytes]],
    ending: str,
) -> None:
    data = file.read_bytes()
    for where, removed, added in changes:
        at = int(where * len(data))
        data = data[:at] + added + data[at + removed :]
    path = tmp_path_factory.mktemp("damaged") / f"a{ending or file.suffix}"
    path.write_bytes(data)
    read_or_refuse(path)


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.sampled_from([[], {}, [[]], [{}], {"a": {}}, [None], "1e999", "9" * 30, 1e300]),
)


def replace_one(value: Any, chance: random.Random, new: Any) -> Any:
    """Replace one value somewhere inside, or drop a key."""
    if isinstance(value, list | dict) and value and chance.random() < 0.85:
        copy = value.copy()
        key = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
        if isinstance(copy, dict) and chance.random() < 0.1:
            del copy[key]
        else:
            copy[key] = replace_one(copy[key], chance, new)
        return copy
    return new


@damaging
@given(st.sampled_from(JSON_FILES), st.lists(values, min_size=1, max_size=4), st.randoms())
def test_no_value_of_another_kind_is_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, file: Path, new: list[Any], chance: random.Random
) -> None:
    record = json.loads(file.read_text(encoding="utf-8"))
    for value in new:
        record = replace_one(record, chance, value)
    path = tmp_path_factory.mktemp("changed") / "a.json"
    path.write_text(json.dumps(record))
    read_or_refuse(path)
