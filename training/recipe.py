"""Every choice of a training run, with the default that two CPU cores like best."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

from training.errors import TrainingError

__all__ = ["Precision", "Recipe"]

Precision = Literal["auto", "fp32", "bf16"]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Say how to train. A run stops at the first of `minutes`, `steps` and early stopping.

    With `steps` a run on a CPU is a function of its seed and its data, to the bit (a GPU adds up in
    no fixed order). With `minutes` the learning rate follows the clock, so that the time asked for
    is the time taken.
    """

    minutes: float | None = 10.0
    """Minutes of training, evaluation included; over all stretches of a resumed run."""
    steps: int | None = None
    """Optimizer steps."""
    lanes: int = 64
    """B, sequences side by side."""
    window: int = 32
    """T, ids between two cuts of the gradient (truncated back-propagation through time)."""
    peak_rate: float = 5e-3
    """Learning rate after warm-up."""
    warm_up: float = 0.05
    """Share of the run in which the rate rises from 0."""
    final_rate: float = 0.02
    """Share of the peak rate left at the end of the cosine."""
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.99)
    clip: float = 1.0
    """Greatest norm of the gradient."""
    negatives: int = 1024
    """Ids sampled a step to stand for the vocabulary in the loss; 0 uses the full softmax."""
    evaluations: int = 20
    """Times the held-out text is scored, evenly over the run."""
    evaluate_tokens: int = 40_000
    """Held-out ids scored at each evaluation."""
    patience: int = 6
    """Evaluations since the best, no better than the one before, after which the run stops."""
    save_seconds: float = 60.0
    """Seconds between two saves: what a kill can cost."""
    precision: Precision = "auto"
    """bf16 autocast where the processor has it in hardware; fp32 elsewhere."""
    mixture: Literal["natural", "chat"] = "natural"
    """natural draws conversations as often as they stand; chat ends on chat (mixture.py)."""
    threads: int | None = None
    """Threads a process computes with; None: torch's choice. Other counts may round otherwise."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.minutes is None and self.steps is None:
            raise TrainingError("a run needs minutes or steps; both are None")
        for name in ("lanes", "window", "patience", "evaluations", "evaluate_tokens"):
            if getattr(self, name) < 1:
                raise TrainingError(f"{name} must be at least 1; got {getattr(self, name)}")
        for name in ("minutes", "steps", "peak_rate", "clip", "save_seconds"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise TrainingError(f"{name} must be above 0; got {value}")
        for name, known in (
            ("precision", ("auto", "fp32", "bf16")),
            ("mixture", ("natural", "chat")),
        ):
            if getattr(self, name) not in known:
                got = getattr(self, name)
                raise TrainingError(f"{name} must be one of {', '.join(known)}; got {got!r}")
        if self.threads is not None and self.threads < 1:
            raise TrainingError(f"threads must be at least 1; got {self.threads}")
        if not 0 <= self.warm_up < 1:
            raise TrainingError(f"warm_up must be from 0 to below 1; got {self.warm_up}")
        if self.negatives < 0:
            raise TrainingError(f"negatives must be at least 0; got {self.negatives}")

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Recipe:
        """Build a recipe from stored JSON; unknown keys are refused by name."""
        known = {field.name for field in fields(cls)}
        if unknown := set(values) - known:
            raise TrainingError(f"unknown training options: {', '.join(sorted(unknown))}")
        given: dict[str, Any] = {k: tuple(v) if k == "betas" else v for k, v in values.items()}
        return cls(**given)
