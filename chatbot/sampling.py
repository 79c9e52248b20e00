"""Choose the next id from logits. Pure: knows numbers and a random generator, nothing of loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.errors import OptionError
from chatbot.runners.base import Floats

__all__ = ["Sampling", "log_softmax", "penalise", "sample", "softmax"]


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """Say how to choose among the ids. The defaults change nothing but the temperature."""

    temperature: float = 0.8
    """0 takes the most probable id; 1 samples as the network says; above 1 flattens."""
    top_k: int = 0
    """Keep only the k most probable ids; 0 keeps all."""
    top_p: float = 1.0
    """Keep the likeliest ids that make up this probability (Holtzman 2020, arXiv:1904.09751)."""
    min_p: float = 0.0
    """Drop ids less probable than this share of the best (Nguyen 2024, arXiv:2407.01082)."""
    repetition_penalty: float = 1.0
    """Divide the score of recent ids by this; 1 changes nothing (Keskar 2019, arXiv:1909.05858)."""
    repetition_window: int = 64
    """How many ids back, prompt included, count as recent."""

    def __post_init__(self) -> None:
        _within("temperature", self.temperature, 0, 10)
        _within("top_p", self.top_p, 0, 1)
        _within("min_p", self.min_p, 0, 1)
        _within("top_k", self.top_k, 0, 1 << 31)
        if not isinstance(self.top_k, int):
            raise OptionError(f"top_k must be a whole number; got {self.top_k!r}")
        _within("repetition_penalty", self.repetition_penalty, 0.01, 100)
        _within("repetition_window", self.repetition_window, 0, 1 << 31)


_GREEDY = 1e-6
"""Below this temperature the best id takes all, and a division by it would overflow."""


def sample(
    logits: Floats, sampling: Sampling, random: np.random.Generator, recent: Sequence[int] = ()
) -> int:
    """Choose one id from logits (V,); `recent` are the ids that the repetition penalty holds."""
    logits = penalise(logits, recent, sampling)
    if sampling.temperature < _GREEDY or sampling.top_k == 1:
        return int(logits.argmax())
    scores = (logits.astype(np.float64) - logits.max()) / sampling.temperature
    order = np.argsort(-scores, kind="stable")
    if sampling.top_k:
        order = order[: sampling.top_k]
    chances = np.exp(scores[order] - scores[order[0]])
    chances /= chances.sum()
    kept = chances >= sampling.min_p * chances[0]
    # The id that crosses top_p stays in, and so does the best one.
    kept &= np.concatenate([[0.0], np.cumsum(chances)[:-1]]) < max(sampling.top_p, 1e-12)
    order, chances = order[kept], chances[kept]
    place = np.searchsorted(np.cumsum(chances), random.random() * chances.sum(), side="right")
    return int(order[min(int(place), len(order) - 1)])


def penalise(logits: Floats, recent: Sequence[int], sampling: Sampling) -> Floats:
    """Lower the logits of recent ids: divided when positive, multiplied when negative."""
    recent = recent[-sampling.repetition_window :] if sampling.repetition_window else ()
    if sampling.repetition_penalty == 1.0 or not recent:
        return logits
    penalised = logits.copy()
    ids = np.unique(np.asarray(recent))
    values = penalised[ids]
    penalty = np.float32(sampling.repetition_penalty)
    penalised[ids] = np.where(values > 0, values / penalty, values * penalty)
    return penalised


def log_softmax(logits: Floats) -> NDArray[np.float32]:
    """Give log-probabilities (nats) along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def softmax(logits: Floats) -> NDArray[np.float32]:
    """Give probabilities along the last axis."""
    # In place: fresh pages for each of three such arrays cost more than the arithmetic.
    powers: NDArray[np.float32] = logits - logits.max(axis=-1, keepdims=True)
    np.exp(powers, out=powers)
    powers /= powers.sum(axis=-1, keepdims=True)
    return powers


def _within(name: str, value: float, low: float, high: float) -> None:
    # Written so that NaN fails too.
    if not isinstance(value, int | float) or not low <= value <= high:
        raise OptionError(f"{name} must be from {low:g} to {high:g}; got {value!r}")
