"""Find the numbers of cards, telephones and accounts in a text that is cut into words.

    my card is 4111 2222 3333 4444      one number of 16 digits
    12 May 2026, 10:30, 3 or 4          dates, times and counts: none is long

Knows words, nothing of memories.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["long_numbers"]

_DAY, _MONTH, _YEAR = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2])", r"(19|20)\d\d"
_DATE = re.compile(
    rf"({_DAY} )?{_DAY} {_YEAR}|{_YEAR} {_DAY}( {_DAY})?|{_DAY} {_MONTH} \d\d|{_MONTH} {_DAY} \d\d"
)
"""A day, or a day and a month, beside a year; what stood between them is a space here."""


def long_numbers(words: Sequence[str], most_digits: int) -> frozenset[int]:
    """Say which of the `words` (`cut`) belong to a number of more than `most_digits` digits.

    Neighbours are one number, dots between them too; a date is none.
    """
    found, run = set[int](), list[int]()
    for i, word in enumerate((*words, "")):
        if i < len(words) and _is_number(words, i):
            run.append(i)
        elif word != ".":
            if run and _is_long([words[each] for each in run], most_digits):
                found.update(range(run[0], run[-1] + 1))
            run = []
    alone = (i for i, word in enumerate(words) if _digits(word) > most_digits)
    return frozenset(found.union(alone))


def _is_long(numbers: Sequence[str], most_digits: int) -> bool:
    return sum(map(_digits, numbers)) > most_digits and not _DATE.fullmatch(" ".join(numbers))


def _digits(word: str) -> int:
    return sum(map(str.isdigit, word))


def _is_number(words: Sequence[str], i: int) -> bool:
    """Tell whether a word is one of digits, and no hour or minute."""
    return _has_digits(words[i]) and not (_is_time(words, i) or _is_time(words, i - 2))


def _is_time(words: Sequence[str], i: int) -> bool:
    """Tell whether a time of the day begins at `i`: 10 : 30."""
    time = words[i : i + 3] if i >= 0 else ()
    return len(time) == 3 and time[1] == ":" and all(_digits(time[j]) in (1, 2) for j in (0, 2))


def _has_digits(word: str) -> bool:
    """Tell whether more of a word are digits than letters: no 25th, no 10am."""
    return _digits(word) > sum(map(str.isalpha, word))
