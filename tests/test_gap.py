"""A space is put before a word where one is due, and nowhere else."""

from __future__ import annotations

import pytest

from chatbot.gap import space_is_due


@pytest.mark.parametrize(
    "text",
    [
        *("Hello,", "so good 😊", "ok ❤\ufe0f", "a👍🏽", "ok…", "50%", "[1]", "»ja«, »nein»"),
        *('He said "yes"', "He said \u201cyes\u201d", 'an "a" and a "b"', "it is 12.", "e.g."),
        'open "\nHe said "yes"',
    ],
)
def test_a_space_is_due(text: str) -> None:
    assert space_is_due(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "a ", "a\n", "(", "and/", "well-", "a_", "don't", "1^", "`"),
        *('He said "', 'an "a" and a "', 'a "b"\n"'),
        *("me@gmail.", "write to me@example.com.", "see www.", "www.example.", "http://a.b/c."),
        "at 12:",
    ],
)
def test_none_is(text: str) -> None:
    assert not space_is_due(text)
