"""One browser a module, and a small server and a page for each test of the widget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from chromium import ARGUMENTS
from chromium import PATH as CHROMIUM
from inkling_server import InklingServer
from widget_page import PATIENT, WidgetServer, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route

PATIENCE = 30_000
"""Milliseconds a page may take on a busy machine."""
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 700},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
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
def opened(browser: Browser | BrowserContext, url: str, **context: Any) -> Iterator[Page]:
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
    with opened(browser, server.url, **PHONE) as page:
        yield page


@pytest.fixture
def audited_phone(browser: Browser, server: WidgetServer) -> Iterator[Page]:
    """The second page on a phone, without its policy: axe writes styles of its own."""
    with opened(browser, f"{server.url}/more", bypass_csp=True, **PHONE) as page:
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


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InklingServer]:
    """The real server with the bundled checkpoint, and a file of its own for what it learns."""
    server = InklingServer(memory=tmp_path_factory.mktemp("memory") / "memory.sqlite3")
    yield server
    server.stop()


@pytest.fixture
def real(browser: Browser, engine: InklingServer) -> Iterator[Page]:
    """Its demo page, to somebody new; as patient as those of the small server."""

    def patient(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.body().replace(*PATIENT))

    with browser.new_context() as context:
        context.route("**/demo", patient)
        with opened(context, f"{engine.url}/demo") as page:
            yield page


@pytest.fixture(params=[{}, PHONE], ids=["desk", "phone"])
def audited_home(
    browser: Browser, engine: InklingServer, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """Its first page, without its policy: axe writes styles of its own."""
    with opened(browser, engine.url, bypass_csp=True, **request.param) as page:
        yield page
