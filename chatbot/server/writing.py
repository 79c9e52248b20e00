"""What a person writes, key by key: which of it is to be learned, and when. Each word once.

A text is learned once it is over: when another one begins, or when the page says that it was sent.
The person may come back to it, from another field or with the caret elsewhere: the last texts are
kept in the process, so that only what is new of one is learned then. Knows texts, nothing of
memories.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import nlargest

from chatbot.server.document import Document, Match, Shown
from chatbot.server.new_words import has_all, new_parts
from chatbot.words import half_typed

__all__ = ["Writing"]

ALIKE = 6
"""Characters that a text shares at least, at first, with one that was there before."""
KEYS = 3
"""Characters: one that is written anew has no more when it is first shown."""
MOST_TEXTS = 16
"""Texts that are kept to know them again."""
MOST_CHARACTERS = 131_072
"""Of them together; the newest is always kept."""
MOST_BEYOND = 32_768
"""Characters of a text that are kept beside what is shown of it."""


@dataclass(frozen=True)
class _Learned:
    """A text that is not to be learned again, whatever is typed."""

    text: str
    typed: tuple[str, ...] = ()
    """The parts that were learned as it was typed: not again where it is sent, either."""

    @property
    def size(self) -> int:
        """Count the characters of all that is kept."""
        return len(self.text) + sum(map(len, self.typed))

    def is_in(self, shown: Shown, *, whole: bool = False) -> bool:
        """Tell whether `shown` is a part of this text, or has a part of it.

        `whole`: by half of the longer of both, not of the shorter.
        """
        if self.text == shown.text:
            return True
        least = (max if whole else min)(len(self.text), len(shown.text)) / 2
        return Document(self.text).match(shown).shared >= max(least, ALIKE)


@dataclass
class Writing:
    """The text that is being written, and those before it. Not for several threads at once."""

    most_digits: int
    """As `PersonalConfig.most_digits`."""
    _draft: Document = field(default_factory=Document)
    _anew: bool = True
    """Whether the draft is written key by key; of one that was there already more may be shown."""
    _known: tuple[_Learned, ...] = ()
    """Those that the draft goes on from."""
    _learned: tuple[_Learned, ...] = ()
    """The last ones, the newest last."""

    def hear(self, shown: Shown) -> list[str]:
        """Take what is shown; give the parts to learn of the text before it, if it is over."""
        draft, match = self._draft.text, self._draft.match(shown)
        if not (draft and match.goes_on):
            return self._begin(shown, over=draft)
        if not _fits(match, self._draft):
            # Its end may be half a word.
            return self._begin(shown, over=draft.removesuffix(half_typed(draft)))
        self._draft = self._draft.followed(shown, match)
        if not (self._anew or match.is_a_step):
            self._recognise(shown, whole=True)
        return []

    def send(self, text: str) -> list[str]:
        """Give the parts to learn of a message that was sent: all that typing has not learned."""
        sent = self._as_typed(text)
        typed = [part for each in sent for part in each.typed]
        if text.strip():
            self._keep(_Learned(text), instead_of=sent)
        return new_parts(text, typed, most_digits=self.most_digits)

    def reopen(self) -> None:
        """Let what was learned be learned again where it is sent again, and only there."""
        self._learned = tuple(_Learned(each.text) for each in self._learned)
        self._known = tuple(_Learned(each.text) for each in self._known)

    def pass_over(self) -> None:
        """Learn nothing of all that was written so far, unless it is sent.

        It is kept to know it by, for pages go on showing it.
        """
        self.reopen()
        if self._draft.text:
            here = _Learned(self._draft.text)
            self._keep(here)
            self._known = (*self._known, here)

    def _begin(self, shown: Shown, *, over: str) -> list[str]:
        """Begin a draft, or go on with an earlier one; give the parts to learn of what is over."""
        known = [each.text for each in self._known]
        parts = new_parts(over, known, most_digits=self.most_digits)
        if parts or known:
            self._close(over, parts)
        self._known, self._anew = (), len(shown.text) <= KEYS
        self._recognise(shown)
        self._draft = self._resumed(shown)
        return parts

    def _close(self, text: str, parts: Sequence[str]) -> None:
        typed = [*(part for each in self._known for part in each.typed), *parts]
        # What was taken out may be put back: two earlier states are kept, the longest and the last.
        others = [each.text for each in self._known if not has_all(text, each.text)]
        states = dict.fromkeys([*nlargest(1, others, key=len), *others[-1:]])
        latest = _Learned(text, tuple(dict.fromkeys(typed)))
        self._keep(*map(_Learned, states), latest, instead_of=self._known)

    def _resumed(self, shown: Shown) -> Document:
        """Give the text that is shown with what is known of it besides."""
        documents = [Document(each.text) for each in reversed(self._known)]
        matches = [(document.match(shown), document) for document in documents]
        fit = [each for each in matches if _fits(*each)]
        if not fit:
            return Document(shown.text)
        match, document = min(fit, key=lambda each: each[0].changed)
        return document.followed(shown, match)

    def _as_typed(self, text: str) -> tuple[_Learned, ...]:
        """Give what is known of a message from its typing; it is no draft any more."""
        whole, typed = _Learned(text), Shown(self._draft.text)
        if typed.text and (whole.is_in(typed) or Document(text).match(typed).goes_on):
            known, self._draft, self._known = self._known, Document(), ()
            return known
        return tuple(each for each in self._learned if each.is_in(Shown(text)))

    def _recognise(self, shown: Shown, *, whole: bool = False) -> None:
        found = (each for each in self._learned if each.is_in(shown, whole=whole))
        self._known = tuple(dict.fromkeys([*self._known, *found]))

    def _keep(self, *learned: _Learned, instead_of: Sequence[_Learned] = ()) -> None:
        others = [each for each in self._learned if each not in instead_of]
        kept = [*others, *learned][-MOST_TEXTS:]
        while len(kept) > 1 and sum(each.size for each in kept) > MOST_CHARACTERS:
            del kept[0]
        self._learned = tuple(kept)


def _fits(match: Match, document: Document) -> bool:
    return len(document.text) - (match.end - match.start) <= MOST_BEYOND
