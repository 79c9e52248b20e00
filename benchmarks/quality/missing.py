"""A system that is not there yet, and the command that makes it."""

from __future__ import annotations

__all__ = ["PREPARE", "MissingError"]

PREPARE = "python -m benchmarks.quality.prepare"


class MissingError(Exception):
    """Raised for a system that can't be loaded: its name, why, and what makes it."""

    def __init__(self, system: str, reason: str, command: str = PREPARE) -> None:
        super().__init__(f"{system}: {reason}; make it with `{command}`")
        self.system, self.reason, self.command = system, reason, command
