"""Chat: turns in, turns out."""

from __future__ import annotations

import pytest

from chatbot import LanguageModel, OptionError


def test_it_answers_and_remembers(lm: LanguageModel) -> None:
    chat = lm.chat(temperature=0)
    assert chat.reply("Hello!") == "Hello, how are you?"
    answer = chat.reply("I'm fine, thanks. Do you like tea?")
    assert answer.startswith("Yes, I like")
    assert chat.turns == ("Hello!", "Hello, how are you?", chat.turns[2], answer)


def test_streamed_equals_whole(lm: LanguageModel) -> None:
    whole, streamed = lm.chat(seed=4), lm.chat(seed=4)
    for message in ("Hi there", "I'm fine"):
        assert "".join(streamed.stream(message)) == whole.reply(message)
    assert whole.turns == streamed.turns


def test_a_session_goes_on_from_its_turns(lm: LanguageModel) -> None:
    first = lm.chat(seed=1)
    first.reply("Hello!")
    again = lm.chat(first.turns, seed=1)
    assert again.reply("I'm fine.") == first.reply("I'm fine.")


def test_an_answer_says_something(lm: LanguageModel) -> None:
    assert all(lm.reply(["Hi"], seed=s, temperature=2.0).completion_tokens > 0 for s in range(20))


def test_undo_and_clear(lm: LanguageModel) -> None:
    chat = lm.chat(temperature=0)
    chat.reply("Hello!")
    before = chat.turns
    chat.reply("I'm fine.")
    chat.undo()
    assert chat.turns == before
    chat.clear()
    assert chat.turns == ()


def test_an_answer_broken_off_leaves_no_trace(lm: LanguageModel) -> None:
    chat = lm.chat(temperature=0)
    stream = chat.stream("Hello!")
    next(stream)
    del stream
    assert chat.turns == ()


def test_an_empty_message_is_refused(lm: LanguageModel) -> None:
    with pytest.raises(OptionError, match="a message must hold some text"):
        lm.chat().reply("  ")
    with pytest.raises(OptionError, match="at least one turn"):
        lm.reply([])
