"""Writing on: streamed = whole, batched = single, same seed = same text, stop strings, any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import Generation, LanguageModel, OptionError
from chatbot.stopping import StopStrings

PROMPTS = ["", "Hello", "Hello, how are y", "I like ", "日本 🙂", "a\nb\n", " ", "\u2581", "I’m"]
every_prompt = pytest.mark.parametrize("prompt", PROMPTS)


def collect(stream: object) -> tuple[str, Generation]:
    pieces = []
    while True:
        try:
            pieces.append(next(stream))  # type: ignore[call-overload]
        except StopIteration as end:
            return "".join(pieces), end.value


@every_prompt
def test_streamed_equals_whole(lm: LanguageModel, prompt: str) -> None:
    options = {"max_tokens": 30, "seed": 7, "temperature": 1.2}
    (whole,) = lm.generate(prompt, **options)  # type: ignore[arg-type]
    text, streamed = collect(lm.stream(prompt, **options))  # type: ignore[arg-type]
    assert text == whole.text
    assert streamed == whole


@every_prompt
def test_batched_equals_single(lm: LanguageModel, prompt: str) -> None:
    options = {"max_tokens": 20, "seed": 7, "temperature": 1.2}
    alone = lm.generate(prompt, **options)  # type: ignore[arg-type]
    beside = lm.generate(prompt, n=6, **options)  # type: ignore[arg-type]
    assert beside[0] == alone[0]
    assert beside[5] == lm.generate(prompt, **(options | {"seed": 12}))[0]  # type: ignore[arg-type]


def test_same_seed_same_text_and_another_seed_another(lm: LanguageModel) -> None:
    texts = [lm.generate("", seed=s, max_tokens=30, temperature=1.5)[0].text for s in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_without_a_seed_texts_differ(lm: LanguageModel) -> None:
    assert len({lm.generate("", max_tokens=30, temperature=1.5)[0].text for _ in range(4)}) > 1


def test_greedy_needs_no_seed(lm: LanguageModel) -> None:
    assert lm.generate("I like", temperature=0) == lm.generate("I like", temperature=0)


def test_a_half_typed_word_is_completed(lm: LanguageModel) -> None:
    assert lm.generate("Hello, how are y", temperature=0, max_tokens=1)[0].text == "ou"


def test_a_trailing_space_is_not_doubled(lm: LanguageModel) -> None:
    for generation in lm.generate("I like ", n=8, seed=1, max_tokens=8):
        assert not generation.text.startswith(" ")


def test_max_tokens_is_the_most_and_is_told(lm: LanguageModel) -> None:
    for n in (1, 2, 5):
        (found,) = lm.generate("I", max_tokens=n, seed=3)
        assert found.completion_tokens <= n
        assert found.finish_reason == ("length" if found.completion_tokens == n else "stop")


def test_a_stop_string_ends_the_text_and_is_left_out(lm: LanguageModel) -> None:
    options = {"temperature": 0.0, "max_tokens": 40}
    (whole,) = lm.generate("Hello, how", **options)  # type: ignore[arg-type]
    assert "you" in whole.text
    (cut,) = lm.generate("Hello, how", stop="you", **options)  # type: ignore[arg-type]
    assert cut.text == whole.text[: whole.text.index("you")]
    assert cut.finish_reason == "stop"
    text, _ = collect(lm.stream("Hello, how", stop=["zzz", "you"], **options))  # type: ignore[arg-type]
    assert text == cut.text


@settings(max_examples=200, deadline=None)
@given(
    parts=st.lists(st.text("abc", max_size=4), max_size=8),
    stops=st.lists(st.text("abc", min_size=1, max_size=3), max_size=3),
)
def test_stop_strings_cut_a_stream_as_they_cut_the_whole(
    parts: list[str], stops: list[str]
) -> None:
    watch, text = StopStrings(stops), "".join(parts)
    shown = "".join(watch.push(part) for part in parts) + watch.flush()
    # The earliest stop that is complete ends it.
    places = [text.find(s) for s in stops if s in text]
    assert watch.found == bool(places)
    if not places:
        assert shown == text
    else:
        assert not any(stop in shown for stop in stops)
        assert text.startswith(shown)


@settings(max_examples=40, deadline=None)
@given(prompt=st.text(max_size=40))
def test_any_prompt_is_answered(lm: LanguageModel, prompt: str) -> None:
    (found,) = lm.generate(prompt, max_tokens=5, seed=0)
    found.text.encode("utf-8")


def test_a_prompt_of_a_million_characters_is_answered(lm: LanguageModel) -> None:
    for prompt in ("word " * 200_000, "x" * 1_000_000):
        (found,) = lm.generate(prompt, max_tokens=3, seed=0)
        assert found.prompt_tokens <= 1024


def test_earlier_turns_change_what_is_written(lm: LanguageModel) -> None:
    with_turns = lm.generate("", turns=["Hello!"], temperature=0)[0].text
    assert with_turns == "Hello, how are you?"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_tokens": 0}, "max_tokens must be at least 1; got 0"),
        ({"n": 0}, "n must be from 1 to 128; got 0"),
        ({"seed": -1}, "seed must be a whole number from 0 on; got -1"),
        ({"stop": [""]}, "stop must hold texts, and no empty one"),
        ({"temprature": 1}, "unknown option temprature; there are"),
    ],
)
def test_a_wrong_option_is_named(
    lm: LanguageModel, options: dict[str, object], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        lm.generate("x", **options)  # type: ignore[arg-type]


def test_a_score_is_the_surprise_of_the_text(lm: LanguageModel) -> None:
    usual, odd = lm.score("Hello, how are you?"), lm.score("zqx vvk jjw?")
    assert usual.bits_per_character < odd.bits_per_character
    assert (usual.characters, usual.words) == (19, 4)
    assert lm.score("Hello, how are you?", ["Hello!"]).nats < usual.nats
    assert lm.score("").bits_per_character == 0
