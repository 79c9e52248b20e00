"""Score held-out conversations: bits per character, by source.

bits per character = nats / (ln 2 x characters of the raw text). Every id after bos counts as
predicted (turn and eos too), and only characters that people typed as typed: so the figure can be
compared between vocabularies, and is a little pessimistic.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from chatbot.model import RecurrentModel
from training.pack import Pack, Shard

__all__ = ["HeldOut", "choose", "score"]

_LONGEST = 1024
"""Ids scored of one conversation at most, so that transcripts of hours don't fill the sample."""


@dataclass(frozen=True)
class HeldOut:
    """The result of one evaluation."""

    bits_per_character: float
    nats_per_token: float
    by_source: dict[str, float]
    """Bits per character of each source in the sample."""


def choose(shard: Shard, *, tokens: int) -> list[int]:
    """Pick rows of the index, the same number from every source in turn, up to `tokens` ids."""
    queues = [list(np.flatnonzero(shard.index[:, 2] == s)) for s in np.unique(shard.index[:, 2])]
    rows, total = [], 0
    while total < tokens and any(queues):
        for queue in filter(None, queues):
            row = int(queue.pop(0))
            rows.append(row)
            total += min(int(shard.index[row, 1]), _LONGEST)
    return rows


@torch.no_grad()
def score(
    model: RecurrentModel, pack: Pack, rows: Sequence[int], *, lanes: int = 32, window: int = 64
) -> HeldOut:
    """Score conversations `rows` of the valid shard, each from the start state."""
    was_training = model.training
    model.eval()
    nats, tokens, characters = (np.zeros(len(pack.sources)) for _ in range(3))
    for batch in _batches(pack.valid, rows, lanes):
        ids = [pack.valid.conversation(row)[:_LONGEST].astype(np.int64) for row in batch]
        for row, each, total in zip(batch, ids, _nats(model, ids, window), strict=True):
            _, length, source, text = pack.valid.index[row]
            nats[source] += total
            tokens[source] += len(each) - 1
            characters[source] += text * len(each) / length
    model.train(was_training)
    bits = nats / math.log(2) / np.maximum(characters, 1)
    seen = {name: float(b) for name, b, c in zip(pack.sources, bits, characters, strict=True) if c}
    whole = float(nats.sum() / math.log(2) / max(characters.sum(), 1))
    return HeldOut(whole, float(nats.sum() / max(tokens.sum(), 1)), seen)


def _batches(shard: Shard, rows: Sequence[int], lanes: int) -> Iterator[list[int]]:
    # Alike lengths together, so that little is padded.
    ordered = sorted(rows, key=lambda row: int(shard.index[row, 1]))
    return (ordered[i : i + lanes] for i in range(0, len(ordered), lanes))


def _nats(model: RecurrentModel, ids: list[NDArray[np.int64]], window: int) -> list[float]:
    device = model.embedding.weight.device
    longest = max(map(len, ids))
    padded = torch.full((len(ids), longest), -100, dtype=torch.long)
    for lane, each in enumerate(ids):
        padded[lane, : len(each)] = torch.from_numpy(each)
    padded = padded.to(device)
    state, total = model.start(len(ids)), torch.zeros(len(ids), dtype=torch.float64, device=device)
    for start in range(0, longest - 1, window):
        inputs = padded[:, start : min(start + window, longest - 1)]
        targets = padded[:, start + 1 : start + 1 + inputs.shape[1]]
        logits, state = model(inputs.clamp(min=0), state)
        losses = functional.cross_entropy(
            logits.flatten(0, 1).float(), targets.flatten(), reduction="none", ignore_index=-100
        )
        total += losses.view_as(targets).double().sum(1)
    return [float(t) for t in total]
