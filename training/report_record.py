"""What a run folder holds so far, for its report: of a run that ended or of one under way.

Only reads. Whatever is not there yet, or broken, is left out and said in `trouble`.
"""

from __future__ import annotations

import fcntl
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from chatbot import LanguageModel, load
from chatbot.errors import CheckpointError
from training.errors import RunError

__all__ = ["Progress", "Record", "read_record"]


@dataclass(frozen=True)
class Progress:
    """How far the saved state is."""

    steps: int
    tokens: int
    """Ids trained on."""
    seconds: float
    parameters: int
    dealt: tuple[int, ...]
    """Conversations dealt of each source, in the pack's order."""
    fingerprint: str
    """Of the packed data."""


@dataclass(frozen=True)
class Record:
    """The files of a run, read; what is missing is empty or None."""

    folder: Path
    shape: Mapping[str, Any]
    """model.json."""
    recipe: Mapping[str, Any]
    identity: Mapping[str, Any]
    evaluations: list[Mapping[str, Any]]
    """Lines of log.jsonl."""
    progress: Progress | None
    model: LanguageModel | None
    """The run's checkpoint."""
    pack: Mapping[str, Any]
    """Facts of the packed corpus."""
    is_running: bool
    """Some process trains in the folder now."""
    trouble: list[str] = field(default_factory=list)

    @property
    def metrics(self) -> Mapping[str, Any]:
        """The checkpoint's."""
        return self.model.checkpoint.metrics if self.model else {}

    @property
    def training(self) -> Mapping[str, Any]:
        """What the checkpoint says of its training."""
        found: Mapping[str, Any] = self.metrics.get("training", {})
        return found

    @property
    def is_finished(self) -> bool:
        """Tell whether the checkpoint is of the run's last step."""
        return bool(self.training) and not self.is_ahead

    @property
    def is_ahead(self) -> bool:
        """Tell whether the run went on after its checkpoint was made."""
        steps = self.training.get("steps", math.inf)
        return self.progress is not None and self.progress.steps > steps


def read_record(folder: Path) -> Record:
    """Read a run folder. Raises RunError where there is none."""
    if not folder.is_dir():
        raise RunError(f"no run at {folder}: there is no such folder")
    trouble: list[str] = []
    shape, recipe = (_json(folder / f"{name}.json", trouble) for name in ("model", "recipe"))
    model = _model(folder / "checkpoint", trouble)
    if not recipe and not model:
        found = ", ".join(sorted(p.name for p in folder.iterdir())) or "nothing"
        raise RunError(
            f"{folder} holds no run: neither recipe.json nor checkpoint is there (it holds {found})"
        )
    metrics = model.checkpoint.metrics if model else {}
    progress = _progress(folder / "state.safetensors", recipe, trouble)
    pack = _json(folder / "pack" / "pack.json", trouble) or metrics.get("corpus", {})
    if progress and pack and progress.fingerprint not in ("", pack.get("fingerprint")):
        trouble.append(
            f"{folder / 'pack'} is not the data that the saved state was trained on last"
        )
    return Record(
        folder=folder,
        shape=shape,
        recipe=recipe or metrics.get("training", {}).get("recipe", {}),
        identity=_json(folder / "identity.json", trouble),
        evaluations=_log(folder / "log.jsonl"),
        progress=progress,
        model=model,
        pack=pack,
        is_running=_is_held(folder / "lock"),
        trouble=trouble,
    )


def _json(path: Path, trouble: list[str]) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        trouble.append(f"{path} can't be read: {error}")
        return {}
    return value if isinstance(value, dict) else {}


def _log(path: Path) -> list[Mapping[str, Any]]:
    """Read the evaluations; a line that is being written is left for the next report."""
    found: list[Mapping[str, Any]] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and {"tokens", "seconds", "bits_per_character"} <= entry.keys():
            found.append(entry)
    return found


def _model(folder: Path, trouble: list[str]) -> LanguageModel | None:
    if not folder.is_dir():
        return None
    try:
        return load(folder)
    except CheckpointError as error:
        trouble.append(str(error))
        return None


def _progress(path: Path, recipe: Mapping[str, Any], trouble: list[str]) -> Progress | None:
    """Read what a state says, not its weights: they may be large."""
    if not path.exists() or not recipe:
        return None
    try:
        with safe_open(path, framework="np") as file:
            tally = json.loads(file.metadata()["tally"])
            steps = int(file.get_tensor("steps"))
            dealt = file.get_tensor("mixture.dealt") if "mixture.dealt" in file.keys() else []  # noqa: SIM118
            weights = [n for n in file.keys() if n.startswith("model.")]  # noqa: SIM118
            parameters = sum(math.prod(file.get_slice(n).get_shape()) for n in weights)
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        trouble.append(f"{path} is broken: {error}")
        return None
    return Progress(
        steps,
        steps * int(recipe["lanes"]) * int(recipe["window"]),
        float(tally["seconds"]),
        parameters,
        tuple(int(count) for count in dealt),
        str(tally.get("fingerprint", "")),
    )


def _is_held(path: Path) -> bool:
    """Tell whether a process holds the folder's lock (run_folder.py); nothing is written."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
