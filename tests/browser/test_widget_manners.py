"""How the widget behaves towards people: patience, keys, phones, screen readers, other styles."""

import json

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright")
from playwright.sync_api import Page, expect
from widget_hands import (
    AXE,
    complaints,
    ghost,
    in_chromium,
    nothing,
    settle,
    value,
    wait_for,
    words,
    write,
)
from widget_page import WidgetServer


def answered(page: Page, server: WidgetServer, text: str) -> None:
    """Wait until the answer about `text` has come to the page."""
    wait_for(lambda: text in server.answered, f"the answer about {text!r}")
    settle(page)


@in_chromium
class TestPatience:
    def test_five_dismissals_make_it_quieter_until_one_is_accepted(
        self, page: Page, server: WidgetServer
    ) -> None:
        for _ in range(5):
            write(page, "h")
            ghost(page, "ello how are you")
            page.keyboard.press("Escape")
            page.keyboard.type("x ")  # elsewhere, for there it is not offered again
        write(page, "hel")
        answered(page, server, "hx hx hx hx hx hel")
        nothing(page)  # 0.6 and less are no longer enough
        sure = {"text": "hello", "insert": "hello", "replace": [15, 19], "probability": 0.9}
        server.instead = 200, json.dumps({"suggestions": [sure]}).encode()
        page.keyboard.type("l")
        ghost(page, "o")
        page.keyboard.press("Tab")
        server.instead = None
        page.keyboard.type("h")
        ghost(page, "ow are you")

    def test_typing_something_else_is_a_rejection(self, page: Page, server: WidgetServer) -> None:
        for _ in range(5):
            write(page, "h")
            expect(page.locator(".ghost:visible")).to_have_count(1)
            page.keyboard.type("x ")
        write(page, "hel")
        answered(page, server, "hx hx hx hx hx hel")
        nothing(page)

    def test_four_are_not_enough_and_typing_along_is_none(self, page: Page) -> None:
        for _ in range(4):
            write(page, "h")
            expect(page.locator(".ghost:visible")).to_have_count(1)
            page.keyboard.press("Escape")
            page.keyboard.type("x ")
        write(page, "hello ")
        ghost(page, "how are you")
        page.keyboard.type("h")
        ghost(page, "ow are you")


@in_chromium
class TestKeys:
    def test_bindings_can_be_chosen(self, page: Page) -> None:
        page.evaluate("Inkling.attach(first, {keys: {accept: ['Enter'], next: ['Control+j']}})")
        write(page, "hel")
        expect(page.locator("[aria-selected=true]:visible")).to_have_attribute("data-hint", "Enter")
        page.keyboard.press("Control+j")
        ghost(page, "per")
        page.keyboard.press("Enter")
        value(page, "helper ")
        page.keyboard.type("x")
        page.keyboard.press("Enter")
        value(page, "helper x\n")
        page.keyboard.type("hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Alt+ArrowRight")  # what is not named stays
        value(page, "helper x\nhello")
        page.keyboard.press("Tab")
        expect(page.locator("#second")).to_be_focused()
        value(page, "helper x\nhello")

    def test_no_trap_for_the_keyboard(self, page: Page) -> None:
        """From any state Escape and Tab, or Shift+Tab, lead out, and a person is told so."""
        write(page, "hel", "#second")
        ghost(page, "lo how are you")
        page.keyboard.press("Tab")
        page.keyboard.type("h")
        ghost(page, "ello how are you")
        expect(page.locator("[role=status]", has_text="Escape dismisses.")).to_have_count(1)
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        expect(page.locator("#plain")).to_be_focused()


@in_chromium
class TestStale:
    def test_the_question_before_is_aborted(self, page: Page, server: WidgetServer) -> None:
        late = server.hold("h")
        write(page, "h")
        wait_for(lambda: "h" in server.texts, "the first question")
        with page.expect_event("requestfailed") as aborted:
            page.keyboard.type("o")
        assert aborted.value.post_data_json["text"] == "h"
        assert aborted.value.failure == "net::ERR_ABORTED"
        late.set()
        ghost(page, "w are you")


@in_chromium
class TestPhone:
    def test_a_tap_on_the_bar_accepts_the_phrase(self, phone: Page) -> None:
        phone.locator("#first").tap()
        phone.keyboard.type("hel")
        words(phone, "hello how are you", "hello", "helper", "held")
        phone.locator("[role=option]:visible").first.tap()
        value(phone, "hello how are you ")
        expect(phone.locator("#first")).to_be_focused()

    def test_a_tap_accepts_a_word(self, phone: Page) -> None:
        phone.locator("#first").tap()
        phone.keyboard.type("hel")
        phone.locator("[role=option]:visible", has_text="helper").tap()
        value(phone, "helper ")

    def test_the_bar_stays_above_the_keyboard(self, phone: Page) -> None:
        phone.locator("#first").tap()
        phone.keyboard.type("hel")
        bar = phone.locator("[role=listbox]:visible")
        for height in (700, 400):  # a keyboard takes its part of the visual viewport
            phone.set_viewport_size({"width": 390, "height": height})
            phone.wait_for_function(
                """(height) => [...document.querySelectorAll("inkling-overlay")].some((each) =>
                    Math.abs(each.shadowRoot.querySelector(".list").getBoundingClientRect().bottom
                        - height) < 1)""",
                arg=height,
            )
            box = bar.bounding_box()
            assert box
            assert (box["x"], box["width"]) == (0, 390)
            assert box["height"] >= 44
            for row in bar.locator("[role=option]").all():
                found = row.bounding_box()
                assert found
                assert found["height"] >= 40

    def test_the_bar_stays_in_what_is_seen_of_the_page(self, phone: Page) -> None:
        """Enlarged by two fingers, as by a keyboard that leaves the layout alone."""
        devtools = phone.context.new_cdp_session(phone)
        devtools.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 1.5})
        phone.locator("#first").tap()
        phone.keyboard.type("hel")
        words(phone, "hello how are you", "hello", "helper", "held")
        phone.wait_for_function(
            """() => visualViewport.height < 0.9 * innerHeight
                && [...document.querySelectorAll("inkling-overlay")].some((each) => {
                    const bar = each.shadowRoot.querySelector(".list").getBoundingClientRect();
                    const {offsetTop, height, width} = visualViewport;
                    return Math.abs(bar.bottom - offsetTop - height) < 1
                        && Math.abs(bar.width - width) < 1;
                })"""
        )


@in_chromium
class TestStyles:
    def test_page_and_widget_leave_each_other_alone(self, page: Page, server: WidgetServer) -> None:
        looks = """() => ["first", "second", "plain", "line"].map((id) => {
            const {color, font, padding, background, border} = getComputedStyle(window[id]);
            const {width, height, top} = window[id].getBoundingClientRect();
            return [color, font, padding, background, border, width, height, top];
        }).concat([[document.documentElement.scrollHeight, document.styleSheets.length,
            document.adoptedStyleSheets.length, Object.keys(first.dataset).length]])"""
        before = page.evaluate(looks)
        write(page, "hel")
        ghost(page, "lo how are you")
        assert page.evaluate(looks) == before
        row = page.locator("[role=option]:visible").first
        expect(row).to_have_css("text-transform", "none")
        expect(row).to_have_css("color", "rgb(0, 0, 0)")
        expect(page.locator(".ghost:visible")).to_have_css("text-transform", "none")

    def test_no_inline_style_reaches_the_policy(self, page: Page) -> None:
        page.evaluate(
            """() => { window.broken = [];
            addEventListener("securitypolicyviolation", ({effectiveDirective}) =>
                broken.push(effectiveDirective)); }"""
        )
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Tab")
        settle(page)
        assert page.evaluate("broken") == []


@in_chromium
@pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core: `npm ci` in widget/")
class TestAxe:
    def test_finds_nothing(self, audited: Page) -> None:
        write(audited, "hel", "#rich")
        ghost(audited, "lo how are you")
        expect(audited.locator("[role=status]", has_text="hello how are you")).to_have_count(1)
        assert complaints(audited) == []
        audited.keyboard.press("Escape")
        nothing(audited)
        assert complaints(audited) == []

    def test_finds_nothing_in_the_bar_of_a_phone(self, audited_phone: Page) -> None:
        audited_phone.locator("#rich").tap()
        audited_phone.keyboard.type("hel")
        words(audited_phone, "hello how are you", "hello", "helper", "held")
        assert complaints(audited_phone) == []
