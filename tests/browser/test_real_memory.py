"""What the engine learns of a person, as they meet it: the real server, its file, real keys."""

from __future__ import annotations

import hashlib

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright")
from inkling_server import InklingServer
from playwright.sync_api import Page, expect
from widget_hands import LEARN, answer, clear, in_chromium, rows, start_learning

NAME = "Quorvella"


def kept(engine: InklingServer) -> str:
    """Give a hash of all that is on the disk: the memory file and what is not yet merged in it."""
    assert engine.memory
    files = [engine.memory, engine.memory.with_name(engine.memory.name + "-wal")]
    written = b"".join(each.read_bytes() for each in files if each.exists())
    return hashlib.sha256(written).hexdigest()


@in_chromium
class TestMemory:
    def test_the_disk_stays_as_it_is_where_nothing_is_to_be_learned(
        self, real: Page, engine: InklingServer
    ) -> None:
        """Off, neither what is typed and left nor what is sent is kept; on, it is."""
        learned = start_learning(real)
        real.locator("#text").focus()
        answer(real, f"Dear {NAME}.")
        real.locator("#line").focus()
        expect(learned.get_by_role("button", name=f"Forget {NAME}")).to_be_visible()
        real.get_by_role("switch", name=LEARN).focus()
        real.keyboard.press("Space")
        expect(learned).to_contain_text("Nothing more is learned")
        before = kept(engine)
        self._type_leave_and_send(real)
        assert kept(engine) == before
        real.get_by_role("switch", name=LEARN).focus()
        real.keyboard.press("Space")
        self._type_leave_and_send(real)
        expect(learned.get_by_role("button", name="Forget Voskhod")).to_be_visible()
        assert kept(engine) != before

    def _type_leave_and_send(self, page: Page) -> None:
        """Two texts in a field, a third that is sent, and a fourth that is begun."""
        page.locator("#text").focus()
        for text in ("Dear Visnezka", "The Voskhod report is with Xqzaqq"):
            clear(page)
            answer(page, text)
        page.locator("#message").focus()
        answer(page, "Is Zhannq")
        with page.expect_response("**/v1/chat/completions") as said:
            page.keyboard.press("Enter")
        said.value.finished()
        expect(page.locator("#send")).to_be_enabled()
        answer(page, "So Vqq")
        clear(page)

    def test_a_name_is_learned_and_once_forgotten_never_comes_back(
        self, real: Page, engine: InklingServer
    ) -> None:
        """Not when the server starts anew, and not when it is written again."""
        learned = start_learning(real)
        self._write_it(real, "how is Voskhod?", "thank you for the flowers, yours, Visnezka.")
        button = learned.get_by_role("button", name=f"Forget {NAME}")
        expect(button).to_be_visible()
        assert answer(real, "Dear Q", at_once=True)[0] == NAME
        expect(rows(real).first).to_have_text(NAME)
        button.focus()
        real.keyboard.press("Enter")
        expect(learned).to_contain_text(f"Forgot “{NAME}”")
        engine.stop()
        engine.start()
        real.reload()
        self._is_not_offered(real)
        assert answer(real, ", and Visn", at_once=True)[0] == "Visnezka"  # the rest was kept
        self._write_it(real, "come soon, yours, Zhannq.", "all is well, Xqzaqq.")
        expect(learned.get_by_role("button", name="Forget Zhannq")).to_be_visible()
        expect(button).to_have_count(0)
        self._is_not_offered(real)

    def _write_it(self, page: Page, *letters: str) -> None:
        for letter in letters:
            page.locator("#text").focus()
            clear(page)
            answer(page, f"Dear {NAME}, {letter}")
            page.locator("#line").focus()

    def _is_not_offered(self, page: Page) -> None:
        """Neither by its first letters nor where it would come."""
        page.locator("#line").focus()
        for keys in ("Dear Q", f"Dear {NAME}, I hope that you, {NAME[:-1]}"):
            clear(page)
            assert NAME not in answer(page, keys)
            expect(rows(page).filter(has_text=NAME)).to_have_count(0)
