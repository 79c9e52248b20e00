"""Probabilities of an ARPA file, for one word or for every word at once, in NumPy arrays.

    order 1   the    a    ...             order 2   the dog    the cat    a dog ...
              starts: 0 ------------------------->  |---------------------|
                      1 ----------------------------------------------->  |-----

The n-grams that go on from one (its children) lie side by side, by word id, so that the row of all
V words after a history is V numbers of order 1, lowered by one backoff an order and overwritten
where a longer n-gram is known: exactly what KenLM gives word by word (a test compares them), in a
tenth of a millisecond. Knows ids and words, nothing of text. V vocabulary; natural logarithms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Ints", "NgramTable", "Order", "open_table"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Order:
    """The n-grams of one order, N of them, sorted by parent and by word."""

    words: Ints
    """(N,): the last word of each."""
    logs: Floats
    """(N,): log p(last word | the words before)."""
    backoffs: Floats
    """(N,): added when the n-gram is a history and the word after it is not known there."""
    starts: NDArray[np.int64]
    """(parents + 1,): the children of parent i are `starts[i]` to `starts[i + 1]`."""

    def children(self, parent: int) -> slice:
        """Give where the n-grams lie that go on from `parent`."""
        return slice(int(self.starts[parent]), int(self.starts[parent + 1]))

    def child(self, parent: int, word: int) -> int | None:
        """Give the place of `parent` followed by `word`, if it is known."""
        there = self.children(parent)
        place = there.start + int(np.searchsorted(self.words[there], word))
        return place if place < there.stop and self.words[place] == word else None


class NgramTable:
    """A backoff model over a closed vocabulary; ids are the ranks of the sorted words."""

    def __init__(self, words: Sequence[str], orders: Sequence[Order]) -> None:
        self.words = tuple(words)
        self._orders = tuple(orders)

    @property
    def order(self) -> int:
        """The longest n-gram; a history is one word shorter."""
        return len(self._orders)

    @cached_property
    def ids(self) -> dict[str, int]:
        """The id of each word."""
        return {word: i for i, word in enumerate(self.words)}

    def log(self, history: Sequence[int], word: int) -> float:
        """Give log p(word | history), in nats."""
        total = 0.0
        for depth, node in reversed(list(enumerate(self._nodes(history), 1))):
            place = self._orders[depth].child(node, word)
            if place is not None:
                return total + float(self._orders[depth].logs[place])
            total += float(self._orders[depth - 1].backoffs[node])
        return total + float(self._orders[0].logs[word])

    def row(self, history: Sequence[int]) -> Floats:
        """Give log p(word | history) of every word: (V,)."""
        logs = self._orders[0].logs.copy()
        for depth, node in enumerate(self._nodes(history), 1):
            logs += self._orders[depth - 1].backoffs[node]
            there = self._orders[depth].children(node)
            logs[self._orders[depth].words[there]] = self._orders[depth].logs[there]
        return logs

    def _nodes(self, history: Sequence[int]) -> Iterator[int]:
        """Yield the places of the last 1, 2 ... words of the history, as far as they are known."""
        for length in range(1, min(len(history), self.order - 1) + 1):
            node = 0
            for depth, word in enumerate(history[len(history) - length :]):
                found = self._orders[depth].child(node, word)
                if found is None:
                    return
                node = found
            yield node

    def save(self, folder: Path) -> None:
        """Write the table into a folder, an array a file, for `open_table`."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "words.txt").write_text("\n".join(self.words), encoding="utf-8")
        for number, order in enumerate(self._orders, 1):
            np.savez(folder / f"order{number}.npz", **vars(order))


def open_table(folder: Path) -> NgramTable:
    """Read a table that `save` wrote."""
    words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")
    files = sorted(folder.glob("order*.npz"))
    return NgramTable(words, [Order(**np.load(file)) for file in files])
