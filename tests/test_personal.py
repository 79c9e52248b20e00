"""A person's memory: what it learns, how much that counts, and that it is theirs."""

from __future__ import annotations

import base64
import json
import math
import tracemalloc
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import LanguageModel, OptionError, PersonalMemory, load
from chatbot.hidden_keys import SIZE, unpack
from chatbot.personal import PersonalConfig
from chatbot.scoring import read_words
from chatbot.word_counts import cut

TEXTS = st.lists(st.text(st.sampled_from("abAB19' .\n"), max_size=30), max_size=5)
EVERYDAY = [
    "apple",
    "bridge",
    "candle",
    "doctor",
    "engine",
    "farmer",
    "garden",
    "hammer",
    "island",
    "jacket",
    "kitchen",
    "lemon",
    "mirror",
    "needle",
    "orange",
    "pencil",
    "queen",
    "river",
    "summer",
    "ticket",
    "uncle",
    "village",
    "window",
    "yellow",
    "zebra",
    "animal",
    "bottle",
    "carpet",
    "dinner",
    "energy",
    "family",
    "guitar",
    "hotel",
    "insect",
    "jungle",
    "kettle",
    "ladder",
    "market",
    "number",
    "office",
    "paper",
    "quiet",
    "rabbit",
    "school",
    "table",
    "umbrella",
    "valley",
    "winter",
    "year",
    "zoo",
    "actor",
    "beach",
    "camera",
    "desert",
    "eagle",
    "forest",
    "glass",
    "house",
    "idea",
    "juice",
]
LETTER = "Dear Zhanna, the Voskhod report is ready."


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load()


def chances(memory: PersonalMemory, *before: str, half: str = "") -> dict[str, float]:
    found = memory.expect(before, half).words
    return {each.text.lower(): each.probability for each in found}


def reading(*texts: str, **config: float) -> PersonalMemory:
    memory = PersonalMemory(config=PersonalConfig(**config))  # type: ignore[arg-type]
    for text in texts:
        memory.learn(text)
    return memory


def test_what_a_person_wrote_is_offered_to_them_alone(model: LanguageModel) -> None:
    me = PersonalMemory()
    assert "Zhanna" not in [s.text for s in model.suggest("Dear Zh", personal=me)]
    model.learn(LETTER, me)
    best = model.suggest("Dear Zh", personal=me)[0]
    assert (best.text, best.replace) == ("Zhanna", (5, 7))
    assert best.probability > 0.5
    assert "Zhanna" not in [s.text for s in model.suggest("Dear Zh", personal=PersonalMemory())]
    assert "Zhanna" not in [s.text for s in model.suggest("Dear Zh")]
    phrase = model.suggest("is the Vo", max_words=3, personal=me)[0]
    assert phrase.text.startswith("Voskhod")


def test_asking_leaves_no_trace(model: LanguageModel) -> None:
    me = reading(LETTER)
    before = json.dumps(me.export())
    model.suggest("Dear Zh and other secrets ", personal=me, turns=["hello Voskhod"])
    assert json.dumps(me.export()) == before


def test_a_forgotten_word_never_comes_back(model: LanguageModel) -> None:
    me = reading(LETTER)
    assert me.forget("zhanna")
    assert not me.wrote("Zhanna")
    model.learn(LETTER, me)
    me.learn("ZHANNA and Zhanna")
    assert not me.wrote("Zhanna")
    assert "zhanna" not in json.dumps(me.export()["messages"]).lower()
    assert "Zhanna" not in [s.text for s in model.suggest("Dear Zh", n=20, personal=me)]
    turns = [LETTER]  # it stands in the dialogue, but was forgotten
    assert "Zhanna" not in [s.text for s in model.suggest("Dear Zh", turns=turns, personal=me)]


@pytest.mark.parametrize("forgotten", ["Zhanna", "zhanna's", "ZHANNA\u2019S"])
def test_a_word_and_its_possessive_are_forgotten_together(
    model: LanguageModel, forgotten: str
) -> None:
    me = reading("Zhanna is here", "Zhanna\u2019s report is ready")
    assert me.forget(forgotten)
    me.learn("Zhanna's and Zhanna")
    for form in ("Zhanna", "zhanna's", "Zhanna\u2019s"):
        assert me.forgot(form)
    assert "zhanna" not in json.dumps(me.export()["messages"]).lower()
    found = model.suggest("Zha", n=20, personal=me)
    assert not [s.text for s in found if s.text.startswith("Zhanna")]


def test_a_shortened_is_goes_without_its_word() -> None:
    me = reading("it is what it is", "it's late")
    assert me.forget("it's")
    assert me.forgot("It\u2019s")
    assert not me.forgot("it")
    assert me.wrote("it")


@pytest.mark.parametrize("word", ["", "  ", "!!", "two words", "\U0001f600"])
def test_what_is_not_one_word_cannot_be_forgotten(word: str) -> None:
    me = reading(LETTER)
    before = me.export()
    with pytest.raises(OptionError, match="word must be one word to forget; got"):
        me.forget(word)
    assert me.export() == before


def test_what_was_no_word_to_forget_is_dropped_from_older_exports() -> None:
    me = PersonalMemory()
    me.restore({**me.export(), "forgotten": ["", "two words", "Zhanna's"]})
    assert me.export()["forgotten"] == ["zhanna"]
    with pytest.raises(OptionError, match="must be lists of words"):
        me.restore({**me.export(), "forgotten": [1]})


def test_what_stood_beside_a_forgotten_word_was_never_together() -> None:
    me = reading("red green blue", "red green blue")
    me.forget("green")
    assert me.expect(["red"], "").mass == pytest.approx(
        reading("red", "blue", "red", "blue").expect(["red"], "").mass
    )


@given(TEXTS)
def test_undo_takes_back_one_change(texts: list[str]) -> None:
    me = reading("so it began")
    for text in texts:
        before = me.export()
        me.learn(text)
        if me.export() != before:
            assert me.undo()
            assert me.export() == before
            assert chances(me) == pytest.approx(chances(_copy(me)))
        me.learn(text)


@given(st.lists(st.text(st.sampled_from("abAB19' .\n"), max_size=12), max_size=12))
def test_all_that_was_done_to_a_full_memory_can_be_undone_in_turn(texts: list[str]) -> None:
    """Also where the oldest messages went, and in between a word was forgotten."""
    me, seen = reading("so it began", most_words=8, most_keys=4), list[object]()
    for number, text in enumerate(texts):
        seen.append(me.export())
        with me.one_change():
            me.learn(text)
            me.learn(f"{text[::2]} x{number}")
        if number % 5 == 4:
            seen.append(me.export())
            me.forget(f"x{number}")
    for before in reversed(seen):
        assert me.undo()
        assert me.export() == before


def test_forgetting_and_clearing_can_be_undone() -> None:
    me = reading(LETTER)
    before = me.export()
    for change in (
        lambda: me.forget("Zhanna"),
        me.clear,
        lambda: me.restore(reading("x").export()),
    ):
        change()
        assert me.export() != before
        assert me.undo()
        assert me.export() == before
        assert me.wrote("Zhanna")
    assert me.undo()  # the message itself
    assert not me.words()
    assert not me.undo()


@given(TEXTS)
def test_what_is_exported_is_all_there_is(texts: list[str]) -> None:
    me = reading(*texts)
    other = _copy(me)
    assert other.export() == me.export()
    assert other.words() == me.words()
    assert other.weight == me.weight
    for half in ("", "a", "b"):
        assert chances(other, "a", half=half) == pytest.approx(chances(me, "a", half=half))


def _copy(me: PersonalMemory) -> PersonalMemory:
    other = PersonalMemory(config=me.config)
    other.restore(json.loads(json.dumps(me.export())))
    return other


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "an exported memory has"),
        ({"format": 1}, "an exported memory has .*; got format"),
        ({**PersonalMemory().export(), "format": 6}, "format must be from 1 to 5; got 6"),
        ({**PersonalMemory().export(), "format": 4.0}, "format must be from 1 to 5; got 4.0"),
        ({**PersonalMemory().export(), "messages": [["a", 1]]}, "must be lists of words"),
        (
            {**PersonalMemory().export(), "messages": [["two words"]], "keys": [""]},
            "must be lists of words",
        ),
        (
            {**PersonalMemory().export(), "messages": [["a b", ""]], "keys": [""]},
            "must be lists of words",
        ),
        ({**PersonalMemory().export(), "messages": "ab"}, "must be lists of words"),
        ({**PersonalMemory().export(), "evidence": 2.0}, "evidence must be 9 pairs.*; got 2.0"),
        ({**PersonalMemory().export(), "evidence": [[0.0, 0]]}, "evidence must be 9 pairs"),
        ({**PersonalMemory().export(), "evidence": [[2.0, 1]] * 9}, "evidence must be 9 pairs"),
        ({**PersonalMemory().export(), "evidence": ["ab"] * 9}, "evidence must be 9 pairs"),
        ({**PersonalMemory().export(), "evidence": [[0, 10**400]] * 9}, "evidence must be 9 pairs"),
        (
            {**PersonalMemory().export(), "keys": ["AAAA"]},
            "keys of a memory must be a list of texts",
        ),
        (
            {**PersonalMemory().export(), "messages": [["a"]], "keys": ["AAAA"]},
            "keys of a memory must be base64 of 32 bytes a word, or empty; got 'AAAA'",
        ),
        ({**PersonalMemory().export(), "network": 1}, "the memory's network must be a text; got 1"),
    ],
)
def test_what_is_no_memory_is_refused_and_nothing_is_lost(wrong: object, said: str) -> None:
    me = reading(LETTER)
    before = me.export()
    with pytest.raises(OptionError, match=said):
        me.restore(wrong)  # type: ignore[arg-type]
    assert me.export() == before


def test_numbers_of_cards_and_monsters_are_not_kept() -> None:
    me = reading("card 4111111111111111 ok", "x" * 33 + " fine", "in 2026")
    assert {word.text for word in me.words()} == {"card", "ok", "fine", "in", "2026"}


@pytest.mark.parametrize(
    "number",
    [
        "4111 2222 3333 4444",
        "4111-2222 3333-4444",
        "4111.2222.3333.4444",
        "4111 - 2222 / 3333",
        "+1 (555) 010 9999",
        "01.02.03.04.05",
        "12 34 56",
        "99 12 2026",
        "20 7946 0958",
    ],
)
def test_a_number_typed_in_groups_is_not_kept(number: str, model: LanguageModel) -> None:
    me = PersonalMemory()
    for _ in range(3):
        model.learn(f"my card is {number}, thanks", me)
    assert {word.text for word in me.words()} == {"my", "card", "is", "thanks"}
    found = model.suggest("my card is ", n=20, personal=me)
    assert not [s.text for s in found if any(map(str.isdigit, s.text))]


@pytest.mark.parametrize(
    "text",
    [
        "on 12 May 2026",
        "on May 12 2026",
        "on 12.05.2026 10:30",
        "at 10:30 12/05/2026",
        "from 10:30 to 12:45",
        "in 2026. 25 came",
        "12.05.26",
        "3 or 4",
        "4, 5, 6, 7, 8, 9",
        "2019, 2020",
        "the 25th 2026",
    ],
)
def test_dates_times_and_counts_are_kept(text: str) -> None:
    me = reading(text)
    assert me.export()["messages"] == [list(cut(text))]


def test_the_oldest_messages_go_first() -> None:
    me = reading("one two", "three four", "five six", most_words=4)
    assert {word.text for word in me.words()} == {"three", "four", "five", "six"}
    assert chances(me) == pytest.approx(chances(_copy(me)))


def test_its_weight_is_learned_from_how_well_it_foretells(model: LanguageModel) -> None:
    same, other, unjudged = PersonalMemory(), PersonalMemory(), reading(LETTER)
    assert same.weight == 0
    for i in range(20):
        # Told what was said, or the same messages before would foretell it as well.
        model.learn("Voskhod Zhanna Pobeda Kirov", same, ["Hello."])
        model.learn(" ".join(EVERYDAY[3 * i : 3 * i + 3]), other, ["Hello."])
    assert 1 > same.weight > 2 * unjudged.weight > 2 * other.weight > 0


def test_a_place_that_is_well_known_counts_more(model: LanguageModel) -> None:
    """What was written thrice in the same way outweighs what the network holds to be likelier."""
    me = PersonalMemory()
    assert model.suggest("See you. Kind ", personal=me)[0].text != "regards"
    for text in ("Done. Kind regards, Ivan Petrov", "Lunch? Kind regards, Ivan Petrov"):
        model.learn(text, me)
    twice = _probability(model, "See you. Kind ", "regards", me)
    for text in ("I am late. Kind regards, Ivan Petrov", "Yes. Kind regards, Ivan Petrov") * 3:
        model.learn(text, me)
    assert model.suggest("See you. Kind ", personal=me)[0].text == "regards"
    assert _probability(model, "See you. Kind ", "regards", me) > 1.5 * twice


def _probability(model: LanguageModel, text: str, word: str, me: PersonalMemory) -> float:
    found = model.suggest(text, n=20, personal=me)
    return next((s.probability for s in found if s.text == word), 0.0)


def test_a_memory_of_an_older_format_is_read_and_its_weights_are_learned_anew() -> None:
    rest = {"messages": [["dear", "Zhanna"]], "forgotten": ["voskhod"], "judged": 9}
    first = {**rest, "format": 1, "credit": 1.5}
    second = {**rest, "format": 2, "credit": [1.5, 0.5], "keys": [""], "network": "net"}
    third = {name: second[name] for name in ("messages", "forgotten", "keys", "network")}
    third |= {"format": 3, "evidence": [[0.5, 1]] * 8}
    for older, network in ((first, ""), (second, "net"), (third, "net")):
        me = PersonalMemory()
        me.restore(older)
        assert me.wrote("zhanna")
        assert me.forgot("Voskhod")
        exported = me.export()
        assert exported["format"] == 5
        assert exported["evidence"] == PersonalMemory().export()["evidence"]
        assert exported["network"] == network
        with pytest.raises(OptionError, match="an exported memory has|format must be from 1 to 5"):
            me.restore({**older, "format": 7})


def test_a_memory_with_longer_keys_keeps_its_places_and_its_weights(model: LanguageModel) -> None:
    me, older = PersonalMemory(), PersonalMemory()
    for before, word in PLACES * 2:
        model.learn(before + word, me)
    exported = me.export()
    keys = [unpack(np.frombuffer(base64.b64decode(k), np.uint8)) for k in exported["keys"]]
    longer = [base64.b64encode((18 * k).astype(np.int8).tobytes()).decode() for k in keys]
    older.restore({**exported, "format": 4, "keys": longer})
    assert older.export() == exported
    with pytest.raises(OptionError, match="base64 of 64 bytes a word, or empty; got 'AAAA'"):
        older.restore({**exported, "format": 4, "keys": ["AAAA"] * 4})


PLACES = (("I live in ", "Zermatt"), ("We will meet on ", "Friday"))


def test_what_was_written_in_such_a_place_counts(model: LanguageModel) -> None:
    """After words that were never together: no n-gram helps, the hidden state does."""
    keyed, bare = PersonalMemory(), PersonalMemory()
    for before, word in PLACES:
        model.learn(before + word, keyed)
        bare.learn(before + word)
    for text, word in (("My family lives in ", "Zermatt"), ("I will see you on ", "Friday")):
        known = _chance(model, text, word, keyed)
        assert known > 1.5 * _chance(model, text, word, bare)
        assert known > 1.5 * _chance(model, text, _other(word), keyed)


def _other(word: str) -> str:
    return next(other for _, other in PLACES if other != word)


def _chance(model: LanguageModel, text: str, word: str, me: PersonalMemory) -> float:
    """Give what a memory alone says of a word after a text."""
    key = model._suggester._keys.key(model._contexts.open(me.recent, text).place.state)  # type: ignore[union-attr]
    voices = me.voices((), "", key)
    return sum(w * each.chances.get(word.lower(), 0.0) for w, each, _ in voices)


def test_places_of_another_network_do_not_count(model: LanguageModel) -> None:
    me = PersonalMemory()
    model.learn(LETTER, me)
    key = model._suggester._keys.key(model._contexts.open([], "Dear ").place.state)  # type: ignore[union-attr]
    assert len(me.voices(("dear",), "", key)) == 2
    assert len(me.voices(("dear",), "", key._replace(network="another"))) == 1
    old = _copy(me)
    old.restore({**me.export(), "network": "another"})
    model.learn("Yours, Zhanna", old)
    assert len(old.voices(("dear",), "", key)) == 2
    first, last = old.export()["keys"]
    assert first == ""
    assert last


def test_a_word_and_its_place_are_forgotten_together(model: LanguageModel) -> None:
    me = PersonalMemory()
    model.learn(LETTER, me)
    before = me.export()
    me.forget("Voskhod")
    after = me.export()
    assert after["messages"] == [["Dear", "Zhanna", ",", "the"], ["report", "is", "ready", "."]]
    whole = base64.b64decode(before["keys"][0])
    assert [base64.b64decode(keys) for keys in after["keys"]] == [
        whole[: 4 * SIZE],
        whole[5 * SIZE :],
    ]


def test_places_are_kept_of_the_newest_words(model: LanguageModel) -> None:
    me = PersonalMemory(config=PersonalConfig(most_keys=4))
    for text in ("one two", "three four", "five six"):
        model.learn(text, me)
    assert [bool(keys) for keys in me.export()["keys"]] == [False, True, True]
    assert me.wrote("one")


def test_a_word_is_not_offered_twice_in_a_row(model: LanguageModel) -> None:
    """The words of the turn being written come again more easily, but not at once."""
    assert "the" not in [s.text for s in model.suggest("I went to the ", n=10)]
    assert chances(reading("very very good"), "very")["very"] > 0


def test_chances_are_those_of_the_words(model: LanguageModel) -> None:
    parts = (model._runner, model._contexts, model.checkpoint.tokenizer)
    for text in ("I like tea, don't you? yes.", "Zermatt!", "a\nb"):
        given = [word.chance for word in read_words(*parts, text, ["hi"])]
        assert len(given) == len(cut(text))
        assert -sum(map(math.log, given)) == pytest.approx(model.score(text, ["hi"]).nats, rel=1e-3)
    emoji = "Caf\u00e9 \U0001f600 yes."
    given = [word.chance for word in read_words(*parts, emoji, ["hi"])]
    assert len(given) == len(cut(emoji)) == 3
    assert -sum(map(math.log, given)) < model.score(emoji, ["hi"]).nats


def test_a_refused_word_is_not_offered_here(model: LanguageModel) -> None:
    first = model.suggest("How are ", n=3)
    again = model.suggest("How are ", n=3, avoid=[first[0].text.upper()])
    assert len(again) == 3
    assert first[0].text not in [s.text for s in again]
    assert again[0].text == first[1].text
    with pytest.raises(OptionError, match="avoid must be a list of texts; got 'you'"):
        model.suggest("How are ", avoid="you")
    with pytest.raises(OptionError, match="personal must be a PersonalMemory or None; got str"):
        model.suggest("How are ", personal="me")  # type: ignore[arg-type]


def test_a_word_that_was_left_half_typed_is_not_learned(model: LanguageModel) -> None:
    left = ["Hello, how are y", "Dear Zh", "I was late. Kind r", "see you tomor", "call me on Mond"]
    done = ["thank you", "Dear Zhanna", "I am going", "see you tomorrow.", "ok", "lol"]
    me = PersonalMemory()
    for text in left + done:
        model.learn(text, me, unfinished=True)
    assert not [half for half in ("y", "Zh", "r", "tomor", "Mond") if me.wrote(half)]
    assert all(me.wrote(word) for text in done for word in cut(text))
    # Sent, it is a word; and what is known for one stays one.
    model.learn("Dear Zh", me)
    assert me.wrote("zh")
    model.learn("Hello Zh", me, unfinished=True)
    assert me.words()[0].times == max(each.times for each in me.words())
    assert next(each.times for each in me.words() if each.text == "Zh") == 2


def test_a_word_takes_little() -> None:
    memory, words = PersonalMemory(), [f"{a}{b}" for a in "bcdfghjklm" for b in "aeiou"]
    random = Random(0)
    texts = [" ".join(random.choices(words, k=12)) for _ in range(100)]
    memory.learn("warm")
    tracemalloc.start()
    try:
        for text in texts:
            memory.learn(text)
        memory.voices(("ba", "be", "bi"), "f")
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 150 * memory.size  # bytes; with a dict for every place it was 618


def test_a_name_keeps_its_capital_and_a_shout_does_not(model: LanguageModel) -> None:
    memory = PersonalMemory()
    for _ in range(8):
        model.learn("We live on Cowley Road now", memory)
        model.learn("the line is down again", memory)
        model.learn("the line is down AGAIN", memory)
    assert model.suggest("see you at the Cowley ", personal=memory)[0].text == "Road"
    assert model.suggest("the line is down ", personal=memory)[0].text == "again"
    assert model.suggest("We live on Cowley Road now. ", personal=memory)[0].text != "we"
