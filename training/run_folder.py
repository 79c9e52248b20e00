"""The files of a run, each written whole or not at all, and the lock on them.

    run/  recipe.json  model.json     what was asked for
          state.safetensors           all that the next step depends on
          best.safetensors            the weights that scored best on held-out text
          log.jsonl                   a line an evaluation
          lock                        held while a process trains here

The state is what counts: whatever else was written before a kill is made to agree with it again.
Knows files; knows nothing of steps or clocks.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from chatbot.atomic import replacing, write_json
from chatbot.model_config import ModelConfig
from training.errors import RunError
from training.recipe import Recipe
from training.tally import Tally

__all__ = ["RunFolder", "load_state", "lock"]


class RunFolder:
    """Read and write the files of one run."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self.state, self.best = folder / "state.safetensors", folder / "best.safetensors"
        self._log = folder / "log.jsonl"

    def ask(self, config: ModelConfig, recipe: Recipe) -> None:
        """Write down what is asked for."""
        write_json(self.path / "model.json", asdict(config))
        write_json(self.path / "recipe.json", asdict(recipe))

    def save_state(self, tensors: Mapping[str, Tensor], tally: Tally) -> None:
        """Put the state in the place of the one before; raises RunError when the disk refuses."""
        self._save(self.state, tensors, {"tally": json.dumps(asdict(tally))})

    def save_best(self, weights: Mapping[str, Tensor]) -> None:
        """Put the best weights in the place of those before."""
        whole = {name: t.detach().cpu().contiguous() for name, t in weights.items()}
        self._save(self.best, whole, None)

    def _save(
        self, path: Path, tensors: Mapping[str, Tensor], metadata: dict[str, str] | None
    ) -> None:
        try:
            with replacing(path) as part:
                save_file(dict(tensors), part, metadata=metadata)
        except (OSError, SafetensorError) as error:
            kept = "what was saved there before is kept" if path.exists() else "nothing is lost yet"
            raise RunError(f"can't save {path}: {error} ({kept})") from error

    def log(self, entry: Mapping[str, Any]) -> None:
        """Add a line to the log."""
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def forget_after(self, step: int) -> None:
        """Drop lines of the log that a kill left behind: of steps after `step`, or half a line."""
        if not self._log.exists():
            return
        lines = self._log.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if _step_of(line) <= step]
        if len(kept) < len(lines):
            with replacing(self._log) as part:
                part.write_text("".join(line + "\n" for line in kept), encoding="utf-8")


def _step_of(line: str) -> float:
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return float("inf")


def load_state(path: Path) -> tuple[dict[str, Tensor], Tally]:
    """Read what `save_state` wrote. Raises RunError for a broken file."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata: dict[str, Any] = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return tensors, Tally(**json.loads(metadata["tally"]))
    except (SafetensorError, OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"can't resume: {path} is broken ({error})") from error


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold a run folder for this process; raises RunError where another does.

    The lock is the kernel's (flock), so it ends with the process, however that ends: a lock file
    that was left behind holds nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = f" (it is process {pid})" if (pid := file.read().strip()) else ""
            raise RunError(f"another process is training in {folder}{holder}") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
