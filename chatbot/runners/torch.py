"""The reference runner: torch in fp32, on whatever device the model is."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from chatbot.model import RecurrentModel, State
from chatbot.runners.base import Floats, Ids, cannot_look

__all__ = ["TorchRunner"]


class TorchRunner:
    """Step a `RecurrentModel`; rows of state are (hidden, cell state), layer by layer."""

    def __init__(self, model: RecurrentModel) -> None:
        self._model = model.eval()
        self._config = model.config
        self._device = model.embedding.weight.device

    @property
    def vocab_size(self) -> int:
        return self._config.vocab_size

    def start(self, lanes: int) -> Floats:
        return np.zeros((lanes, self._config.state_size), np.float32)

    @torch.inference_mode()
    def step(self, ids: Ids, state: Floats) -> tuple[Floats, Floats]:
        features, after = self._features(ids, state)
        logits = self._model.logits(features[:, 0])
        return logits.float().cpu().numpy(), _rows(after)

    @property
    def looks(self) -> bool:
        return self._config.end_size > 0

    @torch.inference_mode()
    def look(self, ids: Ids, state: Floats) -> tuple[Floats, Floats, Floats]:
        if not self.looks:
            raise cannot_look()
        features, after = self._features(ids, state)
        chances = self._model.logits(features[:, 0]).softmax(-1)
        ends = self._model.ending(features[:, 0]).sigmoid()
        inside = chances[:, ~self._model.ends]
        return ends.float().cpu().numpy(), inside.float().cpu().numpy(), _rows(after)

    @torch.inference_mode()
    def advance(self, ids: Ids, state: Floats) -> Floats:
        return _rows(self._features(ids, state)[1])

    def _features(self, ids: Ids, state: Floats) -> tuple[Tensor, State]:
        parts, layers = self._config.state_parts, self._config.layers
        rows = torch.from_numpy(state).to(self._device)
        split = rows.view(len(ids), parts, layers, -1).permute(1, 2, 0, 3).contiguous()
        given = torch.from_numpy(np.asarray(ids)).to(self._device)[:, None]
        return self._model.features(given, tuple(split.unbind(0)))


def _rows(state: State) -> Floats:
    stacked = torch.stack(state).permute(2, 0, 1, 3)
    rows: Floats = stacked.reshape(stacked.shape[0], -1).float().cpu().numpy()
    return rows
