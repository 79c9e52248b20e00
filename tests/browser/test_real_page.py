"""The real thing in a real browser: `python app.py`, both tabs, real keys, the real engine."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import ARGUMENTS
from chromium import PATH as CHROMIUM

pytest.importorskip("playwright.sync_api", reason="needs playwright")
from playwright.sync_api import Page, expect, sync_playwright
from widget_hands import put

ROOT = Path(__file__).parents[2]
WRITE = "textarea[data-inkling]:visible"
STORED = "localStorage.getItem('inkling-chat')"
PATIENCE = 60_000
"""Milliseconds a page may take on a busy machine."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed (Debian: chromium)"),
]


@pytest.fixture(scope="module")
def url(checkpoint: Path) -> Iterator[str]:
    command = [sys.executable, "app.py", "--port", "0", "--checkpoint", str(checkpoint)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        found = re.search(r"http://[\w.]+:(\d+)", process.stdout.readline())
        assert found
        wait_until_ready(int(found[1]))
        yield found[0]
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def wait_until_ready(port: int) -> None:
    until = time.monotonic() + PATIENCE / 1000
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            assert time.monotonic() < until, "the server did not become ready"
        finally:
            connection.close()
        time.sleep(0.1)


@pytest.fixture
def page(url: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        asked: list[str] = []
        errors: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        yield page
        browser.close()
        assert not errors
        assert all(each.startswith((url, "data:", "blob:")) for each in asked)


def test_chat_answers_and_remembers_after_a_reload(page: Page) -> None:
    box = page.locator("#ink-box textarea")
    expect(box).to_be_enabled()
    before = page.evaluate(STORED)
    box.click()
    page.keyboard.type("Hello!")
    page.keyboard.press("Enter")
    answer = page.locator("#ink-chat .bot.message").first
    expect(answer).to_contain_text(re.compile(r"\w"))
    expect(box).to_be_enabled()
    page.wait_for_function(f"before => {STORED} !== before", arg=before)
    expect(page.get_by_text("Hello!").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("Hello!").first).to_be_visible()
    expect(answer).to_contain_text(re.compile(r"\w"))


def test_write_suggests_and_tab_accepts(page: Page) -> None:
    page.get_by_role("tab", name="Write").click()
    field = page.locator(WRITE)
    put(page, "Hello, how are y", WRITE)
    option = page.get_by_role("option").first
    expect(option).to_contain_text("you")
    page.keyboard.press("Tab")
    expect(field).to_have_value("Hello, how are you ")
    expect(field).to_be_focused()
    page.keyboard.type("?")
    expect(field).to_have_value("Hello, how are you?")
    expect(page.get_by_text(re.compile(r"saved:\s*[1-9]")).first).to_be_visible()
    expect(page.locator("[data-latency]:visible")).to_have_text(re.compile(r"^\d+ ms$"))
    page.keyboard.press("Control+Z")
    page.keyboard.press("Control+Z")
    expect(field).to_have_value("Hello, how are y")
    expect(page.get_by_text(re.compile(r"saved:\s*0")).first).to_be_visible()


def test_write_learns_only_when_told_and_forgets(page: Page, url: str) -> None:
    page.get_by_role("tab", name="Write").click()
    field = page.locator(WRITE)
    switch = page.get_by_role("switch", name="Learn from what I write here")
    learned = page.locator("inkling-learned")
    expect(switch).not_to_be_checked()
    expect(learned).to_contain_text("in one file on this server")
    remembered: list[str] = []
    page.on("request", lambda request: remembered.append(request.url))
    field.click()
    page.keyboard.type("Dear Svetlana, ")
    switch.focus()
    assert page.evaluate("localStorage.getItem('inkling-learned')") is None
    assert not [each for each in remembered if "/v1/memory" in each]
    page.keyboard.press("Space")
    expect(learned).to_contain_text("Nothing learned yet")
    field.fill("")
    field.click()
    page.keyboard.type("Dear Zhanna, the Voskhod is here.")
    page.keyboard.press("Escape")
    switch.focus()
    expect(learned.get_by_role("button", name="Forget Zhanna")).to_be_visible()
    expect(learned).not_to_contain_text("Svetlana")
    field.fill("")
    put(page, "Dear Zh", WRITE)
    expect(page.get_by_role("option").first).to_contain_text("Zhanna")
    page.keyboard.press("Escape")
    learned.get_by_role("button", name="Forget Zhanna").click()
    expect(learned.get_by_role("button", name="Forget Zhanna")).to_have_count(0)
    learned.get_by_role("button", name="Undo").click()
    expect(learned.get_by_role("button", name="Forget Zhanna")).to_be_visible()
    with page.expect_download() as download:
        learned.get_by_role("button", name="Export").click()
    assert "Zhanna" in download.value.path().read_text(encoding="utf-8")
    learned.get_by_role("button", name="Clear").click()
    expect(learned.get_by_role("listitem")).to_have_count(0)
    with page.expect_file_chooser() as chooser:
        learned.get_by_role("button", name="Import").click()
    chooser.value.set_files(download.value.path())
    expect(learned).to_contain_text("Imported in place of what was known")
    expect(learned.get_by_role("button", name="Forget Zhanna")).to_be_visible()
    expect(page.get_by_role("link", name="try every option")).to_have_attribute("href", "/demo")


def test_write_lists_what_was_learned_while_one_types_on(page: Page) -> None:
    page.get_by_role("tab", name="Write").click()
    page.get_by_role("switch", name="Learn from what I write here").check()
    learned = page.locator("inkling-learned")
    expect(learned).to_contain_text("Nothing learned yet")
    page.locator(WRITE).click()
    page.keyboard.type("Dear Zhanna, the Voskhod is here.")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.type("Good m")
    expect(learned.get_by_role("button", name="Forget Zhanna")).to_be_visible()
    expect(page.locator(WRITE)).to_be_focused()


def test_chat_is_completed_by_what_was_said(page: Page) -> None:
    asked: list[dict[str, object]] = []
    page.on("request", lambda r: asked.append(r.post_data_json) if "/suggest" in r.url else None)
    box = page.locator("#ink-box textarea")
    expect(box).to_be_enabled()
    put(page, "Hello, how are y", "#ink-box textarea")
    expect(page.get_by_role("option").first).to_contain_text("you")
    page.keyboard.press("Tab")
    expect(box).to_have_value(re.compile(r"^Hello, how are you "))
    said = box.input_value().strip()
    page.keyboard.press("Enter")
    answer = page.locator("#ink-chat .bot.message").first
    expect(answer).to_contain_text(re.compile(r"\w"))
    expect(box).to_be_enabled()
    expect(page.get_by_role("option")).to_have_count(0)
    put(page, "I like t", "#ink-box textarea")
    expect(page.get_by_role("option").first).to_be_visible()
    assert asked[-1]["turns"] == [said, answer.inner_text().strip()]
