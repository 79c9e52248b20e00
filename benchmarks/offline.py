"""Milliseconds a keystroke of the widget's offline mode, in Chromium, and what it downloads.

    python -m benchmarks.offline ../shared/data/chitchat.jsonl.xz

A page loads the engine from the server, and the server is stopped. Then turns of the held-out
split are typed one character after another, as in benchmarks.keystrokes, with the turns before as
context; after each key the engine is asked for three words, or for those and a phrase of up to four
words, turn by turn one of both. Timed in the page, from the question to the answer, the way to the
engine's thread and back included. One thread, warm.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.keystrokes import percentile, typed_turns

__all__ = ["main"]

ROOT = Path(__file__).parents[1]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
READY = """async () => {
    while (!(await fetch("/health").catch(() => null))?.ok) {
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
}"""
LOAD = """async () => {
    const begun = performance.now();
    window.engine = await (await import("/offline.mjs")).open();
    return performance.now() - begun;
}"""
TYPE = """async ([text, turns, words]) => {
    const times = [];
    for (let end = 1; end <= text.length; end++) {
        const begun = performance.now();
        await engine.suggest({ text: text.slice(0, end), turns, n: 3, words, avoid: [] });
        times.push(performance.now() - begun);
    }
    return times;
}"""
WAYS = {"three words": 1, "three words and a phrase": 4}
SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
FILES = (
    "offline.mjs",
    "offline.worker.mjs",
    "onnxruntime.wasm",
    "v1/offline/model.onnx",
    "v1/offline/tokenizer.json",
)


@contextmanager
def served(checkpoint: Path | None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start `app.py` on a free port; give its process and address."""
    command = [sys.executable, str(ROOT / "app.py"), "--port", "0"]
    command += ["--checkpoint", str(checkpoint)] if checkpoint else []
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        told = process.stdout.readline()
        found = re.search(r"http://[\w.]+:\d+", told)
        if found is None:
            raise RuntimeError(f"the server told no address, but {told!r}")
        yield process, found[0]
    finally:
        process.terminate()
        process.communicate()


def downloaded(page: Page, url: str) -> dict[str, int]:
    """Give the bytes of each file as it is sent."""
    headers = {"Accept-Encoding": "gzip"}
    answers = {name: page.request.head(f"{url}/{name}", headers=headers) for name in FILES}
    return {name: int(answer.headers["content-length"]) for name, answer in answers.items()}


def type_turns(page: Page, corpus: Path, keys: int) -> dict[str, list[float]]:
    """Give the milliseconds of every key, by what is asked; the first turn of each warms up."""
    times: dict[str, list[float]] = {name: [] for name in WAYS}
    for number, (turns, text) in enumerate(typed_turns(corpus, keys)):
        # Each way has turns of its own: the second would find the first one's steps done.
        name, words = list(WAYS.items())[number % len(WAYS)]
        measured = page.evaluate(TYPE, [text, turns, words])
        times[name] += measured if number >= len(WAYS) else []
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--keys", type=int, default=3000)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("this needs Chromium (Debian: chromium)")
    with served(options.checkpoint) as (process, url), sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS).new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{url}/demo")
        page.evaluate(READY)
        loaded = [page.evaluate(LOAD)]
        page.reload()
        loaded.append(page.evaluate(LOAD))
        sizes = downloaded(page, url)
        process.terminate()
        process.wait()
        times = type_turns(page, options.corpus, options.keys)
    report(times, loaded, sizes, options.json)


def report(
    times: dict[str, list[float]], loaded: list[float], sizes: dict[str, int], path: Path | None
) -> None:
    """Print the figures, and write them if asked."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    rows = {
        name: {label: round(percentile(values, share), 2) for label, share in SHARES.items()}
        for name, values in times.items()
    }
    print(f"milliseconds a keystroke in Chromium, server stopped, {machine}")
    for name, row in rows.items():
        told = "".join(f"  {label} {ms:7.2f}" for label, ms in row.items())
        print(f"{name:25}{told}  ({len(times[name]):,} keys)")
    print("engine ready after {:.0f} ms, from what is kept {:.0f} ms".format(*loaded))
    for name, size in {**sizes, "in all": sum(sizes.values())}.items():
        print(f"{name:25}  {size:10,} bytes")
    if path:
        found = {"machine": machine, "ms": rows, "ready_ms": loaded, "bytes": sizes}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
