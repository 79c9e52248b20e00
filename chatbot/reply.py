"""Answer a dialogue: write several replies side by side and keep the one that fits it best.

    score = (log p(reply | dialogue) - weight x log p(reply | nothing)) / ids + length - repeats

The second term takes from replies that are likely anywhere ("I don't know"): maximum mutual
information (Li 2016, arXiv:1510.03055). A batch of eight costs little more than one reply, and the
choice is made before the first word is shown.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from chatbot.context import ContextCache
from chatbot.errors import OptionError
from chatbot.generation import Generation, Limits, Writer
from chatbot.runners.base import Runner
from chatbot.sampling import Sampling
from chatbot.scoring import nats_after
from tokenizer import Tokenizer

__all__ = ["Replier", "ReplyConfig"]

_PIECES = re.compile(r"\s*\S+\s*\Z|\s*\S+|\s+")
_WORDS = re.compile(r"\w+")
_MARK = re.compile(r"<\w+>")
"""What stands in a corpus for a turn that could not be read: no answer."""


@dataclass(frozen=True, kw_only=True)
class ReplyConfig:
    """Say how replies are ranked."""

    likely_anywhere: float = 0.25
    """Weight of log p(reply | nothing)."""
    repeats: float = 2.0
    """Nats taken off for a reply whose pairs of words are all repeats; a share for a share."""
    length: float = 0.1
    """Nats given for each id of a reply, up to `enough`: else "you?" wins by its brevity."""
    enough: int = 10
    """Ids after which a reply gains nothing by being longer."""


class Replier:
    """Write and rank replies with one runner."""

    def __init__(
        self,
        runner: Runner,
        tokenizer: Tokenizer,
        contexts: ContextCache,
        writer: Writer,
        *,
        opening: Sequence[str] = (),
        config: ReplyConfig | None = None,
    ) -> None:
        """Answer as if every dialogue began with the turns of `opening`, which set its tone."""
        self._runner, self._tokenizer = runner, tokenizer
        self._contexts, self._writer = contexts, writer
        self._opening = tuple(opening)
        self._config = config or ReplyConfig()

    def stream(
        self,
        turns: Sequence[str],
        sampling: Sampling,
        limits: Limits,
        *,
        seed: int | None,
        candidates: int,
    ) -> Generator[str, None, Generation]:
        """Answer the last of `turns`: the best of `candidates` replies, or the one as written."""
        context = self._contexts.open([*self._opening, *turns], "")
        if candidates == 1 or sampling.temperature == 0:
            return (yield from self._writer.stream(context, sampling, limits, seed=seed))
        # Spread out, or the candidates of one seed would be those of the next but one.
        seed = seed if seed is None else seed * candidates
        written = self._writer.write(context, sampling, limits, seed=seed, n=candidates)
        best = self.rank(written)[0]
        yield from _PIECES.findall(best.text)
        return best

    def rank(self, written: Sequence[Generation]) -> list[Generation]:
        """Order replies to one dialogue, the best first; equal texts count once."""
        different = list({generation.text: generation for generation in written}.values())
        different = [
            each for each in different if not _MARK.fullmatch(each.text.strip())
        ] or different
        ids = [self._tokenizer.encode(generation.text) for generation in different]
        anywhere = nats_after(self._runner, self._contexts.read((), ""), ids)
        scores = [
            self._score(generation, nats)
            for generation, nats in zip(different, anywhere, strict=True)
        ]
        return [different[i] for i in np.argsort(scores, kind="stable")[::-1]]

    def _score(self, generation: Generation, anywhere: float) -> float:
        config = self._config
        information = config.likely_anywhere * anywhere - generation.nats
        length = generation.completion_tokens
        merit = information / length + config.length * min(length, config.enough)
        return merit - config.repeats * _repeated(generation.text)


def check_candidates(candidates: int) -> int:
    """Return `candidates` if it is one that can be served."""
    if not 1 <= candidates <= 64:
        raise OptionError(f"candidates must be from 1 to 64; got {candidates}")
    return candidates


def _repeated(text: str) -> float:
    """Give the share of pairs of words that stood in the text before."""
    words = _WORDS.findall(text.lower())
    pairs = list(pairwise(words))
    return 1 - len(set(pairs)) / len(pairs) if pairs else 0.0
