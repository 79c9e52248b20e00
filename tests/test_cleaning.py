"""Cleaning: what is left out, what is replaced, and that every one of them is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenizer import Turn
from training.cleaning import AS_TYPED, Cleaning, CleaningReport, clean, clean_text
from training.conversation import Conversation, Split
from training.errors import CorpusError
from training.personal_data import PLACEHOLDERS, scrub
from training.repeats import BoundedCounter, near_form

CANNED = "Is there anything else that I can do for you, number {}?"


def conversation(*texts: str, split: Split = "train") -> Conversation:
    turns = tuple(Turn("AB"[i % 2], text) for i, text in enumerate(texts))
    return Conversation(id="1", source="mine", turns=turns, split=split)


def cleaned(
    conversations: Iterable[Conversation], cleaning: Cleaning | None = None
) -> tuple[list[list[str]], CleaningReport]:
    report = CleaningReport()
    found = [[t.text for t in c.turns] for c in clean(conversations, report, cleaning)]
    return found, report


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("write to Ann.Lee+x@mail.co.uk!", "write to name@example.com!"),
        ("call 555-867-5309 now", "call 555-0100 now"),
        ("(212) 867 5309 or +44 20 7946 0958.", "555-0100 or 555-0100."),
        ("my number is 867-5309", "my number is 555-0100"),
        ("card 4111 1111 1111 1111, thanks", "card 0000 0000 0000 0000, thanks"),
        ("card 4111-1111-1111-1111", "card 0000 0000 0000 0000"),
        ("SSN 123-45-6789", "SSN 000-00-0000"),
        ("IBAN DE89 3704 0044 0532 0130 00 ok", "IBAN XX00 0000 0000 0000 ok"),
        ("I live at 221 North Baker Street.", "I live at 1 Main Street"),
        ("it is at 1800 41st Ave, come", "it is at 1 Main Street, come"),
    ],
)
def test_personal_data_is_replaced(text: str, scrubbed: str) -> None:
    found: Counter[str] = Counter()
    assert scrub(text, found) == scrubbed
    assert found.total() >= 1


@pytest.mark.parametrize(
    "text",
    [
        "it was 1984 and 2001, 3.14 or 10-20",
        "at 10:30 on 12/05/2019 or 2019-05-12",
        "the score was 24-17 and $1,200.50",
        "version 1.2.3.4 of 192.168.0.1",
        "card 4111 1111 1111 1112 fails its check digit",
        "@ann see you @ 5",
        "in 1999 Wall Street fell",
        "3 days later the car drove by the place",
        "errno 0x80070057 at line 12345",
    ],
)
def test_plain_numbers_stay(text: str) -> None:
    assert scrub(text, Counter()) == text


@given(st.text(alphabet="0123456789 -@.abc+()", max_size=60))
def test_scrubbed_text_holds_nothing_more_to_scrub(text: str) -> None:
    once = scrub(text, Counter())
    for kind in ("e-mail addresses", "card numbers"):
        again: Counter[str] = Counter()
        scrub(once, again)
        assert not again[kind], once


def test_placeholders_are_nobodys_and_stay() -> None:
    for placeholder in PLACEHOLDERS.values():
        found: Counter[str] = Counter()
        assert scrub(placeholder, found) == placeholder
        assert not found


def test_a_template_is_kept_a_bounded_number_of_times() -> None:
    many = [conversation(f"hello {i}", CANNED.format(i), f"no {i}", f"bye {i}") for i in range(50)]
    found, report = cleaned(many, Cleaning(most_repeats=20))
    kept = [text for texts in found for text in texts if text.startswith("Is there")]
    assert len(kept) == 20
    assert report.dropped == {"near-duplicate turns": 30}
    assert [f"no {49}", f"bye {49}"] in found, "the rest of the conversation is kept, cut there"
    assert report.by_source["mine"] == {"read": 200, "kept": 170, "near-duplicate turns": 30}


def test_what_everybody_says_is_not_a_template() -> None:
    many = [conversation("hi, how are you today?", f"fine {i}") for i in range(60)]
    assert len(cleaned(many)[0]) == 60


def test_profane_turns_are_left_out_and_the_conversation_is_cut() -> None:
    found, report = cleaned([conversation("hi", "what the FUCK", "calm down", "ok")])
    assert found == [["hi"], ["calm down", "ok"]]
    assert report.dropped == {"profane turns": 1}
    as_typed, _ = cleaned([conversation("hi", "what the FUCK")], Cleaning(profanity="keep"))
    assert as_typed == [["hi", "what the FUCK"]]


@pytest.mark.parametrize("split", ["valid", "eval"])
def test_held_out_text_is_only_normalised(split: Split) -> None:
    text = "shit,  mail  me@here.org"
    assert cleaned([conversation(text, split=split)])[0] == [["shit, mail me@here.org"]]


def test_as_typed_changes_blanks_alone() -> None:
    text = "shit,  mail  me@here.org"
    assert cleaned([conversation(text)], AS_TYPED)[0] == [[clean_text(text)]]


def test_unknown_choices_are_refused_by_name() -> None:
    with pytest.raises(CorpusError, match="profanity must be one of leave-out, keep; got 'x'"):
        Cleaning(profanity="x")  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 50), max_size=300))
def test_a_bounded_counter_never_counts_more_than_there_was(keys: list[int]) -> None:
    counter, truth = BoundedCounter(most=8), Counter[int]()
    for key in keys:
        truth[key] += 1
        assert 1 <= counter.add(key) <= truth[key]


def test_near_duplicates_share_a_form() -> None:
    assert near_form("Your ride, no. 1234, is HERE!") == near_form("your ride no 7 is here")
