"""The real server, as `python app.py` starts it, to be stopped and started again on its port."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds that it may take to load the model on a busy machine."""


class InklingServer:
    """A process that serves a bundled checkpoint to pages of any origin."""

    def __init__(self, checkpoint: str = "default", memory: Path | None = None) -> None:
        self.memory = memory
        """The file of what it learns; none: that of whoever runs it, who is nobody in tests."""
        self._checkpoint = checkpoint
        self._process: subprocess.Popen[str] | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, unless it runs, and wait until it has its model."""
        if self._process is not None:
            return
        own = {"INKLING_MEMORY": str(self.memory)} if self.memory else {}
        self._process = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(self.port), "--checkpoint", self._checkpoint],
            cwd=ROOT,
            env={**os.environ, "INKLING_ALLOWED_ORIGINS": "*", **own},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        found = re.search(r"http://[\w.]+:(\d+)", self._process.stdout.readline())
        assert found
        self.port = int(found[1])
        until = time.monotonic() + PATIENCE
        while not self._is_ready():
            assert time.monotonic() < until, "the server did not become ready"
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate()
            self._process = None

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()
