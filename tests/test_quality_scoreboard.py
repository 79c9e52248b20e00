"""The scoreboard: any predictor gets a row, and what it can't do is a dash."""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.quality.__main__ import main
from benchmarks.quality.missing import MissingError
from benchmarks.quality.network import LibraryPredictor, RunnerPredictor
from benchmarks.quality.predictor import Guess, Predictor, Ranking, UnsupportedError
from benchmarks.quality.report import COLUMNS, print_table
from benchmarks.quality.scoreboard import Amounts, Row, material, milliseconds, score
from chatbot import LanguageModel
from chatbot.runners import OnnxRunner

SMALL = Amounts(words=12, characters=100, replies=5, keys=30)


class Words:
    """Suggests single words and tells no probabilities."""

    name, megabytes, ranking = "words only", 0.1, Ranking()

    def suggest(
        self, text: str, turns: Sequence[str], *, n: int, max_words: int = 1
    ) -> list[Guess]:
        if max_words > 1:
            raise UnsupportedError
        half = text[text.rfind(" ") + 1 :]
        words = ("I", "like", "do", "you", "Hello")
        return [Guess(word, None) for word in words if word.startswith(half)][:n]

    def nats(self, text: str, turns: Sequence[str]) -> float:
        raise UnsupportedError


class Everything(Words):
    """Does all that is asked; knows letters of which each is one of 32."""

    name, ranking = "everything", Ranking(anywhere=1.0)

    def suggest(
        self, text: str, turns: Sequence[str], *, n: int, max_words: int = 1
    ) -> list[Guess]:
        if max_words == 1:
            return super().suggest(text, turns, n=n)
        return [Guess(" ".join(["I", "like", "you"][:max_words]), 0.5)]

    def nats(self, text: str, turns: Sequence[str]) -> float:
        return len(text) * 3.4657359


def make() -> Predictor:
    """For `--predictor`."""
    return Everything()


@pytest.fixture(scope="module")
def data(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus where the scoreboard looks for one."""
    folder = tmp_path_factory.mktemp("data")
    with lzma.open(folder / "chitchat.jsonl.xz", "wt", encoding="utf-8") as file:
        for number, line in enumerate(corpus.read_text().splitlines()):
            split = "valid" if number % 3 == 0 else "train"
            file.write(json.dumps(json.loads(line) | {"split": split}) + "\n")
    return folder


KEYS = {key for column in COLUMNS for key in column.keys}


def test_every_column_is_measured(data: Path) -> None:
    asked = material(data / "chitchat.jsonl.xz", "valid", SMALL)
    row = score(Everything(), asked)
    (taken,) = milliseconds([Everything()], asked)
    assert set(row.scores) | {"milliseconds"} == KEYS
    assert all(value is not None for value in row.scores.values())
    assert row.scores["bits_per_character"] == pytest.approx(5)
    assert (row.corpus, row.split, row.system, row.words) == ("chitchat", "valid", "everything", 12)
    assert taken is not None
    assert taken > 0


def test_what_a_system_can_not_do_is_a_dash_and_no_zero(data: Path) -> None:
    row = score(Words(), material(data / "chitchat.jsonl.xz", "valid", SMALL))
    unsupported = {key for key, value in row.scores.items() if value is None}
    assert unsupported == {
        key for key in KEYS if key.startswith(("bits", "perplexity", "em_", "hits"))
    }
    console = Console(record=True, width=150)
    print_table([row], [], console)
    (line,) = [line for line in console.export_text().splitlines() if "words only" in line]
    assert line.split().count("-") == 6  # those five columns, and no milliseconds were taken


def test_two_systems_answer_the_same_questions(data: Path) -> None:
    seen: dict[str, list[str]] = {"a": [], "b": []}

    class Spy(Words):
        def __init__(self, name: str) -> None:
            self.name = name

        def suggest(
            self, text: str, turns: Sequence[str], *, n: int, max_words: int = 1
        ) -> list[Guess]:
            seen[self.name].append(text)
            return []

    asked = material(data / "chitchat.jsonl.xz", "valid", SMALL)
    for name in seen:
        score(Spy(name), asked)
    assert seen["a"] == seen["b"]
    milliseconds([Spy("a"), Spy("b")], asked)
    assert sorted(seen["a"]) == sorted(seen["b"])


def test_a_missing_system_names_the_command_that_makes_it() -> None:
    console = Console(record=True, width=150)
    print_table([], [MissingError("KenLM", "no model", "python -m make.it")], console)
    assert "KenLM: -  (KenLM: no model; make it with `python -m make.it`)" in console.export_text()


def test_scores_of_one_column_stand_together() -> None:
    console = Console(record=True, width=150)
    row = Row("chitchat", "valid", "x", {"top_1": 20.04, "top_3": None, "top_5": 30.0})
    print_table([row], [], console)
    assert "20.0/-/30.0" in console.export_text()


def call(data: Path, *options: object) -> None:
    small = ["--words", 5, "--characters", 50, "--replies", 3, "--keys", 10]
    main([str(o) for o in ["--data", data, "--corpora", "chitchat", *small, *options]])


def test_the_command_prints_a_table_and_writes_what_it_depends_on(
    data: Path, checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ["--built", tmp_path / "none", "--transformer", tmp_path / "none"]
    theirs = ["--predictor", "test_quality_scoreboard:make"]
    also = ["--also", checkpoint]
    call(data, "--checkpoint", checkpoint, *also, *made, *theirs, "--json", tmp_path / "q.json")
    printed = capsys.readouterr().out
    assert "tiny" in printed
    assert "everything" in printed
    assert "python -m benchmarks.quality.prepare" in printed
    assert "python -m benchmarks.transformer" in printed
    written = json.loads((tmp_path / "q.json").read_text())
    assert {"date", "machine", "versions", "commit", "arguments", "rows", "missing"} <= set(written)
    assert written["arguments"]["words"] == "5"
    assert [row["system"] for row in written["rows"]] == ["tiny", "tiny", "everything"]
    assert all(set(row["scores"]) == KEYS for row in written["rows"])
    assert set(written["missing"]) == {"KenLM", "presage", "Transformer"}


def test_rows_that_are_there_can_be_kept(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.json"
    asked = ["--systems", "KenLM", "--built", tmp_path, "--json", path]
    asked += ["--predictor", "test_quality_scoreboard:make"]
    call(data, *asked)
    written = json.loads(path.read_text())
    written["rows"][0]["scores"]["top_1"] = 12.25
    path.write_text(json.dumps(written))
    call(data, *asked, "--keep")
    assert json.loads(path.read_text())["rows"][0]["scores"]["top_1"] == 12.25
    call(data, *asked, "--keep", "--seed", 1)  # other questions
    assert json.loads(path.read_text())["rows"][0]["scores"]["top_1"] != 12.25


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--predictor", "nothing"], "module:function"),
        (["--predictor", "json:nothing"], "module:function"),
        (["--words", "-1"], "words must be at least 0; got -1"),
        (["--data", "/nowhere"], "no corpus at /nowhere"),
    ],
)
def test_mistakes_are_told_in_a_line(options: list[str], said: str, data: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.quality", "--data", str(data), "--systems"]
    command += ["inkling", "--corpora", "chitchat", "--words", "1", *options]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_our_row_is_what_the_library_says(checkpoint: Path, lm: LanguageModel) -> None:
    ours, turns = LibraryPredictor(checkpoint), ["Hello!"]
    for text in ("", "Do you like ", "I don't like co", "Yes,"):
        expected = [s.text for s in lm.suggest(text, n=5, turns=turns)]
        assert [g.text for g in ours.suggest(text, turns, n=5)] == expected
    assert ours.nats("I like tea.", turns) == pytest.approx(lm.score("I like tea.", turns).nats)
    assert ours.name == "tiny"


def test_any_runner_is_searched_as_ours_is(checkpoint: Path, lm: LanguageModel) -> None:
    parts = lm.checkpoint
    theirs = RunnerPredictor(
        OnnxRunner(parts.step_function),
        parts.tokenizer,
        name="theirs",
        megabytes=1.0,
        lexicon=parts.lexicon,
    )
    ours = LibraryPredictor(checkpoint)
    for text in ("", "Do you like ", "I don't like co", "Yes,"):
        assert theirs.suggest(text, ["Hi"], n=3) == ours.suggest(text, ["Hi"], n=3)
    assert theirs.nats("I like tea.", []) == pytest.approx(ours.nats("I like tea.", []))


def test_phrases_have_as_many_words_as_were_asked_for(checkpoint: Path) -> None:
    ours = LibraryPredictor(checkpoint)
    for words in (2, 3):
        best = ours.suggest("Do you", ["Hello!"], n=3, max_words=words)[0]
        assert len(best.text.split()) == words
        assert best.text.startswith("you ")
        assert best.probability is not None
        assert 0 < best.probability <= 1
