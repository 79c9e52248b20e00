"""What a run has to remember besides the trainer's tensors."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from training.recipe import Recipe

__all__ = ["Tally"]


@dataclass
class Tally:
    """Time spent, what was scored, and which data and vocabulary it was."""

    seconds: float = 0.0
    """Time spent in training, over all stretches."""
    best: float = math.inf
    """Lowest held-out bits per character."""
    best_step: int = 0
    worse: int = 0
    """Evaluations since the best that were no better than the one before them."""
    evaluated: int = 0
    """How many of the recipe's evaluations are behind."""
    evaluations: list[dict[str, float]] = field(default_factory=list)
    fingerprint: str = ""
    """Of the packed data."""
    vocabulary: str = ""
    """Fingerprint of the vocabulary; empty in states of older versions."""
    budget: list[float | None] = field(default_factory=list)
    """Minutes and steps asked for when this was saved; empty in states of older versions."""

    def progress(self, steps: int, recipe: Recipe) -> float:
        """Give the share of the budget that is spent: 0 at the start, 1 or more at the end."""
        by_clock = self.seconds / (60 * recipe.minutes) if recipe.minutes else 0.0
        by_steps = steps / recipe.steps if recipe.steps else 0.0
        return max(by_clock, by_steps)

    def is_due(self, steps: int, recipe: Recipe) -> bool:
        """Tell whether the next of the evaluations, spread evenly over the run, is due."""
        return self.progress(steps, recipe) * recipe.evaluations >= self.evaluated + 1

    def add(self, step: int, tokens: int, bits_per_character: float) -> bool:
        """Note an evaluation, and tell whether it is the best so far.

        A run from a trained network first gets worse, and then better at each evaluation for most
        of its time before it is the best again: those are not reasons to stop it.
        """
        is_best = bits_per_character < self.best
        if is_best:
            self.best, self.best_step, self.worse = bits_per_character, step, 0
        elif bits_per_character >= self.evaluations[-1]["bits_per_character"]:
            self.worse += 1
        entry = {"step": step, "tokens": tokens, "seconds": self.seconds}
        self.evaluations.append({**entry, "bits_per_character": bits_per_character})
        return is_best

    def extend(self, steps: int, recipe: Recipe) -> None:
        """Take a budget; another one than before means that whoever gives it wants to go on."""
        budget = [recipe.minutes, recipe.steps]
        if budget == self.budget:
            return
        self.budget, self.worse = budget, 0
        self.evaluated = int(self.progress(steps, recipe) * recipe.evaluations)

    def begin_anew(self, fingerprint: str) -> None:
        """Take other data: what was best on the old can't be compared with it."""
        self.fingerprint = fingerprint
        self.best, self.worse = math.inf, 0
