"""Reading a dialogue: bounded, never the same text twice, the same however it was reached."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chatbot import LanguageModel, OptionError, load
from chatbot.checkpoint import open_checkpoint
from chatbot.context import ContextCache
from chatbot.runners import Floats, Ids, OnnxRunner


class Counting:
    """A runner that counts the ids it is given."""

    def __init__(self, runner: OnnxRunner) -> None:
        self._runner, self.read = runner, 0
        self.vocab_size = runner.vocab_size

    def start(self, lanes: int) -> Floats:
        return self._runner.start(lanes)

    def step(self, ids: Ids, state: Floats) -> tuple[Floats, Floats]:
        self.read += len(ids)
        return self._runner.step(ids, state)

    def advance(self, ids: Ids, state: Floats) -> Floats:
        self.read += len(ids)
        return self._runner.advance(ids, state)


@pytest.fixture
def counting(checkpoint: Path) -> Counting:
    return Counting(OnnxRunner(open_checkpoint(checkpoint).step_function))


@pytest.fixture
def cache(checkpoint: Path, counting: Counting) -> ContextCache:
    return ContextCache(counting, open_checkpoint(checkpoint).tokenizer, most_ids=50)


TEXTS = ["I like tea. Do you", "Hello\n how are", "a\nb\n", " two  spaces ", "", "Hi\n\n\nthere"]


@pytest.mark.parametrize("text", TEXTS)
def test_read_key_by_key_is_read_at_once(cache: ContextCache, checkpoint: Path, text: str) -> None:
    fresh = ContextCache(
        OnnxRunner(open_checkpoint(checkpoint).step_function), open_checkpoint(checkpoint).tokenizer
    )
    for end in range(len(text)):
        cache.open([], text[:end])
    grown, whole = cache.open([], text), fresh.open([], text)
    assert (grown.settled, grown.typed) == (whole.settled, whole.typed)
    assert grown.place.count == whole.place.count
    np.testing.assert_array_equal(grown.place.logits, whole.place.logits)


def test_a_keystroke_reads_at_most_the_new_word(cache: ContextCache, counting: Counting) -> None:
    text = "I like tea. Do you like tea"
    cache.open([], text)
    for more in (" ", " f", " fi", " fil"):
        before = counting.read
        cache.open([], text + more)
        assert counting.read - before <= (4 if more == " " else 0)


def test_a_chat_reads_each_turn_once(cache: ContextCache, counting: Counting) -> None:
    turns: list[str] = []
    costs = []
    for _ in range(6):
        turns.append("I like tea.")
        before = counting.read
        cache.read(turns, "")
        costs.append(counting.read - before)
        turns.append("So do I.")
    assert len(set(costs[1:])) == 1


def test_what_is_read_is_bounded_also_when_the_start_is_known(
    cache: ContextCache, counting: Counting
) -> None:
    cache.open([], "")
    for text in ("日本語" * 3000, "word " * 3000, "x\n" * 3000):
        before = counting.read
        cache.open([], text)
        cache.open([text], "")
        assert counting.read - before <= 100


def test_a_window_that_moves_on_is_not_read_again(cache: ContextCache, counting: Counting) -> None:
    text = "I like tea. " * 400
    cache.open([], text, window=True)
    before = counting.read
    cache.open([], text[3000:] + "Do ", window=True)
    assert counting.read - before < 5
    cache.open(["Hello!"], text[3000:] + "Do you ", window=True)
    assert counting.read - before > 40  # another dialogue


def test_a_prompt_is_told_from_another_with_the_same_end(lm: LanguageModel) -> None:
    end = "I like tea. " * 200
    alone = lm.generate("Do you like music? " + end, max_tokens=20, seed=3)
    lm.generate("Good morning. " + end, max_tokens=1)
    fresh = load(lm.checkpoint.folder)
    fresh.generate("Good morning. " + end, max_tokens=1)
    assert fresh.generate("Do you like music? " + end, max_tokens=20, seed=3) == alone


def test_curly_quotes_are_read_as_straight(lm: LanguageModel) -> None:
    straight = lm.generate("Yes. I don't like", temperature=0, turns=["I'm fine"])
    assert lm.generate("Yes. I don’t like", temperature=0, turns=["I’m fine"]) == straight


def test_max_tokens_are_of_the_answer_not_of_the_prompt(lm: LanguageModel) -> None:
    for prompt in ("Hello, how are", "I like Szczebrzeszynskowicz", "Hello"):
        (found,) = lm.generate(prompt, max_tokens=1, seed=2)
        assert found.completion_tokens == 1
        assert found.text or found.finish_reason == "stop"


def test_the_words_of_design_md_are_taken_in_their_order(lm: LanguageModel) -> None:
    named = lm.generate("I", max_tokens=9, temperature=1.1, top_k=5, top_p=0.9, stop=["."], seed=1)
    assert lm.generate("I", 9, 1.1, 5, 0.9, ["."], 1, 1) == named
    assert "".join(lm.stream("I", 9, 1.1, 5, 0.9, ["."], 1)) == named[0].text
    assert lm.generate("I", 9, stop=None, seed=1)


@pytest.mark.parametrize(
    "text",
    [
        "Bartholom",
        "I like Worcestershir",
        "antidisestablishmentar",
        "xqjzkvwqpdfg",
        "日本語の本 は 日本語",
    ],
)
def test_a_rare_word_is_no_dead_end(lm: LanguageModel, text: str) -> None:
    found = lm.suggest(text)
    assert found
    assert all((text + s.insert[s.replace[1] - s.replace[0] :]).startswith(text) for s in found)


def test_a_long_address_is_not_garbled(lm: LanguageModel) -> None:
    address = "see https://www.example.com/some/very/long/path/to/the/thing/and/then/mu"
    for suggestion in lm.suggest(address):
        assert suggestion.text.startswith("mu")
        assert suggestion.text != "mu"
    assert lm.suggest("-" * 70) == []


def test_mistakes_are_told_at_once(lm: LanguageModel) -> None:
    cases = [
        (lambda: lm.stream("x", seed=-1), "seed must be a whole number"),
        (lambda: lm.chat(temprature=1), "unknown option temprature"),
        (lambda: lm.chat().stream(""), "a message must hold some text"),
        (lambda: lm.chat("alice"), "turns must be a list of texts"),
        (lambda: lm.suggest("x", turns="hello"), "turns must be a list of texts"),
        (lambda: lm.generate(None), "prompt must be a text; got NoneType"),  # type: ignore[arg-type]
        (lambda: lm.generate("x", max_tokens="5"), "max_tokens must be"),  # type: ignore[arg-type]
        (lambda: lm.generate("x", n=1.5), "n must be from 1 to 128; got 1.5"),  # type: ignore[arg-type]
        (lambda: lm.generate("x", n=60_000), "n must be from 1 to 128; got 60000"),
        (lambda: lm.generate("x", top_k=2.5), "top_k must be a whole number"),  # type: ignore[arg-type]
        (lambda: lm.suggest("x", n="3"), "n must be from 1 to 100; got '3'"),  # type: ignore[arg-type]
    ]
    for call, message in cases:
        with pytest.raises(OptionError, match=message):
            call()  # type: ignore[no-untyped-call]


def test_a_tiny_temperature_is_greedy(lm: LanguageModel) -> None:
    cold = lm.generate("Hello", temperature=1e-320, seed=1)[0].text
    assert cold == lm.generate("Hello", temperature=0)[0].text


def test_a_model_goes_on_while_another_is_loaded(checkpoint: Path, lm: LanguageModel) -> None:
    assert load(checkpoint).generate("I", seed=1) == lm.generate("I", seed=1)


@pytest.mark.parametrize("text", ["Thank you so ", "How are you? ", "thank y", "Oh. I kno"])
def test_two_spaces_are_read_as_one(lm: LanguageModel, text: str) -> None:
    spaced = text.replace(" ", "  ")
    found = [(each.text, each.probability) for each in lm.suggest(spaced)]
    assert found == [(each.text, each.probability) for each in lm.suggest(text)]
    half = len(text) - len(text.rstrip("abcdefghijklmnopqrstuvwxyz"))
    assert {each.replace for each in lm.suggest(spaced)} == {(len(spaced) - half, len(spaced))}
