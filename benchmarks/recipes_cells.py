"""Cells for recipes.py that torch's fused LSTM is not: each takes its place in `RecurrentModel`.

Inputs (B, T, E), state (hidden, cell state), each (1, B, H); outputs (B, T, H) and the state after.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

from chatbot.model import RecurrentModel, State
from chatbot.model_config import ModelConfig

__all__ = ["AdaptiveModel", "handwritten", "layer_norm", "projected", "weight_drop"]

Pair = tuple[Tensor, Tensor]


class _Handwritten(nn.Module):
    """Do an LSTM's steps one by one in Python, with room for what the fused one lacks."""

    def __init__(self, size: int, hidden: int, *, norm: bool = False, said: int = 0) -> None:
        """`norm` normalises gates and cell state; `said` < H: h' is projected to so many."""
        super().__init__()
        self._norm, outputs = norm, said or hidden
        self.weight_ih = nn.Parameter(torch.empty(4 * hidden, size))
        self.weight_hh = nn.Parameter(torch.empty(4 * hidden, outputs))
        self.bias_ih = nn.Parameter(torch.zeros(4 * hidden))
        self.said = nn.Linear(hidden, said, bias=False) if said else nn.Identity()
        self.gain_ih, self.gain_hh = (nn.Parameter(torch.ones(4 * hidden)) for _ in range(2))
        self.gain_cell = nn.Parameter(torch.ones(hidden))
        if not norm:
            self.gain_ih = self.gain_hh = self.gain_cell = None  # type: ignore[assignment]
        with torch.no_grad():
            nn.init.xavier_uniform_(self.weight_ih)
            for gate in torch.split(self.weight_hh, hidden):
                nn.init.orthogonal_(gate)
            self.bias_ih[hidden : 2 * hidden] = 1.0

    def forward(self, x: Tensor, state: Pair) -> tuple[Tensor, Pair]:
        hidden, cell = state[0][0], state[1][0]
        gates = self._normed(functional.linear(x, self.weight_ih), self.gain_ih) + self.bias_ih
        said = []
        for gate in gates.unbind(1):
            recurrent = functional.linear(hidden, self.weight_hh)
            i, f, g, o = (gate + self._normed(recurrent, self.gain_hh)).chunk(4, dim=1)
            cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
            hidden = self.said(o.sigmoid() * self._normed(cell, self.gain_cell).tanh())
            said.append(hidden)
        return torch.stack(said, dim=1), (hidden[None], cell[None])

    def _normed(self, x: Tensor, gain: Tensor) -> Tensor:
        return functional.layer_norm(x, gain.shape, gain) if self._norm else x


class _WeightDrop(nn.Module):
    """Drop single recurrent weights, the same over a window (Merity 2018, arXiv:1708.02182)."""

    def __init__(self, cell: nn.Module, share: float) -> None:
        super().__init__()
        self.cell, self._share = cell, share

    def forward(self, x: Tensor, state: Pair) -> tuple[Tensor, Pair]:
        if not self.training:
            return self.cell(x, state)  # type: ignore[no-any-return]
        weights = {
            name: functional.dropout(weight, self._share) if "weight_hh" in name else weight
            for name, weight in self.cell.named_parameters()
        }
        return functional_call(self.cell, weights, (x, state))  # type: ignore[no-any-return]


class _Projected(RecurrentModel):
    """Tell the next step and the output layer E of H numbers (Sak 2014, arXiv:1402.1128)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        size = config.embedding_size
        self.cell = _Handwritten(size, config.hidden_size, said=size)
        self.projection = nn.Identity()

    def start(self, lanes: int) -> State:
        weight = self.embedding.weight
        sizes = (self.config.embedding_size, self.config.hidden_size)
        return tuple(weight.new_zeros((1, lanes, size)) for size in sizes)


class AdaptiveModel(RecurrentModel):
    """Score rare ids by clusters of fewer numbers (Grave 2017, arXiv:1609.04309), untied.

    Its clusters are of ranks, so `rank` must be set.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        cutoffs = [config.vocab_size // 8, config.vocab_size // 2]
        self.softmax = nn.AdaptiveLogSoftmaxWithLoss(
            config.embedding_size, config.vocab_size, cutoffs, div_value=2.0, head_bias=True
        )
        self.rank: Tensor
        """(V,): the place of each id when the most frequent comes first."""
        self.register_buffer("rank", torch.arange(config.vocab_size))

    def logits(self, features: Tensor) -> Tensor:
        flat = self.softmax.log_prob(features.flatten(0, -2))
        return flat[:, self.rank].view(*features.shape[:-1], -1)


def handwritten(config: ModelConfig, *, norm: bool = False) -> RecurrentModel:
    """Build with steps in Python: what the fused cell is worth, and a base for others."""
    model = RecurrentModel(config)
    model.cell = _Handwritten(config.embedding_size, config.hidden_size, norm=norm)
    return model


layer_norm = partial(handwritten, norm=True)
"""Build with layer norm on gates and cell state (Ba 2016, arXiv:1607.06450)."""


def projected(config: ModelConfig) -> RecurrentModel:
    """Build an LSTM with a recurrent projection to E."""
    return _Projected(config)


def weight_drop(config: ModelConfig, *, share: float) -> RecurrentModel:
    """Build with `share` of the recurrent weights dropped in training."""
    model = RecurrentModel(config)
    model.cell = _WeightDrop(model.cell, share)
    return model
