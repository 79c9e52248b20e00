"""What is learned of what a person types: each word once, whatever the caret and the window do."""

import random
from collections import Counter
from dataclasses import dataclass

import pytest

from chatbot.server.document import Shown, show
from chatbot.server.writing import MOST_BEYOND, MOST_CHARACTERS, MOST_TEXTS, Writing
from chatbot.word_counts import cut

WINDOW, AFTER = 4096, 200  # of the widget's text.ts
SENTENCE = "The Grobnik family waits here for Zorbax this evening"


@dataclass
class Page:
    """A field as the widget shows it, and all that is learned of it."""

    writing: Writing
    learned: list[str]
    text: str = ""
    caret: int = 0

    def type(self, text: str) -> None:
        for key in text:
            self.text = self.text[: self.caret] + key + self.text[self.caret :]
            self.caret += 1
            self.show()

    def erase(self, characters: int) -> None:
        for _ in range(characters):
            self.text = self.text[: self.caret - 1] + self.text[self.caret :]
            self.caret -= 1
            self.show()

    def go(self, caret: int) -> None:
        self.caret = caret
        self.show()

    def show(self) -> None:
        start = max(0, self.caret // WINDOW - 1) * WINDOW
        before = self.text[start : self.caret]
        after = self.text[self.caret : self.caret + AFTER]
        self.learned += self.writing.hear(show(before, after))

    def clear(self) -> None:
        self.text, self.caret = "", 0
        self.show()

    def send(self) -> None:
        self.learned += self.writing.send(self.text)
        self.text, self.caret = "", 0

    @property
    def times(self) -> Counter[str]:
        """How often each word was learned."""
        return Counter(word for part in self.learned for word in cut(part) if word.isalnum())


@pytest.fixture
def page() -> Page:
    return Page(Writing(most_digits=4), [])


def other_field(page: Page) -> Page:
    return Page(page.writing, page.learned)


def unique(words: int, seed: int = 0) -> str:
    """Give a text none of whose words comes twice, of uneven lengths."""
    letters = random.Random(seed)
    ends = ["".join(letters.choices("abcdefgh", k=letters.randint(1, 9))) for _ in range(words)]
    numbers = (
        f"{i:05d}".translate(str.maketrans("0123456789", "qrstuvwxyz")) for i in range(words)
    )
    return " ".join(map(str.__add__, numbers, ends))


def once(text: str) -> Counter[str]:
    return Counter(cut(text))


@pytest.mark.parametrize("at", [0, 4, 12, len(SENTENCE)])
def test_a_text_that_is_mended_is_learned_once(page: Page, at: int) -> None:
    page.type(SENTENCE)
    page.go(at)
    page.type(" very ")
    page.go(len(page.text))
    page.type(" again")
    text = page.text
    page.send()
    assert page.times == once(text)
    page.type("Next")
    page.clear()
    assert page.times == once(text) + once("Next")


def test_without_the_text_behind_the_caret_it_is_learned_once(page: Page) -> None:
    for end in range(1, len(SENTENCE) + 1):
        page.learned += page.writing.hear(Shown(SENTENCE[:end]))
    for text in ("The ", "The very ", "The very " + SENTENCE[4:], ""):
        page.learned += page.writing.hear(Shown(text))
    assert page.times == once("very " + SENTENCE)


def test_a_long_text_with_the_caret_anywhere_is_learned_once(page: Page) -> None:
    page.type(unique(250))
    for i, at in enumerate((0, 1500, 400, 2200, 3)):
        page.go(page.text.index(" ", at))
        page.type(f" new{'abcde'[i]}")
    page.go(len(page.text))
    page.type(" end")
    text = page.text
    page.send()
    assert page.times == once(text)


def test_two_fields_in_turn_are_each_learned_once(page: Page) -> None:
    other = other_field(page)
    page.type("The Grobnik family waits")
    other.type("Zorbax comes for tea this")
    page.type(" here now")
    other.type(" evening then")
    page.type(" and there")
    page.clear()
    other.show()
    other.clear()
    both = "The Grobnik family waits here now and there Zorbax comes for tea this evening then"
    assert page.times == once(both)


@pytest.mark.parametrize("words", [1200, 3000])
def test_a_text_longer_than_the_window_is_learned_once_and_in_whole_words(
    page: Page, words: int
) -> None:
    text = unique(words)
    assert len(text) > 2 * WINDOW
    page.type(text)
    page.clear()
    assert page.times == once(text)


def test_in_a_text_longer_than_the_window_the_caret_may_move(page: Page) -> None:
    text = unique(1500)
    page.type(text)
    for at, word in ((60, "newa"), (9000, "newb"), (5000, "newc"), (100, "newd")):
        page.go(page.text.index(" ", at))
        page.type(" " + word)
    page.go(len(page.text))
    page.type(" end")
    text = page.text
    page.clear()
    assert page.times == once(text)


def test_a_window_that_opens_in_the_middle_of_words_has_whole_words_alone(page: Page) -> None:
    text = "\U0001f600" + unique(1500)
    page.text, at = text, text.index(" ", 9000)
    page.go(at)
    page.type(" new")
    page.clear()
    assert page.times["new"] == 1
    assert set(page.times) <= {*cut(text), "new"}


def test_what_is_edited_at_random_is_learned_at_most_once_and_what_stays_once() -> None:
    for seed in range(30):
        hand, words = random.Random(seed), iter(unique(300, seed).split())
        page = Page(Writing(most_digits=4), [])
        fields = [page, other_field(page)]
        for field in fields:
            field.type(" ".join(next(words) for _ in range(8)))
        for _ in range(20):
            field = hand.choice(fields)
            ends = [0, *(i for i, key in enumerate(field.text) if key == " "), len(field.text)]
            field.go(hand.choice(ends))
            field.type(f" {next(words)}" if field.caret else f"{next(words)} ")
        kept = once(" ".join(field.text for field in fields))
        for field in fields:
            field.show()
            field.send()
        assert page.times == kept, seed


def test_what_is_taken_out_and_put_back_is_learned_at_most_once() -> None:
    for seed in range(30):
        hand, words = random.Random(seed), iter(unique(400, seed).split())
        page = Page(Writing(most_digits=4), [])
        fields = [page, other_field(page), other_field(page)]
        for field in fields:
            field.type(" ".join(next(words) for _ in range(40)))
        for _ in range(20):
            field = hand.choice(fields)
            field.go(hand.choice([i for i, key in enumerate(field.text) if key == " "]))
            before, caret = field.text, field.caret
            if caret > 60 and hand.random() < 0.5:
                field.erase(caret - field.text.rindex(" ", 0, max(0, caret - 40)))
            else:
                field.type(f" {next(words)} {next(words)}")
            if hand.random() < 0.3:  # Ctrl+Z
                field.text, field.caret = before, caret
                field.show()
        for field in fields:
            field.show()
            field.send()
        assert set(page.times.values()) == {1}, seed


def test_a_phrase_that_is_taken_does_not_make_a_message_an_older_one(page: Page) -> None:
    sign = " regards, Ivan Petrov of Perm"
    for first in ("Done. Kind", "Lunch? Kind"):
        page.type(first)
        page.text += sign
        page.go(len(page.text))
        page.clear()
    assert page.learned == ["Done. Kind" + sign, "Lunch? Kind" + sign]


def test_messages_that_are_sent_are_each_learned_whole(page: Page) -> None:
    for text in ("Hello", "Hello Zorbax", "Hello Zorbax", "Hello"):
        page.type(text)
        page.send()
    assert page.learned == ["Hello", "Hello Zorbax", "Hello Zorbax", "Hello"]
    for text in ("Hello", "Hello Grobnik"):
        page.learned += page.writing.send(text)
    assert page.learned[4:] == ["Hello", "Hello Grobnik"]


def test_a_message_that_typing_has_learned_is_not_learned_when_it_is_sent(page: Page) -> None:
    for text in ("Hello", "Hello Zorbax", "Hello Zorbax", SENTENCE):
        page.type(text)
        page.clear()  # the page empties its field, and then says what was in it
        page.learned += page.writing.send(text)
    assert page.learned == ["Hello", "Hello Zorbax", "Hello Zorbax", SENTENCE]


def test_keys_that_come_after_their_message_was_sent_are_not_learned_again(page: Page) -> None:
    for text in (SENTENCE, "Hello"):
        page.type(text)
        page.send()
        page.learned += page.writing.hear(Shown(text))
        page.learned += page.writing.hear(Shown(""))
    assert page.learned == [SENTENCE, "Hello"]


def test_the_field_that_was_not_sent_is_still_to_be_learned(page: Page) -> None:
    page.type(SENTENCE)
    page.learned += page.writing.send("Something else")
    page.clear()
    assert page.learned == ["Something else", SENTENCE]


def test_what_stood_there_when_all_was_forgotten_is_not_learned_by_typing_on(page: Page) -> None:
    page.type("Grobnik waits here")
    other = other_field(page)
    other.type("Zorbax comes for tea")
    assert page.learned == ["Grobnik waits here"]
    page.learned.clear()
    page.writing.pass_over()
    other.type(" then")
    page.type(" now")
    other.show()
    page.clear()
    assert page.times == once("then now")
    page.learned.clear()
    other.send()
    assert page.learned == ["Zorbax comes for tea"]


def test_what_was_taken_back_is_learned_where_it_is_sent_again(page: Page) -> None:
    page.type(SENTENCE)
    page.clear()
    page.writing.reopen()
    page.text, page.caret = SENTENCE, len(SENTENCE)
    page.show()
    page.clear()
    assert page.learned == [SENTENCE]
    page.learned += page.writing.send(SENTENCE)
    assert page.learned == [SENTENCE, SENTENCE]


def test_what_was_erased_is_not_learned(page: Page) -> None:
    page.type(SENTENCE + " Svetlana")
    page.erase(len(" Svetlana"))
    page.clear()
    assert page.times == once(SENTENCE)


def test_a_part_of_a_long_number_is_not_learned_as_a_word(page: Page) -> None:
    page.type("my card is 4111 2222 3333")
    page.go(0)
    other_field(page).type("Something else")
    page.go(len(page.text))
    page.type(" 4444 thanks")
    page.clear()
    assert not page.times["4444"]
    assert page.times["thanks"] == 1


def test_what_is_kept_to_know_texts_again_is_bounded() -> None:
    writing = Writing(most_digits=4)
    for i in range(3 * MOST_TEXTS):
        writing.send(unique(900, seed=i))
        assert len(writing._learned) <= MOST_TEXTS
        assert sum(len(each.text) for each in writing._learned) <= MOST_CHARACTERS
    page = Page(writing, [])
    page.text = unique(6000)
    for caret in range(0, len(page.text), 20):
        page.go(caret)
        assert len(writing._draft.text) <= MOST_BEYOND + 3 * WINDOW
