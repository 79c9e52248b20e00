"""Which processor cores who runs on: the server on one, whoever asks it on the others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["OTHERS", "SERVER", "on"]

_ALL = sorted(os.sched_getaffinity(0))
SERVER = frozenset(_ALL[:1])
"""The server's core."""
OTHERS = frozenset(_ALL[1:] or _ALL)
"""The others; the same, where there is only one."""


@contextmanager
def on(cores: frozenset[int]) -> Iterator[None]:
    """Run this process, and what it starts meanwhile, on `cores`."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
