"""The three tiny checkpoints, and what benchmarks.memory asks them."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.memory import CHECKPOINTS, Text, copying, gradient, reach
from chatbot import load, open_checkpoint

MOST_BYTES = 2_000_000


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_a_tiny_checkpoint_is_whole_small_and_speaks(name: str) -> None:
    lm = load(name)
    folder = lm.checkpoint.folder
    assert sum(file.stat().st_size for file in folder.iterdir()) <= MOST_BYTES
    assert lm.suggest("How are y")[0].text == "you"
    assert lm.checkpoint.metrics["training"]["recipe"]["minutes"] == 10.0


def test_the_three_are_of_one_size_and_one_vocabulary() -> None:
    found = [open_checkpoint(name) for name in CHECKPOINTS]
    sizes = [sum(p.numel() for p in each.model().parameters()) for each in found]
    assert max(sizes) < 1.01 * min(sizes)
    assert len({tuple(each.tokenizer.pieces) for each in found}) == 1
    assert [each.config.cell for each in found] == ["rnn_tanh", "gru", "lstm"]


def test_gates_carry_the_gradient_further() -> None:
    there = {}
    for name in CHECKPOINTS:
        checkpoint = open_checkpoint(name)
        ids = checkpoint.tokenizer.render(["I like tea. What do you like to do?"] * 12)
        text = Text([np.array(ids[:97])], [300])
        near, far = gradient(checkpoint.model(), text, (1, 64))
        assert near == 1.0
        there[name] = far
    assert there["tiny-rnn"] < 0.25 * min(there["tiny-gru"], there["tiny-lstm"])


def test_more_of_the_past_makes_text_likelier() -> None:
    checkpoint = open_checkpoint("tiny-lstm")
    ids = checkpoint.tokenizer.render(["Hello, how are you?", "I am fine, how are you?"] * 4)
    text = Text([np.array(ids[:48])], [150])
    short, long = reach(checkpoint.model(), text, (1, 16))
    assert long < short


def test_a_name_said_just_now_is_likelier() -> None:
    checkpoint = open_checkpoint("tiny-lstm")
    ids = checkpoint.tokenizer.render(["Hello, how are you? I am fine, how are you?"] * 3)
    (gain,) = copying(checkpoint.model(), checkpoint.tokenizer, Text([np.array(ids)], [90]), (1,))
    assert gain > 1.1
