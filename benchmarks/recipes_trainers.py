"""Trainers for recipes.py that change more than an option: the loss, the step or the order.

Each is `Trainer` with one thing replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.recipes_cells import AdaptiveModel
from chatbot.model import State
from chatbot.model_config import ModelConfig
from training.lanes import Lanes
from training.loss import full_loss
from training.objective import Objective
from training.pack import Pack, unigram_counts
from training.recipe import Recipe
from training.trainer import Trainer

__all__ = ["Adaptive", "Averaged", "FullFinish", "Muon", "Staged", "Unpacked"]


class FullFinish(Trainer):
    """Take the full softmax for the last tenth, which the sampled one only estimates."""

    def step(self, progress: float) -> Tensor:
        if progress >= 0.9:
            self._objective = Objective(self.model, None, self.generator)
        return super().step(progress)


class Averaged(Trainer):
    """Score an exponential moving average of the weights (Polyak 1992), not the last ones."""

    def __init__(self, *given: Any, decay: float, **named: Any) -> None:
        super().__init__(*given, **named)
        self._decay = decay
        self._average = [p.detach().clone() for p in self.model.parameters()]

    def step(self, progress: float) -> Tensor:
        loss = super().step(progress)
        with torch.no_grad():
            # The share of an average of all steps so far, until the decay's is larger.
            share = max(1 - self._decay, 1 / self.steps)
            torch._foreach_lerp_(self._average, list(self.model.parameters()), share)
        return loss

    @torch.no_grad()
    def end(self) -> None:
        """Put the average in place of the weights."""
        for parameter, average in zip(self.model.parameters(), self._average, strict=True):
            parameter.copy_(average)


class Staged(Trainer):
    """Read more lanes as the run goes on: small steps early, large ones late."""

    def __init__(self, *given: Any, stages: Sequence[tuple[float, int]], **named: Any) -> None:
        """`stages` are (from which progress on, lanes); the recipe's lanes are the first's."""
        super().__init__(*given, **named)
        self._stages, self._read = stages, 0

    @property
    def tokens(self) -> int:
        return self._read

    def step(self, progress: float) -> Tensor:
        lanes = max(lanes for start, lanes in self._stages if progress >= start)
        if lanes > len(self.lanes.cursors):
            self._grow(lanes)
        self._read += lanes * self.recipe.window
        return super().step(progress)

    def _grow(self, count: int) -> None:
        before, window = self.lanes.cursors, self.recipe.window
        self.lanes = Lanes(self.pack.train, self.mixture, lanes=count, window=window)
        self.lanes.cursors[: len(before)] = before
        fresh = self.model.start(count - len(before))
        self.state = tuple(torch.cat(p, dim=1) for p in zip(self.state, fresh, strict=True))


class Adaptive(Trainer):
    """Minimise the loss of an adaptive softmax."""

    def __init__(self, pack: Pack, config: ModelConfig, recipe: Recipe) -> None:
        super().__init__(pack, config, recipe, build=AdaptiveModel)
        assert isinstance(self.model, AdaptiveModel)
        counts = unigram_counts(pack.train, config.vocab_size)
        order = torch.from_numpy(np.argsort(-counts, kind="stable"))
        self.model.rank.copy_(order.argsort())
        self._objective = _AdaptiveObjective(self.model)


class _AdaptiveObjective(nn.Module):
    def __init__(self, model: AdaptiveModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, inputs: Tensor, targets: Tensor, state: State) -> tuple[Tensor, ...]:
        features, after = self.model.features(inputs, state)
        ranks = self.model.rank[targets.flatten()]
        loss: Tensor = self.model.softmax(features.flatten(0, 1), ranks).loss
        return loss, *after


class Unpacked(Trainer):
    """Begin every conversation at the start of a window, and leave what stays free of it empty."""

    def __init__(self, pack: Pack, config: ModelConfig, recipe: Recipe) -> None:
        super().__init__(pack, config, recipe)
        self.lanes = _PaddedLanes(
            pack.train, self.mixture, lanes=recipe.lanes, window=recipe.window
        )
        self._objective = _PaddedObjective(self._objective)

    @property
    def tokens(self) -> int:
        return self.lanes.dealt  # type: ignore[attr-defined, no-any-return]


class _PaddedLanes(Lanes):
    dealt = 0

    def next(self, progress: float) -> NDArray[np.int64]:
        batch = np.full((len(self.cursors), self._window + 1), -1, np.int64)
        for window, cursor in zip(batch, self.cursors, strict=True):
            if cursor[0] < 0:
                cursor[:] = self._mixture.draw(progress), 0
            ids = self._shard.conversation(int(cursor[0]))[cursor[1] :][: len(window)]
            window[: len(ids)] = ids
            cursor[1] += len(ids) - 1
            if cursor[1] + 1 >= self._shard.index[cursor[0], 1]:
                cursor[0] = -1
            self.dealt += len(ids) - 1
        return batch


class _PaddedObjective(nn.Module):
    """Leave out the places where the target is -1."""

    def __init__(self, objective: Callable[..., tuple[Tensor, ...]]) -> None:
        super().__init__()
        assert isinstance(objective, Objective)
        self._whole = objective

    def forward(self, inputs: Tensor, targets: Tensor, state: State) -> tuple[Tensor, ...]:
        whole = self._whole
        features, after = whole.model.features(inputs.clamp(min=0), state)
        there = targets.flatten() >= 0
        features, targets = features.flatten(0, 1)[there], targets.flatten()[there]
        if whole._sampled is None:
            return full_loss(whole.model, features, targets), *after
        return whole._sampled(whole.model, features, targets, whole._generator), *after


class Muon(Trainer):
    """Take orthogonal steps for the cell's and the projection's matrices (Jordan 2024).

    The rest keeps AdamW. Five Newton-Schulz steps cost 70 % of a step of 2,048 ids: fewer, larger
    steps pay for it.
    """

    def __init__(self, *given: Any, scale: float = 0.2, momentum: float = 0.95) -> None:
        super().__init__(*given)
        inner = (self.model.cell, self.model.projection)
        self._matrices = [p for m in inner for p in m.parameters() if p.ndim == 2]
        self._momenta = [torch.zeros_like(p) for p in self._matrices]
        self._scale, self._momentum = scale, momentum
        own = {id(p) for p in self._matrices}
        for group in self.optimizer.param_groups:
            group["params"] = [p for p in group["params"] if id(p) not in own]

    def step(self, progress: float) -> Tensor:
        loss = super().step(progress)
        rate = self.optimizer.param_groups[0]["lr"]
        with torch.no_grad():
            for matrix, mean in zip(self._matrices, self._momenta, strict=True):
                assert matrix.grad is not None
                mean.lerp_(matrix.grad, 1 - self._momentum)
                step = _orthogonal(matrix.grad.lerp(mean, self._momentum))
                matrix.mul_(1 - rate * self.recipe.weight_decay)
                matrix.add_(step, alpha=-rate * self._scale * max(matrix.shape) ** 0.5)
                matrix.grad = None  # the optimizer no longer knows it, so does not clear it
        return loss


def _orthogonal(gradient: Tensor, steps: int = 5) -> Tensor:
    """Bring all singular values of a matrix near 1."""
    is_tall = gradient.shape[0] > gradient.shape[1]
    x: Tensor = gradient.T if is_tall else gradient
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(steps):
        square = x @ x.T
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return x.T if is_tall else x
