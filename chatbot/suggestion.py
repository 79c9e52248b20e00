"""Suggest how the word being typed, or the next one, goes on: words for a list, phrases for ghost
text, each as an edit.

Knows the person's text and edits; `word_search.py` finds the words.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.blend import Candidate, Voice, blend
from chatbot.context import Context, ContextCache
from chatbot.errors import OptionError
from chatbot.offensive import OffensiveWords
from chatbot.personal import PersonalMemory
from chatbot.runners.base import Runner
from chatbot.sampling import softmax
from chatbot.slip_search import SlipSearch
from chatbot.slips import SlipConfig
from chatbot.trie import ByteTrie
from chatbot.word_memory import DialogueMemory, MemoryConfig, WordMemories
from chatbot.word_search import Ahead, FoundWord, SearchConfig, WordSearch
from chatbot.words import fold_quotes, half_typed, is_word, space_is_due
from tokenizer import Tokenizer, Turn

__all__ = ["PhraseConfig", "Suggester", "Suggestion"]

_LEAST = 1e-30
"""Divided by at least: a word may be sure to go on."""


@dataclass(frozen=True)
class Suggestion:
    """An edit: put `insert` where `replace` is. Characters count as Python's do (code points)."""

    text: str
    """The whole word or phrase, what was typed of it included."""
    insert: str
    """What to put there: `text`, after a space where one is due."""
    replace: tuple[int, int]
    """The range of the text that `insert` takes the place of: the half-typed word."""
    probability: float
    """Of this word or phrase, given what was typed."""


@dataclass(frozen=True, kw_only=True)
class PhraseConfig:
    """Say how far a phrase goes on."""

    most_ids: int = 12
    """Ids after its first word."""
    least_step: float = 0.2
    """It ends before an id less probable than this."""
    least_phrase: float = 0.3
    """It grows no longer once the whole would be less probable than this."""


class Suggester:
    """Find words and phrases for a text that is being typed."""

    def __init__(
        self,
        runner: Runner,
        tokenizer: Tokenizer,
        trie: ByteTrie,
        contexts: ContextCache,
        *,
        search: SearchConfig | None = None,
        phrases: PhraseConfig | None = None,
        memory: MemoryConfig | None = None,
        offensive: OffensiveWords | None = None,
        slips: SlipConfig | None = None,
    ) -> None:
        self._runner, self._pieces, self._contexts = runner, tokenizer.pieces, contexts
        self._memories = WordMemories(memory or MemoryConfig())
        self._search = WordSearch(runner, tokenizer, trie, search or SearchConfig())
        self._slips = SlipSearch(self._search, slips or SlipConfig())
        self._phrases = phrases or PhraseConfig()
        self._offensive = offensive or OffensiveWords()

    def suggest(
        self,
        context: Context,
        text: str,
        *,
        n: int,
        max_words: int,
        turns: Sequence[Turn | str] = (),
        personal: PersonalMemory | None = None,
        avoid: Collection[str] = (),
    ) -> list[Suggestion]:
        """Give up to n suggestions, the most probable first.

        With `max_words` 1 these are words, without the one that is typed already; with more, each
        is a phrase that goes on as long as the network is sure (`PhraseConfig`). `turns` are those
        that `context` was opened with. Words of `avoid` are not offered, in any case.
        """
        for name, value, most in (("n", n, 100), ("max_words", max_words, 20)):
            if not isinstance(value, int) or not 1 <= value <= most:
                raise OptionError(f"{name} must be from 1 to {most}; got {value!r}")
        typed = half_typed(text)
        half = fold_quotes(typed)
        if not context.typed and not context.fresh_line:
            return []  # in the midst of something that is no word
        memory = self._memories.open(turns, text[: len(text) - len(typed)])
        voices = self._voices(memory, personal, half)
        left_out = {word.lower() for word in avoid}
        most = n + len(left_out)
        words, mass = self._find(context, half, n=most, whole=max_words > 1)
        words, mass = self._slips.widen(context, half, words, mass, n=most)
        blended = blend(words, mass, voices, least=self._search.config.least_probability)
        found = [
            each
            for each in blended
            if each.text.lower() not in left_out and self._may_offer(each.text, memory, personal)
        ]
        found = _with_exact(found, half, n)
        if max_words > 1:
            # Two words may lead to one phrase: the more probable way counts.
            extended = (
                self._extend(each, self._ahead(context, half, each), max_words) for each in found
            )
            ways = sorted(extended, key=lambda way: way[1])
            # A word that is typed in full is a suggestion only with more words behind it.
            chosen = [(phrase, p) for phrase, p in dict(ways).items() if phrase != half]
        else:
            chosen = [(each.text, each.probability) for each in found]
        chosen.sort(key=lambda pair: -pair[1])
        return [_edit(text, typed, word, p) for word, p in chosen]

    def _find(
        self, context: Context, half: str, *, n: int, whole: bool
    ) -> tuple[dict[str, FoundWord], float]:
        """Search the network's words; both figures are joint with what is typed."""
        words, mass = self._search.run(context, half, n=n, whole=whole)
        if words:
            return words, mass
        # A rare word has too many spellings to search: go on from the tokenizer's own.
        words, certain = self._search.run(self._contexts.spell(context), half, n=n, whole=whole)
        share = max(mass, _LEAST) / (certain or 1.0)
        for found in words.values():
            found.probability *= share
        return words, max(mass, _LEAST)

    def _voices(
        self, memory: DialogueMemory, personal: PersonalMemory | None, half: str
    ) -> list[Voice]:
        voices = [Voice(self._memories.config.weight, memory.expect(half))]
        if personal is not None:
            voices.append(Voice(personal.weight, personal.expect(memory.before, half)))
        return voices

    def _may_offer(
        self, word: str, memory: DialogueMemory, personal: PersonalMemory | None
    ) -> bool:
        """Tell whether a word may be offered to someone who did not ask for it."""
        if personal is not None and personal.forgot(word):
            return False
        if not self._offensive.in_text(word):
            return True
        return memory.wrote(word) or (personal is not None and personal.wrote(word))

    def _ahead(self, context: Context, half: str, candidate: Candidate) -> Ahead:
        """Give the network after a word, also after one that a memory alone found."""
        if candidate.found.ahead is None:
            place = self._contexts.spell_out(context, half, candidate.text)
            return Ahead(place.chances, place.state)
        return candidate.found.ahead

    def _extend(self, first: Candidate, ahead: Ahead, max_words: int) -> tuple[str, float]:
        """Go on greedily from a word; keep whole words only. Returns the phrase and its p."""
        word, probability = first.text, first.probability
        (chances, state), config, signs = ahead, self._phrases, self._search.signs
        phrase, kept = word.encode(), (word, probability)
        # That the first word ends here is known, and its probability has it counted.
        chances = chances * signs.ends / max(float(chances @ signs.end_weights), _LEAST)
        reached = probability
        for _ in range(config.most_ids):
            best = int(chances.argmax())
            if signs.ends[best] and _ends_in_word(phrase):
                kept = (phrase.decode(), reached * float(chances @ signs.end_weights))
                if phrase.count(b" ") + 1 >= max_words:
                    break
            step, piece = float(chances[best]), self._pieces[best]
            unsure = step < config.least_step or reached * step < config.least_phrase
            if unsure or piece in (b"", b"\n"):
                break
            phrase, reached = phrase + piece, reached * step
            logits, state = self._runner.step(np.array([best]), state)
            chances = softmax(logits)[0]
        return kept


def _with_exact(found: list[Candidate], half: str, n: int) -> list[Candidate]:
    """Give the n best; of several, one goes on from `half` as it is typed, if any does."""
    exact = next((each for each in found if _goes_on(each.text, half)), None)
    best = found[:n]
    return best if exact is None or exact in best or n == 1 else [*best[:-1], exact]


def _goes_on(word: str, half: str) -> bool:
    return word.lower().startswith(half.lower())


def _edit(text: str, typed: str, word: str, probability: float) -> Suggestion:
    # What stands already stays as it was typed, unless a slip is mended: quotes may differ from
    # the network's.
    whole = typed + word[len(typed) :] if _goes_on(word, fold_quotes(typed)) else word
    gap = " " if space_is_due(text) else ""
    return Suggestion(whole, gap + whole, (len(text) - len(typed), len(text)), probability)


def _ends_in_word(spelled: bytes) -> bool:
    try:
        return is_word(spelled.decode().rpartition(" ")[2])
    except UnicodeDecodeError:
        return False
