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

    `negatives` draws a step by count to the power 0.75 give a set of ids. Every logit is corrected
    by the log of its chance to be in that set (logQ), the target's too, so that the optimum is the
    full softmax's (Jean 2015, arXiv:1412.2007). The chance, not the expected count: a frequent id
    is expected many times but is in the set once, and counting it made frequent ids too likely.
    """

    def __init__(self, counts: NDArray[np.int64], *, negatives: int, device: torch.device) -> None:
        weights = torch.as_tensor(np.maximum(counts, 1), dtype=torch.float64) ** 0.75
        chances = weights / weights.sum()
        self._cumulative = chances.cumsum(0)
        # log(1 - (1 - q)^n), in a form that keeps small chances exact.
        drawn = -torch.expm1(negatives * torch.log1p(-chances))
        self._log_drawn = drawn.log().float().to(device)
        self._negatives, self._device = negatives, device

    def __call__(
        self, model: RecurrentModel, features: Tensor, targets: Tensor, generator: torch.Generator
    ) -> Tensor:
        """Give the mean sampled loss of targets (N,) under features (N, E)."""
        uniform = torch.rand(self._negatives, dtype=torch.float64, generator=generator)
        places = torch.searchsorted(self._cumulative, uniform).clamp_(max=len(self._cumulative) - 1)
        drawn = torch.tensor(np.unique(places.numpy()), device=self._device)
        weight, bias = model.embedding.weight, model.bias
        positive = (features * weight[targets]).sum(1) + bias[targets] - self._log_drawn[targets]
        negative = functional.linear(features, weight[drawn], bias[drawn] - self._log_drawn[drawn])
        negative = negative.masked_fill(drawn == targets[:, None], -torch.inf)
        both = torch.cat([positive[:, None], negative], dim=1).float()
        return -functional.log_softmax(both, dim=1)[:, 0].mean()
