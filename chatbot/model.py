"""The network: an embedding, a recurrent cell, a projection, and the embedding again.

    ids (B, T) -> embedding (B, T, E) -> cell, L layers (B, T, H) -> projection (B, T, E)
               -> scores against every row of the same embedding, plus a bias -> logits (B, T, V)

What it remembers. The whole past is one state h of H numbers a layer. A plain RNN makes it anew at
every id, h' = tanh(W x + U h): nothing is kept unless U happens to carry it over.

Why gradients vanish. What an early h did to a late loss is a product of one factor a step,
diag(1 - h'^2) U. Most of its directions shrink by a constant each step, so after some tens of
steps nothing is left to learn from; where they grow instead, the step is clipped (Pascanu 2013,
arXiv:1211.5063).

What gates change. An LSTM adds a cell state that is added to, not overwritten:

    c' = f * c + i * g        along c the factor is f, and a forget gate near 1 keeps it near 1
    h' = o * tanh(c')         what is told to the next layer, apart from what is remembered

A GRU does it with one vector, h' = (1 - z) * n + z * h: where z is near 1 the old state stays.

Does the word end? An id either ends the word before it (" to", ".", <turn>) or goes on with it
("ing", "'s"). With `end_size` the softmax has two stages (Goodman 2001, arXiv:cs/0108006):

    p(id) = p(the word ends) x p(id | it ends)    or    p(it goes on) x p(id | it goes on)

The head, which says the first stage, is a small softmax: of each stage `end_size` rows that stand
in for all its ids. Whoever asks only how a half-typed word goes on, as most keystrokes do, reads
those and the few rows of the ids that go on, and leaves the rest of the output layer, most of its
cost, alone.

State goes in and comes out; the module keeps none. Knows tensors; knows nothing of text, of files
or of training.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from chatbot.model_config import ModelConfig

__all__ = ["RecurrentModel", "State"]

State = tuple[Tensor, ...]
"""(hidden,) or, for an LSTM, (hidden, cell state); each (L, B, H)."""


class RecurrentModel(nn.Module):
    """A recurrent language model with tied embedding (Press and Wolf 2017, arXiv:1608.05859).

    LSTM: Hochreiter and Schmidhuber 1997, with the forget gate of Gers 2000. GRU: Cho 2014,
    arXiv:1406.1078.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocab_size, config.embedding_size)
        self.cell = _make_cell(config)
        self.dropout = nn.Dropout(config.dropout)
        same = config.hidden_size == config.embedding_size
        self.projection: nn.Module = (
            nn.Identity() if same else nn.Linear(config.hidden_size, config.embedding_size)
        )
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))
        size = config.end_size
        self.word_end = nn.Linear(config.embedding_size, 2 * size) if size else None
        if size:
            self.ends: Tensor
            self.register_buffer("ends", torch.zeros(config.vocab_size, dtype=torch.bool))
        self._initialise()

    def forward(self, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Score the next id at every place: ids (B, T) -> logits (B, T, V) and the state after."""
        features, state = self.features(ids, state)
        return self.logits(features), state

    def features(self, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Run the cell: ids (B, T) -> features (B, T, E) and the state after the last id."""
        state = state if state is not None else self.start(ids.shape[0])
        given = state if self.config.state_parts == 2 else state[0]
        outputs, after = self.cell(self.embedding(ids), given)
        return self.projection(self.dropout(outputs)), after if len(state) == 2 else (after,)

    def logits(self, features: Tensor) -> Tensor:
        """Score every id against features (..., E) -> (..., V)."""
        scores = nn.functional.linear(features, self.embedding.weight, self.bias)
        if self.word_end is None:
            return scores
        end = self.ending(features)[..., None]
        of_ending, of_going_on = (
            scores[..., stage].logsumexp(-1, keepdim=True) for stage in (self.ends, ~self.ends)
        )
        log = nn.functional.logsigmoid
        return scores + torch.where(self.ends, log(end) - of_ending, log(-end) - of_going_on)

    def ending(self, features: Tensor) -> Tensor:
        """Give the log-odds that the word ends: features (..., E) -> (...). Needs `end_size`."""
        assert self.word_end is not None
        ending, going_on = self.word_end(features).chunk(2, dim=-1)
        odds: Tensor = ending.logsumexp(-1) - going_on.logsumexp(-1)
        return odds

    def mark_ends(self, ends: NDArray[np.bool_]) -> None:
        """Say which ids end the word before them: (V,). Nothing without `end_size`.

        A new head must be told once; the weights keep it.
        """
        if self.word_end is not None:
            self.ends.copy_(torch.from_numpy(ends))

    def start(self, lanes: int) -> State:
        """Give the state before any text: zeros, each (L, B, H)."""
        shape = (self.config.layers, lanes, self.config.hidden_size)
        weight = self.embedding.weight
        return tuple(weight.new_zeros(shape) for _ in range(self.config.state_parts))

    @torch.no_grad()
    def _initialise(self) -> None:
        nn.init.normal_(self.embedding.weight, std=self.config.embedding_size**-0.5)
        for name, parameter in self.cell.named_parameters():
            if "weight_hh" in name:
                # Orthogonal blocks keep the length of a state, and so of its gradient, at first.
                for gate in torch.split(parameter, self.config.hidden_size):
                    nn.init.orthogonal_(gate)
            elif "weight_ih" in name:
                nn.init.xavier_uniform_(parameter)
            else:
                nn.init.zeros_(parameter)
                if self.config.cell == "lstm" and "bias_ih" in name:
                    # Forget gates start open, or early gradients die (Jozefowicz 2015).
                    h = self.config.hidden_size
                    parameter[h : 2 * h] = 1.0


def _make_cell(config: ModelConfig) -> nn.Module:
    sizes = (config.embedding_size, config.hidden_size, config.layers)
    dropout = config.dropout if config.layers > 1 else 0.0
    if config.cell == "lstm":
        return nn.LSTM(*sizes, batch_first=True, dropout=dropout)
    if config.cell == "gru":
        return nn.GRU(*sizes, batch_first=True, dropout=dropout)
    nonlinearity = config.cell.removeprefix("rnn_")
    return nn.RNN(*sizes, batch_first=True, dropout=dropout, nonlinearity=nonlinearity)
