"""What is being written: the text on both sides of the caret, in which dialogue, and by whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chatbot.personal import PersonalMemory
from tokenizer import Turn

__all__ = ["Draft"]


@dataclass(frozen=True)
class Draft:
    """A turn that is being written."""

    text: str
    """What stands before the caret."""
    turns: Sequence[Turn | str] = ()
    """What was said before, oldest first."""
    after: str = ""
    """What stands after the caret."""
    personal: PersonalMemory | None = None
    """The writer's."""
    avoid: Collection[str] = ()
    """Words that are not wanted here, in any case."""

    @property
    def lead(self) -> str:
        """Lines that the writer wrote before it: where nobody says what was said, their last."""
        return self.personal.recent if self.personal and not self.turns else ""
