"""The widget in a real Chromium with real key events, against a fake /v1/suggest."""

import json
import re
import socket
from datetime import UTC, datetime

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright")
from conftest import opened
from playwright.sync_api import Browser, Page, expect
from widget_hands import (
    ghost,
    heard,
    in_chromium,
    nothing,
    put,
    rows,
    settle,
    settle_without_clock,
    value,
    wait_for,
    words,
    write,
)
from widget_page import WidgetServer


@in_chromium
class TestShowing:
    def test_typing_shows_ghost_and_list(self, page: Page) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        words(page, "hello", "helper", "held")
        chosen = page.locator("[role=option][aria-selected=true]")
        expect(chosen).to_have_text("hello")
        [shown] = heard(page, "shown")[-1:]
        assert shown["id"] == "first"
        assert shown["latency"] > 0

    def test_ghost_continues_the_line_of_the_caret(self, page: Page) -> None:
        write(page, "there\nhel")
        ghost(page, "lo how are you")
        before, after = page.evaluate(
            """() => {
                const roots = [...document.querySelectorAll("inkling-overlay")];
                const find = (name) => roots.map(({shadowRoot}) =>
                    shadowRoot.querySelector(name)).find((box) => box.textContent);
                const ghost = find(".ghost span").getClientRects()[0].toJSON();
                const field = first.getBoundingClientRect().toJSON();
                return [field, ghost];
            }"""
        )
        assert before["left"] + 30 < after["left"] < before["left"] + 60
        assert before["top"] + 32 < after["top"] < before["top"] + 62

    @pytest.mark.parametrize("field", ["#first", "#rich"])
    def test_at_the_end_of_a_line_above_others_a_space_is_put(
        self, browser: Browser, server: WidgetServer, field: str
    ) -> None:
        with opened(browser, server.url + ("/more" if field == "#rich" else "")) as page:
            write(page, "there", field)
            for key in ("Enter", "Enter"):
                page.keyboard.press(key)
            page.keyboard.type("you")
            for key in ("ArrowUp", "ArrowUp", "End"):
                page.keyboard.press(key)
            page.keyboard.type(" hel")
            ghost(page, "lo how are you")
            page.keyboard.press("Tab")
            expect(rows(page).first).to_be_visible()
            page.keyboard.type("he")
            read = "(field) => field.value ?? field.innerText.replaceAll('\\xa0', ' ')"
            assert re.match("there hello how are you he\n", page.locator(field).evaluate(read))

    def test_a_word_accepted_before_a_space_is_over(self, page: Page) -> None:
        """A second Tab would make "helpers" of "helper"."""
        write(page, " there")
        page.keyboard.press("Home")
        page.keyboard.type("held")
        page.keyboard.press("Backspace")
        page.keyboard.type("l")
        words(page, "hello")
        page.keyboard.press("Tab")
        value(page, "hello there")
        settle(page)
        nothing(page)

    @pytest.mark.parametrize("field", ["#first", "#rich"])
    def test_a_word_before_another(
        self, browser: Browser, server: WidgetServer, field: str
    ) -> None:
        with opened(browser, server.url + ("/more" if field == "#rich" else "")) as page:
            write(page, "there", field)
            page.keyboard.press("Home")
            page.keyboard.type("hello")
            nothing(page)
            page.keyboard.type(" ")
            expect(rows(page).first).to_have_text("how")
            page.keyboard.press("Tab")
            read = "(field) => field.value ?? field.innerText.replaceAll('\xa0', ' ')"
            assert page.locator(field).evaluate(read) == "hello how there"

    def test_list_without_ghost_within_a_line(self, page: Page) -> None:
        write(page, "are you")
        page.keyboard.press("Home")
        page.keyboard.type("hel")
        nothing(page)  # "hel|are": inside a word
        page.keyboard.press("Space")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("p")
        page.keyboard.press("Backspace")
        nothing(page)
        page.keyboard.press("Home")
        page.keyboard.type("hel ")
        page.keyboard.press("ArrowLeft")
        page.keyboard.type("lo")
        nothing(page)
        page.keyboard.type(" the")
        words(page, "there")
        expect(page.locator(".ghost:visible")).to_have_count(0)
        page.keyboard.press("Tab")
        value(page, "hello there hel are you")

    def test_each_field_has_its_own(self, page: Page) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        write(page, "ho", "#second")
        ghost(page, "w are you")
        words(page, "how")
        page.keyboard.press("Tab")
        value(page, "how are you ", "#second")
        value(page, "hel")

    def test_input_of_one_line(self, page: Page) -> None:
        write(page, "hel", "#line")
        ghost(page, "lo how are you")
        page.keyboard.press("Tab")
        value(page, "hello how are you ", "#line")

    def test_unmarked_field_is_left_alone(self, page: Page, server: WidgetServer) -> None:
        write(page, "hel", "#plain")
        write(page, "ho", "#second")
        ghost(page, "w are you")
        assert all(text.startswith("h") and len(text) < 3 for text in server.texts)

    def test_fields_that_come_later(self, page: Page) -> None:
        page.evaluate(
            """() => {
                const late = document.createElement("div");
                late.id = "write";
                const field = document.createElement("textarea");
                field.id = "late";
                late.append(field);
                Inkling.observe("#write");
                document.body.append(late);
            }"""
        )
        write(page, "hel", "#late")
        ghost(page, "lo how are you")

    def test_selector_on_the_script_tag(self, page: Page, server: WidgetServer) -> None:
        server.page = server.page.replace(
            'src="/widget.js"', 'src="/widget.js" data-inkling-selector="#plain" data-inkling-n="2"'
        )
        page.goto(server.url)
        write(page, "hel", "#plain")
        words(page, "hello", "helper")

    def test_attach_and_detach(self, page: Page) -> None:
        page.evaluate("window.handle = Inkling.attach(plain, {words: 1, threshold: 0.2})")
        write(page, "hel", "#plain")
        ghost(page, "lo")  # the best word, as there is no phrase and 0.25 is enough
        page.evaluate("handle.detach()")
        nothing(page)
        page.keyboard.press("Tab")
        expect(page.locator("#line")).to_be_focused()
        assert page.evaluate("plain.hasAttribute('autocomplete')") is False

    def test_unlikely_word_is_no_ghost(self, page: Page) -> None:
        page.evaluate("Inkling.attach(plain, {words: 1})")
        write(page, "hel", "#plain")
        words(page, "hello", "helper", "held")
        expect(page.locator(".ghost:visible")).to_have_count(0)

    def test_what_nobody_means_is_not_listed(self, page: Page) -> None:
        """A word typed in full leaves Tab to the page."""
        found = [
            {"text": text, "insert": text, "replace": [0, 5], "probability": probability}
            for text, probability in (("Helloween", 0.004), ("Helloooo", 0.001))
        ]
        page.route("**/v1/suggest", lambda route: route.fulfill(json={"suggestions": found}))
        put(page, "Hello")
        words(page, "Helloween")
        del found[0]
        page.keyboard.press("Backspace")
        page.keyboard.type("o")
        settle(page)
        nothing(page)
        page.keyboard.press("Tab")
        expect(page.locator("#second")).to_be_focused()

    def test_nothing_after_a_deletion_until_typing(self, page: Page) -> None:
        write(page, "hell")
        ghost(page, "o how are you")
        page.keyboard.press("Backspace")
        nothing(page)
        settle(page)
        nothing(page)
        page.keyboard.press("l")
        ghost(page, "o how are you")

    def test_moving_the_caret_or_leaving_hides(self, page: Page) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("ArrowLeft")
        nothing(page)
        page.keyboard.press("End")
        page.keyboard.press("l")
        ghost(page, "o how are you")
        page.locator("#second").focus()
        nothing(page)

    def test_page_styles_stay_out(self, page: Page) -> None:
        write(page, "hel")
        row = page.locator("[role=option]:visible").first
        expect(row).to_have_css("text-transform", "none")
        assert row.evaluate("(box) => getComputedStyle(box).color") != "rgb(255, 0, 0)"

    def test_dark(self, page: Page) -> None:
        ground = "(box) => getComputedStyle(box).backgroundColor"
        listbox = page.locator("[role=listbox]:visible")
        write(page, "hel")
        light = listbox.evaluate(ground)
        page.emulate_media(color_scheme="dark")
        page.keyboard.type("l")
        assert (dark := listbox.evaluate(ground)) != light
        page.emulate_media(color_scheme="light")
        page.keyboard.type("o h")
        page.evaluate("document.body.classList.add('dark')")
        write(page, "h", "#second")
        assert listbox.evaluate(ground) == dark


@in_chromium
class TestAccepting:
    def test_tab_accepts_the_ghost(self, page: Page) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Tab")
        value(page, "hello how are you ")
        expect(page.locator("#first")).to_be_focused()
        [accepted] = heard(page, "accepted")
        assert accepted["text"] == "hello how are you "
        assert accepted["saved"] == len("lo how are you ") - 1
        assert accepted["latency"] > 0

    def test_tab_moves_on_when_nothing_shows(self, page: Page) -> None:
        page.locator("#first").focus()
        page.keyboard.press("Tab")
        expect(page.locator("#second")).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(page.locator("#first")).to_be_focused()

    def test_shift_tab_is_never_taken(self, page: Page) -> None:
        write(page, "hel", "#second")
        ghost(page, "lo how are you")
        page.keyboard.press("Shift+Tab")
        expect(page.locator("#first")).to_be_focused()
        value(page, "hel", "#second")

    @pytest.mark.parametrize("typed", ["hel", "there hel", "hello "])
    def test_undo_takes_back_only_what_was_accepted(self, page: Page, typed: str) -> None:
        write(page, typed)
        expect(page.locator(".ghost:visible")).to_have_count(1)
        page.keyboard.press("Tab")
        expect(page.locator("#first")).not_to_have_value(typed)
        page.keyboard.press("Control+z")
        value(page, typed)
        nothing(page)
        page.keyboard.press("Control+Shift+z")
        expect(page.locator("#first")).not_to_have_value(typed)

    @pytest.mark.parametrize("key", ["Control+ArrowRight", "Alt+ArrowRight"])
    def test_one_word_of_the_ghost(self, page: Page, server: WidgetServer, key: str) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        asked = len(server.asked)
        page.keyboard.press(key)
        value(page, "hello")
        ghost(page, " how are you")
        page.keyboard.press(key)
        value(page, "hello how")
        ghost(page, " are you")
        assert len(server.asked) == asked
        page.keyboard.press(key)
        page.keyboard.press(key)
        value(page, "hello how are you ")

    def test_cycling(self, page: Page) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Alt+]")
        ghost(page, "per")
        page.keyboard.press("Alt+[")
        page.keyboard.press("Alt+[")
        ghost(page, "d")
        expect(page.locator("[aria-selected=true]:visible")).to_have_text("held")
        page.keyboard.press("Tab")
        value(page, "held ")

    def test_the_next_of_ghost_text_that_was_typed_through(
        self, page: Page, server: WidgetServer
    ) -> None:
        """It has outlived the words that came with it, so they are asked for."""
        write(page, "h")
        ghost(page, "ello how are you")
        page.keyboard.type("ello how ")
        ghost(page, "are you")
        words(page)
        page.keyboard.press("Alt+]")
        words(page, "are", "hello", "helper")
        assert server.texts == ["h", "hello how "]
        page.keyboard.press("Alt+]")
        page.keyboard.press("Tab")
        value(page, "hello how hello ")

    @pytest.mark.parametrize("field", ["#line", "#second"])
    def test_what_was_accepted_is_scrolled_to(self, page: Page, field: str) -> None:
        narrow = "(field) => { field.rows = 1; field.style.width = '100px'; }"
        page.locator(field).evaluate(narrow)
        write(page, "there hel", field)
        words(page, "hello", "helper", "held")
        page.keyboard.press("Tab")
        expect(page.locator(field)).to_have_value(re.compile(r"^there hello\b"))
        left = page.locator(field).evaluate(
            """({scrollLeft, scrollTop, scrollWidth, scrollHeight, clientWidth, clientHeight}) => [
                scrollWidth - clientWidth - scrollLeft, scrollHeight - clientHeight - scrollTop]"""
        )
        assert max(left) <= 1

    def test_click(self, page: Page) -> None:
        write(page, "hel")
        page.locator("[role=option]:visible").nth(1).click()
        value(page, "helper ")
        expect(page.locator("#first")).to_be_focused()

    def test_arrows_stay_the_text_areas(self, page: Page) -> None:
        write(page, "there\nhel")
        ghost(page, "lo how are you")
        page.keyboard.press("ArrowUp")
        nothing(page)
        page.keyboard.type("X")
        value(page, "theXre\nhel")

    def test_code_points_before_the_caret(self, page: Page, server: WidgetServer) -> None:
        page.locator("#first").fill("\U0001f600\U0001f468\u200d\U0001f469 é ")
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Alt+]")
        page.keyboard.press("Tab")
        value(page, "\U0001f600\U0001f468\u200d\U0001f469 é helper ")

    def test_long_text_is_sent_from_a_steady_place(self, page: Page, server: WidgetServer) -> None:
        long = "\U0001f600 abc " * 3000
        page.locator("#first").fill(long)
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Tab")
        value(page, long + "hello how are you ")
        assert all(4000 < len(text.encode("utf-16-le")) / 2 < 8200 for text in server.texts)

    def test_list_word_may_rewrite_what_was_typed(self, page: Page, server: WidgetServer) -> None:
        edit = {"text": "Hello", "insert": "Hello", "replace": [0, 3], "probability": 0.9}
        page.locator("#first").fill("hl")
        wait_for(lambda: "hl" in server.answered, "the answer to the first letters")
        settle(page)
        server.instead = 200, json.dumps({"suggestions": [edit]}).encode()
        write(page, "e")
        words(page, "Hello")
        expect(page.locator(".ghost:visible")).to_have_count(0)
        page.keyboard.press("Tab")
        value(page, "Hello ")


@in_chromium
class TestSpacing:
    @pytest.mark.parametrize("mark", list(".,!?;:"))
    def test_punctuation_takes_the_place_of_the_space(self, page: Page, mark: str) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Tab")
        value(page, "hello how are you ")
        page.keyboard.type(mark)
        value(page, f"hello how are you{mark}")
        page.keyboard.type(" x")
        value(page, f"hello how are you{mark} x")

    def test_a_typed_space_stays(self, page: Page) -> None:
        write(page, "xyz .")
        value(page, "xyz .")

    def test_space_after_the_automatic_space_is_not_doubled(self, page: Page) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Tab")
        value(page, "hello how are you ")
        page.keyboard.type(" x")
        value(page, "hello how are you x")

    def test_a_letter_is_never_taken_for_the_space(self, page: Page) -> None:
        """There was no room for the space, or the page has trimmed it."""
        page.evaluate("document.querySelector('#first').maxLength = 5")
        put(page, "hel")
        words(page, "hello", "held")
        page.keyboard.press("Tab")
        value(page, "hello")
        page.keyboard.type("!")
        value(page, "hello")
        page.evaluate(
            """() => {
                const field = document.querySelector("#second");
                field.addEventListener("input", () => { field.value = field.value.trimEnd(); });
            }"""
        )
        put(page, "hel", "#second")
        words(page, "hello", "helper", "held")
        page.keyboard.press("Tab")
        value(page, "hello how are you", "#second")
        page.keyboard.type("!")
        value(page, "hello how are you!", "#second")

    @pytest.mark.parametrize(
        ("typed", "text"),
        [
            ("'s x", "hello how are you's x"),
            ("'ll x", "hello how are you'll x"),
            ("'hello'", "hello how are you 'hello'"),
            ("''s", "hello how are you ''s"),
        ],
    )
    def test_what_an_apostrophe_joins_takes_the_space(
        self, page: Page, typed: str, text: str
    ) -> None:
        put(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
        value(page, text)

    @pytest.mark.parametrize("after", ["'s house", '"', "/and", "_x"])
    def test_no_space_before_what_belongs_to_the_word(self, page: Page, after: str) -> None:
        page.locator("#first").fill(after)
        page.locator("#first").press("Home")
        put(page, "th")
        words(page, "there")
        page.keyboard.press("Tab")
        value(page, f"there{after}")

    def test_no_space_before_one_that_is_there(self, page: Page) -> None:
        page.locator("#first").fill(" you")
        page.locator("#first").press("Home")
        page.keyboard.type("th")
        words(page, "there")
        page.keyboard.press("Tab")
        value(page, "there you")


@in_chromium
class TestRequests:
    def test_one_question_a_keystroke(self, page: Page, server: WidgetServer) -> None:
        write(page, "h")
        ghost(page, "ello how are you")
        settle(page)
        rest = {"after": "", "turns": [], "avoid": [], "learn": False}
        assert server.asked == [{"text": "h", "n": 3, "phrase_words": 4, **rest}]

    def test_no_phrase_where_none_can_be_drawn(self, page: Page, server: WidgetServer) -> None:
        write(page, " you")
        page.keyboard.press("Home")
        page.keyboard.insert_text("th")
        words(page, "there")
        assert server.about("th")["phrase_words"] == 0
        page.evaluate("Inkling.attach(second, {words: 1})")
        write(page, "h", "#second")
        words(page, "hello", "helper", "held")
        assert server.about("h")["phrase_words"] == 0

    def test_no_more_is_asked_for_than_the_server_takes(
        self, page: Page, server: WidgetServer
    ) -> None:
        page.evaluate("Inkling.attach(first, {n: 1e9, words: 99})")
        write(page, "h")
        ghost(page, "ello how are you")
        [question] = server.asked
        assert (question["n"], question["phrase_words"]) == (16, 16)

    def test_whose_memory_and_whether_it_may_grow(self, page: Page, server: WidgetServer) -> None:
        page.evaluate("Inkling.attach(first, {session: 'me', learn: true})")
        write(page, "h")
        ghost(page, "ello how are you")
        [question] = server.asked
        assert (question["session"], question["learn"]) == ("me", True)

    def test_half_a_character_is_not_sent(self, page: Page, server: WidgetServer) -> None:
        """Half of a pair, as a page's script may leave it, can't be encoded."""
        page.locator("#first").evaluate("(box) => { box.value = ' \\ud83d x'; }")
        page.locator("#first").press("Home")
        page.keyboard.insert_text("th")
        words(page, "there")
        assert server.about("th")["after"] == " \ufffd x"

    def test_typing_through_asks_nothing(self, page: Page, server: WidgetServer) -> None:
        write(page, "h")
        ghost(page, "ello how are you")
        page.keyboard.type("el")
        ghost(page, "lo how are you")
        words(page, "hello", "helper", "held")
        page.keyboard.type("lo how ")
        ghost(page, "are you")
        page.keyboard.type("x")  # the first that was not suggested
        wait_for(lambda: len(server.texts) > 1, "a question about what was not suggested")
        assert server.texts == ["h", "hello how x"]

    def test_another_branch_is_shown_at_once(self, page: Page, server: WidgetServer) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        late = server.hold("help")
        page.keyboard.type("p")
        words(page, "helper")
        expect(page.locator(".ghost:visible")).to_have_count(0)
        wait_for(lambda: "help" in server.texts, "a question about the other branch")
        words(page, "helper")
        late.set()

    def test_another_branch_is_asked_about_until_answered(
        self, page: Page, server: WidgetServer
    ) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        late = server.hold("help")
        page.keyboard.type("p")
        words(page, "helper")
        page.keyboard.type("e")
        wait_for(lambda: "helpe" in server.texts, "a question, as the one before had no answer")
        late.set()
        words(page, "helper")

    def test_stale_answer_is_never_shown(self, page: Page, server: WidgetServer) -> None:
        late = server.hold("h")
        write(page, "h")
        wait_for(lambda: "h" in server.texts, "the first question")
        page.keyboard.type("o")
        ghost(page, "w are you")
        late.set()
        wait_for(lambda: "h" in server.answered, "the late answer")
        settle(page)
        ghost(page, "w are you")
        assert len(heard(page, "shown")) == 1

    @pytest.mark.parametrize("key", ["Escape", "Home", "Backspace", "Tab"])
    def test_answer_after_the_user_went_on(
        self, page: Page, server: WidgetServer, key: str
    ) -> None:
        late = server.hold("h")
        write(page, "h")
        wait_for(lambda: "h" in server.texts, "the question")
        page.keyboard.press(key)
        late.set()
        wait_for(lambda: "h" in server.answered, "the late answer")
        settle(page)
        nothing(page)
        assert heard(page, "shown") == []

    def test_composition_is_left_alone(self, page: Page, server: WidgetServer) -> None:
        page.locator("#first").focus()
        devtools = page.context.new_cdp_session(page)
        composing = {"text": "hel", "selectionStart": 3, "selectionEnd": 3}
        devtools.send("Input.imeSetComposition", composing)
        value(page, "hel")
        settle(page)
        nothing(page)
        assert server.asked == []
        devtools.send("Input.insertText", {"text": "hel"})
        ghost(page, "lo how are you")

    def test_composition_takes_what_shows_away_and_keeps_its_keys(
        self, page: Page, server: WidgetServer
    ) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        asked = len(server.asked)
        devtools = page.context.new_cdp_session(page)
        composing = {"text": "lo", "selectionStart": 2, "selectionEnd": 2}
        devtools.send("Input.imeSetComposition", composing)
        value(page, "hello")
        nothing(page)
        for key in ("Tab", "Escape"):  # as an input method gets them: to choose, to give up
            page.evaluate(
                """(key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
                    {key, isComposing: true, bubbles: true, cancelable: true}))""",
                key,
            )
        value(page, "hello")
        assert heard(page, "accepted") == heard(page, "dismissed") == []
        assert len(server.asked) == asked


@in_chromium
class TestDismissing:
    def test_escape_until_the_next_letter(self, page: Page) -> None:
        write(page, "he")
        ghost(page, "llo how are you")
        page.keyboard.press("Escape")
        nothing(page)
        assert [event["text"] for event in heard(page, "dismissed")] == ["hello how are you"]
        page.keyboard.type("l")
        words(page, "helper", "held")

    def test_escape_then_tab_leaves(self, page: Page) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        expect(page.locator("#second")).to_be_focused()
        value(page, "hel")

    def test_escape_is_the_pages_when_nothing_shows(self, page: Page) -> None:
        page.evaluate("addEventListener('keydown', ({key}) => heard.push({name: key}))")
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Escape")
        assert heard(page, "Escape") == []
        page.keyboard.press("Escape")
        assert len(heard(page, "Escape")) == 1


RUBBISH = [
    (500, b"{}"),
    (200, b"<html>"),
    (200, b"null"),
    (200, b'{"suggestions": 5}'),
    (200, b'{"suggestions": [null]}'),
    (200, b'{"suggestions": [{"text": "x", "insert": "x", "replace": [0], "probability": 1}]}'),
    (200, b'{"suggestions": [{"text": "x", "insert": "x", "replace": [0, 9], "probability": 1}]}'),
    (200, b'{"suggestions": [{"text": "x", "insert": 1, "replace": [0, 1], "probability": 1}]}'),
]


@in_chromium
class TestTrouble:
    @pytest.mark.parametrize("rubbish", RUBBISH)
    def test_rubbish_leaves_a_plain_field(
        self, page: Page, server: WidgetServer, rubbish: tuple[int, bytes]
    ) -> None:
        server.instead = rubbish
        write(page, "h")
        wait_for(lambda: "h" in server.answered, "the answer")
        settle(page)
        page.keyboard.type("ello")
        value(page, "hello")
        nothing(page)
        page.keyboard.press("Tab")
        expect(page.locator("#second")).to_be_focused()

    def test_server_down_leaves_a_plain_field(self, page: Page, server: WidgetServer) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            down = f"http://127.0.0.1:{closed.getsockname()[1]}"
            server.policy = f"default-src 'self' {down}"
            server.page = server.page.replace(
                "data-inkling ", f'data-inkling data-inkling-endpoint="{down}" '
            )
            page.goto(server.url)
            with page.expect_event("requestfailed") as failed:
                write(page, "hel")
            assert failed.value.url == f"{down}/v1/suggest"
            settle(page)
            page.keyboard.type("lo there")
            value(page, "hello there")
            nothing(page)
            page.keyboard.press("Control+z")
            page.keyboard.press("Tab")
            expect(page.locator("#second")).to_be_focused()
            assert server.asked == []

    def test_backs_off_and_comes_back(self, page: Page, server: WidgetServer) -> None:
        page.clock.install(time=datetime(2026, 1, 1, tzinfo=UTC))
        page.goto(server.url)
        # or the pause would pass by itself while a busy machine gets to the next key
        page.clock.pause_at(datetime(2026, 1, 1, 1, tzinfo=UTC))
        server.instead = 503, b"busy"
        write(page, "h")
        page.clock.run_for(100)
        wait_for(lambda: "h" in server.answered, "the refusal")
        settle_without_clock(page)
        server.instead = None
        page.keyboard.type("e")
        page.clock.run_for(500)
        page.keyboard.type("l")
        page.clock.run_for(2000)
        page.keyboard.type("l")
        page.clock.run_for(100)
        ghost(page, "o how are you")
        assert server.texts == ["h", "hell"]

    def test_slow_server_counts_as_down(self, page: Page, server: WidgetServer) -> None:
        slow = server.hold("h")
        page.evaluate("Inkling.attach(first, {timeout: 50})")
        with page.expect_event("requestfailed"):
            write(page, "h")
        page.keyboard.type("el")
        slow.set()
        settle(page)
        nothing(page)
        assert server.texts == ["h"]


@in_chromium
class TestAccess:
    def test_roles_and_voice(self, page: Page) -> None:
        write(page, "hel")
        expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
        status = page.locator("[role=status]").first
        expect(status).to_have_attribute("aria-live", "polite")
        expect(status).to_have_text("Suggestion: hello how are you. Tab accepts. Escape dismisses.")
        assert page.locator("#first").get_attribute("role") is None
        page.keyboard.press("Escape")
        expect(status).to_have_text("")

    def test_works_under_a_strict_policy(self, page: Page, server: WidgetServer) -> None:
        response = page.goto(server.url)
        assert response
        assert response.header_value("content-security-policy") == "default-src 'self'"
        write(page, "hel")
        ghost(page, "lo how are you")
        expect(page.locator(".ghost:visible")).to_have_css("position", "fixed")
        expect(page.locator("[role=listbox]:visible")).to_have_css("border-radius", "8px")


@in_chromium
class TestWhatFollows:
    """What stands after the caret is sent, and never offered again."""

    def test_two_hundred_characters_are_sent(self, page: Page, server: WidgetServer) -> None:
        page.locator("#first").fill(" and so on\n" + "x" * 500)
        page.locator("#first").press("Control+Home")
        put(page, "th")
        words(page, "there")
        # What was asked of the text that was filled in may arrive after it.
        assert server.about("th")["after"] == " and so on\n" + "x" * 189

    def test_rich_text(self, more: Page, server: WidgetServer) -> None:
        write(more, " you", "#rich")
        more.keyboard.press("Home")
        more.keyboard.insert_text("th")
        words(more, "there")
        assert server.about("th")["after"] == " you"

    @pytest.mark.parametrize("after", [" how", "  How?", " how are you"])
    def test_the_next_word_is_not_offered(
        self, page: Page, server: WidgetServer, after: str
    ) -> None:
        page.locator("#first").fill(after)
        page.locator("#first").press("Home")
        page.keyboard.type("h")
        words(page, "hello", "helper", "held")
        page.keyboard.type("o")
        wait_for(lambda: "ho" in server.answered, "the answer that knows only this word")
        settle(page)
        nothing(page)
        page.keyboard.press("Tab")
        value(page, f"ho{after}")

    def test_a_longer_word_and_the_next_line_do_not_count(self, page: Page) -> None:
        page.locator("#first").fill(" however\nhow")
        page.locator("#first").press("Control+Home")
        page.keyboard.type("ho")
        words(page, "how")
        page.locator("#second").fill("\nhow")
        page.locator("#second").press("Control+Home")
        page.keyboard.type("ho")
        ghost(page, "w are you")


@in_chromium
class TestRefused:
    """What Escape put away is not offered again where it was."""

    def test_it_is_sent_and_not_shown(self, page: Page, server: WidgetServer) -> None:
        write(page, "there hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Escape")
        page.keyboard.press("Backspace")
        page.keyboard.type("l")
        words(page, "helper", "held")
        expect(page.locator(".ghost:visible")).to_have_count(0)
        refused = server.about("there hel")
        assert refused["avoid"] == ["hello"]
        assert not any(each["avoid"] for each in server.asked if each is not refused)

    def test_a_server_that_offers_it_all_the_same(self, page: Page, server: WidgetServer) -> None:
        server.avoids = False
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Escape")
        page.keyboard.press("Backspace")
        page.keyboard.type("l")
        words(page, "helper", "held")
        expect(page.locator(".ghost:visible")).to_have_count(0)

    def test_elsewhere_it_is_welcome(self, page: Page, server: WidgetServer) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Escape")
        page.keyboard.insert_text("d hel")
        ghost(page, "lo how are you")
        assert server.about("held hel")["avoid"] == []

    def test_another_turn_is_another_context(self, page: Page, server: WidgetServer) -> None:
        page.evaluate("window.said = ['Hi']; Inkling.attach(first, {turns: () => said})")
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Escape")
        page.evaluate("first.value = ''; said.push('hel', 'Yes?')")
        page.keyboard.insert_text("hel")
        ghost(page, "lo how are you")
        assert server.about("hel")["turns"] == ["Hi", "hel", "Yes?"]
        assert server.about("hel")["avoid"] == []

    def test_of_a_phrase_the_next_word(self, page: Page, server: WidgetServer) -> None:
        write(page, "hello ")
        ghost(page, "how are you")
        page.keyboard.press("Escape")
        page.keyboard.press("Backspace")
        page.keyboard.press("Backspace")
        page.keyboard.type("o")
        settle(page)
        expect(page.locator(".ghost:visible")).to_have_count(0)  # it would lead to "how"
        page.keyboard.type(" ")
        words(page, "hello", "helper", "held")
        assert server.about("hello ")["avoid"] == ["how"]

    def test_typing_past_is_no_refusal_of_the_word(self, page: Page, server: WidgetServer) -> None:
        write(page, "he")
        ghost(page, "llo how are you")
        page.keyboard.type("x")
        page.keyboard.press("Backspace")
        page.keyboard.type("l")
        ghost(page, "lo how are you")
        assert server.about("hel")["avoid"] == []

    def test_rich_text(self, more: Page, server: WidgetServer) -> None:
        write(more, "hel", "#rich")
        ghost(more, "lo how are you")
        more.keyboard.press("Escape")
        more.keyboard.press("Backspace")
        more.keyboard.type("l")
        words(more, "helper", "held")
        assert server.about("hel")["avoid"] == ["hello"]
