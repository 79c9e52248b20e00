"""The completion engine as a person meets it: the real server, the bundled model, real keys."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright")
from playwright.sync_api import Page, expect
from widget_hands import (
    AXE,
    answer,
    clear,
    complaints,
    in_chromium,
    nothing,
    rows,
    start_learning,
    value,
    write,
)


@in_chromium
class TestSlips:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("Thank you for your hlep", "help"),  # swapped
            ("I will see you tmorrow", "tomorrow"),  # missed
            ("I would like a cup of cofe", "coffee"),  # half typed
            ("I am realy", "really"),  # doubled
        ],
    )
    def test_a_slip_is_mended_by_tab(self, real: Page, typed: str, meant: str) -> None:
        write(real, typed, "#text")
        expect(rows(real).first).to_have_text(meant)
        real.keyboard.press("Tab")
        value(real, f"{typed.rpartition(' ')[0]} {meant} ", "#text")

    def test_what_was_typed_right_can_still_be_taken(self, real: Page) -> None:
        """After "sat on the" rather "couch" is meant than "cocktail", but not by all."""
        write(real, "We sat on the coc", "#text")
        expect(rows(real).first).to_have_text("couch")
        expect(rows(real).nth(1)).to_have_text("cocktail")
        real.keyboard.press("Alt+]")
        real.keyboard.press("Tab")
        value(real, "We sat on the cocktail ", "#text")

    def test_a_whole_word_that_is_right_is_no_slip_of_another(self, real: Page) -> None:
        write(real, "Thank you for the form", "#text")
        expect(rows(real).first).to_have_text(re.compile("^form"))
        assert all(word.startswith("form") for word in rows(real).all_inner_texts())


@in_chromium
class TestWhatFollows:
    def test_right_before_a_word_one_is_put_with_one_space(self, real: Page) -> None:
        write(real, "music.", "#text")
        real.keyboard.press("Home")
        answer(real, "I like to ", at_once=True)
        word = rows(real).first.inner_text()
        real.keyboard.press("Tab")
        value(real, f"I like to {word} music.", "#text")

    @pytest.mark.parametrize(
        ("before", "after", "word"),
        [
            ("I want to ", "", "go"),
            ("I want to ", " football.", "play"),
            ("I like to ", "", "watch"),
            ("I like to ", " to music.", "listen"),
        ],
    )
    def test_it_ranks_the_words(self, real: Page, before: str, after: str, word: str) -> None:
        write(real, after, "#text")
        for _ in after:
            real.keyboard.press("ArrowLeft")
        assert answer(real, before, at_once=True)[0] == word
        expect(rows(real).first).to_have_text(re.compile(rf"^{word}\b"))
        real.keyboard.press("Escape")
        value(real, before + after, "#text")


@in_chromium
class TestOffensive:
    @pytest.mark.parametrize("typed", ["this is bullshi", "kill your"])
    def test_it_is_not_offered(self, real: Page, typed: str) -> None:
        """Though nothing else comes to the model's mind."""
        real.locator("#text").focus()
        assert answer(real, typed, at_once=True) == []
        nothing(real)

    def test_it_is_to_who_wrote_it(self, real: Page) -> None:
        learned = start_learning(real)
        real.locator("#text").focus()
        answer(real, "well, bullshit happens.")
        real.locator("#line").focus()
        expect(learned.get_by_role("button", name="Forget bullshit")).to_be_visible()
        assert answer(real, "this is bullshi", at_once=True) == ["bullshit"]
        real.keyboard.press("Tab")
        value(real, "this is bullshit ", "#line")


@in_chromium
class TestRefused:
    def test_the_engine_does_not_offer_it_there_again(self, real: Page) -> None:
        """And elsewhere it does."""
        real.locator("#text").focus()
        assert answer(real, "How are y", at_once=True)[0] == "you"
        real.keyboard.press("Escape")
        nothing(real)
        clear(real)
        again = answer(real, "How are y", at_once=True)
        assert again
        assert "you" not in again
        expect(rows(real).filter(has_text=re.compile(r"^you\b"))).to_have_count(0)
        clear(real)
        assert answer(real, "Where were y", at_once=True)[0] == "you"


@in_chromium
@pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core: `npm ci` in widget/")
class TestAxe:
    def test_finds_nothing_on_the_write_tab(self, audited_home: Page) -> None:
        audited_home.get_by_role("tab", name="Write").click()
        write(audited_home, "Thank you for your hlep", "#ink-text")
        expect(rows(audited_home).first).to_have_text("help")
        assert complaints(audited_home) == []
