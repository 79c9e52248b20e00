"""What a person wrote last is gone on from, where nobody says what was said."""

from __future__ import annotations

import pytest

from chatbot import LanguageModel, PersonalMemory, load
from chatbot.personal import PersonalConfig

TEA = ["do you like tea?", "and your sister?", "i like it very much"]


def wrote(*texts: str, config: PersonalConfig | None = None) -> PersonalMemory:
    me = PersonalMemory(config=config)
    for text in texts:
        me.learn(text)
    return me


def test_it_is_written_as_it_was_but_for_what_is_no_word() -> None:
    me = wrote("Hi Ana,\nhow are you?", "it's (really) fine \u2013 I don't know!", "see you")
    assert me.recent == "Hi Ana,\nhow are you?\nit's really fine I don't know!\nsee you\n"


def test_one_message_or_two_are_not_gone_on_from() -> None:
    me = PersonalMemory()
    for text in ("How are you?", "What is your name?"):
        assert me.recent == ""
        me.learn(text)
    assert me.recent == ""


def test_it_begins_anew_once_in_a_while_so_that_most_messages_only_add_to_it() -> None:
    me, begun = wrote("0", "1", config=PersonalConfig(recent=4)), []
    for i in range(2, 20):
        me.learn(str(i))
        lines = me.recent.splitlines()
        assert lines[-1] == str(i)
        assert min(i + 1, 4) <= len(lines) < 8
        begun.append(int(lines[0]))
    assert sorted(set(begun)) == [0, 4, 8, 12, 16]


def test_of_much_only_the_end_is_given() -> None:
    said = "one two three", "four five six", "ten"
    assert wrote(*said, config=PersonalConfig(recent_characters=25)).recent == (
        "three\nfour five six\nten\n"
    )
    assert wrote(*said, config=PersonalConfig(recent_characters=18)).recent == (
        "four five six\nten\n"
    )


def test_what_is_written_in_another_script_says_nothing_of_what_comes() -> None:
    russian = "Привет, ты придёшь?", "Я принесу торт", "Во сколько начало?"
    me = wrote(*russian)
    assert me.recent == ""
    for text in TEA:
        assert me.recent == ""
        me.learn(text)
    assert me.recent.splitlines() == TEA
    assert wrote(*russian, "café Мир at 10", *TEA).recent.splitlines()[0] == "café Мир at 10"


def test_what_is_forgotten_or_taken_back_is_not_in_it() -> None:
    me = wrote("Dear Zhanna, hello", "Thank you", "See you soon")
    before = me.recent
    me.forget("zhanna")
    assert me.recent == "Dear\n, hello\nThank you\nSee you soon\n"
    me.undo()
    assert me.recent == before
    other = wrote("Another")
    other.restore(me.export())
    assert other.recent == before
    me.learn("Bye")
    assert me.recent == before + "Bye\n"
    me.undo()
    assert me.recent == before
    me.clear()
    assert me.recent == ""


@pytest.mark.parametrize("text", ["", "i ", "yes i l"])
def test_a_text_goes_on_from_it_where_no_turn_of_the_persons_own_is_told(
    lm: LanguageModel, text: str
) -> None:
    me, without = wrote(*TEA), wrote(*TEA, config=PersonalConfig(recent_characters=0))
    assert without.recent == ""
    for turns in ((), ("hello",)):
        assert lm.offer(text, 3, turns, personal=me) != lm.offer(text, 3, turns, personal=without)
    own = ("good morning", "hello")
    assert lm.offer(text, 3, own, personal=me) == lm.offer(text, 3, own, personal=without)
    # Before a turn it is one too.
    answered = lm.offer(text, 3, ("hello",), personal=me)
    assert answered == lm.offer(text, 3, ("\n".join(TEA), "hello"), personal=without)


def test_it_is_learned_as_it_is_suggested(lm: LanguageModel) -> None:
    """What is learned where lines came before is known where they come before again."""
    me, told = wrote(*TEA), wrote(*TEA)
    lm.learn("so do i", me)
    lm.learn("so do i", told, turns=["good morning", "hello"])
    assert me.export()["keys"] != told.export()["keys"]
    answering, plain = wrote(*TEA), wrote(*TEA, config=PersonalConfig(recent_characters=0))
    lm.learn("so do i", answering, turns=["hello"])
    lm.learn("so do i", plain, turns=["\n".join(TEA), "hello"])
    assert answering.export() == plain.export()


@pytest.mark.parametrize("text", ["tea ", "i like t"])
def test_an_empty_memory_tells_of_nothing(lm: LanguageModel, text: str) -> None:
    assert lm.offer(text, personal=PersonalMemory()) == lm.offer(text)


def test_nobody_answers_their_own_question() -> None:
    """As turns the lines were answered: "What is your name?" by "don't have a name", 0.77."""
    bundled, me = load(), PersonalMemory()
    for text in ("Hello!", "Nice to meet you.", "What is your name?"):
        bundled.learn(text, me)
    for text in ("", "I", "I "):
        phrase = bundled.offer(text, personal=me).phrase
        assert phrase is None or phrase.probability < 0.4
