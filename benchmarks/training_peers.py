"""Who trains in benchmarks/training.py: our trainer, and two loops that people start from.

All train the same network (`RecurrentModel`: tied embedding, one LSTM, a projection) on the same
ids. What differs is what a recipe is made of: order, batch, loss, optimizer, first weights.
Written from the descriptions of the recipes, not from their code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import clip_grad_norm_

from chatbot.model import RecurrentModel, State
from chatbot.model_config import ModelConfig
from training.mixture import Mixture
from training.pack import Pack, Shard, unigram_counts
from training.recipe import Recipe
from training.trainer import Trainer

__all__ = ["Columns", "Contender", "Ours", "PlainLoop", "WordLanguageModel", "subset"]


class Contender(Protocol):
    """Train a network step by step."""

    model: RecurrentModel
    scored_ids: float
    """Ids that a place's features are compared with, on average: V, or the sample."""

    @property
    def tokens(self) -> int:
        """Count the ids predicted so far."""
        ...

    def step(self, progress: float) -> None:
        """Take a step; `progress` is the share of the budget that is spent."""
        ...

    def hear(self, bits_per_character: float) -> None:
        """Hear what the weights score on held-out text."""
        ...


def subset(pack: Pack, tokens: int, *, seed: int = 0) -> Pack:
    """Draw conversations until `tokens` ids are together, as often as each corpus has them."""
    mixture = Mixture(pack, seed=seed, shares={})
    total, rows = 0, []
    tokens = min(tokens, int(pack.train.index[:, 1].sum()))
    while total < tokens:
        rows.append(mixture.draw(0.0))
        total += int(pack.train.index[rows[-1], 1])
    index = pack.train.index[rows].copy()
    ids = np.concatenate([pack.train.conversation(row) for row in rows])
    index[:, 0] = np.cumsum(index[:, 1]) - index[:, 1]
    facts = {**pack.facts, "fingerprint": f"{pack.fingerprint} {tokens} {seed}"}
    return Pack(pack.tokenizer, pack.sources, Shard(ids, index), pack.valid, facts)


class Ours:
    """Our trainer with its recipe."""

    def __init__(self, pack: Pack, config: ModelConfig, *, seed: int = 0, **recipe: int) -> None:
        """`recipe` may name lanes, window and negatives."""
        self._trainer = Trainer(pack, config, Recipe(seed=seed, **recipe))  # type: ignore[arg-type]
        self.model = self._trainer.model
        counts = unigram_counts(pack.train, config.vocab_size)
        self.scored_ids = _distinct(counts, self._trainer.recipe.negatives)

    @property
    def tokens(self) -> int:
        return self._trainer.tokens

    def step(self, progress: float) -> None:
        self._trainer.step(progress)

    def hear(self, bits_per_character: float) -> None:
        """Our rate follows the budget, not the score."""


def _distinct(counts: NDArray[np.int64], draws: int) -> float:
    """Say how many ids a sample holds on average (loss.py draws by count to the power 0.75)."""
    if not 0 < draws < len(counts):
        return len(counts)
    chances = np.maximum(counts, 1) ** 0.75
    chances /= chances.sum()
    return float(-np.expm1(draws * np.log1p(-chances)).sum())


@dataclass
class Columns:
    """Cut a stream of ids into B columns, read side by side from top to bottom, again and again."""

    ids: NDArray[np.uint16]
    lanes: int
    window: int
    at: int = 0

    def next(self) -> tuple[Tensor, Tensor]:
        """Give inputs (B, T) and targets (B, T); the last window of a pass may be shorter."""
        length = len(self.ids) // self.lanes
        columns = self.ids[: length * self.lanes].reshape(self.lanes, length)
        part = columns[:, self.at : self.at + self.window + 1].astype(np.int64)
        self.at += self.window
        if self.at >= length - 1:
            self.at = 0
        batch = torch.from_numpy(part)
        return batch[:, :-1], batch[:, 1:]


class _Loop:
    """Read columns with carried state and take the full softmax."""

    def __init__(self, pack: Pack, model: RecurrentModel, *, lanes: int, window: int) -> None:
        self.model = model.train()
        self.scored_ids: float = model.config.vocab_size
        self.tokens = 0
        self._columns = Columns(pack.train.ids, lanes, window)
        self._state: State = model.start(lanes)

    def _loss(self) -> Tensor:
        inputs, targets = self._columns.next()
        logits, after = self.model(inputs, self._state)
        self._state = tuple(part.detach() for part in after)
        self.tokens += targets.numel()
        return functional.cross_entropy(logits.flatten(0, 1), targets.flatten())


class WordLanguageModel(_Loop):
    """Follow the recipe of pytorch/examples, word_language_model, with its defaults.

    Plain gradient descent at rate 20, quartered when the held-out score did not improve; gradient
    clipped to 0.25; 20 columns, 35 ids; dropout 0.2 on what goes in and what comes out. Its epochs
    are long beside our budgets, so it hears a score at every tenth of the budget instead.
    """

    def __init__(
        self, pack: Pack, config: ModelConfig, *, rate: float = 20.0, clip: float = 0.25
    ) -> None:
        super().__init__(pack, _WordNetwork(config), lanes=20, window=35)
        self._rate, self._clip, self._best = rate, clip, float("inf")

    def step(self, progress: float) -> None:
        self.model.zero_grad()
        self._loss().backward()  # type: ignore[no-untyped-call]
        clip_grad_norm_(self.model.parameters(), self._clip)
        with torch.no_grad():
            for parameter in self.model.parameters():
                assert parameter.grad is not None
                parameter.add_(parameter.grad, alpha=-self._rate)

    def hear(self, bits_per_character: float) -> None:
        if bits_per_character < self._best:
            self._best = bits_per_character
        else:
            self._rate /= 4


class _WordNetwork(RecurrentModel):
    """Begin with uniform weights, and drop out a fifth of the embedding and of the output."""

    def __init__(self, config: ModelConfig, *, share: float = 0.2) -> None:
        super().__init__(config)
        self.dropout = nn.Dropout(share)
        self.cell = nn.LSTM(config.embedding_size, config.hidden_size, batch_first=True)
        nn.init.uniform_(self.embedding.weight, -0.1, 0.1)

    def features(self, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        state = state if state is not None else self.start(ids.shape[0])
        outputs, after = self.cell(self.dropout(self.embedding(ids)), state)
        return self.projection(self.dropout(outputs)), after


class PlainLoop(_Loop):
    """Do as tutorials do: nn.LSTM, every logit, cross-entropy, Adam at 1e-3 throughout.

    Batch and first weights are ours, so that only the loss and the optimizer tell them apart.
    """

    def __init__(
        self, pack: Pack, config: ModelConfig, *, lanes: int = 64, window: int = 32
    ) -> None:
        super().__init__(pack, RecurrentModel(config), lanes=lanes, window=window)
        self._optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)

    def step(self, progress: float) -> None:
        self._optimizer.zero_grad()
        self._loss().backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()

    def hear(self, bits_per_character: float) -> None:
        """The rate is fixed."""
