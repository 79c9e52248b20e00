"""Train a Transformer of our checkpoint's size with our own trainer, and run it as ours is run.

    python -m benchmarks.transformer --pack runs/default/pack --out runs/transformer --minutes 120

The same pack, mixture, loss, schedule and saves; Ctrl-C saves and --resume goes on. Its window is
longer than ours with fewer lanes, so that a step reads as many ids, and its rate is its own best
(`python -m benchmarks.recipes --only "Transformer 1e-3" ...` compares them). The folder gets what
every run folder has, transformer.json (heads, memory), tokenizer.model and facts.json.
"""

from __future__ import annotations

import os

# Before torch is imported: spinning threads cost two thirds of the speed on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from safetensors.torch import load_file
from torch import Tensor

from benchmarks.transformer_model import Transformer
from chatbot.atomic import write_json
from chatbot.model_config import ModelConfig
from chatbot.runners import Floats, Ids, Runner
from tokenizer import Tokenizer
from tokenizer import load as load_tokenizer
from training.errors import RunError, TrainingError
from training.heldout import choose, score
from training.listener import RunListener
from training.pack import Pack, open_pack
from training.recipe import Recipe
from training.run import Outcome, run

__all__ = ["LOOK", "RECIPE", "SHAPE", "Loaded", "TransformerRunner", "load", "main"]

SHAPE: dict[str, Any] = {"embedding_size": 256, "hidden_size": 728, "layers": 3}
"""6.68 million parameters with 16,384 pieces; the recurrent one has 6.67."""
LOOK: dict[str, Any] = {"heads": 4, "memory": 128}
RECIPE: dict[str, Any] = {"lanes": 16, "window": 128, "peak_rate": 3e-3, "mixture": "chat"}


class TransformerRunner(Runner):
    """Step a `Transformer`; a row of state is keys and values layer by layer, then what is filled.

    D = L M 2 E + M: 196,736 numbers where the recurrent network has 1,280.
    """

    def __init__(self, model: Transformer) -> None:
        self._model, self._layers = model.eval(), model.config.layers
        self._width = model.memory * 2 * model.config.embedding_size

    @property
    def vocab_size(self) -> int:
        return self._model.config.vocab_size

    def start(self, lanes: int) -> Floats:
        return np.zeros((lanes, self._layers * self._width + self._model.memory), np.float32)

    @torch.inference_mode()
    def step(self, ids: Ids, state: Floats) -> tuple[Floats, Floats]:
        features, after = self._read(ids, state)
        logits: Floats = self._model.logits(features[:, 0]).numpy()
        return logits, after

    @torch.inference_mode()
    def advance(self, ids: Ids, state: Floats) -> Floats:
        return self._read(ids, state)[1]

    def _read(self, ids: Ids, state: Floats) -> tuple[Tensor, Floats]:
        rows = torch.from_numpy(state)
        memory, filled = rows[:, : -self._model.memory], rows[:, -self._model.memory :]
        given = torch.from_numpy(np.asarray(ids))[:, None]
        layers = torch.split(memory, self._width, dim=1)
        features, kept, filled = self._model.read(given, layers, filled)
        after: Floats = torch.cat([*(part.flatten(1) for part in kept), filled], dim=1).numpy()
        return features, after


@dataclass(frozen=True)
class Loaded:
    """What a benchmark needs to run the network: as a `LanguageModel`'s parts."""

    runner: TransformerRunner
    tokenizer: Tokenizer
    model: Transformer


def load(folder: Path) -> Loaded:
    """Read the best weights that the command trained in `folder`. Raises RunError without them."""
    config, look = _stored(folder)
    if not (folder / "best.safetensors").exists():
        raise RunError(f"{folder} has no weights yet: the run was stopped before its first score")
    tokenizer = load_tokenizer(folder / "tokenizer.model", kind=look["tokenizer_kind"])
    model = Transformer(config, heads=look["heads"], memory=look["memory"])
    model.load_state_dict(load_file(folder / "best.safetensors"))
    return Loaded(TransformerRunner(model), tokenizer, model)


def _stored(folder: Path) -> tuple[ModelConfig, dict[str, Any]]:
    """Read the shape of what a folder holds."""
    try:
        config = ModelConfig(**json.loads((folder / "model.json").read_text()))
        return config, json.loads((folder / "transformer.json").read_text())
    except OSError as error:
        raise RunError(
            f"no Transformer in {folder}: {error.filename} is missing; train one with "
            f"python -m benchmarks.transformer --out {folder}"
        ) from error


def train(
    pack: Pack,
    folder: Path,
    recipe: Recipe,
    *,
    resume: bool,
    shape: dict[str, Any] | None = None,
    look: dict[str, Any] | None = None,
    quiet: bool = False,
) -> Outcome:
    """Train in `folder` until the budget of `recipe` is spent or a signal comes."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "state.safetensors").exists():
        config, look = _stored(folder)
    else:
        config = ModelConfig(vocab_size=pack.tokenizer.vocab_size, **(shape or SHAPE))
        pack.tokenizer.save(folder / "tokenizer.model")
        look = {**(look or LOOK), "tokenizer_kind": pack.tokenizer.kind}
        write_json(folder / "transformer.json", look)
    build = partial(Transformer, heads=look["heads"], memory=look["memory"])
    with RunListener(folder, Console(stderr=True), quiet=quiet) as listener:
        return run(pack, folder, config, recipe, listener, resume=resume, build=build)


def facts(outcome: Outcome, pack: Pack, folder: Path, *, tokens: int = 200_000) -> dict[str, Any]:
    """Say what was trained and what the best weights score on `tokens` held-out ids."""
    trainer, seconds = outcome.trainer, outcome.tally.seconds
    model = load(folder).model
    found = {
        "parameters": sum(p.numel() for p in model.parameters()),
        "megabytes": round((folder / "best.safetensors").stat().st_size / 1e6, 1),
        "minutes": round(seconds / 60, 1),
        "tokens": trainer.tokens,
        "tokens_per_second": round(trainer.tokens / max(seconds, 1e-9)),
        "ended": outcome.reason,
        "best_step": outcome.tally.best_step,
        "recipe": asdict(trainer.recipe),
        "pack": pack.fingerprint,
    }
    if rows := choose(pack.valid, tokens=tokens):
        found["held_out"] = asdict(score(model, pack, rows, lanes=16, window=16))
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, or go on, then write facts.json and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pack", type=Path, default=Path("runs/default/pack"))
    parser.add_argument("--out", type=Path, default=Path("runs/transformer"))
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--peak-rate", type=float, default=RECIPE["peak_rate"])
    parser.add_argument("--threads", type=int, help="torch's choice where it is left out")
    parser.add_argument("--resume", action="store_true", help="go on where the run stopped")
    options = parser.parse_args(arguments)
    given = {"minutes": options.minutes, "peak_rate": options.peak_rate, "patience": 1000}
    try:
        recipe = Recipe(**{**RECIPE, **given, "threads": options.threads, "evaluations": 8})
        pack = open_pack(options.pack)
        outcome = train(pack, options.out, recipe, resume=options.resume)
        if outcome.reason == "interrupted":
            print(f"saved at step {outcome.trainer.steps:,}; go on with --resume", file=sys.stderr)
            raise SystemExit(130)
        found = facts(outcome, pack, options.out)
    except TrainingError as error:
        raise SystemExit(f"benchmarks.transformer: {error}") from error
    write_json(options.out / "facts.json", found)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
