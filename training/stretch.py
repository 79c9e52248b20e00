"""One stretch of a run: from its start or resume to its end or a stop.

Several processes may go through it together (distributed.py): then every decision is taken on
numbers that all agreed on, and the first alone evaluates and writes.
"""

from __future__ import annotations

import math
import time
from dataclasses import asdict
from hashlib import blake2b
from typing import Literal, Protocol

from chatbot.model_config import ModelConfig
from tokenizer import Tokenizer
from training.errors import DivergedError, RunError
from training.heldout import HeldOut, choose, score
from training.run_folder import RunFolder, load_state
from training.tally import Tally
from training.team import Team
from training.trainer import Trainer

__all__ = ["Listener", "Reason", "Stretch"]

Reason = Literal["finished", "stopped early", "interrupted"]


class Listener(Protocol):
    """Hear what a run does (progress bar, TensorBoard)."""

    def on_step(self, trainer: Trainer, loss: float, progress: float, seconds: float) -> None:
        """Hear of a step taken: its loss, and the share of the budget spent with it."""

    def on_evaluation(self, trainer: Trainer, result: HeldOut, is_best: bool) -> None:
        """Hear of a score on held-out text."""


class Stretch:
    """Train from what a folder holds on."""

    def __init__(self, folder: RunFolder, trainer: Trainer, listener: Listener, team: Team) -> None:
        self._folder, self._trainer, self._listener, self._team = folder, trainer, listener, team
        self._recipe = trainer.recipe
        self._rows = choose(trainer.pack.valid, tokens=self._recipe.evaluate_tokens)
        self.tally = Tally(fingerprint=trainer.pack.fingerprint)
        self._saved = (0, 0.0)  # step and seconds

    def begin(self, config: ModelConfig, *, resume: bool, new_data: bool) -> None:
        """Take up what the folder holds, or save a first state there."""
        trainer, folder = self._trainer, self._folder
        there = folder.state.exists()
        if there and not resume:
            raise RunError(
                f"{folder.path} already holds a run: resume it (--resume) or name another folder"
            )
        goes_on = there and self._take_up(new_data=new_data)
        tally = self.tally
        tally.vocabulary = _fingerprint(trainer.pack.tokenizer)
        tally.extend(trainer.steps, self._recipe)
        self._saved = trainer.steps, tally.seconds
        self._team.wait()  # all have read before the first writes
        if self._team.is_first:
            folder.ask(config, self._recipe)
            folder.forget_after(trainer.steps)
        if not goes_on:
            self._save(is_best=False)
        elif self._team.is_first and tally.best_step == trainer.steps > 0:
            # A kill between the state and the best weights: they are those of the state.
            folder.save_best(trainer.model.state_dict())

    def _take_up(self, *, new_data: bool) -> bool:
        """Restore the saved state; tell whether it goes on with the same data."""
        folder, pack = self._folder.path, self._trainer.pack
        tensors, self.tally = load_state(self._folder.state)
        now = _fingerprint(pack.tokenizer)
        if (before := self.tally.vocabulary) not in ("", now):
            raise RunError(
                f"{folder} was trained with vocabulary {before}, the pack given has {now}: what "
                f"the network learned of the ids of one holds for no other, so begin a new run"
            )
        is_same = self.tally.fingerprint == pack.fingerprint
        if not is_same and not new_data:
            raise RunError(
                f"{folder} was trained on other data: it holds pack {self.tally.fingerprint}, "
                f"the corpus given packs to {pack.fingerprint} (--new-data goes on with it)"
            )
        self._trainer.restore(tensors, new_data=not is_same)
        if not is_same:
            self.tally.begin_anew(pack.fingerprint)
        return is_same

    def follow(self, stopped: list[int]) -> Reason:
        """Take steps to the end, saving when it is time."""
        trainer, tally, recipe = self._trainer, self.tally, self._recipe
        clock = time.monotonic() - tally.seconds
        while tally.worse < recipe.patience:
            if (progress := tally.progress(trainer.steps, recipe)) >= 1:
                return self._finish()
            share = float(trainer.step(progress)) / self._team.size
            now = time.monotonic() - clock if self._team.is_first else 0.0
            loss, stops, tally.seconds = self._team.sum([share, bool(stopped), now])
            spent = tally.progress(trainer.steps, recipe)
            self._listener.on_step(trainer, loss, spent, tally.seconds)
            is_due = tally.is_due(trainer.steps, recipe)
            is_best = is_due and self._evaluate()
            if is_due or stops or tally.seconds - self._saved[1] >= recipe.save_seconds:
                self._save(is_best=is_best)
            if stops:
                return "interrupted"
        return "stopped early"

    def _finish(self) -> Reason:
        evaluations = self.tally.evaluations
        if not evaluations or evaluations[-1]["step"] != self._trainer.steps:
            self._save(is_best=self._evaluate())
        return "finished"

    def _evaluate(self) -> bool:
        """Score the held-out rows, and tell whether the weights are the best so far."""
        trainer, tally, team = self._trainer, self.tally, self._team
        tally.evaluated += 1
        if not self._rows:
            # A corpus too small to hold anything out: the last weights are the best there are.
            tally.best_step = trainer.steps
            return True
        result = score(trainer.model, trainer.pack, self._rows) if team.is_first else None
        (bits,) = team.first_says(result.bits_per_character if result else 0.0)
        if not math.isfinite(bits):
            raise DivergedError(f"the score on held-out text is {bits} at step {trainer.steps:,}")
        is_best = tally.add(trainer.steps, trainer.tokens, bits)
        if result:
            entry = {"step": trainer.steps, "tokens": trainer.tokens, "seconds": tally.seconds}
            self._folder.log({**entry, **asdict(result)})
            self._listener.on_evaluation(trainer, result, is_best)
        return is_best

    def _save(self, *, is_best: bool) -> None:
        """Save the state, then the weights: a kill between the two is mended by `begin`."""
        trainer, tally = self._trainer, self.tally
        (broken,) = self._team.sum([not trainer.is_finite()])
        if broken:
            raise DivergedError(f"weights are not finite after step {trainer.steps:,}")
        tensors = trainer.tensors()
        if self._team.is_first:
            self._folder.save_state(tensors, tally)
            if is_best:
                self._folder.save_best(trainer.model.state_dict())
        self._team.wait()  # who went ahead and ended would have the first ended too
        self._saved = trainer.steps, tally.seconds

    def advice(self, error: DivergedError) -> str:
        """Say what is left after `error`, and what to try."""
        best = f"; the best weights are {self._folder.best}" if self._folder.best.exists() else ""
        return (
            f"{error}. The last good state is kept: {self._folder.state}, of step "
            f"{self._saved[0]:,}{best}. Go on from it with a lower rate: --resume --out "
            f"{self._folder.path} --peak-rate {self._recipe.peak_rate / 2:g}; if that breaks off "
            f"too, begin anew with it"
        )


def _fingerprint(tokenizer: Tokenizer) -> str:
    """Identify a vocabulary: the bytes of its ids in order, and how text is cut."""
    text = tokenizer.kind + "".join(map(repr, tokenizer.pieces))
    return blake2b(text.encode(), digest_size=16).hexdigest()
