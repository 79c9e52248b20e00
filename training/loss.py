"""The training losses, in nats a token. Evaluation always uses the full softmax."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from chatbot.model import RecurrentModel

__all__ = ["SampledSoftmax", "full_loss"]


def full_loss(
    model: RecurrentModel, features: Tensor, targets: Tensor, *, chunk: int = 1024
) -> Tensor:
    """Give the mean cross-entropy of targets (N,) under features (N, E).

    By chunks that are computed again in the backward pass, so that only chunk x V logits ever are
    in memory.
    """

    def nats(part: Tensor, target: Tensor) -> Tensor:
        return functional.cross_entropy(model.logits(part).float(), target, reduction="sum")

    parts = zip(torch.split(features, chunk), torch.split(targets, chunk), strict=True)
    sums = [checkpoint(nats, part, target, use_reentrant=False) for part, target in parts]
    return torch.stack(sums).sum() / len(targets)


class SampledSoftmax:
    """Stand in for the vocabulary by a few sampled ids: the output layer was half of the cost.

    `negatives` ids a step are drawn by count to the power 0.75 and corrected by the log of how
    often each is expected (logQ), so that the optimum is the full softmax's (Bengio and Senecal
    2008; Jean 2015, arXiv:1412.2007). A negative that equals the target is masked.
    """

    def __init__(self, counts: NDArray[np.int64], *, negatives: int, device: torch.device) -> None:
        weights = torch.as_tensor(np.maximum(counts, 1), dtype=torch.float64) ** 0.75
        chances = weights / weights.sum()
        self._cumulative = chances.cumsum(0).to(torch.float64)
        self._log_expected = (chances * negatives).log().float().to(device)
        self._negatives, self._device = negatives, device

    def __call__(
        self, model: RecurrentModel, features: Tensor, targets: Tensor, generator: torch.Generator
    ) -> Tensor:
        """Give the mean sampled loss of targets (N,) under features (N, E)."""
        uniform = torch.rand(self._negatives, dtype=torch.float64, generator=generator)
        sampled = torch.searchsorted(self._cumulative, uniform).clamp_(
            max=len(self._cumulative) - 1
        )
        sampled = sampled.to(self._device)
        weight, bias = model.embedding.weight, model.bias
        positive = (features * weight[targets]).sum(1) + bias[targets]
        negative = functional.linear(features, weight[sampled], bias[sampled])
        negative = negative - self._log_expected[sampled]
        negative = negative.masked_fill(sampled == targets[:, None], -torch.inf)
        positive = positive - self._log_expected[targets]
        both = torch.cat([positive[:, None], negative], dim=1).float()
        return -functional.log_softmax(both, dim=1)[:, 0].mean()
