"""The adaptation benchmark: it finds people, and a memory that read them saves them keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.adaptation import main
from benchmarks.adaptation_measures import hindsight, saved, saved_learning_on, taught
from benchmarks.adaptation_people import Person, across, as_one, people, told
from benchmarks.ghost_text import ghost_text
from benchmarks.retraining import RetrainConfig, retrained
from chatbot import LanguageModel, PersonalMemory, load
from tokenizer import Turn
from training.conversation import Conversation
from training.errors import CorpusError
from training.metrics import Written, draw_targets

Measure = Callable[..., list[dict[str, Any]]]
"""Arguments of the command -> the people it wrote down."""
LINES = ["Zermatt is near Visperterminen", "Visperterminen has Heida wine", "so it goes"]


def conversation(turns: int) -> Conversation:
    said = tuple(Turn("AB"[i % 2], LINES[i // 2 % 3] if i % 2 == 0 else "?") for i in range(turns))
    return Conversation("1", "mine", said, "valid")


def test_people_are_those_who_wrote_enough() -> None:
    (person,) = people("mine", [conversation(20), conversation(4)], messages=10)
    assert (person.corpus, len(person.messages)) == ("mine", 10)
    assert [message.text for message in person.messages[:3]] == LINES
    assert person.messages[1].turns == (LINES[0], "?")
    assert person.messages[9].turns == tuple(turn.text for turn in conversation(18).turns[-8:])


def test_a_memory_of_a_person_saves_them_keys(lm: LanguageModel) -> None:
    (person,) = people("mine", [conversation(20)], messages=10)
    person = told(person, 0)  # nothing to hear but the memory
    targets = draw_targets(person.messages[6:], words=12)
    without, after = (saved(lm, targets, taught(lm, person, n)) for n in (0, 6))
    assert without is not None
    assert after is not None
    assert after > without
    # Chosen for each word after the fact, a weight does as well as any chosen before.
    assert hindsight(lm, person, targets, learned=6) >= after


def test_a_memory_that_goes_on_learning_knows_each_message_once_it_is_written(
    lm: LanguageModel,
) -> None:
    said = ["Zermatt is near", "Visperterminen has Heida wine", "Visperterminen has Heida wine"]
    person = Person("mine", [Written((), text) for text in said])
    targets = draw_targets(person.messages[2:], words=4)
    known, on = (
        saved(lm, targets, taught(lm, person, 2)),
        saved_learning_on(lm, person, targets, learned=1),
    )
    assert on == pytest.approx(known)
    assert on > (saved(lm, targets, taught(lm, person, 1)) or 0)


def test_a_field_may_be_told_less(lm: LanguageModel) -> None:
    (person,) = people("mine", [conversation(20)], messages=10)
    for turns in (0, 1, 3):
        seen = told(person, turns).messages
        assert [m.text for m in seen] == [m.text for m in person.messages]
        assert [len(m.turns) for m in seen[-2:]] == [turns] * 2
        assert seen[-1].turns == person.messages[-1].turns[8 - turns :]


def test_hindsight_has_nothing_to_choose_where_nothing_was_learned(lm: LanguageModel) -> None:
    (person,) = people("mine", [conversation(20)], messages=10)
    targets = draw_targets(person.messages, words=12)
    without = saved(lm, targets, PersonalMemory())
    assert hindsight(lm, person, targets, learned=0) == pytest.approx(without)


def test_a_network_trained_on_a_person_expects_what_they_write(lm: LanguageModel) -> None:
    (person,) = people("mine", [conversation(20)], messages=10)
    config = RetrainConfig(learning_rate=1e-2, readings=12)
    trained = retrained(lm, person, learned=6, config=config)
    message = person.messages[6]
    before, after = (m.score(message.text, turns=message.turns).nats for m in (lm, trained))
    assert after < before / 2
    same = retrained(lm, person, learned=0)
    untouched = same.score(message.text, turns=message.turns).nats
    assert untouched == pytest.approx(before, rel=0.02)  # in 8 bits


def between(name: str, writers: str, turns: int) -> Conversation:
    """Make a conversation whose writers take turns; each turn says where it stands: "c1 Ann 0"."""
    by_turn = [writers.split()[i % len(writers.split())] for i in range(turns)]
    said = tuple(Turn(writer, f"{name} {writer} {i}") for i, writer in enumerate(by_turn))
    return Conversation(name, "mine", said)


def test_a_writer_is_found_across_conversations_first_outside_the_held_out_ones() -> None:
    named = [
        between("held1", "Ann Bob", 6),
        between("c1", "Ann Cid", 4),
        between("held2", "Dan Ann", 4),
        between("c2", "Eve Ann", 6),
    ]
    (ann,) = across("mine", named, {"held1", "held2"}, earlier=4, later=5)
    # Of the five messages outside the last four; of the held-out ones all.
    assert [message.text for message in ann.messages] == [
        *("c1 Ann 2", "c2 Ann 1", "c2 Ann 3", "c2 Ann 5"),
        *("held1 Ann 0", "held1 Ann 2", "held1 Ann 4", "held2 Ann 1", "held2 Ann 3"),
    ]
    assert ann.messages[1].turns == ("c2 Eve 0",)
    assert ann.messages[4].turns == ()  # nothing of the conversation before


def test_where_nothing_is_to_be_learned_only_held_out_messages_are_taken() -> None:
    named = [between("c1", "Ann", 3), between("held", "Ann", 2)]
    (ann,) = across("mine", named, {"held"}, earlier=0, later=2)
    assert [message.text for message in ann.messages] == ["held Ann 0", "held Ann 1"]


@pytest.mark.parametrize(("earlier", "later", "found"), [(3, 2, 1), (4, 2, 0), (3, 3, 0)])
def test_nobody_is_taken_who_wrote_too_little_on_either_side(
    earlier: int, later: int, found: int
) -> None:
    named = [between("c1", "Ann Bob", 6), between("held", "Ann Cid", 4)]
    assert len([*across("mine", named, {"held"}, earlier=earlier, later=later)]) == found


def test_a_message_without_a_word_does_not_count() -> None:
    mostly_silent = Conversation("c1", "mine", (Turn("Ann", "?"), Turn("Ann", "tea")))
    named = [mostly_silent, between("held", "Ann", 2)]
    assert [*across("mine", named, {"held"}, earlier=2, later=2)] == []
    assert len([*across("mine", named, {"held"}, earlier=1, later=2)]) == 1


def test_as_one_takes_who_speaks_first_and_no_conversation_on_both_sides() -> None:
    conversations = [between(f"c{i}", "A B", 6) for i in range(8)]
    messages = as_one("mine", conversations, earlier=4).messages
    origins = [message.text.split()[0] for message in messages]
    assert {message.text.split()[1] for message in messages} == {"A"}
    # The fourth message is the first of the second conversation, which then says no more.
    assert len(messages) == 4 + 6 * 3
    assert len(set(origins[:4])) == 2
    assert not set(origins[:4]) & set(origins[4:])
    assert set(origins) == {f"c{i}" for i in range(8)}
    assert list(dict.fromkeys(origins)) != sorted(set(origins))  # shuffled


def test_as_one_needs_messages_after_those_that_are_learned() -> None:
    conversations = [between(f"c{i}", "A B", 6) for i in range(2)]
    assert len(as_one("mine", conversations, earlier=3).messages) == 6
    with pytest.raises(CorpusError, match="mine must have messages after the first 4"):
        as_one("mine", conversations, earlier=4)


def corpus_file(path: Path, split: str, conversations: Sequence[Conversation]) -> str:
    """Write conversations, all of one split, and give the file's name."""
    lines = [
        {"id": c.id, "split": split, "turns": [turn._asdict() for turn in c.turns]}
        for c in conversations
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


@pytest.fixture
def measure(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Measure:
    """Run the command, quickly, and give the people it wrote down."""

    def run(*arguments: str) -> list[dict[str, Any]]:
        out = tmp_path / "adaptation.json"
        quick = ["--learned", "0", "3", "--words", "4", "--checkpoint", str(checkpoint)]
        monkeypatch.setattr("sys.argv", ["adaptation", *quick, *arguments, "--out", str(out)])
        main()
        rows: list[dict[str, Any]] = json.loads(out.read_text("utf-8"))["people"]
        return rows

    return run


def test_the_command_finds_people_in_one_conversation_across_some_and_as_one(
    measure: Measure, tmp_path: Path
) -> None:
    # The corpus says A and B where the writers' own says who: nothing but ids joins them.
    held = corpus_file(tmp_path / "plain.jsonl", "valid", [between("held", "A B", 120)])
    named = [between("held", "Ann Cid", 120), between("c1", "Ann Bob", 8)]
    writers = corpus_file(tmp_path / "named.jsonl", "train", named)
    alike = [between(f"c{i}", "A B", 6) for i in range(4)]
    one = corpus_file(tmp_path / "alike.jsonl", "eval", alike)
    rows = measure(held, "--writers", writers, "--as-one", one)
    assert [(row["corpus"], row["messages"]) for row in rows] == [
        *[("plain", 60)] * 2,
        ("plain, across conversations", 3 + 60),
        ("alike, as one", 3 + 3 * 3),
    ]
    assert [row["corpus"] for row in measure(held)] == ["plain"] * 2
    assert [row["told"]["words"] for row in rows] == [2, 2, 4, 4]  # a kind's people share them
    assert "retrained" not in rows[0]["told"]
    assert measure(held, "--people", "1", "--words", "2") in ([rows[0]], [rows[1]])
    (trained,) = measure(held, "--people", "1", "--retrain")
    assert {"retrained", "retrained_and_memory"} < trained["told"].keys()
    for field in ("told", "answering", "alone"):
        assert {"ksr_w_3", "learning_on"} < trained[field].keys()


def test_numbers_of_messages_may_stand_in_any_order(measure: Measure, tmp_path: Path) -> None:
    held = corpus_file(tmp_path / "plain.jsonl", "valid", [between("held", "A B", 120)])
    in_order, otherwise = (
        measure(held, "--people", "1", "--learned", *each.split()) for each in ("0 1 3", "3 0 1")
    )
    assert in_order == otherwise


def test_writers_of_other_conversations_are_an_error(measure: Measure, tmp_path: Path) -> None:
    held = corpus_file(tmp_path / "plain.jsonl", "valid", [between("held", "A B", 4)])
    writers = corpus_file(tmp_path / "named.jsonl", "train", [between("c1", "Ann Bob", 4)])
    with pytest.raises(CorpusError, match="must share ids with held-out conversations of plain"):
        measure(held, "--writers", writers)


def test_ghost_text_is_right_where_it_is_what_was_written() -> None:
    model, me, ending = load(), PersonalMemory(), "Kind regards, Ivan Petrov"
    for text in ("Done.", "Lunch at noon?", "I am late.") * 4:
        model.learn(f"{text} {ending}", me)
    targets = draw_targets([Written((), f"See you. {ending}")], words=6)
    without, after = ghost_text(model, targets, None), ghost_text(model, targets, me)
    assert after.right >= without.right + len("regards, Ivan Petrov") / 6
    others = draw_targets([Written((), "See you. Kind words, Ivan Kirov")], words=6)
    misled = ghost_text(model, others, me)
    assert misled.wrong > after.wrong
    assert misled.right < after.right
