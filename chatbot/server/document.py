"""A text that is being written, as a page shows it: what stands around the caret.

    known so far     Dear Ana, the report is ready. Yours, Ivan
    shown            ____ Ana, the long re|port is ready. Yo___
    goes on as       Dear Ana, the long report is ready. Yours, Ivan

A page shows all of a short text, and of a long one a window, whose edges may cut words. Knows
characters, nothing of memories. A comparison is a few slices, however long the texts are.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Document", "Match", "Shown", "show"]

HEAD = 32
"""Characters that tell a place in a document from others."""
AT_ONCE = 24
"""Characters: more than this at once is no correction, another text has begun; nor are as many
typed at once."""
PER_SHARED = 3
"""Characters that may go at once for each that stays: "Hello there" is not mended to "H"."""
WINDOW = 2048
"""Characters before the caret: a text of more may begin in the middle, and in a word's."""
WINDOW_AFTER = 100
"""Characters behind the caret: where there are more the text may end in the middle of a word."""
_FIRST = re.compile(r"(?:[^\W_]|['\u2019\ufffd-]){0,64}")
_LAST = re.compile(r"(?:[^\W_]|['\u2019\ufffd-]){0,64}\Z")


class Shown(NamedTuple):
    """What stands around the caret."""

    before: str
    after: str = ""

    @property
    def text(self) -> str:
        """All of it."""
        return self.before + self.after


class Match(NamedTuple):
    """How much of a document is shown."""

    start: int
    """Where in the document the shown part begins."""
    end: int
    first: int
    """Characters at its beginning that are as they were."""
    last: int
    """Those at its end."""
    added: int
    """Characters that are shown and were not there."""

    @property
    def shared(self) -> int:
        """Count the characters that are as they were."""
        return self.first + self.last

    @property
    def gone(self) -> int:
        """Count the characters that were there and are not shown."""
        return self.end - self.start - self.shared

    @property
    def changed(self) -> int:
        """Count the characters that are gone or added."""
        return self.gone + self.added

    @property
    def goes_on(self) -> bool:
        """Tell whether what is shown goes on from the document, or mends it."""
        return self.gone <= min(AT_ONCE, PER_SHARED * self.shared)

    @property
    def is_a_step(self) -> bool:
        """Tell whether no more was written than a key or a suggestion writes."""
        return self.goes_on and self.added <= AT_ONCE

    @property
    def is_certain(self) -> bool:
        """Tell whether the part can't well begin elsewhere."""
        return self.is_a_step and self.first >= HEAD


class Document(NamedTuple):
    """A text as far as it was shown."""

    text: str = ""
    start: int = 0
    """Where the part begins that was shown last."""

    def match(self, shown: Shown) -> Match:
        """Find the part of the document that is shown now."""
        found = list[Match]()
        for start in self._starts(shown.text):
            match = _match(self.text, start, shown)
            if match.is_certain:
                return match
            found.append(match)
        return min(found, key=lambda match: match.changed)

    def followed(self, shown: Shown, match: Match) -> "Document":
        """Give the document with what is shown in place of what was there."""
        text = self.text[: match.start] + shown.text + self.text[match.end :]
        return Document(text, match.start)

    def _starts(self, text: str) -> Iterator[int]:
        """Guess where the shown part begins: where it did before, which is so for most keys."""
        yield self.start
        if len(text) >= HEAD and (found := self.text.find(text[:HEAD])) >= 0:
            yield found
        if self.start:
            yield 0


def show(before: str, after: str) -> Shown:
    """Give what stands around the caret without the words that may be cut at its edges."""
    if len(before) > WINDOW:
        first = _FIRST.match(before)
        before = before[first.end() :] if first else before
    if len(after) > WINDOW_AFTER:
        last = _LAST.search(after[-64:])
        after = after[: len(after) - len(last.group())] if last else after
    return Shown(before, after)


def _match(text: str, start: int, shown: Shown) -> Match:
    end = _end(text, start, shown.after)
    old, new = text[start:end], shown.text
    first = _same(old, new)
    last = _same(old[first:][::-1], new[first:][::-1])
    return Match(start, end, first, last, len(new) - first - last)


def _end(text: str, start: int, after: str) -> int:
    """Find where what stands behind the caret ends in a document: at its end, unless shown."""
    found = -1 if len(after) < HEAD or text.endswith(after) else text.find(after, start)
    return len(text) if found < 0 else found + len(after)


def _same(one: str, other: str) -> int:
    """Count the characters that both texts begin with."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[:middle] == other[:middle]:
            least = middle
        else:
            most = middle - 1
    return least
