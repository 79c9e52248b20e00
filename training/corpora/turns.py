"""Our own record: {"turns": [{"speaker", "text"}]}."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokenizer import Turn
from training.corpora.checks import take, within

__all__ = ["turns"]


def turns(record: Mapping[str, Any]) -> Iterator[Turn]:
    """Yield the turns of one record. Raises ValueError for what is malformed."""
    for each in take(record, "turns", list):
        turn = within(each, dict, "a turn")
        text = take(turn, "text", str)
        if "speaker" not in turn:
            raise ValueError("no 'speaker' key")
        yield Turn(str(turn["speaker"]), text)
