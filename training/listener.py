"""Show a run: a progress bar for the person, TensorBoard logs for later."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from training.heldout import HeldOut
from training.trainer import Trainer

__all__ = ["RunListener", "Silent"]

_SMOOTHING = 0.98
_LOG_STEPS = 10


class RunListener:
    """Draw loss, bits per character, tokens/s and time left; log the same to TensorBoard."""

    def __init__(self, folder: Path, console: Console, *, quiet: bool = False) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder / "tensorboard"))
        self._console = console
        self._bar = Progress(
            BarColumn(bar_width=20),
            TextColumn("{task.percentage:>3.0f}%  {task.description}"),
            console=console,
            disable=quiet,
        )
        self._task = self._bar.add_task("starting", total=1.0)
        self._loss, self._bits = 0.0, "?"
        self._first: tuple[float, int] | None = None

    def __enter__(self) -> RunListener:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
        self._writer.close()

    def on_step(self, trainer: Trainer, loss: float, progress: float, seconds: float) -> None:
        """Move the bar."""
        now = time.monotonic()
        self._first = self._first or (now, trainer.tokens)
        self._loss = _SMOOTHING * self._loss + (1 - _SMOOTHING) * loss if self._loss else loss
        speed = (trainer.tokens - self._first[1]) / max(now - self._first[0], 1e-9)
        left = seconds / progress - seconds if progress else 0.0
        self._bar.update(
            self._task,
            completed=progress,
            description=f"loss {self._loss:.3f} nats/token  {self._bits} bits/character  "
            f"{speed:,.0f} tokens/s  {_clock(left)} left",
        )
        if trainer.steps % _LOG_STEPS == 0:
            self._log({"loss": loss, "tokens_per_second": speed}, trainer.tokens)

    def on_evaluation(self, trainer: Trainer, result: HeldOut, is_best: bool) -> None:
        """Print a line that stays."""
        self._bits = f"{result.bits_per_character:.3f}"
        self._log({"held_out/bits_per_character": result.bits_per_character}, trainer.tokens)
        self._log({f"held_out/{k}": v for k, v in result.by_source.items()}, trainer.tokens)
        mark = "  (best so far)" if is_best else ""
        self._console.print(
            f"step {trainer.steps:,}  {trainer.tokens:,} tokens  held out: "
            f"{result.bits_per_character:.3f} bits/character{mark}",
            highlight=False,
        )

    def _log(self, values: dict[str, float], place: int) -> None:
        for name, value in values.items():
            self._writer.add_scalar(name, value, place)


class Silent:
    """Say nothing: for all processes but the first."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def on_step(self, trainer: Trainer, loss: float, progress: float, seconds: float) -> None:
        """Say nothing."""

    def on_evaluation(self, trainer: Trainer, result: HeldOut, is_best: bool) -> None:
        """Say nothing."""


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
