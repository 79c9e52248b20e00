"""Clean conversations, and count what was left out or replaced, by corpus and by reason.

Case, punctuation and typos stay: people type that way and the network must know it. Held-out
conversations are only normalised: a score is taken on text as people wrote it.

    turn left out -> the conversation is cut there, as nobody answered what is not there
        |hi|hello|<canned>|ok bye|bye|   ->   |hi|hello|   |ok bye|bye|
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from chatbot.offensive import KINDS, OffensiveWords
from chatbot.words import fold_quotes
from tokenizer import Turn
from training.conversation import Conversation
from training.errors import CorpusError
from training.personal_data import scrub
from training.repeats import BoundedCounter, mark, near_form
from training.splits import assign

__all__ = ["AS_TYPED", "Cleaning", "CleaningReport", "clean", "clean_text"]

_BLANKS = re.compile(r"[^\S\n]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINES = re.compile(r" ?\n\s*")
_OFFENSIVE = OffensiveWords([kind for kind in KINDS if kind != "harm"])
"""Who writes of harm most often means none; what is never offered need not be unlearned."""


@dataclass(frozen=True, kw_only=True)
class Cleaning:
    """Say what is done to conversations that are trained on."""

    personal_data: Literal["scrub", "keep"] = "scrub"
    """E-mail, telephone, card and account numbers and street addresses (personal_data.py)."""
    profanity: Literal["leave-out", "keep"] = "leave-out"
    """Turns with a word of chatbot/offensive.txt, the kind "harm" left out."""
    most_repeats: int | None = 20
    """Times that nearly the same turn is kept in one corpus; None keeps all. Templates and keyboard
    mashing repeat hundreds of times; what people type by themselves stays below."""
    repeat_words: int = 6
    """Words from which on a turn is counted so: "yes" and "how are you" are no templates."""

    def __post_init__(self) -> None:
        known = {"personal_data": ("scrub", "keep"), "profanity": ("leave-out", "keep")}
        for name, values in known.items():
            if getattr(self, name) not in values:
                got = getattr(self, name)
                raise CorpusError(f"{name} must be one of {', '.join(values)}; got {got!r}")


AS_TYPED = Cleaning(personal_data="keep", profanity="keep", most_repeats=None)
"""Nothing but blanks, quotes and control characters."""


@dataclass
class CleaningReport:
    """Count what was kept, left out and replaced."""

    conversations: int = 0
    turns: int = 0
    characters: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    """Things left out, by reason."""
    replaced: dict[str, int] = field(default_factory=dict)
    """Pieces of text replaced, by kind."""
    by_source: dict[str, dict[str, int]] = field(default_factory=dict)
    """The same counts a corpus, `read` (turns seen) and `kept` (turns) among them."""

    def drop(self, reason: str, source: str, count: int = 1) -> None:
        """Count things left out."""
        self.dropped[reason] = self.dropped.get(reason, 0) + count
        self.note(reason, source, count)

    def note(self, what: str, source: str, count: int) -> None:
        """Count for one corpus."""
        counts = self.by_source.setdefault(source, {})
        counts[what] = counts.get(what, 0) + count


def clean(
    conversations: Iterable[Conversation],
    report: CleaningReport,
    cleaning: Cleaning | None = None,
) -> Iterator[Conversation]:
    """Yield cleaned conversations, each with its split; exact repeats of a whole one are dropped.

    Memory is bounded: what is remembered of earlier text are marks of 64 bits, a million at most.
    """
    cleaner = _Cleaner(cleaning or Cleaning(), report)
    for number, conversation in enumerate(conversations):
        split = assign(conversation, first=number == 0)
        yield from cleaner.clean(replace(conversation, split=split))


def clean_text(text: str) -> str:
    """Make blanks single, quotes straight, characters composed (NFC); drop control characters."""
    text = fold_quotes(unicodedata.normalize("NFC", text))
    text = _CONTROL.sub("", text)
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()


class _Cleaner:
    def __init__(self, cleaning: Cleaning, report: CleaningReport) -> None:
        self._cleaning, self._report = cleaning, report
        self._conversations, self._turns = BoundedCounter(), BoundedCounter()

    def clean(self, conversation: Conversation) -> Iterator[Conversation]:
        report, source = self._report, conversation.source
        report.note("read", source, len(conversation.turns))
        turns = [Turn(speaker, clean_text(text)) for speaker, text in conversation.turns]
        kept = [turn for turn in turns if turn.text]
        if empty := len(turns) - len(kept):
            report.drop("empty turns", source, empty)
        if not kept:
            report.drop("conversations without text", source)
        elif self._conversations.add(mark(turn.text.lower() for turn in kept)) > 1:
            report.drop("repeated conversations", source)
        else:
            pieces = [kept] if conversation.split != "train" else self._filter(kept, source)
            for piece in pieces:
                self._count(piece, source)
                yield replace(conversation, turns=tuple(piece))

    def _filter(self, turns: list[Turn], source: str) -> Iterator[list[Turn]]:
        """Cut a conversation at the turns that are left out."""
        piece: list[Turn] = []
        for turn in turns:
            if reason := self._objection(turn.text, source):
                self._report.drop(reason, source)
                if piece:
                    yield piece
                piece = []
            else:
                piece.append(Turn(turn.speaker, self._scrub(turn.text, source)))
        if piece:
            yield piece

    def _objection(self, text: str, source: str) -> str:
        if self._cleaning.profanity == "leave-out" and _OFFENSIVE.in_text(text):
            return "profane turns"
        if self._is_template(text, source):
            return "near-duplicate turns"
        return ""

    def _is_template(self, text: str, source: str) -> bool:
        most, form = self._cleaning.most_repeats, near_form(text)
        if most is None or len(form.split()) < self._cleaning.repeat_words:
            return False
        return self._turns.add(mark((source, form))) > most

    def _scrub(self, text: str, source: str) -> str:
        if self._cleaning.personal_data == "keep":
            return text
        found: Counter[str] = Counter()
        text = scrub(text, found)
        for kind, count in found.items():
            self._report.replaced[kind] = self._report.replaced.get(kind, 0) + count
            self._report.note(kind, source, count)
        return text

    def _count(self, turns: list[Turn], source: str) -> None:
        self._report.conversations += 1
        self._report.turns += len(turns)
        self._report.characters += sum(len(turn.text) for turn in turns)
        self._report.note("kept", source, len(turns))
