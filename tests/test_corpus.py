"""Reading what people have, cleaning it, and splitting it."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path

import pytest

from tokenizer import Kind, TokenizerConfig, Turn
from training.cleaning import CleaningReport, clean
from training.conversation import Conversation
from training.corpus import CHITCHAT, LONGEST, BadLines, read
from training.errors import CorpusError
from training.pack import Pack, open_pack, write_pack
from training.splits import assign

GOOD = json.dumps({"turns": [{"speaker": "A", "text": "hello"}, {"speaker": "B", "text": "hi"}]})
MESSAGES = json.dumps(
    {
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "hello"},
            {"role": "assistant", "content": "hi"},
        ]
    }
)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def texts(path: Path | str, **options: str) -> list[list[str]]:
    bad_lines = BadLines(**options)  # type: ignore[arg-type]
    return [[turn.text for turn in c.turns] for c in read([path], bad_lines)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", f"{GOOD}\n\n{MESSAGES}\n"),
        ("a.txt", "hello\nhi\n\n\nhello\nhi"),
        ("a.csv", "conversation,speaker,text\n1,A,hello\n1,B,hi\n2,A,hello\n2,B,hi\n"),
        ("a.csv", "conversation,text\n1,hello\n1,hi\n2,hello\n2,hi\n"),
    ],
)
def test_every_format_gives_the_same_turns(tmp_path: Path, name: str, content: str) -> None:
    assert texts(write(tmp_path / name, content)) == [["hello", "hi"]] * 2


def test_packed_files_and_folders_are_read(tmp_path: Path) -> None:
    with lzma.open(tmp_path / "a.jsonl.xz", "wt") as file:
        file.write(GOOD)
    with gzip.open(tmp_path / "b.txt.gz", "wt") as file:
        file.write("hello\nhi\n")
    write(tmp_path / "notes.md", "left alone")
    assert texts(tmp_path) == [["hello", "hi"]] * 2


def test_the_package_chitchat_dataset_is_read() -> None:
    pytest.importorskip("chitchat_dataset", reason="needs the extra 'data'")
    first = next(iter(read([CHITCHAT])))
    assert first.source == "chitchat"
    assert len(first.turns) > 2


BAD = [
    ("not json", "not JSON"),
    ("[1]", "a conversation must be an object; got a list"),
    ('{"id": 1}', "no 'messages', 'conversations', 'mapping' or 'turns' key; it has 'id'"),
    ('{"turns": [{"speaker": "A"}]}', "no 'text' key"),
    ('{"turns": [{"speaker": "A", "text": 5}]}', "'text' must be a string; got a number"),
    ('{"turns": [], "split": "best"}', "split must be one of train, valid, eval; got 'best'"),
    ('{"turns": 5}', "'turns' must be a list; got a number"),
    ('{"turns": [5]}', "a turn must be an object; got a number"),
    ('{"turns": [{"text": "hi"}]}', "no 'speaker' key"),
]


@pytest.mark.parametrize(("line", "problem"), BAD)
def test_a_bad_line_stops_with_its_place(tmp_path: Path, line: str, problem: str) -> None:
    path = write(tmp_path / "a.jsonl", f"{GOOD}\n{line}\n{GOOD}\n")
    with pytest.raises(CorpusError, match=rf"a\.jsonl:2: .*{problem}.*--on-bad-line skip"):
        texts(path)


def test_bad_lines_are_counted_and_skipped_when_asked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", "\n".join([GOOD, *(line for line, _ in BAD), GOOD]))
    bad_lines = BadLines("skip", most_shown=2)
    assert len(list(read([path], bad_lines))) == 2
    assert bad_lines.count == len(BAD)
    assert [shown.split(": ")[0] for shown in bad_lines.shown] == [f"{path}:2", f"{path}:3"]


def test_what_can_not_be_read_is_named(tmp_path: Path) -> None:
    cases = [
        (tmp_path / "none.txt", "there is no such file or folder"),
        (
            write(tmp_path / "a.pdf", "x"),
            "can't tell what .*a.pdf is: text that begins 'x'. Known: ",
        ),
        (write(tmp_path / "b.csv", "a,b\n1,2\n"), "needs a column 'text'.*its columns are a, b"),
        (write(tmp_path / "c.txt.xz", "not xz"), "can't read .*c.txt.xz"),
    ]
    (tmp_path / "d.txt").write_bytes(b"caf\xe9")
    cases.append((tmp_path / "d.txt", "d.txt is not UTF-8 text"))
    (tmp_path / "empty").mkdir()
    cases.append((tmp_path / "empty", "it holds no file ending in"))
    for path, message in cases:
        with pytest.raises(CorpusError, match=message):
            texts(path)
    with pytest.raises(CorpusError, match="on_bad_line must be stop or skip; got 'ignore'"):
        BadLines("ignore")  # type: ignore[arg-type]


def conversation(*texts: str, name: str = "x") -> Conversation:
    return Conversation(name, "test", tuple(Turn("AB"[i % 2], t) for i, t in enumerate(texts)))


def test_cleaning_drops_what_is_empty_or_repeated_and_counts_it() -> None:
    report = CleaningReport()
    given = [
        conversation("Hello  there\u00a0!", " ", "don\u2019t\x00 go \n\n now"),
        conversation("hello there !", "don't go\nnow", name="the same but for case"),
        conversation(" ", ""),
    ]
    kept = list(clean(given, report))
    assert [[t.text for t in c.turns] for c in kept] == [["Hello there !", "don't go\nnow"]]
    assert report.dropped == {
        "empty turns": 3,
        "repeated conversations": 1,
        "conversations without text": 1,
    }
    assert (report.conversations, report.turns) == (1, 2)


def test_splits_are_by_conversation_and_stay_when_lines_move() -> None:
    given = [conversation(f"text {i}", name=str(i)) for i in range(2000)]
    valid = {c.turns for c in given if assign(c) == "valid"}
    assert 150 < len(valid) < 250
    again = [conversation(f"text {i}", name=f"other {i}") for i in reversed(range(2000))]
    assert {c.turns for c in again if assign(c) == "valid"} == valid
    told = Conversation("x", "test", (Turn("A", "hi"),), "eval")
    assert assign(told) == "eval"


def test_a_pack_holds_every_conversation_once(pack: Pack) -> None:
    tokenizer = pack.tokenizer
    shards = (pack.train, pack.valid)
    seen = [s.conversation(i) for s in shards for i in range(len(s.index))]
    assert sum(map(len, seen)) == sum(pack.facts["tokens"].values())
    for ids in seen:
        assert ids[0] == tokenizer.bos
        assert ids[-1] == tokenizer.eos
        assert list(ids).count(tokenizer.turn) == 4
    characters = sum(int(s.index[:, 3].sum()) for s in shards)
    assert characters == pack.facts["cleaning"]["characters"]


def test_eval_conversations_are_never_packed(tmp_path: Path) -> None:
    lines = [
        json.dumps({"split": split, "turns": [{"speaker": "A", "text": f"{split} words {i}"}]})
        for split in ("train", "valid", "eval")
        for i in range(5)
    ]
    path = write(tmp_path / "a.jsonl", "\n".join(lines))
    pack = write_pack([path], tmp_path / "pack", tokenizer=TokenizerConfig(vocab_size=300))
    both = pack.tokenizer.decode([int(i) for s in (pack.train, pack.valid) for i in s.ids])
    assert "train" in both
    assert "valid" in both
    assert "eval" not in both
    assert pack.facts["conversations"] == {"train": 5, "valid": 5, "eval": 5}


def test_a_corpus_without_text_is_refused(tmp_path: Path) -> None:
    for content in ("", "\n \n"):
        path = write(tmp_path / "a.txt", content)
        with pytest.raises(ValueError, match="holds no words"):
            write_pack([path], tmp_path / "pack", tokenizer=TokenizerConfig(vocab_size=300))
    with pytest.raises(CorpusError, match="pack.json is missing"):
        open_pack(tmp_path / "nowhere")


def test_files_as_excel_writes_them_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text\nhello\nhi\n", encoding="utf-8-sig")
    (tmp_path / "a.jsonl").write_text(GOOD, encoding="utf-8-sig")
    assert texts(tmp_path / "a.csv") == texts(tmp_path / "a.jsonl") == [["hello", "hi"]]


def test_broken_files_are_clear_errors(tmp_path: Path) -> None:
    long_field = write(tmp_path / "a.csv", 'text\n"' + "x" * 200_000)
    with pytest.raises(CorpusError, match=r"a\.csv:\d+: not csv: field larger"):
        texts(long_field)
    packed = gzip.compress(b"hello\n" * 1000)
    (tmp_path / "b.txt.gz").write_bytes(packed[:20] + b"\0" * 20 + packed[40:])
    with pytest.raises(CorpusError, match="can't read .*b.txt.gz"):
        texts(tmp_path / "b.txt.gz")
    deep = write(tmp_path / "c.jsonl", "[" * 200_000)
    with pytest.raises(CorpusError, match=r"c\.jsonl:1: "):
        texts(deep)


def test_a_text_without_an_end_is_cut_into_conversations(tmp_path: Path) -> None:
    lines = [f"line {i}" for i in range(LONGEST * 2 + 5)]
    expected = [lines[:LONGEST], lines[LONGEST : 2 * LONGEST], lines[2 * LONGEST :]]
    assert texts(write(tmp_path / "a.txt", "\n".join(lines))) == expected
    assert texts(write(tmp_path / "a.csv", "\n".join(["text", *lines]))) == expected


def test_a_single_conversation_is_trained_on(tmp_path: Path) -> None:
    for i in range(60):
        path = write(tmp_path / "a.txt", f"hello there\nhow are you {i}\nfine thanks")
        pack = write_pack([path], tmp_path / "pack", tokenizer=TokenizerConfig(vocab_size=300))
        assert len(pack.train.index) == 1


def test_the_fingerprint_is_of_the_ids_and_the_vocabulary(corpus: Path, tmp_path: Path) -> None:
    kinds: list[tuple[str, Kind]] = [("a", "unigram"), ("b", "unigram"), ("c", "char")]
    prints = [
        write_pack([corpus], tmp_path / name, tokenizer=TokenizerConfig(kind=kind)).fingerprint
        for name, kind in kinds
    ]
    assert prints[0] == prints[1] != prints[2]
