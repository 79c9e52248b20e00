"""A state that a personal memory had before, kept as what the one after it lacks.

    now       m2 m3 m4 m5 (new)
    before    m1 m2 m3 m4          kept: m1, 0 to 3

Most messages are the same in all states that can be gone back to: a list of them for each took more
room than the messages.
"""

from __future__ import annotations

from typing import NamedTuple

from chatbot.memory_state import MemoryState
from chatbot.messages import Message

__all__ = ["EarlierState"]


class EarlierState(NamedTuple):
    """A state, for who has the one after it."""

    rest: MemoryState
    """Without messages."""
    messages: tuple[Message | range, ...]
    """A range stands for messages of the state after it."""

    @classmethod
    def of(cls, state: MemoryState, after: MemoryState) -> EarlierState:
        """Give `state` as what `after` lacks of it."""
        places = {id(message): i for i, message in enumerate(after.messages)}
        kept = list[Message | range]()
        for message in state.messages:
            at = places.get(id(message))
            last = kept[-1] if kept else None
            if at is None:
                kept.append(message)
            elif isinstance(last, range) and last.stop == at:
                kept[-1] = range(last.start, at + 1)
            else:
                kept.append(range(at, at + 1))
        return cls(state._replace(messages=()), tuple(kept))

    def before(self, after: MemoryState) -> MemoryState:
        """Give the state that came before `after`."""
        parts = (
            after.messages[part.start : part.stop] if isinstance(part, range) else (part,)
            for part in self.messages
        )
        return self.rest._replace(messages=tuple(message for part in parts for message in part))
