"""ShareGPT: {"conversations": [{"from": "human" | "gpt", "value"}]}."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokenizer import Turn
from training.corpora.checks import take, within

__all__ = ["turns"]

_LEFT_OUT = ("system", "tool", "function", "function_call", "observation")


def turns(record: Mapping[str, Any]) -> Iterator[Turn]:
    """Yield what people and models say; role and content may stand for from and value."""
    for each in take(record, "conversations", list):
        message = within(each, dict, "a message")
        new = "from" not in message and "role" in message
        speaker, text = ("role", "content") if new else ("from", "value")
        if take(message, speaker, str) not in _LEFT_OUT:
            yield Turn(message[speaker], take(message, text, str))
