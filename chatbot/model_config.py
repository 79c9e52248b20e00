"""The shape of a network, as stored in config.json. Knows nothing of torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from chatbot.errors import OptionError

__all__ = ["CELLS", "HEAD_SIZE", "Cell", "ModelConfig"]

Cell = Literal["rnn_tanh", "rnn_relu", "gru", "lstm"]
CELLS: tuple[Cell, ...] = get_args(Cell)
HEAD_SIZE = 256
"""The `end_size` that a trained network is given, unless told."""


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Say the shape of the network. Unknown keys are refused by construction."""

    cell: Cell = "lstm"
    vocab_size: int
    """V, ids."""
    embedding_size: int = 256
    """E, numbers a piece."""
    hidden_size: int = 512
    """H, numbers a layer."""
    layers: int = 1
    """L."""
    dropout: float = 0.0
    """Share of numbers zeroed between layers and before the projection, in training only."""
    end_size: int = 0
    """Rows that stand in for the ids that end a word, and as many for those that go on with it,
    to say which of the two comes (model.py); 0: no such head, one softmax over all."""

    def __post_init__(self) -> None:
        if self.cell not in CELLS:
            raise OptionError(f"cell must be one of {', '.join(CELLS)}; got {self.cell!r}")
        for name in ("vocab_size", "embedding_size", "hidden_size", "layers"):
            if getattr(self, name) < 1:
                raise OptionError(f"{name} must be at least 1; got {getattr(self, name)}")
        if self.end_size < 0:
            raise OptionError(f"end_size must be at least 0; got {self.end_size}")
        if not 0 <= self.dropout < 1:
            raise OptionError(f"dropout must be from 0 to below 1; got {self.dropout}")

    @property
    def state_parts(self) -> int:
        """Count the tensors of a state: 2 for an LSTM (hidden and cell state), else 1."""
        return 2 if self.cell == "lstm" else 1

    @property
    def state_size(self) -> int:
        """Count the numbers of one lane's state, all parts and layers: D = parts x L x H."""
        return self.state_parts * self.layers * self.hidden_size
