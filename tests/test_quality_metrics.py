"""The scores, on tiny systems whose scores can be worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import pytest

from benchmarks.quality.metrics import Question, draw_questions, exact_match, first_of_twenty
from benchmarks.quality.predictor import Guess, Ranking
from benchmarks.quality.ranking import WAYS, hits
from tokenizer import Turn
from training.conversation import Conversation
from training.metrics import (
    Target,
    Written,
    draw_targets,
    keystrokes_saved,
    keystrokes_saved_in_full,
    reciprocal_rank,
    surprise,
    top_k,
    written,
)

WORDS = ("the", "to", "you", "tea", "toast", "today")


def suggest(text: str, turns: Sequence[str], n: int) -> list[str]:
    """Offer the first of WORDS that begin with what is typed, less the word itself."""
    half = text[text.rfind(" ") + 1 :].lower()
    return [word for word in WORDS if word.startswith(half) and word != half][:n]


def targets(text: str) -> list[Target]:
    return draw_targets([Written((), text)], words=100)


def test_targets_are_ascii_words_with_inner_apostrophes() -> None:
    found = targets("“Don't!” — 2 cafés, o'clock.")
    assert [t.raw for t in found] == ["Don't", "2", "caf", "s", "o'clock"]
    assert found[0].word == "don't"
    # Every character of the turn belongs to the keys of one word, and to no other.
    assert found[0].first == 0
    assert all(a.last == b.first for a, b in pairwise(found))
    assert found[-1].last == len(found[-1].written.text)


def test_targets_are_drawn_from_all_over_and_the_same_for_every_system() -> None:
    turns = [Written((), f"turn {i} here") for i in range(50)]
    drawn = draw_targets(turns, words=10)
    assert len(drawn) == 10
    assert drawn == draw_targets(turns, words=10)
    assert drawn != draw_targets(turns, words=10, seed=1)
    assert max(int(t.written.text.split()[1]) for t in drawn) > 10
    assert draw_targets(turns, words=0) == []
    assert len(draw_targets(turns, words=1000)) == 150


def test_turns_come_with_the_eight_before_them_and_speakers_alternate() -> None:
    turns = [Turn("AB"[i % 2], str(i)) for i in range(12)] + [Turn("B", "again")]
    found = written([Conversation("1", "x", tuple(turns))])
    assert len(found) == 12
    assert found[0] == Written((), "0")
    assert found[-1].text == "11\nagain"
    assert found[-1].turns == tuple(str(i) for i in range(3, 11))


def test_top_k() -> None:
    # Before the first letter: the, to, you, tea, toast ...
    found = targets("You like tea")
    assert top_k(suggest, found, 1) == 0
    assert top_k(suggest, found, 3) == pytest.approx(100 / 3)
    assert top_k(suggest, found, 4) == pytest.approx(200 / 3)
    assert top_k(suggest, [], 3) is None


def test_reciprocal_rank() -> None:
    # you is third, like is absent, tea is fourth.
    assert reciprocal_rank(suggest, targets("You like tea")) == pytest.approx((1 / 3 + 1 / 4) / 3)
    # Fourth is beyond three.
    assert reciprocal_rank(suggest, targets("tea"), 3) == 0
    assert reciprocal_rank(suggest, []) is None


def test_keystrokes_saved() -> None:
    # @1: the 1 key; to: "" the, "t" the, so 3; tea: "te" tea, so 3; like: 5. Without: 4, 3, 4, 5.
    assert keystrokes_saved(suggest, targets("the"), 1) == pytest.approx(100 * (1 - 1 / 4))
    assert keystrokes_saved(suggest, targets("to"), 1) == 0
    assert keystrokes_saved(suggest, targets("tea"), 1) == pytest.approx(100 * (1 - 3 / 4))
    everything = targets("The to, tea. like")
    assert keystrokes_saved(suggest, everything, 1) == pytest.approx(100 * (1 - 12 / 16))
    # @3: the 1, to 1, tea: "t" the, to, tea: 2; like 5.
    assert keystrokes_saved(suggest, everything, 3) == pytest.approx(100 * (1 - 9 / 16))
    assert keystrokes_saved(suggest, [], 3) is None


def test_keystrokes_saved_in_full_counts_signs_spaces_and_case() -> None:
    # "to, " : one key for to, then "," and " ": the space that accepting typed took itself back.
    # "the ": one key, its space too. "Tea": "t" and "te" fit, but tea is no Tea: 3 keys. "!": 1.
    found = targets("to, the Tea!")
    assert keystrokes_saved_in_full(suggest, found, 3) == pytest.approx(100 * (1 - 8 / 12))
    # What stands before the first word is typed.
    assert keystrokes_saved_in_full(suggest, targets("- to"), 3) == pytest.approx(25)
    assert keystrokes_saved_in_full(suggest, [], 3) is None


def test_keystrokes_of_a_turn_that_is_cut_end_with_its_last_word() -> None:
    (found,) = draw_targets([Written((), "to tea")], words=1)
    # "to" and its space: one key of three.
    assert keystrokes_saved_in_full(suggest, [found], 3) == pytest.approx(100 * (1 - 1 / 3))


def test_surprise() -> None:
    seen: list[tuple[str, int]] = []

    def weigh(text: str, turns: Sequence[str]) -> float:
        seen.append((text, len(turns)))
        return 2.0 * len(text)

    turns = written(
        [Conversation("1", "x", (Turn("A", "ab cd"), Turn("B", "efg"), Turn("A", "h")))]
    )
    cost = surprise(weigh, turns, characters=6)
    assert seen == [("ab cd", 0), ("efg", 1)]
    assert (cost.nats, cost.characters, cost.words) == (16, 8, 3)
    assert cost.bits_per_character == pytest.approx(2 / math.log(2))
    assert cost.perplexity_per_word == pytest.approx(math.exp(16 / 3))
    nothing = surprise(weigh, turns, characters=0)
    assert nothing.bits_per_character is nothing.perplexity_per_word is None


def test_exact_match_at_coverage() -> None:
    # Three keystrokes: a sure right phrase, a sure wrong one, an unsure right one.
    said = {
        "": [Guess("see you", 0.9), Guess("so it", 0.2)],
        "s": [Guess("some of", 0.8)],
        "se": [Guess("See, You", 0.3), Guess("see", 0.99)],
    }

    def phrases(text: str, turns: Sequence[str], words: int) -> list[Guess]:
        assert words == 2
        return said.get(text, [])

    found = targets("see you")[:1]
    assert exact_match(phrases, found, words=2, coverages=[1 / 3, 2 / 3, 1]) == [
        100,
        50,
        pytest.approx(200 / 3),
    ]
    # "you" is the last word of its turn: no phrase of two words is right there.
    assert exact_match(
        lambda *_: [Guess("you too", 1.0)], targets("you"), words=2, coverages=[1]
    ) == [0]


def test_silence_gains_no_coverage() -> None:
    def phrases(text: str, turns: Sequence[str], words: int) -> list[Guess]:
        return [Guess("see you", 0.9)] if not text else []

    assert exact_match(phrases, targets("see you")[:1], words=2, coverages=[1]) == [
        pytest.approx(100 / 3)
    ]
    assert exact_match(phrases, [], words=2, coverages=[0.5]) == [None]


def test_questions_have_nineteen_replies_of_other_dialogues() -> None:
    dialogues = [
        written([Conversation(str(d), "x", tuple(Turn("AB"[i % 2], f"{d} {i}") for i in range(4)))])
        for d in range(12)
    ]
    drawn = draw_questions(dialogues, count=9)
    assert len(drawn) == 9
    assert drawn == draw_questions(dialogues, count=9)
    for question in drawn:
        assert len(set(question.candidates)) == 20
        own = question.turns[0].split()[0]
        assert question.candidates[0] == f"{own} {len(question.turns)}"
        assert all(c.split()[0] != own for c in question.candidates[1:])
    assert draw_questions(dialogues[:3], count=9) == []


def test_hits_by_each_way_of_ranking() -> None:
    question = Question(("hi",), ("ab", *("x" * n for n in range(3, 22))))
    nats = {"ab": 4.0, "xxx": 3.0}

    def weigh(text: str, turns: Sequence[str]) -> float:
        likely_anywhere = 1.0 if text == "xxx" else 4.0
        return nats.get(text, 100.0) if turns else likely_anywhere

    # -4 against -3; per character -2 against -1; with what is likely anywhere -0 against -2.
    assert first_of_twenty(weigh, [question], Ranking()) == 0
    assert first_of_twenty(weigh, [question], Ranking(per_character=True)) == 0
    assert first_of_twenty(weigh, [question], Ranking(anywhere=1.0)) == 100
    assert first_of_twenty(weigh, [], Ranking()) is None


def test_ways_of_ranking_are_compared_on_the_same_questions() -> None:
    class Letters:
        name, megabytes, ranking = "letters", 0.0, Ranking()

        def suggest(
            self, text: str, turns: Sequence[str], *, n: int, max_words: int = 1
        ) -> list[Guess]:
            return []

        def nats(self, text: str, turns: Sequence[str]) -> float:
            return len(text) * (0.5 if turns and text == "aaa" else 1.0)

    texts = ("aaa", *("b" * n for n in range(1, 20)))
    shares = dict(zip(WAYS, hits(Letters(), [[Question(("hi",), texts)]]), strict=True))
    # The longest reply costs most, the shortest least: without care for length "b" comes first.
    assert shares[Ranking()] == 0
    assert shares[Ranking(per_character=True)] == 100
    assert shares[Ranking(anywhere=1.0)] == 100


def test_a_tie_is_no_hit() -> None:
    question = Question(("hi",), tuple("abcdefghijklmnopqrst"))
    assert first_of_twenty(lambda text, turns: 1.0, [question], Ranking()) == 0
