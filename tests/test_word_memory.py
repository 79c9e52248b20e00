"""The memory of a dialogue's words: what it expects, and what it does to suggestions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.network import LibraryPredictor
from chatbot import LanguageModel, PersonalMemory, load
from chatbot.expectation import expect
from chatbot.word_counts import WordCounts, cut
from chatbot.word_memory import DialogueMemory, MemoryConfig, WordMemories
from chatbot.words import PLAIN_WORD

TEXTS = st.lists(st.text(st.sampled_from("abAB' .\n"), max_size=40), max_size=4)
NAME = "Have you been to Zermatt? I loved Zermatt in May."


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load()


def chances(memory: DialogueMemory, half: str = "") -> dict[str, float]:
    return {each.text.lower(): each.probability for each in memory.expect(half).words}


def reading(*texts: str) -> DialogueMemory:
    """Take each text as a turn, and the last one as the turn being written."""
    return WordMemories(MemoryConfig()).open([*texts[:-1]], texts[-1])


def test_a_word_is_expected_most_where_it_stood_before() -> None:
    memory = reading("I drink tea. I drink tea. We eat cake and cake and cake.", "I drink ")
    assert max(chances(memory).items(), key=lambda pair: pair[1])[0] == "tea"
    elsewhere = reading("I drink tea. I drink tea. We eat cake and cake and cake.", "so much ")
    assert max(chances(elsewhere).items(), key=lambda pair: pair[1])[0] == "cake"


@given(TEXTS, st.sampled_from(["", "a", "B", "ab"]))
def test_its_probabilities_are_a_share_of_one(texts: list[str], half: str) -> None:
    expected = reading(*texts, "").expect(half)
    assert 0 <= sum(each.probability for each in expected.words) <= expected.mass + 1e-9
    assert expected.mass <= 1 + 1e-9
    assert all(each.text.lower().startswith(half.lower()) for each in expected.words)


@given(TEXTS, TEXTS, st.text(st.sampled_from("abAB' .\n"), max_size=20))
def test_counts_in_layers_are_counts_in_one(
    older: list[str], newer: list[str], before: str
) -> None:
    layers, one = [WordCounts(), WordCounts()], WordCounts()
    for layer, texts in zip(layers, (older, newer), strict=True):
        for text in texts:
            layer.add(cut(text))
            one.add(cut(text))
    apart, together = (expect(each, cut(before), "") for each in (layers, [one]))
    assert apart.mass == pytest.approx(together.mass)
    expected = {w.text: w.probability for w in together.words}
    assert {w.text: w.probability for w in apart.words} == pytest.approx(expected)


def test_a_word_is_written_as_it_was_last() -> None:
    assert [w.text for w in reading("ZERMATT", "Zermatt", "").expect("z").words] == ["Zermatt"]


def test_a_sentence_lends_no_word_its_capital() -> None:
    def spelled(*texts: str) -> list[str]:
        return [each.text for each in reading(*texts, "").expect("yo").words]

    assert spelled("and you") == spelled("and you", "You too") == ["you"]
    assert spelled("You too. I see you") == ["you"]
    assert spelled("You too") == ["You"]
    assert spelled("and YOU") == ["YOU"]


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


ENDED = ["Nice to meet you ", "See you later ", "good night ", "Good morning ", "thank you "]


@pytest.mark.parametrize("text", ENDED)
def test_where_no_word_is_expected_a_memory_gains_nothing(model: LanguageModel, text: str) -> None:
    """The network holds any word to be improbable there, not the memory's to be the best."""
    said, me = text.lower().split(), PersonalMemory()
    model.learn(text, me)
    for personal, share in ((None, 0.1), (me, 0.2)):
        offer = model.offer(text, n=20, personal=personal)
        again = [s for s in offer.words if s.text.lower() in said]
        assert sum(s.probability for s in again) < share
        assert offer.words[0].text.lower() not in said
        assert offer.phrase is None or offer.phrase.text.lower().split()[0] not in said


@pytest.mark.parametrize("text", [*ENDED, "I love tea. Nice to meet you "])
def test_a_letter_takes_away_what_does_not_agree_and_no_more(
    model: LanguageModel, text: str
) -> None:
    """Of words that begin with it, one is as many times as probable as another as before it."""
    whole = {s.text.lower(): s.probability for s in model.suggest(text, n=50)}
    for letter in "gmst":
        found = {s.text.lower(): s.probability for s in model.suggest(text + letter, n=50)}
        known = [word for word in found if min(found[word], whole.get(word, 0.0)) > 0.01]
        shares = [whole[word] / found[word] for word in known]
        assert max(shares, default=1.0) == pytest.approx(min(shares, default=1.0), rel=0.15)


TWICE = ["Happy birthday ", "happy birthday ", "I like the yellow ", "very "]


@pytest.mark.parametrize("text", TWICE)
def test_nobody_is_offered_the_word_they_just_wrote(model: LanguageModel, text: str) -> None:
    last = text.split()[-1]
    offer = model.offer(text, n=20)
    assert last not in [s.text.lower() for s in offer.words]
    assert offer.phrase is None or offer.phrase.text.lower().split()[0] != last
    assert last in [s.text.lower() for s in model.suggest(text + last[:-1], n=20)]  # asked for


@pytest.mark.parametrize(
    "text", ["do you y", "have h", "Tom T", "Thank you for f", "in i", "I live in i", "it's I"]
)
def test_the_word_just_written_is_no_likelier_for_it(model: LanguageModel, text: str) -> None:
    last = text.split()[-2].lower()
    doubled = [each for each in model.suggest(text) if each.text.lower() == last]
    assert all(each.probability < 0.2 for each in doubled)


@pytest.mark.parametrize("text", ["Hello,h", "thanks,t", "ok!o", "so,s", "Nice to meet you.N"])
def test_words_that_run_together_are_the_networks_alone(model: LanguageModel, text: str) -> None:
    first = text.split()[0].rstrip("h").rstrip(",").lower()
    best = model.suggest(text)[0]
    assert best.probability < 0.6
    assert best.text.lower() != first


def test_who_writes_a_word_twice_is_offered_it_twice(model: LanguageModel) -> None:
    twice, me = "Happy birthday birthday to you.", PersonalMemory()
    model.learn(twice, me)
    for words in (
        model.suggest("Happy birthday ", n=5, turns=[twice]),
        model.suggest("Happy birthday ", n=5, personal=me),
        model.suggest(f"{twice} Happy birthday ", n=5),
    ):
        assert "birthday" in [s.text.lower() for s in words]


@pytest.mark.parametrize("text", ["She was ", "What did you ", "I am looking "])
def test_two_words_foretell_no_third(model: LanguageModel, text: str) -> None:
    assert not set(text.lower().split()) & {s.text.lower() for s in model.suggest(text, n=5)}


def test_probabilities_stay_probabilities(model: LanguageModel) -> None:
    for text in ("", "I", "I love Zermatt and Z", "Zermatt Zermatt Zermatt "):
        found = model.suggest(text, n=20, turns=[NAME])
        assert 0 < sum(s.probability for s in found) <= 1 + 1e-6
        assert len({s.text.lower() for s in found}) == len(found)


def test_of_words_that_are_as_common_those_written_first_are_looked_at() -> None:
    """As offline: both must find the same in a long dialogue."""
    said = [f"{letter}{i}" for i in range(13) for letter in "zyxwvuts"]
    counts = WordCounts()
    for i in range(0, len(said), 8):
        counts.add(said[i : i + 8])
    counts.add(said[-1:])
    assert list(counts.beginning_with("")) == [said[-1], *said[:63]]
