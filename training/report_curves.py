"""The curves of a run: training loss from its TensorBoard events, held-out scores from its log.

Every point has its place in tokens and in minutes of training. Knows no figure and no page.
"""

from __future__ import annotations

import bisect
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.report_record import Record

__all__ = ["Curve", "by_corpus", "held_out", "smooth", "training_loss"]


@dataclass(frozen=True)
class Curve:
    """Values along a run; three lists of one length."""

    tokens: list[int]
    """Ids trained on."""
    minutes: list[float]
    """Of training, over all stretches."""
    values: list[float]


def training_loss(record: Record) -> Curve:
    """Join the losses (nats/token) of all event files of a run.

    Each stretch of a resumed run writes its own file. Where one begins before another ended, what
    was lost by a kill has been trained again: the later file holds then.
    """
    tokens: list[int] = []
    losses: list[float] = []
    for file in sorted((record.folder / "tensorboard").glob("events.out.tfevents.*")):
        events = _losses(file)
        if events:
            kept = bisect.bisect_left(tokens, events[0][0])
            tokens[kept:] = [token for token, _ in events]
            losses[kept:] = [loss for _, loss in events]
    return Curve(tokens, _minutes(record, tokens), losses)


def held_out(record: Record) -> Curve:
    """Give bits per character of all held-out text at every evaluation."""
    return _curve(record.evaluations, [e["bits_per_character"] for e in record.evaluations])


def by_corpus(record: Record) -> dict[str, Curve]:
    """Give bits per character of each corpus, in the order in which they first appear."""
    names = dict.fromkeys(name for e in record.evaluations for name in e.get("by_source", {}))
    found = {}
    for name in names:
        entries = [e for e in record.evaluations if name in e.get("by_source", {})]
        found[name] = _curve(entries, [e["by_source"][name] for e in entries])
    return found


def smooth(curve: Curve, *, points: int = 200) -> Curve:
    """Thin a curve to `points`, each the mean of a stretch: the loss of one step is noise."""
    if len(curve.values) <= points:
        return curve
    columns = (curve.tokens, curve.minutes, curve.values)
    means = [[float(part.mean()) for part in np.array_split(c, points)] for c in columns]
    return Curve([round(token) for token in means[0]], means[1], means[2])


def _curve(entries: Sequence[Mapping[str, Any]], values: list[float]) -> Curve:
    minutes = [entry["seconds"] / 60 for entry in entries]
    return Curve([int(entry["tokens"]) for entry in entries], minutes, values)


def _losses(file: Path) -> list[tuple[int, float]]:
    """Read (tokens, loss) from one event file, as far as it is whole; increasing in tokens."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    logging.getLogger("tensorboard").setLevel(logging.ERROR)
    events = EventAccumulator(str(file), size_guidance={"scalars": 0})  # 0 keeps all
    events.Reload()
    if "loss" not in events.Tags()["scalars"]:
        return []
    return sorted({int(event.step): float(event.value) for event in events.Scalars("loss")}.items())


def _minutes(record: Record, tokens: Sequence[int]) -> list[float]:
    """Place tokens in time, by what the log and the state say when they were reached."""
    known = {0: 0.0} | {int(e["tokens"]): float(e["seconds"]) for e in record.evaluations}
    if record.progress:
        known[record.progress.tokens] = record.progress.seconds
    places = sorted(known)
    seconds = np.interp(tokens, places, [known[place] for place in places])
    if places[-1] and len(tokens):
        # Steps since the last save: at the mean speed so far.
        beyond = np.maximum(np.asarray(tokens) - places[-1], 0)
        seconds = seconds + beyond * known[places[-1]] / places[-1]
    return [float(second) / 60 for second in seconds]
