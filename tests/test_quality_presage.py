"""presage as a predictor, on a database that its own text2ngram wrote."""

from __future__ import annotations

import ctypes.util
import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.quality.missing import MissingError
from benchmarks.quality.predictor import UnsupportedError
from benchmarks.quality.prepare import prepare_presage
from benchmarks.quality.presage import PresagePredictor
from benchmarks.quality.presage_build import write_database

needs_presage = pytest.mark.skipif(
    not (shutil.which("text2ngram") and ctypes.util.find_library("presage")),
    reason="presage is not installed here: apt-get install presage",
)
DIALOGUES = [["Hello!", "Do you like tea?", "I don't like it."], ["Hi", "Do you like trains?"]] * 5


@pytest.fixture(scope="module")
def presage(tmp_path_factory: pytest.TempPathFactory) -> PresagePredictor:
    folder = tmp_path_factory.mktemp("presage")
    turns = folder / "turns.jsonl"
    turns.write_text("".join(json.dumps(dialogue) + "\n" for dialogue in DIALOGUES))
    prepare_presage(turns, folder)
    return PresagePredictor(folder / "ngrams.db")


@needs_presage
def test_the_database_is_what_text2ngram_writes(tmp_path: Path) -> None:
    text, theirs, ours = (tmp_path / name for name in ("text", "theirs.db", "ours.db"))
    lines = [
        "hello, how are you?",
        "i don\u2019t kno_w it: foo-bar 12.5 a/b \u201cx\u201d \u00e9",
        "",
    ]
    text.write_text("\n".join(lines * 3), encoding="utf-8")
    write_database(text, ours)
    for n in ("1", "2", "3"):
        command = ["text2ngram", "-n", n, "-a", "-f", "sqlite", "-o", str(theirs), str(text)]
        subprocess.run(command, check=True, capture_output=True)
    for n in (1, 2, 3):
        expected, found = (_ngrams(database, n) for database in (theirs, ours))
        # text2ngram counts one empty word where the text ends.
        assert found == {gram for gram in expected if "" not in gram}
        assert len(found) > 10


def _ngrams(database: Path, n: int) -> set[tuple[str | int, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return set(connection.execute(f"SELECT * FROM _{n}_gram"))


@needs_presage
def test_it_suggests_words_by_what_came_before(presage: PresagePredictor) -> None:
    assert presage.suggest("do you ", (), n=3)[0].text == "like"
    assert {g.text for g in presage.suggest("Do you like t", (), n=2)} == {"tea", "trains"}
    assert len(presage.suggest("", ("Hello!",), n=3)) == 3
    assert presage.suggest("Do you like ", (), n=1)[0].probability is None
    assert presage.megabytes > 0


@needs_presage
def test_words_with_apostrophes_are_words(presage: PresagePredictor) -> None:
    assert presage.suggest("I ", (), n=1)[0].text == "don't"
    assert presage.suggest("I don't ", (), n=1)[0].text == "like"


@needs_presage
def test_a_refused_word_may_come_again(presage: PresagePredictor) -> None:
    assert "tea" in [g.text for g in presage.suggest("do you like t", (), n=3)]
    assert "tea" in [g.text for g in presage.suggest("do you like te", (), n=3)]


@needs_presage
def test_any_text_is_taken(presage: PresagePredictor) -> None:
    for text in ("\N{SNOWMAN} ", "a" * 2000, "it's %s {x} 'quoted' \"", "\n\n", "o'"):
        presage.suggest(text, ("caf\u00e9", ""), n=3)


@needs_presage
def test_what_it_can_not_do_it_says(presage: PresagePredictor) -> None:
    with pytest.raises(UnsupportedError):
        presage.nats("Hello!", ())
    with pytest.raises(UnsupportedError):
        presage.suggest("do ", (), n=3, max_words=2)


def test_a_database_that_is_not_there_names_its_command(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match=r"python -m benchmarks\.quality\.prepare"):
        PresagePredictor(tmp_path / "ngrams.db")
