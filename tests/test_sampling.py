"""Choosing an id: pure functions of logits, options and random numbers."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from chatbot import OptionError, Sampling
from chatbot.sampling import log_softmax, penalise, sample

LOGITS = np.log(np.array([0.5, 0.3, 0.15, 0.05], np.float32))


def draw(count: int = 4000, **options: float) -> Counter[int]:
    random = np.random.default_rng(0)
    return Counter(sample(LOGITS, Sampling(**options), random) for _ in range(count))  # type: ignore[arg-type]


def test_temperature_0_takes_the_best() -> None:
    assert set(draw(20, temperature=0)) == {0}


def test_temperature_1_draws_as_the_network_says() -> None:
    counts = draw(temperature=1.0)
    assert [counts[i] / 4000 for i in range(4)] == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.03)


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"top_k": 2}, {0, 1}),
        ({"top_k": 1}, {0}),
        ({"top_p": 0.79}, {0, 1}),
        ({"top_p": 0.81}, {0, 1, 2}),
        ({"top_p": 0.0}, {0}),
        ({"min_p": 0.25}, {0, 1, 2}),
        ({"min_p": 1.0}, {0}),
    ],
)
def test_what_each_option_keeps(options: dict[str, float], kept: set[int]) -> None:
    assert set(draw(temperature=1.0, **options)) == kept


def test_the_repetition_penalty_lowers_recent_ids_of_either_sign() -> None:
    logits = np.array([2.0, -2.0, 1.0], np.float32)
    options = Sampling(repetition_penalty=2.0)
    assert penalise(logits, [0, 1], options).tolist() == [1.0, -4.0, 1.0]
    assert penalise(logits, [0] + [2] * 64, options).tolist() == [2.0, -2.0, 0.5]
    assert logits.tolist() == [2.0, -2.0, 1.0]


def test_log_softmax_sums_to_one() -> None:
    rows = np.random.default_rng(0).normal(size=(3, 50)).astype(np.float32) * 30
    np.testing.assert_allclose(np.exp(log_softmax(rows)).sum(-1), 1, rtol=1e-4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": -1}, "temperature must be from 0 to 10; got -1"),
        ({"temperature": float("nan")}, "temperature .* got nan"),
        ({"top_p": 1.5}, "top_p must be from 0 to 1; got 1.5"),
        ({"min_p": -0.1}, "min_p"),
        ({"top_k": -1}, "top_k"),
        ({"repetition_penalty": 0}, "repetition_penalty"),
    ],
)
def test_an_option_out_of_range_is_named(options: dict[str, float], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        Sampling(**options)  # type: ignore[arg-type]
