"""A half-typed word with one slip still finds its word, and never hides what was typed."""

from __future__ import annotations

import re
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import LanguageModel, PersonalMemory, load
from chatbot.misspellings import corrected
from chatbot.runners import OnnxRunner
from chatbot.slips import SlipConfig, slips
from chatbot.trie import ByteTrie

MENDED = [
    ("how aer", "are"),
    ("I liek", "like"),
    ("what is yuor", "your"),
    ("I love musci", "music"),
    ("see you tomrr", "tomorrow"),
    ("that is intersting", "interesting"),
    ("Do you like cofe", "coffee"),
    ("I love watching mvoies", "movies"),
    ("this is amzaing", "amazing"),
    ("my favorate", "favorite"),
    ("I love you, tomorow", "tomorrow"),
    ("I dont", "don't"),
    ("I cant", "can't"),
    ("Im", "I'm"),
    ("You know what, im", "I'm"),
    ("I am sure youre", "you're"),
    ("I will recieve", "receive"),
    ("I definately", "definitely"),
    ("See you tommorow", "tomorrow"),
    ("We need to seperate", "separate"),
]

HALF_TYPED = [
    "I want to go fom", "I was bor", "We sat on the coc", "it is qui", "I like liv", "an acto",
    "she is a nurs", "and ther", "we wer", "a thin", "hors", "I red", "my ded", "an hou", "adn",
]  # fmt: skip


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load()


def distance(one: str, other: str) -> int:
    """Count edits, neighbours swapped being one (optimal string alignment)."""
    rows = np.zeros((len(one) + 1, len(other) + 1), int)
    rows[:, 0], rows[0] = range(len(one) + 1), range(len(other) + 1)
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            ways = [rows[i - 1, j] + 1, rows[i, j - 1] + 1, rows[i - 1, j - 1] + (a != b)]
            if i > 1 and j > 1 and (a, b) == (other[j - 2], one[i - 2]):
                ways.append(rows[i - 2, j - 2] + 1)
            rows[i, j] = min(ways)
    return int(rows[-1, -1])


def undoubled(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


@settings(deadline=None)
@given(st.text(st.sampled_from("abcDEqwz"), min_size=1, max_size=6))
def test_what_may_have_been_meant_is_one_slip_away(typed: str) -> None:
    found = slips(typed, SlipConfig())
    assert all(
        distance(slip.meant, typed) == 1 or undoubled(slip.meant) == undoubled(typed)
        for slip in found
    )
    assert all(slip.meant[0] == typed[0] for slip in found)
    assert len({slip.meant for slip in found}) == len(found)
    assert all(0 < slip.probability <= SlipConfig().rate for slip in found)
    assert bool(found) == (len(typed) >= SlipConfig().least_letters)


@pytest.mark.parametrize(
    "typed", ["caf\u00e9s", "don't", "x" * 40, "4th", "", "\u043f\u0440\u0438"]
)
def test_other_letters_and_long_words_are_taken_as_they_are(typed: str) -> None:
    assert slips(typed, SlipConfig()) == []


def test_a_key_beside_is_a_likelier_slip_than_one_far_off() -> None:
    found = {slip.meant: slip.probability for slip in slips("tine", SlipConfig())}
    assert found["time"] > found["tide"]


@given(st.text("the", min_size=3, max_size=6))
def test_what_begins_no_word_may_be_left_out(typed: str) -> None:
    trie = ByteTrie([b"the", b"there", b"teeth", b"hehe"])
    known = slips(typed, SlipConfig(), begins=lambda text: text.encode() in trie)
    assert known == [s for s in slips(typed, SlipConfig()) if s.meant.encode() in trie]


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("dont", "don't"), ("Dont", "Don't"), ("im", "I'm"), ("Im", "I'm"), ("its", "it's"),
        ("reciev", "receiv"), ("recieving", "receiving"), ("Tommorow", "Tomorrow"),
        ("succesfully", "successfully"), ("tommorrows", "tomorrows"), ("perfered", "preferred"),
        ("imediatly", "immediately"), ("definatly", "definitely"), ("definate", "definite"),
    ],
)  # fmt: skip
def test_listed_misspellings_are_known(typed: str, right: str) -> None:
    assert corrected(typed) == right


@pytest.mark.parametrize(
    "typed",
    [
        "", "d", "do", "don't", "DONT", "dontx", "receive", "rEciev", "\u0130m", "\ud83d",
        "Thierry", "Tehran", "Wichita", "carefully", "beautifully", "commingle", "Tatooine",
    ],
)  # fmt: skip
def test_other_words_are_taken_as_they_are(typed: str) -> None:
    assert corrected(typed) is None


def test_what_is_right_is_not_corrected_again() -> None:
    lines = resources.files("chatbot").joinpath("misspellings.txt").read_text("utf-8").splitlines()
    rights = [line.split()[1] for line in lines if not line.startswith("#")]
    assert len(rights) > 300
    assert not [right for right in rights if corrected(right)]


def test_names_that_begin_like_a_misspelling_are_spelled(model: LanguageModel) -> None:
    for name in ("Wichita", "Tehran", "Thierry"):
        text = f"I am from {name[:-1]}"
        assert name[:-1] in {s.text[: len(name) - 1] for s in model.suggest(text, n=5)}, text


def test_what_is_as_good_as_no_word_is_not_offered(model: LanguageModel) -> None:
    for text in ("I cant", "I am sure youre", "Yes, definately", "I shouldnt"):
        assert all(s.probability >= 0.01 for s in model.suggest(text, n=10)), text
    assert [s.text for s in model.suggest("I cant", n=10)] == ["can't"]


def test_the_same_misspelling_is_not_offered_beside_its_word(model: LanguageModel) -> None:
    found = [s.text for s in model.suggest("I will recieve", n=5)]
    assert {"receive", "received"} <= set(found)
    assert not [word for word in found if word.startswith("reci")]


def test_what_is_typed_may_still_go_on(model: LanguageModel) -> None:
    phrase = model.offer("whats", phrase_words=3).phrase
    assert phrase is not None
    assert phrase.text.startswith("whats ")


def test_a_contraction_needs_what_stands_before_it(model: LanguageModel) -> None:
    """ "well" and "we'll" have the same letters; neither hides how the other goes on."""
    assert "we'll" not in [s.text for s in model.suggest("I know that very well")]
    assert model.suggest("I hope that well")[0].text == "we'll"


@pytest.mark.parametrize(("text", "meant"), MENDED)
def test_a_slip_is_mended(model: LanguageModel, text: str, meant: str) -> None:
    typed = text.rpartition(" ")[2]
    best = model.suggest(text)[0]
    assert (best.text, best.insert) == (meant, meant)
    assert best.replace == (len(text) - len(typed), len(text))


def test_a_phrase_is_mended_too(model: LanguageModel) -> None:
    assert model.suggest("how aer", max_words=2)[0].text == "are you"


def test_what_is_typed_is_never_hidden(model: LanguageModel) -> None:
    """The best word that goes on from the letters as they stand is in the list, mended or not."""
    runner = OnnxRunner(model.checkpoint.step_function)
    plain = LanguageModel(model.checkpoint, runner, slips=SlipConfig(rate=0.0))
    for text in HALF_TYPED:
        (exact,) = plain.suggest(text, n=1)
        assert exact.text in [s.text for s in model.suggest(text, n=3)], text


def test_probabilities_stay_probabilities(model: LanguageModel) -> None:
    for text, _ in MENDED:
        found = model.suggest(text, n=20)
        assert 0 < sum(s.probability for s in found) <= 1 + 1e-6


@pytest.mark.parametrize(
    ("written", "text", "meant", "wrong"),
    [
        ("did you recieve my mail", "I rec", "receive", "recieve"),
        ("I will definately come", "I will defin", "definitely", "definately"),
    ],
)
def test_a_memory_keeps_no_listed_misspelling(
    model: LanguageModel, written: str, text: str, meant: str, wrong: str
) -> None:
    memory = PersonalMemory()
    for _ in range(3):
        model.learn(written, memory)
    found = [each.text for each in model.suggest(text, 10, personal=memory)]
    assert found[0] == meant
    assert wrong not in found
    assert wrong not in [each.text for each in model.suggest(text, 10, turns=[written])]
