"""Build KenLM from its source package, and models with it.

The package on PyPI holds the C++ source of lmplz (it estimates), build_binary and query; cmake, a
compiler and Boost build them. Knows commands and files, nothing of what the text means.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

__all__ = ["PROGRAMS", "PrepareError", "binary", "build_programs", "estimate", "run"]

PROGRAMS = ("lmplz", "build_binary", "query")
VERSION = "0.3.0"
_NEEDS = (
    "cmake g++ libboost-system-dev libboost-thread-dev libboost-program-options-dev "
    "libboost-test-dev zlib1g-dev libbz2-dev liblzma-dev"
)


class PrepareError(RuntimeError):
    """Raised when a program that builds something is missing or fails, with its last words."""


def build_programs(folder: Path) -> Path:
    """Download and compile KenLM below `folder`, unless that was done; give where its programs are.

    Raises PrepareError naming the Debian packages it needs.
    """
    programs = folder / "programs"
    if all((programs / name).is_file() for name in PROGRAMS):
        return programs
    for needed in ("cmake", "c++"):
        if not shutil.which(needed):
            raise PrepareError(f"{needed} is missing: apt-get install {_NEEDS}")
    source = folder / f"kenlm-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    download = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:"]
    run([*download, "--no-build-isolation", f"kenlm=={VERSION}", "-d", str(folder)])
    with tarfile.open(folder / f"kenlm-{VERSION}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    build = source / "build"
    hint = f"; it needs {_NEEDS}"
    run(["cmake", "-S", str(source), "-B", str(build), "-DCMAKE_BUILD_TYPE=Release"], hint=hint)
    run(["cmake", "--build", str(build), "--target", *PROGRAMS], hint=hint)
    programs.mkdir(exist_ok=True)
    for name in PROGRAMS:
        shutil.copy2(build / "bin" / name, programs / name)
    return programs


def estimate(
    programs: Path, text: Path, arpa: Path, *, order: int = 5, prune: Sequence[int] = (0,)
) -> None:
    """Estimate a modified Kneser-Ney model of `text`, leaving out n-grams seen `prune` times.

    `prune` has a number an order; the last holds for those above. Counts of a tiny text are too
    few to estimate discounts from: there KenLM's own fallback is used.
    """
    command = [str(programs / "lmplz"), "-o", str(order), "-S", "20%", "-T", str(arpa.parent)]
    command += ["--discount_fallback", "--prune", *map(str, prune)]
    part = arpa.with_name(f".{arpa.name}.part")
    run([*command, "--text", str(text), "--arpa", str(part)])
    os.replace(part, arpa)


def binary(programs: Path, arpa: Path, target: Path) -> None:
    """Write KenLM's own binary of a model: a trie, probabilities and backoffs in 8 bits."""
    quantised = ["-q", "8", "-b", "8", "-a", "22", "trie"]
    run([str(programs / "build_binary"), *quantised, str(arpa), str(target)])


def run(command: Sequence[str], *, hint: str = "") -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise PrepareError(f"can't run {command[0]}: {error.strerror}{hint}") from error
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-6:])
        raise PrepareError(f"{' '.join(command[:4])} ... failed{hint}:\n{last}")
