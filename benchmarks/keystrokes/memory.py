"""What the server grows by when many people type: its resident memory, and the file of memories.

Every session types a sentence of its own, may be learned from, and sends it. Before that as much is
typed in no session as fills the caches that all share (places, looks ahead): those are bounded, and
theirs is a figure of its own. Memories are kept ready for the latest sessions only, so growth is
given a session while all of them are (`LIVE`), and over all. Last, some people each send many
messages, of real text: what a memory of a hundred takes. Half as many do so before the look: to
read and learn messages fills other caches that all share.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.keystrokes.figures import Figure, Found
from benchmarks.keystrokes.serving import Server
from chatbot.server.memories import LIVE

__all__ = ["CHARACTERS", "Growth", "measure", "sum_up"]

_WARM = 64
"""Sessions before the first look: threads, allocator and caches of the code itself are there."""
_ANONYMOUS = 256
"""Sentences in no session."""
_FIRST, _WRITERS, _MESSAGES, _LONG = 32, 64, 100, 50
"""People before the look, and after it; messages of each, characters of a message (11 words)."""
CHARACTERS = (_FIRST + _WRITERS) * _MESSAGES * _LONG
_WORDS = ("morning", "evening", "weather", "garden", "kitchen", "train", "letter", "window")


@dataclass(frozen=True)
class Growth:
    """What was there after some sessions."""

    sessions: int
    resident: int
    """Bytes of the server's memory in use."""
    stored: int
    """Bytes of the file of memories."""


def measure(server: Server, store: Path, written: str, *, sessions: int) -> Found:
    """Let `sessions` sessions type; the server must keep its memories in `store`.

    `written` is cut into `CHARACTERS` of messages.
    """
    _type_warm(server)
    began = server.resident
    for number in range(1, _ANONYMOUS + 1):
        _type(server, None, _sentence(-number))
    seen = [_look(0, server, store)]
    for number in range(1, sessions + 1):
        _type(server, f"session {number}", _sentence(number))
        if number in (LIVE, sessions):
            seen.append(_look(number, server, store))
    shared = Figure("resident, what all share", (seen[0].resident - began) / 1e6, "MB")
    return Found(figures=[shared, *sum_up(seen), *_of_writers(server, written)])


def sum_up(seen: list[Growth]) -> list[Figure]:
    """Give bytes a session from looks at the server, the first before any."""
    before, last = seen[0], seen[-1]
    figures = [
        Figure(f"resident, a session of the first {now.sessions:,}", _each(before, now), "kB", 100)
        for now in seen[1:]
    ]
    if len(seen) > 2:
        more = _each(seen[-2], last)
        figures.append(Figure(f"resident, a session after {seen[-2].sessions:,}", more, "kB"))
    stored = (last.stored - before.stored) / last.sessions / 1000
    return [
        *figures,
        Figure("resident, in all", last.resident / 1e6, "MB"),
        Figure("memory on disk, a session", stored, "kB"),
    ]


def _of_writers(server: Server, written: str) -> list[Figure]:
    """Give the MB that the first to send many messages leave, then the kB of each one more."""
    seen = [server.resident]
    for people in (range(_FIRST), range(_FIRST, _FIRST + _WRITERS)):
        for number in people:
            _send(server, f"writer {number}", written[number * _MESSAGES * _LONG :])
        seen.append(server.resident)
    first, grown = seen[1] - seen[0], (seen[2] - seen[1]) / _WRITERS / 1000
    return [
        Figure(f"resident, the first {_FIRST} of {_MESSAGES} messages", first / 1e6, "MB"),
        Figure(f"resident, a session more of {_MESSAGES} messages", grown, "kB", 100),
    ]


def _send(server: Server, session: str, written: str) -> None:
    for i in range(0, _MESSAGES * _LONG, _LONG):
        server.post("/v1/memory/learn", {"session": session, "text": written[i : i + _LONG]})


def _each(before: Growth, now: Growth) -> float:
    """Give kB a session that came between two looks."""
    return (now.resident - before.resident) / (now.sessions - before.sessions) / 1000


def _type_warm(server: Server) -> None:
    """Warm the server without filling what is bounded: one text, in sessions that learn nothing."""
    for number in range(_WARM):
        for _ in range(4):
            server.suggest("Good morning, how ", [], session=f"warm {number % 4}")


def _sentence(number: int) -> str:
    """Write a sentence that no other session types."""
    first, second = _WORDS[number % 8], _WORDS[number // 8 % 8]
    return f"Number {number} thinks that the {first} is better than the {second} today."


def _type(server: Server, session: str | None, sentence: str) -> None:
    """Ask at every word, as far as sessions go what every key comes to, then send."""
    words = sentence.split()
    for end in range(1, len(words) + 1):
        text = " ".join(words[:end])
        server.suggest(text, [], session=session, learn=session is not None)
    if session is not None:
        server.post("/v1/memory/learn", {"session": session, "text": sentence})


def _look(sessions: int, server: Server, store: Path) -> Growth:
    files = store.parent.glob(f"{store.name}*")  # SQLite's log beside it
    return Growth(sessions, server.resident, sum(file.stat().st_size for file in files))
