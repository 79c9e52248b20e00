"""The list of offensive words: what it holds, what it spares, and whom it spares."""

from __future__ import annotations

import pytest

from chatbot import LanguageModel, OptionError, PersonalMemory, load
from chatbot.offensive import KINDS, Kind, OffensiveWords, listed_words
from chatbot.runners import OnnxRunner

WORD = "shit"


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load()


@pytest.mark.parametrize("word", ["Scunthorpe", "class", "assess", "grape", "cocktail", "snigger"])
def test_the_list_spares_words_that_hold_a_listed_one(word: str) -> None:
    assert not OffensiveWords().in_text(f"a {word} here")


@pytest.mark.parametrize("kind", KINDS)
def test_every_listed_word_is_found_by_its_kind_and_no_other(kind: Kind) -> None:
    assert len(listed_words(kind)) > 10
    others = OffensiveWords([other for other in KINDS if other != kind])
    for word in listed_words(kind):
        assert OffensiveWords([kind]).in_text(f"so {word.removesuffix('*').upper()}!"), word
        assert not others.in_text(word.removesuffix("*")), word


def test_without_a_kind_nothing_is_blocked() -> None:
    assert not OffensiveWords([]).in_text(WORD)


def test_an_unknown_kind_is_told() -> None:
    with pytest.raises(
        OptionError, match="kinds must be of slurs, swearing, sexual, harm; got rude"
    ):
        OffensiveWords(["rude"])


def test_a_listed_word_is_not_offered_but_to_who_wrote_it(model: LanguageModel) -> None:
    def offered(text: str, turns: tuple[str, ...] = (), me: PersonalMemory | None = None) -> bool:
        found = model.suggest(text, n=20, turns=turns, personal=me)
        return WORD in [s.text.lower() for s in found]

    assert not offered("this is sh")
    assert not offered("this is sh", turns=(f"what a {WORD} day",)), "the other one wrote it"
    assert offered(f"{WORD}. this is sh"), "it stands in the text"
    mine = PersonalMemory()
    model.learn(f"well, {WORD} happens", mine)
    assert offered("this is sh", me=mine)


def test_who_swore_in_an_earlier_turn_is_offered_it_and_not_who_heard_it(
    model: LanguageModel,
) -> None:
    def offered(*turns: str) -> bool:
        return "fuck" in [each.text for each in model.suggest("what the f", n=10, turns=turns)]

    assert offered("What the FUCK", "Sorry?")
    assert offered("what the fuck", "sorry", "no, really", "hm")
    assert not offered("what the fuck")
    assert not offered("hi", "what the fuck")


def test_the_second_of_a_listed_pair_is_not_offered_after_the_first(model: LanguageModel) -> None:
    def offered(text: str) -> bool:
        return "yourself" in [s.text for s in model.suggest(text, n=20)]

    assert offered("Please look after y")
    assert not offered("Kill y")
    assert not offered("You said yourself: kill y"), "whoever wrote it"


class TestPhrases:
    """Ghost text goes on for words that nobody typed a letter of."""

    def test_it_ends_before_a_listed_word(self, model: LanguageModel) -> None:
        class Day(OffensiveWords):
            def in_text(self, text: str) -> bool:
                return "day" in text

        text, phrase = "I hope you have a gr", "great day"
        assert model.suggest(text, n=1, max_words=2)[0].text == phrase
        runner = OnnxRunner(model.checkpoint.step_function)
        prude = LanguageModel(model.checkpoint, runner, offensive=Day())
        assert prude.suggest(text, n=1, max_words=2)[0].text == "great"
        own = "What a day! " + text
        assert prude.suggest(own, n=1, max_words=2)[0].text == phrase

    def test_it_ends_before_a_forgotten_word(self, model: LanguageModel) -> None:
        text, mine = "I hope you have a gr", PersonalMemory()
        mine.forget("day")
        assert model.suggest(text, n=1, max_words=2, personal=mine)[0].text == "great"


def test_kinds_are_chosen_where_a_model_is_loaded(model: LanguageModel) -> None:
    def offered(model: LanguageModel) -> set[str]:
        return {
            each.text for text in ("this is fuc", "this is jiz") for each in model.suggest(text, 20)
        }

    assert not offered(model) & {"fuck", "jizz"}
    assert offered(load(offensive=["sexual"])) & {"fuck", "jizz"} == {"fuck"}
    assert offered(load(offensive=["swearing", "harm"])) & {"fuck", "jizz"} == {"jizz"}
    with pytest.raises(OptionError, match="got rude"):
        load(offensive=["rude"])
