"""What a person does with the widget and sees of it, for the tests of every part of it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from chromium import PATH as CHROMIUM
from playwright.sync_api import Locator, Page, Response, expect

SOURCE = Path(__file__).parents[2] / "widget"
LEARN = "Learn from what I write here"
AXE = SOURCE / "node_modules" / "axe-core" / "axe.min.js"


def in_chromium(tests: type) -> type:
    """Mark a class of tests that need Chromium, and skip them where there is none."""
    missing = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed")
    marked: type = pytest.mark.browser(missing(tests))
    return marked


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"waited 30 s for {what}"
        time.sleep(0.005)


def settle(page: Page) -> None:
    """Let the page finish what it has begun: tasks, answers that arrived, and painting."""
    page.evaluate(
        """async () => {
            await fetch("/page.css");
            for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
        }"""
    )


def write(page: Page, text: str, field: str = "#first") -> None:
    page.locator(field).focus()
    page.keyboard.type(text)


def put(page: Page, text: str, field: str = "#first") -> None:
    """Write at once: who types on through ghost text asks nothing new, and sees no list."""
    page.locator(field).focus()
    page.keyboard.insert_text(text)


def ghost(page: Page, text: str) -> None:
    expect(page.locator(".ghost:visible")).to_have_text(text)


def words(page: Page, *texts: str) -> None:
    expect(page.locator("[role=option]:visible")).to_have_text(list(texts))


def nothing(page: Page) -> None:
    expect(page.locator(".ghost:visible, [role=option]:visible")).to_have_count(0)


def value(page: Page, text: str, field: str = "#first") -> None:
    expect(page.locator(field)).to_have_value(text)


def heard(page: Page, name: str) -> list[dict[str, Any]]:
    return [event for event in page.evaluate("heard") if event["name"] == name]


def settle_without_clock(page: Page) -> None:
    for _ in range(3):
        page.evaluate("fetch('/page.css').then((answer) => answer.text())")


def complaints(page: Page) -> list[str]:
    """What axe finds in the page as it is now."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run()")
    return [
        f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]
    ]


def rows(page: Page) -> Locator:
    """What the list offers."""
    return page.locator("[role=option]:visible")


def answer(page: Page, keys: str, *, at_once: bool = False) -> list[str]:
    """Write; give the words that the server answers to the last key, once they are on the page.

    Who types through ghost text asks nothing: what may be expected is put there `at_once`.
    """

    def is_last(response: Response) -> bool:
        if not response.url.endswith("/v1/suggest"):
            return False
        question: dict[str, Any] = response.request.post_data_json or {}
        text: str = question["text"]
        return text.endswith(keys)

    with page.expect_response(is_last) as found:
        (page.keyboard.insert_text if at_once else page.keyboard.type)(keys)
    words = [each["text"] for each in found.value.json()["suggestions"]]
    settle(page)
    return words


def clear(page: Page) -> None:
    """Empty the field that has the caret."""
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")


def start_learning(page: Page) -> Locator:
    """Switch it on, by keyboard; give the list of what is learned."""
    page.get_by_role("switch", name=LEARN).focus()
    page.keyboard.press("Space")
    learned = page.locator("inkling-learned")
    expect(learned).to_contain_text("Nothing learned yet")
    return learned
