"""The tokenizer's errors. They carry a message meant for a person."""

from __future__ import annotations

__all__ = ["TokenizerError"]


class TokenizerError(ValueError):
    """Report text, a vocabulary or a model file that the tokenizer can't use."""
