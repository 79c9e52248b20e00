"""`python app.py`: its URL, its errors, its end. In processes of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from chatbot.server import Settings
from chatbot.server.serving import _listen

ROOT = Path(__file__).parents[2]
LIMIT = 60  # seconds in which a process must have done what a test waits for

# A stand-in for the engine: the process imports it instead of reading a checkpoint.
SCRIPT = """
import sys, threading
import chatbot
from chatbot.server import Settings, serve
class Endless:
    name, created = "endless", 0
    def stream(self, prompt, **options):
        while True:
            yield "on and "
            threading.Event().wait(0.01)
def load(path, *, offensive):
    if sys.argv[1] == "loading":
        threading.Event().wait()
    return Endless()
chatbot.load = load
sys.exit(serve(Settings(port=0, shutdown_seconds=1)))
"""


def app(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run app.py to its end."""
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = app("--port", port)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert f"port {port}" in result.stderr
    assert "--port" in result.stderr


def test_answers_are_not_held_back_for_40_ms() -> None:
    """asyncio sets TCP_NODELAY only where the listener names its protocol."""
    with _listen(Settings(port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_an_address_of_another_machine() -> None:
    result = app("--host", "192.0.2.1", "--port", "0")
    assert result.returncode == 1
    assert "192.0.2.1" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_bad_checkpoint_is_one_clear_line(tmp_path: Path) -> None:
    result = app("--port", "0", "--checkpoint", str(tmp_path / "nothing"))
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "nothing" in result.stderr
    assert "http://127.0.0.1:" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "words"),
    [
        (["--port", "99999"], {}, 1, "port: "),
        (["--port", "x"], {}, 1, "port: "),
        (["--nothing"], {}, 2, "--nothing"),
        ([], {"INKLING_PROT": "1"}, 1, "INKLING_PROT"),
        ([], {"INKLING_ALLOWED_ORIGINS": "site.example"}, 1, "site.example"),
        (
            [],
            {"INKLING_OFFENSIVE": "slurs, rude"},
            1,
            "kinds must be of slurs, swearing, sexual, harm; got rude",
        ),
    ],
)
def test_a_wrong_setting(
    arguments: list[str], variables: dict[str, str], code: int, words: str
) -> None:
    result = app(*arguments, **variables)
    assert result.returncode == code
    assert words in result.stderr
    assert "Traceback" not in result.stderr


@contextmanager
def server(model: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a server with a stand-in for its model; give the process and its URL."""
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, model],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert "Inkling is at http://127.0.0.1:" in line
            yield process, line.split()[3]
        finally:
            process.kill()


def test_it_serves_while_it_loads_and_ctrl_c_stops_it() -> None:
    with server("loading") as (process, url):
        assert httpx.get(f"{url}/health", timeout=LIMIT).json()["status"] == "loading"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=LIMIT)
    assert (process.returncode, errors) == (0, "")


def test_it_stops_in_time_though_a_stream_is_open() -> None:
    body = {"prompt": "a", "stream": True, "max_tokens": 1024}
    with server("endless") as (process, url):
        while httpx.get(f"{url}/health", timeout=LIMIT).status_code == 503:
            pass
        with httpx.stream("POST", f"{url}/v1/completions", json=body, timeout=LIMIT) as response:
            lines = response.iter_lines()
            assert next(lines).startswith("data: ")
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=LIMIT)
            assert time.monotonic() - begun < 10
    assert process.returncode in (0, -signal.SIGTERM)
