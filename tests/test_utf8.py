"""Which bytes may follow in UTF-8, and that no text ends within a character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import load
from chatbot.generation import _Lane
from chatbot.runners.base import Floats
from chatbot.sampling import Sampling
from chatbot.utf8 import following, unfinished


def spell(choices: list[int]) -> bytes:
    """Choose bytes that may follow, one after another, to the end of the last character."""
    spelled, begun = b"", b""
    for choice in choices:
        may = sorted(following(begun))
        byte = bytes([may[choice % len(may)]])
        spelled, begun = spelled + byte, unfinished(begun, byte)
    while begun:
        byte = bytes([min(following(begun))])
        spelled, begun = spelled + byte, unfinished(begun, byte)
    return spelled


@given(st.lists(st.integers(0, 255), max_size=20))
def test_bytes_that_may_follow_are_characters(choices: list[int]) -> None:
    spell(choices).decode()


@given(st.text())
def test_every_text_may_follow(text: str) -> None:
    begun = b""
    for byte in text.encode("utf-8", "ignore"):
        assert byte in following(begun)
        begun = unfinished(begun, bytes([byte]))
    assert begun == b""


@pytest.mark.parametrize("prompt", ["привет", "😀😀 привет 你好", "你好"])
def test_what_is_written_has_no_broken_character(prompt: str) -> None:
    model = load()
    for tokens in (1, 2, 8):
        for each in model.generate(prompt, max_tokens=tokens, seed=tokens, n=4):
            assert "\ufffd" not in each.text
        streamed = "".join(model.stream(prompt, max_tokens=tokens, seed=tokens))
        assert streamed == model.generate(prompt, max_tokens=tokens, seed=tokens)[0].text


@pytest.mark.parametrize("typed", ["日本", "Ж", "cafṽ", "नम"])
def test_what_is_typed_is_spelled_by_what_is_written(typed: str) -> None:
    model, spelled = load(), list[bytes]()
    writer = model._writer
    choose = writer._choose

    def watch(lane: _Lane, logits: Floats, sampling: Sampling) -> str:
        text = choose(lane, logits, sampling)
        spelled.append(model.checkpoint.tokenizer.pieces[lane.ids[-1]])
        return text

    writer._choose = watch  # type: ignore[method-assign]
    for seed in range(3):
        spelled.clear()
        model.generate(f"I like {typed}", max_tokens=3, seed=seed)
        assert b"".join(spelled).startswith(f" {typed}".encode())
