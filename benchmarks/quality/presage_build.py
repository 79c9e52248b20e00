"""Write presage's database of n-grams with its own text2ngram (Debian's package presage)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from benchmarks.quality.kenlm_build import PrepareError, run

__all__ = ["write_database"]

ORDER = 3
"""Words in its longest n-gram: as in the databases that come with it."""


def write_database(text: Path, database: Path) -> None:
    """Count n-grams of 1, 2 and 3 words into one SQLite file.

    text2ngram counts an order in memory, some 4 GB for 34 million words, and takes an hour there.
    Raises PrepareError where it is not installed.
    """
    if not shutil.which("text2ngram"):
        raise PrepareError("text2ngram is missing: apt-get install presage")
    part = database.with_name(f".{database.name}.part")
    part.unlink(missing_ok=True)
    for n in range(1, ORDER + 1):
        command = ["text2ngram", "-n", str(n), "-a", "-f", "sqlite", "-o", str(part), str(text)]
        run(command)
    os.replace(part, database)
