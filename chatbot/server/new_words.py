"""Find what of a text is new: the parts that are in none of the texts known."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from chatbot.long_numbers import long_numbers
from chatbot.word_counts import cut
from chatbot.words import fold_quotes

__all__ = ["has_all", "new_parts"]

_FEW = 1000
"""Words: of longer texts those that are everywhere in them are no sign of a place."""


def new_parts(text: str, known: Sequence[str], *, most_digits: int) -> list[str]:
    """Give the parts of `text` whose words stand in none of `known`, in the order of the text.

    A number of more than `most_digits` digits is in none of them: a part of it can't be told for
    what it is.
    """
    if not text.strip() or any(text.strip() in each for each in known):
        return []
    if not known:
        return [text]
    words = cut(text)
    old = set(long_numbers(words, most_digits))
    for each in known:
        old.update(_kept(cut(each), words))
    return list(_parts(text, words, old))


def has_all(text: str, before: str) -> bool:
    """Tell whether `text` has all the words of `before`, in their order."""
    words = iter(cut(text))
    return all(word in words for word in cut(before))


def _kept(before: Sequence[str], words: Sequence[str]) -> Iterator[int]:
    """Say which of `words` were there before."""
    first = _same(before, words)
    last = _same(before[first:][::-1], words[first:][::-1])
    yield from range(first)
    yield from range(len(words) - last, len(words))
    old, new = before[first : len(before) - last], words[first : len(words) - last]
    for block in SequenceMatcher(None, old, new, autojunk=len(words) > _FEW).get_matching_blocks():
        yield from range(first + block.b, first + block.b + block.size)


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _parts(text: str, words: Sequence[str], old: set[int]) -> Iterator[str]:
    """Give the text of the words between the old ones, where there are any but signs."""
    places = list(_places(text, words))
    for is_old, group in groupby(range(len(words)), key=old.__contains__):
        run = list(group)
        if not is_old and any(words[i][0].isalnum() for i in run):
            yield text[places[run[0]] : places[run[-1]] + len(words[run[-1]])]


def _places(text: str, words: Sequence[str]) -> Iterator[int]:
    folded, at = fold_quotes(text), 0
    for word in words:
        at = folded.index(word, at)
        yield at
        at += len(word)
