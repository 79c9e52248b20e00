"""KenLM's 5-gram model as a predictor.

    history     the last 4 tokens, over the end of a turn if need be ("... fine <turn> how")
    next word   every word of the vocabulary is weighed at once; with letters typed, those that
                begin with them, divided by their sum and by what rare words may take of it
    phrase      a beam of word after word, p = the product, no sign between
    nats        spelling.py: symbols, letters of rare words, case, spaces

lmplz estimates; the probabilities are read from its ARPA file as KenLM would (ngram_table.py). The
megabytes are those of KenLM's own binary of it (trie, 8 bits), of the letters' and of the spelling.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from benchmarks.quality.ngram_table import Floats, NgramTable
from benchmarks.quality.ngram_text import RARE, TURN, Token, cut, ends_sentence
from benchmarks.quality.predictor import Guess, Ranking
from benchmarks.quality.spelling import Casing, Spacing

__all__ = ["NgramPredictor"]

_HALF = re.compile(r"[^\W_]+(?:'[^\W_]*)*\Z")
_REMEMBERED = 64
"""Rows of chances kept from one keystroke to the next."""
_CONTEXT = 8
"""Tokens looked at of what came before: more than any history holds."""


@dataclass(frozen=True)
class _Typing:
    """A turn being typed, as the model sees it."""

    history: tuple[int, ...]
    half: str
    starts_sentence: bool


class NgramPredictor:
    """Suggest and weigh with a table of tokens, a table of letters, and the habits of spelling."""

    def __init__(
        self,
        table: NgramTable,
        letters: NgramTable,
        casing: Casing,
        spacing: Spacing,
        *,
        name: str = "KenLM 5-gram",
        megabytes: float = math.nan,
        beam: int = 5,
    ) -> None:
        self.name, self.megabytes = name, megabytes
        self.ranking = Ranking(anywhere=0.5, per_character=True)
        self._table, self._letters, self._casing, self._spacing = table, letters, casing, spacing
        self._beam = beam
        self._rare = table.ids[RARE]
        sayable = [word[0].isalnum() for word in table.words]
        self._words: NDArray[np.bool_] = np.array(sayable)
        self._rows: LRUCache[tuple[int, ...], Floats] = LRUCache(_REMEMBERED)

    def suggest(
        self, text: str, turns: Sequence[str], *, n: int, max_words: int = 1
    ) -> list[Guess]:
        """Give the n most probable words, or phrases of `max_words` words."""
        typing = self._read(text, turns)
        ids, chances = self._first(typing, max(n, self._beam), whole=max_words > 1)
        if max_words == 1:
            found = [((i,), p) for i, p in zip(ids, chances, strict=True)]
        else:
            found = self._phrases(typing, list(zip(ids, chances, strict=True)), max_words)
        return [Guess(self._write(path, typing), p) for path, p in found[:n]]

    def nats(self, text: str, turns: Sequence[str]) -> float:
        """Weigh a turn: symbols, letters of rare words, case and spaces."""
        history, before = list(self._history(turns, [])), None
        total = 0.0
        for token in cut(text):
            symbol = self._table.ids.get(token.symbol, self._rare)
            total -= self._table.log(history, symbol) + self._spacing.log(before, token)
            if symbol == self._rare:
                total -= self._spell(token.symbol)
            if token.is_word:
                total -= self._casing.log(token.raw, start=_starts(before))
            history, before = [*history, symbol][1 - self._table.order :], token
        return total

    def _read(self, text: str, turns: Sequence[str]) -> _Typing:
        found = _HALF.search(text[-128:])
        half = found.group() if found else ""
        tokens = list(cut(text[: len(text) - len(half)][-256:]))
        before = tokens[-1] if tokens else None
        return _Typing(self._history(turns, tokens), half, _starts(before))

    def _history(self, turns: Sequence[str], tokens: Sequence[Token]) -> tuple[int, ...]:
        symbols = [token.symbol for token in tokens[-_CONTEXT:]]
        for turn in reversed(turns):
            if len(symbols) >= _CONTEXT:
                break
            symbols = [*(token.symbol for token in cut(turn)), TURN, *symbols]
        symbols = symbols if len(symbols) >= _CONTEXT else ["<s>", *symbols]
        last = symbols[1 - self._table.order :]
        return tuple(self._table.ids.get(symbol, self._rare) for symbol in last)

    def _first(self, typing: _Typing, n: int, *, whole: bool) -> tuple[list[int], list[float]]:
        """Give the n best words that begin with the half-typed one, and their chances."""
        row, prefix = self._row(typing.history), typing.half.lower()
        start = bisect_left(self._table.words, prefix)
        stop = bisect_left(self._table.words, prefix + "\U0010ffff")
        chances = np.where(self._words[start:stop], row[start:stop], 0)
        rare = float(row[self._rare]) * math.exp(-self._spell(prefix, ends=False)) if prefix else 0
        mass = float(chances.sum()) + rare
        if not whole and start < stop and self._table.words[start] == prefix:
            chances[0] = 0
        best = _largest(chances, n)
        return [start + i for i in best], [float(chances[i]) / mass for i in best]

    def _phrases(
        self, typing: _Typing, first: Sequence[tuple[int, float]], words: int
    ) -> list[tuple[tuple[int, ...], float]]:
        beam = [((i,), p) for i, p in first[: self._beam]]
        for _ in range(words - 1):
            longer = []
            for path, p in beam:
                history = (*typing.history, *path)[1 - self._table.order :]
                row = np.where(self._words, self._row(history), 0)
                longer += [((*path, i), p * float(row[i])) for i in _largest(row, self._beam)]
            beam = sorted(longer, key=lambda pair: -pair[1])[: self._beam]
        return beam

    def _row(self, history: tuple[int, ...]) -> Floats:
        """Give p(word | history) of every word: (V,)."""
        if history not in self._rows:
            self._rows[history] = np.exp(self._table.row(history))
        row: Floats = self._rows[history]
        return row

    def _spell(self, symbol: str, *, ends: bool = True) -> float:
        """Give the nats of the letters of a rare word, or of its beginning."""
        ids, unknown = self._letters.ids, self._letters.ids["<unk>"]
        history, total = [ids["<s>"]], 0.0
        for letter in symbol:
            i = ids.get(letter, unknown)
            total -= self._letters.log(history, i) - (math.log(0x110000) if i == unknown else 0)
            history = [*history, i][1 - self._letters.order :]
        return total - self._letters.log(history, ids["</s>"]) if ends else total

    def _write(self, path: Sequence[int], typing: _Typing) -> str:
        words = [self._table.words[i] for i in path]
        first = self._casing.best(words[0], start=typing.starts_sentence, typed=typing.half)
        return " ".join([first, *(self._casing.best(word, start=False) for word in words[1:])])


def _starts(before: Token | None) -> bool:
    return before is None or ends_sentence(before.raw)


def _largest(values: Floats, n: int) -> list[int]:
    """Give the places of the n largest positive values, the largest first."""
    if len(values) > n:
        places = np.argpartition(-values, n)[:n]
    else:
        places = np.arange(len(values))
    places = places[values[places] > 0]
    return [int(i) for i in places[np.argsort(-values[places], kind="stable")]]
