"""The page in Chromium: what only a browser shows. Skipped where there is none."""

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from conftest import WAIT, FakeModel, running

from chatbot.server import Settings, create_app

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium in PATH"),
    # Gradio counts its events with an option that pandas 3 deprecates.
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting'"),
]

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture
def url() -> Iterator[str]:
    model = FakeModel()
    app = create_app(lambda: model, Settings())  # type: ignore[arg-type,return-value]
    with running(app) as port:
        assert app.state.services.host.wait(WAIT)
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page() -> Iterator["Page"]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        sync_api.expect.set_options(timeout=60_000)  # Gradio's page is slow on a busy machine
        yield browser.new_page(viewport={"width": 390, "height": 844})
        browser.close()


def test_a_conversation(page: "Page", url: str) -> None:
    """Two messages, undo, a reload; nothing from another host; no errors; no sideways scroll."""
    hosts: set[str] = set()
    problems: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(url)
    box = page.locator("#ink-box textarea")
    answers = page.locator("#ink-chat .bot.message")
    for number, (text, answer) in enumerate((("b a", "a b"), ("<b>x</b> y", "y <b>x</b>"))):
        sync_api.expect(box).to_be_enabled()
        box.fill(text)
        box.press("Enter")
        sync_api.expect(answers.nth(number)).to_have_text(answer)
        sync_api.expect(box).to_be_enabled()
        sync_api.expect(box).to_have_value("")
    page.locator("#ink-chat button[title=Undo]").click()
    sync_api.expect(box).to_have_value("<b>x</b> y")
    sync_api.expect(answers).to_have_count(1)
    page.reload()
    sync_api.expect(answers).to_have_text(["a b"])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert hosts == {urlsplit(url).netloc}
    assert problems == []


def test_the_demo_under_its_own_policy(page: "Page", url: str) -> None:
    """Suggestions and an answer; nothing refused, nothing from elsewhere, no sideways scroll."""
    hosts: set[str] = set()
    problems: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    answer = page.goto(f"{url}/demo")
    assert answer is not None
    assert "unsafe" not in (answer.header_value("content-security-policy") or "unsafe")
    page.locator("#text").focus()
    page.keyboard.type("a ")
    sync_api.expect(page.locator("[role=option]:visible").first).to_have_text("word1")
    page.keyboard.press("Tab")
    sync_api.expect(page.locator("#text")).to_have_value("a word1 ")
    sync_api.expect(page.locator("#saved")).to_have_text("5")
    page.locator("#message").focus()
    page.keyboard.type("b a")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("#messages li").last).to_have_text("a b")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert hosts == {urlsplit(url).netloc}
    assert problems == []
