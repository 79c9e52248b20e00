"""The tree of errors. Every message is meant for a person.

InklingError              a ValueError
  CheckpointError         a checkpoint folder that is missing, broken or of another format
  OptionError             an option out of its range
  BusyError               too much work is waiting; try again
  StoreError              a file of memories that can't be read or written
"""

from __future__ import annotations

__all__ = [
    "BusyError",
    "CheckpointError",
    "InklingError",
    "OptionError",
    "StoreError",
    "check_number",
]


class InklingError(ValueError):
    """Report something a person asked for that can't be done, and why."""


class CheckpointError(InklingError):
    """Report a checkpoint folder that can't be loaded, naming the file."""


class OptionError(InklingError):
    """Report an option: its name, the constraint and the value."""


class BusyError(InklingError):
    """Report that the queue is full."""


class StoreError(InklingError):
    """Report a file of memories that can't be read or written."""


def check_number(name: str, value: object, least: int, most: int) -> None:
    """Raise OptionError unless `value` is a whole number from `least` to `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise OptionError(f"{name} must be from {least} to {most}; got {value!r}")
