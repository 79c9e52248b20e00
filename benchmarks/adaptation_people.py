"""Who adaptation is measured on: people, and what each wrote, in the order a memory meets it.

In one conversation, across conversations where a corpus names who wrote what, or all who opened the
conversations of a corpus taken for one. Knows no model and no file.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from chatbot.words import PLAIN_WORD
from training.conversation import Conversation
from training.errors import CorpusError
from training.metrics import Written

__all__ = ["Person", "across", "as_one", "people", "told"]

TURNS = 8
"""Earlier turns that are given with a message, as in `training.metrics`."""


@dataclass(frozen=True)
class Person:
    """What one person wrote, in the order of the corpus, each with what was said before."""

    corpus: str
    messages: list[Written]


def people(
    corpus: str, conversations: Iterable[Conversation], *, messages: int
) -> Iterator[Person]:
    """Give every speaker who wrote at least `messages` messages with a word in a conversation."""
    for conversation in conversations:
        found = _by_speaker(conversation).values()
        yield from (Person(corpus, m) for m in found if len(m) >= messages)


def across(
    corpus: str,
    conversations: Iterable[Conversation],
    held: Set[str],
    *,
    earlier: int,
    later: int = 10,
) -> Iterator[Person]:
    """Give every writer of `earlier` messages outside the conversations `held`, `later` in them.

    `held` are ids. Of the messages outside the last `earlier` are kept and come first; then all of
    those in held conversations. A speaker must be called the same in all conversations.
    """
    outside: dict[str, list[Written]] = {}
    inside: dict[str, list[Written]] = {}
    for conversation in conversations:
        side = inside if conversation.id in held else outside
        for speaker, messages in _by_speaker(conversation).items():
            side.setdefault(speaker, []).extend(messages)
    for speaker, messages in inside.items():
        before = outside.get(speaker, [])
        if len(before) >= earlier and len(messages) >= later:
            yield Person(corpus, before[len(before) - earlier :] + messages)


def as_one(corpus: str, conversations: Sequence[Conversation], *, earlier: int) -> Person:
    """Take whoever speaks first in each of `conversations`, shuffled, for one person.

    For someone who writes about the same thing to many. The first `earlier` messages end within a
    conversation; what is left of that one is dropped, so that none is on both sides. Raises
    CorpusError when no message is left after them.
    """
    shuffled = random.Random(0).sample(conversations, len(conversations))
    first, later = list[Written](), list[Written]()
    for conversation in shuffled:
        side = first if len(first) < earlier else later
        side += _by_speaker(conversation).get(conversation.turns[0].speaker, [])
    if not later:
        raise CorpusError(
            f"{corpus} must have messages after the first {earlier} of whoever speaks first, in "
            f"other conversations; it has {len(first)} in all"
        )
    return Person(corpus, first[:earlier] + later)


def told(person: Person, turns: int) -> Person:
    """Give the person as a field sees them that is told no more than the last `turns` turns."""
    seen = [
        replace(each, turns=each.turns[max(len(each.turns) - turns, 0) :])
        for each in person.messages
    ]
    return replace(person, messages=seen)


def _by_speaker(conversation: Conversation) -> dict[str, list[Written]]:
    """List the messages with a word in them, by who wrote them."""
    texts = [turn.text for turn in conversation.turns]
    found: dict[str, list[Written]] = {}
    for i, turn in enumerate(conversation.turns):
        if PLAIN_WORD.search(turn.text):
            before = tuple(texts[max(0, i - TURNS) : i])
            found.setdefault(turn.speaker, []).append(Written(before, turn.text))
    return found
