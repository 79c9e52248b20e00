"""What a part found: milliseconds of many keys, or one number, each beside its aim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.keystrokes.replay import percentile

__all__ = ["SHARES", "Figure", "Found", "Timing", "timing"]

SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


@dataclass(frozen=True)
class Timing:
    """Milliseconds of one way to be answered."""

    name: str
    keys: int
    """Keystrokes timed."""
    milliseconds: Mapping[str, float]
    """By percentile: p50, p95, p99; empty where nothing was timed."""
    aims: Mapping[str, float] = field(default_factory=dict)
    """At most, by percentile."""


@dataclass(frozen=True)
class Figure:
    """One number."""

    name: str
    value: float
    unit: str
    aim: float | None = None
    """At most."""


@dataclass
class Found:
    """All that a part found."""

    timings: list[Timing] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


def timing(name: str, values: Sequence[float], **aims: float) -> Timing:
    """Sum up the milliseconds of keys."""
    found = {label: percentile(values, share) for label, share in SHARES.items() if values}
    return Timing(name, len(values), found, aims)
