"""The same keys after 1,000 and after 100,000 characters of text, key by key in turns.

The short text is the end of the long one, so both lead to nearly the same words and search. Each
stands in a dialogue of its own: else the second would find what the first had read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.keystrokes import cores
from benchmarks.keystrokes.figures import Figure, Found, timing
from benchmarks.keystrokes.replay import Ask, time_key

__all__ = ["LENGTHS", "WARM", "as_the_widget_sends", "measure"]

LENGTHS = (1_000, 100_000)
"""Characters that stand in the field."""
_WINDOW = 4096
"""As in widget/src/text.ts."""
WARM = 20
"""Keys that are left out: the first one reads the text."""


def measure(ways: Mapping[str, Ask], written: str, keys: str) -> Found:
    """Type `keys` after each length of `written`; give milliseconds, and the ratio of medians.

    Raises ValueError when `written` is shorter than the longest.
    """
    if len(written) < max(LENGTHS):
        raise ValueError(f"the text must have {max(LENGTHS):,} characters; got {len(written):,}")
    starts = {length: written[-length:] for length in LENGTHS}
    found = Found()
    with cores.on(cores.OTHERS):
        for name, ask in ways.items():
            times = _in_turns(ask, name, list(starts.values()), keys)
            for length, taken in zip(starts, times, strict=True):
                found.timings.append(timing(f"{name}, after {length:,} characters", taken))
            found.figures += _ratios(name, times[0], times[-1])
    return found


def _ratios(name: str, short: Sequence[float], long: Sequence[float]) -> list[Figure]:
    """Compare the medians, as the aim has it, and key by key, which a busy machine upsets less."""
    of_keys = median(b / a for a, b in zip(short, long, strict=True))
    title = f"{name}: after {LENGTHS[-1]:,} over after {LENGTHS[0]:,}"
    return [
        Figure(f"{title}, ratio of the medians", median(long) / median(short), "", aim=1.1),
        Figure(f"{title}, median ratio of a key", of_keys, ""),
    ]


def as_the_widget_sends(ask: Ask) -> Ask:
    """Send of a text what the widget sends: one to two windows of its end."""

    def windowed(text: str, turns: list[str]) -> object:
        return ask(text[max(0, len(text) // _WINDOW - 1) * _WINDOW :], turns)

    return windowed


def _in_turns(ask: Ask, name: str, starts: Sequence[str], keys: str) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in starts]
    for end in range(1, len(keys) + 1):
        # Another one begins each key, so that none always finds what the other has fetched.
        for place in range(len(starts)):
            i = (place + end) % len(starts)
            turns = [f"This is text {i + 1}, {name}."]
            taken = time_key(ask, turns, starts[i] + keys[:end])
            times[i] += [taken] if end > WARM else []
    return times
