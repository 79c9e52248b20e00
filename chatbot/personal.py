"""Remember how one person writes: their words, with no training, theirs to list and to forget.

    me = PersonalMemory()
    lm.learn("Dear Zhanna, the Voskhod report is ready.", me)
    lm.suggest("Dear Zh", personal=me)            Zhanna

What is kept are messages, cut into words, with a key of where the network stood before each
(`export` shows all of it). Two voices come of that: the person's n-grams, and a cache over the
network's hidden states, which knows what they wrote in places like this one. How much each counts
is learned: its weight is the share of the person's words that it, and nobody else, foretold
(evidence.py), the n-grams' apart for each level of how well they know a place (familiarity.py).
And where little is told of what was said before, they go on from what they wrote last (recent.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from chatbot.earlier_state import EarlierState
from chatbot.errors import OptionError
from chatbot.evidence import Evidence, WeightConfig, Weights
from chatbot.expectation import Expectation, Voice, expect
from chatbot.familiarity import Level, habit
from chatbot.hidden_keys import Key, Keys
from chatbot.long_numbers import long_numbers
from chatbot.memory_state import MemoryState, export_state, read_state
from chatbot.messages import Message, Reading, newest
from chatbot.possessives import base_of
from chatbot.recent import recent
from chatbot.state_cache import StateCache
from chatbot.word_counts import WordCounts, cut

__all__ = ["GoingOn", "LearnedWord", "PersonalConfig", "PersonalMemory"]

_LEAST = 1e-30
"""Divided by at least: nobody may have foretold a word."""
_VOICES = len(Level) + 1
"""Weights that are learned: the n-grams' at each level, and the cache's."""
_EMPTY = MemoryState(evidence=(Evidence(),) * _VOICES)


@dataclass(frozen=True, kw_only=True)
class PersonalConfig:
    """Say what is kept and how its weight is learned."""

    weights: WeightConfig = field(default_factory=WeightConfig)
    sharpness: float = 10.0
    """How much more a place counts that is more like this one: the exponent at a cosine of 1."""
    sure_words: float = 50.0
    """Words with which the cache over hidden states says half of what it would with many."""
    most_keys: int = 1000
    """Words whose places are kept (32 bytes each); of older ones only the n-grams are."""
    orders: int = 4
    """Words that are looked at together: 4 counts a word after the three before it."""
    most_words: int = 20_000
    """Words and signs that are kept; the oldest messages go first."""
    longest_word: int = 32
    """Characters; what is longer is no word to suggest."""
    most_digits: int = 4
    """A number with more may be that of a card, a telephone, an account, typed in groups or not:
    never kept."""
    undos: int = 20
    """Changes that can be taken back."""
    recent: int = 8
    """Messages that are gone on from where little is told of the conversation; up to twice as
    many."""
    recent_characters: int = 1024
    """Of them together, at most: what is older is left out."""


class LearnedWord(NamedTuple):
    """A word that was learned."""

    text: str
    """As it was last written."""
    times: int


class GoingOn(NamedTuple):
    """What a person went on with in the same way, more than once."""

    text: str
    """A word or a sign, as it was last written."""
    chance: float
    """As the n-grams have it."""
    weight: float
    """How much that counts."""


class PersonalMemory:
    """One person's words. Not for several threads at once."""

    def __init__(self, *, config: PersonalConfig | None = None) -> None:
        self.config = config or PersonalConfig()
        self._state = _EMPTY
        self._before: list[EarlierState] = []
        self._counts = WordCounts(orders=self.config.orders)
        self._cache: StateCache | None = None
        self.recent = ""
        """The last messages, oldest first, a line each (recent.py)."""

    @property
    def weight(self) -> float:
        """How much the memory counts on average, 0 to 1; 0 while it is empty."""
        return self._weights.average if self._state.messages else 0.0

    @property
    def size(self) -> int:
        """Count the words and signs that are kept."""
        return self._counts.size

    def learn(self, text: str, reading: Reading | None = None) -> None:
        """Remember a message.

        `reading` is what the network made of its words and signs, in order (`cut`); without it the
        weights stay as they are, and the n-grams alone are kept. `LanguageModel.learn` has it.
        """
        words = cut(text)
        if reading is not None and not len(words) == len(reading.chances) == len(reading.keys):
            raise OptionError(f"the reading must be of {len(words)} words; got {reading!r:.60}")
        state = self._known_to(reading.network) if reading else self._state
        evidence = self._judge(words, reading) if reading else state.evidence
        keys = reading.keys.tobytes() if reading else b""
        messages = tuple(self._clean(Message(words, keys)))
        if not messages:
            return
        config, both = self.config, (*state.messages, *messages)
        kept = newest(both, words=config.most_words, keys=config.most_keys)
        is_full = len(kept) < len(both)
        self._change(state._replace(messages=kept, evidence=evidence), recount=is_full)
        if not is_full:
            self._counts.add(*(message.words for message in messages))

    def voices(self, before: Sequence[str], half: str, key: Key | None = None) -> list[Voice]:
        """Say which words that begin with `half` the person writes, and how much that counts.

        After the words `before`, at the place of `key`.
        """
        if not self._state.messages:
            return []
        ngrams, cache = self._weights.at(habit(self._counts, before).level)
        voices = [Voice(ngrams, self.expect(before, half), whole=True)]
        if key is not None and key.network == self._state.network:
            voices.append(Voice(cache, self._places.expect(key.numbers, half), whole=True))
        return voices

    def expect(self, before: Sequence[str], half: str) -> Expectation:
        """Say which words that begin with `half` the person writes after the words `before`."""
        return expect([self._counts], before, half)

    def going_on(self, before: Sequence[str]) -> GoingOn | None:
        """Say what mostly followed the words `before`; None where nothing did twice."""
        level, word, chance = habit(self._counts, before)
        if not Level.TWICE <= level <= Level.ALWAYS:
            return None
        ngrams, cache = self._weights.at(level)
        # The cache stands where it stood those times, and says the same.
        weight = ngrams + cache if self._state.network else ngrams
        return GoingOn(self._counts.spelling(word) or word, chance, weight)

    def words(self) -> list[LearnedWord]:
        """List what was learned, the most frequent first."""
        found = [
            LearnedWord(self._counts.spelling(word) or word, self._counts.times(word))
            for word in self._counts.words()
            if word[0].isalnum()
        ]
        return sorted(found, key=lambda word: (-word.times, word.text))

    def wrote(self, word: str) -> bool:
        """Tell whether the person wrote `word`, in any case."""
        return self._counts.times(word.lower()) > 0

    def doubled(self, word: str) -> bool:
        """Tell whether the person wrote `word` twice in a row."""
        return self._counts.doubled(word)

    def forgot(self, word: str) -> bool:
        """Tell whether `word`, or what it is the possessive of, was forgotten, in any case."""
        forgotten = self._state.forgotten
        return bool(forgotten) and base_of(word) in forgotten

    def forget(self, word: str) -> bool:
        """Forget a word and its possessive for good: it is never learned again.

        Tells whether it was known. Raises OptionError for what is not one word.
        """
        if len(cut(word)) != 1:
            raise OptionError(f"word must be one word to forget; got {word!r:.60}")
        base = base_of(cut(word)[0])
        known = any(base_of(each) == base for each in self._counts.words())
        messages = tuple(
            part for message in self._state.messages for part in _without(message, base)
        )
        forgotten = self._state.forgotten | {base}
        self._change(self._state._replace(messages=messages, forgotten=forgotten))
        return known

    def clear(self) -> None:
        """Forget all, and what was to be forgotten too."""
        self._change(_EMPTY)

    def undo(self) -> bool:
        """Take back the last change; tells whether there was one."""
        if not self._before:
            return False
        self._take(self._before.pop().before(self._state), recount=True)
        return True

    @contextmanager
    def one_change(self) -> Iterator[None]:
        """Let all that is changed inside be taken back at once."""
        state, before = self._state, self._before
        yield
        if self._state is not state:
            self._before = before
            self._keep(state)

    def forget_changes(self) -> None:
        """Begin anew with what can be undone: nothing."""
        self._before = []

    def export(self) -> dict[str, Any]:
        """Give all that is kept, as JSON can hold it. Undo is not kept."""
        return export_state(self._state)

    def restore(self, exported: dict[str, Any]) -> None:
        """Take what `export` gave in place of what is here; what was forgotten stays so.

        Raises OptionError for the rest.
        """
        state, forgotten = read_state(exported, voices=_VOICES), self._state.forgotten
        messages = tuple(
            part
            for message in state.messages
            for part in message.without({i for i, w in enumerate(message.words) if self.forgot(w)})
        )
        self._change(state._replace(messages=messages, forgotten=state.forgotten | forgotten))

    @property
    def _weights(self) -> Weights:
        return Weights(self.config.weights, self._state.evidence)

    @property
    def _places(self) -> StateCache:
        if self._cache is None:
            placed = [message for message in self._state.messages if message.keys]
            self._cache = StateCache(
                [word for message in placed for word in message.words],
                [message.keys for message in placed],
                counts=self._counts,
                sharpness=self.config.sharpness,
                sure_words=self.config.sure_words,
            )
        return self._cache

    def _known_to(self, network: str) -> MemoryState:
        """Give the state without the keys of another network, which can't be compared."""
        state = self._state
        if state.network == network:
            return state
        bare = tuple(message._replace(keys=b"") for message in state.messages)
        self._cache = None
        return state._replace(messages=bare, network=network)

    def _judge(self, words: tuple[str, ...], reading: Reading) -> tuple[Evidence, ...]:
        """Give the evidence with that of `words`: what each voice foretold rather than the rest."""
        evidence, weights = list(self._state.evidence), self._weights
        if not self._state.messages:
            return tuple(evidence)
        for i, chance in enumerate(reading.chances):
            before, word = words[:i], words[i]
            if word[0].isalnum():
                level = habit(self._counts, before).level
                shares = weights.at(level)
                ngrams = shares[0] * self.expect(before, word).exact
                cache = shares[1] * self._chance_here(reading.keys[i : i + 1], word, reading)
                total = max(ngrams + cache + (1 - sum(shares)) * chance, _LEAST)
                evidence[level] = evidence[level].plus(ngrams / total)
                evidence[-1] = evidence[-1].plus(cache / total)
        return tuple(evidence)

    def _chance_here(self, key: Keys, word: str, reading: Reading) -> float:
        if reading.network != self._state.network:
            return 0.0
        return self._places.chance(key, word)

    def _clean(self, message: Message) -> Iterator[Message]:
        longest = self.config.longest_word
        unfit = {
            i for i, word in enumerate(message.words) if len(word) > longest or self.forgot(word)
        }
        return message.without(unfit | long_numbers(message.words, self.config.most_digits))

    def _change(self, state: MemoryState, *, recount: bool = True) -> None:
        before = self._state
        self._take(state, recount=recount)
        self._keep(before)

    def _keep(self, before: MemoryState) -> None:
        """Let undo go back to the state `before` this one."""
        earlier = EarlierState.of(before, self._state)
        self._before = [*self._before, earlier][-self.config.undos :]

    def _take(self, state: MemoryState, *, recount: bool) -> None:
        config = self.config
        self._state, self._cache = state, None
        self.recent = recent(
            state.messages, least=config.recent, most_characters=config.recent_characters
        )
        if recount:
            self._counts = WordCounts(orders=config.orders)
            self._counts.add(*(message.words for message in state.messages))


def _without(message: Message, base: str) -> Iterator[Message]:
    return message.without({i for i, word in enumerate(message.words) if base_of(word) == base})
