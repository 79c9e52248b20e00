"""Suggestions: exact under the constraint of what is typed, never a dead end, always an edit."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatbot import LanguageModel, OptionError, Suggestion
from chatbot.context import ContextCache
from chatbot.draft import Draft
from chatbot.phrases import PhraseConfig
from chatbot.runners import Floats, Ids, OnnxRunner
from chatbot.slips import SlipConfig, slips
from chatbot.suggestion import Offer, Suggester
from chatbot.trie import ByteTrie
from chatbot.words import half_typed, is_word


def apply(text: str, suggestion: Suggestion) -> str:
    start, end = suggestion.replace
    return text[:start] + suggestion.insert + text[end:]


def mends(text: str, after: str) -> bool:
    """Say whether `after` is `text` with one slip mended in its last word, and more."""
    half = half_typed(text)
    kept = text.removesuffix(half)
    return any(after.startswith(kept + slip.meant) for slip in slips(half, SlipConfig()))


def test_a_half_typed_word_is_completed(lm: LanguageModel) -> None:
    best = lm.suggest("Hello, how are y")[0]
    assert best == Suggestion("you", "you", (15, 16), best.probability)
    assert best.probability > 0.5


def test_the_next_word_follows_a_space(lm: LanguageModel) -> None:
    assert lm.suggest("Hello, how ")[0].text == "are"
    assert lm.suggest("Hello, how ")[0].replace == (11, 11)


def test_the_other_sides_turn_counts(lm: LanguageModel) -> None:
    turns = ["Good morning.", "Hello, how are you?"]
    assert lm.suggest("", turns=turns)[0].text == "I'm"


@pytest.mark.parametrize("turn", ["Where do you live?", "What is your name?", "Are you a robot?"])
def test_the_persons_answer_to_a_first_turn_is_not_inklings(lm: LanguageModel, turn: str) -> None:
    for text, inklings in (("I'm ", "digital"), ("My name is ", "Inkling"), ("I'm ", "Inkling")):
        offered = [s.text for s in lm.suggest(text, turns=[turn]) if s.probability > 0.15]
        assert inklings not in offered


def test_a_phrase_goes_on_while_the_network_is_sure(lm: LanguageModel) -> None:
    (phrase,) = lm.suggest("Hello, h", n=1, max_words=3)
    assert phrase.text == "how are you"
    assert apply("Hello, h", phrase) == "Hello, how are you"
    (two,) = lm.suggest("Hello, h", n=1, max_words=2)
    assert two.text == "how are"


def test_a_word_typed_in_full_is_not_offered_but_goes_on_as_a_phrase(lm: LanguageModel) -> None:
    assert "how" not in [s.text for s in lm.suggest("Hello, how")]
    (phrase,) = lm.suggest("Hello, how", n=1, max_words=4)
    assert phrase.text == "how are you"


def test_a_space_is_put_where_one_is_due(lm: LanguageModel) -> None:
    best = lm.suggest("Hello,")[0]
    assert best.text == "how"
    assert apply("Hello,", best) == "Hello, how"


def test_curly_quotes_stay_as_typed(lm: LanguageModel) -> None:
    assert "don’t" in [s.text for s in lm.suggest("Yes, I like tea. I don’")]


def test_an_unknown_word_is_no_dead_end(lm: LanguageModel) -> None:
    for text in ("xqj", "I like xqj", "日本"):
        found = lm.suggest(text, n=3)
        assert all(s.text.startswith(half_typed(text)) for s in found)
    assert lm.suggest("xqj")


@settings(max_examples=60, deadline=None)
@example(text="yAo", n=1, max_words=1)
@given(
    text=st.one_of(st.text(max_size=30), st.text("helo wary,.'-\n 🙂", max_size=30)),
    n=st.integers(1, 5),
    max_words=st.integers(1, 4),
)
def test_any_text_gets_right_edits(lm: LanguageModel, text: str, n: int, max_words: int) -> None:
    found = lm.suggest(text, n=n, max_words=max_words)
    assert len(found) <= n
    assert len({s.text for s in found}) == len(found)
    assert [s.probability for s in found] == sorted((s.probability for s in found), reverse=True)
    for suggestion in found:
        assert 0 < suggestion.probability <= 1
        assert 0 <= suggestion.replace[0] <= suggestion.replace[1] == len(text)
        after = apply(text, suggestion)
        assert len(after) > len(text) or mends(text, after)
        assert after.startswith(text) or mends(text, after)
        assert "  " not in after[len(text.rstrip(" ")) + 1 :].lstrip(" ")
        assert is_word(suggestion.text.split(" ")[-1])
        assert max_words > 1 or is_word(suggestion.text)


def test_typing_key_by_key_is_the_same_as_all_at_once(lm: LanguageModel) -> None:
    from chatbot import load

    text = "Yes, I like music. I don't like fi"
    fresh = load(lm.checkpoint.folder)
    for i in range(len(text)):
        lm.suggest(text[:i])
    np.testing.assert_allclose(
        [s.probability for s in lm.suggest(text)],
        [s.probability for s in fresh.suggest(text)],
        rtol=1e-5,
    )


def test_a_long_text_is_answered(lm: LanguageModel) -> None:
    assert lm.suggest("I like tea. " * 20_000 + "Hello, how are y")[0].text == "you"
    assert lm.suggest("x" * 1_000_000) is not None


@pytest.mark.parametrize("options", [{"n": 0}, {"n": 101}, {"max_words": 0}, {"max_words": 21}])
def test_a_wrong_option_is_named(lm: LanguageModel, options: dict[str, int]) -> None:
    ((name, value),) = options.items()
    with pytest.raises(OptionError, match=f"{name} must be from 1 to [0-9]+; got {value}"):
        lm.suggest("x", **options)


PIECES = [b"", b" ", b" h", b" he", b" hello", b" hell", b"e", b"ello", b"\xc3", b"\xff", b"e"]


@given(typed=st.binary(min_size=1, max_size=8) | st.sampled_from([b" h", b" hel", b" hello", b"e"]))
def test_the_trie_agrees_with_looking_at_every_piece(typed: bytes) -> None:
    trie = ByteTrie(PIECES)
    assert sorted(trie.starting_with(typed)) == [
        i for i, p in enumerate(PIECES) if p and p.startswith(typed)
    ]
    assert sorted(i for i, _ in trie.prefixes_of(typed)) == [
        i for i, p in enumerate(PIECES) if p and typed.startswith(p) and p != typed
    ]


def _all(offer: Offer) -> list[Suggestion]:
    return [*offer.words, *([offer.phrase] if offer.phrase else [])]


class Stepping(OnnxRunner):
    """Hides that the network has a head for the ends of words."""

    @property
    def looks(self) -> bool:
        return False


@pytest.mark.parametrize("after", ["", " tea"])
@pytest.mark.parametrize(
    "text", ["", "Hello, ", "I li", "Do you like tea? ", "d", "(y", "see \u00e9"]
)
def test_looking_finds_what_stepping_finds(lm: LanguageModel, text: str, after: str) -> None:
    class Looking(OnnxRunner):
        looked = 0

        def look(self, ids: Ids, state: Floats) -> tuple[Floats, Floats, Floats]:
            self.looked += len(ids)
            return super().look(ids, state)

    runner = Looking(lm.checkpoint.step_function)
    looking = LanguageModel(lm.checkpoint, runner)
    stepping = LanguageModel(lm.checkpoint, Stepping(lm.checkpoint.step_function))
    one, other = (model.offer(text, n=5, after=after) for model in (looking, stepping))
    assert (one.phrase is None) == (other.phrase is None)
    for mine, its in zip(_all(one), _all(other), strict=True):
        assert mine.text == its.text
        assert mine.probability == pytest.approx(its.probability, rel=1e-3)
    assert runner.looked


@pytest.mark.parametrize("text", ["", "Hello, ", "I like ", "Do you like tea? ", "d", "y"])
def test_a_word_is_offered_in_one_case_only(lm: LanguageModel, text: str) -> None:
    offered = [s.text.lower() for s in lm.suggest(text, n=20)]
    assert len(set(offered)) == len(offered)


@pytest.mark.parametrize(
    "text",
    ["\u05e9\u05dc", "\u0645\u0631\u062d\u0628\u0627", "\u4eca\u5929", "\u041f\u0440\u0438\u0432"],
)
def test_no_ending_of_another_script_is_offered(lm: LanguageModel, text: str) -> None:
    offered = [s.text for s in lm.suggest(text, n=10)]
    assert not [word for word in offered if re.search("[A-Za-z0-9]", word)]
    own = text + text
    assert [s.text for s in lm.suggest(f"{own} and {text}", n=1)] == [own]
    mixed = text + "ly"
    again = lm.suggest(f"{mixed} and {text}", n=10)  # who wrote it may have it again
    assert [s.text for s in again] == [mixed]


def test_a_phrase_goes_on_where_its_word_ends(lm: LanguageModel) -> None:
    """Once "go" went on to "gone": another word, with the probability of the first."""
    every = PhraseConfig(most_ids=32, least_step=0.0, least_phrase=0.0)
    parts, runner = lm.checkpoint, OnnxRunner(lm.checkpoint.step_function)
    contexts = ContextCache(runner, parts.tokenizer)
    trie = ByteTrie(parts.tokenizer.pieces)
    suggester = Suggester(runner, parts.tokenizer, trie, contexts, phrases=every)
    for text in ("", "Do you like ", "I don't like c"):
        context = contexts.open([], text)
        words = [s.text for s in suggester.suggest(context, Draft(text), n=8, max_words=1)]
        phrases = suggester.suggest(context, Draft(text), n=8, max_words=2)
        firsts = [re.split(r"[ .,!?;:]", s.text)[0] for s in phrases]
        assert set(firsts) <= {*words, half_typed(text)}
