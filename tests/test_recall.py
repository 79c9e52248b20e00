"""Ghost text goes on as the person always went on, and no further."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import LanguageModel, PersonalMemory, load
from chatbot.familiarity import Level, habit
from chatbot.word_counts import WordCounts, cut

ENDING = "Kind regards, Ivan Petrov"
LETTERS = ("Done.", "Lunch at noon?", "I am late.", "Yes, please.", "The report is ready.")


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load()


@pytest.fixture(scope="module")
def me(model: LanguageModel) -> PersonalMemory:
    memory = PersonalMemory()
    for text in LETTERS * 4:
        model.learn(f"{text} {ENDING}", memory)
    return memory


def phrase(model: LanguageModel, text: str, me: PersonalMemory | None, words: int = 4) -> str:
    found = model.offer(text, phrase_words=words, personal=me).phrase
    return found.text if found else ""


def test_a_phrase_goes_on_as_the_person_does(model: LanguageModel, me: PersonalMemory) -> None:
    assert phrase(model, "See you. Kind r", me) == "regards, Ivan Petrov"
    assert phrase(model, "See you. Kind regards, ", me) == "Ivan Petrov"
    assert phrase(model, "See you. Kind r", me, 2) == "regards, Ivan"
    assert "Ivan" not in phrase(model, "See you. Kind r", None)
    assert "Ivan" not in phrase(model, "See you. Kind r", PersonalMemory())


@pytest.mark.parametrize("break_", [" ", "\n\n"], ids=["in one line", "in its own"])
def test_some_letters_are_enough(model: LanguageModel, break_: str) -> None:
    """Letters that differ but for how they end."""
    said = ["the report is ready.", "can we meet on Friday?", "I was ill.", "the boxes came today."]
    names = ["Anna", "Bob", "Carl", "Dora", "Emil", "Fay", "Gus"]
    writer = PersonalMemory()
    for i, name in enumerate(names):
        model.learn(f"Dear {name}, {said[i % 4]}{break_}Kind regards, Ivan Petrov", writer)
    text = f"Dear Zoe, it was good to meet you.{break_}Kind "
    assert phrase(model, text, writer) == "regards, Ivan Petrov"
    assert phrase(model, text + "regards, ", writer) == "Ivan Petrov"
    model.learn(f"Dear Hal, I am late.{break_}Kind regards,\nIvan Petrov", writer)
    assert model.suggest(text + "regards,\n", personal=writer)[0].text == "Ivan"


def test_it_is_no_surer_than_its_beginning(model: LanguageModel, me: PersonalMemory) -> None:
    chances = [
        found.probability
        for words in (1, 2, 3)
        if (found := model.offer("Yes. Kind r", phrase_words=words, personal=me).phrase)
    ]
    assert len(chances) == 3
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] >= 0.3


def test_what_was_written_once_is_not_recalled(model: LanguageModel) -> None:
    once = PersonalMemory()
    model.learn(f"Done. {ENDING}", once)
    assert "Petrov" not in phrase(model, "See you. Kind regards, I", once)


def test_it_ends_before_what_was_forgotten(model: LanguageModel, me: PersonalMemory) -> None:
    mine = PersonalMemory()
    mine.restore(me.export())
    mine.forget("Petrov")
    assert phrase(model, "See you. Kind regards, I", mine) == "Ivan"


@pytest.mark.parametrize(("after", "there"), [(" Petrov", "Petrov"), (", Ivan Petrov", "Ivan")])
def test_it_ends_before_what_stands_behind_the_caret(
    model: LanguageModel, me: PersonalMemory, after: str, there: str
) -> None:
    for text in ("See you. Kind r", "Done. Kind r"):
        found = model.offer(text, personal=me, phrase_words=4, after=after)
        assert found.phrase is not None
        assert there not in found.phrase.text


def taught(model: LanguageModel, *texts: str, times: int = 12) -> PersonalMemory:
    memory = PersonalMemory()
    for text in texts * times:
        model.learn(text, memory)
    return memory


def test_the_network_gives_way_where_the_person_goes_on_otherwise(
    model: LanguageModel, me: PersonalMemory
) -> None:
    assert phrase(model, "See you. Kin", None) == "Kind of"
    assert phrase(model, "See you. Kin", me).startswith("Kind regards")


def test_a_word_typed_in_full_keeps_its_phrase(model: LanguageModel, me: PersonalMemory) -> None:
    assert phrase(model, "Done. Kind regards", me).startswith("regards, Ivan")
    greeted = taught(model, "I am good, how are you?")
    assert phrase(model, "how are", greeted).startswith("are you")


def test_numbers_and_sentences_end_what_is_recalled(model: LanguageModel) -> None:
    me = taught(model, "my card is 4539 1488 0343 6467", "it costs 3.50 euros. ok then")
    for text in ("my card i", "my card is ", "my card is 4539 ", "it costs ", "it costs 3.50 eu"):
        found = phrase(model, text, me)
        assert found.count(" ") == 0 or not any(map(str.isdigit, found)), found
        assert "." not in found


def test_a_network_is_never_shut_out(model: LanguageModel) -> None:
    """However often somebody wrote the same, they may write something else."""
    me = PersonalMemory()
    for i in range(40):
        model.learn(f"Order {1000 + i} shipped. {ENDING}", me)
    for text in ("Order 1234 shipped. Kind rem", "Wha", "Order 1234 shipped. I h"):
        known = [s.text for s in model.suggest(text)]
        assert known[0] in [s.text for s in model.suggest(text, n=10, personal=me)]


def test_a_sentence_lends_no_word_its_capital(model: LanguageModel) -> None:
    me = taught(model, "I ask how are you today", "You too!", "Are we on?")
    assert phrase(model, "I ask ho", me).islower()


@pytest.mark.parametrize(
    ("before", "level"),
    [
        ("", Level.START),
        ("hello", Level.NEW),
        ("hello go", Level.ONE),
        ("so we", Level.ONE_SURE),
        ("we like", Level.SURE),
        ("like tea", Level.TWICE),
        ("like coffee", Level.ONCE),
        ("kind regards", Level.ALWAYS),
        ("so kind", Level.ONE_SURE),
    ],
)
def test_a_place_is_known_by_what_was_seen_together(before: str, level: Level) -> None:
    counts = WordCounts(orders=3)
    for text in ("Here we like tea now", "And we like tea now", "How we like coffee too"):
        counts.add(cut(text))
    for text in (
        "go home",
        "go on",
        "go there",
        *["And we like tea"] * 6,
        *["Kind regards, Ed"] * 5,
    ):
        counts.add(cut(text))
    assert habit(counts, cut("x " + before) if before else ()).level == level


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("ab .,\n'", max_size=12), max_size=6), st.text("ab .,\n'", max_size=12))
def test_any_memory_gives_phrases_of_whole_words(
    lm: LanguageModel, learned: list[str], text: str
) -> None:
    memory = PersonalMemory()
    for each in learned * 3:
        lm.learn(each, memory)
    PersonalMemory().restore(json.loads(json.dumps(memory.export())))
    found = lm.offer(text, phrase_words=4, personal=memory).phrase
    if found is not None:
        assert 0 < found.probability <= 1
        assert len(found.text.split(" ")) <= 4
        assert "\n" not in found.text
        assert found.text[-1].isalnum()
