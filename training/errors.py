"""The errors of training. They carry a message meant for a person."""

from __future__ import annotations

__all__ = ["CorpusError", "DivergedError", "RunError", "TrainingError"]


class TrainingError(ValueError):
    """Report data, options or a run that training can't go on with."""


class CorpusError(TrainingError):
    """Report a corpus that is missing, unreadable, empty or malformed."""


class RunError(TrainingError):
    """Report a run folder that is in use, broken or made from other data."""


class DivergedError(TrainingError):
    """Report a loss, gradient or weight that is no number any more."""
