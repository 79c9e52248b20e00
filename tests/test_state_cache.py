"""The cache over hidden states, held against its formula, and keys against their states."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.hidden_keys import SIZE, HiddenKeys, Keys
from chatbot.state_cache import StateCache

WORDS = st.lists(st.sampled_from(["tea", "Tea", "Zermatt", "to", "the", "a"]), max_size=12)
SHARPNESS, SURE = 10.0, 5.0


def keys(count: int, seed: int) -> Keys:
    random = np.random.default_rng(seed)
    return random.integers(-127, 128, (count, SIZE), dtype=np.int8)


def by_hand(words: list[str], rows: Keys, now: Keys) -> dict[str, float]:
    def cosine(row: Keys) -> float:
        one, other = row.astype(float), now[0].astype(float)
        return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))

    weights = [np.exp(SHARPNESS * cosine(row)) for row in rows]
    share = len(words) / (len(words) + SURE)
    found: dict[str, float] = {}
    for word, weight in zip(words, weights, strict=True):
        found[word.lower()] = found.get(word.lower(), 0.0) + share * weight / sum(weights)
    return found


@given(WORDS, st.integers(0, 99), st.sampled_from(["", "t", "te", "TEA", "x"]))
def test_it_says_what_its_formula_does(words: list[str], seed: int, half: str) -> None:
    rows, now = keys(len(words), seed), keys(1, seed + 1)
    cache = StateCache(words, rows, sharpness=SHARPNESS, sure_words=SURE)
    wanted = {w: p for w, p in by_hand(words, rows, now).items() if w.startswith(half.lower())}
    expected = cache.expect(now, half)
    assert expected.mass == pytest.approx(sum(wanted.values()), abs=1e-5)
    for word, chance in wanted.items():
        assert cache.chance(now, word.upper()) == pytest.approx(chance, rel=1e-3)
    wanted.pop(half.lower(), None)
    assert expected.chances == pytest.approx(wanted, rel=1e-3)


def test_words_are_spelled_as_they_were_last_written() -> None:
    cache = StateCache(["Tea", "TEA"], keys(2, 0), sharpness=1.0, sure_words=1.0)
    assert [word.text for word in cache.expect(keys(1, 1), "t").words] == ["TEA"]
    assert cache.chance(keys(1, 1), "coffee") == 0


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

    assert cosines(made.astype(np.float32)) == pytest.approx(cosines(states[:, :512]), abs=0.25)
