"""Keyboards of phones compose every word, letter by letter, and hold it until it is over."""

import pytest
from conftest import PHONE, opened
from playwright.sync_api import Browser, CDPSession, Page, expect
from widget_hands import (
    heard,
    in_chromium,
    nothing,
    put,
    rows,
    settle,
    value,
    wait_for,
    words,
    write,
)
from widget_page import WidgetServer

BAR = ("hello how are you", "hello", "helper", "held")


def compose(devtools: CDPSession, *texts: str) -> None:
    """Hold one text after the other, as a keyboard does at each key."""
    for text in texts:
        held = {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        devtools.send("Input.imeSetComposition", held)


@in_chromium
class TestPhone:
    def test_the_bar_shows_within_a_word_that_is_composed(self, phone: Page) -> None:
        phone.locator("#first").tap()
        compose(phone.context.new_cdp_session(phone), "h", "he", "hel")
        words(phone, *BAR)
        value(phone, "hel")

    @pytest.mark.parametrize(("row", "text"), [(0, "hello how are you "), (2, "helper ")])
    def test_a_tap_accepts_and_the_keyboard_lets_go(self, phone: Page, row: int, text: str) -> None:
        devtools = phone.context.new_cdp_session(phone)
        phone.locator("#first").tap()
        compose(devtools, "h", "he", "hel")
        words(phone, *BAR)
        rows(phone).nth(row).tap()
        value(phone, text)
        expect(phone.locator("#first")).to_be_focused()
        assert [event["text"] for event in heard(phone, "accepted")] == [text]
        compose(devtools, "t", "th")
        value(phone, f"{text}th")

    def test_what_is_composed_after_other_text(self, phone: Page) -> None:
        devtools = phone.context.new_cdp_session(phone)
        write(phone, "are you ")
        compose(devtools, "h", "he", "hel")
        rows(phone).filter(has_text="helper").tap()
        value(phone, "are you helper ")

    def test_nothing_after_a_letter_is_taken_back(self, phone: Page, server: WidgetServer) -> None:
        devtools = phone.context.new_cdp_session(phone)
        phone.locator("#first").tap()
        compose(devtools, "h", "he", "hel")
        words(phone, *BAR)
        asked = len(server.asked)
        for fewer in ("he", "h"):
            compose(devtools, fewer)
            value(phone, fewer)
            settle(phone)
            nothing(phone)
        assert len(server.asked) == asked
        compose(devtools, "he")
        wait_for(lambda: len(server.asked) > asked, "the question")
        expect(rows(phone).first).to_be_visible()

    def test_the_next_word_is_asked_for_from_its_first_letter(
        self, phone: Page, server: WidgetServer
    ) -> None:
        devtools = phone.context.new_cdp_session(phone)
        phone.locator("#first").tap()
        compose(devtools, "h", "ho", "how")
        devtools.send("Input.insertText", {"text": "how"})
        phone.keyboard.type(" ")
        compose(devtools, "y")
        wait_for(lambda: "how y" in server.texts, "the question")

    def test_a_tap_in_an_editable_element(self, browser: Browser, server: WidgetServer) -> None:
        with opened(browser, f"{server.url}/more", **PHONE) as page:
            devtools = page.context.new_cdp_session(page)
            page.locator("#rich").tap()
            put(page, "are you ", "#rich")
            compose(devtools, "h", "he", "hel")
            rows(page).filter(has_text="helper").tap()
            expect(page.locator("#rich")).to_have_text("are you helper")
            compose(devtools, "t")
            expect(page.locator("#rich")).to_have_text("are you helper t")


@in_chromium
class TestDesk:
    def test_keys_of_an_input_method_are_its_own(self, page: Page) -> None:
        """Safari tells them by their code alone."""
        write(page, "hel")
        words(page, "hello", "helper", "held")
        page.evaluate(
            """document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
                {key: "Tab", keyCode: 229, bubbles: true, cancelable: true}))"""
        )
        value(page, "hel")
        assert heard(page, "accepted") == []
