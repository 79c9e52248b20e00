"""A conversation with the network: turns in, turns out. Knows nothing of pages or files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from chatbot.errors import OptionError

if TYPE_CHECKING:
    from chatbot.language_model import LanguageModel

__all__ = ["Chat"]


class Chat:
    """Hold the turns of one dialogue; the person speaks first."""

    def __init__(self, model: LanguageModel, turns: Sequence[str] = (), **options: Any) -> None:
        self._model, self._options = model, options
        self._turns = list(turns)

    @property
    def turns(self) -> tuple[str, ...]:
        """The texts so far: the person's, the network's, the person's ..."""
        return tuple(self._turns)

    def reply(self, text: str, **options: Any) -> str:
        """Say something and return the answer."""
        return "".join(self.stream(text, **options))

    def stream(self, text: str, **options: Any) -> Iterator[str]:
        """Say something and yield the answer as it is written.

        The turns are kept when the answer is complete; one that is broken off leaves no trace.
        """
        if not text.strip():
            raise OptionError(f"a message must hold some text; got {text!r}")
        turns = [*self._turns, text]
        return self._kept(turns, self._model.stream_reply(turns, **{**self._options, **options}))

    def _kept(self, turns: list[str], answer: Iterator[str]) -> Iterator[str]:
        pieces = []
        for piece in answer:
            pieces.append(piece)
            yield piece
        self._turns = [*turns, "".join(pieces)]

    def undo(self) -> bool:
        """Take back the last message and its answer; tell whether there was one."""
        said, self._turns = self._turns, self._turns[:-2]
        return bool(said)

    def clear(self) -> None:
        """Forget the dialogue."""
        self._turns = []
