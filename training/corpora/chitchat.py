"""The PyPI package chitchat-dataset (MIT; Myers, Etchart and Fulda 2020)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources

from tokenizer import Turn
from training.conversation import Conversation
from training.errors import CorpusError

__all__ = ["CHITCHAT", "read"]

CHITCHAT = "chitchat-dataset"
"""Stands for the PyPI package of that name wherever a path is asked for."""


def read() -> Iterator[Conversation]:
    """Yield its conversations. Raises CorpusError when the package is not installed."""
    try:
        data = resources.files("chitchat_dataset").joinpath("dataset.json").read_text("utf-8")
    except ModuleNotFoundError as error:
        raise CorpusError(
            f"{CHITCHAT} is not installed: python -m pip install {CHITCHAT}"
        ) from error
    for name, conversation in json.loads(data).items():
        parts = (part for message in conversation["messages"] for part in message)
        turns = tuple(Turn(part["sender"], part["text"]) for part in parts)
        yield Conversation(f"chitchat-{name}", "chitchat", turns)
