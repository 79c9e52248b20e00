"""The widget's offline mode: milliseconds a key in Chromium once the server is stopped.

A page loads the engine from the server, and the server is stopped. Then turns are typed as in the
replay; after each key the engine is asked for three words, or for those and a phrase of up to four
words, turn by turn one of both. Timed in the page, from the question to the answer, the way to the
engine's thread and back included.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks.keystrokes.chromium import ARGUMENTS, find_chromium
from benchmarks.keystrokes.figures import Figure, Found, timing
from benchmarks.keystrokes.replay import Typed
from benchmarks.keystrokes.serving import Server
from chatbot.server.vocabulary import FORMAT

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["measure"]

_LOAD = """async () => {
    const begun = performance.now();
    window.engine = await (await import("/offline.mjs")).open();
    return performance.now() - begun;
}"""
_TYPE = """async ([text, turns, words]) => {
    const times = [];
    for (let end = 1; end <= text.length; end++) {
        const begun = performance.now();
        const question = { text: text.slice(0, end), after: "", turns, n: 3, words, avoid: [] };
        if (!(await engine.suggest(question))) throw new Error(`no answer to ${question.text}`);
        times.push(performance.now() - begun);
    }
    return times;
}"""
_WAYS = {"offline, three words": 1, "offline, three words and a phrase": 4}
_FILES = (
    "offline.mjs",
    "offline.worker.mjs",
    "onnxruntime.wasm",
    f"v1/offline/model.onnx?format={FORMAT}",
    f"v1/offline/tokenizer.json?format={FORMAT}",
)
_PATIENCE = 120_000
"""Milliseconds that the page may take to load the engine."""


def measure(server: Server, typed: Sequence[Typed]) -> Found:
    """Load the engine into a page, stop the server, and type."""
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS).new_page()
        page.set_default_timeout(_PATIENCE)
        page.goto(f"{server.url}/demo")
        first = page.evaluate(_LOAD)
        page.reload()
        again = page.evaluate(_LOAD)
        size = _downloaded(page, server.url)
        server.stop()
        times = _type_turns(page, typed)
    figures = [
        Figure("engine ready, the first time", first, "ms"),
        Figure("engine ready, from what the browser kept", again, "ms"),
        Figure("downloaded once", size / 1e6, "MB"),
    ]
    return Found([timing(name, values) for name, values in times.items()], figures)


def _downloaded(page: Page, url: str) -> int:
    """Count the bytes of all files as they are sent."""
    headers = {"Accept-Encoding": "gzip"}
    answers = [page.request.head(f"{url}/{name}", headers=headers) for name in _FILES]
    return sum(int(answer.headers["content-length"]) for answer in answers)


def _type_turns(page: Page, typed: Sequence[Typed]) -> dict[str, list[float]]:
    """Give the milliseconds of every key, by what is asked; the first turn of each warms up."""
    times: dict[str, list[float]] = {name: [] for name in _WAYS}
    for number, (turns, text) in enumerate(typed):
        # Each way has turns of its own: the second would find the first one's steps done.
        name, words = list(_WAYS.items())[number % len(_WAYS)]
        measured = page.evaluate(_TYPE, [text, turns, words])
        times[name] += measured if number >= len(_WAYS) else []
    return times
