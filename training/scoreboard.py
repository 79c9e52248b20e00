"""Score a new checkpoint on what its run held out, as people will meet it.

Straight from the pack, so that no corpus has to be found again: ids of the valid shard become turns
once more. Knows packs and conversations; what is counted is said in `metrics.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot import load
from tokenizer import Tokenizer, Turn
from training.conversation import Conversation
from training.errors import TrainingError
from training.evaluation import evaluate
from training.pack import Pack

__all__ = ["held_out_conversations", "scoreboard"]

_CORPORA = 4
_CHARACTERS = 25
"""Characters weighed for each word predicted."""
_SAMPLE_IDS = 50
"""Held-out ids read for each word predicted, so that the words are drawn from many dialogues."""
_LONGEST = 256
"""Ids read of one conversation at most, so that many are heard and little is read before a word."""


def scoreboard(checkpoint: Path | str, pack: Pack, *, words: int = 200) -> list[dict[str, Any]]:
    """Score a checkpoint folder on `words` held-out words of each of the four largest corpora.

    Largest is by held-out characters. Gives an `Evaluation` a corpus as JSON; nothing where `words`
    is 0 or nothing is held out. Raises TrainingError when `words` is negative, and CheckpointError.
    """
    if words < 0:
        raise TrainingError(f"words must be at least 0; got {words}")
    sources = _largest(pack) if words else []
    model = load(checkpoint) if sources else None
    asked: dict[str, Any] = {
        "split": "valid",
        "words": words,
        "characters": _CHARACTERS * words,
    }
    found = []
    for source in sources:
        sample = held_out_conversations(pack, source, ids=_SAMPLE_IDS * words)
        if model and sample:
            found.append(asdict(evaluate(model, sample, corpus=pack.sources[source], **asked)))
    return found


def held_out_conversations(pack: Pack, source: int, *, ids: int) -> list[Conversation]:
    """Turn held-out conversations of a source back into text, drawn until they hold `ids` ids.

    Of each the first 256 ids at most. The same pack gives the same.
    """
    index = pack.valid.index
    rows = np.random.default_rng(0).permutation(np.flatnonzero(index[:, 2] == source))
    found: list[Conversation] = []
    for row in rows:
        if ids <= 0:
            break
        cut = pack.valid.conversation(int(row))[:_LONGEST]
        ids -= len(cut)
        turns = tuple(_turns(pack.tokenizer, cut))
        if turns:
            found.append(Conversation(f"valid {row}", pack.sources[source], turns, "valid"))
    return found


def _largest(pack: Pack) -> list[int]:
    """Number the sources with the most held-out characters, the largest first."""
    index, count = pack.valid.index, len(pack.sources)
    characters = np.bincount(index[:, 2], weights=index[:, 3], minlength=count)
    order = np.argsort(-characters, kind="stable")[:_CORPORA]
    return [int(source) for source in order if characters[source]]


def _turns(tokenizer: Tokenizer, ids: NDArray[np.uint16]) -> Iterator[Turn]:
    """Undo `Tokenizer.render`; of a conversation that was cut, the half turn at its end is left."""
    ends = [*np.flatnonzero(ids == tokenizer.turn), len(ids)]
    is_cut = ids[-1] != tokenizer.eos
    # A lone turn (prose) is kept as far as it goes.
    kept = ends[:-1] if is_cut and len(ends) > 2 else ends
    for number, (start, end) in enumerate(pairwise(kept)):
        text = tokenizer.decode(map(int, ids[start:end])).rstrip("\N{REPLACEMENT CHARACTER}")
        yield Turn("AB"[number % 2], text)
