"""What a benchmark ran on: the machine, the versions of what it measures, the commit."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

__all__ = ["commit", "debian_version", "machine", "versions"]


def machine() -> dict[str, Any]:
    """Name the processor, its cores, and how busy it is (processes that run or wait, 1 min)."""
    names = [line for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")]
    return {
        "processor": names[0].partition(":")[2].strip() if names else platform.processor(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def versions(*more: str) -> dict[str, str]:
    """Give the versions of Python, what prediction runs on, `more` packages, and presage."""
    packages = ("numpy", "onnxruntime", "torch", "sentencepiece", *more)
    found = {name: metadata.version(name) for name in packages}
    return {"python": platform.python_version(), **found, "presage": debian_version("presage")}


def debian_version(package: str) -> str:
    """Give the version of a Debian package, or say that it is not installed."""
    command = ["dpkg-query", "--show", "--showformat=${Version}", package]
    return _output(command) or "not installed"


def commit() -> str:
    """Give the commit, with a + where tracked files differ from it."""
    changed = "+" if _output(["git", "status", "--porcelain", "--untracked-files=no"]) else ""
    return (_output(["git", "rev-parse", "HEAD"]) or "unknown") + changed


def _output(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
