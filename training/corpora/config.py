"""How a chat of months becomes conversations."""

from __future__ import annotations

from dataclasses import dataclass

from training.errors import CorpusError

__all__ = ["ChatConfig"]


@dataclass(frozen=True, kw_only=True)
class ChatConfig:
    """Say where a chat export (WhatsApp, Telegram, Discord) is cut into conversations."""

    pause_hours: float = 6.0
    """Hours without a message after which the next one begins a conversation: a night parts two,
    a busy afternoon does not."""
    longest_turns: int = 512
    """Messages after which a conversation is cut even without a pause: a large group never rests,
    and whole conversations are held out of training."""

    def __post_init__(self) -> None:
        if not self.pause_hours > 0:
            raise CorpusError(f"pause_hours must be above 0; got {self.pause_hours}")
        if self.longest_turns < 1:
            raise CorpusError(f"longest_turns must be at least 1; got {self.longest_turns}")
