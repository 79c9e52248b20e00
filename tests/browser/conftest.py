"""One browser a module, and a small server and a page for each test of the widget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from chromium import ARGUMENTS
from chromium import PATH as CHROMIUM
from widget_page import WidgetServer, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

PATIENCE = 30_000
"""Milliseconds a page may take on a busy machine."""
RECORD = """
window.heard = [];
for (const name of ["shown", "accepted", "dismissed"])
  addEventListener(`inkling:${name}`, ({target, detail}) =>
    heard.push({name, id: target.id, ...detail}));
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def pace(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Type as fast as `--key-delay` says."""
    if delay := request.config.getoption("--key-delay"):
        keyboard = pytest.importorskip("playwright.sync_api").Keyboard
        typed = keyboard.type
        monkeypatch.setattr(keyboard, "type", lambda self, text: typed(self, text, delay=delay))


@pytest.fixture
def server() -> Iterator[WidgetServer]:
    with serve() as server:
        yield server


@contextmanager
def opened(browser: Browser, url: str, **context: Any) -> Iterator[Page]:
    """Give a page; afterwards no script may have complained."""
    page = browser.new_page(**context)
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # The browser itself reports each failed request; no script can prevent that line.
        own = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not own:
            complaints.append(message.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", note)
    page.set_default_timeout(PATIENCE)
    page.add_init_script(RECORD)
    page.goto(url)
    yield page
    page.close()
    assert complaints == []


@pytest.fixture
def page(browser: Browser, server: WidgetServer) -> Iterator[Page]:
    """The page with one field of each common kind."""
    with opened(browser, server.url, viewport={"width": 640, "height": 720}) as page:
        yield page


@pytest.fixture
def more(browser: Browser, server: WidgetServer) -> Iterator[Page]:
    """The page with the less common kinds of field."""
    with opened(browser, f"{server.url}/more", viewport={"width": 640, "height": 900}) as page:
        yield page


@pytest.fixture
def phone(browser: Browser, server: WidgetServer) -> Iterator[Page]:
    """The first page on a phone."""
    size = {"width": 390, "height": 700}
    touch = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}
    with opened(browser, server.url, viewport=size, **touch) as page:
        yield page


@pytest.fixture
def demo(browser: Browser, server: WidgetServer) -> Iterator[Page]:
    """The demo page."""
    with opened(browser, f"{server.url}/demo", viewport={"width": 1100, "height": 900}) as page:
        yield page


@pytest.fixture
def audited(browser: Browser, server: WidgetServer) -> Iterator[Page]:
    """The second page, without its policy: axe writes styles of its own."""
    with opened(browser, f"{server.url}/more", bypass_csp=True) as page:
        yield page


@pytest.fixture
def audited_demo(browser: Browser, server: WidgetServer) -> Iterator[Page]:
    """The demo page, without its policy: axe writes styles of its own."""
    with opened(browser, f"{server.url}/demo", bypass_csp=True) as page:
        yield page
