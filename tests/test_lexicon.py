"""Which words a network has read, and what is offered of those that it has not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from chatbot import CheckpointError, LanguageModel, PersonalMemory, load
from chatbot.lexicon import Lexicon
from training.base import load_base
from training.known_words import known_words, lexicon_of
from training.pack import Pack
from training.words_command import command

WORDS = st.text(st.characters(categories=["L"]), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load()


@given(st.sets(WORDS, max_size=30), st.sets(WORDS, max_size=30))
def test_what_was_read_is_known_in_any_case(words: set[str], more: set[str]) -> None:
    lexicon = Lexicon.of(more, more=Lexicon.of(words))
    assert all(lexicon.knows(word) for word in words | more)
    assert all(Lexicon(lexicon.bits).knows(word.lower()) for word in words)


def test_a_smaller_one_is_kept_in_a_larger() -> None:
    few, many = [f"few{i}" for i in range(300)], [f"word{i}x" for i in range(5000)]
    for lexicon in (Lexicon.of(many, more=Lexicon.of(few)), Lexicon.of(few, more=Lexicon.of(many))):
        assert all(map(lexicon.knows, few + many))


def test_of_others_one_in_a_hundred_is_taken_for_known() -> None:
    lexicon = Lexicon.of([f"word{i}x" for i in range(5000)])
    assert sum(lexicon.knows(f"other{i}x") for i in range(5000)) < 100


def test_a_word_may_have_a_new_ending_and_a_name_none() -> None:
    lexicon = Lexicon.of({"simile", "boss", "hanoi", "neighbours", "deplore"})
    assert all(map(lexicon.knows, ("similes", "simile's", "simileed", "Hanoi")))
    assert all(map(lexicon.knows, ("deplored", "bossed")))
    assert not any(map(lexicon.knows, ("Hanois", "bosss", "neighbours's", "similely")))


def test_no_bytes_are_no_lexicon() -> None:
    with pytest.raises(CheckpointError, match="at least one byte"):
        Lexicon(b"")


def test_training_gives_one(lm: LanguageModel, pack: Pack) -> None:
    lexicon, words = lm.checkpoint.lexicon, known_words(pack)
    assert lexicon is not None
    assert "tea" in words
    assert all(map(lexicon.knows, words))
    assert not lexicon.knows("Zermatt")


def test_what_goes_on_from_an_older_one_has_none(pack: Pack) -> None:
    """The new corpus alone would make a stranger of every other word that the network knows."""
    assert lexicon_of(pack, load_base("tiny-lstm")) is None
    assert lexicon_of(pack, None) is not None


def test_an_older_checkpoint_gets_one(checkpoint: Path, pack: Pack, tmp_path: Path) -> None:
    folder = Path(pack.train.ids.filename).parent  # type: ignore[attr-defined]
    result = CliRunner().invoke(command, ["tiny-lstm", str(folder), str(tmp_path / "new")])
    assert result.exit_code == 0, result.output
    before, after = load("tiny-lstm"), load(tmp_path / "new")
    assert before.checkpoint.lexicon is None
    assert after.checkpoint.lexicon is not None
    assert after.checkpoint.lexicon.knows("tea")
    assert after.created == before.created


@pytest.mark.parametrize(
    "text",
    [
        "I moved to Hanoi",
        "Yesterday I met Priya",
        "Ask Olga",
        "I need a new tyre",
        "a packet of crisps",
        "I met Aoife",
        "butter (unsal",
        "Jakarta",
    ],
)
def test_no_ending_is_made_up(model: LanguageModel, text: str) -> None:
    offer = model.offer(text)
    assert offer.phrase is None
    assert all(word.probability < 0.003 for word in offer.words)  # what the widget lists


def test_a_word_that_only_a_memory_knows_is_offered(model: LanguageModel) -> None:
    assert model.suggest("I met Tamsi", turns=["Hello Tamsinella"])[0].text == "Tamsinella"
    memory = PersonalMemory()
    model.learn("Yours, Tamsinella", memory)
    assert model.suggest("I am Tamsi", personal=memory)[0].text == "Tamsinella"


@pytest.mark.parametrize("text", ["Meeting on Friday", "My name is John"])
def test_a_whole_word_is_left_alone(model: LanguageModel, text: str) -> None:
    assert model.suggest(text) == []


def test_a_word_that_goes_on_somehow_is_helped(model: LanguageModel) -> None:
    assert "walking" in [each.text for each in model.suggest("We were walk")]


@pytest.mark.parametrize("text", ["Fruit, i.e. ", "Fruit, e.g. ", "See you at 9 a.m. ", "P.S. "])
def test_no_piece_of_an_abbreviation_comes_again(model: LanguageModel, text: str) -> None:
    assert all(len(each.text) > 1 or each.text in "aAI" for each in model.suggest(text, 5))


def test_no_piece_of_a_price_comes_again(model: LanguageModel) -> None:
    assert all(each.text.isalpha() for each in model.suggest("It is $49.99 (incl. ", 5))
