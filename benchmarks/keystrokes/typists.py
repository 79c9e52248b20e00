"""People who type without a browser: they send the server what the widget would send.

At each key the list of words and the phrase are asked for at once, unless all that was suggested
last still goes on from what is typed. They load the server as pages do and spare the machine of the
pages, which in life would be as many machines.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks.keystrokes.serving import Server, ServerError

__all__ = ["Typist", "typing"]

_QUESTION = {"n": 3, "phrase_words": 4}
"""The widget's own numbers."""


class Typist:
    """Types one text, and remembers what was suggested last."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._outcomes: list[str] = []
        self.asked = 0
        """Keys at which the server was asked."""

    def press(self, text: str) -> None:
        """Take one more key; `text` is what stands there then. Raises ServerError."""
        if self._outcomes and all(each.startswith(text) for each in self._outcomes):
            return
        self.asked += 1
        self._outcomes = _outcomes(text, self._server.suggest(text, [], **_QUESTION))


@contextmanager
def typing(server: Server, texts: Sequence[str], *, pace: float) -> Iterator[list[Typist]]:
    """Let a typist a text type, a key every `pace` ms in the mean, as long as the block lasts.

    Raises ServerError at its end when the server has failed one.
    """
    over, failures = threading.Event(), list[Exception]()
    typists = [Typist(server.another()) for _ in texts]

    def type_on(typist: Typist, text: str, chance: random.Random) -> None:
        end = 0
        while not over.wait(chance.uniform(0.5, 1.5) * pace / 1000):
            end = end % len(text) + 1  # a text that is over is begun anew
            try:
                typist.press(text[:end])
            except (OSError, ServerError) as error:
                failures.append(error)
                return

    threads = [
        threading.Thread(target=type_on, args=(typist, text, random.Random(i)), daemon=True)
        for i, (typist, text) in enumerate(zip(typists, texts, strict=True))
    ]
    for thread in threads:
        thread.start()
    try:
        yield typists
    finally:
        over.set()
        for thread in threads:
            thread.join()
    if failures:
        raise ServerError(f"{len(failures)} of {len(texts)} typists failed: {failures[0]}")


def _outcomes(text: str, answer: bytes) -> list[str]:
    """Give the texts that an answer's suggestions lead to."""
    said: dict[str, Any] = json.loads(answer)
    offered = [*said["suggestions"], said["phrase"]]
    return [text[: each["replace"][0]] + each["insert"] for each in offered if each]
