"""A listener for runs in tests."""

from __future__ import annotations

from training.heldout import HeldOut
from training.trainer import Trainer


class Quiet:
    """A listener that keeps the losses."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.results: list[HeldOut] = []

    def on_step(self, trainer: Trainer, loss: float, progress: float, seconds: float) -> None:
        self.losses.append(loss)

    def on_evaluation(self, trainer: Trainer, result: HeldOut, is_best: bool) -> None:
        self.results.append(result)
