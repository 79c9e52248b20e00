"""The head for the ends of words (`end_size`), taught when the training of a network is over.

As quantisation then, it changes how the network is asked, not what it knows: the network learned by
one softmax and stays as it is, and its two stages say together what that said. The head learns from
what the text did, and from the sums of the softmax, which say more of a place than one outcome does
(Hinton 2015, arXiv:1503.02531).

Two others were tried: a layer of 512 with a ReLU was further from the sums (0.0049 nats to 0.0022)
and, taught by the same loss as the network, too sure of words that no text had ("xqjzkvwqpdfg": it
knew by 0.999 that the word ends there). Rows of the softmax itself are wrong where that is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from rich.console import Console
from torch import Tensor, nn
from torch.nn import functional

from chatbot.model import RecurrentModel
from chatbot.words import WordSigns
from training.lanes import Lanes
from training.mixture import Mixture
from training.pack import Pack, unigram_counts

__all__ = ["HeadRecipe", "add_head"]

_err = Console(stderr=True)
_NEVER = -1e4
"""The bias of a row that stands for no id; fp16 holds it."""
_ROWS = 512
"""Places of which all V scores are held at once."""


@dataclass(frozen=True, kw_only=True)
class HeadRecipe:
    """Say how the head is taught."""

    ids: int = 1_200_000
    """Of the training text, read once; 2 E + 4 bytes each are kept."""
    passes: int = 3
    """Over what was kept."""
    batch: int = 2048
    peak_rate: float = 3e-3
    """Learning rate at first; it falls to nought along a cosine."""
    outcomes: float = 0.3
    """Weight of what the text did; the rest is that of the softmax's sums."""
    lanes: int = 64
    window: int = 64
    seed: int = 0

    @classmethod
    def after(cls, tokens: int) -> HeadRecipe:
        """Give the recipe that suits a run that read so many ids: it reads a sixteenth of them."""
        return cls(ids=min(max(tokens // 16, 10_000), cls.ids))


class _Places(NamedTuple):
    features: Tensor
    """(N, E), fp16."""
    ends: Tensor
    """(N,): how probable it is that a word ends there, by the text and by the softmax."""


def add_head(
    model: RecurrentModel, pack: Pack, size: int, recipe: HeadRecipe, *, like: RecurrentModel | None
) -> RecurrentModel:
    """Give a network a head of at most `size` rows a stage, taught on the training text.

    What the network has is not changed. The head begins as that of `like`, where that has one of
    the same size, else as the rows of the most frequent ids; where those are all, it is exact.
    """
    torch.manual_seed(recipe.seed)
    ends = WordSigns(pack.tokenizer.pieces).ends
    # More rows than a stage has ids would stand for nothing.
    size = min(size, max(int(ends.sum()), int((~ends).sum())))
    headed = RecurrentModel(replace(model.config, end_size=size))
    headed.load_state_dict(model.state_dict(), strict=False)
    headed.mark_ends(ends)
    counts = torch.from_numpy(unigram_counts(pack.train, model.config.vocab_size))
    is_exact = _begin(headed.eval(), counts)
    if not is_exact:
        if like is not None and like.word_end is not None and like.config.end_size == size:
            _head(headed).load_state_dict(like.word_end.state_dict())
        _teach(headed, _collect(headed, pack, recipe), recipe)
    return headed


def _head(model: RecurrentModel) -> nn.Linear:
    assert model.word_end is not None
    return model.word_end


@torch.no_grad()
def _begin(model: RecurrentModel, counts: Tensor) -> bool:
    """Copy the rows of the most frequent ids of each stage; tell whether those are all."""
    weight, bias = _head(model).weight.zero_(), _head(model).bias.fill_(_NEVER)
    size, is_exact = model.config.end_size, True
    for start, stage in ((0, model.ends), (size, ~model.ends)):
        ids = stage.nonzero()[:, 0]
        chosen = ids[counts[ids].argsort(descending=True, stable=True)[:size]]
        rows = slice(start, start + len(chosen))
        weight[rows], bias[rows] = model.embedding.weight[chosen], model.bias[chosen]
        is_exact &= len(chosen) == len(ids)
    return is_exact


def _teach(model: RecurrentModel, places: _Places, recipe: HeadRecipe) -> None:
    features, ends = places
    optimizer = torch.optim.AdamW(_head(model).parameters(), lr=recipe.peak_rate, weight_decay=0.0)
    steps = recipe.passes * math.ceil(len(ends) / recipe.batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(recipe.passes):
        for rows in torch.split(torch.randperm(len(ends)), recipe.batch):
            odds = model.ending(features[rows].float())
            loss = functional.binary_cross_entropy_with_logits(odds, ends[rows])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()


def _collect(model: RecurrentModel, pack: Pack, recipe: HeadRecipe) -> _Places:
    found = list[_Places]()
    title = "teaching it where words end"
    with torch.no_grad(), _err.status(title) as status:
        for part in _read(model, pack, recipe):
            found.append(part)
            read = sum(len(each.ends) for each in found)
            status.update(f"{title}: {read:,} of {recipe.ids:,} ids")
    return _Places(*(torch.cat(each)[: recipe.ids] for each in zip(*found, strict=True)))


def _read(model: RecurrentModel, pack: Pack, recipe: HeadRecipe) -> Iterator[_Places]:
    mixture = Mixture(pack, seed=recipe.seed, shares={})
    lanes = Lanes(pack.train, mixture, lanes=recipe.lanes, window=recipe.window)
    state = model.start(recipe.lanes)
    for _ in range(math.ceil(recipe.ids / (recipe.lanes * recipe.window))):
        batch = torch.from_numpy(lanes.next(0.0))
        goes_on = (batch[:, 0] != pack.tokenizer.bos).view(1, -1, 1)
        features, state = model.features(batch[:, :-1], tuple(part * goes_on for part in state))
        features = features.flatten(0, 1)
        said = torch.cat([_said(model, part) for part in torch.split(features, _ROWS)])
        did = model.ends[batch[:, 1:].flatten()].float()
        yield _Places(features.half(), torch.lerp(said, did, recipe.outcomes))


def _said(model: RecurrentModel, features: Tensor) -> Tensor:
    """Give the chance that a word ends, as the sums of the one softmax say it: (N,)."""
    scores = functional.linear(features, model.embedding.weight, model.bias)
    return (scores[:, model.ends].logsumexp(-1) - scores.logsumexp(-1)).exp()
