"""The insertion benchmark: it asks within texts, in three ways, and counts what was found."""

from __future__ import annotations

from benchmarks.insertion import Tally, compare, inner_targets
from training.metrics import Written, draw_targets

TURNS = [Written((), "I like to listen to music with my friends")]


def test_words_with_text_behind_them_are_asked_for() -> None:
    targets = inner_targets(draw_targets(TURNS, words=20))
    assert " ".join(target.word for target in targets) == "i like to listen to music with my"


def test_every_way_is_asked_for_every_target() -> None:
    targets = inner_targets(draw_targets(TURNS, words=20))
    tallies = compare("default", targets)
    assert list(tallies) == ["not told", "told", "told, of 8"]
    assert all(len(t.ranks) == len(t.ms) == len(targets) for t in tallies.values())
    assert tallies["told"].top(1) > tallies["not told"].top(1)


def test_ranks_are_counted() -> None:
    tally = Tally(ranks=[0, 1, 2, None])
    assert (tally.top(1), tally.top(3)) == (25.0, 75.0)
