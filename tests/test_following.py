"""What stands after the caret counts, and is not offered again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import LanguageModel, Offer, OptionError, Suggestion, load
from chatbot.ahead import Ahead
from chatbot.following import fresh
from chatbot.phrases import Stage
from chatbot.words import half_typed

NOTHING = np.empty((1, 0), np.float32)
NOWHERE = Ahead(NOTHING, NOTHING, 0, 1.0, NOTHING)


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    """The bundled model: re-ranking needs one that knows many words."""
    return load()


def shown(suggestions: list[Suggestion]) -> list[str]:
    return [each.text for each in suggestions]


@pytest.mark.parametrize(
    ("text", "after", "best"),
    [
        ("I like to ", " to music", "listen"),
        ("I am looking ", " to it", "forward"),
        ("Where are you ", "?", "from"),
        ("I have been ", " for the bus", "waiting"),
    ],
)
def test_words_that_lead_to_what_follows_rise(
    model: LanguageModel, text: str, after: str, best: str
) -> None:
    assert model.suggest(text, after=after)[0].text == best
    before = {each.text: each.probability for each in model.suggest(text, n=20)}
    now = {each.text: each.probability for each in model.suggest(text, n=20, after=after)}
    assert now[best] >= before[best]


def test_a_line_is_looked_at_to_its_end_however_much_stands_below_it(model: LanguageModel) -> None:
    below = "\nAnother line, of which nothing counts, since it goes on for long."
    alone = model.suggest("I like to ", n=10, after=" music")
    assert model.suggest("I like to ", n=10, after=" music" + below) == alone
    assert shown(alone) != shown(model.suggest("I like to ", n=10))


def test_what_follows_is_not_offered(model: LanguageModel) -> None:
    assert "you" in shown(model.suggest("How are "))
    assert "you" not in shown(model.suggest("How are ", after="you today?"))
    assert "you" not in shown(model.suggest("How are ", after=" You"))


def test_a_phrase_ends_before_what_follows(model: LanguageModel) -> None:
    assert model.offer("how are").phrase == model.suggest("how are", n=1, max_words=4)[0]
    with_more = model.offer("how a", after=" you doing?").phrase
    assert with_more is not None
    assert with_more.text == "are"
    phrase = model.offer("how are", after=" doing?").phrase
    assert phrase is not None
    assert phrase.text == "are you"


@pytest.mark.parametrize(
    ("phrase", "after", "kept"),
    [
        ("so much for your", " your help", "so much for"),
        ("so much for your", " much for your help", "so"),
        ("regards, Ivan Petrov", ", Ivan Petrov", "regards"),
        ("regards, Ivan Petrov", ", Ivanov", "regards, Ivan Petrov"),
        ("going to the", "\u2019The", "going to"),
        ("going to the", "", "going to the"),
        ("going to the", "\nthe", "going to the"),
    ],
)
def test_a_phrase_says_nothing_that_stands_there(phrase: str, after: str, kept: str) -> None:
    ends = [i for i, sign in enumerate(phrase) if sign == " "] + [len(phrase)]
    stages = [Stage(phrase[:end].rstrip(","), 1.0, NOWHERE) for end in ends]
    assert fresh(stages, after)[-1].text == kept


def test_nothing_is_offered_inside_a_word(model: LanguageModel) -> None:
    assert model.suggest("I lo", after="ve it") == []
    assert model.offer("I lo", after="ve it") == Offer([], None)
    assert model.suggest("I lo", after=" it")


def test_a_word_before_another_brings_its_space(model: LanguageModel) -> None:
    (best, *_) = model.suggest("I like to ", after="to music")
    assert best.insert == best.text + " "


def test_curly_quotes_after_the_caret_are_straight_ones(model: LanguageModel) -> None:
    assert model.suggest("I ", after="don\u2019t know") == model.suggest("I ", after="don't know")
    assert "don't" not in shown(model.suggest("I ", n=20, after="don\u2019t know"))


def test_another_line_or_blanks_change_nothing(lm: LanguageModel) -> None:
    alone = lm.suggest("Yes, I li")
    assert lm.suggest("Yes, I li", after="\nI like tea.") == alone
    assert lm.suggest("Yes, I li", after="   ") == alone


def test_an_offer_is_the_words_and_the_phrase(model: LanguageModel) -> None:
    for text in ("", "Hello, how", "I would l", "Thank you, ", "see you tomor", "xqj", "zzyzx"):
        offer = model.offer(text, phrase_words=4)
        assert shown(offer.words) == shown(model.suggest(text))
        phrases = model.suggest(text, n=1, max_words=4)
        assert [offer.phrase.text] if offer.phrase else shown(phrases) == []


@settings(max_examples=40, deadline=None)
@given(text=st.text("helo wary,.'-\n 🙂", max_size=20), after=st.text(max_size=20))
def test_any_text_on_both_sides_is_answered(lm: LanguageModel, text: str, after: str) -> None:
    offer = lm.offer(text, after=after)
    chances = [each.probability for each in offer.words]
    assert chances == sorted(chances, reverse=True)
    assert all(0 < p <= 1 for p in chances)
    if half_typed(text) and after[:1].isalnum():
        assert offer == Offer([], None)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"after": None}, "after must be a text; got NoneType"),
        ({"phrase_words": 0}, "phrase_words must be from 1 to 20; got 0"),
        ({"n": True}, "n must be from 1 to 100; got True"),
    ],
)
def test_a_wrong_option_is_named(lm: LanguageModel, options: dict, told: str) -> None:
    with pytest.raises(OptionError, match=told):
        lm.offer("Hello", **options)
