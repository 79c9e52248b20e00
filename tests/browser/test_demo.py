"""The demo page in a real Chromium, against the fake server: options, chat, counters, looks."""

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright")
from playwright.sync_api import Page, expect
from widget_hands import AXE, complaints, ghost, in_chromium, value, words, write
from widget_page import WidgetServer

GROUND = "getComputedStyle(document.body).backgroundColor"


@in_chromium
class TestWriting:
    def test_counts_what_is_saved(self, demo: Page) -> None:
        write(demo, "hel", "#text")
        ghost(demo, "lo how are you")
        expect(demo.locator("#latency")).to_contain_text("ms")
        demo.keyboard.press("Tab")
        value(demo, "hello how are you ", "#text")
        expect(demo.locator("#saved")).to_have_text("14")
        expect(demo.locator("#share")).to_have_text("78 %")  # 14 of 14 + 3 letters + Tab

    @pytest.mark.parametrize("field", ["#line", "#rich", "#message"])
    def test_every_field_of_the_page(self, demo: Page, field: str) -> None:
        demo.locator(field).focus()
        demo.keyboard.press("Control+End")
        demo.keyboard.type("hel")
        expect(demo.locator("[role=option]:visible").first).to_have_text("hello")
        demo.keyboard.press("Tab")
        expect(demo.locator("#saved")).not_to_have_text("0")


@in_chromium
class TestOptions:
    def test_work_at_once_and_are_in_the_code(self, demo: Page) -> None:
        number = demo.get_by_label("Words in the list")
        number.focus()
        demo.keyboard.press("ArrowLeft")
        phrase = demo.get_by_label("Longest phrase")
        phrase.focus()
        demo.keyboard.press("Home")
        write(demo, "hel", "#text")
        words(demo, "hello", "helper")
        expect(demo.locator(".ghost:visible")).to_have_count(0)
        code = demo.locator("#code")
        expect(code).to_contain_text('<textarea data-inkling data-inkling-n="2"')
        demo.get_by_role("button", name="Module").click()
        expect(code).to_contain_text('/widget.mjs"')
        expect(code).to_contain_text("n: 2, words: 1")

    def test_the_code_works_on_another_page(self, demo: Page, server: WidgetServer) -> None:
        code = demo.locator("#code").inner_text()
        server.page = f"<!doctype html><title>copied</title>{code}"
        demo.goto(server.url)
        write(demo, "hel", "textarea")
        ghost(demo, "lo how are you")

    def test_copies(self, demo: Page, server: WidgetServer) -> None:
        demo.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
        demo.get_by_role("button", name="Copy").click()
        expect(demo.locator("#copied")).to_have_text("Copied.")
        copied = demo.evaluate("navigator.clipboard.readText()")
        assert copied == demo.locator("#code").inner_text()


@in_chromium
class TestChat:
    def test_suggestions_know_what_was_said(self, demo: Page, server: WidgetServer) -> None:
        write(demo, "hel", "#message")
        ghost(demo, "lo how are you")
        assert server.asked[-1]["turns"] == ["Hello! How are you?"]
        demo.keyboard.press("Tab")
        demo.keyboard.press("Enter")
        bubbles = demo.locator("#messages li")
        expect(bubbles).to_have_text(["Hello! How are you?", "hello how are you", "Fine, and you?"])
        value(demo, "", "#message")
        [question] = server.said
        assert [message["role"] for message in question["messages"]] == ["assistant", "user"]
        expect(demo.locator("#send")).to_be_enabled()
        demo.keyboard.type("th")
        words(demo, "there")
        assert server.asked[-1]["turns"] == [
            "Hello! How are you?",
            "hello how are you",
            "Fine, and you?",
        ]

    def test_no_answer_is_said_and_the_next_message_goes_on(
        self, demo: Page, server: WidgetServer
    ) -> None:
        fine = server.reply
        server.reply = (503, b'{"error": {"message": "the model is loading"}}', "application/json")
        write(demo, "x", "#message")
        demo.keyboard.press("Enter")
        expect(demo.locator("#messages li").last).to_have_text("No answer: the model is loading")
        server.reply = fine
        write(demo, "y", "#message")
        demo.get_by_role("button", name="Send").click()
        expect(demo.locator("#messages li").last).to_have_text("Fine, and you?")


@in_chromium
class TestLooks:
    def test_light_and_dark(self, demo: Page) -> None:
        light = demo.evaluate(GROUND)
        demo.get_by_role("button", name="Dark").click()
        assert (dark := demo.evaluate(GROUND)) != light
        write(demo, "hel", "#text")
        expect(demo.locator("inkling-overlay.dark .list:visible")).to_have_count(1)
        demo.get_by_role("button", name="Dark").click()
        assert demo.evaluate(GROUND) == light
        demo.reload()
        demo.emulate_media(color_scheme="dark")
        assert demo.evaluate(GROUND) == dark
        expect(demo.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")

    def test_right_to_left(self, demo: Page) -> None:
        demo.get_by_role("button", name="Right to left").click()
        write(demo, "של", "#text")
        ghost(demo, "ום לך גם")
        expect(demo.locator("#code")).to_contain_text('dir="rtl"')

    @pytest.mark.parametrize("direction", ["ltr", "rtl"])
    def test_no_sideways_scroll_on_a_phone(self, demo: Page, direction: str) -> None:
        demo.set_viewport_size({"width": 390, "height": 844})
        demo.evaluate("(direction) => { document.dir = direction }", direction)
        write(demo, "hel", "#message")
        assert demo.evaluate("document.documentElement.scrollWidth") == 390

    @pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core: `npm ci` in widget/")
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing(self, audited_demo: Page, scheme: str) -> None:
        audited_demo.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert complaints(audited_demo) == []
        write(audited_demo, "hel", "#text")
        expect(audited_demo.locator("[role=option]:visible").first).to_have_text("hello")
        assert complaints(audited_demo) == []

    def test_says_when_the_widget_is_missing(self, demo: Page) -> None:
        demo.route(
            "**/widget.js", lambda route: route.fulfill(body="", content_type="text/javascript")
        )
        demo.reload()
        expect(demo.get_by_role("alert")).to_contain_text("Suggestions are off")
