"""A run folder: train until the budget is spent, evaluate, save, resume.

    run/  recipe.json  model.json     what was asked for
          state.safetensors           all that the next step depends on (atomic, every minute)
          best.safetensors            the weights that scored best on held-out text
          log.jsonl  tensorboard/     what happened
          lock                        held while a process trains here

Kill it at any moment: at most the steps since the last save are lost.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from chatbot.atomic import replacing, write_json
from chatbot.model import RecurrentModel
from chatbot.model_config import ModelConfig
from training.errors import RunError
from training.heldout import HeldOut, choose, score
from training.pack import Pack
from training.recipe import Recipe
from training.trainer import Trainer

__all__ = ["Listener", "Outcome", "Tally", "load_state", "lock", "run"]


@dataclass
class Tally:
    """What a run has to remember besides the trainer's tensors."""

    seconds: float = 0.0
    """Time spent in training, over all stretches."""
    best: float = float("inf")
    """Lowest held-out bits per character."""
    best_step: int = 0
    worse: int = 0
    """Evaluations since the best."""
    evaluated: int = 0
    evaluations: list[dict[str, float]] = field(default_factory=list)
    fingerprint: str = ""


class Listener(Protocol):
    """Hear what a run does (progress bar, TensorBoard)."""

    def on_step(self, trainer: Trainer, loss: float, progress: float, seconds: float) -> None: ...
    def on_evaluation(self, trainer: Trainer, result: HeldOut, is_best: bool) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    reason: Literal["finished", "stopped early", "interrupted"]
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
    locked: bool = False,
    build: Callable[[ModelConfig], RecurrentModel] = RecurrentModel,
) -> Outcome:
    """Train in `folder` until the budget is spent, an early stop, SIGINT or SIGTERM.

    `locked` says that the caller holds the folder's lock; `build` makes the network, from its first
    weights on. Raises RunError for a folder in use, one
    that holds a run when `resume` is False, or a run of other data.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with nullcontext() if locked else lock(folder), _until_signal() as stopped:
        trainer = Trainer(pack, config, recipe, build=build)
        tally = _begin(folder, trainer, config, resume=resume)
        rows = choose(pack.valid, tokens=recipe.evaluate_tokens)
        reason = _loop(folder, trainer, tally, rows, listener, stopped)
    return Outcome(reason, trainer, tally)


def _begin(folder: Path, trainer: Trainer, config: ModelConfig, *, resume: bool) -> Tally:
    state = folder / "state.safetensors"
    if not state.exists():
        write_json(folder / "model.json", asdict(config))
        write_json(folder / "recipe.json", asdict(trainer.recipe))
        return Tally(fingerprint=trainer.pack.fingerprint)
    if not resume:
        raise RunError(f"{folder} already holds a run: resume it (--resume) or name another folder")
    tensors, tally = load_state(state)
    if tally.fingerprint != trainer.pack.fingerprint:
        raise RunError(
            f"{folder} was trained on other data: it holds pack {tally.fingerprint}, "
            f"the corpus given packs to {trainer.pack.fingerprint}"
        )
    trainer.restore(tensors)
    write_json(folder / "recipe.json", asdict(trainer.recipe))
    tally.worse = 0  # who resumes after an early stop wants to go on
    return tally


def _loop(
    folder: Path,
    trainer: Trainer,
    tally: Tally,
    rows: list[int],
    listener: Listener,
    stopped: list[int],
) -> Literal["finished", "stopped early", "interrupted"]:
    recipe = trainer.recipe
    clock = time.monotonic() - tally.seconds
    saved = tally.seconds
    while (progress := _progress(trainer, time.monotonic() - clock)) < 1:
        loss = trainer.step(progress)
        tally.seconds = time.monotonic() - clock
        listener.on_step(trainer, float(loss), progress, tally.seconds)
        due = _progress(trainer, tally.seconds) * recipe.evaluations >= tally.evaluated + 1
        if due:
            tally.evaluated += 1
            _evaluate(folder, trainer, tally, rows, listener)
        if due or stopped or tally.seconds - saved >= recipe.save_seconds:
            _save(folder, trainer, tally)
            saved = tally.seconds
        if stopped:
            return "interrupted"
        if tally.worse >= recipe.patience:
            return "stopped early"
    if not tally.evaluations or tally.evaluations[-1]["step"] != trainer.steps:
        _evaluate(folder, trainer, tally, rows, listener)
    _save(folder, trainer, tally)
    return "finished"


def _progress(trainer: Trainer, seconds: float) -> float:
    recipe = trainer.recipe
    by_clock = seconds / (60 * recipe.minutes) if recipe.minutes else 0.0
    by_steps = trainer.steps / recipe.steps if recipe.steps else 0.0
    return max(by_clock, by_steps)


def _evaluate(
    folder: Path, trainer: Trainer, tally: Tally, rows: list[int], listener: Listener
) -> None:
    if not rows:
        # A corpus too small to hold anything out: the last weights are the best there are.
        _save_weights(folder, trainer)
        return
    result = score(trainer.model, trainer.pack, rows)
    is_best = result.bits_per_character < tally.best
    tally.worse = 0 if is_best else tally.worse + 1
    entry = {"step": trainer.steps, "tokens": trainer.tokens, "seconds": tally.seconds}
    tally.evaluations.append({**entry, "bits_per_character": result.bits_per_character})
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps({**entry, **asdict(result)}) + "\n")
    if is_best:
        tally.best, tally.best_step = result.bits_per_character, trainer.steps
        _save_weights(folder, trainer)
    listener.on_evaluation(trainer, result, is_best)


def _save_weights(folder: Path, trainer: Trainer) -> None:
    weights = {n: t.detach().cpu().contiguous() for n, t in trainer.model.state_dict().items()}
    with replacing(folder / "best.safetensors") as part:
        save_file(weights, part)


def _save(folder: Path, trainer: Trainer, tally: Tally) -> None:
    with replacing(folder / "state.safetensors") as part:
        save_file(trainer.tensors(), part, metadata={"tally": json.dumps(asdict(tally))})


def load_state(path: Path) -> tuple[dict[str, torch.Tensor], Tally]:
    """Read what `_save` wrote. Raises RunError for a broken file."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata: dict[str, Any] = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return tensors, Tally(**json.loads(metadata["tally"]))
    except (SafetensorError, OSError, KeyError, TypeError) as error:
        raise RunError(f"can't resume: {path} is broken ({error})") from error


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold a run folder for this process; raises RunError where another does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RunError(f"another process is training in {folder}") from error
        file.write(str(os.getpid()))
        file.flush()
        yield


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
