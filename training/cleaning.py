"""Clean conversations and drop repeated ones, and count what was done.

Case, punctuation and typos stay: people type that way and the network must know it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from chatbot.words import fold_quotes
from tokenizer import Turn
from training.conversation import Conversation

__all__ = ["CleaningReport", "clean"]

_BLANKS = re.compile(r"[^\S\n]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINES = re.compile(r" ?\n\s*")


@dataclass
class CleaningReport:
    """Count conversations, turns and characters kept, and what was dropped, by reason."""

    conversations: int = 0
    turns: int = 0
    characters: int = 0
    dropped: dict[str, int] = field(default_factory=dict)

    def drop(self, reason: str) -> None:
        """Count one thing left out."""
        self.dropped[reason] = self.dropped.get(reason, 0) + 1


def clean(conversations: Iterable[Conversation], report: CleaningReport) -> Iterator[Conversation]:
    """Yield cleaned conversations; drop empty turns and exact repeats of a whole conversation.

    Repeats are told by a 64-bit hash of the lower-cased text: a number a conversation in memory.
    """
    seen: set[int] = set()
    for conversation in conversations:
        turns = _clean_turns(conversation.turns, report)
        if not turns:
            report.drop("conversations without text")
            continue
        mark = _hash(turns)
        if mark in seen:
            report.drop("repeated conversations")
            continue
        seen.add(mark)
        report.conversations += 1
        report.turns += len(turns)
        report.characters += sum(len(turn.text) for turn in turns)
        yield replace(conversation, turns=turns)


def _clean_turns(turns: Iterable[Turn], report: CleaningReport) -> tuple[Turn, ...]:
    kept = []
    for speaker, text in turns:
        text = clean_text(text)
        if text:
            kept.append(Turn(speaker, text))
        else:
            report.drop("empty turns")
    return tuple(kept)


def clean_text(text: str) -> str:
    """Make blanks single, quotes straight, characters composed (NFC); drop control characters."""
    text = fold_quotes(unicodedata.normalize("NFC", text))
    text = _CONTROL.sub("", text)
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()


def _hash(turns: tuple[Turn, ...]) -> int:
    text = "\0".join(turn.text.lower() for turn in turns)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
