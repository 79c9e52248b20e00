"""The demo page in a real Chromium, against the fake server: options, memory, chat, looks."""

import json

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright")
from playwright.sync_api import Browser, Page, expect
from widget_hands import AXE, complaints, ghost, in_chromium, put, value, wait_for, words, write
from widget_page import WidgetServer

IN_ORDER = """(id) => {
  const [text] = document.querySelector(id).childNodes;
  const left = (from, to) => {
    const range = new Range();
    range.setStart(text, from);
    range.setEnd(text, to);
    return range.getBoundingClientRect().left;
  };
  return left(0, 1) < left(text.length - 1, text.length);
}"""
"""Whether a figure stands before its sign, as it is drawn."""
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

    def test_what_is_taken_back_was_not_saved(self, demo: Page) -> None:
        saved = demo.locator("#saved")
        write(demo, "hel", "#text")
        for _ in range(3):
            ghost(demo, "lo how are you")
            demo.keyboard.press("Tab")
            expect(saved).to_have_text("14")
            demo.keyboard.press("Control+Z")
            value(demo, "hel", "#text")
            expect(saved).to_have_text("0")
            demo.keyboard.press("Backspace")
            demo.keyboard.type("l")
        ghost(demo, "lo how are you")
        demo.keyboard.press("Tab")
        demo.keyboard.type("?")
        expect(saved).to_have_text("14")

    def test_what_is_done_again_is_saved_again(self, demo: Page) -> None:
        saved = demo.locator("#saved")
        write(demo, "hel", "#text")
        ghost(demo, "lo how are you")
        demo.keyboard.press("Control+ArrowRight")
        expect(saved).to_have_text("1")
        demo.keyboard.press("Control+ArrowRight")
        expect(saved).to_have_text("4")
        demo.keyboard.press("Control+Z")
        value(demo, "hello", "#text")
        expect(saved).to_have_text("1")
        demo.keyboard.press("Control+Shift+Z")
        value(demo, "hello how", "#text")
        expect(saved).to_have_text("4")

    def test_undo_in_rich_text(self, demo: Page) -> None:
        demo.locator("#rich").focus()
        demo.keyboard.press("Control+End")
        demo.keyboard.type("hel")
        ghost(demo, "lo how are you")
        demo.keyboard.press("Tab")
        expect(demo.locator("#saved")).to_have_text("14")
        demo.keyboard.press("Control+Z")
        expect(demo.locator("#saved")).to_have_text("0")

    def test_rich_text_is_left_as_it_was_asked(self, demo: Page, server: WidgetServer) -> None:
        demo.get_by_role("switch", name=SWITCH).check()
        demo.locator("#rich").focus()
        demo.keyboard.press("Control+End")
        demo.keyboard.type("The Northwind hel")
        ghost(demo, "lo how are you")
        demo.locator("#line").focus()
        expect(demo.get_by_role("list", name="Learned words")).to_contain_text("Northwind")
        [left] = [each["text"] for each in server.memory if each.get("left")]
        # What was typed through was not asked.
        assert left.startswith(server.asked[-1]["text"])
        assert "Go on:\nThe Northwind hel" in left

    def test_its_counters_leave_undo_to_the_browser(self, demo: Page) -> None:
        field = demo.locator("#text")
        write(demo, "hel", "#text")
        ghost(demo, "lo how are you")
        demo.keyboard.press("Tab")
        demo.keyboard.type("and the garden", delay=20)
        expect(field).to_have_value("hello how are you and the garden")
        for text in ("hello how are you ", "hel", ""):
            demo.keyboard.press("Control+z")
            expect(field).to_have_value(text)

    @pytest.mark.parametrize("field", ["#line", "#rich", "#message"])
    def test_every_field_of_the_page(self, demo: Page, field: str) -> None:
        demo.locator(field).focus()
        demo.keyboard.press("Control+End")
        demo.keyboard.type("hel")
        expect(demo.locator("[role=option]:visible").first).to_have_text("hello")
        demo.keyboard.press("Tab")
        expect(demo.locator("#saved")).not_to_have_text("0")


@in_chromium
class TestServerAway:
    def test_is_told_until_it_answers_again(self, demo: Page) -> None:
        trouble = demo.get_by_role("alert")
        write(demo, "hel", "#text")
        ghost(demo, "lo how are you")
        expect(trouble).to_have_count(0)
        demo.context.set_offline(True)
        demo.keyboard.type(" are hel")
        expect(trouble).to_have_text("The server does not answer; suggestions come once it does.")
        expect(demo.locator("#latency")).to_have_text("–")
        expect(demo.locator("#text")).to_be_focused()
        demo.context.set_offline(False)
        expect(trouble).to_have_count(0)
        demo.keyboard.type(" hel")
        ghost(demo, "lo how are you")
        expect(demo.locator("#latency")).to_contain_text("ms")

    def test_a_model_that_loads_or_failed_is_told(self, demo: Page, server: WidgetServer) -> None:
        server.instead = (503, b'{"error": {"message": "loading"}}')
        health = {"status": "loading"}
        demo.route("**/health", lambda route: route.fulfill(status=503, json=health))
        write(demo, "hel", "#text")
        expect(demo.get_by_role("alert")).to_have_text("The model is still loading.")
        health |= {"status": "failed", "reason": "no checkpoint"}
        expect(demo.get_by_role("alert")).to_have_text("The model did not load: no checkpoint")

    def test_in_the_chat_it_is_no_turn(self, demo: Page) -> None:
        demo.context.set_offline(True)
        write(demo, "x", "#message")
        demo.keyboard.press("Enter")
        trouble = demo.locator("#chat-trouble")
        expect(trouble).to_have_text("No answer: the server is away. Send it again.")
        expect(demo.locator("#messages li")).to_have_text(["Hello! How are you?"])
        value(demo, "x", "#message")
        demo.context.set_offline(False)
        demo.keyboard.press("Enter")
        expect(demo.locator("#messages li")).to_have_count(3)
        expect(trouble).to_be_hidden()


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
        expect(code).to_contain_text("n: 2,\n  words: 1,")

    def test_keys(self, demo: Page, server: WidgetServer) -> None:
        demo.get_by_label("Key that takes all").select_option("ArrowRight")
        demo.get_by_label("Key that takes one word").select_option("Control+.")
        expect(demo.locator("#key-word")).to_have_text("Ctrl .")
        write(demo, "hel", "#text")
        ghost(demo, "lo how are you")
        demo.keyboard.press("Control+.")
        value(demo, "hello", "#text")
        demo.keyboard.press("ArrowRight")
        value(demo, "hello how are you ", "#text")
        code = demo.locator("#code").inner_text()
        server.page = f"<!doctype html><title>copied</title>{code}"
        server.policy = ""
        demo.goto(server.url)
        write(demo, "hel", "textarea")
        ghost(demo, "lo how are you")
        demo.keyboard.press("ArrowRight")
        value(demo, "hello how are you ", "textarea")

    def test_direction(self, demo: Page) -> None:
        demo.get_by_label("Direction").select_option("rtl")
        expect(demo.locator("#text")).to_have_attribute("dir", "rtl")
        expect(demo.locator("#code")).to_contain_text('data-inkling-direction="rtl"')
        write(demo, "של", "#text")
        ghost(demo, "ום לך גם")
        expect(demo.locator("#key-word")).to_have_text("Ctrl ← or Alt ←")
        demo.keyboard.press("Control+ArrowLeft")
        value(demo, "שלום", "#text")

    def test_the_arrow_is_that_of_the_field(self, demo: Page) -> None:
        key = demo.locator("#key-word")
        expect(key).to_have_text("Ctrl → or Alt →")
        demo.get_by_label("Direction").select_option("auto")
        write(demo, "של", "#text")
        expect(key).to_have_text("Ctrl ← or Alt ←")
        demo.locator("#line").focus()
        expect(key).to_have_text("Ctrl → or Alt →")

    def test_figures_in_a_page_from_right_to_left(self, demo: Page) -> None:
        demo.evaluate("document.documentElement.dir = 'rtl'")
        write(demo, "של", "#text")
        ghost(demo, "ום לך גם")
        for figure in ("#share", "#latency"):
            assert demo.evaluate(IN_ORDER, figure), figure
        expect(demo.locator("#key-word")).to_have_text("Ctrl ← or Alt ←")

    def test_the_code_works_on_another_page(self, demo: Page, server: WidgetServer) -> None:
        code = demo.locator("#code").inner_text()
        server.page = f"<!doctype html><title>copied</title>{code}"
        demo.goto(server.url)
        write(demo, "hel", "textarea")
        ghost(demo, "lo how are you")

    @pytest.mark.parametrize("keys", [False, True])
    @pytest.mark.parametrize("form", ["Script tag", "Module"])
    def test_the_code_that_learns_gives_each_browser_its_own_name(
        self, demo: Page, browser: Browser, server: WidgetServer, form: str, keys: bool
    ) -> None:
        demo.get_by_role("switch", name=SWITCH).check()
        demo.get_by_role("button", name=form).click()
        if keys:
            demo.get_by_label("Key that takes all").select_option("ArrowRight")
        code = demo.locator("#code").inner_text()
        if form == "Module":
            code = f'<textarea></textarea><script type="module">{code}</script>'
        server.page = f"<!doctype html><title>copied</title>{code}"
        server.policy = ""
        names = [self._names(browser, server) for _ in range(2)]
        assert len(names[0] | names[1]) == 2
        assert all(len(name) > 20 for name in names[0] | names[1])

    def _names(self, browser: Browser, server: WidgetServer) -> set[str]:
        """Write on the page in a browser of its own, then again after a reload."""
        server.asked.clear()
        page = browser.new_page()
        for _ in range(2):
            page.goto(server.url)
            write(page, "hel", "textarea")
            ghost(page, "lo how are you")
        page.close()
        assert all(each["learn"] for each in server.asked)
        return {each["session"] for each in server.asked}

    def test_copies(self, demo: Page, server: WidgetServer) -> None:
        demo.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
        demo.get_by_role("button", name="Copy").click()
        expect(demo.locator("#copied")).to_have_text("Copied.")
        copied = demo.evaluate("navigator.clipboard.readText()")
        assert copied == demo.locator("#code").inner_text()


@in_chromium
class TestChat:
    def test_suggestions_know_what_was_said(self, demo: Page, server: WidgetServer) -> None:
        put(demo, "hel", "#message")
        ghost(demo, "lo how are you")
        assert server.about("hel")["turns"] == ["Hello! How are you?"]
        demo.keyboard.press("Tab")
        demo.keyboard.press("Enter")
        bubbles = demo.locator("#messages li")
        expect(bubbles).to_have_text(["Hello! How are you?", "hello how are you", "Fine, and you?"])
        value(demo, "", "#message")
        [question] = server.said
        assert [message["role"] for message in question["messages"]] == ["assistant", "user"]
        expect(demo.locator("#send")).to_be_enabled()
        demo.keyboard.insert_text("th")
        words(demo, "there")
        assert server.about("th")["turns"] == [
            "Hello! How are you?",
            "hello how are you",
            "Fine, and you?",
        ]

    def test_a_message_without_an_answer_goes_back_to_the_field(
        self, demo: Page, server: WidgetServer
    ) -> None:
        fine = server.reply
        server.reply = (503, b'{"error": {"message": "the model is loading"}}', "application/json")
        write(demo, "x", "#message")
        demo.keyboard.press("Enter")
        bubbles = demo.locator("#messages li")
        trouble = demo.get_by_role("alert")
        expect(trouble).to_have_text("No answer: the model is loading. Send it again.")
        expect(bubbles).to_have_text(["Hello! How are you?"])
        value(demo, "x", "#message")
        server.reply = fine
        expect(demo.locator("#send")).to_be_enabled()
        write(demo, "y", "#message")
        demo.get_by_role("button", name="Send").click()
        expect(bubbles).to_have_text(["Hello! How are you?", "xy", "Fine, and you?"])
        expect(trouble).to_have_count(0)
        assert [message["content"] for message in server.said[-1]["messages"]] == [
            "Hello! How are you?",
            "xy",
        ]


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

    @pytest.mark.parametrize("direction", ["ltr", "rtl"])
    def test_no_sideways_scroll_on_a_phone(self, demo: Page, direction: str) -> None:
        demo.set_viewport_size({"width": 390, "height": 844})
        demo.get_by_label("Direction").select_option(direction)
        write(demo, "hel", "#message")
        assert demo.evaluate("document.documentElement.scrollWidth") == 390

    @pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core: `npm ci` in widget/")
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing(self, audited_demo: Page, server: WidgetServer, scheme: str) -> None:
        audited_demo.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        server.learned = ["Dear", "Zhanna"] * 15 + [f"word{i}" for i in range(20)]
        audited_demo.get_by_role("switch", name=SWITCH).check()
        expect(audited_demo.get_by_role("button", name="Forget Zhanna")).to_be_visible()
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


SWITCH = "Learn from what I write here"
STORED = "localStorage.getItem('inkling-learned')"
TYPED = """document.querySelector('#text').dispatchEvent(
    new InputEvent('input', {inputType: 'insertText', bubbles: true}))"""


@in_chromium
class TestLearning:
    def test_nothing_is_kept_before_it_is_switched_on(
        self, demo: Page, server: WidgetServer
    ) -> None:
        expect(demo.get_by_role("switch", name=SWITCH)).not_to_be_checked()
        expect(demo.locator("inkling-learned")).to_contain_text("in one file on this server")
        write(demo, "Zhanna hel", "#text")
        ghost(demo, "lo how are you")
        write(demo, "Voskhod", "#message")
        demo.keyboard.press("Enter")
        expect(demo.locator("#messages li")).to_have_count(3)
        assert server.memory == []
        assert all("session" not in each and not each["learn"] for each in server.asked)
        assert demo.evaluate(STORED) is None

    def test_what_was_written_is_listed_and_can_be_forgotten(
        self, demo: Page, server: WidgetServer
    ) -> None:
        demo.get_by_role("switch", name=SWITCH).check()
        expect(demo.locator("inkling-learned")).to_contain_text("Nothing learned yet")
        expect(demo.locator("#code")).to_contain_text('data-inkling-learn="true"')
        write(demo, "Dear Zhanna hel", "#text")
        ghost(demo, "lo how are you")
        [session] = {each["session"] for each in server.asked}
        assert len(session) > 20
        assert all(each["learn"] for each in server.asked)
        demo.locator("#line").focus()
        rows = demo.get_by_role("list", name="Learned words").get_by_role("listitem")
        expect(rows).to_have_text(["Dear×1✕", "Zhanna×1✕", "hel×1✕"])
        write(demo, "Hello Ben", "#message")
        demo.keyboard.press("Enter")
        expect(rows).to_have_count(5)
        [sent] = [each for each in server.memory if each.get("text") == "Hello Ben"]
        assert sent["turns"] == ["Hello! How are you?"]
        demo.get_by_role("button", name="Forget Zhanna").click()
        expect(rows).to_have_text(["Dear×1✕", "hel×1✕", "Hello×1✕", "Ben×1✕"])
        expect(demo.locator("inkling-learned")).to_contain_text("Forgot “Zhanna”")
        assert {each["session"] for each in server.memory} == {session}

    def test_what_the_server_learns_by_itself_is_listed_while_typing(
        self, demo: Page, server: WidgetServer
    ) -> None:
        demo.get_by_role("switch", name=SWITCH).check()
        learned = demo.locator("inkling-learned")
        expect(learned).to_contain_text("Nothing learned yet")
        write(demo, "Zhanna hel", "#text")
        ghost(demo, "lo how are you")
        demo.keyboard.press("Control+A")
        demo.keyboard.press("Delete")
        demo.keyboard.type("there hel")
        expect(demo.get_by_role("button", name="Forget Zhanna")).to_be_visible()
        expect(learned).to_contain_text("Learned so far")
        expect(demo.locator("#text")).to_be_focused()
        looks = [each for each in server.memory if each["path"] == "/v1/memory"]
        assert len(looks) < 8  # 25 keys were typed

    def test_what_is_learned_after_a_look_is_listed_as_well(
        self, demo: Page, server: WidgetServer
    ) -> None:
        """The last key's question may be answered after the look that the first one led to."""
        demo.get_by_role("switch", name=SWITCH).check()
        expect(demo.locator("inkling-learned")).to_contain_text("Nothing learned yet")
        before = len(server.memory)
        write(demo, "hel", "#text")
        wait_for(lambda: len(server.memory) > before, "the look")
        server.learned = ["Zhanna"]
        expect(demo.get_by_role("button", name="Forget Zhanna")).to_be_visible()

    def test_a_button_keeps_the_focus_when_the_list_is_renewed(
        self, demo: Page, server: WidgetServer
    ) -> None:
        server.learned = ["Zhanna"]
        demo.get_by_role("switch", name=SWITCH).check()
        button = demo.get_by_role("button", name="Forget Zhanna")
        expect(button).to_be_visible()
        demo.evaluate(TYPED)
        button.focus()
        server.learned.append("Voskhod")
        expect(demo.get_by_role("button", name="Forget Voskhod")).to_be_visible()
        expect(button).to_be_focused()

    def test_off_it_does_not_say_that_a_text_will_be_learned(self, demo: Page) -> None:
        switch = demo.get_by_role("switch", name=SWITCH)
        switch.check()
        learned = demo.locator("inkling-learned")
        expect(learned).to_contain_text("Nothing learned yet")
        switch.uncheck()
        expect(learned).to_contain_text("Nothing was learned.")
        expect(learned).to_contain_text("Nothing more is learned.")
        expect(learned).not_to_contain_text("once you leave it")
        expect(learned).not_to_contain_text("still helps")

    def test_is_the_same_after_a_reload_and_off_stops_it(
        self, demo: Page, server: WidgetServer
    ) -> None:
        demo.get_by_role("switch", name=SWITCH).check()
        write(demo, "Zhanna", "#text")
        demo.locator("#line").focus()
        expect(demo.get_by_role("button", name="Forget Zhanna")).to_be_visible()
        demo.reload()
        expect(demo.get_by_role("switch", name=SWITCH)).to_be_checked()
        expect(demo.get_by_role("button", name="Forget Zhanna")).to_be_visible()
        demo.get_by_role("switch", name=SWITCH).uncheck()
        expect(demo.locator("inkling-learned")).to_contain_text("Nothing more is learned")
        asked = len(server.asked)
        write(demo, "Voskhod hel", "#text")
        ghost(demo, "lo how are you")
        demo.locator("#line").focus()
        assert all(each["session"] and not each["learn"] for each in server.asked[asked:])
        assert not [each for each in server.memory if "Voskhod" in str(each)]

    def test_undo_export_clear_and_find(self, demo: Page, server: WidgetServer) -> None:
        server.learned = [f"word{i}" for i in range(30)]
        demo.get_by_role("switch", name=SWITCH).check()
        rows = demo.get_by_role("list", name="Learned words").get_by_role("listitem")
        expect(rows).to_have_count(30)
        demo.get_by_label("Find a learned word").press_sequentially("WORD29")
        expect(rows).to_have_text(["word29×1✕"])
        demo.get_by_role("button", name="Undo").click()
        expect(demo.locator("inkling-learned")).to_contain_text("nothing to take back")
        with demo.expect_download() as download:
            demo.get_by_role("button", name="Export").click()
        assert download.value.suggested_filename == "inkling-memory.json"
        assert len(json.loads(download.value.path().read_bytes())["words"]) == 30
        demo.get_by_role("button", name="Clear").click()
        expect(demo.locator("inkling-learned")).to_contain_text("All forgotten")
        expect(rows).to_have_count(0)

    def test_what_is_no_memory_is_not_imported(self, demo: Page, server: WidgetServer) -> None:
        demo.get_by_role("switch", name=SWITCH).check()
        chosen = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Dear Zhanna"}
        with demo.expect_file_chooser() as chooser:
            demo.get_by_role("button", name="Import").click()
        chooser.value.set_files(chosen)  # type: ignore[arg-type]
        told = demo.locator("inkling-learned")
        expect(told).to_contain_text("notes.txt is no exported memory: it holds no JSON.")
        assert not server.learned

    def test_a_memory_that_does_not_answer_is_told(self, demo: Page) -> None:
        demo.route(
            "**/v1/memory",
            lambda route: route.fulfill(status=500, json={"error": {"message": "no disk"}}),
        )
        demo.get_by_role("switch", name=SWITCH).check()
        expect(demo.locator("inkling-learned")).to_contain_text("does not answer: no disk")

    def test_it_is_no_longer_told_once_the_memory_answers(self, demo: Page) -> None:
        told = demo.locator("inkling-learned")
        demo.context.set_offline(True)
        demo.get_by_role("switch", name=SWITCH).check()
        expect(told).to_contain_text("does not answer: the server is away")
        demo.context.set_offline(False)
        write(demo, "x", "#text")
        expect(told).not_to_contain_text("does not answer")

    def test_a_text_that_could_not_be_learned_is_sent_again(
        self, demo: Page, server: WidgetServer
    ) -> None:
        failing = "**/v1/memory/learn"
        demo.get_by_role("switch", name=SWITCH).check()
        demo.route(
            failing,
            lambda route: route.fulfill(status=500, json={"error": {"message": "no disk"}}),
        )
        learn = "document.querySelector('inkling-learned').learn('Zhanna')"
        demo.evaluate(learn)
        expect(demo.locator("inkling-learned")).to_contain_text("does not answer: no disk")
        demo.unroute(failing)
        demo.evaluate(learn)
        demo.evaluate(learn)
        expect(demo.get_by_role("button", name="Forget Zhanna")).to_be_visible()
        assert server.learned == ["Zhanna"]

    def test_another_tab_may_switch_it(self, demo: Page, server: WidgetServer) -> None:
        switch = demo.get_by_role("switch", name=SWITCH)
        with demo.expect_popup() as popup:
            demo.evaluate("void open(location.href)")
        other = popup.value
        other.get_by_role("switch", name=SWITCH).check()
        expect(switch).to_be_checked()
        other.get_by_role("switch", name=SWITCH).uncheck()
        expect(switch).not_to_be_checked()
        other.close()
        demo.evaluate("document.querySelector('inkling-learned').learn('Zhanna')")
        put(demo, "hel", "#text")
        ghost(demo, "lo how are you")
        assert server.learned == []
        assert not server.about("hel")["learn"]

    def test_by_keyboard_alone(self, demo: Page, server: WidgetServer) -> None:
        server.learned = ["Zhanna"]
        demo.get_by_role("switch", name=SWITCH).focus()
        demo.keyboard.press("Space")
        button = demo.get_by_role("button", name="Forget Zhanna")
        expect(button).to_be_visible()
        demo.keyboard.press("Tab")
        demo.keyboard.press("Tab")
        expect(button).to_be_focused()
        demo.keyboard.press("Enter")
        expect(demo.get_by_role("listitem").filter(has_text="Zhanna")).to_have_count(0)
        assert server.learned == []
