"""Watch a stream of text for stop strings, holding back only what may turn out to be one."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["StopStrings"]


class StopStrings:
    """Let text through until one of `stops` appears; what follows it is dropped."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stops)
        self._held = ""
        self.found = False

    def push(self, text: str) -> str:
        """Take text and return what certainly comes before any stop string."""
        if self.found:
            return ""
        self._held += text
        places = [p for stop in self._stops if (p := self._held.find(stop)) >= 0]
        if places:
            self.found = True
            return self._held[: min(places)]
        keep = self._longest_start()
        cut = len(self._held) - keep
        shown, self._held = self._held[:cut], self._held[cut:]
        return shown

    def flush(self) -> str:
        """Return what was held back: the text ended before it became a stop string."""
        rest, self._held = self._held, ""
        return "" if self.found else rest

    def _longest_start(self) -> int:
        """Count the characters at the end that a stop string begins with."""
        longest = max(map(len, self._stops), default=1) - 1
        for length in range(min(longest, len(self._held)), 0, -1):
            if any(stop.startswith(self._held[-length:]) for stop in self._stops):
                return length
        return 0
