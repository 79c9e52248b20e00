"""The server, started as anybody starts it, on a core of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from benchmarks.keystrokes import cores
from benchmarks.keystrokes.connection import Connection

__all__ = ["Server", "ServerError", "server"]

_APP = Path(__file__).parents[2] / "app.py"


class ServerError(RuntimeError):
    """Report a server that does not start, or does not answer."""


class Server:
    """A running server, asked over one kept connection."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.url, self._process, self._port = f"http://127.0.0.1:{port}", process, port
        self._connection = Connection(port)

    def suggest(self, text: str, turns: list[str], **options: Any) -> bytes:
        """Ask for three words."""
        return self.post("/v1/suggest", {"text": text, "turns": turns, "n": 3, **options})

    def post(self, path: str, body: dict[str, Any]) -> bytes:
        """Give the answer as it came. Raises ServerError for any status but 200.

        The standard library's JSON would take 0.2 ms of the asker's own time for a long text.
        """
        return self._ask("POST", path, to_json(body))

    def another(self) -> Server:
        """Give the same server, asked over a connection of its own."""
        return Server(self._process, self._port)

    @property
    def resident(self) -> int:
        """Memory of the process that is in use, bytes."""
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> None:
        """Stop it, and wait until it has."""
        self._process.terminate()
        self._process.wait()

    def wait_until_ready(self, seconds: float = 120) -> None:
        """Ask /health until it says ready."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._process.poll() is None:
            try:
                self._ask("GET", "/health")
                return
            except (OSError, ServerError):
                self._connection.close()
                time.sleep(0.2)
        raise ServerError(f"the server at {self.url} did not become ready")

    def _ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        status, answer = self._connection.ask(method, path, body)
        if status != 200:
            raise ServerError(f"the server answered {status}: {answer!r:.300}")
        return answer


@contextmanager
def server(checkpoint: Path | None, *, memory: Path | None = None) -> Iterator[Server]:
    """Start `app.py` on a free port; what sessions learn goes to the file `memory`, or nowhere."""
    command = [sys.executable, str(_APP), "--port", "0"]
    command += ["--checkpoint", str(checkpoint)] if checkpoint else []
    settings = {
        "INKLING_MEMORY": str(memory or ""),
        # The connection waits while others are timed, and a long text is sent whole.
        "INKLING_KEEP_ALIVE_SECONDS": "600",
        "INKLING_MAX_PROMPT_CHARS": "200000",
    }
    with cores.on(cores.SERVER):
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=os.environ | settings
        )
    try:
        assert process.stdout is not None
        told = process.stdout.readline()
        port = re.search(r"http://[\w.]+:(\d+)", told)
        if port is None:
            raise ServerError(f"the server told no address, but {told!r}")
        running = Server(process, int(port[1]))
        running.wait_until_ready()
        yield running
    finally:
        process.terminate()
        process.communicate()
