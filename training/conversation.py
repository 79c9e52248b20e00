"""A conversation: what every reader yields and everything after it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tokenizer import Turn

__all__ = ["Conversation", "Split"]

Split = Literal["train", "valid", "eval"]


@dataclass(frozen=True)
class Conversation:
    """One dialogue of one corpus. A sentence alone is a dialogue of one turn."""

    id: str
    source: str
    turns: tuple[Turn, ...]
    split: Split | None = None
    """None where the corpus does not say: `splits.assign` then decides by the id."""
