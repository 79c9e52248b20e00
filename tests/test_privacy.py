"""Nothing leaves the machine, and nothing is left on it that nobody asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SILENCING = ("CI", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS")
"""Variables that silence ONNX Runtime where a person has none of them."""


def test_no_telemetry_is_begun(tmp_path: Path) -> None:
    """ONNX Runtime put an id of the machine into the home, and sent reports under it."""
    kept = {name: value for name, value in os.environ.items() if name not in SILENCING}
    code = "from chatbot import load; load('tiny-rnn').suggest('how a')"
    subprocess.run(
        [sys.executable, "-c", code],
        env=kept | {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        cwd=Path(__file__).parents[1],
        check=True,
    )
    assert list(tmp_path.rglob("*")) == []
