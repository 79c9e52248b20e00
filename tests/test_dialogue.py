"""Chat: turns in, turns out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from chatbot import LanguageModel, OptionError, load
from chatbot.checkpoint import write_notes


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


def test_candidates_are_ranked_the_same_streamed_or_whole(lm: LanguageModel) -> None:
    options = {"seed": 5, "temperature": 1.5, "candidates": 6}
    whole = lm.reply(["Hi there"], **options)  # type: ignore[arg-type]
    pieces = list(lm.stream_reply(["Hi there"], **options))  # type: ignore[arg-type]
    assert "".join(pieces) == whole.text
    assert len(pieces) > 1


def test_the_reply_that_fits_wins_over_one_that_is_likely_anywhere(lm: LanguageModel) -> None:
    turns = ["Hello!", "Hello, how are you?"]
    best = [lm.reply(turns, seed=s, temperature=1.5, candidates=16).text for s in range(5)]
    alone = [lm.reply(turns, seed=s, temperature=1.5, candidates=1).text for s in range(5)]

    def surprise(texts: list[str]) -> float:
        return sum(lm.score(t, turns).nats / (len(t) + 1) for t in texts)

    assert surprise(best) < surprise(alone)


def test_an_opening_sets_the_tone_of_every_dialogue(checkpoint: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(checkpoint, tmp_path / "copy"))
    config = json.loads((copy / "config.json").read_text())
    opening = ["Hello!", "Hello, how are you?"]
    (copy / "config.json").write_text(json.dumps(config | {"opening": opening}))
    write_notes(copy, metrics={}, card="")
    plain, toned = load(checkpoint), load(copy)
    assert toned.reply(["I'm fine."], seed=1) == plain.reply([*opening, "I'm fine."], seed=1)
    assert toned.chat(seed=1).turns == ()


def test_candidates_out_of_range_are_named(lm: LanguageModel) -> None:
    with pytest.raises(OptionError, match="candidates must be from 1 to 64; got 0"):
        lm.reply(["Hi"], candidates=0)
