"""The date at the head of each message of a WhatsApp export, in the forms that phones write.

    Android   31/12/2023, 21:15 - Name: text      12/31/23, 9:15 PM - Name: text
    iOS       [31.12.23, 21:15:07] Name: text     [2023-12-31, 9:15:07 p.m.] Name: text

The order of day and month follows the phone's region and is written nowhere: it is the one in
which every date of the file exists and time runs backwards least often.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

__all__ = ["ORDERS", "Stamp", "choose_order", "read_stamp"]

_MARK = "[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
"""Signs of writing direction: nothing to see, anywhere in the head."""
_DATE = rf"{_MARK}(\d{{1,4}}){_MARK}([./-])\s?(\d{{1,2}}){_MARK}\2\s?(\d{{1,4}})\.?{_MARK}"
_HALF = "(?i:[ap]\\.?\\s?m\\.?|上午|下午|午前|午後|오전|오후|ص|م)"
_TIME = rf"(?:({_HALF})\s?)?(\d{{1,2}})[:.](\d\d)(?:[:.](\d\d))?(?:\s?({_HALF}))?{_MARK}"
_BETWEEN = r"[,،]?\s+(?:(?:klo|kl\.|um|at|à|alle|a las|às|om)\s+)?"
_STAMP = _DATE + _BETWEEN + _MARK + _TIME
_BRACKETED = re.compile(rf"{_MARK}\[{_STAMP}\]\s(.*)", re.DOTALL)
_DASHED = re.compile(rf"{_STAMP}\s[-–—]\s(.*)", re.DOTALL)
_AFTERNOON = ("p", "下", "午後", "오후", "م")
ORDERS = ("dmy", "mdy", "ymd")
"""Orders of day, month and year; where all fit alike, the first."""


class Stamp(NamedTuple):
    """The head of a message and what follows it."""

    numbers: tuple[int, int, int]
    """Of the date, as they stand."""
    clock: tuple[int, int, int]
    """Hour (0 to 23), minute, second."""
    half_day: bool
    """Whether the hours were written as am and pm."""
    bracketed: bool
    """Whether it stands in [], as iPhones write it."""
    rest: str

    def seconds(self, order: str) -> float:
        """Give the moment in seconds since 1970. Raises ValueError where there is no such date."""
        if order == "ymd" and self.numbers[0] < 100:
            raise ValueError("a year that comes first has four digits")
        part = dict(zip(order, self.numbers, strict=True))
        year = part["y"] + 2000 if part["y"] < 100 else part["y"]
        return datetime(year, part["m"], part["d"], *self.clock, tzinfo=UTC).timestamp()


def read_stamp(line: str) -> Stamp | None:
    """Read the head of a line, None where it has none: it goes on with the message before."""
    if not any(c.isdigit() for c in line[:12]):
        return None
    bracketed = _BRACKETED.match(line)
    found = bracketed or _DASHED.match(line)
    if found is None:
        return None
    a, _, b, c, before, hour, minute, second, after, rest = found.groups()
    half = (before or after or "").lower()
    hours = int(hour) % 12 + 12 * half.startswith(_AFTERNOON) if half else int(hour)
    clock = (hours, int(minute), int(second or 0))
    return Stamp((int(a), int(b), int(c)), clock, bool(half), bracketed is not None, rest)


def choose_order(stamps: Iterable[Stamp]) -> str:
    """Find the order of day, month and year that the heads of a whole file are written in."""
    faults = dict.fromkeys(ORDERS, (0, 0))
    last = dict.fromkeys(ORDERS, float("-inf"))
    half_day = False
    for stamp in stamps:
        half_day = half_day or stamp.half_day
        for order in ORDERS:
            impossible, backwards = faults[order]
            try:
                now = stamp.seconds(order)
            except (ValueError, OverflowError):
                faults[order] = impossible + 1, backwards
                continue
            faults[order] = impossible, backwards + (now < last[order])
            last[order] = now
    # Alike: am and pm are American, and so is the month first.
    first = "mdy" if half_day else "dmy"
    return min(ORDERS, key=lambda order: (faults[order], order != first))
