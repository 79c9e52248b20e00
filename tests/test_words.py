"""Curly quotes are straight to the network, and every other character is what it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatbot.words import fold_quotes

CURLY = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " "}


@given(st.text(st.sampled_from([*CURLY, *"a'\" \n", "\u00e9", "\U0001f600"])) | st.text())
def test_quotes_are_folded_each_in_its_place(text: str) -> None:
    assert fold_quotes(text) == "".join(CURLY.get(character, character) for character in text)
