"""An edit goes on in the case and the spacing of what is typed."""

from __future__ import annotations

import pytest

from chatbot import LanguageModel, PersonalMemory, load
from chatbot.draft import Draft
from chatbot.edit import edit


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load()


@pytest.mark.parametrize(
    ("typed", "phrase", "whole"),
    [
        ("Wh", "WHERE", "Where"),
        ("l", "LEAVE me", "leave me"),
        ("ZAN", "Zanzibar", "ZANZIBAR"),
        ("IPH", "iPhone is", "IPHONE is"),
        ("iph", "iPhone", "iphone"),
        ("iP", "iPhone", "iPhone"),
        ("N", "NASA", "NASA"),
        ("Z", "zhanna", "Zhanna"),
        ("don\u2019", "don't", "don\u2019t"),
        ("recie", "receive", "receive"),
        ("", "WHERE", "WHERE"),
    ],
)
def test_a_word_goes_on_in_the_case_of_its_beginning(typed: str, phrase: str, whole: str) -> None:
    made = edit(Draft(f"so {typed}"), phrase, 0.5)
    assert (made.text, made.insert, made.replace) == (whole, whole, (3, 3 + len(typed)))


def test_what_was_shouted_is_not_shouted_back(model: LanguageModel) -> None:
    assert model.suggest("Wh", turns=["WHERE ARE YOU"])[0].text == "Where"
    me = PersonalMemory()
    model.learn("the Voskhod report", me)
    assert model.suggest("THE VOSK", personal=me)[0].text == "VOSKHOD"


@pytest.mark.parametrize("text", ["Thank you so much 😊", 'He said "yes"', "so good 😊👍"])
def test_a_word_after_an_emoji_or_a_quotation_stands_apart(model: LanguageModel, text: str) -> None:
    found = model.suggest(text)
    assert found
    assert all(each.insert == f" {each.text}" for each in found)


@pytest.mark.parametrize("text", ["see www.", "me@gmail.", "at 12:", "http://", "and/"])
def test_an_address_is_not_gone_on_with(model: LanguageModel, text: str) -> None:
    assert model.offer(text).words == []
    assert model.offer(text).phrase is None
