"""The memories of the people who are typing: one a session, loaded once, saved at each change.

A message is remembered once it is over: when another text begins, or when the page says so. What
is being typed is kept in the process alone, and only where `learn` allows it.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from cachetools import LRUCache

from chatbot.errors import StoreError
from chatbot.memory_store import MemoryStore
from chatbot.personal import PersonalMemory

if TYPE_CHECKING:
    from chatbot import LanguageModel

T = TypeVar("T")
LIVE = 256
"""Sessions whose memory is kept ready."""
DELETED = 24
"""Characters: more than this at once is no correction, another text has begun."""


@dataclass
class _Live:
    memory: PersonalMemory
    lock: threading.Lock = field(default_factory=threading.Lock)
    draft: str = ""
    """The text being typed, up to the cursor."""
    turns: tuple[str, ...] = ()
    learned: str = ""
    """The last draft that was learned."""


class Memories:
    """Every session's memory. Safe for threads; calls for one session take turns."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._live: LRUCache[str, _Live] = LRUCache(LIVE)
        self._lock = threading.Lock()

    def read(self, session: str, use: Callable[[PersonalMemory], T]) -> T:
        """Return use(memory); nothing is written."""
        live = self._open(session)
        with live.lock:
            return use(live.memory)

    def change(self, session: str, use: Callable[[PersonalMemory], T]) -> T:
        """Return use(memory), the change saved; where saving fails there is no change."""
        live = self._open(session)
        with live.lock:
            result = use(live.memory)
            self._save(session, live)
            return result

    def hear(self, model: "LanguageModel", session: str, text: str, turns: Sequence[str]) -> None:
        """Take what is being typed; learn the text before it where another one has begun."""
        live = self._open(session)
        with live.lock:
            if is_over(live.draft, text):
                self._learn(model, session, live)
            live.draft, live.turns = text, tuple(turns)

    def finish(self, model: "LanguageModel", session: str, text: str, turns: Sequence[str]) -> None:
        """Learn a message that was sent."""
        live = self._open(session)
        with live.lock:
            live.draft, live.turns = text, tuple(turns)
            self._learn(model, session, live)

    def _learn(self, model: "LanguageModel", session: str, live: _Live) -> None:
        draft, live.draft = live.draft, ""
        # The cursor went back and on again, or the page sends what was heard: only what is new.
        known = draft.startswith(live.learned) and live.learned
        new = draft[len(live.learned) :] if known else draft
        if not new.strip() or live.learned.startswith(draft):
            return
        live.learned = draft
        model.learn(new, live.memory, live.turns)
        self._save(session, live)

    def _save(self, session: str, live: _Live) -> None:
        try:
            self._store.save(session, live.memory)
        except StoreError:
            # What is on the disk counts: the next call reads it again.
            with self._lock:
                self._live.pop(session, None)
            raise

    def _open(self, session: str) -> _Live:
        with self._lock:
            if session not in self._live:
                self._live[session] = _Live(self._store.load(session))
            return self._live[session]


def is_over(draft: str, text: str) -> bool:
    """Tell whether `text` begins anew, rather than goes on from `draft` or mends it."""
    same = _same(draft, text)
    return bool(draft) and (same == 0 or len(draft) - same > DELETED)


def _same(one: str, other: str) -> int:
    """Count the characters that both texts begin with: a few comparisons, however long they are."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[:middle] == other[:middle]:
            least = middle
        else:
            most = middle - 1
    return least
