"""What a page does to fields that the widget is joined to, and what a person does then."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright")
from playwright.sync_api import Page, expect
from widget_hands import ghost, heard, in_chromium, nothing, put, settle, value, words, write
from widget_page import WidgetServer

SET = "(value) => {{ document.querySelector('#first').{} = value; }}"
CARET = """() => {
    const { shadowRoot } = document.querySelector("inkling-overlay");
    const letters = shadowRoot.querySelector(".ghost span").getClientRects()[0];
    const field = document.querySelector("#first").getBoundingClientRect();
    return [letters.left - field.left, letters.top - field.top];
}"""


@in_chromium
class TestSecrets:
    def test_a_text_field_that_becomes_a_password_field_sends_nothing(
        self, page: Page, server: WidgetServer
    ) -> None:
        write(page, "hel", "#line")
        ghost(page, "lo how are you")
        page.evaluate("document.querySelector('#line').type = 'password'")
        nothing(page)
        asked = len(server.asked)
        page.keyboard.type(" hel")
        settle(page)
        assert len(server.asked) == asked
        page.evaluate("document.querySelector('#line').type = 'text'")  # shown, as by a button
        page.keyboard.type(" hel")
        settle(page)
        assert len(server.asked) == asked

    @pytest.mark.parametrize(
        "secret",
        [
            "type=password",
            "autocomplete=cc-number",
            "autocomplete='billing cc-number'",
            "autocomplete='section-a CC-csc'",
        ],
    )
    def test_within_a_marked_form_neither(
        self, page: Page, server: WidgetServer, secret: str
    ) -> None:
        page.evaluate(
            """secret => {
                const form = document.createElement("form");
                form.dataset.inkling = "";
                form.innerHTML = `<input id=secret aria-label=Secret ${secret}>`;
                document.body.append(form);
            }""",
            secret,
        )
        settle(page)
        page.evaluate("document.querySelector('#secret').type = 'text'")
        write(page, "hel", "#secret")
        settle(page)
        nothing(page)
        assert not server.asked

    def test_a_field_for_a_card_number_is_refused_by_name(self, page: Page) -> None:
        said = page.evaluate(
            """() => {
                const card = document.createElement("input");
                card.autocomplete = "cc-number";
                try { Inkling.attach(card); } catch ({ message }) { return message; }
            }"""
        )
        assert said == "Inkling: need a text field, got <input>"


@in_chromium
class TestUndo:
    @pytest.mark.parametrize("kind", ["textarea", "input", "div contenteditable"])
    def test_takes_back_as_much_as_in_any_field(self, page: Page, kind: str) -> None:
        """One letter at a time, if what is drawn ended the browser's own group of letters."""
        page.evaluate(
            """kind => document.body.insertAdjacentHTML("afterbegin",
                `<${kind} id=own aria-label=Own data-inkling></${kind.split(" ")[0]}>`)""",
            kind,
        )
        page.locator("#own").focus()
        for letter in "hel xyz ho":
            page.keyboard.type(letter)
            settle(page)
        expect(page.locator(".ghost:visible")).to_have_text("w are you")
        said = page.locator("[role=status]", has_text="how are you")
        expect(said).to_have_count(1)
        page.keyboard.type("w")
        settle(page)
        page.keyboard.press("Control+z")
        assert page.locator("#own").evaluate("(field) => field.value ?? field.textContent") == ""

    @pytest.mark.parametrize("field", ["#first", "#line"])
    def test_who_types_on_after_it_loses_nothing(self, page: Page, field: str) -> None:
        write(page, "there hel", field)
        ghost(page, "lo how are you")
        page.keyboard.press("Tab")
        value(page, "there hello how are you ", field)
        page.keyboard.press("Control+z")
        value(page, "there hel", field)
        page.keyboard.type("m")
        value(page, "there helm", field)

    @pytest.mark.parametrize("key", ["Tab", "Control+ArrowRight"])
    @pytest.mark.parametrize("field", ["#first", "#line", "#rich"])
    def test_what_is_typed_after_it_is_undone_alone(
        self, request: pytest.FixtureRequest, field: str, key: str
    ) -> None:
        on: Page = request.getfixturevalue("more" if field == "#rich" else "page")

        def stands(text: str) -> None:
            said = "(field) => (field.value ?? field.textContent).replace(/\\xa0/g, ' ')"
            on.wait_for_function(
                f"([id, text]) => ({said})(document.querySelector(id)) === text", arg=[field, text]
            )

        write(on, "there hel", field)
        ghost(on, "lo how are you")
        on.keyboard.press(key)
        accepted = "there hello how are you " if key == "Tab" else "there hello"
        stands(accepted)
        on.keyboard.type("xyz abc")
        stands(accepted + "xyz abc")
        on.keyboard.press("Control+z")
        stands(accepted)
        on.keyboard.press("Control+z")
        stands("there hel")

    def test_nor_in_rich_text(self, more: Page) -> None:
        write(more, "there hel", "#rich")
        ghost(more, "lo how are you")
        more.keyboard.press("Tab")
        more.keyboard.press("Control+z")
        more.keyboard.type("m")
        expect(more.locator("#rich")).to_have_text("there helm")

    @pytest.mark.parametrize("field", ["#inner", "inkling-textarea textarea"])
    def test_nor_in_a_shadow_root(self, more: Page, field: str) -> None:
        more.evaluate("Inkling.observe('.inside', {}, shadow.shadowRoot)")
        more.locator(field).fill("")
        write(more, "there hel", field)
        ghost(more, "lo how are you")
        more.keyboard.press("Tab")
        value(more, "there hello how are you ", field)
        more.keyboard.press("Control+z")
        value(more, "there hel", field)
        more.keyboard.type("m")
        value(more, "there helm", field)

    def test_nor_where_a_slip_was_mended(self, page: Page, server: WidgetServer) -> None:
        mended = {"text": "hello", "insert": "hello", "replace": [6, 10], "probability": 0.9}
        server.instead = 200, json.dumps({"suggestions": [mended], "phrase": None}).encode()
        put(page, "there helo")
        words(page, "hello")
        page.keyboard.press("Tab")
        value(page, "there hello ")
        page.keyboard.press("Control+z")
        value(page, "there helo")
        page.keyboard.type("t")
        value(page, "there helot")


@in_chromium
class TestRoom:
    def test_what_does_not_fit_is_not_offered_and_tab_leaves(self, page: Page) -> None:
        page.evaluate(SET.format("maxLength"), 8)
        write(page, "hel")
        words(page, "hello", "helper", "held")
        page.keyboard.press("Tab")
        value(page, "hello ")
        page.keyboard.type("t")
        nothing(page)
        page.keyboard.press("Tab")
        expect(page.locator("#second")).to_be_focused()
        value(page, "hello t")
        assert len(heard(page, "accepted")) == 1

    def test_no_word_is_cut_at_the_end_of_a_line(self, page: Page) -> None:
        write(page, "there hel")
        ghost(page, "lo how are you")
        start = page.evaluate(CARET)[0]
        page.keyboard.press("Backspace")
        nothing(page)
        # Padding and border are 13 px; of the 14 px that "lo" takes there are 8.
        page.evaluate(SET.format("style.width"), f"{start + 8 + 13}px")
        page.keyboard.type("l")
        words(page, "hello", "helper", "held")
        expect(page.locator(".ghost:visible")).to_have_count(0)

    @pytest.mark.parametrize("sign", [")", "”", "…", ",", "/"])
    def test_signs_take_the_automatic_space_back(self, page: Page, sign: str) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        page.keyboard.press("Tab")
        page.keyboard.type(sign)
        value(page, f"hello how are you{sign}")


@in_chromium
class TestChanges:
    @pytest.mark.parametrize(
        "change", ["field.value = ''", "field.readOnly = true", "field.value = 'else'"]
    )
    def test_a_script_that_takes_the_text_away_takes_the_ghost(
        self, page: Page, change: str
    ) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        page.evaluate(f"() => {{ const field = document.querySelector('#first'); {change}; }}")
        nothing(page)

    @pytest.mark.parametrize(
        "change",
        [
            "field.before(Object.assign(document.createElement('p'), { textContent: 'More' }))",
            "field.style.marginLeft = '40px'",
            "document.body.style.paddingTop = '90px'",
        ],
    )
    def test_the_ghost_moves_with_its_field(self, page: Page, change: str) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        before = page.evaluate(CARET)
        page.evaluate(f"() => {{ const field = document.querySelector('#first'); {change}; }}")
        page.wait_for_function(
            f"before => ({CARET})().every((at, i) => Math.abs(at - before[i]) < 1)", arg=before
        )

    @pytest.mark.parametrize(
        "set_up", ["transform = 'translate(30px, 20px)'", "filter = 'blur(0)'"]
    )
    def test_a_page_that_is_transformed_has_it_at_the_caret(self, page: Page, set_up: str) -> None:
        write(page, "hel")
        ghost(page, "lo how are you")
        plain = page.evaluate(CARET)
        page.keyboard.press("Backspace")
        nothing(page)
        page.evaluate(f"document.body.style.{set_up}")
        page.keyboard.type("l")
        ghost(page, "lo how are you")
        assert page.evaluate(CARET) == pytest.approx(plain, abs=1)

    @pytest.mark.parametrize("inset", ["auto 0 0", "0 0 auto"])
    def test_nothing_is_drawn_where_the_field_is_not_seen(self, page: Page, inset: str) -> None:
        """Scrolled out of what it stands in, or under a bar that stays where it is."""
        page.evaluate(
            """(inset) => {
                window.box = document.createElement("div");
                box.style.cssText = "height: 250px; overflow: auto; margin-top: 60px";
                const bar = document.createElement("div");
                bar.style.cssText = `position: fixed; inset: ${inset}; height: 60px`;
                const field = document.querySelector("#first");
                document.body.prepend(box);
                document.body.append(bar);
                box.append(field, document.createElement("p"));
                box.lastChild.style.height = "900px";
            }""",
            inset,
        )
        write(page, "hel")
        ghost(page, "lo how are you")
        page.evaluate("box.scrollTop = 70")
        nothing(page)
        page.evaluate("box.scrollTop = 0")
        ghost(page, "lo how are you")
        page.evaluate("box.style.marginTop = '0'")
        if inset == "0 0 auto":
            nothing(page)
            page.keyboard.press("Tab")
            value(page, "hel")
        else:
            ghost(page, "lo how are you")

    def test_an_input_that_is_full_still_shows_its_words(self, page: Page) -> None:
        page.evaluate("document.querySelector('#line').style.cssText = 'padding: 0; width: 60px'")
        write(page, "one two three four hel", "#line")
        words(page, "hello", "helper", "held")

    def test_it_is_seen_above_a_popover(self, page: Page) -> None:
        page.evaluate(
            """() => {
                const box = document.createElement("div");
                box.popover = "manual";
                box.style.cssText = "position: fixed; inset: 0; width: 600px; height: 400px";
                const field = document.querySelector("#first");
                box.append(field);
                document.body.append(box);
                box.showPopover();
            }"""
        )
        write(page, "hel")
        words(page, "hello", "helper", "held")
        row = page.get_by_role("option").nth(1).bounding_box()
        assert row
        page.mouse.click(row["x"] + 5, row["y"] + 5)
        value(page, "helper ")


@in_chromium
def test_the_list_is_dark_where_the_text_is_light_however_it_is_written(page: Page) -> None:
    for color, dark in (
        ("oklch(0.95 0 0)", True),
        ("oklch(0.2 0 0)", False),
        ("lab(95 0 0)", True),
        ("color(display-p3 0.1 0.1 0.1)", False),
        ("color(srgb 0.9 0.9 0.9)", True),
        ("rgb(20, 20, 20)", False),
        ("#eee", True),
    ):
        page.evaluate(SET.format("style.color"), color)
        page.locator("#first").fill("")
        write(page, "hel")
        words(page, "hello", "helper", "held")
        shown = page.evaluate("document.querySelector('inkling-overlay').className")
        assert (shown == "dark") == dark, color


@in_chromium
def test_an_element_hands_on_what_is_set_later(more: Page) -> None:
    more.evaluate(
        """() => {
            const made = document.createElement("inkling-textarea");
            document.querySelector("main").append(made);
            made.setAttribute("placeholder", "Later");
            made.setAttribute("disabled", "");
        }"""
    )
    field = more.get_by_placeholder("Later")
    expect(field).to_be_disabled()
    expect(field).to_have_js_property("localName", "textarea")
    more.evaluate("document.querySelector('main').lastChild.removeAttribute('disabled')")
    expect(field).to_be_enabled()
