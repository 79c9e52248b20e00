"""KenLM's 5-gram model as a predictor.

    history     the last 4 tokens, over the end of a turn if need be ("... fine <turn> how")
    next word   every word of the vocabulary is weighed at once; with letters typed, those that
                begin with them, divided by their sum and by what rare words may take of it
    phrase      a beam of word after word, signs between allowed, p = the product
    nats        spelling.py: symbols, letters of rare words, case, spaces

lmplz estimates; the probabilities are read from its ARPA file as KenLM would (ngram_table.py). The
megabytes are those of KenLM's own binary of it (trie, 8 bits), of the letters' and of the spelling.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache

from benchmarks.quality.ngram_rows import Path, Rows, largest
from benchmarks.quality.ngram_table import NgramTable
from benchmarks.quality.ngram_text import RARE, TURN, Token, cut, join
from benchmarks.quality.predictor import Guess, Ranking
from benchmarks.quality.spelling import Casing, Hand, Spacing

__all__ = ["NgramPredictor"]

_HALF = re.compile(r"[^\W_]+(?:'[^\W_]*)*\Z")
_CONTEXT = 8
"""Tokens looked at of what came before: more than any history holds."""


@dataclass(frozen=True)
class _Typing:
    """A turn being typed, as the model sees it."""

    history: Path
    half: str
    hand: Hand


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
        self.ranking = Ranking(anywhere=1.0)
        self._table, self._letters, self._casing, self._spacing = table, letters, casing, spacing
        self._rows, self._beam = Rows(table, beam=beam), beam
        self._rare = table.ids[RARE]

    def suggest(
        self, text: str, turns: Sequence[str], *, n: int, max_words: int = 1
    ) -> list[Guess]:
        """Give the n most probable words, or phrases of `max_words` words."""
        typing = self._read(text, turns)
        first = self._first(typing, max(n, self._beam), whole=max_words > 1)
        if max_words == 1:
            found: dict[Path, float] = {(i,): p for i, p in first}
        else:
            found = self._rows.phrases(typing.history, first, max_words)
        best = sorted(found.items(), key=lambda pair: -pair[1])[:n]
        return [Guess(self._write(path, typing), p) for path, p in best]

    def nats(self, text: str, turns: Sequence[str]) -> float:
        """Weigh a turn: symbols, letters of rare words, case and spaces."""
        history, before, log = self._history(turns, []), None, 0.0
        hand = _next_hand(turns)
        for token in cut(text):
            symbol = self._table.ids.get(token.symbol, self._rare)
            log += self._table.log(history, symbol) + self._spacing.log(before, token)
            if symbol == self._rare:
                log += self._spell(token.symbol)
            if token.is_word:
                log += self._casing.log(token.raw, hand.place)
            hand.read([token])
            history, before = (*history, symbol)[1 - self._table.order :], token
        return -log

    def _read(self, text: str, turns: Sequence[str]) -> _Typing:
        found = _HALF.search(text[-128:])
        half = found.group() if found else ""
        tokens = list(cut(text[: len(text) - len(half)]))
        return _Typing(self._history(turns, tokens), half, _next_hand(turns).read(tokens))

    def _history(self, turns: Sequence[str], tokens: Sequence[Token]) -> Path:
        symbols = [token.symbol for token in tokens[-_CONTEXT:]]
        for turn in reversed(turns):
            if len(symbols) >= _CONTEXT:
                break
            symbols = [*(token.symbol for token in cut(turn)), TURN, *symbols]
        symbols = symbols if len(symbols) >= _CONTEXT else ["<s>", *symbols]
        last = symbols[1 - self._table.order :]
        return tuple(self._table.ids.get(symbol, self._rare) for symbol in last)

    def _first(self, typing: _Typing, n: int, *, whole: bool) -> list[tuple[int, float]]:
        """Give the n best words that begin with the half-typed one, and their chances."""
        row, prefix = self._rows.row(typing.history), typing.half.lower()
        start = bisect_left(self._table.words, prefix)
        stop = bisect_left(self._table.words, prefix + "\U0010ffff")
        chances = row.words[start:stop]
        mass = float(chances.sum())
        if prefix:
            mass += row.rare * math.exp(self._spell(prefix, ends=False))
        is_half = not whole and start < stop and self._table.words[start] == prefix
        best = [start + i for i in largest(chances, n + is_half) if i or not is_half]
        return [(i, float(row.words[i]) / mass) for i in best[:n]]

    def _spell(self, symbol: str, *, ends: bool = True) -> float:
        """Give log p of the letters of a rare word, or of those it begins with."""
        ids, unknown = self._letters.ids, self._letters.ids["<unk>"]
        history: Path = (ids["<s>"],)
        log = 0.0
        for letter in symbol:
            i = ids.get(letter, unknown)
            # A letter never seen: any of Unicode's.
            log += self._letters.log(history, i) - (math.log(0x110000) if i == unknown else 0)
            history = (*history, i)[1 - self._letters.order :]
        return log + self._letters.log(history, ids["</s>"]) if ends else log

    def _write(self, path: Path, typing: _Typing) -> str:
        """Write words and the signs between them, cased as they mostly are."""
        written, hand = list[Token](), copy(typing.hand)
        for i in path:
            word, place = self._table.words[i], hand.place
            if word[0].isalnum():
                word = self._casing.best(word, place, typed="" if written else typing.half)
            token = Token(word, bool(written) and word[0].isalnum())
            hand.read([token])
            written.append(token)
        return join(written)


def _next_hand(turns: Sequence[str]) -> Hand:
    """Give the hand of who writes next: whoever wrote the turn before the last."""
    return Hand(small=len(turns) > 1 and _small(turns[-2]))


@lru_cache(64)
def _small(turn: str) -> bool:
    return Hand().read(cut(turn)).small
