"""The widget in every kind of field: rich text, shadow roots, right to left, very long texts."""

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright")
from playwright.sync_api import Page, expect
from widget_hands import (
    ghost,
    heard,
    in_chromium,
    nothing,
    put,
    settle,
    value,
    wait_for,
    words,
    write,
)
from widget_page import WidgetServer

PLACES = """() => {
    const found = [...document.querySelectorAll("inkling-overlay")].map(({shadowRoot}) =>
        shadowRoot).find((root) => !root.querySelector(".ghost").hidden);
    const text = found.querySelector(".ghost span").getClientRects()[0];
    return {left: text.left, right: text.right, top: text.top};
}"""
MIRRORED = """() => Math.max(...[...document.querySelectorAll("inkling-overlay")].map(
    ({shadowRoot}) => shadowRoot.querySelector(".mirror")?.textContent.length ?? 0))"""


def place(page: Page) -> dict[str, float]:
    """Where the first letter of the ghost is."""
    found: dict[str, float] = page.evaluate(PLACES)
    return found


def text_of(page: Page, field: str) -> str:
    """What stands in an editable element, with ordinary spaces."""
    text: str = page.locator(field).inner_text()
    return text.replace("\xa0", " ").rstrip("\n")


@in_chromium
class TestRichText:
    def test_tab_accepts_and_undo_keeps_what_was_typed(self, more: Page) -> None:
        write(more, "there hel", "#rich")
        ghost(more, "lo how are you")
        words(more, "hello", "helper", "held")
        more.keyboard.press("Tab")
        assert text_of(more, "#rich") == "there hello how are you "
        expect(more.locator("#rich")).to_be_focused()
        [accepted] = heard(more, "accepted")
        assert (accepted["id"], accepted["saved"]) == ("rich", len("lo how are you ") - 1)
        more.keyboard.press("Control+z")
        assert text_of(more, "#rich") == "there hel"
        nothing(more)

    def test_ghost_stands_at_the_caret(self, more: Page) -> None:
        write(more, "there", "#rich")
        more.keyboard.press("Enter")
        more.keyboard.type("hel")
        ghost(more, "lo how are you")
        caret: dict[str, float] = more.evaluate(
            "getSelection().getRangeAt(0).getBoundingClientRect().toJSON()"
        )
        found = place(more)
        assert abs(found["left"] - caret["left"]) < 1
        assert abs(found["top"] - caret["top"]) < 1

    def test_paragraphs_are_lines_of_the_question(self, more: Page, server: WidgetServer) -> None:
        write(more, "are", "#rich")
        more.keyboard.press("Enter")
        more.keyboard.press("Enter")
        more.keyboard.insert_text("you h")
        ghost(more, "ello how are you")
        assert server.about("are\n\nyou h")

    def test_one_word_then_punctuation(self, more: Page) -> None:
        write(more, "hel", "#rich")
        ghost(more, "lo how are you")
        more.keyboard.press("Control+ArrowRight")
        assert text_of(more, "#rich") == "hello"
        ghost(more, " how are you")
        more.keyboard.press("Tab")
        more.keyboard.type("?")
        assert text_of(more, "#rich") == "hello how are you?"

    def test_within_bold_text(self, more: Page) -> None:
        more.locator("#rich").focus()
        more.keyboard.type("are ")
        more.keyboard.press("Control+b")
        more.keyboard.type("hel")
        ghost(more, "lo how are you")
        expect(more.locator(".ghost:visible")).to_have_css("font-weight", "700")
        more.keyboard.press("Tab")
        assert text_of(more, "#rich") == "are hello how are you "
        expect(more.locator("#rich b")).to_have_text("hello how are you ")

    def test_word_of_the_list_within_a_line(self, more: Page) -> None:
        write(more, " you", "#rich")
        more.keyboard.press("Home")
        more.keyboard.type("th")
        words(more, "there")
        expect(more.locator(".ghost:visible")).to_have_count(0)
        more.keyboard.press("Tab")
        assert text_of(more, "#rich") == "there you"

    def test_a_selection_is_no_caret(self, more: Page, server: WidgetServer) -> None:
        write(more, "hel", "#rich")
        ghost(more, "lo how are you")
        more.keyboard.press("Shift+ArrowLeft")
        nothing(more)


@in_chromium
class TestShadowRoot:
    @pytest.mark.parametrize("field", ["#inner", "#deep"])
    def test_fields_inside(self, more: Page, field: str) -> None:
        more.evaluate("Inkling.observe('.inside', {}, shadow.shadowRoot)")
        write(more, "hel", field)
        ghost(more, "lo how are you")
        more.keyboard.press("Tab")
        expect(more.locator(field)).to_be_focused()
        found = more.locator(field).evaluate("(box) => box.value ?? box.textContent")
        assert found.replace("\xa0", " ") == "hello how are you "
        [accepted] = heard(more, "accepted")
        assert accepted["id"] == "shadow"

    @pytest.mark.parametrize("field", ["#inner", "#deep"])
    def test_moving_the_caret_hides(self, more: Page, field: str) -> None:
        more.evaluate("Inkling.observe('.inside', {}, shadow.shadowRoot)")
        write(more, "hel", field)
        ghost(more, "lo how are you")
        more.keyboard.press("ArrowLeft")
        nothing(more)


@in_chromium
class TestElement:
    FIELD = "inkling-textarea textarea"

    def test_is_a_field_with_its_options(self, more: Page) -> None:
        value(more, "there ", self.FIELD)
        more.get_by_label("Own").focus()
        more.keyboard.press("Control+End")
        more.keyboard.type("hel")
        words(more, "hello", "helper")
        more.keyboard.press("Tab")
        value(more, "there hello how are you ", self.FIELD)

    def test_is_part_of_its_form(self, more: Page) -> None:
        more.locator(self.FIELD).fill("hello")
        assert more.evaluate("new FormData(form).get('own')") == "hello"
        assert more.evaluate("document.querySelector('inkling-textarea').value") == "hello"
        more.evaluate("form.reset()")
        value(more, "there ", self.FIELD)

    def test_made_by_script_moved_and_removed(self, more: Page) -> None:
        more.evaluate(
            """() => {
                const made = document.createElement("inkling-textarea");
                made.setAttribute("aria-label", "Made");
                made.setAttribute("data-inkling-n", "1");
                document.querySelector("main").prepend(made);
                document.querySelector("main").append(made);
            }"""
        )
        more.get_by_label("Made").focus()
        more.keyboard.type("hel")
        words(more, "hello")
        more.evaluate("document.querySelector('main').lastElementChild.remove()")
        nothing(more)


@in_chromium
class TestModule:
    def test_attaches_only_what_it_is_told(self, more: Page, server: WidgetServer) -> None:
        more.add_script_tag(url="/module.js", type="module")
        more.wait_for_function("window.joined")
        write(more, "hel", "#module")
        words(more, "hello")
        more.evaluate("joined.detach()")
        nothing(more)


@in_chromium
class TestDirection:
    def test_right_to_left(self, more: Page) -> None:
        write(more, "של", "#hebrew")
        ghost(more, "ום לך גם")
        field = more.locator("#hebrew").bounding_box()
        assert field
        found = place(more)
        right_edge = field["x"] + field["width"]
        assert right_edge - 60 < found["right"] < right_edge - 20
        listed = more.locator("[role=listbox]:visible").bounding_box()
        assert listed
        assert abs(listed["x"] + listed["width"] - found["right"]) < 2

    def test_the_arrow_that_points_onward_takes_a_word(self, more: Page) -> None:
        write(more, "של", "#hebrew")
        ghost(more, "ום לך גם")
        more.keyboard.press("Control+ArrowLeft")
        value(more, "שלום", "#hebrew")
        ghost(more, " לך גם")
        more.keyboard.press("Control+ArrowRight")
        value(more, "שלום", "#hebrew")
        nothing(more)

    def test_against_the_direction_there_is_only_the_list(self, more: Page) -> None:
        write(more, "hel", "#hebrew")
        words(more, "hello", "helper", "held")
        expect(more.locator(".ghost:visible")).to_have_count(0)
        more.keyboard.press("Tab")
        value(more, "hello ", "#hebrew")

    def test_a_phrase_that_runs_against_the_line_is_listed(self, more: Page) -> None:
        """It was neither drawn nor listed, and no key after it was asked about."""
        edit = {"text": "are you", "insert": "are you", "replace": [4, 7], "probability": 0.9}
        answer = {"suggestions": [], "phrase": edit}
        more.route("**/v1/suggest", lambda route: route.fulfill(json=answer))
        put(more, "how are", "#hebrew")
        expect(more.locator("[role=option]:visible")).to_contain_text(["are you"])
        more.keyboard.press("Tab")
        value(more, "how are you ", "#hebrew")

    def test_option_sets_it_and_detaching_restores_it(self, more: Page) -> None:
        more.evaluate("window.joined = Inkling.attach(hebrew, {direction: 'auto'})")
        write(more, "hel", "#hebrew")
        ghost(more, "lo how are you")
        more.keyboard.press("Tab")
        more.keyboard.press("Escape")
        more.keyboard.press("Enter")
        more.keyboard.type("של")
        ghost(more, "ום לך גם")
        more.evaluate("joined.detach()")
        expect(more.locator("#hebrew")).to_have_attribute("dir", "rtl")


LONG = "Some words of a long text, again and again, \U0001f600 and so on. "


@in_chromium
class TestLongText:
    """100,000 characters: the copy that finds the caret holds only what is near it."""

    @pytest.mark.parametrize("paragraph", [LONG * 1600 + "\n", LONG * 7 + "\n\n"])
    def test_copy_is_short_and_the_ghost_in_place(self, page: Page, paragraph: str) -> None:
        text = (paragraph * 2000)[:100_000]
        page.locator("#first").evaluate("(field, text) => { field.value = text }", text)
        write(page, "there h")
        ghost(page, "ello how are you")
        first = place(page)
        page.keyboard.type("e")
        ghost(page, "llo how are you")
        assert page.evaluate(MIRRORED) < 5000
        second = place(page)
        assert 5 < second["left"] - first["left"] < 15
        assert second["top"] == pytest.approx(first["top"], abs=0.5)

    def test_after_lines_were_added_and_after_jumps(self, page: Page) -> None:
        text = (LONG * 7 + "\n") * 200
        field = page.locator("#first")
        field.evaluate("(field, text) => { field.value = text }", text)
        write(page, "h")
        ghost(page, "ello how are you")
        page.keyboard.type("i\n\nthere h")
        ghost(page, "ello how are you")
        near = place(page)
        page.evaluate("Inkling.attach(first)")  # forgets what it has measured
        page.keyboard.type("e")
        ghost(page, "llo how are you")
        fresh = place(page)
        assert fresh["top"] == pytest.approx(near["top"], abs=0.5)
        page.keyboard.press("Control+Home")
        page.keyboard.type("h")
        nothing(page)  # within a word
        page.keyboard.type(" \nare h\n")
        page.keyboard.press("ArrowLeft")
        page.keyboard.type("e")
        ghost(page, "llo how are you")
        top = field.bounding_box()
        assert top
        assert place(page)["top"] - top["y"] < 60


@in_chromium
class TestNeighbours:
    def test_leaving_one_field_for_another_kind(self, more: Page, server: WidgetServer) -> None:
        write(more, "hel", "#rich")
        ghost(more, "lo how are you")
        write(more, "ho", "#hebrew")
        words(more, "how")
        wait_for(lambda: "ho" in server.texts, "the question of the second field")
        settle(more)
        expect(more.locator("[role=listbox]:visible")).to_have_count(1)
        assert text_of(more, "#rich") == "hel"
