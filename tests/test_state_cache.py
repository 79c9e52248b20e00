"""The cache over hidden states, held against its formula, and keys against their states."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.hidden_keys import NUMBERS, HiddenKeys, Keys, pack, shrunk, unpack
from chatbot.state_cache import StateCache
from chatbot.word_counts import WordCounts

WORDS = st.lists(st.sampled_from(["tea", "Tea", "Zermatt", "to", "the", "a", "."]), max_size=12)
SHARPNESS, SURE = 10.0, 5.0


def keys(count: int, seed: int) -> Keys:
    random = np.random.default_rng(seed)
    return pack(random.standard_normal((count, NUMBERS)).astype(np.float32))


def remembered(words: list[str], rows: Keys, *, sharpness: float, sure_words: float) -> StateCache:
    counts = WordCounts()
    counts.add(["never", "placed"], words)
    pieces = [rows[:1].tobytes(), rows[1:].tobytes()]
    return StateCache(words, pieces, counts=counts, sharpness=sharpness, sure_words=sure_words)


def by_hand(words: list[str], rows: Keys, now: Keys) -> dict[str, float]:
    def cosine(row: Keys) -> float:
        one, other = unpack(row).astype(float)[0], unpack(now).astype(float)[0]
        return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))

    weights = {i: np.exp(SHARPNESS * cosine(rows[i])) for i, w in enumerate(words) if w != "."}
    share = len(weights) / (len(weights) + SURE)
    found: dict[str, float] = {}
    for word, weight in ((words[i], weight) for i, weight in weights.items()):
        found[word.lower()] = found.get(word.lower(), 0.0) + share * weight / sum(weights.values())
    return found


@given(WORDS, st.integers(0, 99), st.sampled_from(["", "t", "te", "TEA", "x"]))
def test_it_says_what_its_formula_does(words: list[str], seed: int, half: str) -> None:
    rows, now = keys(len(words), seed), keys(1, seed + 1)
    cache = remembered(words, rows, sharpness=SHARPNESS, sure_words=SURE)
    wanted = {w: p for w, p in by_hand(words, rows, now).items() if w.startswith(half.lower())}
    expected = cache.expect(now, half)
    assert expected.mass == pytest.approx(sum(wanted.values()), abs=1e-5)
    for word, chance in wanted.items():
        assert cache.chance(now, word.upper()) == pytest.approx(chance, rel=1e-3)
    wanted.pop(half.lower(), None)
    assert expected.chances == pytest.approx(wanted, rel=1e-3)


def test_words_are_spelled_as_the_counts_know_them() -> None:
    cache = remembered(["a", "Tea", "TEA"], keys(3, 0), sharpness=1.0, sure_words=1.0)
    assert [word.text for word in cache.expect(keys(1, 1), "t").words] == ["Tea"]
    for word in ("coffee", "placed", ""):
        assert cache.chance(keys(1, 1), word) == 0


def test_keys_of_a_byte_a_number_keep_their_angles_where_they_are_shrunk() -> None:
    older = np.random.default_rng(0).integers(-127, 128, (9, NUMBERS), dtype=np.int8)
    now = unpack(np.frombuffer(shrunk(older.tobytes()), np.uint8).reshape(9, -1))
    for one, other in zip(older.astype(float), now, strict=True):
        assert one @ other / np.linalg.norm(one) / np.linalg.norm(other) > 0.99


def test_keys_keep_the_angles_of_states() -> None:
    random = np.random.default_rng(0)
    base = random.standard_normal((1, 2 * 512)).astype(np.float32)
    mixed = [a * base + (1 - a) * random.standard_normal(base.shape) for a in (1.0, 0.7, 0.0)]
    states = np.concatenate(mixed).astype(np.float32)
    made = HiddenKeys(network="n", layers=1, hidden_size=512).of(states)
    assert (made[:1] == HiddenKeys(network="n", layers=1, hidden_size=512).of(states[:1])).all()

    def cosines(rows: np.ndarray) -> np.ndarray:
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        angles: np.ndarray = unit @ unit[0]
        return angles

    assert cosines(unpack(made)) == pytest.approx(cosines(states[:, :512]), abs=0.25)
