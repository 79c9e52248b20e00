"""Keyboards of phones compose every word, letter by letter, and hold it until it is over."""

import re

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
        expect(rows(phone).first).to_be_visible()  # what comes next
        assert [event["text"] for event in heard(phone, "accepted")] == [text]
        compose(devtools, "t", "th")
        value(phone, f"{text}th")

    def test_what_is_composed_after_other_text(self, phone: Page) -> None:
        devtools = phone.context.new_cdp_session(phone)
        write(phone, "are you ")
        compose(devtools, "h", "he", "hel")
        rows(phone).filter(has_text="helper").tap()
        value(phone, "are you helper ")

    @pytest.mark.parametrize("row", [0, 2])
    def test_the_page_hears_of_a_tap_what_it_hears_of_typing(self, phone: Page, row: int) -> None:
        """A blur would save, check or close what the person is still writing."""
        devtools = phone.context.new_cdp_session(phone)
        write(phone, "are you ")
        compose(devtools, "h", "he", "hel")
        phone.evaluate(
            """() => {
                window.events = [];
                for (const name of ["blur", "focus", "change", "focusout", "input"])
                    addEventListener(name, () => events.push(name), true);
            }"""
        )
        rows(phone).nth(row).tap()
        expect(phone.locator("#first")).to_have_value(re.compile("^are you hel.* $"))
        assert phone.evaluate("events") == ["input"]

    def test_an_accept_is_undone_alone(self, phone: Page) -> None:
        devtools = phone.context.new_cdp_session(phone)
        write(phone, "are you ")
        compose(devtools, "h", "he", "hel")
        rows(phone).filter(has_text="helper").tap()
        value(phone, "are you helper ")
        phone.keyboard.press("Control+z")
        value(phone, "are you hel")

    @pytest.mark.parametrize("before", ["", "are you "])
    def test_nothing_after_letters_are_taken_back(
        self, phone: Page, server: WidgetServer, before: str
    ) -> None:
        devtools = phone.context.new_cdp_session(phone)
        write(phone, before)
        compose(devtools, "h", "he", "hel")
        words(phone, *BAR)
        asked = len(server.asked)
        for fewer in ("he", "h", ""):
            compose(devtools, fewer)
            value(phone, before + fewer)
            settle(phone)
            nothing(phone)
        assert len(server.asked) == asked
        compose(devtools, "h")
        wait_for(lambda: len(server.asked) > asked, "the question")
        expect(rows(phone).first).to_be_visible()

    @pytest.mark.parametrize("over", ["how", "how "])
    def test_the_next_word_is_asked_for_from_its_first_letter(
        self, phone: Page, server: WidgetServer, over: str
    ) -> None:
        """Some keyboards let go of a word with the space behind it."""
        devtools = phone.context.new_cdp_session(phone)
        phone.locator("#first").tap()
        compose(devtools, "h", "ho", "how")
        devtools.send("Input.insertText", {"text": over})
        phone.keyboard.type(" "[: 4 - len(over)])
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
