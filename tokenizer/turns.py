"""A turn of a dialogue. Knows who speaks and what is said, nothing of ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

__all__ = ["Turn", "join_speakers"]


class Turn(NamedTuple):
    """One message: who says it and its text."""

    speaker: str
    text: str


def join_speakers(turns: Sequence[Turn | str]) -> Iterator[str]:
    """Yield the texts of alternating turns: messages of one speaker in a row join by a newline.

    Plain strings are taken as turns that already alternate.
    """
    speaker, texts = None, list[str]()
    for turn in turns:
        if isinstance(turn, Turn) and texts and turn.speaker == speaker:
            texts.append(turn.text)
            continue
        if texts:
            yield "\n".join(texts)
        speaker, texts = (turn.speaker, [turn.text]) if isinstance(turn, Turn) else (None, [turn])
    if texts:
        yield "\n".join(texts)
