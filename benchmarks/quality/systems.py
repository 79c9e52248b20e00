"""The systems of the scoreboard, and where what they need lies."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

from benchmarks.quality.missing import MissingError
from benchmarks.quality.network import LibraryPredictor, RunnerPredictor, megabytes
from benchmarks.quality.ngram import NgramPredictor
from benchmarks.quality.ngram_table import open_table
from benchmarks.quality.predictor import Maker, Predictor
from benchmarks.quality.presage import PresagePredictor
from benchmarks.quality.spelling import Casing, Spacing
from chatbot import InklingError
from chatbot.checkpoint import open_checkpoint
from training.errors import TrainingError

__all__ = ["BUILT", "TRANSFORMER", "inkling", "kenlm", "named", "systems"]

BUILT = Path("runs/benchmarks")
"""What `prepare` builds; git ignores it."""
TRANSFORMER = Path("runs/transformer")
"""Where `python -m benchmarks.transformer` trains."""


def systems(
    *, built: Path = BUILT, checkpoint: Path | None = None, transformer: Path = TRANSFORMER
) -> dict[str, Maker]:
    """Name every system and say how it is made; making one may raise MissingError."""
    return {
        "inkling": lambda: inkling(checkpoint),
        "KenLM": lambda: kenlm(built / "kenlm"),
        "presage": lambda: PresagePredictor(built / "presage" / "ngrams.db"),
        "Transformer": lambda: _transformer(transformer),
    }


def named(path: str) -> Maker:
    """Find somebody's predictor, given as `module:function`."""
    module, _, function = path.partition(":")
    try:
        maker: Maker = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"a predictor is named module:function; got {path!r} ({error})") from error
    return maker


def kenlm(folder: Path) -> NgramPredictor:
    """Load the model of words, the model of letters and the spelling that `prepare` wrote."""
    if not (folder / "ready").is_file():
        raise MissingError("KenLM", f"no model in {folder}")
    spelling = json.loads((folder / "spelling.json").read_text(encoding="utf-8"))
    shipped = [folder / name for name in ("words.binary", "letters.binary", "spelling.json")]
    return NgramPredictor(
        open_table(folder / "words"),
        open_table(folder / "letters"),
        Casing.load(spelling["casing"]),
        Spacing.load(spelling["spacing"]),
        megabytes=megabytes(shipped),
    )


def inkling(checkpoint: Path | None) -> Predictor:
    """Load a checkpoint of ours; None is the bundled one."""
    try:
        return LibraryPredictor(checkpoint)
    except InklingError as error:
        raise MissingError("inkling", str(error), "inkling train --help") from error


def _transformer(folder: Path) -> Predictor:
    # Here, because it imports torch, which no other system needs.
    from benchmarks.transformer import load

    command = f"python -m benchmarks.transformer --out {folder}"
    try:
        loaded = load(folder)
    except TrainingError as error:
        raise MissingError("Transformer", str(error), command) from error
    files = [folder / name for name in ("best.safetensors", "tokenizer.model", "model.json")]
    # It read what ours did.
    lexicon = open_checkpoint().lexicon
    return RunnerPredictor(
        loaded.runner,
        loaded.tokenizer,
        name="Transformer",
        megabytes=megabytes(files),
        lexicon=lexicon,
    )
