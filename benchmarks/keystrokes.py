"""Milliseconds a keystroke: real text typed key by key, in process and over HTTP.

    python -m benchmarks.keystrokes ../shared/data/chitchat.jsonl.xz

Turns of the held-out split are typed one character after another; after each, three words are
asked for, with the turns before as context. One thread, warm. Both ways are timed on the same
keystrokes, interleaved turn by turn. Prints p50, p95 and p99 and the machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from chatbot import load
from tokenizer import join_speakers
from training.cleaning import CleaningReport, clean
from training.corpus import read
from training.splits import assign

Ask = Callable[[str, list[str]], object]


def typed_turns(path: Path, keys: int) -> list[tuple[list[str], str]]:
    """Take held-out turns until `keys` characters are to be typed."""
    found, total = [], 0
    for conversation in clean(read([path]), CleaningReport()):
        if assign(conversation) == "train":
            continue
        texts = list(join_speakers(conversation.turns))
        for i, text in enumerate(texts[:12]):
            found.append((texts[max(0, i - 4) : i], text))
            total += len(text)
        if total >= keys:
            break
    return found


def type_turn(ask: Ask, turns: list[str], text: str) -> list[float]:
    """Give the milliseconds of every keystroke of one turn."""
    times = []
    for end in range(1, len(text) + 1):
        begun = time.perf_counter()
        ask(text[:end], turns)
        times.append(1000 * (time.perf_counter() - begun))
    return times


@contextmanager
def server(checkpoint: Path | None) -> Iterator[Ask]:
    """Start `app.py` on a free port and ask it over one kept connection."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "app.py", "--port", str(port)]
    command += ["--checkpoint", str(checkpoint)] if checkpoint else []
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(text: str, turns: list[str]) -> object:
        body = json.dumps({"text": text, "turns": turns, "n": 3})
        connection.request("POST", "/v1/suggest", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        data = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {data!r}")
        return data

    try:
        wait_until_ready(process, port)
        yield ask
    finally:
        process.terminate()
        process.wait()


def wait_until_ready(process: subprocess.Popen[bytes], port: int, seconds: float = 120) -> None:
    """Ask /health until it says ready."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            probe = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            probe.request("GET", "/health")
            if probe.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the server on port {port} did not become ready")


def percentile(values: list[float], share: float) -> float:
    """Give the value below which `share` of the sorted values lie."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--keys", type=int, default=3000)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    model = load(options.checkpoint)
    ways: dict[str, Ask] = {"in process": lambda text, turns: model.suggest(text, turns=turns)}
    with server(options.checkpoint) as over_http:
        ways["over HTTP"] = over_http
        times: dict[str, list[float]] = {name: [] for name in ways}
        for number, (turns, text) in enumerate(typed_turns(options.corpus, options.keys)):
            for name, ask in ways.items():
                measured = type_turn(ask, turns, text)
                times[name] += measured if number else []  # the first turn warms up
    report(times, options.json)


def report(times: dict[str, list[float]], path: Path | None) -> None:
    """Print the table, and write it if asked."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    rows = {
        name: {label: round(percentile(values, share), 2) for label, share in shares.items()}
        for name, values in times.items()
    }
    keys = len(next(iter(times.values())))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"milliseconds a keystroke, {keys:,} keystrokes, {machine}")
    for name, row in rows.items():
        print(f"{name:12}" + "".join(f"  {label} {ms:7.2f}" for label, ms in row.items()))
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"machine": machine, "keys": keys, "ms": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
