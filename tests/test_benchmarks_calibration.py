"""The calibration benchmark: its error is that of its definition, its claims are of real text."""

from __future__ import annotations

import pytest

from benchmarks.calibration import Claim, bins, calibration_error, claims, goes_on, luck
from chatbot import LanguageModel, Suggestion
from training.metrics import Written, draw_targets


def test_the_error_is_the_mean_gap_between_said_and_right() -> None:
    sure = [Claim(0.95, True)] * 9 + [Claim(0.95, False)]  # right 0.9 of the time
    unsure = [Claim(0.25, True)] * 10  # right always
    found = bins(sure + unsure)
    assert [each.count for each in found] == [10, 10]
    assert calibration_error(found) == pytest.approx((0.75 + 0.05) / 2)
    assert calibration_error(bins([Claim(1.0, True), Claim(0.0, False)])) == 0


@pytest.mark.parametrize(
    ("insert", "at", "right"),
    [("tea", 7, True), ("TEA", 7, True), ("te", 7, False), ("tea and", 7, True), ("tee", 7, False)],
)
def test_a_suggestion_is_right_where_the_text_goes_on_so(insert: str, at: int, right: bool) -> None:
    assert goes_on("I like tea and cake", Suggestion(insert, insert, (at, at), 0.5)) is right


def test_every_key_makes_a_claim(lm: LanguageModel) -> None:
    targets = draw_targets([Written(("Hello!",), "I like tea")], words=3)
    found = list(claims(lm, targets, words=1))
    assert 0 < len(found) <= sum(len(target.word) + 1 for target in targets)
    assert all(0 < claim.probability <= 1 for claim in found)
    assert any(claim.right for claim in found)
    assert len({claim.word for claim in found}) > 1


def test_luck_is_the_error_of_claims_that_are_true() -> None:
    """It is 0 where they are sure, falls with the words, and those of a word count as one."""
    assert luck([Claim(1.0, False, word) for word in range(50)]) == 0
    one = luck([Claim(0.5, True, 0)] * 50)
    few = luck([Claim(0.5, True, word) for word in range(50)])
    many = luck([Claim(0.5, True, word) for word in range(5_000)])
    assert one == 0.5
    assert 0.02 < few < 0.1
    assert many < 0.01
