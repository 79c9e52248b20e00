"""What is being written: the text on both sides of the caret, in which dialogue, and by whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chatbot.personal import PersonalMemory
from tokenizer import Turn

__all__ = ["Draft"]

_GREETING = "Hi."
"""Read as what a person said before the only turn that is told. Who answers a first turn may be
Inkling, in the dialogues that the network read: "Where do you live?" had "I'm digital"."""


@dataclass(frozen=True)
class Draft:
    """A turn that is being written."""

    text: str
    """What stands before the caret."""
    turns: Sequence[Turn | str] = ()
    """What is told of what was said before, oldest first."""
    after: str = ""
    """What stands after the caret."""
    personal: PersonalMemory | None = None
    """The writer's."""
    avoid: Collection[str] = ()
    """Words that are not wanted here, in any case."""

    @property
    def said(self) -> Sequence[Turn | str]:
        """What was said before, as far as it is known, oldest first.

        Of somebody who answers the one turn that is told, what they wrote last comes before it.
        """
        recent = self.personal.recent if self.personal and len(self.turns) == 1 else ""
        return (recent.removesuffix("\n"), *self.turns) if recent else self.turns

    @property
    def read(self) -> Sequence[Turn | str]:
        """What the network is to read before it: a person answers."""
        return (_GREETING, *self.said) if len(self.said) == 1 else self.said

    @property
    def lead(self) -> str:
        """Lines of the same turn before it: where no turn is told, what the writer wrote last."""
        return self.personal.recent if self.personal and not self.turns else ""
