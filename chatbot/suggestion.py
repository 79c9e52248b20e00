"""Suggest how the word being typed, or the next one, goes on.

    settled "do you like"   typed " co"
        pieces that cover what is typed:   " cof"  " coffee"  " cold" ...  one look at the logits
        pieces that cover a part of it:    " "  " c"                       go on below them
    each open spelling is stepped (a batch a round) to see where the word ends:
        p(word) = sum over spellings of p(spelling) x p(the word ends there)

A best-first search: it stops when no open spelling can still enter the list. Every byte is a piece,
so an unknown word is spelled out and nothing typed is a dead end.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from chatbot.context import Context
from chatbot.errors import OptionError
from chatbot.runners.base import Floats, Runner
from chatbot.sampling import log_softmax
from chatbot.trie import ByteTrie
from chatbot.words import WordSigns, fold_quotes, half_typed, is_word, space_is_due
from tokenizer import Tokenizer

__all__ = ["SearchConfig", "Suggester", "Suggestion"]


@dataclass(frozen=True)
class Suggestion:
    """An edit: put `insert` where `replace` is. Characters count as Python's do (code points)."""

    text: str
    """The whole word or phrase, what was typed of it included."""
    insert: str
    """What to put there: `text`, after a space where one is due."""
    replace: tuple[int, int]
    """The range of the text that `insert` takes the place of: the half-typed word."""
    probability: float
    """Of this word or phrase, given what was typed."""


@dataclass(frozen=True, kw_only=True)
class SearchConfig:
    """Bound the work of one keystroke."""

    rounds: int = 6
    """Batches stepped at most."""
    lanes: int = 8
    """Open spellings stepped in one batch."""
    branches: int = 16
    """Ways on from each open spelling that are kept."""
    least_share: float = 0.5
    """An open spelling less probable than this share of the n-th best word is given up."""
    least_probability: float = 0.001
    """A spelling or word less probable than this, given what was typed, is given up."""
    phrase_rounds: int = 12
    """Ids of a phrase after its first word."""
    least_step: float = 0.2
    """A phrase ends before an id less probable than this."""
    least_phrase: float = 0.3
    """A phrase grows no longer once the whole of it would be less probable than this."""


@dataclass(order=True)
class _Open:
    """A spelling whose word may go on. Ordered best first."""

    cost: float
    """-log p of the spelling."""
    spelled: bytes = field(compare=False)
    typed: bytes = field(compare=False)
    """What is still to be covered of the typed bytes."""
    state: Floats = field(compare=False)
    """(1, D) before the last id."""
    last: int = field(compare=False)


@dataclass
class _Word:
    """A word in the list: its probability summed over spellings, and the best of them."""

    probability: float = 0.0
    best: float = 0.0
    state: Floats | None = None
    logits: Floats | None = None


class Suggester:
    """Search for words and phrases from a context."""

    def __init__(
        self,
        runner: Runner,
        tokenizer: Tokenizer,
        trie: ByteTrie,
        config: SearchConfig | None = None,
    ) -> None:
        self._runner, self._tokenizer, self._trie = runner, tokenizer, trie
        self._config = config or SearchConfig()

    @cached_property
    def _signs(self) -> WordSigns:
        return WordSigns(self._tokenizer.pieces)

    def suggest(self, context: Context, text: str, *, n: int, max_words: int) -> list[Suggestion]:
        """Give up to n suggestions, the most probable first.

        With `max_words` 1 these are words, without the one that is typed already; with more, each
        is a phrase that goes on as long as the network is sure (`SearchConfig.least_step`).
        """
        if not 1 <= n <= 100:
            raise OptionError(f"n must be from 1 to 100; got {n}")
        if not 1 <= max_words <= 20:
            raise OptionError(f"max_words must be from 1 to 20; got {max_words}")
        typed = half_typed(text)
        search = _Search(self, context, fold_quotes(typed), n)
        words = search.run(phrases=max_words > 1)
        total = search.mass or 1.0
        found = [(word, min(entry.probability / total, 1.0), entry) for word, entry in words]
        if max_words > 1:
            # Two words may lead to one phrase: the more probable way counts.
            ways = sorted((self._extend(*each, max_words) for each in found), key=lambda w: w[1])
            # A word that is typed in full is a suggestion only with more words behind it.
            chosen = [(phrase, p) for phrase, p in dict(ways).items() if phrase != search.word]
        else:
            chosen = [(word, p) for word, p, _ in found]
        chosen.sort(key=lambda pair: -pair[1])
        return [_edit(text, typed, word, p) for word, p in chosen[:n]]

    def _extend(self, word: str, p: float, entry: _Word, max_words: int) -> tuple[str, float]:
        """Go on greedily from a word; keep whole words only. Returns the phrase and its p."""
        assert entry.state is not None
        assert entry.logits is not None
        state, logits = entry.state, entry.logits
        phrase, chance, kept = word.encode(), p, (word, p)
        for _ in range(self._config.phrase_rounds):
            scores = np.exp(log_softmax(logits))
            best = int(scores.argmax())
            piece = self._tokenizer.pieces[best]
            if self._signs.ends[best] and is_phrase(phrase):
                kept = (phrase.decode(), chance)
            full = phrase.count(b" ") + 1 >= max_words and self._signs.ends[best]
            step = float(scores[best])
            unsure = min(step / self._config.least_step, chance * step / self._config.least_phrase)
            if full or unsure < 1 or piece in (b"", b"\n"):
                break
            phrase, chance = phrase + piece, chance * step
            rows, state = self._runner.step(np.array([best]), state)
            logits = rows[0]
        return kept


def is_phrase(spelled: bytes) -> bool:
    """Tell whether the bytes are text that ends in a word."""
    try:
        return is_word(spelled.decode().rpartition(" ")[2])
    except UnicodeDecodeError:
        return False


def _edit(text: str, typed: str, word: str, probability: float) -> Suggestion:
    # What stands already stays as it was typed: quotes may differ from the network's.
    whole = typed + word[len(typed) :]
    gap = " " if space_is_due(text) else ""
    return Suggestion(whole, gap + whole, (len(text) - len(typed), len(text)), probability)


class _Search:
    """One best-first search. `mass` is the probability of all that agrees with what is typed."""

    def __init__(self, suggester: Suggester, context: Context, word: str, n: int) -> None:
        self._runner, self._config = suggester._runner, suggester._config
        self._trie, self._signs = suggester._trie, suggester._signs
        self._pieces = suggester._tokenizer.pieces
        self._context, self._n = context, n
        self.word = word
        """The half-typed word."""
        self.mass = 0.0
        typed = context.typed or b" "
        self._skip = len(typed) - len(word.encode())
        self._found: defaultdict[str, _Word] = defaultdict(_Word)
        self._open: list[_Open] = []
        self._typed = typed

    def run(self, *, phrases: bool) -> list[tuple[str, _Word]]:
        """Give the n best words, best first; with `phrases`, the typed one may be in."""
        place = self._context.place
        start = np.exp(place.log_probabilities)
        self._branch(b"", self._typed, 0.0, place.state, start)
        for _ in range(self._config.rounds):
            batch = self._next_batch(phrases)
            if not batch:
                break
            ids = np.array([spelling.last for spelling in batch])
            logits, states = self._runner.step(ids, np.concatenate([s.state for s in batch]))
            chances = np.exp(log_softmax(logits))
            for row, spelling in enumerate(batch):
                self._close(spelling, chances[row], states[row : row + 1], logits[row])
        return self._best(phrases)

    def _branch(
        self, spelled: bytes, typed: bytes, cost: float, state: Floats, chances: Floats
    ) -> None:
        """Open the most probable ways on that agree with what is typed."""
        if typed:
            covering = self._trie.starting_with(typed)
            self.mass += float(np.exp(-cost) * chances[covering].sum())
            for i, length in self._trie.prefixes_of(typed):
                self._push(spelled + typed[:length], typed[length:], cost, state, chances, i)
        else:
            covering = np.flatnonzero(~self._signs.ends)
        most = self._config.branches * (4 if typed else 1)
        if len(covering) > most:
            covering = covering[np.argpartition(-chances[covering], most)[:most]]
        for i in covering:
            self._push(spelled + self._pieces[i], b"", cost, state, chances, int(i))

    def _push(
        self, spelled: bytes, typed: bytes, cost: float, state: Floats, chances: Floats, i: int
    ) -> None:
        if not typed and not self._may_be_word(spelled):
            return
        p = float(chances[i])
        if p > 0:
            heapq.heappush(self._open, _Open(cost - np.log(p), spelled, typed, state, i))

    def _may_be_word(self, spelled: bytes) -> bool:
        rest = spelled[self._skip :].decode("utf-8", "ignore")
        return not rest or rest[0].isalnum()

    def _next_batch(self, phrases: bool) -> list[_Open]:
        best = self._best(phrases)
        least = self._config.least_probability * self.mass
        if len(best) >= self._n:
            least = max(least, best[-1][1].probability * self._config.least_share)
        batch: list[_Open] = []
        while self._open and len(batch) < self._config.lanes:
            if np.exp(-self._open[0].cost) < least:
                break
            batch.append(heapq.heappop(self._open))
        return batch

    def _close(self, spelling: _Open, chances: Floats, state: Floats, logits: Floats) -> None:
        """Add the word that may end here, and open the spellings that go on."""
        if not spelling.typed:
            self._add(spelling, chances, state, logits)
        self._branch(spelling.spelled, spelling.typed, spelling.cost, state, chances)

    def _add(self, spelling: _Open, chances: Floats, state: Floats, logits: Floats) -> None:
        try:
            word = spelling.spelled[self._skip :].decode()
        except UnicodeDecodeError:
            return
        if not is_word(word):
            return
        p = float(np.exp(-spelling.cost) * chances[self._signs.ends].sum())
        entry = self._found[word]
        entry.probability += p
        if p > entry.best:
            entry.best, entry.state, entry.logits = p, state, logits

    def _best(self, phrases: bool) -> list[tuple[str, _Word]]:
        least = self._config.least_probability * self.mass
        words = [
            (word, entry)
            for word, entry in self._found.items()
            if entry.probability >= least and (phrases or word != self.word)
        ]
        return heapq.nsmallest(self._n, words, key=lambda pair: -pair[1].probability)
