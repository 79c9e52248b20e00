"""The learning rate over a run: a linear warm-up, then a cosine down."""

from __future__ import annotations

import math

from training.recipe import Recipe

__all__ = ["learning_rate"]


def learning_rate(progress: float, recipe: Recipe) -> float:
    """Give the rate at `progress` (0 at the start of the run, 1 at its end).

    Cosine: Loshchilov and Hutter 2017, arXiv:1608.03983.
    """
    progress = min(max(progress, 0.0), 1.0)
    if progress < recipe.warm_up:
        return recipe.peak_rate * max(progress / recipe.warm_up, 1e-3)
    done = (progress - recipe.warm_up) / (1 - recipe.warm_up)
    cosine = (1 + math.cos(math.pi * done)) / 2
    return recipe.peak_rate * (recipe.final_rate + (1 - recipe.final_rate) * cosine)
