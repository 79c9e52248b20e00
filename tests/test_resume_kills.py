"""kill -9 at any moment of a training loses nothing but the steps since the last save."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from kills import Killed


def test_three_kills_change_nothing(corpus: Path, tmp_path: Path) -> None:
    whole = Killed(corpus, tmp_path / "whole", 60, random.Random(0))
    cut = Killed(corpus, tmp_path / "cut", 60, random.Random(1))
    whole.finish()
    for moment in ("packing", "training", "finishing"):
        cut.kill(moment)
    cut.finish()
    cut.compare(whole)


@pytest.mark.fault
def test_a_hundred_kills_change_nothing(corpus: Path, tmp_path: Path) -> None:
    """Kill one training 100 times: about 10 minutes on one core.

    Run it with `pytest -m fault tests/test_resume_kills.py -s`; it prints how many kills fell into
    which part of the work. A third of them fall at any moment at all, most of which is start-up;
    the others wait for a part and then a random while. The seed is printed for another try.
    """
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    whole = Killed(corpus, tmp_path / "whole", 3000, chance)
    cut = Killed(corpus, tmp_path / "cut", 3000, chance)
    whole.finish()
    middle = ["any"] * 25 + ["training"] * 35 + ["saving"] * 20
    chance.shuffle(middle)
    # The last ones wait for the end of the steps, wherever those before came to.
    for moment in ["any"] * 3 + ["packing"] * 7 + middle + ["finishing"] * 10:
        cut.kill(moment)
    cut.finish()
    cut.compare(whole)
    print(dict(cut.moments))
    assert cut.moments.total() == 100
