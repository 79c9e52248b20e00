"""What the machine is, and how fast it multiplies matrices."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

__all__ = ["clock", "machine", "matrix_rate"]


def clock(threads: int) -> Callable[[], float]:
    """Give the clock to measure by (s).

    With one thread it is the time that the processor gave this process, so that work beside it is
    not counted; several threads wait for each other, and then only the time of day is honest.
    """
    return time.process_time if threads == 1 else time.monotonic


def matrix_rate(
    dtype: torch.dtype, now: Callable[[], float], *, size: int = 768, seconds: float = 0.25
) -> float:
    """Measure how many floating-point operations a second a product of two matrices gets."""
    one = torch.randn(size, size).to(dtype)
    begun, done = now(), 0
    while done < 2 or now() - begun < seconds:
        one @ one
        done += 1
    return done * 2 * size**3 / (now() - begun)


def machine(threads: int) -> dict[str, Any]:
    """Say what this runs on."""
    names = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    capable = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "threads": threads,
        "clock": "processor time" if threads == 1 else "time of day",
        "load": round(os.getloadavg()[0], 1),
        "bf16_in_hardware": bool(capable),
        "torch": torch.__version__,
        "capability": torch.backends.cpu.get_cpu_capability(),
    }
