"""People who type at once, in pages of their own with the real widget: from key to painted text.

Each page has a browser context, as each would have a machine: its own connections to the server.
They type with real key events into the first field of /demo, at a human pace; painting.js measures.
Users beyond the pages are those of typists.py: no machine draws twenty pages as twenty would.
Nobody accepts anything, so after five suggestions typed against the widget shows fewer, as it
should; keys at which nothing was painted have no milliseconds.
"""

from __future__ import annotations

import asyncio
import math
import random
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.keystrokes import cores
from benchmarks.keystrokes.figures import Figure, Found, timing
from benchmarks.keystrokes.serving import Server, ServerError
from benchmarks.keystrokes.typists import typing
from benchmarks.quality.missing import MissingError

if TYPE_CHECKING:
    from playwright.async_api import Page

__all__ = ["ARGUMENTS", "SCRIPT", "find_chromium", "keys_typed", "measure", "opened", "type_text"]

SCRIPT = Path(__file__).with_name("painting.js").read_text(encoding="utf-8")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_PATIENCE = 120_000
"""Milliseconds that a page may take to open; twenty open at once."""
_WARM = 10
"""Keys of each user that are left out: the first ones find nothing ready."""
_FIELD = "#text"


def find_chromium() -> str:
    """Give the path of Chromium. Raises MissingError where it or playwright is not installed."""
    try:
        import playwright  # noqa: F401
    except ImportError as error:
        command = "pip install playwright"
        raise MissingError("chromium", "playwright is not installed", command) from error
    path = shutil.which("chromium")
    if path is None:
        raise MissingError("chromium", "it is not installed", "apt-get install chromium")
    return path


def keys_typed(seconds: float, pace: float) -> int:
    """Count the keys of a user who types for `seconds`, one every `pace` milliseconds."""
    return _WARM + math.ceil(1000 * seconds / pace)


def measure(server: Server, texts: Sequence[str], *, pages: int, pace: float) -> Found:
    """Let users type, each their own text, a key every `pace` milliseconds in the mean.

    The first `pages` of them do so in Chromium. Raises ServerError where that or the server fails.
    """
    chromium = find_chromium()
    from playwright.async_api import Error

    try:
        with cores.on(cores.OTHERS):
            keys = asyncio.run(_all_type(chromium, server, texts, pages, pace))
    except Error as error:
        raise ServerError(f"Chromium failed: {error}") from error
    return _sum_up(keys, len(texts), pages)


@asynccontextmanager
async def opened(chromium: str, url: str, count: int) -> AsyncIterator[list[Page]]:
    """Open /demo `count` times, each as if on a machine of its own, the caret in its field."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        found = []
        for _ in range(count):
            context = await browser.new_context(viewport={"width": 1100, "height": 900})
            context.set_default_timeout(_PATIENCE)
            page = await context.new_page()
            await page.goto(f"{url}/demo")
            await page.focus(_FIELD)
            await page.evaluate(SCRIPT)
            found.append(page)
        yield found
        await browser.close()


async def type_text(page: Page, text: str, pauses: Sequence[float]) -> list[dict[str, Any]]:
    """Press a key a character, each after a pause (ms); give what the page noted of them."""
    for character, pause in zip(text, pauses, strict=True):
        await asyncio.sleep(pause / 1000)
        await page.keyboard.type(character)
    await asyncio.sleep(1)  # the last key's answer
    noted: list[dict[str, Any]] = await page.evaluate("inklingKeys")
    return noted


async def _all_type(
    chromium: str, server: Server, texts: Sequence[str], pages: int, pace: float
) -> list[dict[str, Any]]:
    chance = random.Random(0)
    async with opened(chromium, server.url, pages) as found:
        with typing(server, texts[pages:], pace=pace):
            noted = await asyncio.gather(
                *(
                    type_text(page, text, [chance.uniform(0.5, 1.5) * pace for _ in text])
                    for page, text in zip(found, texts, strict=False)
                )
            )
    return [key for each in noted for key in each[_WARM:]]


def _sum_up(keys: Sequence[dict[str, Any]], users: int, pages: int) -> Found:
    begun, ended = min(key["clock"] for key in keys), max(key["clock"] for key in keys)
    ghosts = [key["ghost"] for key in keys if _was_painted(key["ghost"])]
    anything = [key["any"] for key in keys if _was_painted(key["any"])]
    answered = [seen["ms"] for seen in ghosts if seen["answered"]]
    own = [key["own"] for key in keys if key["own"] is not None]
    who = f"Chromium, {users} users" + (f" ({pages} in pages)" if pages < users else "")
    return Found(
        [
            timing(f"{who}: key to ghost text", [seen["ms"] for seen in ghosts], p95=30),
            timing(f"{who}: of these, ghost text that was asked for", answered),
            timing(f"{who}: key to ghost text or list", [seen["ms"] for seen in anything]),
            timing(f"{who}: as the widget reports it", own),
        ],
        [
            Figure("keys typed", len(keys), "keys"),
            Figure("keys a second, all pages", 1000 * len(keys) / (ended - begun), "keys/s"),
            Figure("keys that painted something", 100 * len(anything) / max(len(keys), 1), "%"),
        ],
    )


def _was_painted(seen: dict[str, Any] | None) -> bool:
    """Tell whether a drawing came to be seen: JSON has no NaN, so a page may give None too."""
    return seen is not None and seen["ms"] is not None and not math.isnan(seen["ms"])
