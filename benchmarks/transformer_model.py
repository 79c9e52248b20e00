"""A peer for the recurrent network: a small Transformer of the same size, for the same trainer.

    ids (B, T) -> embedding (B, T, E) -> L blocks, each x + attention(norm x), x + feed(norm x)
               -> norm (B, T, E) -> the same embedding, plus a bias -> logits (B, T, V)

Its state is what the last M ids left: keys and values of every layer, and which places are filled.
An id sees itself and the M ids before it, those of its own conversation only. No gradient goes
into the state, as none goes over a cut of the recurrent network (Dai 2019, arXiv:1901.02860, who
keep the layers' inputs). What is read in one window and what is read id by id is the same.

Pre-norm blocks (Xiong 2020, arXiv:2002.04745), rotary positions (Su 2021, arXiv:2104.09864), gated
feed-forward layers (Shazeer 2020, arXiv:2002.05202).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from chatbot.model import RecurrentModel, State
from chatbot.model_config import ModelConfig
from tokenizer import Tokenizer

__all__ = ["Transformer"]


class Transformer(RecurrentModel):
    """Look back at M ids. Of the config, `hidden_size` is the width of the feed-forward layers."""

    def __init__(self, config: ModelConfig, *, heads: int = 4, memory: int = 128) -> None:
        nn.Module.__init__(self)  # the recurrent network's own parts are not wanted
        self.config, self.heads, self.memory = config, heads, memory
        size = config.embedding_size
        self.embedding = nn.Embedding(config.vocab_size, size)
        self.blocks = nn.ModuleList(
            _Block(size, config.hidden_size, heads) for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(size, bias=False)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))
        self.word_end = None
        self._initialise()

    def features(self, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Read windows: ids (B, T) -> features (B, T, E) and the state after the last id."""
        memory, filled = state if state is not None else self.start(ids.shape[0])
        features, kept, filled = self.read(ids, memory.unbind(0), filled[0])
        return features, (torch.stack([part.flatten(1) for part in kept]), filled[None])

    def start(self, lanes: int) -> State:
        """Give the state before any text: keys and values (L, B, M 2 E), filled (1, B, M); zeros.

        Zeros mean that nothing is there, so a lane is emptied by a product with 0.
        """
        width = self.memory * 2 * self.config.embedding_size
        weight = self.embedding.weight
        memory = weight.new_zeros((self.config.layers, lanes, width))
        return memory, weight.new_zeros((1, lanes, self.memory))

    def read(
        self, ids: Tensor, memory: Sequence[Tensor], filled: Tensor
    ) -> tuple[Tensor, list[Tensor], Tensor]:
        """Do as `features`, with a tensor (B, M 2 E) a layer; they come back as (B, M, 2 E)."""
        lanes, length = ids.shape
        conversation = (ids == Tokenizer.bos).cumsum(1)
        seen = self._seen(conversation, filled)
        turns = _turns(self.memory + length, self.norm.weight.numel() // self.heads, seen.device)
        x = self.embedding(ids) * self.config.embedding_size**0.5
        kept = []
        for block, old in zip(self.blocks, memory, strict=True):
            x, both = block(x, old.reshape(lanes, self.memory, -1), seen, turns)
            kept.append(both[:, -self.memory :])
        here = (conversation == conversation[:, -1:]).to(filled)
        still = filled * (conversation[:, -1:] == 0)
        return self.norm(x), kept, torch.cat([still, here], dim=1)[:, -self.memory :]

    def _seen(self, conversation: Tensor, filled: Tensor) -> Tensor:
        """Say which keys a query sees: (B, 1, T, M + T)."""
        length = conversation.shape[1]
        query = torch.arange(length, device=filled.device)[:, None]
        key = torch.arange(-self.memory, length, device=filled.device)
        near = (key <= query) & (key >= query - self.memory)
        before = (filled > 0)[:, None] & (conversation == 0)[:, :, None]
        same = conversation[:, None] == conversation[:, :, None]
        return (torch.cat([before, same], dim=2) & near)[:, None]

    @torch.no_grad()
    def _initialise(self) -> None:
        size, layers = self.config.embedding_size, self.config.layers
        nn.init.normal_(self.embedding.weight, std=size**-0.5)
        for name, parameter in self.blocks.named_parameters():
            if parameter.ndim == 2:
                # What is added to the stream is small at first, the more so the more add to it.
                added = (2 * layers) ** -0.5 if "out" in name else 1.0
                nn.init.normal_(parameter, std=added * parameter.shape[1] ** -0.5)


class _Block(nn.Module):
    """Attend, then feed forward, each added to the stream (B, T, E)."""

    def __init__(self, size: int, width: int, heads: int) -> None:
        super().__init__()
        self._heads = heads
        self.before_attention = nn.LayerNorm(size, bias=False)
        self.attention_in = nn.Linear(size, 3 * size, bias=False)
        self.attention_out = nn.Linear(size, size, bias=False)
        self.before_feed = nn.LayerNorm(size, bias=False)
        self.gate = nn.Linear(size, 2 * width, bias=False)
        self.feed_out = nn.Linear(width, size, bias=False)

    def forward(
        self, x: Tensor, old: Tensor, seen: Tensor, turns: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Give the stream after, and keys and values (B, M + T, 2 E), those of `old` first."""
        size = x.shape[2]
        query, new = self.attention_in(self.before_attention(x)).split([size, 2 * size], dim=2)
        both = torch.cat([old.to(new.dtype), new], dim=1)
        key, value = (self._split(part) for part in both.chunk(2, dim=2))
        mixed = functional.scaled_dot_product_attention(
            _turn(self._split(query), turns), _turn(key, turns), value, attn_mask=seen
        )
        x = x + self.attention_out(mixed.transpose(1, 2).flatten(2))
        gate, fed = self.gate(self.before_feed(x)).chunk(2, dim=2)
        return x + self.feed_out(functional.silu(gate) * fed), both

    def _split(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self._heads, -1).transpose(1, 2)


def _turns(length: int, size: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Give the cosine and sine of the angle at each place: (length, size / 2)."""
    rates = 10_000.0 ** -(torch.arange(0, size, 2, device=device) / size)
    angles = torch.arange(length, device=device)[:, None] * rates
    return angles.cos(), angles.sin()


def _turn(x: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    """Turn pairs of numbers of x (B, heads, n, size) by their place; the last place is the same."""
    cos, sin = (part[-x.shape[2] :].to(x.dtype) for part in turns)
    one, other = x.chunk(2, dim=3)
    return torch.cat([one * cos - other * sin, other * cos + one * sin], dim=3)
