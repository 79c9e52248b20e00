"""The memories of the people who are typing: one a session, ready while they type, saved at each
change.

A message is remembered once it is over: when another text begins, or when the page says so
(writing.py). What is being typed, and the last texts that were, are kept in the process alone, and
only where `learn` allows it.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakValueDictionary

from cachetools import LRUCache

from chatbot.errors import StoreError
from chatbot.memory_store import MemoryStore
from chatbot.personal import PersonalMemory
from chatbot.server.document import Shown, show
from chatbot.server.writing import Writing

if TYPE_CHECKING:
    from chatbot import LanguageModel

T = TypeVar("T")
LIVE = 256
"""Sessions whose memory is kept ready, the latest; those of others are read again."""
_LIVE_WORDS = 400_000
"""Words of these together, at most: twenty that are full."""


@dataclass
class _Live:
    memory: PersonalMemory
    lock: threading.Lock = field(default_factory=threading.Lock)
    turns: tuple[str, ...] = ()
    """What was said before the text that is being written."""
    heard: int = 0
    """The arrival of what is newest of it."""
    writing: Writing = field(init=False)

    def __post_init__(self) -> None:
        self.writing = Writing(self.memory.config.most_digits)

    @property
    def share(self) -> int:
        """Count its words, but no fewer than so many that `LIVE` sessions are all there is."""
        return min(max(self.memory.size, _LIVE_WORDS // LIVE), _LIVE_WORDS)


class Memories:
    """Every session's memory. Safe for threads; calls for one session take turns."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._live: LRUCache[str, _Live] = LRUCache(_LIVE_WORDS, getsizeof=lambda live: live.share)
        # One that is in use is the same for all, also where it is kept ready no longer.
        self._used = WeakValueDictionary[str, _Live]()
        self._lock = threading.Lock()
        self._arrivals = count(1)

    def arrive(self) -> int:
        """Number a call that says what is typed, as it arrives: it may be worked on after a later
        one, when it is stale.
        """
        return next(self._arrivals)

    def read(self, session: str, use: Callable[[PersonalMemory], T]) -> T:
        """Return use(memory); nothing is written."""
        live = self._open(session)
        with live.lock:
            return use(live.memory)

    def change(
        self,
        session: str,
        use: Callable[[PersonalMemory], T],
        *,
        then: Callable[[Writing], None] | None = None,
    ) -> T:
        """Return use(memory), the change saved; where saving fails there is no change.

        `then` says what the change means for what is being written.
        """
        live = self._open(session)
        with live.lock:
            result = use(live.memory)
            if then:
                then(live.writing)
            self._save(session, live)
            return result

    def hear(
        self,
        model: "LanguageModel",
        session: str,
        text: str,
        turns: Sequence[str],
        *,
        after: str = "",
        arrival: int,
    ) -> None:
        """Take what is being typed around the caret; learn what was typed before, if it is over.

        What is stale is passed over: as the newest, it would be a text with its end deleted.
        """
        live = self._open(session)
        with live.lock:
            if arrival > live.heard:
                live.heard = arrival
                self._hear(model, session, live, show(text, after), turns)

    def finish(
        self,
        model: "LanguageModel",
        session: str,
        text: str,
        turns: Sequence[str],
        *,
        arrival: int,
    ) -> None:
        """Learn a message that was sent."""
        live = self._open(session)
        with live.lock:
            live.heard = max(arrival, live.heard)
            self._learn(model, session, live, live.writing.send(text), turns)

    def leave(
        self,
        model: "LanguageModel",
        session: str,
        text: str,
        turns: Sequence[str],
        *,
        arrival: int,
    ) -> None:
        """Learn what is new of a text that was left, as where another one begins."""
        live = self._open(session)
        with live.lock:
            if arrival < live.heard:
                # Another one was begun: it is not what this one goes on as.
                parts = live.writing.send(text)
                self._learn(model, session, live, parts, turns, unfinished=True)
            else:
                live.heard = arrival
                self._hear(model, session, live, show(text, ""), turns)
                self._hear(model, session, live, show("", ""), ())

    def _hear(
        self,
        model: "LanguageModel",
        session: str,
        live: _Live,
        shown: Shown,
        turns: Sequence[str],
    ) -> None:
        parts, before = live.writing.hear(shown), live.turns
        live.turns = tuple(turns)
        self._learn(model, session, live, parts, before, unfinished=True)

    def _learn(
        self,
        model: "LanguageModel",
        session: str,
        live: _Live,
        parts: Sequence[str],
        turns: Sequence[str],
        *,
        unfinished: bool = False,
    ) -> None:
        if not parts:
            return
        *others, last = parts
        with live.memory.one_change():
            for part in others:
                model.learn(part, live.memory, turns)
            model.learn(last, live.memory, turns, unfinished=unfinished)
        self._save(session, live)

    def _save(self, session: str, live: _Live) -> None:
        try:
            self._store.save(session, live.memory)
            with self._lock:
                if self._used.get(session) is live:
                    self._live[session] = live  # weighed again
        except StoreError:
            # What is on the disk counts: the next call reads it again.
            with self._lock:
                self._live.pop(session, None)
                self._used.pop(session, None)
            raise

    def _open(self, session: str) -> _Live:
        with self._lock:
            live = self._live.get(session) or self._used.get(session)
            if live is None:
                live = _Live(self._store.load(session))
            self._live[session] = self._used[session] = live
            return live
