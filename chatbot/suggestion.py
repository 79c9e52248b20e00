"""Suggest how the word being typed, or the next one, goes on: words for a list, phrases for ghost
text, each as an edit.

Knows the person's text and edits; `word_search.py` finds the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.context import Context, ContextCache
from chatbot.errors import OptionError
from chatbot.runners.base import Runner
from chatbot.sampling import softmax
from chatbot.trie import ByteTrie
from chatbot.word_memory import MemoryConfig, WordMemories, WordMemory
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
    ) -> None:
        self._runner, self._pieces, self._contexts = runner, tokenizer.pieces, contexts
        self._memories = WordMemories(memory or MemoryConfig())
        self._search = WordSearch(runner, tokenizer, trie, search or SearchConfig())
        self._phrases = phrases or PhraseConfig()

    def suggest(
        self,
        context: Context,
        text: str,
        *,
        n: int,
        max_words: int,
        turns: Sequence[Turn | str] = (),
    ) -> list[Suggestion]:
        """Give up to n suggestions, the most probable first.

        With `max_words` 1 these are words, without the one that is typed already; with more, each
        is a phrase that goes on as long as the network is sure (`PhraseConfig`). `turns` are those
        that `context` was opened with.
        """
        for name, value, most in (("n", n, 100), ("max_words", max_words, 20)):
            if not isinstance(value, int) or not 1 <= value <= most:
                raise OptionError(f"{name} must be from 1 to {most}; got {value!r}")
        typed = half_typed(text)
        half = fold_quotes(typed)
        if not context.typed and not context.fresh_line:
            return []  # in the midst of something that is no word
        words, mass = self._search.run(context, half, n=n, whole=max_words > 1)
        if not words:
            # A rare word has too many spellings to search: go on from the tokenizer's own.
            spelled = self._contexts.spell(context)
            words, mass = self._search.run(spelled, half, n=n, whole=max_words > 1)
        memory = self._memories.open(turns, text[: len(text) - len(typed)])
        found = self._blend(words, mass or 1.0, memory, half)[:n]
        if max_words > 1:
            # Two words may lead to one phrase: the more probable way counts.
            extended = (
                self._extend(word, p, self._ahead(context, half, word, way), max_words)
                for word, p, way in found
            )
            ways = sorted(extended, key=lambda way: way[1])
            # A word that is typed in full is a suggestion only with more words behind it.
            chosen = [(phrase, p) for phrase, p in dict(ways).items() if phrase != half]
        else:
            chosen = [(word, p) for word, p, _ in found]
        chosen.sort(key=lambda pair: -pair[1])
        return [_edit(text, typed, word, p) for word, p in chosen]

    def _blend(
        self, words: dict[str, FoundWord], mass: float, memory: WordMemory, half: str
    ) -> list[tuple[str, float, FoundWord]]:
        """Mix what the network found with what the dialogue said before, the best first.

        P(word | typed) is the mix of what both give the word, over the mix of what both give all
        that is typed: where the network is at a loss, the memory counts the more.
        """
        weight = self._memories.config.weight
        found = {
            word.lower(): (word, (1 - weight) * each.probability, each)
            for word, each in words.items()
        }
        said, said_mass = memory.expect(half)
        for each in said:
            word, p, way = found.get(each.text.lower(), (each.text, 0.0, FoundWord()))
            found[each.text.lower()] = (word, p + weight * each.probability, way)
        total = (1 - weight) * mass + weight * said_mass
        least = self._search.config.least_probability
        mixed = ((word, min(p / total, 1.0), way) for word, p, way in found.values())
        return sorted((each for each in mixed if each[1] >= least), key=lambda each: -each[1])

    def _ahead(self, context: Context, half: str, word: str, found: FoundWord) -> Ahead:
        """Give the network after a word, also after one that the memory alone found."""
        if found.ahead is None:
            place = self._contexts.spell_out(context, half, word)
            return Ahead(place.chances, place.state)
        return found.ahead

    def _extend(
        self, word: str, probability: float, ahead: Ahead, max_words: int
    ) -> tuple[str, float]:
        """Go on greedily from a word; keep whole words only. Returns the phrase and its p."""
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


def _edit(text: str, typed: str, word: str, probability: float) -> Suggestion:
    # What stands already stays as it was typed: quotes may differ from the network's.
    whole = typed + word[len(typed) :]
    gap = " " if space_is_due(text) else ""
    return Suggestion(whole, gap + whole, (len(text) - len(typed), len(text)), probability)


def _ends_in_word(spelled: bytes) -> bool:
    try:
        return is_word(spelled.decode().rpartition(" ")[2])
    except UnicodeDecodeError:
        return False
