"""What the scores are taken over."""

from __future__ import annotations

from training.metrics import Written, draw_targets


def test_a_turn_of_signs_alone_holds_no_target() -> None:
    assert draw_targets([Written((), ":)")], words=5) == []
