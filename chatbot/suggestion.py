"""Suggest how the word being typed, or the next one, goes on: words for a list, phrases for ghost
text, each as an edit.

Knows the person's text and edits; `word_search.py` finds the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from chatbot.ahead import Ahead
from chatbot.blend import Candidate, blend
from chatbot.context import Context, ContextCache
from chatbot.draft import Draft
from chatbot.edit import Suggestion, edit, goes_on
from chatbot.errors import check_number
from chatbot.expectation import Voice
from chatbot.following import Following, FollowingConfig, fresh, is_inside_word
from chatbot.hidden_keys import HiddenKeys
from chatbot.lexicon import Lexicon
from chatbot.offensive import OffensiveWords
from chatbot.permission import Permission
from chatbot.phrases import PhraseConfig, Phrases, Stage
from chatbot.recall import Recall, expected_words
from chatbot.runners.base import Runner
from chatbot.slip_search import SlipSearch
from chatbot.slips import SlipConfig
from chatbot.spellings import Spellings
from chatbot.trie import ByteTrie
from chatbot.word_memory import DialogueMemory, MemoryConfig, WordMemories
from chatbot.word_search import FoundWord, SearchConfig, WordSearch
from chatbot.words import WordSigns, fold_quotes, half_typed
from tokenizer import Tokenizer

__all__ = ["Offer", "Suggester", "Suggestion"]

_LEAST = 1e-30
"""Divided by at least: what is typed may be as good as impossible."""


@dataclass(frozen=True)
class Offer:
    """What to show at one keystroke: words for the list, a phrase for the ghost text."""

    words: list[Suggestion]
    phrase: Suggestion | None


class Suggester:
    """Find words and phrases for a text that is being typed."""

    def __init__(
        self,
        runner: Runner,
        tokenizer: Tokenizer,
        trie: ByteTrie,
        contexts: ContextCache,
        *,
        signs: WordSigns | None = None,
        memories: WordMemories | None = None,
        keys: HiddenKeys | None = None,
        search: SearchConfig | None = None,
        phrases: PhraseConfig | None = None,
        offensive: OffensiveWords | None = None,
        lexicon: Lexicon | None = None,
        slips: SlipConfig | None = None,
        following: FollowingConfig | None = None,
    ) -> None:
        self._contexts, self._keys, self._lexicon = contexts, keys, lexicon
        self._memories = memories or WordMemories(MemoryConfig())
        pieces, signs = tokenizer.pieces, signs or WordSigns(tokenizer.pieces)
        self._spellings = Spellings(runner, pieces, trie, signs)
        self._search = WordSearch(self._spellings, search or SearchConfig())
        self._slips = SlipSearch(self._search, slips or SlipConfig())
        scout = self._spellings.scout
        self._phrases = Phrases(scout, tokenizer, signs, phrases or PhraseConfig())
        self._recall = Recall(scout, tokenizer, self._phrases.config)
        self._following = Following(runner, scout, tokenizer, following or FollowingConfig())
        self._offensive = offensive or OffensiveWords()

    def suggest(
        self, context: Context, draft: Draft, *, n: int, max_words: int = 1
    ) -> list[Suggestion]:
        """Give up to n suggestions, the most probable first.

        With `max_words` 1 these are words, without the one that is typed already; with more, each
        is a phrase that goes on as long as the network is sure (`PhraseConfig`). `context` is that
        of the draft's turns and text. Nothing is offered inside a word.
        """
        check_number("n", n, 1, 100)
        check_number("max_words", max_words, 1, 20)
        permission = self._permission(draft)
        found = self._candidates(context, permission, n=n, whole=max_words > 1)
        if max_words == 1:
            return self._words(draft, found, n)
        return self._grow(context, permission, found[:n], max_words)

    def offer(self, context: Context, draft: Draft, *, n: int, phrase_words: int) -> Offer:
        """Give up to n words, and a phrase of up to `phrase_words` words, from one search."""
        check_number("n", n, 1, 100)
        check_number("phrase_words", phrase_words, 1, 20)
        permission = self._permission(draft)
        found = self._candidates(context, permission, n=n + 1, whole=True)
        phrases = self._grow(context, permission, found[:1], phrase_words)
        return Offer(self._words(draft, found, n), phrases[0] if phrases else None)

    def is_whole(self, context: Context, word: str) -> bool:
        """Tell whether the word at the end of a text is one, or the beginning of one."""
        half = fold_quotes(word)
        return self._follow(context, half, half).ends >= self._search.config.least_whole

    def _words(self, draft: Draft, found: Sequence[Candidate], n: int) -> list[Suggestion]:
        """Give the n best, and not what is typed already."""
        half = fold_quotes(half_typed(draft.text))
        kept = _with_exact([each for each in found if each.text != half], half, n)
        return [edit(draft, each.text, each.probability) for each in kept]

    def _grow(
        self, context: Context, permission: Permission, found: Sequence[Candidate], max_words: int
    ) -> list[Suggestion]:
        """Make phrases of words; one that is typed in full is only offered with more behind it."""
        half, after = fold_quotes(half_typed(permission.draft.text)), permission.draft.after
        ends = list[Stage]()
        for word in found:
            first = Stage(word.text, word.probability, self._ahead(context, half, word))
            grown = self._longer(first, permission, max_words)
            stages = grown[:1]
            stages += takewhile(lambda stage: permission.further(stage.text), grown[1:])
            ends.append(self._following.choose(stages, after))
        # Two words may lead to one phrase: the more probable way counts.
        ends.sort(key=lambda end: end.probability)
        chosen = {end.text: end.probability for end in ends if end.text != half}
        best_first = sorted(chosen.items(), key=lambda pair: -pair[1])
        said = self._phrases.config.said
        return [edit(permission.draft, phrase, said(phrase, p)) for phrase, p in best_first]

    def _longer(self, first: Stage, permission: Permission, max_words: int) -> list[Stage]:
        """Go on from a word as the network would, or as the person did: whichever saves more."""
        draft, before = permission.draft, permission.memory.before
        stages = fresh(self._phrases.stages(*first, max_words=max_words), draft.after)
        if draft.personal is None:
            return stages
        own = self._recall.stages(first, before, draft.personal, max_words=max_words)
        stages = self._recall.weigh(stages, before, draft.personal)
        return max(stages, fresh(own, draft.after), key=expected_words)

    def _candidates(
        self, context: Context, permission: Permission, *, n: int, whole: bool
    ) -> list[Candidate]:
        """Find at least n words where there are, the most probable first."""
        draft, memory = permission.draft, permission.memory
        typed = half_typed(draft.text)
        half = fold_quotes(typed)
        in_the_midst = not context.typed and not context.fresh_line  # of something that is no word
        glued = context.is_glued(half)
        if in_the_midst or (glued and not half) or (typed and is_inside_word(draft.after)):
            return []
        left_out = permission.left_out(fresh=not half)
        most = max(n + len(draft.avoid), self._following.candidates(draft.after))
        words, mass = self._find(context, half, n=most, whole=whole)
        words, mass = self._slips.widen(context, half, words, mass, n=most)
        # Where words run together no memory knows what they are.
        voices = [] if glued else self._voices(context, memory, draft, half)
        coming = max(mass, self._search.coming(context, half)) if half else mass
        config = self._search.config
        mixed = blend(words, mass, voices, half=half, coming=coming, least=config.least_probability)
        found = [
            each
            for each in self._as_read(mixed, half, voices)
            if each.text.lower() not in left_out and permission.first(each.text)
        ]
        ranked = self._following.rank(
            found, draft.after, lambda each: self._ahead(context, half, each)
        )
        return self._likely(ranked, half)

    def _as_read(
        self, found: Sequence[Candidate], half: str, voices: Sequence[Voice]
    ) -> list[Candidate]:
        """Give the words with a share of their probability where nobody ever wrote them."""
        share = self._search.config.unread
        weighed = (
            each
            if each.text == half or self._is_known(each.text, voices)
            else replace(each, probability=share * each.probability)
            for each in found
        )
        return sorted(weighed, key=lambda each: -each.probability)

    def _is_known(self, word: str, voices: Sequence[Voice]) -> bool:
        """Tell whether the network has read `word`, or a memory has it. Without a lexicon, yes."""
        if self._lexicon is None or self._lexicon.knows(word):
            return True
        return any(word.lower() in voice.expectation.chances for voice in voices)

    def _is_word(self, half: str) -> bool:
        """Tell whether what is typed is long enough to be a word, and is one that was read."""
        if len(half) < self._search.config.sure_letters:
            return False
        return self._lexicon is not None and self._lexicon.knows(half)

    def _likely(self, found: list[Candidate], half: str) -> list[Candidate]:
        """Leave out what nobody means, but for the best that goes on from no word yet."""
        config = self._search.config
        if 0 < len(half) < config.sure_letters:
            return found
        others = sum(each.probability for each in found if each.text != half)
        if self._is_word(half) and others < config.least_going_on:
            least = config.least_longer
            return [each for each in found if each.probability >= least or each.text == half]
        best = next((each for each in found if half and each.text != half), None)
        least = config.least_offered
        return [each for each in found if each.probability >= least or each is best]

    def _permission(self, draft: Draft) -> Permission:
        """Open the memory of the dialogue up to the half-typed word, once for list and phrase."""
        settled = draft.text[: len(draft.text) - len(half_typed(draft.text))]
        return Permission(draft, self._memories.open(draft.said, settled), self._offensive)

    def _find(
        self, context: Context, half: str, *, n: int, whole: bool
    ) -> tuple[dict[str, FoundWord], float]:
        """Search the network's words; both figures are joint with what is typed."""
        words, mass = self._search.run(context, half, n=n, whole=whole)
        if any(word != half for word in words):
            return words, mass
        # A rare word has too many spellings to search: go on from the tokenizer's own.
        rare, certain = self._search.run(self._contexts.spell(context), half, n=n, whole=whole)
        share = max(mass, _LEAST) / (certain or 1.0)
        for found in rare.values():
            found.probability *= share
        return words | rare, max(mass, _LEAST)

    def _voices(
        self, context: Context, memory: DialogueMemory, draft: Draft, half: str
    ) -> list[Voice]:
        voices = [Voice(self._memories.config.weight, memory.expect(half))]
        if draft.personal is not None:
            key = self._keys.key(context.place.state) if self._keys else None
            voices += draft.personal.voices(memory.before, half, key)
        return voices

    def _ahead(self, context: Context, half: str, candidate: Candidate) -> Ahead:
        """Give the network after a word, also after one that a memory alone found."""
        return candidate.found.ahead or self._follow(context, half, candidate.text)

    def _follow(self, context: Context, half: str, word: str) -> Ahead:
        """Give the network after `word`, spelled as the tokenizer does."""
        ids = self._contexts.ids_of(context, half, word)
        return self._spellings.follow(context.place, ids)


def _with_exact(found: list[Candidate], half: str, n: int) -> list[Candidate]:
    """Give the n best; of several, one goes on from `half` as it is typed, if any does."""
    exact = next((each for each in found if goes_on(each.text, half)), None)
    best = found[:n]
    return best if exact is None or exact in best or n == 1 else [*best[:-1], exact]
