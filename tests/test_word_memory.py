"""The memory of a dialogue's words: what it expects, and what it does to suggestions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.network import LibraryPredictor
from chatbot import LanguageModel, load
from chatbot.word_memory import MemoryConfig, WordMemories, WordMemory
from chatbot.words import PLAIN_WORD

TEXTS = st.lists(st.text(st.sampled_from("abAB' .\n"), max_size=40), max_size=4)
NAME = "Have you been to Zermatt? I loved Zermatt in May."


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load()


def chances(memory: WordMemory, half: str = "") -> dict[str, float]:
    return {each.text.lower(): each.probability for each in memory.expect(half)[0]}


def reading(*texts: str) -> WordMemory:
    memory = WordMemory()
    for text in texts:
        memory.begin_turn()
        memory.read(text)
    return memory


def test_a_word_is_expected_most_where_it_stood_before() -> None:
    memory = reading("I drink tea. I drink tea. We eat cake and cake and cake.", "I drink ")
    assert max(chances(memory).items(), key=lambda pair: pair[1])[0] == "tea"
    elsewhere = reading("I drink tea. I drink tea. We eat cake and cake and cake.", "so much ")
    assert max(chances(elsewhere).items(), key=lambda pair: pair[1])[0] == "cake"


@given(TEXTS, st.sampled_from(["", "a", "B", "ab"]))
def test_its_probabilities_are_a_share_of_one(texts: list[str], half: str) -> None:
    expected, mass = reading(*texts).expect(half)
    assert 0 <= sum(each.probability for each in expected) <= mass + 1e-9 <= 1 + 2e-9
    assert all(each.text.lower().startswith(half.lower()) for each in expected)


@given(TEXTS, st.text(st.sampled_from("abAB' .\n"), max_size=40))
def test_a_memory_on_an_older_one_is_one_memory(texts: list[str], text: str) -> None:
    older = reading(*texts)
    above = WordMemory(older=older)
    above.read(text)
    assert chances(above) == pytest.approx(chances(reading(*texts, text)))


def test_a_word_is_written_as_it_was_last() -> None:
    assert [each.text for each in reading("ZERMATT", "Zermatt").expect("z")[0]] == ["Zermatt"]


def test_what_lies_too_far_back_is_forgotten() -> None:
    memories = WordMemories(MemoryConfig(most_characters=40))
    assert "zermatt" in chances(memories.open(["Zermatt", "fine"], "so "))
    assert "zermatt" not in chances(memories.open(["Zermatt", "fine " * 9], "so "))
    assert "zermatt" not in chances(memories.open([], "Zermatt " + "fine " * 9))


def test_a_name_from_the_dialogue_is_offered(model: LanguageModel) -> None:
    assert "Zermatt" not in [s.text for s in model.suggest("Tell me about Ze")]
    best = model.suggest("Tell me about Ze", turns=[NAME])[0]
    assert (best.text, best.insert, best.replace) == ("Zermatt", "Zermatt", (14, 16))
    assert best.probability > 0.5
    assert model.suggest("Tell me about ze", turns=[NAME])[0].text == "zermatt"  # as it was begun


def test_a_name_from_the_turn_itself_is_offered(model: LanguageModel) -> None:
    assert model.suggest("Zermatt is high. I love Z")[0].text == "Zermatt"
    phrases = model.suggest("Zermatt is high. I love Z", max_words=3)
    assert phrases[0].text.startswith("Zermatt")


def test_a_phrase_goes_on_from_a_remembered_name() -> None:
    """On the scoreboard a phrase has the words asked for, whoever found the first of them."""
    (best, *_) = LibraryPredictor().suggest("I love Z", [NAME], n=3, max_words=3)
    words = PLAIN_WORD.findall(best.text)
    assert (words[0], len(words)) == ("Zermatt", 3)


def test_one_dialogue_does_not_hear_another(model: LanguageModel) -> None:
    before = model.suggest("Tell me about Ze", n=10)
    model.suggest("Tell me about Ze", n=10, turns=[NAME])
    assert model.suggest("Tell me about Ze", n=10) == before


def test_probabilities_stay_probabilities(model: LanguageModel) -> None:
    for text in ("", "I", "I love Zermatt and Z", "Zermatt Zermatt Zermatt "):
        found = model.suggest(text, n=20, turns=[NAME])
        assert 0 < sum(s.probability for s in found) <= 1 + 1e-6
        assert len({s.text.lower() for s in found}) == len(found)
