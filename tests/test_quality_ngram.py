"""KenLM as a predictor: the text it counts, the table of its numbers, and what both say."""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.arpa import read_arpa
from benchmarks.quality.kenlm_build import PROGRAMS, PrepareError, build_programs, estimate
from benchmarks.quality.missing import MissingError
from benchmarks.quality.ngram import NgramPredictor
from benchmarks.quality.ngram_table import NgramTable, open_table
from benchmarks.quality.ngram_text import cut, join
from benchmarks.quality.prepare import prepare_kenlm
from benchmarks.quality.spelling import Casing, Hand, Spacing
from benchmarks.quality.systems import BUILT, kenlm
from training.cleaning import clean_text

BUILD = Path(__file__).parents[1] / BUILT / "kenlm-build"
needs_kenlm = pytest.mark.skipif(
    not all((BUILD / "programs" / name).exists() for name in PROGRAMS),
    reason="KenLM is not built here: python -m benchmarks.quality.prepare --systems kenlm",
)

# log10: p(a) .5, p(b) .25, p(</s>) .2; p(b | a) .8; b(a) .5, b(a b) .25; p(a | a b) .9.
ARPA = """\\data\\
ngram 1=5
ngram 2=2
ngram 3=1

\\1-grams:
-2\t<unk>\t0
0\t<s>\t0
-0.69897\t</s>\t0
-0.30103\ta\t-0.30103
-0.60206\tb\t0

\\2-grams:
-0.09691\ta b\t-0.60206
-0.5\tb a\t0

\\3-grams:
-0.045757\ta b a

\\end\\
"""


@pytest.fixture
def table(tmp_path: Path) -> NgramTable:
    (tmp_path / "small.arpa").write_text(ARPA)
    return read_arpa(tmp_path / "small.arpa")


def chance(table: NgramTable, history: str, word: str) -> float:
    ids = table.ids
    return math.exp(table.log([ids[w] for w in history.split()], ids[word]))


def test_a_table_backs_off_as_arpa_says(table: NgramTable) -> None:
    assert chance(table, "", "a") == pytest.approx(0.5, rel=1e-4)
    assert chance(table, "a", "b") == pytest.approx(0.8, rel=1e-4)
    # a a is unknown: backoff of a, then p(a).
    assert chance(table, "a", "a") == pytest.approx(0.5 * 0.5, rel=1e-4)
    assert chance(table, "a b", "a") == pytest.approx(0.9, rel=1e-4)
    # a b b is unknown, b b too: both backoffs.
    assert chance(table, "a b", "b") == pytest.approx(0.25 * 1 * 0.25, rel=1e-4)
    # A history longer than the model's ends in the same words.
    assert chance(table, "b b a b", "a") == pytest.approx(0.9, rel=1e-4)


def test_a_row_is_every_word_of_the_table(table: NgramTable) -> None:
    for history in ([], ["a"], ["b"], ["a", "b"], ["b", "a"], ["b", "b"], ["<s>", "a"]):
        ids = [table.ids[word] for word in history]
        expected = [table.log(ids, i) for i in range(len(table.words))]
        assert table.row(ids) == pytest.approx(expected)


def test_a_saved_table_is_the_same(table: NgramTable, tmp_path: Path) -> None:
    table.save(tmp_path / "table")
    opened = open_table(tmp_path / "table")
    assert opened.words == table.words
    ids = [table.ids["a"], table.ids["b"]]
    assert (opened.row(ids) == table.row(ids)).all()


@pytest.mark.parametrize("text", ["", "no arpa\n", ARPA.replace("2-grams", "7-grams")])
def test_what_is_no_arpa_file_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "bad.arpa").write_text(text)
    with pytest.raises(ValueError, match="ARPA|2-grams"):
        read_arpa(tmp_path / "bad.arpa")


@given(st.text())
def test_any_cleaned_text_is_cut_and_joined_without_loss(text: str) -> None:
    text = clean_text(text)
    assert join(list(cut(text))) == text


def test_tokens_are_words_and_runs_of_signs() -> None:
    found = [(t.raw, t.spaced) for t in cut("Well, I'm in!! :-)\nok")]
    assert found == [
        ("Well", False), (",", False), ("I'm", True), ("in", True), ("!!", False),
        (":", True), ("-", False), (")", False), ("\n", False), ("ok", False),
    ]  # fmt: skip


def test_the_chances_of_case_and_space_add_up() -> None:
    casing, spacing = Casing(), Spacing()
    tokens = list(cut("You and you, and YOU! You know"))
    for before, token in zip([None, *tokens], tokens, strict=False):
        spacing.add(before, token)
        if token.is_word:
            casing.add(token.raw, 2 * (before is None))
    for word in ("you", "and", "unseen", "i"):
        forms = {"".join(letters) for letters in _products([{c, c.upper()} for c in word])}
        for place in range(4):
            total = sum(math.exp(casing.log(form, place)) for form in forms)
            assert 0.4 < total <= 1 + 1e-9
    for before, token in pairwise(tokens):
        either = [token._replace(spaced=spaced) for spaced in (True, False)]
        assert sum(math.exp(spacing.log(before, t)) for t in either) == pytest.approx(1)


def _products(choices: list[set[str]]) -> list[list[str]]:
    return (
        [[]]
        if not choices
        else [[first, *rest] for first in choices[0] for rest in _products(choices[1:])]
    )


def test_words_are_written_as_they_mostly_are_and_as_typed() -> None:
    casing = Casing()
    for raw, start, times in (
        ("I", False, 3),
        ("i", False, 1),
        ("The", True, 5),
        ("the", False, 9),
    ):
        for _ in range(times):
            casing.add(raw, 2 * start)
    assert casing.best("i", 0) == "I"
    assert casing.best("the", 2) == "The"
    assert casing.best("the", 0) == "the"
    assert casing.best("the", 2, typed="t") == "the"
    assert casing.best("the", 0, typed="TH") == "THE"
    assert casing.best("unseen", 2, typed="U") == "Unseen"


def test_a_hand_knows_where_it_stands_and_how_its_writer_begins() -> None:
    hand = Hand()
    assert hand.place == 2
    assert hand.read(cut("Well, I")).place == 0
    assert hand.read(cut("know. ")).place == 2
    assert hand.read(cut("but i")).place == 1
    assert hand.read(cut("do!")).place == 3
    assert hand.read(cut("4 you")).begin().place == 3


def dialogues(count: int) -> list[list[str]]:
    chance = random.Random(0)
    topics = ["tea", "coffee", "music", "rain", "dogs", "cats", "trains", "books", "jazz", "Paris"]
    written = []
    for _ in range(count):
        a, b = chance.sample(topics, 2)
        written.append([
            chance.choice(["Hello!", "Hi there.", "Good morning."]),
            f"Do you like {a}?",
            f"Yes, I like {a}. I don't like {b}, and you?",
            f"I like {b} with {a}!",
        ])  # fmt: skip
    return written


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small model, estimated by KenLM's own programs."""
    folder = tmp_path_factory.mktemp("kenlm")
    turns = folder / "turns.jsonl"
    turns.write_text("".join(json.dumps(d) + "\n" for d in dialogues(200)))
    # A vocabulary of 26 leaves one topic rare.
    prepare_kenlm(turns, folder / "kenlm", BUILD, vocabulary=26, prune=(0,))
    return folder / "kenlm"


@pytest.fixture(scope="module")
def predictor(built: Path) -> NgramPredictor:
    return kenlm(built)


@needs_kenlm
def test_the_table_says_what_kenlm_says(tmp_path: Path) -> None:
    programs = BUILD / "programs"
    lines = [" ".join(t.symbol for x in d for t in cut(x)) for d in dialogues(100)]
    (tmp_path / "text").write_text("\n".join(lines) + "\n")
    estimate(programs, tmp_path / "text", tmp_path / "arpa", prune=(0, 0, 1))
    table = read_arpa(tmp_path / "arpa")
    asked = [*lines[:3], "do you like you you like tea nothing ?", "rain rain rain"]
    answer = subprocess.run(
        [str(programs / "query"), "-v", "word", str(tmp_path / "arpa")],
        input="\n".join(asked) + "\n", capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    logs = [float(log) for log in re.findall(r"=\d+ \d+ (-?[\d.e-]+)", answer)]
    expected = []
    for line in asked:
        words = [table.ids.get(w, table.ids["<unk>"]) for w in ["<s>", *line.split(), "</s>"]]
        expected += [table.log(words[:i], words[i]) / math.log(10) for i in range(1, len(words))]
    assert logs == pytest.approx(expected, abs=1e-4)


@needs_kenlm
def test_it_suggests_words_by_what_came_before(predictor: NgramPredictor) -> None:
    assert predictor.suggest("Do you ", (), n=3)[0].text == "like"
    assert predictor.suggest("Do yo", (), n=3)[0].text == "you"
    assert [g.text for g in predictor.suggest("Do you", (), n=3)] == []
    # A turn begins after the one before it.
    assert predictor.suggest("", ("Do you like tea?",), n=1)[0].text == "Yes"
    assert predictor.suggest("", (), n=1)[0].text in ("Hello", "Hi", "Good")
    likes = predictor.suggest("Do you like ", ("Hello!",), n=10)
    assert "Paris" in [g.text for g in likes]
    assert all(g.probability is not None and 0 < g.probability <= 1 for g in likes)
    assert [g.probability for g in likes] == sorted((g.probability for g in likes), reverse=True)
    assert predictor.suggest("xyzq", (), n=3) == []


@needs_kenlm
def test_it_suggests_phrases(predictor: NgramPredictor) -> None:
    best = predictor.suggest("D", ("Hello!",), n=3, max_words=3)[0]
    assert best.text == "Do you like"
    assert best.probability is not None
    assert best.probability > 0.8
    # A sign may stand between, and a sentence begin.
    assert predictor.suggest("", ("Do you like tea?",), n=1, max_words=2)[0].text == "Yes, I"


@needs_kenlm
def test_its_nats_are_a_probability(predictor: NgramPredictor) -> None:
    turns = ("Hello!",)
    usual = predictor.nats("Do you like tea?", turns)
    assert 0 < usual < predictor.nats("do you like tea?", turns)
    assert usual < predictor.nats("Do you like tea ?", turns)
    assert usual < predictor.nats("Do you like zebras?", turns) < math.inf
    assert predictor.nats("\N{SNOWMAN}", turns) < math.inf
    assert predictor.nats("", turns) == 0
    # Ways to go on that exclude each other: together they can't be more than certain.
    ways = ["Do", "do", "Yes", "I", "Hello", "tea", "!", "zebra", "a", "b", "Paris", "(", "\n"]
    assert sum(math.exp(-predictor.nats(way, turns)) for way in ways) <= 1


@needs_kenlm
def test_its_size_is_of_what_it_would_ship(predictor: NgramPredictor, built: Path) -> None:
    files = ("words.binary", "letters.binary", "spelling.json")
    assert predictor.megabytes == sum((built / name).stat().st_size for name in files) / 1e6


def test_a_missing_compiler_is_named_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PrepareError, match="cmake is missing: apt-get install cmake"):
        build_programs(tmp_path)


@needs_kenlm
def test_what_a_program_says_last_is_told(tmp_path: Path) -> None:
    with pytest.raises(PrepareError, match="lmplz .* failed"):
        estimate(BUILD / "programs", tmp_path / "no-such-text", tmp_path / "arpa")


def test_a_model_that_is_not_built_names_its_command(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match=r"python -m benchmarks\.quality\.prepare"):
        kenlm(tmp_path)
