"""Our own dialogues: enough of them, all different, fit to learn from, and true of Inkling."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from training.cleaning import CleaningReport, clean, clean_text
from training.persona import PERSONA, read_persona
from training.request import hash_files

TRAINING = Path(__file__).parents[1] / "training"
DIALOGUES = list(read_persona())
EXCHANGES = [
    (asked.text, answer.text)
    for dialogue in DIALOGUES
    for asked, answer in zip(dialogue.turns[::2], dialogue.turns[1::2], strict=True)
]
# Wordings that a pattern can tell; there are more.
NAME = (
    r"what ?('?s|is|was|r)? (your|ur) name|(^|tell me |know |ask |say )(your|ur) name"
    r"|who (are|r) (you|u)\b|(should|can|do|people|they) (i )?call (you|u)\b|are you called"
)
KIND = r"\b(are|r) (you|u) (a )?(human|real|person|robot|bot|machine|ai)\b|real person"
DANGER = (
    r"want to die|kill myself|hurting myself|dont want to live|not breathing|too many pills"
    r"|in danger"
)
PRIVATE = r"\S@\S+\.\w|https?:|www\.|\w\.(com|org|net)\b|\d[\d -]{6,}\d"
CLAIMS = (
    r"\bI'm (a |only |just )?(human|person|man|woman|boy|girl|doctor|lawyer)\b|as a person\b"
    r"|\bI (ate|drank|watched|visited|looked it up|checked online)\b"
    r"|\bmy (wife|husband|mother|father|sister|brother|kids|house|eyes|hands)\b"
)


def found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


def openings(theme: str) -> set[str]:
    """Give what a person begins the dialogues of a theme with, case and end signs aside."""
    ours = (d.turns[0].text for d in DIALOGUES if d.id.startswith(f"{PERSONA}/{theme}.txt:"))
    return {text.lower().rstrip("?!. ") for text in ours}


def test_there_are_enough_exchanges_and_none_twice() -> None:
    assert len(EXCHANGES) >= 600
    seen = [(asked.lower(), answer.lower()) for asked, answer in EXCHANGES]
    assert sorted(set(seen)) == sorted(seen)


def test_every_dialogue_has_a_name_of_its_own() -> None:
    assert len({dialogue.id for dialogue in DIALOGUES}) == len(DIALOGUES)


def test_the_person_begins_and_inkling_ends() -> None:
    for dialogue in DIALOGUES:
        speakers = [turn.speaker for turn in dialogue.turns]
        assert speakers == ["person", "inkling"] * (len(speakers) // 2) != [], dialogue.id


def test_many_dialogues_go_on_for_several_turns() -> None:
    assert sum(len(dialogue.turns) >= 6 for dialogue in DIALOGUES) >= 100


def test_one_in_twenty_or_so_is_held_out() -> None:
    assert {dialogue.source for dialogue in DIALOGUES} == {PERSONA}
    assert {dialogue.split for dialogue in DIALOGUES} == {"train", "valid"}
    held_out = sum(dialogue.split == "valid" for dialogue in DIALOGUES)
    assert 0.03 < held_out / len(DIALOGUES) < 0.08


def test_every_turn_is_a_clean_line_without_personal_data() -> None:
    for dialogue in DIALOGUES:
        for _, text in dialogue.turns:
            assert clean_text(text) == text != "", dialogue.id
            assert not found(PRIVATE, text), dialogue.id


def test_cleaning_leaves_every_dialogue_as_it_is() -> None:
    # A turn left out would leave an answer to nothing, which is then learned as a beginning.
    report = CleaningReport()
    assert list(clean(read_persona(), report)) == DIALOGUES
    assert report.dropped == {}


def test_answers_are_short_sentences() -> None:
    for _, answer in EXCHANGES:
        assert 3 <= len(answer.split()) <= 20, answer
        assert answer[0].isupper(), answer
        assert answer[-1] in ".!?", answer


def test_answers_vary() -> None:
    answers = [answer for _, answer in EXCHANGES]
    assert {answer for answer in answers if answers.count(answer) > 4} == set()


def test_who_asks_for_the_name_is_told_it() -> None:
    asked = [(question, answer) for question, answer in EXCHANGES if found(NAME, question)]
    assert len(asked) >= 40
    assert [pair for pair in asked if "Inkling" not in pair[1]] == []


def test_the_name_is_also_asked_for_after_small_talk() -> None:
    later = (turn.text for dialogue in DIALOGUES for turn in dialogue.turns[2::2])
    assert sum(found(NAME, text) for text in later) >= 15


def test_who_asks_whether_it_is_human_is_told_the_truth() -> None:
    truth = r"program|bot\b|model|network|software|not human|not a person|very small"
    asked = [(question, answer) for question, answer in EXCHANGES if found(KIND, question)]
    assert len(asked) >= 20
    assert [pair for pair in asked if not found(truth, pair[1])] == []


def test_inkling_never_claims_to_be_a_person() -> None:
    assert [answer for _, answer in EXCHANGES if found(CLAIMS, answer)] == []


def test_danger_is_answered_with_who_can_help() -> None:
    help_is = r"emergency number|someone you trust|crisis line"
    asked = [(question, answer) for question, answer in EXCHANGES if found(DANGER, question)]
    assert len(asked) >= 7
    assert [pair for pair in asked if not found(help_is, pair[1])] == []


@pytest.mark.parametrize(
    ("theme", "ways"), [("greeting", 40), ("how_are_you", 30), ("name", 40), ("what_i_am", 40)]
)
def test_common_questions_are_asked_in_many_ways(theme: str, ways: int) -> None:
    assert len(openings(theme)) >= ways


def test_the_dialogues_are_installed_with_the_package() -> None:
    project = tomllib.loads((TRAINING.parent / "pyproject.toml").read_text("utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["training"]
    installed = {file for pattern in patterns for file in TRAINING.glob(pattern)}
    written = set((TRAINING / "persona_corpus").glob("*.txt"))
    assert written <= installed
    assert {file.name for file in written} == {
        dialogue.id.removeprefix(f"{PERSONA}/").split(":")[0] for dialogue in DIALOGUES
    }


def test_a_run_notices_that_the_dialogues_changed() -> None:
    """A resumed run compares what it was trained on by these hashes."""
    found = hash_files([Path("persona")])
    assert len(found) > 1
    assert "not a file" not in found.values()
    assert all(name.startswith("persona_corpus/") for name in found)
