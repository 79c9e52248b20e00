"""Search the words that agree with what is typed, the most probable first.

    settled "do you like"   typed " co"
        pieces that cover what is typed:   " cof"  " coffee"  " cold" ...  one look at the chances
        pieces that cover a part of it:    " "  " c"                       go on below them
    each open spelling is stepped (a batch a round) to see where the word ends:
        p(word) = sum over spellings of p(spelling) x p(the word ends there)

A best-first search: it stops when no open spelling can still enter the list. Every byte is a piece,
so an unknown word is spelled out and nothing typed is a dead end. Knows words, nothing of phrases.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from chatbot.ahead import Ahead, Ranked, ranked
from chatbot.context import Context
from chatbot.runners.base import Floats
from chatbot.spellings import Spelling, Spellings
from chatbot.words import is_word

__all__ = ["FoundWord", "SearchConfig", "WordSearch"]

_NONE = np.empty(0, np.float32)
_LEADS = 16
"""What stands before a word, a space or a space and a sign: so many are remembered (V floats)."""


@dataclass(frozen=True, kw_only=True)
class SearchConfig:
    """Bound the work of one keystroke."""

    rounds: int = 8
    """Batches stepped at most."""
    lanes: int = 8
    """Open spellings stepped in one batch: a lane more costs a sixth of another batch."""
    likely: int = 3
    """The best of a batch. What is less probable than `least_share` of the last of them waits."""
    least_share: float = 0.5
    """An open spelling less probable than this share of the n-th best word is given up."""
    least_probability: float = 0.001
    """A spelling or word less probable than this, given what was typed, is given up."""
    sure_letters: int = 4
    least_offered: float = 0.01
    """Before the first letter, and once `sure_letters` are typed, nothing less probable is offered,
    but for the best that goes on from those: a third of it is no word ("canter" after "I cant"),
    and one in 170 was meant."""
    least_longer: float = 0.1
    """Nor what goes on from so many letters that are a word already, be it the best: "Friday" had
    "Fridays" at 0.08."""
    least_going_on: float = 0.3
    """Unless these together are more probable than this: then it goes on somehow."""
    unread: float = 0.003
    """Share of its probability that a word keeps which no lexicon or memory knows (lexicon.py)."""
    least_whole: float = 0.4
    """A word of which it is less probable that it ends is half typed: "Kind r" has 0.35, a name
    that the network never saw, "Dear Zhanna", 0.43."""


@dataclass
class FoundWord:
    """A word: its probability summed over spellings (and cases), where its best spelling leads."""

    probability: float = 0.0
    best: float = 0.0
    ahead: Ahead | None = None


class WordSearch:
    """Search from contexts. Safe for threads."""

    def __init__(self, spellings: Spellings, config: SearchConfig) -> None:
        self.spellings, self.config = spellings, config
        self._agreeing = lru_cache(_LEADS)(self._weights)

    def run(
        self, context: Context, half: str, *, n: int, whole: bool
    ) -> tuple[dict[str, FoundWord], float]:
        """Find the n most probable words that go on from the half-typed word `half`, and others.

        With `whole`, `half` itself may be among them. Second comes the probability of all that
        agrees with what is typed: divide by it.
        """
        search = _Search(self.spellings, self.config, context, half, n, whole)
        search.run()
        return search.words(), search.mass

    def coming(self, context: Context, half: str) -> float:
        """Give the probability that a word comes where `half` stands, whatever it begins with.

        It is that of the pieces which agree with what stands before `half`: a space, most often. A
        piece that is shorter than that counts whole.
        """
        weights = self._agreeing(context.typed.removesuffix(half.encode()))
        return float(context.place.chances @ weights)

    def _weights(self, lead: bytes) -> Floats:
        """Give one for each piece that agrees with `lead`, else nought: a product is a sum."""
        weights = np.zeros(len(self.spellings.pieces), np.float32)
        weights[self.spellings.trie.agreeing(lead)] = 1.0
        return weights


class _Search:
    """One best-first search."""

    def __init__(
        self,
        spellings: Spellings,
        config: SearchConfig,
        context: Context,
        half: str,
        n: int,
        whole: bool,
    ) -> None:
        self._spellings, self._config = spellings, config
        self._place, self._half, self._n, self._whole = context.place, half, n, whole
        self._typed = context.typed or b" "
        self._read = context.read
        self._skip = len(self._read + self._typed) - len(half.encode())
        self._found: defaultdict[str, FoundWord] = defaultdict(FoundWord)
        self._open: list[Spelling] = []
        self.mass = 0.0
        """Probability of all that agrees with what is typed, as far as was seen."""

    def run(self) -> None:
        place = self._place
        root = Spelling(1.0, self._read, self._typed, (), place.state, iter(()))
        self._branch(root, Ahead(place.state, place.before, -1, 0.0, _NONE, place.chances))
        for _ in range(self._config.rounds):
            batch = self._next_batch()
            if not batch:
                break
            aheads = self._spellings.look_ahead(place, batch)
            for spelling, ahead in zip(batch, aheads, strict=True):
                if not spelling.typed:
                    self._add(spelling, ahead)
                self._branch(spelling, ahead)

    def words(self) -> dict[str, FoundWord]:
        """Give the words found so far; "what" and "What" are one.

        The likelier case is shown. A list of three with two of them in it would be a list of two.
        """
        least = self._least
        cases: defaultdict[str, list[tuple[str, FoundWord]]] = defaultdict(list)
        for word, found in self._found.items():
            if self._whole or word != self._half:
                cases[word.lower()].append((word, found))
        words = (_merge(group) for group in cases.values())
        return {word: found for word, found in words if found.probability >= least}

    @property
    def _least(self) -> float:
        # No share is above the mass, so none that is less probable can pass.
        return self._config.least_probability * self.mass

    def _branch(self, parent: Spelling, ahead: Ahead) -> None:
        """Open the ways on that agree with what is typed."""
        if parent.typed:
            self._push(self._ways(parent, ahead, self._cover(parent, ahead)))
        elif parent.probability * (1.0 - ahead.ends) > self._least:
            going_on = self._spellings.scout.going_on(ahead, self._config.least_probability)
            self._push(self._ways(parent, ahead, going_on))

    def _cover(self, parent: Spelling, ahead: Ahead) -> Ranked:
        """Give the ids that cover what is typed; open those that cover a part."""
        scout, share = self._spellings.scout, parent.probability
        covering, parts, lengths = self._spellings.agreeing(parent.typed)
        chances = scout.some(ahead, covering)
        self.mass += share * float(np.add.reduce(chances))
        if lengths:
            of_parts = scout.some(ahead, parts).tolist()
            for i, length, chance in zip(parts.ids.tolist(), lengths, of_parts, strict=True):
                if share * chance > self._least:
                    way = self._way(parent, ahead, i, chance, parent.typed[length:])
                    heapq.heappush(self._open, way)
        return ranked(covering.ids, chances, self._least / share)

    def _ways(self, parent: Spelling, ahead: Ahead, going_on: Ranked) -> Iterator[Spelling]:
        """Go on with each id, the most probable first; most are never asked for."""
        for i, chance in zip(going_on.ids, going_on.chances, strict=True):
            if self._may_be_word(parent.spelled + self._spellings.pieces[i]):
                yield self._way(parent, ahead, i, chance, b"")

    def _way(self, parent: Spelling, ahead: Ahead, i: int, chance: float, typed: bytes) -> Spelling:
        spelled = parent.spelled + self._spellings.pieces[i]
        path = (*parent.path, i)
        return Spelling(parent.probability * chance, spelled, typed, path, ahead.state, iter(()))

    def _push(self, ways: Iterator[Spelling]) -> None:
        """Put the first of `ways` among the open ones; the next follows when that is taken."""
        if (way := next(ways, None)) is not None and way.probability > self._least:
            way.next = ways
            heapq.heappush(self._open, way)

    def _may_be_word(self, spelled: bytes) -> bool:
        rest = spelled[self._skip :].decode("utf-8", "ignore")
        return not rest or rest[0].isalnum()

    def _next_batch(self) -> list[Spelling]:
        least = self._least
        if len(self._found) >= self._n:
            chances = [found.probability for found in self.words().values()]
            if len(chances) >= self._n:
                nth = heapq.nlargest(self._n, chances)[-1]
                least = max(least, nth * self._config.least_share)
        batch: list[Spelling] = []
        while self._open and len(batch) < self._config.lanes:
            if self._open[0].probability < least:
                break
            batch.append(heapq.heappop(self._open))
            self._push(batch[-1].next)
            if len(batch) == self._config.likely:
                least = max(least, batch[-1].probability * self._config.least_share)
        return batch

    def _add(self, spelling: Spelling, ahead: Ahead) -> None:
        """Count the word that may end here."""
        try:
            word = spelling.spelled[self._skip :].decode()
        except UnicodeDecodeError:
            return
        if not is_word(word):
            return
        probability = spelling.probability * ahead.ends
        found = self._found[word]
        found.probability += probability
        if probability > found.best:
            found.best, found.ahead = probability, ahead


def _merge(cases: list[tuple[str, FoundWord]]) -> tuple[str, FoundWord]:
    """Make one word of its cases: the likeliest, with the probability of all."""
    if len(cases) == 1:
        return cases[0]
    word, found = max(cases, key=lambda pair: pair[1].probability)
    return word, replace(found, probability=sum(each.probability for _, each in cases))
