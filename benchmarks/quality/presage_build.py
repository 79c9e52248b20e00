"""Write presage's database of n-grams: what its own text2ngram writes, in a tenth of the time.

text2ngram would need hours for 34 million words, most of them for its map of strings; here n-grams
are counted as sorted numbers. A test compares the two, n-gram by n-gram. Knows presage's words and
tables, nothing of how it predicts.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.atomic import replacing

__all__ = ["write_database"]

ORDER = 3
"""Words in its longest n-gram: as in the databases that come with it."""
_WORD = re.compile(r"""[^ \f\n\r\t\v`~!@#$%^&*()_\-+=\\|\]}\[{'";:/?.>,<]+""")
"""What presage takes for a word: all between its separators, the straight apostrophe among them."""


def write_database(text: Path, database: Path) -> None:
    """Count n-grams of 1, 2 and 3 words of a text, across its lines, into one SQLite file."""
    words, ids = _read(text)
    with replacing(database) as part:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as connection, connection:
            for n in range(1, ORDER + 1):
                columns = [f"word_{i}" for i in range(n - 1, 0, -1)] + ["word"]
                typed = ", ".join(f"{column} TEXT" for column in columns)
                unique = f"UNIQUE({', '.join(columns)})"
                connection.execute(f"CREATE TABLE _{n}_gram ({typed}, count INTEGER, {unique} )")
                marks = ", ".join("?" * (n + 1))
                rows = _rows(words, ids, n)
                connection.executemany(f"INSERT INTO _{n}_gram VALUES ({marks})", rows)


def _read(text: Path) -> tuple[list[str], NDArray[np.int64]]:
    """Give the different words in order, and the text as their places."""
    numbers: dict[str, int] = {}
    found = array("i")
    with text.open(encoding="utf-8") as lines:
        for line in lines:
            found.extend(numbers.setdefault(w, len(numbers)) for w in _WORD.findall(line))
    words = sorted(numbers)
    places = np.empty(len(words), np.int64)
    places[[numbers[word] for word in words]] = np.arange(len(words))
    return words, places[np.frombuffer(found, np.int32)]


def _rows(words: list[str], ids: NDArray[np.int64], n: int) -> Iterator[tuple[str | int, ...]]:
    """Yield each n-gram and its count, in order, so that SQLite only ever appends."""
    size = len(words)
    keys = np.zeros(max(len(ids) - n + 1, 0), np.int64)
    for i in range(n):
        keys = keys * size + ids[i : len(keys) + i]
    for key, count in zip(*np.unique(keys, return_counts=True), strict=True):
        rest, gram = int(key), list[str]()
        for _ in range(n):
            rest, last = divmod(rest, size)
            gram.append(words[last])
        yield *reversed(gram), int(count)
