"""Write on from a place: one id after another for n lanes side by side, until something stops it.

Knows the loop; `sampling.py` knows how to choose, `context.py` how the place was reached.
"""

from __future__ import annotations

import secrets
from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from chatbot.context import Context
from chatbot.errors import OptionError
from chatbot.runners.base import Floats, Ids, Runner
from chatbot.sampling import Sampling, log_softmax, sample
from chatbot.stopping import StopStrings
from chatbot.trie import ByteTrie
from chatbot.utf8 import following, unfinished
from tokenizer import IncrementalDecoder, Tokenizer

__all__ = ["Generation", "Limits", "Writer"]

_MOST = 128
"""Texts written side by side."""
FinishReason = Literal["stop", "length"]


@dataclass(frozen=True)
class Generation:
    """A text that the network wrote."""

    text: str
    finish_reason: FinishReason
    """stop: a stop string, or the network ended the turn; length: max_tokens."""
    prompt_tokens: int
    completion_tokens: int
    nats: float
    """-log p of what was written, at temperature 1."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Say when to stop."""

    max_tokens: int = 64
    stop: tuple[str, ...] = ()
    """Texts that end the writing; they are not part of the result."""
    min_tokens: int = 0
    """Ids before which the network may not end the turn: 1 for an answer that says something."""

    def __post_init__(self) -> None:
        if not isinstance(self.max_tokens, int) or self.max_tokens < 1:
            raise OptionError(f"max_tokens must be at least 1; got {self.max_tokens!r}")
        for text in self.stop:
            if not isinstance(text, str) or not text:
                raise OptionError(f"stop must hold texts, and no empty one; got {text!r}")


class _Lane:
    """One text being written: its random numbers, its ids, its decoder."""

    def __init__(
        self, context: Context, tokenizer: Tokenizer, limits: Limits, random: np.random.Generator
    ) -> None:
        self.random, self.limits = random, limits
        self.ids: list[int] = []
        # Control symbols are left out: a penalty on <turn> would make replies longer.
        self.recent = [i for i in context.place.ids.tolist() if tokenizer.pieces[i]]
        self.written = 0
        self.typed = context.typed
        self.nats = 0.0
        self.finish_reason: FinishReason | None = None
        self.unfinished = b""
        """Of a character that is spelled by bytes."""
        self._prompt_tokens = context.place.count
        self._decoder = IncrementalDecoder(
            tokenizer, mid_line=not context.fresh_line, skip=len(context.typed)
        )
        self._stop = StopStrings(limits.stop)
        self._texts: list[str] = []

    def take(self, i: int, piece: bytes, nats: float) -> str:
        """Add an id; return the text that may be shown now."""
        self.ids.append(i)
        self.recent.append(i)
        self.nats += nats
        self.unfinished = unfinished(self.unfinished, piece)
        # Ids that only spell what was typed are the prompt's, not the answer's.
        self.written += not piece or len(piece) > len(self.typed)
        self.typed = self.typed[len(piece) :]
        if not piece:
            return self._finish("stop")
        text = self._stop.push(self._decoder.push(i))
        if self._stop.found:
            self.finish_reason = "stop"
        elif self.written >= self.limits.max_tokens:
            return self._show(text) + self._finish("length")
        return self._show(text)

    def _finish(self, reason: FinishReason) -> str:
        self.finish_reason = reason
        # Half a character is none.
        rest = "" if self.unfinished else self._stop.push(self._decoder.flush())
        rest += self._stop.flush()
        if self._stop.found:
            self.finish_reason = "stop"
        return self._show(rest)

    def _show(self, text: str) -> str:
        self._texts.append(text)
        return text

    def result(self) -> Generation:
        """Give what was written."""
        assert self.finish_reason is not None
        text = "".join(self._texts)
        prompt = self._prompt_tokens + len(self.ids) - self.written
        return Generation(text, self.finish_reason, prompt, self.written, self.nats)


class Writer:
    """Write from contexts with one runner."""

    def __init__(self, runner: Runner, tokenizer: Tokenizer, trie: ByteTrie) -> None:
        self._runner, self._tokenizer, self._trie = runner, tokenizer, trie
        self._never = np.array([tokenizer.unk, tokenizer.bos])
        self._ends = np.array([tokenizer.eos, tokenizer.turn])
        self._bytes = np.array(tokenizer.byte_ids)
        self._begin_nothing = np.delete(self._bytes, sorted(following(b"")))

    def write(
        self, context: Context, sampling: Sampling, limits: Limits, *, seed: int | None, n: int = 1
    ) -> list[Generation]:
        """Write n texts side by side: the i-th is what `seed` + i alone would write."""
        if not isinstance(n, int) or not 1 <= n <= _MOST:
            raise OptionError(f"n must be from 1 to {_MOST}; got {n!r}")
        lanes = self._lanes(context, limits, seed, n)
        logits = np.repeat(context.place.logits[None], n, axis=0)
        state = np.repeat(context.place.state, n, axis=0)
        live = list(range(n))
        while True:
            for row, lane in enumerate(live):
                self._choose(lanes[lane], logits[row], sampling)
            going = [row for row, lane in enumerate(live) if lanes[lane].finish_reason is None]
            live = [live[row] for row in going]
            if not live:
                return [lane.result() for lane in lanes]
            ids = np.array([lanes[lane].ids[-1] for lane in live])
            logits, state = self._runner.step(ids, state[going])

    def stream(
        self, context: Context, sampling: Sampling, limits: Limits, *, seed: int | None
    ) -> Generator[str, None, Generation]:
        """Write one text, yielding its pieces as they come; joined they are `write`'s text."""
        (lane,) = self._lanes(context, limits, seed, 1)
        logits, state = context.place.logits[None], context.place.state
        while True:
            if text := self._choose(lane, logits[0], sampling):
                yield text
            if lane.finish_reason is not None:
                return lane.result()
            logits, state = self._runner.step(np.array(lane.ids[-1:]), state)

    def _lanes(self, context: Context, limits: Limits, seed: int | None, n: int) -> list[_Lane]:
        seed = secrets.randbits(63) if seed is None else seed
        randoms = [np.random.default_rng(seed + i) for i in range(n)]
        return [_Lane(context, self._tokenizer, limits, random) for random in randoms]

    def _choose(self, lane: _Lane, logits: Floats, sampling: Sampling) -> str:
        allowed = self._allow(logits, lane.typed, lane.unfinished)
        if len(lane.ids) < lane.limits.min_tokens:
            allowed[self._ends] = -np.inf
        i = sample(allowed, sampling, lane.random, lane.recent)
        nats = -float(log_softmax(allowed)[i])
        return lane.take(i, self._tokenizer.pieces[i], nats)

    def _allow(self, logits: Floats, typed: bytes, begun: bytes) -> Floats:
        """Forbid control symbols that end nothing, whatever disagrees with the typed bytes, and
        bytes that leave no character.
        """
        if typed:  # whole characters
            return _only(self._trie.agreeing(typed), logits)
        if begun:
            return _only(self._bytes[sorted(following(begun))], logits)
        masked = logits.copy()
        masked[self._never] = masked[self._begin_nothing] = -np.inf
        return masked


def _only(ids: Ids, logits: Floats) -> Floats:
    """Forbid all other ids."""
    masked = np.full_like(logits, -np.inf)
    masked[ids] = logits[ids]
    return masked
