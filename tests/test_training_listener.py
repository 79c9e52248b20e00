"""The progress bar tells how far a run came, however it ended."""

from __future__ import annotations

import dataclasses
import io
import os
import re
import signal
from pathlib import Path

from rich.console import Console

from chatbot.model_config import ModelConfig
from training.listener import RunListener
from training.pack import Pack
from training.recipe import Recipe
from training.run import run
from training.trainer import Trainer

RECIPE = Recipe(minutes=None, steps=20, lanes=4, window=8, negatives=40, evaluations=20)


class Stopping(RunListener):
    """Ask for an end in the middle; it comes with the next step."""

    def on_step(self, trainer: Trainer, loss: float, progress: float, seconds: float) -> None:
        super().on_step(trainer, loss, progress, seconds)
        if trainer.steps == 6:
            os.kill(os.getpid(), signal.SIGTERM)


def last_percentage(
    kind: type[RunListener], pack: Pack, config: ModelConfig, recipe: Recipe, folder: Path
) -> tuple[str, str]:
    text = io.StringIO()
    folder.mkdir()
    with kind(folder, Console(file=text, force_terminal=True, width=100)) as listener:
        outcome = run(pack, folder, config, recipe, listener)
    return outcome.reason, re.findall(r"(\d+)%", text.getvalue())[-1]


def test_the_bar_stands_where_the_run_ended(
    pack: Pack, tiny_config: ModelConfig, tmp_path: Path
) -> None:
    worse = dataclasses.replace(RECIPE, peak_rate=3.0, clip=1e9, patience=1, negatives=0)
    ends = {
        name: last_percentage(kind, pack, tiny_config, recipe, tmp_path / name)
        for name, kind, recipe in (
            ("whole", RunListener, RECIPE),
            ("cut", Stopping, RECIPE),
            ("early", RunListener, worse),
        )
    }
    assert ends["whole"] == ("finished", "100")
    assert ends["cut"] == ("interrupted", "35")
    reason, percentage = ends["early"]
    assert reason == "stopped early"
    assert int(percentage) < 100
