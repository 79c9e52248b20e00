"""Build what our checkpoint is compared with, on the same training text: once, in an hour or two.

    python -m benchmarks.quality.prepare            KenLM and presage, into runs/benchmarks/

    turns.jsonl              the cleaned training dialogues (training_text.py)
    kenlm-build/             KenLM's source and programs
    kenlm/                   the two models, as binaries and as tables; case and spaces
    presage/ngrams.db        presage's n-grams

What is there already is left as it is; delete a folder to build it anew. Needs pip, cmake, a C++
compiler, Boost, and Debian's package presage: it says what is missing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from rich.console import Console

from benchmarks.quality.arpa import read_arpa
from benchmarks.quality.kenlm_build import PrepareError, binary, build_programs, estimate
from benchmarks.quality.presage_build import write_database
from benchmarks.quality.systems import BUILT
from benchmarks.quality.training_text import write_ngram_text, write_presage_text, write_turns
from training.errors import TrainingError

__all__ = ["main", "prepare_kenlm", "prepare_presage"]

VOCABULARY = 50_000
PRUNE = (0, 0, 1)
"""N-grams of three words and more that were seen once are left out: they are most of the megabytes
and little of the quality (with them the binary is six times the size)."""
_err = Console(stderr=True)
_T = TypeVar("_T")


def main(arguments: Sequence[str] | None = None) -> None:
    """Build what is not there yet."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.prepare", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--built", type=Path, default=BUILT)
    parser.add_argument("--systems", nargs="+", choices=["kenlm", "presage"])
    options = parser.parse_args(arguments)
    chosen = options.systems or ["kenlm", "presage"]
    try:
        turns = _turns(options.data, options.built)
        if "kenlm" in chosen:
            prepare_kenlm(turns, options.built / "kenlm", options.built / "kenlm-build")
        if "presage" in chosen:
            prepare_presage(turns, options.built / "presage")
    except (PrepareError, TrainingError) as error:
        raise SystemExit(f"benchmarks.quality.prepare: {error}") from error


def prepare_kenlm(
    turns: Path,
    folder: Path,
    build: Path,
    *,
    vocabulary: int = VOCABULARY,
    prune: Sequence[int] = PRUNE,
) -> None:
    """Write all that `systems.kenlm` loads. Raises PrepareError."""
    if (folder / "ready").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    programs = _timed("KenLM's programs", lambda: build_programs(build))
    _timed("tokens", lambda: write_ngram_text(turns, folder, vocabulary=vocabulary))
    for name, text in (("words", "symbols.txt"), ("letters", "letters.txt")):
        _model(programs, folder / text, folder / name, prune)
    (folder / "ready").touch()


def _model(programs: Path, text: Path, target: Path, prune: Sequence[int]) -> None:
    """Estimate a model of a text; leave its binary and its table, and no text."""
    arpa = target.with_suffix(".arpa")
    _timed(f"lmplz: {target.name}", lambda: estimate(programs, text, arpa, prune=prune))
    binary_file = target.with_suffix(".binary")
    _timed(f"binary: {target.name}", lambda: binary(programs, arpa, binary_file))
    _timed(f"table: {target.name}", lambda: read_arpa(arpa).save(target))
    text.unlink()
    arpa.unlink()


def prepare_presage(turns: Path, folder: Path) -> None:
    """Write presage's database. Raises PrepareError."""
    database, text = folder / "ngrams.db", folder / "text.txt"
    if database.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    _timed("presage's text", lambda: write_presage_text(turns, text))
    _timed("presage's n-grams", lambda: write_database(text, database))
    text.unlink()


def _turns(data: Path, built: Path) -> Path:
    path = built / "turns.jsonl"
    if not path.exists():
        built.mkdir(parents=True, exist_ok=True)
        _timed("training dialogues", lambda: write_turns(data, path))
    return path


def _timed(what: str, do: Callable[[], _T]) -> _T:
    begun = time.monotonic()
    with _err.status(what):
        result = do()
    _err.print(f"{what}: {time.monotonic() - begun:.0f} s", highlight=False)
    return result


if __name__ == "__main__":
    main(sys.argv[1:])
