"""Assign whole conversations to splits: a conversation is never cut between two."""

from __future__ import annotations

import hashlib

from training.conversation import Conversation, Split

__all__ = ["VALID_PERCENT", "assign"]

VALID_PERCENT = 10
"""Percent of the conversations of a corpus without splits of its own that are held out."""


def assign(conversation: Conversation, *, first: bool = False) -> Split:
    """Return the corpus's own split, else one that the conversation's text alone decides.

    By the text, because it stays the same when a corpus grows or its lines move. The `first` of a
    corpus is always trained on, so that a corpus of one conversation can be.
    """
    if conversation.split is not None:
        return conversation.split
    text = "\0".join(turn.text for turn in conversation.turns)
    bucket = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big") % 100
    return "valid" if bucket < VALID_PERCENT and not first else "train"
