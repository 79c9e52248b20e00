"""What a person wrote last stands in for a conversation that nobody tells of."""

from __future__ import annotations

import pytest

from chatbot import LanguageModel, PersonalMemory
from chatbot.personal import PersonalConfig


def wrote(*texts: str, config: PersonalConfig | None = None) -> PersonalMemory:
    me = PersonalMemory(config=config)
    for text in texts:
        me.learn(text)
    return me


def numbers(me: PersonalMemory) -> list[int]:
    return [int(text) for text in me.recent]


def test_it_is_written_as_it_was_but_for_what_is_no_word() -> None:
    assert wrote().recent == ()
    me = wrote("Hi Ana,\nhow are you?", "it's (really) fine \u2013 I don't know!")
    assert me.recent == ("Hi Ana,\nhow are you?", "it's really fine I don't know!")


def test_it_begins_anew_once_in_a_while_so_that_most_messages_only_add_to_it() -> None:
    me, begun = wrote(config=PersonalConfig(recent=4)), []
    for i in range(20):
        me.learn(str(i))
        first, *_, last = *numbers(me), i
        assert last == i
        assert min(i + 1, 4) <= len(me.recent) < 8
        begun.append(first)
    assert sorted(set(begun)) == [0, 4, 8, 12, 16]


def test_of_much_only_the_end_is_given() -> None:
    me = wrote("one two three", "four five six", config=PersonalConfig(recent_characters=20))
    assert me.recent == ("three", "four five six")


def test_what_is_forgotten_or_taken_back_is_not_in_it() -> None:
    me = wrote("Dear Zhanna, hello", "Thank you")
    me.forget("zhanna")
    assert me.recent == ("Dear", ", hello", "Thank you")
    me.undo()
    assert me.recent == ("Dear Zhanna, hello", "Thank you")
    me.undo()
    assert me.recent == ("Dear Zhanna, hello",)
    other = wrote("Another")
    other.restore(me.export())
    assert other.recent == me.recent
    me.clear()
    assert me.recent == ()


def test_a_text_is_gone_on_with_after_it_only_where_nothing_else_was_said(
    lm: LanguageModel,
) -> None:
    me = PersonalMemory()
    for text in ("do you like tea?", "and your sister?"):
        lm.learn(text, me)
    for text in ("", "i ", "yes i l"):
        assert lm.offer(text, personal=me) == lm.offer(text, turns=me.recent, personal=me)
        told = lm.offer(text, turns=["hello"], personal=me)
        assert told != lm.offer(text, personal=me)


def test_it_is_learned_after_it_too(lm: LanguageModel) -> None:
    alone, told = PersonalMemory(), PersonalMemory()
    for text in ("do you like tea?", "and your sister?", "i like tea"):
        lm.learn(text, told, told.recent)
        lm.learn(text, alone)
    assert alone.export() == told.export()


@pytest.mark.parametrize("text", ["tea ", "i like t"])
def test_an_empty_memory_tells_of_nothing(lm: LanguageModel, text: str) -> None:
    assert lm.offer(text, personal=PersonalMemory()) == lm.offer(text)
