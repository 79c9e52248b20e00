"""Weigh words by what stands after the caret.

    "I want to |with my dog"      p(word | before) x p(" with my" | before, word)
                                  "play" rises, "be" falls

Knows the words' places in the network and the text after them, nothing of searches and edits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, takewhile

import numpy as np
from numpy.typing import NDArray

from chatbot.ahead import Ahead, Scout
from chatbot.blend import Candidate
from chatbot.phrases import Stage
from chatbot.runners.base import Floats, Runner
from chatbot.sampling import softmax
from chatbot.word_counts import cut
from chatbot.words import WORD, fold_quotes
from tokenizer import Tokenizer

__all__ = ["Following", "FollowingConfig", "first_word", "fresh", "is_inside_word"]

_Weights = NDArray[np.float64]

_LEAST = 1e-9
"""No id is held to be less probable than this: one surprise decides nothing alone."""
_KEPT = 256
"""Texts after the caret whose ids are kept: they stay the same from key to key."""
_THERE = 256
"""Characters after the caret that a phrase might say again: no phrase is longer."""
_FIRST = re.compile(rf"[^\S\n]*({WORD})")
_GOES_ON = re.compile(rf"['\u2019]?{WORD}")


@dataclass(frozen=True, kw_only=True)
class FollowingConfig:
    """Say how much of the text after the caret is looked at."""

    candidates: int = 32
    """Words weighed by the first id of that text, the most probable before."""
    kept: int = 8
    """Of these the best go on: each id more is a step of all that do."""
    ids: int = 3
    """Ids of the text after the caret."""
    characters: int = 48
    """Of that text; one line of it."""


class Following:
    """Weigh candidates with one runner."""

    def __init__(
        self, runner: Runner, scout: Scout, tokenizer: Tokenizer, config: FollowingConfig
    ) -> None:
        self._runner, self._scout, self._tokenizer, self.config = runner, scout, tokenizer, config
        self._ids = lru_cache(_KEPT)(self._encode)

    def candidates(self, after: str) -> int:
        """Say how many words to find where `after` stands behind the caret: 0 for no more."""
        return self.config.candidates if self._ids(after) else 0

    def rank(
        self, found: Sequence[Candidate], after: str, ahead: Callable[[Candidate], Ahead]
    ) -> list[Candidate]:
        """Give the candidates weighed anew, the most probable first; what follows is not offered.

        Those that are weighed are together as probable as before; the rest come after them.
        """
        there = first_word(fold_quotes(after)).lower()
        wanted = [each for each in found if not there or each.text.lower() != there]
        ids = self._ids(after)
        chosen, rest = wanted[: self.config.candidates], wanted[self.config.candidates :]
        if not ids or len(chosen) < 2:
            return wanted
        before = np.array([each.probability for each in chosen])
        weights = self._weigh(ids, before, [ahead(each) for each in chosen])
        weights *= before.sum() / weights.sum()
        # None of the rest is weighed, so none may be held to be better than one that is.
        least = float(weights.min()) / max(each.probability for each in [*rest, chosen[-1]])
        ranked = [
            *(replace(c, probability=float(w)) for c, w in zip(chosen, weights, strict=True)),
            *(replace(each, probability=each.probability * least) for each in rest),
        ]
        return sorted(ranked, key=lambda each: -each.probability)

    def choose(self, stages: Sequence[Stage], after: str) -> Stage:
        """Say where a phrase ends: where what stands there follows best."""
        ids = self._ids(after)
        if not ids:
            return stages[-1]
        before = np.array([stage.probability for stage in stages])
        weights = self._weigh(ids, before, [stage.ahead for stage in stages])
        return stages[int(weights.argmax())]

    def _encode(self, after: str) -> list[int]:
        seen = fold_quotes(after[: self.config.characters])
        line, broken, _ = seen.partition("\n")
        line = line.rstrip()
        if len(after) > len(seen) and not broken and " " in line:
            line = line.rpartition(" ")[0]  # its last word may be cut
        if not line:
            return []
        gap = "" if line[0].isspace() or not line[0].isalnum() else " "
        return self._tokenizer.encode(gap + line, mid_line=True)[: self.config.ids]

    def _weigh(self, ids: Sequence[int], before: _Weights, places: Sequence[Ahead]) -> _Weights:
        """Give before x p(ids | place) of each place, up to one factor.

        Who falls behind at the first id is weighed no further: held to do as badly as the worst of
        those that are, and to be no better than any of them.
        """
        first = np.stack(self._scout.chances(places))[:, ids[0]]
        logs = np.log(np.maximum(before, _LEAST)) + np.log(np.maximum(first, _LEAST))
        order = np.argsort(-logs, kind="stable")
        kept, behind = order[: self.config.kept], order[self.config.kept :]
        further = self._further(ids, np.concatenate([places[i].state for i in kept]))
        logs[kept] += further
        logs[behind] = np.minimum(logs[behind] + further.min(), logs[kept].min())
        weights: _Weights = np.exp(logs - logs.max())
        return weights

    def _further(self, ids: Sequence[int], states: Floats) -> _Weights:
        """Give log p(each id but the first | the ids before) from each state before the first."""
        logs = np.zeros(len(states))
        for read, wanted in pairwise(ids):
            logits, states = self._runner.step(np.full(len(states), read), states)
            logs += np.log(np.maximum(softmax(logits)[:, wanted], _LEAST))
        return logs


def fresh(stages: Sequence[Stage], after: str) -> list[Stage]:
    """Give the stages of a phrase up to where it would say what stands behind the caret already."""
    first, *longer = stages
    there = _lower(after[:_THERE])

    def is_new(stage: Stage) -> bool:
        said = _lower(stage.text[len(first.text) :])
        return said[-1:] != there[:1] and said != there[: len(said)]

    return [first, *takewhile(is_new, longer)]


def _lower(text: str) -> list[str]:
    return [word.lower() for word in cut(text)]


def first_word(after: str) -> str:
    """Give the word that stands next in the line after the caret, or ""."""
    found = _FIRST.match(after)
    return found.group(1) if found else ""


def is_inside_word(after: str) -> bool:
    """Tell whether the word before the caret goes on right after it: "moth|er", "mother|'s"."""
    return _GOES_ON.match(after) is not None
