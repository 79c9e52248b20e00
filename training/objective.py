"""What a step minimises, as one module: windows and state in, loss and state out.

One module, because DistributedDataParallel averages the gradients of one call.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from chatbot.model import RecurrentModel, State
from training.loss import SampledSoftmax, full_loss

__all__ = ["Objective"]


class Objective(nn.Module):
    """The mean loss of a network on windows; by the full softmax where `sampled` is None."""

    def __init__(
        self, model: RecurrentModel, sampled: SampledSoftmax | None, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.model, self._sampled, self._generator = model, sampled, generator

    def forward(self, inputs: Tensor, targets: Tensor, state: State) -> tuple[Tensor, ...]:
        """Give the loss (nats/token) of targets (B, T) after inputs (B, T), and the state after."""
        features, after = self.model.features(inputs, state)
        features, targets = features.flatten(0, 1), targets.flatten()
        if self._sampled is None:
            loss = full_loss(self.model, features, targets)
        else:
            loss = self._sampled(self.model, features, targets, self._generator)
        return loss, *after
