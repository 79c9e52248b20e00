"""The commands that make checkpoints and judge them, beside those that serve: `inkling`."""

from __future__ import annotations

import os

# Before torch is imported: spinning threads cost two thirds of the speed on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from chatbot.cli import app
from training import evaluate_command, report_command, train_command

__all__ = ["app", "main"]

_COMMANDS = (train_command, evaluate_command, report_command)
"""Importing a command registers it."""


def main() -> None:
    """Run the command `inkling`."""
    app()
