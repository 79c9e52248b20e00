"""A run: train until the budget is spent, evaluate, save, resume.

Kill it at any moment: at most the steps since the last save are lost (run_folder.py says what is
kept, stretch.py what is done).
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch

from chatbot.model import RecurrentModel
from chatbot.model_config import ModelConfig
from training.errors import DivergedError
from training.pack import Pack
from training.recipe import Recipe
from training.run_folder import RunFolder, lock
from training.stretch import Listener, Reason, Stretch
from training.tally import Tally
from training.team import Team
from training.trainer import Trainer

__all__ = ["Outcome", "run"]


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    reason: Reason
    trainer: Trainer
    tally: Tally


def run(
    pack: Pack,
    folder: Path,
    config: ModelConfig,
    recipe: Recipe,
    listener: Listener,
    *,
    resume: bool = False,
    new_data: bool = False,
    locked: bool = False,
    team: Team | None = None,
    build: Callable[[ModelConfig], RecurrentModel] = RecurrentModel,
) -> Outcome:
    """Train in `folder` until the budget is spent, an early stop, SIGINT or SIGTERM.

    With `resume` a run goes on that the folder holds, if any; with `new_data` too, on another pack
    of the same vocabulary. `locked` says that the caller holds the folder's lock; `build` makes the
    network, from its first weights on. Raises RunError for a folder in use, one that holds a run
    when `resume` is False, or a run of other data, and DivergedError when the numbers are none any
    more; what was saved last then stays.
    """
    team = team or Team()
    folder.mkdir(parents=True, exist_ok=True)
    held = nullcontext() if locked or not team.is_first else lock(folder)
    with held, _threads(recipe.threads), _until_signal() as stopped:
        trainer = Trainer(pack, config, recipe, build=build, team=team)
        stretch = Stretch(RunFolder(folder), trainer, listener, team)
        stretch.begin(config, resume=resume, new_data=new_data)
        try:
            reason = stretch.follow(stopped)
        except DivergedError as error:
            raise DivergedError(stretch.advice(error)) from error
    return Outcome(reason, trainer, stretch.tally)


@contextmanager
def _threads(count: int | None) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _until_signal() -> Iterator[list[int]]:
    """Collect SIGINT and SIGTERM instead of dying, so that the loop can save first."""
    caught: list[int] = []
    before = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        for number in before:
            signal.signal(number, lambda n, _: caught.append(n))
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
