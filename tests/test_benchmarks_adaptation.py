"""The adaptation benchmark: it finds people, and a memory that read them saves them keys."""

from __future__ import annotations

import pytest

from benchmarks.adaptation import hindsight, people, saved
from chatbot import LanguageModel
from tokenizer import Turn
from training.conversation import Conversation
from training.metrics import draw_targets

LINES = ["Zermatt is near Visperterminen", "Visperterminen has Heida wine", "so it goes"]


def conversation(turns: int) -> Conversation:
    said = tuple(Turn("AB"[i % 2], LINES[i // 2 % 3] if i % 2 == 0 else "?") for i in range(turns))
    return Conversation("1", "mine", said, "valid")


def test_people_are_those_who_wrote_enough() -> None:
    (person,) = people("mine", [conversation(20), conversation(4)], messages=10)
    assert (person.corpus, len(person.messages)) == ("mine", 10)
    assert [message.text for message in person.messages[:3]] == LINES
    assert person.messages[1].turns == (LINES[0], "?")


def test_a_memory_of_a_person_saves_them_keys(lm: LanguageModel) -> None:
    (person,) = people("mine", [conversation(20)], messages=10)
    alone = [type(m)((), m.text) for m in person.messages]  # nothing to hear but the memory
    targets = draw_targets(alone[6:], words=12)
    without, after = (saved(lm, person, targets, learned=n) for n in (0, 6))
    assert without is not None
    assert after is not None
    assert after > without
    # Chosen for each word after the fact, a weight does as well as any chosen before.
    assert hindsight(lm, person, targets, learned=6) >= after


def test_hindsight_has_nothing_to_choose_where_nothing_was_learned(lm: LanguageModel) -> None:
    (person,) = people("mine", [conversation(20)], messages=10)
    targets = draw_targets(person.messages, words=12)
    without = saved(lm, person, targets, learned=0)
    assert hindsight(lm, person, targets, learned=0) == pytest.approx(without)
