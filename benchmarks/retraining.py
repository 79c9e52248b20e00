"""Train a whole network on what one person wrote: how far any memory of it might get.

Dynamic evaluation's idea (Krause 2018, arXiv:1709.07432), with Adam and several readings. No
personal memory does anything of the kind: it takes ten seconds, and a network a person.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch.nn.functional import cross_entropy

from benchmarks.adaptation_people import Person
from chatbot import LanguageModel
from chatbot.export import export
from chatbot.model import RecurrentModel
from chatbot.runners import OnnxRunner
from chatbot.words import fold_quotes
from tokenizer import Tokenizer, join_speakers
from training.metrics import Written

__all__ = ["RetrainConfig", "retrained"]


@dataclass(frozen=True, kw_only=True)
class RetrainConfig:
    """Say how much it is trained: more, or faster, does worse on later messages."""

    learning_rate: float = 3e-4
    readings: int = 3
    messages: int = 4
    """In one step."""


class _Example(NamedTuple):
    heard: list[int]
    """Ids before the message."""
    said: list[int]


def retrained(
    model: LanguageModel, person: Person, *, learned: int, config: RetrainConfig | None = None
) -> LanguageModel:
    """Give a model whose network was trained on the person's first `learned` messages."""
    config = config or RetrainConfig()
    network = model.checkpoint.model().eval()  # without dropout
    optimizer = torch.optim.Adam(network.parameters(), lr=config.learning_rate)
    examples = [_example(m, model.checkpoint.tokenizer) for m in person.messages[:learned]]
    order = random.Random(0)
    for _ in range(config.readings):
        order.shuffle(examples)
        for start in range(0, len(examples), config.messages):
            _step(network, optimizer, examples[start : start + config.messages])
    return LanguageModel(model.checkpoint, OnnxRunner(export(network)))


def _example(message: Written, tokenizer: Tokenizer) -> _Example:
    turns = [fold_quotes(text) for text in join_speakers(message.turns)]
    return _Example(
        tokenizer.render([*turns, ""], complete=False), tokenizer.encode(fold_quotes(message.text))
    )


def _step(
    network: RecurrentModel, optimizer: torch.optim.Optimizer, examples: Sequence[_Example]
) -> None:
    optimizer.zero_grad()
    ids = sum(len(example.said) for example in examples)
    for heard, said in examples:
        with torch.no_grad():
            _, state = network.features(torch.tensor([heard[:-1]]))
        logits, _ = network(torch.tensor([[heard[-1], *said[:-1]]]), state)
        (cross_entropy(logits[0], torch.tensor(said), reduction="sum") / ids).backward()
    optimizer.step()
