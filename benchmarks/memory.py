"""What a plain RNN, a GRU and an LSTM remember: three networks of one size, asked the same.

    python -m benchmarks.memory ../shared/data/chitchat.jsonl.xz

Prints, for the bundled tiny checkpoints (same data, same size, same minutes):

reach      bits per character of held-out dialogues when only the last k ids are read before each
           prediction, for growing k. Where the figure stops falling, more past is of no use to it.
gradient   how much of a loss's gradient arrives k steps back: the norm of dL/dh (and dc) there,
           over the norm one step back; the median over dialogues. A plain RNN's dies out; along an
           LSTM's cell state it is multiplied by the forget gate alone.
copying    a made-up word is said, k other ids follow, the word is begun again: the chance given to
           its next piece, over the chance without the first mention (a ratio; 1 is no memory).
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from torch import Tensor
from torch.nn import functional

from chatbot.atomic import write_json
from chatbot.checkpoint import open_checkpoint
from chatbot.model import RecurrentModel, State
from tokenizer import Tokenizer, join_speakers
from training.cleaning import AS_TYPED, CleaningReport, clean
from training.corpus import read

__all__ = ["copying", "gradient", "reach"]

CHECKPOINTS = ("tiny-rnn", "tiny-gru", "tiny-lstm")
DISTANCES = (1, 2, 4, 8, 16, 32, 64, 128)
WORDS = ("Zorblat", "Quimby", "Tavarro", "Bexley", "Mirnoff", "Oskander", "Pellworth", "Yendric")
"""Names that no corpus holds, so that only the dialogue can tell them."""


@dataclass(frozen=True)
class Text:
    """Held-out dialogues as ids, and the characters that they stand for."""

    ids: list[NDArray[np.int64]]
    characters: list[int]


def held_out(paths: Sequence[Path], tokenizer: Tokenizer, *, longest: int, count: int) -> Text:
    """Encode `count` held-out dialogues of at least `longest` ids, cut to that length."""
    ids, characters = list[NDArray[np.int64]](), list[int]()
    for conversation in clean(read(paths), CleaningReport(), AS_TYPED):
        rendered = tokenizer.render(conversation.turns)
        if conversation.split == "valid" and len(rendered) >= longest and len(ids) < count:
            share = longest / len(rendered)
            ids.append(np.asarray(rendered[:longest], np.int64))
            characters.append(round(share * sum(map(len, join_speakers(conversation.turns)))))
    return Text(ids, characters)


@torch.no_grad()
def reach(model: RecurrentModel, text: Text, distances: Sequence[int]) -> list[float]:
    """Give bits per character when k ids are read before each prediction, for every k."""
    batch = torch.from_numpy(np.stack(text.ids))
    first = max(distances)
    share = (batch.shape[1] - first) / batch.shape[1]
    characters = share * sum(text.characters)
    found = []
    for k in distances:
        windows = batch[:, first - k : -1].unfold(1, k, 1)  # (dialogues, places, k)
        targets = batch[:, first:].flatten()
        nats = 0.0
        flat = windows.flatten(0, 1)
        for start in range(0, len(flat), 2048):
            part, target = flat[start : start + 2048], targets[start : start + 2048]
            features, _ = model.features(part)
            logits = model.logits(features[:, -1])
            nats += float(functional.cross_entropy(logits, target, reduction="sum"))
        found.append(nats / math.log(2) / characters)
    return found


def gradient(model: RecurrentModel, text: Text, distances: Sequence[int]) -> list[float]:
    """Give the share of a loss's gradient that arrives k steps back, for every k."""
    batch = torch.from_numpy(np.stack(text.ids))
    length = batch.shape[1] - 1
    norms = _state_gradients(model, batch[:, :length], batch[:, length])
    return [float((norms[-k] / norms[-1]).median()) for k in distances]


def _state_gradients(model: RecurrentModel, ids: Tensor, target: Tensor) -> list[Tensor]:
    """Norms (B,) of dL/dstate after every step but the last; L is the loss of the id after it."""
    state: State = model.start(len(ids))
    states = []
    for t in range(ids.shape[1]):
        features, after = model.features(ids[:, t : t + 1], state)
        if t:
            states.append(state)
        for part in after:
            part.retain_grad()
        state = after
    loss = functional.cross_entropy(model.logits(features[:, -1]), target, reduction="sum")
    loss.backward()  # type: ignore[no-untyped-call]
    model.zero_grad()
    return [_norm(state) for state in states]


def _norm(state: State) -> Tensor:
    parts = [part.grad for part in state if part.grad is not None]
    rows = torch.cat([part.transpose(0, 1).flatten(1) for part in parts], dim=1)
    norms: Tensor = torch.linalg.vector_norm(rows, dim=1)
    return norms


@torch.no_grad()
def copying(
    model: RecurrentModel, tokenizer: Tokenizer, filler: Text, distances: Sequence[int]
) -> list[float]:
    """Give how much likelier a made-up name is the second time, k ids after the first (geometric
    mean over names and fillers of p with the mention over p without, per piece after the first).
    """
    return [_copying(model, tokenizer, filler, k) for k in distances]


def _copying(model: RecurrentModel, tokenizer: Tokenizer, filler: Text, k: int) -> float:
    gains = []
    for word in WORDS:
        pieces = tokenizer.encode(f"{word}", mid_line=True)
        for other in filler.ids[:8]:
            between = [int(i) for i in other[2 : 2 + k]]
            heard = [tokenizer.bos, tokenizer.turn, *pieces, *between, *pieces]
            unheard = [tokenizer.bos, tokenizer.turn, *between, *pieces]
            n = len(pieces) - 1
            gains.append((_nats(model, unheard, n) - _nats(model, heard, n)) / n)
    return math.exp(float(np.mean(gains)))


def _nats(model: RecurrentModel, ids: list[int], last: int) -> float:
    given = torch.tensor(ids)[None]
    logits, _ = model(given[:, :-1])
    losses = functional.cross_entropy(logits[0], given[0, 1:], reduction="none")
    return float(losses[-last:].sum())


def main() -> None:
    """Measure every checkpoint and print three tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--checkpoints", nargs="+", default=list(CHECKPOINTS))
    parser.add_argument("--dialogues", type=int, default=48)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/memory.json"))
    options = parser.parse_args()
    found: dict[str, dict[str, list[float]]] = {"reach": {}, "gradient": {}, "copying": {}}
    for name in options.checkpoints:
        checkpoint = open_checkpoint(name)
        model, pieces = checkpoint.model(), checkpoint.tokenizer
        text = held_out(options.corpora, pieces, longest=192, count=options.dialogues)
        measures: dict[str, Callable[[], list[float]]] = {
            "reach": lambda: reach(model, text, DISTANCES),  # noqa: B023
            "gradient": lambda: gradient(model, text, DISTANCES),  # noqa: B023
            "copying": lambda: copying(model, pieces, text, DISTANCES),  # noqa: B023
        }
        for measure, take in measures.items():
            found[measure][checkpoint.name] = take()
    for measure, rows in found.items():
        Console().print(_table(measure, rows))
    write_json(options.out, {"distances": DISTANCES, **found})


def _table(measure: str, rows: dict[str, list[float]]) -> Table:
    digits = {"reach": ".3f", "gradient": ".1g", "copying": ".2f"}[measure]
    table = Table("k", *map(str, DISTANCES), title=measure)
    for name, values in rows.items():
        table.add_row(name, *(format(value, digits) for value in values))
    return table


if __name__ == "__main__":
    main()
