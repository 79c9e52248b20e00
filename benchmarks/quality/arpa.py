"""Read an ARPA file, as lmplz writes it, into an `NgramTable`.

    \\data\\
    ngram 1=3            how many of each order
    \\1-grams:
    -1.2 <tab> the <tab> -0.3        log10 p, the words, log10 backoff (none in the last order)

Every prefix of an n-gram is an n-gram too. Knows the format, nothing of what the words are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.ngram_table import Floats, Ints, NgramTable, Order

__all__ = ["read_arpa"]

_LN10 = math.log(10)
_Keys = NDArray[np.int64]


def read_arpa(path: Path) -> NgramTable:
    """Read every n-gram. Raises ValueError where the file is not as lmplz writes it."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        counts = _counts(lines)
        names, logs, backoffs = _unigrams(lines, counts[0])
        rank = np.array(sorted(range(len(names)), key=names.__getitem__))
        words = [names[i] for i in rank]
        ids = {word: i for i, word in enumerate(words)}
        every, top = np.arange(len(words)), np.array([0, len(words)])
        orders = [Order(every.astype(np.int32), logs[rank], backoffs[rank], top)]
        keys: list[_Keys] = [every]
        for n, count in enumerate(counts[1:], 2):
            grams, logs, backoffs = _ngrams(lines, n, count, ids)
            key = _places(grams[:, :-1], keys, len(words)) * len(words) + grams[:, -1]
            rank = np.argsort(key)
            keys.append(key[rank])
            starts = np.searchsorted(keys[-1] // len(words), np.arange(len(keys[-2]) + 1))
            orders.append(Order(grams[rank, -1], logs[rank], backoffs[rank], starts))
    return NgramTable(words, orders)


def _places(grams: Ints, keys: list[_Keys], words: int) -> _Keys:
    """Find each n-gram (N, n) among the sorted keys of its order: parent's place x V + word."""
    place = grams[:, 0].astype(np.int64)
    for depth in range(1, grams.shape[1]):
        place = np.searchsorted(keys[depth], place * words + grams[:, depth])
    return place


def _counts(lines: Iterator[str]) -> list[int]:
    if next(lines, "").strip() != "\\data\\":
        raise ValueError("an ARPA file must begin with \\data\\")
    counts: list[int] = []
    for line in lines:
        if not line.strip():
            return counts
        counts.append(int(line.partition("=")[2]))
    raise ValueError("an ARPA file must say its counts; it ends within them")


def _section(lines: Iterator[str], n: int, count: int) -> Iterator[list[str]]:
    """Yield the fields of `count` lines of the section of order n."""
    header = next((line for line in lines if line.strip()), "").strip()
    if header != f"\\{n}-grams:":
        raise ValueError(f"expected \\{n}-grams: in the ARPA file; got {header!r}")
    for line in islice(lines, count):
        yield line.rstrip("\n").split("\t")


def _unigrams(lines: Iterator[str], count: int) -> tuple[list[str], Floats, Floats]:
    names, logs, backoffs = [], np.zeros(count, np.float32), np.zeros(count, np.float32)
    for i, (log, name, *backoff) in enumerate(_section(lines, 1, count)):
        names.append(name)
        logs[i] = float(log) * _LN10
        backoffs[i] = float(backoff[0]) * _LN10 if backoff else 0.0
    return names, logs, backoffs


def _ngrams(
    lines: Iterator[str], n: int, count: int, ids: dict[str, int]
) -> tuple[Ints, Floats, Floats]:
    grams = np.zeros((count, n), np.int32)
    logs, backoffs = np.zeros(count, np.float32), np.zeros(count, np.float32)
    for i, (log, names, *backoff) in enumerate(_section(lines, n, count)):
        grams[i] = [ids[name] for name in names.split(" ")]
        logs[i] = float(log) * _LN10
        backoffs[i] = float(backoff[0]) * _LN10 if backoff else 0.0
    return grams, logs, backoffs
