"""The search for words against brute force over all segmentations, on a small vocabulary."""

from __future__ import annotations

import itertools
from collections import defaultdict

import numpy as np
import pytest

from chatbot.context import Context
from chatbot.places import Places
from chatbot.runners.base import Floats, Ids
from chatbot.sampling import softmax
from chatbot.spellings import Spellings
from chatbot.trie import ByteTrie
from chatbot.word_search import SearchConfig, WordSearch
from chatbot.words import WordSigns

PIECES = [b"", b" ", b" a", b" ab", b" b", b"a", b"b", b"ab", b"ba", b"abb", b"bb", b".", b"\n"]
LONGEST = 7
"""Letters: of longer words none is probable enough to matter."""
EXHAUSTIVE = SearchConfig(rounds=10_000, lanes=64, least_share=0.0, least_probability=3e-4)


class AnyNetwork:
    """Scores that depend on all ids read, and on nothing else: no spelling is like another."""

    looks = False
    vocab_size = len(PIECES)

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def start(self, lanes: int) -> Floats:
        return np.zeros((lanes, 1), np.float32)

    def step(self, ids: Ids, state: Floats) -> tuple[Floats, Floats]:
        after = self.advance(ids, state)
        return np.stack([self._scores(int(row[0])) for row in after]), after

    def advance(self, ids: Ids, state: Floats) -> Floats:
        # A whole number that fp32 holds.
        return ((state * 31 + ids[:, None] + 1) % 999_983).astype(np.float32)

    def look(self, ids: Ids, state: Floats) -> tuple[Floats, Floats, Floats]:
        raise NotImplementedError

    def _scores(self, number: int) -> Floats:
        return np.random.default_rng((self._seed, number)).normal(0, 1, len(PIECES)).astype("f4")


class BruteForce:
    """Every segmentation, one after another."""

    def __init__(self, runner: AnyNetwork, ends: np.ndarray) -> None:
        self._runner, self._ends = runner, ends

    def word(self, rest: bytes, state: Floats, chances: Floats) -> float:
        """Give the probability of `rest` and then an end, over all its segmentations."""
        if not rest:
            return float(chances[self._ends].sum())
        return sum(
            float(chances[i]) * self.word(rest[len(piece) :], *self._after(i, state))
            for i, piece in enumerate(PIECES)
            if piece and rest.startswith(piece)
        )

    def beginning(self, rest: bytes, state: Floats, chances: Floats) -> float:
        """Give the probability of all that begins with `rest`."""
        found = 0.0
        for i, piece in enumerate(PIECES):
            if piece.startswith(rest):
                found += float(chances[i])
            elif piece and rest.startswith(piece):
                found += float(chances[i]) * self.beginning(
                    rest[len(piece) :], *self._after(i, state)
                )
        return found

    def _after(self, i: int, state: Floats) -> tuple[Floats, Floats]:
        logits, after = self._runner.step(np.array([i]), state)
        return after, softmax(logits[0])


@pytest.mark.parametrize("half", ["", "a", "b", "ab", "abb", "bab"])
@pytest.mark.parametrize("seed", range(4))
def test_a_word_has_the_probability_of_all_its_segmentations(half: str, seed: int) -> None:
    runner, signs = AnyNetwork(seed), WordSigns(PIECES)
    place = Places(runner, scored=8).read([0], None)
    search = WordSearch(Spellings(runner, PIECES, ByteTrie(PIECES), signs), EXHAUSTIVE)
    context = Context(place, "so", b" " + half.encode())
    found, mass = search.run(context, half, n=10_000, whole=True)

    brute = BruteForce(runner, signs.ends)
    start = place.state, place.chances
    typed = b" " + half.encode()
    assert mass == pytest.approx(brute.beginning(typed, *start), rel=2e-3)
    exact: defaultdict[str, float] = defaultdict(float)
    for length in range(1, LONGEST + 1):
        for letters in itertools.product("ab", repeat=length):
            word = "".join(letters)
            if word.startswith(half):
                exact[word] = brute.word(b" " + word.encode(), *start)
    best = sorted(exact, key=lambda word: -exact[word])[:5]
    # What is given up on the way is less probable than `least_probability` of what is typed, each.
    assert {word: found[word].probability for word in best} == pytest.approx(
        {word: exact[word] for word in best}, rel=0.03
    )
    assert sorted(found, key=lambda word: -found[word].probability)[0] == best[0]
